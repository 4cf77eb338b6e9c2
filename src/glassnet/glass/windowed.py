"""Which place an offset of a kernel sees, and back: indices, as numbers or as a sum shows them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import product
from typing import Any, Final

from glassnet.glass.worked import Index
from glassnet.layers.sweeps import Sweep, Sweeps

LETTERS: Final = ("i", "j")
"""The offset o along each axis, where it is no number."""


@dataclass(frozen=True)
class Windows:
    """The windows that a kernel sees of an array with these leading axes."""

    sweeps: Sweeps
    shape: Sequence[int]

    @property
    def positions(self) -> tuple[int, ...]:
        """How many windows there are along each axis."""
        return tuple(s.positions(n) for s, n in zip(self.sweeps, self.shape, strict=True))

    def offsets(self) -> Iterator[tuple[int, ...]]:
        return product(*(range(sweep.k) for sweep in self.sweeps))

    def seen(self, position: Index, offset: Index) -> Index | None:
        """p·s + i·d − pad along each axis; None on padding."""
        return self._each(_seen, position, offset)

    def back(self, place: Index, offset: Index) -> Index | None:
        """The position from which the offset sees a place; None where none does."""
        return self._each(_position, place, offset)

    def count(self, position: Index) -> int:
        """How many places the window at a position sees, padding left out."""
        return sum(self.seen(position, offset) is not None for offset in self.offsets())

    def _each(self, along: Callable[..., Any], place: Index, offset: Index) -> Index | None:
        axes = zip(self.sweeps, self.shape, place, offset, strict=True)
        found = tuple(along(*axis) for axis in axes)
        return None if None in found else found


def _seen(sweep: Sweep, n: int, p: int | str, i: int | str) -> int | str | None:
    place = _written((sweep.s, p), (sweep.d, i), -sweep.pads(n)[0])
    return place if isinstance(place, str) or 0 <= place < n else None


def _position(sweep: Sweep, n: int, q: int | str, i: int | str) -> int | str | None:
    shifted = _written((1, q), (-sweep.d, i), sweep.pads(n)[0])
    if isinstance(shifted, str):
        return shifted if sweep.s == 1 else f"({shifted})/{sweep.s}"
    p, rest = divmod(shifted, sweep.s)
    return p if rest == 0 and 0 <= p < sweep.positions(n) else None


def _written(first: tuple[int, int | str], second: tuple[int, int | str], more: int) -> int | str:
    """c·x + d·y + more, as a number where x and y are, else as text: ``2h+1``."""
    text = ""
    for times, at in (first, second):
        if isinstance(at, int):
            more += times * at
        else:
            sign = "−" if times < 0 else "+" if text else ""
            text += f"{sign}{abs(times) if abs(times) != 1 else ''}{at}"
    if not text:
        return more
    if text[0] == "−":
        return f"{more or ''}{text}"
    return f"{text}{'+' if more > 0 else '−'}{abs(more)}" if more else text
