"""Reading: what a caller passes as X and y, checked as scikit-learn checks it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import numpy as np
from sklearn.utils.validation import check_array, check_consistent_length, validate_data

from glassnet.arrays import EXACT
from glassnet.errors import DataError, DataTypeError, ShapeError, listed, warn
from glassnet.estimators.cells import check_no_gaps, check_one_length, no_numbers
from glassnet.sparse import is_sparse

FLOATS = (np.float64, np.float32)


def read_inputs(estimator: Any, X: Any, *, reset: bool, many_axes: bool, fewest: int = 1) -> Any:
    """X as floating-point numbers, examples first: an array, or a csr matrix.

    Raises
    ------
    ValueError, TypeError
        In scikit-learn's words; NaN and infinity are named by row and column.
    """
    if not reset and _is_plain(estimator, X) and len(X) >= fewest and np.isfinite(X).all():
        return X
    _warn_of_rounding(X)
    _check_lengths(X)
    _check_no_dict(X)
    with cells_named("X", X):
        read = validate_data(
            estimator,
            X,
            reset=reset,
            accept_sparse=("csr", "csc"),
            dtype=FLOATS,
            order="C",  # the layout of X in memory changes no sum
            ensure_all_finite=False,
            allow_nd=many_axes,
            ensure_min_samples=fewest,
        )
    check_axes("X", read.shape)
    check_finite(read, getattr(estimator, "feature_names_in_", None))
    return read.tocsr() if is_sparse(read) else read


def read_targets(estimator: Any, X: Any, y: Any, *, many_axes: bool) -> Any:
    """y without NaN, one for each example of X.

    Raises
    ------
    DataError
        There is no y, a value is missing, or its items differ in length.
    ValueError
        In scikit-learn's words.
    """
    if y is None:
        raise DataError(
            f"This {type(estimator).__name__} estimator requires y to be passed, but the target "
            "y is None.",
            expected="y (m,), one target for each example",
            received="y=None",
            fix="pass y",
        )
    check_one_length(y)
    check_no_gaps(y)
    with cells_named("y", y):
        read = check_array(
            y,
            accept_sparse="csr",
            ensure_2d=False,
            allow_nd=many_axes,
            dtype=None,
            input_name="y",
            estimator=estimator,
        )
    check_consistent_length(X, read)
    return read


def names_of(y: Any) -> list[str] | None:
    """What a series or table of targets calls its columns."""
    columns = getattr(y, "columns", None)
    names = getattr(columns, "tolist", lambda: columns)()
    if columns is None and getattr(y, "name", None) is not None:
        names = [y.name]
    return list(map(str, names)) if isinstance(names, list) else None


def check_shape(shape: tuple[int, ...], expected: tuple[int, ...]) -> None:
    """Refuse examples of another shape than those of the fit.

    Raises
    ------
    ShapeError
    """
    if shape != expected:
        raise ShapeError(
            f"X has examples of shape {shape}, but was fitted with examples of shape {expected}.",
            expected=f"X (m, {', '.join(map(str, expected))})",
            received=f"X (m, {', '.join(map(str, shape))})",
            fix="bring the examples to the shape of the fit",
        )


@contextmanager
def cells_named(name: str, X: Any) -> Iterator[None]:
    """Names the first cell that is no number, where scikit-learn says only what it holds, the
    columns of a table that have the same name, and what has one axis, where it shows all of it."""
    try:
        yield
    except (TypeError, ValueError) as error:
        columns = list(getattr(X, "columns", ()))
        if len(set(columns)) < len(columns):
            from glassnet.tables.frames import doubled

            raise doubled(columns) from None
        if str(error).startswith("Expected 2D array"):
            raise _no_rows(name, np.shape(X)) from None
        if not str(error).startswith(("could not convert", "float() argument")):
            raise
        raise no_numbers(name, X, error) from None


def check_axes(name: str, shape: tuple[int, ...]) -> None:
    """Refuse data without an axis for features, sequences without a time, and such images.

    Raises
    ------
    ShapeError
    """
    if len(shape) < 2:
        raise _no_rows(name, shape)
    if 0 in shape[1:]:
        raise ShapeError(
            f"{name} has shape {shape}: examples without a value.",
            expected=f"{name} (m, n), (m, T, n) or (m, H, W, n_C), each of at least 1",
            received=f"{name} {shape}",
            fix="leave examples without a time out, of X and of y",
        )


def _no_rows(name: str, shape: tuple[int, ...]) -> ShapeError:
    return ShapeError(
        f"Expected 2D array, got {len(shape)}D array instead: {name} has shape {shape}. "
        "Reshape your data.",
        expected=f"{name} (m, n), or with more axes between them, such as (m, T, n)",
        received=f"{name} {shape}",
        fix=f"pass {name}.reshape(-1, 1) for a single feature, {name}.reshape(1, -1) for a "
        "single example",
    )


def _is_plain(estimator: Any, X: Any) -> bool:
    """Whether X has nothing that scikit-learn's checks, which take longer than a prediction, would
    change or complain of, but for what its numbers are."""
    return (
        type(X) is np.ndarray
        and X.dtype in FLOATS
        and X.ndim == 2
        and X.shape[1] == estimator.n_features_in_
        and bool(X.flags.c_contiguous)
        and not hasattr(estimator, "feature_names_in_")
    )


def check_finite(X: Any, names: Any, called: str = "X") -> None:
    """Refuse NaN and infinity, naming where the first one stands.

    Raises
    ------
    DataError
    """
    values = X.data if is_sparse(X) else X
    with np.errstate(all="ignore"):
        if np.isfinite(values.sum()):
            return
    wrong = ~np.isfinite(values)
    if not wrong.any():
        return
    if is_sparse(X):
        stored = X.tocoo()
        place = (stored.row[wrong][0], stored.col[wrong][0])
    else:
        place = tuple(np.argwhere(wrong)[0])
    column = repr(str(names[place[1]])) if names is not None else ", ".join(map(str, place[1:]))
    kind = "NaN" if np.isnan(values[wrong][0]) else "infinity"
    too_large = "" if kind == "NaN" else f" or a value too large for {values.dtype!r}"
    raise DataError(
        f"Input {called} contains {kind}{too_large}.",
        expected="finite numbers",
        received=f"{wrong.sum()} values that are NaN or inf, the first in row {place[0]}, "
        f"column {column}",
        fix="fill them in (sklearn.impute.SimpleImputer), leave those rows out, or pass a "
        "DataFrame, whose missing values are encoded"
        if X.ndim == 2
        else "fill them in; sequences of different lengths need no padding: pass a list of arrays "
        "(T, n) to layers with masked=True",
    )


def _warn_of_rounding(X: Any) -> None:
    if isinstance(X, np.ndarray) and X.dtype.kind in "iu" and X.size:
        largest = max(-int(X.min()), int(X.max()))
        if largest > EXACT:
            warn(
                f"X holds whole numbers beyond 2**53 (the largest is {largest}), which float64 "
                "rounds."
            )


def _check_no_dict(X: Any) -> None:
    if isinstance(X, Mapping) and not is_sparse(X):
        raise DataTypeError(
            "X is a dict, but this estimator reads a single array.",
            expected="an array, a sparse matrix or a DataFrame, (m, n)",
            received=f"a dict with {listed(X)}",
            fix="pass a DataFrame of the columns; or NetworkClassifier or NetworkRegressor with "
            "gn.Parallel(...) as first layer, which reads a dict",
        )


def _check_lengths(X: Any) -> None:
    """Refuse lists whose rows differ in length, naming the first."""
    if not isinstance(X, list | tuple) or not X or not isinstance(X[0], list | tuple):
        return
    lengths = [len(row) if isinstance(row, list | tuple) else -1 for row in X]
    odd = next((i for i, length in enumerate(lengths) if length != lengths[0]), None)
    if odd is not None:
        raise DataError(
            "X is no array: its rows differ in length (inhomogeneous shape).",
            expected=f"{lengths[0]} values in every row, as in row 0",
            received=f"{lengths[odd]} in row {odd}",
            fix="give every row the same number of values",
        )
