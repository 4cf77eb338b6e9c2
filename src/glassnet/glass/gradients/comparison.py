"""One array of gradients beside its central differences, and the record of a whole check."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from glassnet.arrays import FloatArray
from glassnet.glass.explanation import Section
from glassnet.glass.gradients.differences import Function, Index, Slope, careful_slope, slope
from glassnet.notation import number
from glassnet.shapes import written


@dataclass(frozen=True)
class Comparison:
    """One array of gradients beside its central differences.

    Attributes
    ----------
    name : str
        ``"dW2"``.
    error : float
        ‖one − other‖ / (‖one‖ + ‖other‖) over the entries looked at: the course's measure.
    entries, size : int
        How many numbers of the array were looked at, and how many it has.
    at : tuple of int
        Where the two differ most.
    backward, differences : float
        The two numbers there.
    kinks : int
        Entries at which the cost has a kink, so that several slopes are right.
    right : bool
    fault : str
        What keeps the array from being compared at all, such as a wrong shape.
    numeric : mapping of tuple to float
        The central differences by index, wherever they were taken.

    Examples
    --------
    >>> import glassnet as gn
    >>> dZ = gn.gradient_check(gn.Sigmoid()).worst
    >>> dZ.name, dZ.right, dZ.entries, dZ.numeric[dZ.at] == dZ.differences
    ('dZ', True, 77, True)
    """

    name: str
    error: float
    entries: int
    size: int
    at: Index
    backward: float
    differences: float
    kinks: int
    right: bool
    fault: str = ""
    numeric: Mapping[Index, float] = field(default_factory=dict, repr=False, compare=False)

    def explained_by(self, candidate: Callable[[], Any], tolerance: float) -> bool:
        """Whether another array has the right numbers, wherever this one was looked at."""
        try:
            values = np.asarray(candidate(), dtype=float)
            given = np.array([values[index] for index in self.numeric])
        except (ValueError, IndexError, TypeError):
            return False
        right = np.array(list(self.numeric.values()))
        scale = float(np.max(np.abs(right), initial=0))
        return scale > 0 and bool(np.all(np.abs(given - right) <= 10 * tolerance * scale))


def compare(
    name: str,
    given: FloatArray | None,
    function: Function,
    point: FloatArray,
    looked_at: Sequence[Index],
    tolerance: float,
    share: float = 1.0,
) -> Comparison:
    """`given` beside the slopes of `function` at `point`, each times `share`."""

    def shared(found: Slope) -> Slope:
        return Slope(*(share * v for v in (found.value, found.noise, found.left, found.right)))

    slopes = [shared(slope(function, point, index)) for index in looked_at]
    fault = _fault(given, point)
    if fault or given is None:
        numeric = {i: s.value for i, s in zip(looked_at, slopes, strict=True)}
        return Comparison(
            name, np.inf, len(slopes), point.size, (), np.nan, np.nan, 0, False, fault, numeric
        )
    values = np.array([float(given[index]) for index in looked_at])
    scale = max((abs(found.value) for found in slopes), default=0.0)
    for at, index in enumerate(looked_at):
        if not slopes[at].allows(values[at], tolerance, scale):
            slopes[at] = shared(careful_slope(function, point, index))
    allowed = [
        found.allows(value, tolerance, scale) for found, value in zip(slopes, values, strict=True)
    ]
    settled = np.array(
        [
            value if found.kink and good else found.value
            for found, value, good in zip(slopes, values, allowed, strict=True)
        ]
    )
    worst = int(np.argmax(np.where(np.isnan(values), np.inf, np.abs(values - settled))))
    noise = max(found.noise for found in slopes)
    return Comparison(
        name,
        _relative(values, settled, noise),
        len(slopes),
        point.size,
        looked_at[worst],
        float(values[worst]),
        float(settled[worst]),
        sum(found.kink for found in slopes),
        all(allowed),
        numeric={i: s.value for i, s in zip(looked_at, slopes, strict=True)},
    )


def _fault(given: FloatArray | None, point: FloatArray) -> str:
    if given is None:
        return "it is missing"
    if given.shape != point.shape:
        return f"it is {written(given.shape)}; the array itself is {written(point.shape)}"
    return ""


def _relative(one: FloatArray, other: FloatArray, noise: float) -> float:
    apart, together = np.linalg.norm(one - other), np.linalg.norm(one) + np.linalg.norm(other)
    if together <= 100 * noise * np.sqrt(one.size):  # both are zero, but for rounding
        return 0.0
    return float(apart / together)


@dataclass(frozen=True)
class GradientCheck:
    """What a gradient check found; ``print`` it, or take ``to_data()``.

    Attributes
    ----------
    subject : str
        What was checked.
    comparisons : tuple of Comparison
        One for each array of gradients.
    tolerance : float
        How far an entry may be off, relative to the largest of its array.
    diagnosis : tuple of str
        What explains the arrays that are wrong.

    Examples
    --------
    >>> import glassnet as gn
    >>> check = gn.gradient_check(gn.Tanh())
    >>> check.passed, check.worst.name, check.worst.error < 1e-8
    (True, 'dZ', True)
    """

    subject: str
    comparisons: tuple[Comparison, ...]
    tolerance: float
    diagnosis: tuple[str, ...] = ()

    @property
    def passed(self) -> bool:
        """Whether every gradient is right, and depends on nothing that it is not given."""
        return all(each.right for each in self.comparisons) and not self.diagnosis

    @property
    def worst(self) -> Comparison:
        """The array with the largest relative error; a wrong one before a right one."""
        return max(self.comparisons, key=lambda each: (not each.right, each.error))

    def __str__(self) -> str:
        wrong = [each.name for each in self.comparisons if not each.right]
        verdict = "right" if self.passed else f"wrong: {', '.join(wrong)}" if wrong else "wrong"
        rows = tuple(map(_row, self.comparisons))
        columns = ("array", "entries", "worst at", "backward", "differences", "relative error")
        return str(
            Section(
                f"Gradients of {self.subject}: {verdict}",
                columns,
                rows,
                (*self._kinks(), *(f"most likely: {cause}" for cause in self.diagnosis)),
            )
        )

    def _kinks(self) -> list[str]:
        return [
            f"{each.name}: {each.kinks} entries at a kink of the cost, where every slope between "
            "its two sides is right"
            for each in self.comparisons
            if each.kinks
        ]

    def to_data(self) -> dict[str, Any]:
        """Everything that is printed, as JSON has it."""
        return {
            "subject": self.subject,
            "passed": self.passed,
            "tolerance": self.tolerance,
            "arrays": [_data(each) for each in self.comparisons],
            "diagnosis": list(self.diagnosis),
        }


def _row(each: Comparison) -> tuple[str, ...]:
    seen = f"{each.entries:,} of {each.size:,}"
    if each.fault:
        return each.name, seen, each.fault, "", "", ""
    at = f"[{', '.join(map(str, each.at))}]"
    error = f"{each.error:.0e}" if each.error else "0"
    return each.name, seen, at, number(each.backward), number(each.differences), error


def _data(each: Comparison) -> dict[str, Any]:
    told = {
        name: getattr(each, name) for name in ("name", "right", "entries", "size", "kinks", "fault")
    }
    if each.fault:
        return told
    measured = {name: getattr(each, name) for name in ("error", "backward", "differences")}
    return told | {"at": list(each.at)} | measured
