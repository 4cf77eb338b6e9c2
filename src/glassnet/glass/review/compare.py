"""One array of a learner beside the right one."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import numpy as np

from glassnet.notation import number
from glassnet.shapes import written

SYMBOLS: Mapping[str, str] = {
    "W": "(n[{l}], n[{p}])",
    "dW": "(n[{l}], n[{p}])",
    "b": "(n[{l}], 1)",
    "db": "(n[{l}], 1)",
    **dict.fromkeys(("Z", "A", "dZ", "dA"), "(n[{l}], m)"),
}


def fault(name: str, given: Any, right: Any, tolerance: float) -> str:
    """What is wrong with an array; empty where nothing is."""
    right = np.asarray(right, dtype=float)
    try:
        values = np.asarray(given, dtype=float)
    except (TypeError, ValueError):
        return f"{name} is a {type(given).__name__}: expected {_what(right)}."
    if right.ndim == 0 and values.size == 1:
        values = values.reshape(())
    if values.shape != right.shape:
        return f"{name} is {written(values.shape)}: expected {_what(right)}{_symbol(name)}."
    if same(values, right, tolerance):
        return ""
    off = np.where(np.isnan(values) != np.isnan(right), np.inf, np.abs(values - right))
    at = np.unravel_index(int(np.nanargmax(off > tolerance * _scale(right))), off.shape)
    place = f"[{', '.join(map(str, at))}]" if at else ""
    one, other = _apart(float(values[at]), float(right[at]))
    return f"{name}{place} is {one}: expected {other}."


def same(one: Any, other: Any, tolerance: float) -> bool:
    """Whether two arrays have the same shape and, but for rounding, the same numbers."""
    try:
        one, other = np.asarray(one, dtype=float), np.asarray(other, dtype=float)
    except (TypeError, ValueError):
        return False
    if one.shape != other.shape:
        return False
    margin = tolerance * _scale(other)
    return bool(np.allclose(one, other, rtol=0, atol=margin, equal_nan=True))


def unusual(name: str, given: Any, right: Any) -> str:
    """A form that is not asked for, though it holds the right number."""
    shape = np.shape(given)
    if np.ndim(right) == 0 and shape not in ((), np.shape(right)):
        return f"{name} is {written(shape)}, not a number: np.squeeze({name}) takes the axes away."
    return ""


def _scale(right: Any) -> float:
    finite = np.abs(right[np.isfinite(right)])
    return float(finite.max()) if finite.size and finite.max() else 1.0


def _what(right: Any) -> str:
    return written(right.shape) if right.ndim else "a number"


def _symbol(name: str) -> str:
    match = re.fullmatch(r"([A-Za-z]+)(\d+)", name.rpartition(" ")[2])
    if match is None or match[1] not in SYMBOLS:
        return ""
    l = int(match[2])
    return f", shape {SYMBOLS[match[1]].format(l=l, p=l - 1)}"


def _apart(one: float, other: float) -> tuple[str, str]:
    """Two different numbers with as many digits as it takes to see that they differ."""
    if number(one) != number(other):
        return number(one), number(other)
    return f"{one:.12g}".replace("-", "−"), f"{other:.12g}".replace("-", "−")
