"""Central differences: the slope of a function, from what a small change does to it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final, TypeAlias

import numpy as np

from glassnet.arrays import FloatArray

Function: TypeAlias = Callable[[FloatArray], float]
Index: TypeAlias = tuple[int, ...]

STEP: Final = 1e-5
STEPS: Final = (1e-3, 1e-4, 1e-5, 1e-6, 1e-7)
EPSILON: Final = float(np.finfo(np.float64).eps)


@dataclass(frozen=True)
class Slope:
    """The slope at one entry: `value`, how far rounding can put it off, and its two sides.

    At a kink, as ReLU has one at 0, `left` and `right` differ, and every slope between them is
    as good as any other.
    """

    value: float
    noise: float
    left: float
    right: float

    def allows(self, gradient: float, tolerance: float, scale: float) -> bool:
        """Whether `gradient` is this slope, or one of those between the sides of a kink."""
        margin = tolerance * scale + self.noise
        low, high = sorted((self.left, self.right))
        return abs(gradient - self.value) <= margin or (low - margin <= gradient <= high + margin)

    @property
    def kink(self) -> bool:
        return self.left != self.right


def slope(function: Function, point: FloatArray, index: Index) -> Slope:
    """(f(w + h) − f(w − h)) / 2h for the number at `index`, with h = 10⁻⁵ max(1, |w|)."""
    step = STEP * max(1.0, abs(float(point[index])))
    ahead, behind = _moved(function, point, index, step), _moved(function, point, index, -step)
    value = (ahead - behind) / (2 * step)
    return Slope(value, _noise(ahead, behind, step), value, value)


def careful_slope(function: Function, point: FloatArray, index: Index) -> Slope:
    """The same with the step at which neighbouring steps agree best, and both sides of a kink.

    Which step that is depends on the function alone, never on the gradient under check.
    """
    steps = [size * max(1.0, abs(float(point[index]))) for size in STEPS]
    here = function(point)
    ahead = np.array([_moved(function, point, index, step) for step in steps])
    behind = np.array([_moved(function, point, index, -step) for step in steps])
    central = (ahead - behind) / (2 * np.array(steps))
    best = 1 + int(np.argmin(np.abs(np.diff(central))))
    value, step = float(central[best]), steps[best]
    right, left = (ahead[best] - here) / step, (here - behind[best]) / step
    noise = _noise(float(ahead[best]), float(behind[best]), step)
    # The sides of a smooth function come together with the step; those of a kink do not.
    wider = (ahead[best - 1] - 2 * here + behind[best - 1]) / steps[best - 1]
    if abs(right - left) > 4 * noise and abs(right - left) > abs(wider) / 2:
        return Slope(value, noise, float(left), float(right))
    return Slope(value, noise, value, value)


def chosen_entries(shape: Sequence[int], most: int, random: np.random.Generator) -> list[Index]:
    """All indices of an array, or `most` of them, chosen at random."""
    size = int(np.prod(shape))
    chosen = np.arange(size) if size <= most else np.sort(random.permutation(size)[:most])
    return [tuple(int(i) for i in np.unravel_index(number, shape)) for number in chosen]


def _moved(function: Function, point: FloatArray, index: Index, step: float) -> float:
    moved = point.copy()
    moved[index] += step
    return function(moved)


def _noise(ahead: float, behind: float, step: float) -> float:
    """What rounding of the two values can do to their difference."""
    return 16 * EPSILON * max(abs(ahead), abs(behind)) / step
