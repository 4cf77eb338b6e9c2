"""Columns of dates: time as it passes, and the seasons, weeks and days that come back in it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, Final

import numpy as np
import polars as pl

from glassnet.errors import HyperparameterError, did_you_mean
from glassnet.tables.cells import cells_of, moments, typed
from glassnet.tables.columns import Column, check_scale, wrong_type
from glassnet.tables.numbers import center_and_scale, standardised

if TYPE_CHECKING:
    from numpy.typing import NDArray

PERIODS: Final = {"year": 365.2425, "week": 7.0, "day": 1.0}
"""The cycles that a date can have, in days."""

MICROSECONDS = 86_400 * 1_000_000  # of a day


@dataclass(frozen=True)
class Date(Column):
    """t, in days since 1970, becomes (t − center) / scale and sin and cos of its cycles.

    Parameters
    ----------
    name : str
        The column of the table.
    center, scale : float
        Mean and standard deviation of the training rows, in days.
    time : bool
        Whether the column holds a time of day besides the date.
    missing : bool
        Whether training rows lacked the value: a second row of X then says which. A missing
        date is 0 in all other rows.
    cycles : tuple of {"year", "week", "day"}
        Each makes two rows of X: sin(2πt/T) and cos(2πt/T), where T is the period. So
        31 December lies next to 1 January.

    Examples
    --------
    >>> import datetime, polars as pl
    >>> day = Date("day", center=0.0, scale=2.0, time=False, missing=False, cycles=())
    >>> day.encode(pl.Series("day", [datetime.date(1970, 1, 5)]))
    array([[2.]])
    """

    kind: ClassVar[str] = "date"
    center: float
    scale: float
    time: bool
    missing: bool
    cycles: tuple[str, ...]

    def __post_init__(self) -> None:
        check_scale(self.name, self.scale)
        for cycle in self.cycles:
            if cycle not in PERIODS:
                raise HyperparameterError(
                    f"column {self.name!r} cannot have the cycle {cycle!r}.",
                    expected="year, week or day",
                    received=repr(cycle),
                    fix=did_you_mean(cycle, PERIODS),
                )

    @property
    def names(self) -> tuple[str, ...]:
        missing = (f"{self.name} is missing",) * self.missing
        waves = (f"{self.name} {cycle} {f}" for cycle in self.cycles for f in ("sin", "cos"))
        return (self.name, *missing, *waves)

    @property
    def details(self) -> str:
        cycles = "".join(f"; cycle of the {cycle}" for cycle in self.cycles)
        formula = standardised("days since 1970", self.center, self.scale)
        return f"{formula}{cycles}" + "; missing is 0, and marked" * self.missing

    def encode(self, column: pl.Series) -> NDArray[np.float64]:
        t = days_of(column)
        absent = np.isnan(t)
        rows = [(t - self.center) / self.scale]
        for cycle in self.cycles:
            angle = 2 * np.pi * (t / PERIODS[cycle] % 1.0)
            rows += [np.sin(angle), np.cos(angle)]
        rows = [np.where(absent, 0.0, row) for row in rows]
        marks = [absent.astype(np.float64)] if self.missing else []
        return np.column_stack([rows[0], *marks, *rows[1:]])

    def decode(self, rows: NDArray[np.floating]) -> pl.Series:
        t = rows[:, 0].astype(np.float64) * self.scale + self.center
        if self.missing:
            t[rows[:, 1] > 0.5] = np.nan
        days = pl.Series(self.name, t).fill_nan(None)
        if self.time:
            return (days * MICROSECONDS).round().cast(pl.Int64).cast(pl.Datetime("us"))
        return days.round().cast(pl.Int32).cast(pl.Date)


def days_of(column: pl.Series) -> NDArray[np.float64]:
    """Days since 1970-01-01, (m,); NaN where the date is missing.

    Raises
    ------
    DataError
        For a value that is no date, naming the column and the row.
    """
    dates, present = column, column.is_not_null()
    if column.dtype == pl.String:
        dates, present = moments(column), cells_of(column).is_not_null()
    elif not isinstance(column.dtype, pl.Date | pl.Datetime | pl.Null) and present.any():
        raise wrong_type(column, "ISO dates", present)
    if (bad := present & dates.is_null()).any():
        raise wrong_type(column, "ISO dates", bad)
    stamps = dates.cast(pl.Datetime("us")).cast(pl.Int64).cast(pl.Float64)
    return (stamps / MICROSECONDS).fill_null(np.nan).to_numpy()


def with_dates(frame: pl.DataFrame) -> pl.DataFrame:
    """The table, with the columns of text as dates of which every value is one, such as 2025-12-31.

    A file of text is read so at once; a data frame may hold its dates as text.

    >>> with_dates(pl.DataFrame({"built": ["1999-12-31", "NA"], "boat": ["Ida", "Ole"]})).dtypes
    [Date, String]
    """
    texts = (column for column in frame if column.dtype == pl.String)
    return frame.with_columns(
        values for values in map(typed, texts) if isinstance(values.dtype, pl.Date | pl.Datetime)
    )


def fit_date(column: pl.Series) -> Date:
    """The `Date` of a column.

    A cycle is used where the training rows hold it: they span two periods or more, and some lie
    closer together than a quarter of it (monthly figures have a year, but no week).
    """
    t = days_of(column)
    t = np.unique(t[~np.isnan(t)])
    span, step = t[-1] - t[0], np.diff(t).min() if len(t) > 1 else np.inf
    cycles = tuple(name for name, days in PERIODS.items() if 2 * days <= span and 4 * step <= days)
    center, scale = center_and_scale(t)
    time = isinstance(column.dtype, pl.Datetime)
    return Date(column.name, center, scale, time, column.null_count() > 0, cycles)
