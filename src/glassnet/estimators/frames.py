"""Frames: tables with columns of their own types, where X is not made of numbers alone."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from sklearn.utils.validation import validate_data

from glassnet.errors import DataTypeError, listed

if TYPE_CHECKING:
    from glassnet.tables.plan import TablePlan


def plan_for(X: Any, categorical_features: str | None) -> TablePlan | None:
    """How a table becomes features; None for arrays, and for tables of numbers alone.

    Raises
    ------
    DataTypeError
        Columns are no numbers, and `categorical_features` is None.
    """
    other = _other_columns(X)
    if not other:
        return None
    if categorical_features is None:
        raise DataTypeError(
            f"X holds columns that are no numbers or lack values: {listed(map(repr, other))}.",
            expected="numbers in every cell, where categorical_features=None",
            received=f"{len(other)} other columns",
            fix="categorical_features='from_dtype' encodes them, or use sklearn's OneHotEncoder "
            "and SimpleImputer",
        )
    from glassnet.tables.planning import plan_table

    return plan_table(X)


def read_frame(estimator: Any, X: Any, plan: TablePlan, *, reset: bool) -> Any:
    """The features of a table, (m, n_x)."""
    validate_data(estimator, X, reset=reset, skip_check_array=True)
    return np.ascontiguousarray(plan.encode(X).T)


def _other_columns(X: Any) -> list[str]:
    """The columns of a table that are no numbers, or lack values."""
    if not hasattr(X, "columns") or _is_sparse_frame(X):
        return []
    import narwhals as nw

    try:
        frame = nw.from_native(X, eager_only=True)
        return [column.name for column in frame.iter_columns() if not _is_numeric(column)]
    except Exception:
        return []  # names given twice, types unknown: scikit-learn's own words fit


def _is_numeric(column: Any) -> bool:
    import narwhals as nw

    if column.is_null().any():
        return False
    if column.dtype.is_float():
        return not bool(column.is_nan().any())
    return bool(column.dtype.is_numeric() and not column.dtype.is_decimal()) or (
        column.dtype == nw.Boolean
    )


def _is_sparse_frame(X: Any) -> bool:
    return any(str(dtype).startswith("Sparse") for dtype in getattr(X, "dtypes", ()))
