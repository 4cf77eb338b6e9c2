"""Any dataframe becomes one kind of table: polars columns in which missing values are null."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

import narwhals as nw
import numpy as np
import polars as pl

from glassnet.errors import DataError, DataTypeError, listed, shown

if TYPE_CHECKING:
    from numpy.typing import NDArray


def frame_from(data: object) -> pl.DataFrame:
    """A table as the rest of `glassnet.tables` takes it.

    Parameters
    ----------
    data : pandas, polars or Arrow table, or dict of column name to values
        The table; it is not changed.

    Returns
    -------
    polars.DataFrame, m rows
        NaN has become null, categories text, decimals floats, dates with an offset UTC. Column
        names that are not text have become text.

    Raises
    ------
    DataTypeError
        For anything else, and for complex numbers.
    DataError
        For columns of different lengths or with the same name.

    Examples
    --------
    >>> import pandas as pd
    >>> frame_from(pd.DataFrame({"age": [31.0, float("nan")], "sex": ["f", "m"]})).rows()
    [(31.0, 'f'), (None, 'm')]
    """
    if isinstance(data, pl.DataFrame):
        columns = data.get_columns()
    elif isinstance(data, Mapping):
        columns = [series_from(values, str(name)) for name, values in data.items()]
    else:
        columns = [series_from(column, str(name)) for name, column in _named_columns(data)]
    _check_columns(columns)
    return pl.DataFrame([_canonical(column) for column in columns])


def series_from(values: object, name: str) -> pl.Series:
    """One column, from any kind of series, a one-dimensional array or a list.

    Parameters
    ----------
    values : pandas, polars or Arrow series, numpy array, or sequence; (m,)
    name : str
        What the column is called in messages and in the result.

    Returns
    -------
    polars.Series, (m,)

    Raises
    ------
    DataTypeError
        For complex numbers, or values that do not make one column.

    Examples
    --------
    >>> series_from([1.5, None, float("nan")], "x").to_list()
    [1.5, None, None]
    """
    series = nw.from_native(values, series_only=True, pass_through=True)
    if isinstance(series, nw.Series):
        native = series.to_native()
        if isinstance(native, pl.Series):
            return _canonical(native.alias(name))
        plain = series.dtype.is_numeric() and not series.is_null().any()
        values = series.to_numpy() if plain else series.to_list()
    if isinstance(values, np.ndarray):
        return _canonical(_from_array(values, name))
    if isinstance(values, str | bytes) or not hasattr(values, "__len__"):
        raise _not_a_column(name, values)
    return _canonical(_from_list(list(values), name))  # type: ignore[call-overload]


def named(values: object, otherwise: str) -> str:
    """The name that a series bears, or `otherwise`."""
    name = getattr(values, "name", None)
    return otherwise if name in (None, "") else str(name)


def codes_of(column: pl.Series) -> NDArray[np.int64]:
    """Numbers that say which rows are equal, (m,): from 0, in the order of first occurrence.

    Examples
    --------
    >>> import polars as pl
    >>> codes_of(pl.Series(["b", "a", "b", None]))
    array([0, 1, 0, 2])
    """
    rows = column.alias("value").to_frame().with_row_index("row")
    first_row = rows.select(pl.col("row").min().over("value")).to_series().to_numpy()
    return np.unique(first_row, return_inverse=True)[1]


def _named_columns(data: object) -> list[tuple[object, Any]]:
    try:
        frame = nw.from_native(data, eager_only=True)  # type: ignore[call-overload]
    except TypeError as error:
        raise DataTypeError(
            f"a table cannot be made from a value of type {type(data).__name__}.",
            expected="a pandas, polars or Arrow table, or a dict of column name to values",
            received=_on_one_line(data),
            fix="for an array X of shape (m, n): dict(zip(names, X.T)); collect() a lazy table",
        ) from error
    except nw.exceptions.DuplicateError as error:
        raise doubled(getattr(data, "columns", ())) from error
    return [(column.name, column) for column in frame.iter_columns()]


def _from_array(values: np.ndarray[Any, Any], name: str) -> pl.Series:
    if values.ndim != 1 or values.dtype.kind in "cV":
        raise _not_a_column(name, values)
    if values.dtype.kind in "biuf":
        native = values.astype(values.dtype.newbyteorder("="))
        return pl.Series(name, native if native.dtype != np.float16 else native.astype(np.float32))
    if values.dtype.kind in "mM":
        return pl.Series(name, values.astype(f"{values.dtype.kind}8[us]"))
    return _from_list(values.tolist(), name)


def _from_list(values: list[Any], name: str) -> pl.Series:
    values = [None if _is_missing(value) else value for value in values]
    if any(isinstance(value, complex | np.complexfloating) for value in values):
        raise _not_a_column(name, values)
    kinds = {type(value) for value in values if value is not None}
    numbers = all(issubclass(kind, int | float | np.number) for kind in kinds - {bool})
    if numbers and any(issubclass(kind, float | np.floating) for kind in kinds):
        return pl.Series(name, values, pl.Float64, strict=False)
    try:
        return pl.Series(name, values)
    except (TypeError, OverflowError, pl.exceptions.PolarsError) as error:
        names = listed(sorted(kind.__name__ for kind in kinds))
        raise DataTypeError(
            f"column {name!r} mixes values of several types.",
            expected="numbers, text, booleans or dates, of one kind in a column",
            received=f"{names}: {shown(values[:5])}",
            fix="turn the whole column into one type, e.g. str",
        ) from error


def _is_missing(value: object) -> bool:
    """NaN, NaT and pandas' NA: what does not equal itself, or will not say."""
    try:
        return value is not None and bool(value != value)
    except (TypeError, ValueError):
        return type(value).__name__ == "NAType"


