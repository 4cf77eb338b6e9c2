"""Frames: tables with columns of their own types, where X is not made of numbers alone."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray
from sklearn.utils.validation import validate_data

from glassnet.errors import DataTypeError, listed, warn
from glassnet.estimators.reading import cells_named, read_inputs
from glassnet.sparse import is_sparse

if TYPE_CHECKING:
    import polars as pl

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


def read_frame(estimator: Any, X: Any, plan: TablePlan, *, reset: bool, dtype: Any) -> Any:
    """The features of a table, (m, n_x)."""
    return np.ascontiguousarray(plan.encode(table_of(estimator, X, reset=reset), dtype=dtype).T)


def table_of(estimator: Any, X: Any, *, reset: bool) -> pl.DataFrame:
    """X as a table; the columns of an array are x0, x1, ... where the estimator has no names."""
    from glassnet.tables.frames import frame_from

    if hasattr(X, "columns") and not _is_sparse_frame(X):
        with cells_named("X", X):
            validate_data(estimator, X, reset=reset, skip_check_array=True)
        return frame_from(X)
    read = read_inputs(estimator, X, reset=reset, many_axes=False)
    rows = read.toarray() if is_sparse(read) else read
    names = getattr(estimator, "feature_names_in_", [f"x{i}" for i in range(rows.shape[1])])
    return frame_from(dict(zip(names, rows.T, strict=True)))


def without_gaps(X: Any, center: NDArray[Any]) -> Any:
    """A table of numbers whose missing values are those of `center`, one for each column.

    So a model file answers too: where `fit` saw no missing value, the mean stands for one.
    """
    lacking = _other_columns(X)
    if not lacking:
        return X
    import narwhals as nw

    frame = nw.from_native(X, eager_only=True)
    if not all(frame[name].dtype.is_numeric() for name in lacking) or len(frame.columns) != len(
        center
    ):
        return X
    warn(
        f"X lacks values in columns where none was missing in `fit`: {listed(lacking)}. Their "
        "mean in `fit` stands for them."
    )
    for name, mean in zip(frame.columns, center, strict=True):
        if name in lacking:
            known = frame[name].cast(nw.Float64).to_numpy()
            filled = np.where(np.isnan(known), mean, known)
            frame = frame.with_columns(
                nw.new_series(name, filled, nw.Float64, backend=frame.implementation)
            )
    return frame.to_native()


def _other_columns(X: Any) -> list[str]:
    """The columns of a table that are no numbers, or lack values."""
    if not hasattr(X, "columns") or _is_sparse_frame(X):
        return []
    import narwhals as nw

    try:
        frame = nw.from_native(X, eager_only=True)
        return [column.name for column in frame.iter_columns() if not _is_numeric(column)]
    except Exception:
        return []  # names given twice, types unknown: what reads the numbers says so


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
