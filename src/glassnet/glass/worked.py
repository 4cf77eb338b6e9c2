"""A piece of an equation at one place: in symbols, in numbers, and what it comes to."""

from __future__ import annotations

import ast
import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from glassnet.equations import course_name
from glassnet.graph import Graph, gradient_name
from glassnet.notation import factor, number

MOST_TERMS: Final = 6
OF_MANY: Final = 4
"""A sum of up to so many terms is written out; of a longer one so many, the largest."""

MOST_COMPARED: Final = 9
"""The largest of up to so many numbers stands among them."""

ATOM, POWER, PRODUCT, SUM, COMPARISON = range(5)
"""How tightly a piece binds."""

Index = tuple[int | str | None, ...]
"""A place in an array; None is an axis along which all numbers are meant, a text such as ``t−1``
is one that a sum runs over."""


class NotElementwise(Exception):
    """The equation has no form for a single number: it is shown as it stands.

    Its text, if any, says why.
    """


@dataclass(frozen=True)
class Worked:
    """A piece of an equation at one place: in symbols, in numbers, and what they come to.

    Symbols and numbers each come with how tightly they bind. A sum over an index has its terms,
    so that a sum of sums is written as one.
    """

    symbols: str
    symbols_level: int
    numbers: str
    numbers_level: int
    value: float
    terms: tuple[Worked, ...] = ()

    def inside(self, loosest: int) -> tuple[str, str]:
        """Symbols and numbers, in parentheses where they bind less tightly than `loosest`."""
        symbols = self.symbols if self.symbols_level <= loosest else f"({self.symbols})"
        numbers = self.numbers if self.numbers_level <= loosest else f"({self.numbers})"
        return symbols, numbers


class Letters:
    """Parts of arrays in the course's letters."""

    def __init__(self, graph: Graph) -> None:
        self._learned: set[str] = set()
        self._columns: set[str] = set()
        for node in graph.nodes:
            for local, name in node.parameters.items():
                own = {name, gradient_name(name)}
                self._learned |= own
                if node.signature.reads[local][-1] == "1":
                    self._columns |= own

    def part(self, name: str, index: Index) -> str:
        """A number, row, column or all of an array: ``z[2][0]``, ``w[2][0, 3]``, ``W[2][0]``.

        A number and the column of one example are small letters; a row of a matrix is not.
        """
        *places, row, column = index
        learned, single = name in self._learned, name in self._columns
        places += [row] if not learned or single or column is None else [row, column]
        if all(at is None for at in places) or (places[-1] is None and len(places) == 1):
            places = []
        shown = ", ".join(":" if at is None else str(at) for at in places)
        called = course_name(name)
        small = single or column is not None
        return f"{_small(called) if small else called}{f'[{shown}]' if shown else ''}"


def _small(called: str) -> str:
    branch, dot, own = called.rpartition(".")
    return f"{branch}{dot}{own.lower()}"


def plain(value: float) -> Worked:
    return Worked(number(value), sign(value), number(value), sign(value), value)


def sign(value: float) -> int:
    return SUM if value < 0 else ATOM


NOTHING: Final = Worked("0", ATOM, "0", ATOM, 0.0)
"""What lies outside: before the first time, behind the last, on padding. No sum has it."""


def known(index: Index) -> bool:
    """Whether a place is one number."""
    return all(isinstance(at, int) for at in index)


def unknown(symbols: str, level: int = PRODUCT) -> Worked:
    """A piece without numbers: inside of a sum, as its symbols show it."""
    return Worked(symbols, level, "", ATOM, math.nan)


def total(symbols: str, parts: Iterable[Worked]) -> Worked:
    """The sum over an index: its terms, those of sums among them too, beside each other."""
    terms = tuple(term for part in parts for term in (part.terms or (part,)))
    terms = tuple(term for term in terms if term is not NOTHING)
    values = [term.value for term in terms]
    if not terms:
        return Worked(symbols, PRODUCT, "0", ATOM, 0.0, (NOTHING,))
    written = sum_of(values, lambda k: terms[k].inside(PRODUCT)[1])
    return Worked(symbols, PRODUCT, *written, math.fsum(values), terms)


def largest_of(symbols: str, parts: Iterable[Worked]) -> Worked:
    """The largest of some numbers; of many it stands alone, with their count."""
    seen = [part for part in parts if part is not NOTHING]
    largest = max(part.value for part in seen)
    if len(seen) <= MOST_COMPARED:
        numbers = f"max({', '.join(part.numbers for part in seen)})"
    else:
        numbers = f"the largest of {len(seen):,}"
    return Worked(symbols, PRODUCT, numbers, ATOM, largest)


