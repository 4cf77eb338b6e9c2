"""Refuses tables that no plan can use: their size, their types, their faulty cells."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

import polars as pl

from glassnet.errors import CellError, DataError, DataTypeError, did_you_mean, listed, shown
from glassnet.tables.cells import NUMBER
from glassnet.tables.numbers import check_finite
from glassnet.tables.reasons import FEW
from glassnet.tables.written_dates import (
    DAY_FIRST,
    MONTH_FIRST,
    ambiguous_date,
    dates_of,
    short_year,
)

if TYPE_CHECKING:
    from collections.abc import Collection

NUMERIC: Final = 0.9
"""The share of numbers from which text is taken for numbers with faulty cells in between."""


def check_types(frame: pl.DataFrame) -> None:
    """Refuses columns that hold neither numbers, text, booleans nor dates."""
    refused = {
        column.name: column.dtype
        for column in frame
        if not (
            column.dtype.is_numeric()
            or isinstance(column.dtype, pl.String | pl.Boolean | pl.Null | pl.Date | pl.Datetime)
        )
    }
    if refused:
        columns = (f"{name!r} ({dtype})" for name, dtype in refused.items())
        first = frame[next(iter(refused))].drop_nulls()
        raise DataTypeError(
            f"columns of a type that cannot become numbers: {listed(columns)}.",
            expected="argument must be a string or a number, a boolean or a date in every cell",
            received=f"e.g. {type(first.to_list()[0]).__name__} in {first.name!r}",
            fix="turn them into columns of numbers or text, or drop them",
        )


def check_drop(drop: Collection[str], columns: list[str]) -> None:
    """Refuses the name of a column that the table does not have."""
    for name in drop:
        if name not in columns:
            raise DataError(
                f"drop names {name!r}, which is not a column of the table.",
                expected=f"some of the columns {listed(columns)}",
                received=f"drop = {listed(map(repr, drop))}",
                fix=did_you_mean(name, columns),
            )


def check_target(name: str, columns: list[str], source: str) -> None:
    """Refuses a table without the column of the target.

    Parameters
    ----------
    name : str
        The target.
    columns : list of str
        Those of the table.
    source : str
        What the table is called.

    Raises
    ------
    DataError

    Examples
    --------
    >>> check_target("price", ["rooms", "price"], "houses.csv")
    """
    if name not in columns:
        raise DataError(
            f"{source} has no column {name!r}, the target.",
            expected=f"one of {listed(map(repr, columns), most=20)}",
            received=f"target {name!r}",
            fix=did_you_mean(name, columns),
        )


def check_size(frame: pl.DataFrame) -> None:
    """Refuses a table without columns, without rows, or of one row."""
    rows, width = frame.shape
    for count, what, least in (
        (width, "feature(s)", 1),
        (rows, "sample(s)", 1),
        (rows, "sample", 2),
    ):
        if count < least:
            raise DataError(
                f"the table holds {count} {what} (shape=({rows}, {width})) while a minimum of"
                f" {least} is required.",
                expected="one column or more, and two rows or more: one row has no scale",
                received=f"{rows} rows, {width} columns",
                fix="check the file, or the filter that made the table",
            )


def check_cells(frame: pl.DataFrame) -> None:
    """Refuses a table with a cell that must be a mistake.

    `plan_table` calls this with the training rows. Called first with all rows, it counts rows as
    the file does.

    Parameters
    ----------
    frame : polars.DataFrame, m rows

    Raises
    ------
    DataError
        For infinity in a column of numbers, for text in a column whose other values are
        numbers (at least nine in ten), and for dates that can be read in two ways; the message
        names the column and the row.

    Examples
    --------
    >>> import polars as pl
    >>> check_cells(pl.DataFrame({"age": [31.0, None]}))
    """
    for column in frame:
        if column.dtype.is_float():
            check_finite(column)
        elif column.dtype == pl.String:
            _check_dates(column)
            if column.n_unique() > FEW:
                _check_numeric(column)


def _check_dates(column: pl.Series) -> None:
    """Refuses dates of which day and month, or the century, are a guess."""
    if (row := ambiguous_date(column)) is not None:
        iso = [dates_of(column[[row]], order)[0] for order in (DAY_FIRST, MONTH_FIRST)]
        raise CellError(
            f"column {column.name!r} holds the date {shown(column[row])} in row {row + 1}, and"
            " none that tells whether the day or the month comes first.",
            expected="dates such as 2025-12-31, or one after the twelfth of a month",
            received=f"{shown(column[row])}: {iso[0]} or {iso[1]}",
            fix=f"write {iso[0]} or {iso[1]}, as it is meant; in a data frame, make it a date",
            row=row,
        )
    if (row := short_year(column)) is not None:
        raise CellError(
            f"column {column.name!r} holds the date {shown(column[row])} in row {row + 1}, whose "
            "year has two digits.",
            expected="years of four digits, such as 2025-12-31 or 31.12.2025",
            received=f"{shown(column[row])}, of this century or the last",
            fix="write the whole year (in a data frame, make it a date); no date: drop the column",
            row=row,
        )


def _check_numeric(column: pl.Series) -> None:
    present = len(column) - column.null_count()
    number = column.str.contains(f"^(?:{NUMBER})$")
    comma = column.str.contains(r"^[+-]?\d+,\d+$")
    whole = column.str.contains(r"^\d+$")
    numeric = number.sum() >= NUMERIC * present
    european = comma.any() and (comma | whole).sum() >= NUMERIC * present
    if (numeric or european) and not number.all():
        row = (~number).arg_true()[0]
        raise CellError(
            f"column {column.name!r} holds {shown(column[row])} in row {row + 1}, which is not a"
            " number, as most of its values are.",
            expected="numbers with a decimal point, such as 1.5 or 2e3; or a missing value",
            received=f"{(~number).sum()} of {present} values that are not",
            fix=_in_points(column[row])
            if european
            else "correct it, leave it empty if it is unknown, or drop the column",
            row=row,
        )


def _in_points(value: str) -> str:
    """What to write for 1,5, and for 1,500, which may be fifteen hundred."""
    if not re.fullmatch(r"[+-]?[1-9]\d{0,2},\d{3}", value):
        return "write decimal points, not commas"
    return f"write {value.replace(',', '')} or {value.replace(',', '.')}, as it is meant"
