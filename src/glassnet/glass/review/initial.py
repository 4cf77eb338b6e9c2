"""First parameters are judged by what they have to be, not by their numbers: those are drawn."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Any, Final

import numpy as np

from glassnet.arrays import FloatArray
from glassnet.glass.review.assignment import Assignment, Case
from glassnet.glass.review.explain import Cause
from glassnet.glass.review.outcome import Outcome
from glassnet.notation import number
from glassnet.shapes import written

RANDOM_W: Final = "W = np.random.randn(n, n_prev) * 0.01"
ZERO_B: Final = "b = np.zeros((n, 1))"
ENOUGH: Final = 100
"""So many numbers tell their distribution: all of one sign by chance, once in 2¹⁰⁰ times."""
WIDE: Final = 0.7
"""Every scheme in use draws W of 23 and more columns with a smaller standard deviation."""


def is_initialization(assignment: Assignment) -> bool:
    return assignment.name.startswith("initialize_parameters")


def faults(assignment: Assignment, given: Sequence[Outcome]) -> Iterator[tuple[str, str, Cause]]:
    """(name, what is wrong with it, why) of every parameter that cannot be one to start from."""
    for case, outcome in zip(assignment.calls, given, strict=True):
        sizes = _sizes(case)
        for l, (n_prev, n) in enumerate(pairwise(sizes), start=1):
            for name, shape, find in (
                (f"W{l}", (n, n_prev), _wrong_weights),
                (f"b{l}", (n, 1), _wrong_biases),
            ):
                found = find(outcome.arrays.get(name), shape)
                if found:
                    what, why, line = found
                    yield name, f"{name} {what}", Cause(why, line, (name,))


def names(assignment: Assignment) -> list[str]:
    """The parameters of the longest call."""
    layers = max(len(_sizes(case)) for case in assignment.calls)
    return [f"{letter}{l}" for l in range(1, layers) for letter in "Wb"]


def _sizes(case: Case) -> list[int]:
    if "layer_dims" in case.arguments:
        return list(case.arguments["layer_dims"])
    return [case.arguments[name] for name in ("n_x", "n_h", "n_y")]


def _wrong_weights(given: Any, shape: tuple[int, int]) -> tuple[str, str, str] | None:
    wrong = _wrong_shape(given, shape, RANDOM_W)
    if wrong:
        return wrong
    W: FloatArray = np.asarray(given, dtype=float)
    if not np.all(np.isfinite(W)):
        return "holds NaN or infinity.", "it is not finite", RANDOM_W
    if W.size > 1 and np.ptp(W) == 0:
        value = number(float(W.flat[0]))
        return (
            f"is {value} everywhere: expected random numbers.",
            "the units of a layer begin as twins and stay twins: draw W at random",
            RANDOM_W,
        )
    if W.shape[0] > 1 and np.all(W[0] == W):
        return "has equal rows.", "the units of a layer begin as twins: draw every entry", RANDOM_W
    if W.size >= ENOUGH and np.all(W >= 0):
        return (
            "has no negative number.",
            "np.random.rand draws from 0 to 1; np.random.randn draws from N(0, 1)",
            RANDOM_W,
        )
    if W.size >= ENOUGH and W.std() > WIDE:
        return (
            f"has a standard deviation of {number(float(W.std()))}.",
            "the factor is missing that makes W small, 0.01 or 1/√n_prev",
            RANDOM_W,
        )
    return None


def _wrong_biases(given: Any, shape: tuple[int, int]) -> tuple[str, str, str] | None:
    wrong = _wrong_shape(given, shape, ZERO_B)
    if wrong:
        return wrong
    if np.any(np.asarray(given)):
        return "is not zero.", "b starts at zero: the random W sets the units apart", ZERO_B
    return None


def _wrong_shape(given: Any, shape: tuple[int, int], line: str) -> tuple[str, str, str] | None:
    if given is None:
        return "is missing.", "the loop ends too early, or the name is another", line
    has = np.shape(given)
    if has == shape:
        return None
    if has == shape[::-1]:
        why = "the sizes are exchanged: W is (n[l], n[l−1]), b is (n[l], 1)"
    elif len(has) == 1:
        why = "a rank-1 array: give both axes"
    else:
        why = "the sizes are those of another layer, or fixed numbers"
    return f"is {written(has)}: expected {written(shape)}.", why, line
