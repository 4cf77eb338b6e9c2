"""Arrays from outside, made fit for equations: floating point, two axes or more, finite."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

import numpy as np
from numpy.typing import ArrayLike, DTypeLike, NDArray

from glassnet.errors import DataError, DataTypeError, ShapeError, shown, warn
from glassnet.sparse import Sparse, columns, is_sparse

FloatArray = NDArray[np.floating[Any]]

_FLOATS: Final = frozenset({np.dtype(np.float32), np.dtype(np.float64)})

EXACT = 2**53
"""The largest whole number up to which float64 holds every one."""


def as_data(name: str, array: ArrayLike) -> FloatArray:
    """`array` as float32 or float64 with at least two axes, (..., n, m); a view where it can be.

    float32 and float64 stay what they are; every other type of number becomes float64.

    Parameters
    ----------
    name : str
        What the array is called in errors.
    array : array_like

    Raises
    ------
    DataTypeError
        The values are not real numbers.
    ShapeError
        The array has fewer than two axes.
    DataError
        It has no example or no unit, or it holds NaN or infinity.
    """
    values = as_float(name, array)
    _check_shape(name, values.shape)
    check_finite(name, values)
    return values


def as_inputs(name: str, array: ArrayLike | Sparse) -> FloatArray | Sparse:
    """`as_data` for what enters a network: a sparse matrix (n_x, m) stays sparse, a csc_array.

    Raises
    ------
    DataTypeError, ShapeError, DataError
        As `as_data`; also for a sparse array of three axes, or one whose indices point outside.
    """
    if not is_sparse(array):
        return as_data(name, array)
    _check_shape(name, array.shape)
    if array.ndim > 2:
        raise ShapeError(
            f"{name} is a sparse array of shape {array.shape}.",
            expected=f"a sparse {name} (n_x, m)",
            received=f"{array.ndim} axes",
            fix=f"pass {name}.toarray()",
        )
    try:
        matrix = columns(array)
    except ValueError as error:
        raise DataError(
            f"{name} is a damaged sparse matrix.",
            expected=f"indices inside of its shape, {array.shape}",
            received=shown(str(error)),
            fix="make it anew with scipy.sparse.csc_array",
        ) from None
    values = as_float(name, matrix.data)
    stored = type(matrix)((values, matrix.indices, matrix.indptr), shape=matrix.shape)
    wrong = np.flatnonzero(~np.isfinite(values))
    if wrong.size:
        places = np.column_stack([stored.indices, stored.tocoo().col])[wrong]
        first = np.lexsort((places[:, 1], places[:, 0]))[0]
        raise _not_finite(name, values[wrong[first]], len(wrong), places[first])
    return stored


def as_float(name: str, array: ArrayLike) -> FloatArray:
    """`array` as float32 or float64, of whatever shape it has.

    Raises
    ------
    DataTypeError
        The values are not real numbers, or stand in a sparse matrix.
    DataError
        Its rows differ in length.
    """
    if type(array) is np.ndarray and array.dtype in _FLOATS:
        return array
    if is_sparse(array):
        raise DataTypeError(
            f"{name} is a sparse matrix.",
            expected="a dense array; only the inputs X of a network may be sparse",
            received=f"{type(array).__name__} of shape {array.shape}",
            fix=f"pass {name}.toarray()",
        )
    try:
        values = np.asarray(array)
    except ValueError as error:
        raise DataError(
            f"{name} is no array: its rows differ in length (inhomogeneous shape).",
            expected="a value for every unit and every example",
            received=shown(str(error)),
            fix="give every row the same number of values",
        ) from None
    if np.iscomplexobj(values):
        raise DataTypeError(
            f"Complex data not supported: {name}.",
            expected="real numbers",
            received=f"dtype {values.dtype}",
            fix=f"use {name}.real, or real and imaginary parts as two units",
        )
    _check_unmasked(name, array)
    native = values.dtype.newbyteorder("=")
    if native in (np.float32, np.float64):
        return values.astype(native, copy=False)
    if values.dtype.kind in "mM":
        raise DataTypeError(
            f"{name} holds dates or times.",
            expected="numbers",
            received=f"dtype {values.dtype}",
            fix="say which number is meant, e.g. days since a date (glassnet.tables does)",
        )
    if _is_beyond_exact(values):
        warn(f"{name} holds whole numbers beyond 2**53, which float64 rounds.")
    try:
        numbers = values.astype(np.float64)
    except (TypeError, ValueError) as error:
        raise DataTypeError(
            f"{name} holds values that are no numbers.",
            expected="numbers (for tables with text, use glassnet.tables)",
            received=f"dtype {values.dtype}: {shown(str(error))}",
            fix="encode the column, or leave it out",
        ) from None
    return numbers


def _check_unmasked(name: str, array: ArrayLike) -> None:
    if isinstance(array, np.ma.MaskedArray) and np.any(array.mask):
        raise DataError(
            f"{name} is a masked array with masked values.",
            expected="a value for every unit and every example",
            received=f"{int(np.sum(array.mask))} masked values",
            fix=f"fill them in with {name}.filled(...), or leave those examples out",
        )


def _is_beyond_exact(values: NDArray[Any]) -> bool:
    """Whether there is a whole number that float64 may round; objects may be of any size."""
    if values.dtype == object:
        return any(isinstance(value, int) and abs(value) > EXACT for value in values.flat)
    whole = values.dtype.kind in "iu" and values.size > 0
    # The least int64 has no absolute value among them.
    return whole and (int(values.max()) > EXACT or int(values.min()) < -EXACT)


def as_integers(name: str, array: ArrayLike, below: int) -> NDArray[np.integer[Any]]:
    """`array` as whole numbers with at least two axes, each from 0 to `below` − 1.

    Parameters
    ----------
    name : str
        What the array is called in errors.
    array : array_like
        Integers; truth values count as 0 and 1.
    below : int
        The least number that is too large.

    Raises
    ------
    DataTypeError
        The values are no integers: indices never are fractions, and are not rounded.
    DataError
        A number is negative or too large.
    ShapeError
        The array has fewer than two axes.
    """
    values = np.asarray(array)
    if values.dtype.kind not in "iub":
        raise DataTypeError(
            f"{name} must hold whole numbers.",
            expected=f"integers from 0 to {below - 1}",
            received=f"dtype {values.dtype}",
            fix=f"pass {name}.astype(int), if they are whole",
        )
    _check_unmasked(name, array)
    _check_shape(name, values.shape)
    wrong = (values < 0) | (values >= below)
    if np.any(wrong):
        *unit, example = (int(index) for index in np.argwhere(wrong)[0])
        raise DataError(
            f"{name} holds whole numbers out of range.",
            expected=f"integers from 0 to {below - 1}",
            received=f"{int(wrong.sum())} others, the first is {values[wrong][0]} at unit "
            f"{', '.join(map(str, unit))}, example {example}",
            fix=f"count from 0, or give the layer that reads them more than {below}",
        )
    return values.astype(np.int64)


def float_type(*groups: Iterable[FloatArray]) -> np.dtype[Any]:
    """The type of the real numbers in the first of the groups that holds any.

    >>> float_type([np.array([[2, 1]])], [np.array([[1.0]], dtype=np.float32)])
    dtype('float32')
    """
    for arrays in groups:
        if types := [array.dtype for array in arrays if array.dtype.kind == "f"]:
            return np.result_type(*types)
    return np.dtype(np.float64)


def in_type(name: str, values: FloatArray, dtype: DTypeLike) -> FloatArray:
    """Finite values in the type of the data that they belong to.

    Raises
    ------
    DataError
        A value is too large for that type.
    """
    if values.dtype == dtype:
        return values
    with np.errstate(all="ignore"):
        converted: FloatArray = values.astype(dtype, copy=False)
    too_large = np.isinf(converted) & np.isfinite(values)
    if np.any(too_large):
        raise DataError(
            f"{name} holds a value too large for {converted.dtype!r}, the type of X.",
            expected=f"numbers up to {np.finfo(converted.dtype).max:g}",
            received=f"{values[too_large][0]:g}",
            fix=f"scale {name}, or pass X in float64",
        )
    return converted


def _column(name: str) -> str:
    """One example of an array in the course's letters: x(i) is a column of X."""
    return name.lower() if len(name) == 1 else "x"


