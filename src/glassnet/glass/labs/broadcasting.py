"""Broadcasting: how a row or a column stands for a whole matrix, and when it cannot."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from itertools import zip_longest
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from glassnet.glass.explanation import Section
from glassnet.shapes import Shape, written

if TYPE_CHECKING:
    from matplotlib.figure import Figure

FOODS: Final = ("apples", "beef", "eggs", "potatoes")
NUTRIENTS: Final = ("carbohydrates", "protein", "fat")
CALORIES: Final = np.array(
    [[56.0, 0.0, 4.4, 68.0], [1.2, 104.0, 52.0, 8.0], [1.8, 135.0, 99.0, 0.9]]
)
"""Of 100 g, as the course has them."""
MOST_SHOWN: Final = 5


@dataclass(frozen=True)
class Pair:
    """Two shapes, and what comes of them.

    Attributes
    ----------
    left, right : tuple of int
    result : tuple of int or None
        None where they do not fit.
    steps : tuple of str
        Axis by axis, the last one first, as NumPy compares them.

    Examples
    --------
    >>> print(expansion((2, 3), (1, 3)))
    (2, 3) ∘ (1, 3) → (2, 3)
      axis −1: 3 and 3 are equal
      axis −2: 2 and 1: the right one is repeated 2 times
      a[0,0]∘b[0,0]  a[0,1]∘b[0,1]  a[0,2]∘b[0,2]
      a[1,0]∘b[0,0]  a[1,1]∘b[0,1]  a[1,2]∘b[0,2]
    """

    left: Shape
    right: Shape
    result: Shape | None
    steps: tuple[str, ...]

    def __str__(self) -> str:
        outcome = "does not fit" if self.result is None else written(self.result)
        title = f"{written(self.left)} ∘ {written(self.right)} → {outcome}"
        return str(Section(title, lines=(*self.steps, *self._entries())))

    def _entries(self) -> list[str]:
        """Which entries meet in each place of a matrix."""
        if self.result is None or len(self.result) != 2 or max(self.result) > MOST_SHOWN:
            return []
        rows, columns = map(range, self.result)
        return ["  ".join(self._meeting((i, j)) for j in columns) for i in rows]

    def _meeting(self, at: tuple[int, ...]) -> str:
        return f"{self._at('a', self.left, at)}∘{self._at('b', self.right, at)}"

    @staticmethod
    def _at(letter: str, shape: Shape, at: tuple[int, ...]) -> str:
        own = at[len(at) - len(shape) :]
        index = [0 if size == 1 else i for size, i in zip(shape, own, strict=True)]
        return f"{letter}[{','.join(map(str, index))}]" if index else letter


def expansion(left: Shape, right: Shape) -> Pair:
    """What NumPy makes of two shapes, axis by axis from the last one on."""
    steps: list[str] = []
    sizes: list[int] = []
    for number, (one, other) in enumerate(zip_longest(left[::-1], right[::-1]), start=1):
        told, size = _axis(one, other)
        steps.append(f"axis −{number}: {told}")
        if size is None:
            return Pair(left, right, None, tuple(steps))
        sizes.insert(0, size)
    return Pair(left, right, tuple(sizes), tuple(steps))


def _axis(one: int | None, other: int | None) -> tuple[str, int | None]:
    if one is None or other is None:
        side, size = ("left", other) if one is None else ("right", one)
        return f"the {side} one has no such axis: it is taken {size} times", size
    if one == other:
        return f"{one} and {other} are equal", one
    if other == 1:
        return f"{one} and {other}: the right one is repeated {one} times", one
    if one == 1:
        return f"{one} and {other}: the left one is repeated {other} times", other
    return f"{one} and {other} differ, and neither is 1: nothing says which meets which", None


@dataclass(frozen=True)
class Broadcasting:
    """Pairs of shapes, and the calories of the course.

    Attributes
    ----------
    pairs : tuple of Pair
    percentages : dict of str to list of float
        100 A / column sums: of each nutrient, by food.

    Examples
    --------
    >>> [round(share, 1) for share in broadcasting().percentages["carbohydrates"]]
    [94.9, 0.0, 2.8, 88.4]
    """

    pairs: tuple[Pair, ...]
    percentages: dict[str, list[float]]

    def __str__(self) -> str:
        rows = tuple(
            (name, *(f"{share:.1f}" for share in shares))
            for name, shares in self.percentages.items()
        )
        title = "Percentages of calories: 100 A (3, 4) / column sums (1, 4)"
        return "\n\n".join([*map(str, self.pairs), str(Section(title, ("", *FOODS), rows))])

    def to_data(self) -> dict[str, Any]:
        """Everything that is printed, as JSON has it."""
        return asdict(self) | {"foods": list(FOODS)}

    def figure(self) -> Figure:
        """The shares of each food's calories."""
        from glassnet.glass.labs.picture import panels

        figure, (axes,) = panels()
        below = np.zeros(len(FOODS))
        for name, shares in self.percentages.items():
            axes.bar(FOODS, shares, bottom=below, label=name)
            below = below + np.array(shares)
        axes.set(ylabel="percent of the calories", title="100 A / column sums")
        axes.legend(loc="upper center", bbox_to_anchor=(0.5, -0.1), ncols=3, frameon=False)
        return figure


def broadcasting() -> Broadcasting:
    """How (m, n) ∘ (1, n) and (m, n) ∘ (m, 1) expand, why (4, 3) ∘ (3, 2) fails; the calories.

    The rule: axes are compared from the last one on; they fit where they are equal, or one of
    them is 1, or missing; a 1 is repeated. `expansion` does it for any two shapes.

    Source: A. Ng, "Neural Networks and Deep Learning", week 2.
    """
    shapes = ((3, 4), (1, 4)), ((3, 4), (3, 1)), ((3, 4), (4,)), ((4, 3), (3, 2))
    pairs = tuple(expansion(left, right) for left, right in shapes)
    shares = 100 * CALORIES / CALORIES.sum(axis=0, keepdims=True)
    named = {name: row.tolist() for name, row in zip(NUTRIENTS, shares, strict=True)}
    return Broadcasting(pairs, named)
