"""Dates such as 31/12/1999 and 12/31/1999: the column says which, or it has to be told."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import polars as pl

from glassnet.tables.cells import cells_of, every, padded, times_of

if TYPE_CHECKING:
    from collections.abc import Mapping

DAY_FIRST: Final = "day/month/year"
MONTH_FIRST: Final = "month/day/year"

_PARTS: Final = r"^(\d{1,2})[/-](\d{1,2})[/-](\d{4})"
_ISO: Final[Mapping[str, str]] = {DAY_FIRST: "${3}-${2}-${1}", MONTH_FIRST: "${3}-${1}-${2}"}
_SHORT_YEAR: Final = r"^(\d{1,2})[./-](\d{1,2})[./-](\d{2})$"


def order_of_dates(column: pl.Series, told: str | None = None) -> str | None:
    """`DAY_FIRST` or `MONTH_FIRST` where all values are dates so; None where neither or both.

    Parameters
    ----------
    column : polars.Series of String, (m,)
    told : str, optional
        How the column is known to be written, from an earlier table: it decides between both.

    Examples
    --------
    >>> order_of_dates(pl.Series(["31/12/1999", "1/2/2000"]))
    'day/month/year'
    >>> order_of_dates(pl.Series(["3/4/1999", "1/2/2000"])) is None
    True
    """
    orders = _orders(column)
    return told if told in orders else orders[0] if len(orders) == 1 else None


def dates_of(column: pl.Series, order: str) -> pl.Series:
    """Dates in that order as dates, with their time of day where they have one.

    >>> dates_of(pl.Series(["12/31/1999", ""]), MONTH_FIRST).to_list()
    [datetime.date(1999, 12, 31), None]
    """
    text = padded(cells_of(column)).str.replace(_PARTS, _ISO[order])
    if every(text, r"[\d-]*"):
        return text.str.to_date("%Y-%m-%d", strict=False)
    return times_of(text)


def ambiguous_date(column: pl.Series) -> int | None:
    """The row, from 0, of a date in a column whose dates are as good in either order."""
    if len(orders := _orders(column)) < 2:
        return None
    one, other = (dates_of(column, order) for order in orders)
    differ = (one != other).fill_null(value=False)
    return int((differ if differ.any() else one.is_not_null()).arg_true()[0])


def short_year(column: pl.Series) -> int | None:
    """The row, from 0, of a date in a column of dates with years of two digits."""
    text = cells_of(column)
    if text.null_count() == len(text) or not every(text, _SHORT_YEAR):
        return None
    long = text.str.replace(_SHORT_YEAR, "${1}/${2}/20${3}")
    return int(text.is_not_null().arg_true()[0]) if _orders(long) else None


def _orders(column: pl.Series) -> list[str]:
    """The orders in which every value is a date."""
    text = cells_of(column)
    missing = text.null_count()
    if missing == len(text) or not text.str.contains(_PARTS).all():
        return []
    return [order for order in _ISO if dates_of(column, order).null_count() == missing]
