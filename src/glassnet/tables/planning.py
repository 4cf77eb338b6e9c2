"""Infers the plan of a table from its training rows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import polars as pl

from glassnet.errors import DataError, HyperparameterError, listed
from glassnet.tables.categories import Boolean, Category
from glassnet.tables.checks import check_cells, check_drop, check_size, check_types
from glassnet.tables.columns import Column, Dropped
from glassnet.tables.dates import fit_date, with_dates
from glassnet.tables.frames import frame_from
from glassnet.tables.numbers import fit_number
from glassnet.tables.piecewise import fit_bins
from glassnet.tables.plan import TablePlan
from glassnet.tables.reasons import content_key, reason_to_drop

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

RAREST: Final = 5
"""A value in fewer training rows than this, and in fewer than 1 in 100, is rare."""

MOST_VALUES: Final = 200
"""The most values of a category that get a row of X each."""

FEW_VALUES: Final = 10
"""Numbers with no more different values than this are not cut into bins."""


def plan_table(
    data: object, *, drop: Collection[str] = (), robust: bool = False, bins: int | None = None
) -> TablePlan:
    """Infers how each column of a table becomes rows of X.

    Numbers are standardised. Text with few values, True and False, and dates get rows of their
    own kind; text of which every value is a date, such as 2025-12-31, is dates. A column that can
    teach nothing is dropped with the reason: it is empty, constant, says the same as an earlier
    column, numbers the rows (whole numbers that all differ under a name like id), or is text of
    which 19 in 20 values differ. Text with too many values to be a category, too few to be an
    identifier, is refused: dropping it may lose something.

    Parameters
    ----------
    data : pandas, polars or Arrow table, or dict of columns; m rows
        The training rows only, without the target: what the plan learns from other rows would
        leak.
    drop : collection of str
        Columns to leave out.
    robust : bool, default False
        Numbers by median and interquartile range instead of mean and standard deviation: for
        columns with far outliers.
    bins : int, optional
        Adds, for every number with more than 10 different values, its place between this many
        quantiles, or between all of its values where there are at most 4 times as many
        (`PiecewiseLinear`).

    Returns
    -------
    TablePlan

    Raises
    ------
    DataError
        For no rows or one, no columns or none left, infinity, faulty cells in a column of
        numbers, text with too many values, a name in `drop` that is no column.
    DataTypeError
        For a column of another type: lists, structures, durations.

    Examples
    --------
    >>> plan = plan_table({"id": [7, 8, 9], "rooms": [2, 4, None]})
    >>> for line in plan.describe():
    ...     print(line.column, line.kind, line.rows, line.details, sep=" | ")
    id | dropped | 0 | identifier: a different whole number in each of the 3 rows
    rooms | number | 2 | (x − 3) / 1; missing is 0, and marked
    """
    if bins is not None and bins < 2:
        raise HyperparameterError(
            f"bins = {bins} cannot cut a column.",
            expected="bins >= 2, or None",
            received=f"bins = {bins}",
            fix="use bins = 32, or leave it out",
        )
    frame = with_dates(frame_from(data))
    check_drop(drop, frame.columns)
    check_size(frame)
    kept = frame.drop(*drop)
    check_types(kept)
    check_cells(kept)
    reasons = dict.fromkeys(drop, "as asked") | _reasons_to_drop(kept)
    _check_categories(column for column in kept if column.name not in reasons)
    plan = TablePlan(
        tuple(
            Dropped(column.name, reasons[column.name])
            if column.name in reasons
            else _planned(column, robust=robust, bins=bins)
            for column in frame
        )
    )
    if not plan.used:
        raise _nothing_left(plan.dropped)
    return plan


def _planned(column: pl.Series, *, robust: bool, bins: int | None) -> Column:
    missing = column.null_count() > 0
    if column.dtype == pl.Boolean:
        return Boolean(column.name, missing)
    if column.dtype == pl.String:
        values, rare = _values(column)
        return Category(column.name, tuple(values), _rarest(len(column)), rare > 0, missing)
    if not column.dtype.is_numeric():
        return fit_date(column)
    number = fit_number(column, robust=robust)
    if bins is not None and column.n_unique() > FEW_VALUES:
        return fit_bins(column, number, bins) or number
    return number


def _reasons_to_drop(frame: pl.DataFrame) -> dict[str, str]:
    reasons: dict[str, str] = {}
    seen: dict[bytes, str] = {}
    for column in frame:
        reason = reason_to_drop(column)
        if reason is None:
            twin = seen.setdefault(content_key(column), column.name)
            reason = f"says the same as {twin!r} in every row" if twin != column.name else None
        if reason is not None:
            reasons[column.name] = reason
    return reasons


def _rarest(rows: int) -> int:
    """In a small table even a value in two rows counts."""
    return max(1, min(RAREST, rows // 100))


def _values(column: pl.Series) -> tuple[list[str], int]:
    """The values that get rows of their own, sorted, and how many training rows hold others."""
    counts = column.drop_nulls().value_counts(name="rows")
    rare = pl.col("rows") < _rarest(len(column))
    values = counts.filter(~rare)[column.name].sort().to_list()
    return values, int(counts.filter(rare)["rows"].sum())


def _check_categories(columns: Iterable[pl.Series]) -> None:
    """Refuses text in which too many values occur, or most rows hold a rare one."""
    refused = {}
    for column in columns:
        if column.dtype == pl.String:
            values, rare = _values(column)
            present = len(column) - column.null_count()
            if len(values) > MOST_VALUES or 2 * rare > present:
                refused[column.name] = (column.n_unique(), present)
    if refused:
        names = list(refused)
        sizes = (f"{n!r}: {count:,} in {rows:,} rows" for n, (count, rows) in refused.items())
        raise DataError(
            f"text with too many values to be a category: {listed(map(repr, names))}.",
            expected=f"at most {MOST_VALUES} values, half of the rows with one that is not rare",
            received=f"different values in {listed(sizes)}",
            fix="drop it (" + " ".join(f"--drop {name!r}" for name in names[:8]) + f"; drop="
            f"{names[:8]}), or group its values first",
        )


def _nothing_left(dropped: tuple[Dropped, ...]) -> DataError:
    return DataError(
        "no column is left to learn from: 0 feature(s) while a minimum of 1 is required.",
        expected="one column or more that varies",
        received=listed(f"{column.name!r} dropped ({column.reason})" for column in dropped),
        fix="add columns, or drop fewer",
    )