def _check_shape(name: str, shape: tuple[int, ...]) -> None:
    if len(shape) < 2:
        raise ShapeError(
            f"{name} has shape {shape}: a rank-{len(shape)} array.",
            equation=f"{name} = [{_column(name)}(1) {_column(name)}(2) … {_column(name)}(m)]",
            expected=f"{name} (n, m): one row for each unit, one column for each example",
            received=f"{name} {shape}",
            fix=f"{name}.reshape(1, -1) for one unit and many examples, "
            f"{name}.reshape(-1, 1) for one example",
        )
    if 0 in shape[:-2]:
        raise ShapeError(
            f"{name} has shape {shape}: a sequence or an image of no length.",
            expected=f"{name} (T, n, m) or (H, W, n, m), each of at least 1",
            received=f"{shape}",
            fix="leave empty sequences out",
        )
    if 0 in shape:
        raise DataError(
            f"{name} is empty.",
            expected="at least 1 unit and 1 example (a minimum of 1 is required)",
            received=f"{name} of shape {shape}",
            fix="check the file or the filter that made it",
        )


def check_finite(name: str, values: FloatArray) -> None:
    """Refuse NaN and infinity, naming the first.

    Raises
    ------
    DataError
    """
    # The sum of finite numbers is finite but for overflow, and cheaper than looking at each.
    with np.errstate(all="ignore"):
        if np.isfinite(values.sum()):
            return
    wrong = ~np.isfinite(values)
    count = int(wrong.sum())
    if not count:
        return
    raise _not_finite(name, values[wrong][0], count, np.argwhere(wrong)[0])


def _not_finite(name: str, value: Any, count: int, place: NDArray[np.integer[Any]]) -> DataError:
    *unit, example = (int(index) for index in place)
    return DataError(
        f"Input {name} contains {'NaN' if np.isnan(value) else 'inf'}.",
        expected="finite numbers",
        received=f"{count} values that are NaN or infinite, the first at unit "
        f"{', '.join(map(str, unit))}, example {example}",
        fix="fill them in, or leave those examples out",
    )


def check_examples(**arrays: FloatArray) -> None:
    """All arrays must have the same number of examples.

    Raises
    ------
    ShapeError
    """
    counts = {name: array.shape[-1] for name, array in arrays.items()}
    if len(set(counts.values())) > 1:
        raise ShapeError(
            f"{' and '.join(counts)} have inconsistent numbers of samples: "
            f"{list(counts.values())}.",
            equation=f"column i of {' and of '.join(counts)} is example i = 1 … m",
            expected="the same m, the last axis, in each",
            received=", ".join(f"{name} {array.shape}" for name, array in arrays.items()),
            fix="examples are columns: transpose an array that has them as rows",
        )
