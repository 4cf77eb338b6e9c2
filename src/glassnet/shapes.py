"""Shape strings: one line that says which axes the arrays of a layer have.

``"A: ... n m, W: units n, b: units 1 -> Z: ... units m"`` reads: `A` ends in (n, m) behind any
leading axes (time, height, width), `W` is (units, n), `b` is (units, 1), and the layer makes `Z`
with the leading axes of `A` followed by (units, m). A name that stands twice is the same size
twice; ``units+n`` is a sum; ``m``, the number of examples, is the last axis of all data.

>>> dense = parse("A: ... n m, W: units n, b: units 1 -> Z: ... units m")
>>> sizes = match(dense.reads["A"], (7, 3, 11), {"units": 5})
>>> sizes["n"], size(dense.reads["W"], sizes), size(dense.makes["Z"], sizes)
(3, (5, 3), (7, 5, 11))
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType
from typing import Any

Axes = tuple[str, ...]
Shape = tuple[int, ...]
Sizes = dict[str, Any]

EXAMPLES = "m"
LEADING = "..."
_TERM = re.compile(r"\.\.\.|[A-Za-z_]\w*(\+[A-Za-z_]\w*)*|\d+")


@dataclass(frozen=True)
class Signature:
    """The parsed shape string: the axes of what a layer reads and of what it makes."""

    reads: Mapping[str, Axes]
    makes: Mapping[str, Axes]


class Mismatch(Exception):
    """A shape that its axes cannot have.

    `expected` says, in words, what would have fitted; `fix`, where it is known, what to do.
    """

    def __init__(self, expected: str, fix: str | None = None) -> None:
        super().__init__(expected)
        self.expected, self.fix = expected, fix


@cache
def parse(text: str) -> Signature:
    """Read a shape string.

    Raises
    ------
    ValueError
        The text is not a shape string: a mistake of whoever wrote the layer.
    """
    reads, arrow, makes = text.partition("->")
    if not arrow:
        raise ValueError(f"shape string {text!r} has no '->'")
    return Signature(_arrays(reads), _arrays(makes))


def _arrays(text: str) -> Mapping[str, Axes]:
    arrays: dict[str, Axes] = {}
    for part in text.split(","):
        name, colon, axes = (piece.strip() for piece in part.partition(":"))
        terms = tuple(axes.split())
        if not colon or not name.isidentifier() or not all(map(_TERM.fullmatch, terms)):
            raise ValueError(
                f"{part.strip()!r} is no array of a shape string, such as 'W: units n'"
            )
        if name in arrays or LEADING in terms[1:]:
            raise ValueError(f"{part.strip()!r}: a name stands once, and '...' only in front")
        arrays[name] = terms
    return MappingProxyType(arrays)


def match(axes: Axes, shape: Shape, sizes: Mapping[str, Any]) -> Sizes:
    """The sizes that make `axes` equal to `shape`, together with those known before.

    Parameters
    ----------
    axes : tuple of str
        Of one array, e.g. ``("...", "n", "m")``.
    shape : tuple of int
        What the array has.
    sizes : mapping of str to int
        Sizes known already; a name among them must agree.

    Raises
    ------
    Mismatch
        The number of axes differs, or an axis that is known has another size.
    """
    sizes = dict(sizes)
    named = axes[1:] if axes[0] == LEADING else axes
    leading = len(shape) - len(named)
    if leading < 0 or (leading > 0 and axes[0] != LEADING):
        raise Mismatch(f"{len(named)} axes {written(axes)}")
    if axes[0] == LEADING:
        if sizes.setdefault(LEADING, shape[:leading]) != shape[:leading]:
            raise Mismatch(f"{written(axes)} with leading axes {sizes[LEADING]}")
        shape = shape[leading:]
    for axis, length in zip(named, shape, strict=True):
        terms = [] if axis.isdigit() else axis.split("+")
        unknown = [name for name in terms if name not in sizes]
        if len(unknown) == 1:
            known_part = sum(sizes[name] for name in terms if name in sizes)
            if known_part and length <= known_part:
                raise Mismatch(f"{written(axes)} with {axis} of at least {known_part + 1}")
            sizes[unknown[0]] = length - known_part if known_part else length
        elif _term(axis, sizes) != length:
            known = "" if axis.isdigit() else f" with {axis} = {_term(axis, sizes)}"
            raise Mismatch(f"{written(axes)}{known}")
    return sizes


def size(axes: Axes, sizes: Mapping[str, Any]) -> Shape:
    """The shape that `axes` have where `sizes` are known."""
    leading = tuple(sizes[LEADING]) if axes[0] == LEADING else ()
    return leading + tuple(_term(axis, sizes) for axis in axes if axis != LEADING)


def _term(axis: str, sizes: Mapping[str, Any]) -> Any:
    if axis.isdigit():
        return int(axis)
    if axis in sizes:
        return sizes[axis]
    return sum(sizes[name] for name in axis.split("+"))


def written(axes: tuple[object, ...]) -> str:
    """Axes as a shape is written: ``("n", "m")`` is ``"(n, m)"``."""
    return f"({', '.join(map(str, axes))}{',' if len(axes) == 1 else ''})"