def _canonical(column: pl.Series) -> pl.Series:
    dtype = column.dtype
    if dtype.is_float():
        return column.fill_nan(None)
    if isinstance(dtype, pl.Categorical | pl.Enum):
        return column.cast(pl.String)
    if isinstance(dtype, pl.Decimal):
        return column.cast(pl.Float64)
    if isinstance(dtype, pl.Datetime) and dtype.time_zone:
        return column.dt.convert_time_zone("UTC").dt.replace_time_zone(None)
    return column


def _check_columns(columns: list[pl.Series]) -> None:
    names = [column.name for column in columns]
    if len(set(names)) < len(names):
        raise doubled(names)
    lengths = {column.name: len(column) for column in columns}
    if len(set(lengths.values())) > 1:
        first, other = names[0], next(n for n in names if lengths[n] != lengths[names[0]])
        raise DataError(
            "the columns of a table have different lengths (an inhomogeneous shape).",
            expected=f"as many values in every column as in {first!r}: {lengths[first]}",
            received=f"{lengths[other]} values in {other!r}",
            fix="give every column one value per row, None where it is missing",
        )


def doubled(names: Iterable[object]) -> DataError:
    """The error of a table whose columns have these names, some of them twice."""
    twice = sorted(repr(name) for name, times in Counter(names).items() if times > 1)
    return DataError(
        "several columns of the table have the same name.",
        expected="every column named once",
        received=f"more than once: {listed(twice)}",
        fix="rename or drop the copies",
    )


def _not_a_column(name: str, values: object) -> DataTypeError:
    complex_numbers = np.asarray(values).dtype.kind == "c"
    return DataTypeError(
        "Complex data not supported: " * complex_numbers
        + f"column {name!r} cannot be made from a value of type {type(values).__name__}.",
        expected="real numbers, text, booleans or dates; one-dimensional (m,)",
        received=_on_one_line(values),
        fix="split it into .real and .imag"
        if complex_numbers
        else "give one value per row: y.ravel() for an array (m, 1)",
    )


def _on_one_line(value: object) -> str:
    return " ".join(shown(value).split())
