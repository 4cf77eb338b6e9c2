"""Cells: single values that no network can take, named by where they stand."""

from __future__ import annotations

from typing import Any

import numpy as np

from glassnet.errors import DataError, DataTypeError, listed, shown
from glassnet.sparse import is_sparse


def check_no_gaps(y: Any) -> None:
    """Refuse targets that lack a value: NaN, None, NaT, and what pandas and polars have for it.

    Raises
    ------
    DataError
    """
    values = y.data if is_sparse(y) else np.asarray(y)
    if values.dtype.kind == "O":
        lacking = np.array([_is_gap(value) for value in values.ravel()]).reshape(values.shape)
    elif values.dtype.kind in "fcmM":
        lacking = ~np.isfinite(values)
    else:
        return
    if not lacking.any():
        return
    first = values[lacking].ravel()[0]
    kind, keep = "NaN", "~pandas.isna(y)"
    if values.dtype.kind == "f" and np.isinf(first):
        kind, keep = f"infinity or a value too large for {values.dtype!r}", "numpy.isfinite(y)"
    place = "" if is_sparse(y) else f", the first in row {np.argwhere(lacking)[0][0]}"
    raise DataError(
        f"Input y contains {kind}.",
        expected="a target for every example",
        received=f"{first}{place}; {np.sum(lacking)} such values",
        fix=f"leave those examples out, of X and of y: keep = {keep}",
    )


def check_one_length(y: Any) -> None:
    """Refuse a list of targets that differ in length, as those for every time of sequences do.

    Raises
    ------
    DataError
    """
    if not isinstance(y, list | tuple):
        return
    lengths = {len(each) if isinstance(each, list | tuple | np.ndarray) else 0 for each in y}
    if len(lengths) > 1:
        raise DataError(
            "The items of y differ in length.",
            expected="an array; or a list of arrays (T,) or (T, k), as long as the sequences of X",
            received=f"items of lengths {listed(sorted(lengths))}",
            fix="to learn a target for every time, let layers with masked=True pass all times on: "
            "leave last=True out",
        )


def check_one_kind(y: Any) -> None:
    """Refuse labels of several types, which have no order.

    Raises
    ------
    DataTypeError
    """
    kinds = {"number" if isinstance(v, NUMBERS) else type(v).__name__: v for v in np.ravel(y)}
    if len(kinds) > 1:
        raise DataTypeError(
            f"Unknown label type: y mixes {listed(sorted(kinds))}.",
            expected="labels of one type",
            received=listed(map(shown, kinds.values())),
            fix="make all labels text: [str(label) for label in y]",
        )


def no_numbers(name: str, values: Any, error: Exception) -> DataTypeError:
    """The error of values that cannot be read as numbers, naming the first that is none."""
    cells = np.asarray(values, dtype=object)
    if cells.ndim == 0:
        return DataTypeError(
            f"{name} is no array: {error}.",
            expected="an array, or a list of rows",
            received=f"a value of type {type(values).__name__}",
            fix=f"list({name}) collects rows that come one by one",
        )
    wrong = [(place, cell) for place, cell in np.ndenumerate(cells) if not _is_number(cell)]
    (row, *column), cell = wrong[0] if wrong else ((0,), None)
    place = f"row {row}" + (f", column {', '.join(map(str, column))}" if column else "")
    fix = "turn the text into numbers (sklearn.preprocessing.OneHotEncoder)"
    if name == "X":
        fix = "pass a DataFrame, whose columns of text are encoded, or " + fix
    elif name == "y":
        fix = "fit a classifier to labels, or turn the text into numbers"
    return DataTypeError(
        f"{name} holds what is no number: {error}.",
        expected="numbers",
        received=f"{shown(cell)} in {place}, the first of {len(wrong)}",
        fix=fix,
    )


NUMBERS = (bool, int, float, np.number, np.bool_)


def _is_gap(value: Any) -> bool:
    if value is None or type(value).__name__ in ("NAType", "NaTType"):
        return True
    return isinstance(value, float | np.floating | np.datetime64) and value != value


def _is_number(cell: Any) -> bool:
    try:
        float(cell)
    except (TypeError, ValueError):
        return False
    return True
