"""Text columns become numbers, booleans and dates where every value of the column is one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import polars as pl

if TYPE_CHECKING:
    from collections.abc import Callable

MISSING: Final = (
    *("", "?", "NA", "N/A", "n/a", "#N/A", "<NA>"),
    *("NaN", "nan", "NaT", "NULL", "Null", "null", "None"),
)
"""What a missing value may be written as; letters count as they stand."""

NUMBER: Final = r"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?|[+-]?(?i:inf|infinity)"
"""A number with a decimal point; hexadecimal numbers and decimal commas are text."""

LEADING_ZERO: Final = r"[+-]?0\d"
"""Begins a postcode or another identifier, which as a number would lose its zeros."""

_DATE, _TIME = r"\d{4}-\d{2}-\d{2}", r"[T ]\d{2}:\d{2}"
_DAY_FIRST = r"\d{1,2}\.\d{1,2}\.\d{4}"
_YEAR_FIRST = r"\d{4}/\d{1,2}/\d{1,2}"


def typed(column: pl.Series) -> pl.Series:
    """A column of text as the narrowest type that every value of it has.

    Spaces around a value are not part of it, and the words of `MISSING` become null. Then the
    first of these that fits every value: whole numbers, numbers with a decimal
    point, True and False (in any case), ISO dates (a month such as 1749-01 is its first day),
    ISO dates with a time (with an offset: turned to UTC), dates such as 2025/12/31, dates such
    as 31.12.2025 with or without a time; else text. Identifiers stay text:
    a column of whole numbers of which one begins with a needless zero, such as the postcode
    01234, or is too large for 64 bits.

    Parameters
    ----------
    column : polars.Series of String, (m,)

    Returns
    -------
    polars.Series, (m,)

    Examples
    --------
    >>> import polars as pl
    >>> typed(pl.Series(["1", " 2 ", "?"])).to_list()
    [1, 2, None]
    >>> typed(pl.Series(["01234", "99999"])).to_list()
    ['01234', '99999']
    """
    text = cells_of(column)
    missing = text.null_count()
    if missing == len(text):
        return text
    for pattern, convert in _TYPES:
        if every(text, pattern):
            values = convert(text)
            return values if values.null_count() == missing else text
    return text


def moments(column: pl.Series) -> pl.Series:
    """The dates that `typed` knows in a column of text, cell by cell; null where a cell is none.

    >>> moments(pl.Series(["2025-12-31", "31.12.2025 14:30", "soon"])).to_list()
    [datetime.datetime(2025, 12, 31, 0, 0), datetime.datetime(2025, 12, 31, 14, 30), None]
    """
    text = cells_of(column)
    found = pl.Series(text.name, [None] * len(text), pl.Datetime("us"))
    for pattern, convert in _DATES:
        fits = text.str.contains(f"^(?:{pattern})$").fill_null(value=False)
        if fits.any():
            dates = convert(text.set(~fits, None)).cast(pl.Datetime("us"))
            found = found.zip_with(found.is_not_null(), dates)
    return found


def cells_of(column: pl.Series) -> pl.Series:
    """A column of text without the spaces around its values; null where they are `MISSING`."""
    text = column.str.strip_chars()
    return text.set(text.is_in(MISSING), None)


def every(text: pl.Series, pattern: str) -> bool:
    """Whether the pattern fits every value that is not missing."""
    return bool(text.str.contains(f"^(?:{pattern})$").all())


def _number(dtype: type[pl.DataType]) -> Callable[[pl.Series], pl.Series]:
    def convert(text: pl.Series) -> pl.Series:
        if text.str.contains(f"^{LEADING_ZERO}").any():
            return pl.Series(text.name, [None] * len(text), dtype)
        return text.str.strip_prefix("+").cast(dtype, strict=False)

    return convert


def _boolean(text: pl.Series) -> pl.Series:
    return text.str.to_lowercase() == "true"


def _date(text: pl.Series) -> pl.Series:
    return text.str.to_date("%Y-%m-%d", strict=False)


def _month(text: pl.Series) -> pl.Series:
    return (text + "-01").str.to_date("%Y-%m-%d", strict=False)


def times_of(text: pl.Series) -> pl.Series:
    """ISO dates with a time, or null: seconds and fractions may be left out.

    >>> times_of(pl.Series(["2025-12-31 14:30"])).to_list()
    [datetime.datetime(2025, 12, 31, 14, 30)]
    """
    plain = text.str.replace("T", " ").str.replace("Z$", "")
    seconds = plain.str.replace(r"^(.{16})$", "${1}:00")
    return seconds.str.to_datetime("%Y-%m-%d %H:%M:%S%.f", time_unit="us", strict=False)


def _time_with_offset(text: pl.Series) -> pl.Series:
    plain = text.str.replace("T", " ").str.replace("Z$", "+00:00")
    seconds = plain.str.replace(r"^(.{16})([+-]\d{2}:?\d{2})$", "${1}:00${2}")
    moments = seconds.str.to_datetime(
        "%Y-%m-%d %H:%M:%S%.f%z", time_unit="us", time_zone="UTC", strict=False
    )
    return moments.dt.replace_time_zone(None)


def _day_first(text: pl.Series) -> pl.Series:
    return text.str.to_date("%d.%m.%Y", strict=False)


def _day_first_with_time(text: pl.Series) -> pl.Series:
    return times_of(padded(text).str.replace(r"^(\d+)\.(\d+)\.(\d+)", "${3}-${2}-${1}"))


def _year_first(text: pl.Series) -> pl.Series:
    return text.str.to_date("%Y/%m/%d", strict=False)


def padded(text: pl.Series) -> pl.Series:
    """Dates such as 1.2.2025 with days and months of two digits: 01.02.2025.

    >>> padded(pl.Series(["1.2.2025 9:30"])).to_list()
    ['01.02.2025 9:30']
    """
    first = text.str.replace(r"^(\d[./-])", "0${1}")
    return first.str.replace(r"^(\d\d[./-])(\d[./-])", "${1}0${2}")


_DATES: Final = (
    (_DATE, _date),
    (r"\d{4}-\d{2}", _month),
    (rf"{_DATE}{_TIME}(?::\d{{2}}(?:\.\d+)?)?", times_of),
    (rf"{_DATE}{_TIME}(?::\d{{2}}(?:\.\d+)?)?(?:Z|[+-]\d{{2}}:?\d{{2}})", _time_with_offset),
    (_YEAR_FIRST, _year_first),
    (_DAY_FIRST, _day_first),
    (rf"{_DAY_FIRST}{_TIME}(?::\d{{2}}(?:\.\d+)?)?", _day_first_with_time),
)

_TYPES: Final = (
    (r"[+-]?\d+", _number(pl.Int64)),
    (NUMBER, _number(pl.Float64)),
    ("(?i:true|false)", _boolean),
    *_DATES,
)