def sum_of(terms: Sequence[float], written: Callable[[int], str]) -> tuple[str, int]:
    """The terms of a sum with plus signs; of many the largest, and what the others come to."""
    if len(terms) <= MOST_TERMS:
        shown = list(map(written, range(len(terms))))
    else:
        order = sorted(range(len(terms)), key=lambda k: -abs(terms[k]))
        shown = list(map(written, order[:OF_MANY]))
        rest = math.fsum(terms[k] for k in order[OF_MANY:])
        shown.append(f"{factor(rest)} from {len(terms) - OF_MANY:,} more")
    return " + ".join(shown), SUM if len(shown) > 1 else PRODUCT


_OPERATIONS: Final[Mapping[type[ast.operator], tuple[str, int, Callable[..., Any]]]] = {
    ast.Add: (" + ", SUM, np.add),
    ast.Sub: (" − ", SUM, np.subtract),
    ast.Mult: (" · ", PRODUCT, np.multiply),
    ast.Div: (" / ", PRODUCT, np.divide),
    ast.Mod: (" mod ", PRODUCT, np.mod),
    ast.Pow: ("", POWER, np.power),
}


def operation(a: Worked, op: ast.operator, b: Worked) -> Worked:
    sign, level, compute = _OPERATIONS[type(op)]
    with np.errstate(all="ignore"):
        value = float(compute(np.float64(a.value), np.float64(b.value)))
    if isinstance(op, ast.Pow):
        (x, y), power = a.inside(ATOM), {2: "²", 3: "³"}.get(int(b.value), f"^{b.numbers}")
        return Worked(f"{x}{power}", POWER, f"{y}{power}", POWER, value)
    tighter = level - 1 if isinstance(op, ast.Sub | ast.Div) else level
    left, right = a.inside(level), b.inside(tighter)
    # Behind a sign a number below zero stands in parentheses; a sum may begin with one.
    second = f"({b.numbers})" if b.numbers.startswith("−") and b.numbers == right[1] else right[1]
    numbers = f"{left[1]}{'·' if isinstance(op, ast.Mult) else sign}{second}"
    return Worked(f"{left[0]}{sign}{right[0]}", level, numbers, level, value)


def comparison(a: Worked, op: ast.cmpop, b: Worked) -> Worked:
    sign, holds = {
        ast.Eq: ("=", a.value == b.value),
        ast.Gt: (">", a.value > b.value),
        ast.GtE: ("≥", a.value >= b.value),
        ast.Lt: ("<", a.value < b.value),
        ast.LtE: ("≤", a.value <= b.value),
    }[type(op)]
    x, y = a.inside(SUM), b.inside(SUM)
    told = f"{x[1]} {sign} {y[1]}"
    return Worked(f"{x[0]} {sign} {y[0]}", COMPARISON, told, COMPARISON, float(holds))


_FUNCTIONS: Final[Mapping[str, tuple[str, Callable[..., Any]]]] = {
    "exp": ("exp", np.exp),
    "log": ("log", np.log),
    "tanh": ("tanh", np.tanh),
    "sigmoid": ("sigmoid", lambda z: 1 / (1 + np.exp(-z))),
    "sin": ("sin", np.sin),
    "cos": ("cos", np.cos),
    "sqrt": ("√", np.sqrt),
    "abs": ("abs", np.abs),
    "maximum": ("max", np.maximum),
    "minimum": ("min", np.minimum),
    "erf": ("erf", math.erf),
}

ELEMENTWISE: Final = frozenset(_FUNCTIONS) | {"where"}
"""The functions of single numbers."""


def call(function: str, arguments: Sequence[Worked]) -> Worked:
    if function == "where":
        test, yes, no = arguments
        symbols = f"({yes.symbols} where {test.symbols}, else {no.symbols})"
        chosen = yes if test.value else no
        return Worked(symbols, ATOM, chosen.numbers, chosen.numbers_level, chosen.value)
    if function not in _FUNCTIONS:
        raise NotElementwise
    sign, compute = _FUNCTIONS[function]
    symbols, numbers = (
        f"{sign}({', '.join(texts)})"
        for texts in zip(*((each.symbols, each.numbers) for each in arguments), strict=True)
    )
    with np.errstate(all="ignore"):
        value = float(compute(*(each.value for each in arguments)))
    return Worked(symbols, ATOM, numbers, ATOM, value)
