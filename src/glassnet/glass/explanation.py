"""An explanation: titled sections of lines and tables, as text or as data."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from glassnet.arrays import FloatArray
from glassnet.glass import pages
from glassnet.notation import number

MOST_NUMBERS = 8


@dataclass(frozen=True)
class Section:
    """A title, and below it either a table (`columns` and `rows`) or plain `lines`."""

    title: str
    columns: tuple[str, ...] = ()
    rows: tuple[tuple[str, ...], ...] = ()
    lines: tuple[str, ...] = ()

    def __str__(self) -> str:
        return "\n".join([self.title, *(f"  {line}" for line in self._body())])

    def _body(self) -> list[str]:
        if not self.columns:
            return list(self.lines)
        table = [self.columns, *self.rows]
        widths = [max(map(len, column)) for column in zip(*table, strict=True)]
        padded = ["  ".join(map(str.ljust, row, widths)).rstrip() for row in table]
        return [*padded, *self.lines]


@dataclass(frozen=True)
class Explanation:
    """Sections in the order in which they are to be read; ``print`` it.

    `arrays` are the numbers behind them, complete and by name, for `to_data`.
    """

    sections: tuple[Section, ...]
    arrays: Mapping[str, FloatArray] = field(default_factory=dict)

    def __str__(self) -> str:
        return "\n\n".join(map(str, self.sections))

    def __add__(self, other: Explanation) -> Explanation:
        return Explanation(self.sections + other.sections, {**self.arrays, **other.arrays})

    def to_data(self) -> dict[str, Any]:
        """Each section's content under its title, a list of dicts or of lines; and the arrays."""
        told: dict[str, Any] = {
            section.title: [dict(zip(section.columns, row, strict=True)) for row in section.rows]
            if section.columns
            else list(section.lines)
            for section in self.sections
        }
        if self.arrays:
            told["arrays"] = {name: array.tolist() for name, array in self.arrays.items()}
        return told

    def to_latex(self) -> str:
        """The sections with their equations in LaTeX, for the body of a document."""
        return pages.as_latex(self.sections)

    def to_html(self) -> str:
        """The sections in HTML, safe in any page."""
        return pages.as_html(self.sections)

    def _repr_html_(self) -> str:
        return self.to_html()


def numbers(values: FloatArray) -> str:
    """The first numbers of an array, and how many more there are.

    >>> import numpy as np
    >>> numbers(np.arange(10.0))
    '0  1  2  3  4  5  6  7  … 2 more'
    """
    flat = values.ravel()
    shown = "  ".join(map(number, flat[:MOST_NUMBERS]))
    return f"{shown}  … {flat.size - MOST_NUMBERS:,} more" if flat.size > MOST_NUMBERS else shown
