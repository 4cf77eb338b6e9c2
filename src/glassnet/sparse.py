"""Sparse matrices of SciPy: kept as they are, and made dense, where they are, a batch at a time."""

from __future__ import annotations

import sys
from typing import Any, TypeAlias, TypeGuard

Sparse: TypeAlias = Any
"""Any of scipy.sparse's matrices and arrays; in `Data` a csc_array, a column for each example."""


def is_sparse(array: object) -> TypeGuard[Sparse]:
    """Whether it is one of SciPy's; SciPy is not loaded to find out, as whoever has one has it."""
    module = sys.modules.get("scipy.sparse")
    return module is not None and module.issparse(array)


def columns(matrix: Sparse) -> Sparse:
    """The matrix as a csc_array: sorted, a value stored twice added up. `matrix` stays as it is.

    Raises
    ------
    ValueError
        Its indices point outside of it.
    """
    from scipy.sparse import csc_array

    if hasattr(matrix, "check_format"):
        matrix = type(matrix)(matrix)  # shares the arrays; the check may exchange them
        matrix.check_format(full_check=True)
    by_column = csc_array(matrix)
    if not by_column.has_canonical_format:
        by_column = by_column.copy()
        by_column.sum_duplicates()
    return by_column


def dense(X: Any) -> Any:
    """X with every zero written out, each example contiguous in memory; a dense X as it is."""
    return X.toarray(order="F") if is_sparse(X) else X
