"""How columns are written that are neither 1234.5 nor 2025-12-31, where they can mean one thing."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import polars as pl

from glassnet.errors import DataError, listed, shown
from glassnet.tables.cells import LEADING_ZERO, cells_of, every, typed
from glassnet.tables.written_dates import DAY_FIRST, MONTH_FIRST

if TYPE_CHECKING:
    from collections.abc import Mapping

DECIMAL_COMMA: Final = "decimal comma"
THOUSANDS_COMMA: Final = "thousands comma"
APOSTROPHE: Final = "thousands apostrophe"
DOTTED: Final = "day.month.year"

EXAMPLES: Final[Mapping[str, str]] = {
    DECIMAL_COMMA: "1.234,5 is one thousand two hundred thirty-four and a half",
    THOUSANDS_COMMA: "1,234.5 is one thousand two hundred thirty-four and a half",
    APOSTROPHE: "1'234.5 is one thousand two hundred thirty-four and a half",
    DOTTED: "1.2.2025 is the first of February",
    DAY_FIRST: "1/2/2025 is the first of February",
    MONTH_FIRST: "1/2/2025 is the second of January",
}

_SEPARATOR = r"[. \u00a0\u202f'\u2019]"  # of thousands: points, three kinds of space, apostrophes
_WHOLE = rf"\d{{1,3}}(?:{_SEPARATOR}\d{{3}})+|\d+"
_NUMBER = rf"[+-]?(?:(?:{_WHOLE})(?:,\d+)?|,\d+)(?:[eE][+-]?\d+)?"

_DECISIVE = "|".join(
    [
        rf"{_SEPARATOR}\d{{3}},",  # 1.234,5
        r"(?:\.\d{3}){2}",  # 1.234.567
        r",(?:\d{1,2}|\d{4,})(?:[eE]|$)",  # 1,5 but not 1,500
        r"^[+-]?(?:0|\d{4,})?,",  # 0,500 and 1234,500
    ]
)
"""What no number with a decimal point, and commas between its thousands, can hold."""

_GROUPS: Final = {THOUSANDS_COMMA: ",", APOSTROPHE: "['\u2019]"}
_WITH_GROUPS = r"[+-]?(?:[1-9]\d{{0,2}}(?:{0}\d{{3}})+|\d+)(?:\.\d*)?"

_EITHER = r"[+-]?[1-9]\d{0,2}\.\d{3}|[+-]?\d+"
"""1.500 is one and a half, or fifteen hundred."""


def has_decimal_commas(column: pl.Series, *, told: bool) -> bool:
    """Whether the numbers of a column of text are written with decimal commas.

    They are if all its values can be read so, and some cannot be read otherwise: 1,500 could be
    fifteen hundred.

    Parameters
    ----------
    column : polars.Series of String, (m,)
    told : bool
        Whether it is known that they are, from an earlier table: then it is enough that they
        can be.

    Examples
    --------
    >>> import polars as pl
    >>> has_decimal_commas(pl.Series(["1.234,5", "2.500"]), told=False)
    True
    >>> has_decimal_commas(pl.Series(["1,500", "2,250"]), told=False)
    False
    """
    text = cells_of(column)
    if text.null_count() == len(text) or not every(text, _NUMBER):
        return False
    if text.str.contains(f"^{LEADING_ZERO}").any():
        return False
    return told or bool(text.str.contains(_DECISIVE).any())


def with_points(column: pl.Series) -> pl.Series:
    """Numbers with decimal commas as numbers: whole ones where no value has a comma.

    >>> import polars as pl
    >>> with_points(pl.Series(["1.234,5", "2.500", ""])).to_list()
    [1234.5, 2500.0, None]
    """
    text = cells_of(column).str.replace_all(_SEPARATOR, "").str.strip_prefix("+")
    if every(text, r"-?\d{1,18}"):
        return text.cast(pl.Int64)
    return text.str.replace(",", ".", literal=True).cast(pl.Float64)


def grouping_of(column: pl.Series, told: str | None) -> str | None:
    """`THOUSANDS_COMMA` or `APOSTROPHE` where numbers are written 1,234.5 or 1'234.5.

    Commas alone, as in 1,500, may be decimal commas: another value must rule that out, or what
    is known from an earlier table.

    >>> grouping_of(pl.Series(["1'234.5", "700"]), None)
    'thousands apostrophe'
    >>> grouping_of(pl.Series(["1,500", "700"]), None) is None
    True
    """
    text = cells_of(column)
    for kind, mark in _GROUPS.items():
        fits = text.null_count() < len(text) and every(text, _WITH_GROUPS.format(mark))
        if fits and not text.str.contains(f"^{LEADING_ZERO}").any():
            sure = r",\d{3}[.,]" if kind == THOUSANDS_COMMA and told != kind else mark
            if text.str.contains(sure).any():
                return kind
    return None


def without_groups(column: pl.Series) -> pl.Series:
    """Numbers such as 1,234.5 and 1'234.5 as numbers.

    >>> without_groups(pl.Series(["1,234", "700"])).to_list()
    [1234, 700]
    """
    return typed(cells_of(column).str.replace_all("[,'\u2019]", ""))


def is_dotted(column: pl.Series, values: pl.Series) -> bool:
    """Whether `values`, the dates of a column of text, were written 31.12.2025."""
    return values.dtype.is_temporal() and bool(column.str.contains(r"^\s*\d{1,2}\.").any())


def check_thousands(columns: list[pl.Series], commas: list[str], file: str) -> None:
    """Refuses, beside columns with decimal commas, one whose points may be of either kind.

    Raises
    ------
    DataError
    """
    for column in columns:
        text = cells_of(column)
        points = text.str.contains(".", literal=True)
        if points.any() and every(text, _EITHER):
            row = points.arg_true()[0]
            value = str(text[row])
            raise DataError(
                f"{file}: the points in column {column.name!r} may stand before decimals or "
                "between thousands.",
                expected="a column that can be read in one way only, beside those with decimal "
                f"commas: {listed(commas)}",
                received=f"{shown(value)} in row {row + 1}, and no comma in the column",
                fix=f"write {value.replace('.', '')} or {value.replace('.', ',')}0, as it is meant",
            )
