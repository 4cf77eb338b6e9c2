"""Columns of numbers: standardised, and missing values marked."""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

import numpy as np
import polars as pl

from glassnet.errors import CellError, GlassnetWarning
from glassnet.tables.columns import Column, check_scale, wrong_type

if TYPE_CHECKING:
    from numpy.typing import NDArray

EXACT = 2**53  # from here on, whole numbers have gaps in float64


@dataclass(frozen=True)
class Number(Column):
    """x becomes (x − center) / scale, and a missing x becomes 0, the centre.

    Parameters
    ----------
    name : str
        The column of the table.
    center, scale : float
        Mean and standard deviation of the training rows, or median and interquartile range.
    whole : bool
        Whether all training values were whole numbers; `decode` then rounds.
    missing : bool
        Whether training rows lacked the value: a second row of X then says which. Without it a
        missing value at predict is the centre and nothing more: no weight could have learnt what
        a missing value means.

    Examples
    --------
    >>> import polars as pl
    >>> age = Number("age", center=30.0, scale=10.0, whole=True, missing=True)
    >>> age.encode(pl.Series("age", [20, None]))
    array([[-1.,  0.],
           [ 0.,  1.]])
    """

    kind: ClassVar[str] = "number"
    center: float
    scale: float
    whole: bool
    missing: bool

    def __post_init__(self) -> None:
        check_scale(self.name, self.scale)

    @property
    def names(self) -> tuple[str, ...]:
        return (self.name, f"{self.name} is missing") if self.missing else (self.name,)

    @property
    def details(self) -> str:
        formula = standardised("x", self.center, self.scale)
        return formula + "; missing is 0, and marked" * self.missing

    def encode(self, column: pl.Series) -> NDArray[np.float64]:
        x = numbers_of(column)
        absent = np.isnan(x)
        z = np.where(absent, 0.0, (x - self.center) / self.scale)
        return np.column_stack([z, absent]) if self.missing else z[:, np.newaxis]

    def decode(self, rows: NDArray[np.floating]) -> pl.Series:
        x = rows[:, 0].astype(np.float64) * self.scale + self.center
        if self.missing:
            x[rows[:, 1] > 0.5] = np.nan
        values = pl.Series(self.name, x).fill_nan(None)
        return values.round().cast(pl.Int64) if self.whole else values


def numbers_of(column: pl.Series) -> NDArray[np.float64]:
    """The values of a column as float64, (m,); NaN where they are missing.

    Raises
    ------
    DataError
        For text that is no number, for other types, and for infinity, naming column and row.
    """
    if not (column.dtype.is_numeric() or column.dtype in (pl.String, pl.Null)):
        raise wrong_type(column, "numbers", column.is_not_null())
    values = column.cast(pl.Float64, strict=False)
    bad = values.is_null() & column.is_not_null()
    if bad.any():
        raise wrong_type(column, "numbers", bad)
    check_finite(values)
    if column.dtype.is_integer() and (values.abs() >= EXACT).any():
        warnings.warn(
            f"column {column.name!r} holds whole numbers of 2^53 or more, which float64 cannot tell"
            " apart; pass them as text if they are identifiers",
            GlassnetWarning,
            stacklevel=2,
        )
    return values.fill_null(np.nan).to_numpy()


def check_finite(column: pl.Series) -> None:
    """Refuses infinity in a column of floats, naming the first row."""
    infinite = column.is_infinite()
    if infinite.any():
        row = infinite.arg_true()[0]
        raise CellError(
            f"column {column.name!r} holds {column[row]} in row {row + 1}.",
            expected="finite numbers, or missing values",
            received=f"{infinite.sum()} of {len(column)} values that are inf or -inf,"
            " or too large for float64",
            fix="correct them, leave them empty, or drop the column",
            row=row,
        )


def fit_number(column: pl.Series, *, robust: bool) -> Number:
    """The `Number` of a column: mean and standard deviation, or median and interquartile range.

    Parameters
    ----------
    column : polars.Series of numbers, (m,)
        The training rows; at least one is not missing.
    robust : bool
        Whether to use median and interquartile range. Where half of the values are equal and
        that range is 0, the standard deviation serves.
    """
    x = numbers_of(column)
    x = x[~np.isnan(x)]
    center, scale = center_and_scale(x)
    if robust:
        low, center, high = map(float, np.quantile(x, [0.25, 0.5, 0.75]))
        scale = high - low or scale
    whole = column.dtype.is_integer()
    return Number(column.name, center, scale, whole, missing=column.null_count() > 0)


def center_and_scale(x: NDArray[np.float64]) -> tuple[float, float]:
    """Mean and standard deviation, (m,), of numbers of any size; scale 1 where all are equal."""
    largest = float(np.abs(x).max())
    if x.min() == x.max():
        return float(x[0]), 1.0
    unit = x / largest  # squares of 1e200 would overflow
    center, scale = float(unit.mean()) * largest, float(unit.std()) * largest
    # Numbers near the smallest that there is differ by less than a scale can say.
    return center, scale if scale > 0 else 1.0


def standardised(x: str, center: float, scale: float) -> str:
    """The formula (x − center) / scale with its numbers."""
    return f"({x} {'+' if center < 0 else '−'} {abs(center):.6g}) / {scale:.6g}"
