"""Numbers as people read them."""

from __future__ import annotations

import math

_RAISED = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")


def figure(value: float, digits: int = 4) -> str:
    """A number to some significant digits, with thousands apart and a true minus.

    >>> figure(49310.4), figure(0.81734), figure(-1234.5), figure(3.2e-9), figure(float("nan"))
    ('49,310', '0.8173', '−1,234', '3.2·10⁻⁹', 'undefined')
    """
    if math.isnan(value):
        return "undefined"
    if math.isinf(value):
        return "∞" if value > 0 else "−∞"
    size = abs(value)
    if size and not 1e-4 <= size < 1e7:
        return _scientific(value, digits)
    decimals = digits - 1 - math.floor(math.log10(size)) if size else 0
    return f"{value:,.{max(0, decimals)}f}".replace("-", "−")


def score(value: float) -> str:
    """A score of a table: large numbers whole, small ones to four decimals.

    >>> score(49310.2), score(0.5), score(-0.000068), score(0.00000012)
    ('49,310', '0.5000', '−0.0001', '1.2·10⁻⁷')
    """
    tiny = 0 < abs(value) < 5e-5
    return figure(value) if tiny or not abs(value) < 10 else f"{value:.4f}".replace("-", "−")


def tick(value: float) -> str:
    """A number at an axis, with no more digits than it needs.

    >>> tick(0.1 + 0.2), tick(200000.0), tick(8e-4), tick(2e-7), tick(0.0)
    ('0.3', '200,000', '0.0008', '2·10⁻⁷', '0')
    """
    if value and not 1e-4 <= abs(value) < 1e6:
        return _scientific(value, 6)
    return f"{value:,.6g}".replace("-", "−")


def aligned(value: float, largest: float) -> str:
    """A number with as many decimals as three digits of the largest one have.

    >>> aligned(0.0834, 0.0834), aligned(-0.00051, 0.0834), aligned(3.0, 25000.0)
    ('0.0834', '−0.0005', '3')
    """
    if not largest or not 1e-4 <= largest < 1e7:
        return figure(value, 3)
    decimals = max(0, 2 - math.floor(math.log10(largest)))
    return f"{value:,.{decimals}f}".replace("-", "−")


def percent(share: float) -> str:
    """A share in percent, to one decimal where that says something.

    >>> percent(0.8268), percent(1.0), percent(0.0001), percent(0.9999)
    ('82.7%', '100%', '< 0.1%', '> 99.9%')
    """
    if math.isnan(share):
        return "undefined"
    if 0 < share < 0.0005:
        return "< 0.1%"
    if 0.9995 <= share < 1:
        return "> 99.9%"
    return f"{100 * share:.1f}%" if share % 1 else f"{share:.0%}"


def _scientific(value: float, digits: int) -> str:
    mantissa, exponent = f"{value:.{digits - 1}e}".split("e")
    if "." in mantissa:
        mantissa = mantissa.rstrip("0").rstrip(".")
    return f"{mantissa}·10{str(int(exponent)).translate(_RAISED)}".replace("-", "−")


def count(number: int, one: str, many: str | None = None) -> str:
    """How many of something.

    >>> count(1, "row"), count(20640, "row"), count(2, "category", "categories")
    ('1 row', '20,640 rows', '2 categories')
    """
    return f"{number:,} {one if number == 1 else many or f'{one}s'}"
