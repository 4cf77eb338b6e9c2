"""A gradient that is wrong by its penalty: the term is missing, or not divided by m."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

import numpy as np

from glassnet.arrays import FloatArray
from glassnet.engines import Data
from glassnet.equations import course_name
from glassnet.glass.gradients.comparison import Comparison
from glassnet.glass.gradients.differences import chosen_entries, slope
from glassnet.graph import gradient_name
from glassnet.namespace import numpy_namespace as xp
from glassnet.network import Network
from glassnet.penalties import Penalty


def penalty_cause(
    network: Network,
    parameters: Mapping[str, FloatArray],
    data: Data,
    wrong: Comparison,
    given: Mapping[str, Any],
    tolerance: float,
) -> str | None:
    """What is wrong with the term of a penalty in the gradient of one W, if that explains it."""
    weights = {gradient_name(name): name for name in network.graph.weights}
    if wrong.name not in weights or wrong.name not in given:
        return None
    W, name = parameters[weights[wrong.name]], course_name(weights[wrong.name])
    for penalty in network.graph.penalties:
        for candidate, cause in _candidates(penalty, W, given[wrong.name], data.total, name):
            if wrong.explained_by(candidate, tolerance):
                return f"{course_name(wrong.name)}: {cause}"
    return None


def _candidates(
    penalty: Penalty, W: FloatArray, dW: FloatArray, m: float, name: str
) -> Iterator[tuple[Callable[[], Any], str]]:
    term, letter = penalty.dW(xp, W), type(penalty).__name__
    formula = f"λ {name}" if letter == "L2" else f"the derivative of {penalty}"
    yield lambda: dW + term / m, f"the {letter} term is missing: add (1/m) {formula}"
    yield (
        lambda: dW - term + term / m,
        f"the {letter} term is not divided by m: (1/m) {formula} is right",
    )
    yield (
        lambda: dW + 2 * term / m,
        f"the {letter} term has the wrong sign: + (1/m) {formula} is right",
    )
    yield (
        lambda: dW - term / m,
        f"the {letter} term is twice what it has to be: the derivative of (λ/2) w² is λ w",
    )
    yield (
        lambda: dW + term / (2 * m),
        f"the {letter} term is half of what it has to be: the derivative of (λ/2) w² is λ w",
    )
    yield (
        lambda: dW + (_differences(penalty, W) - term) / m,
        f"the dW of {penalty} is not the derivative of its cost",
    )


def _differences(penalty: Penalty, W: FloatArray) -> FloatArray:
    slopes = np.zeros_like(W)
    for index in chosen_entries(W.shape, W.size, np.random.default_rng(0)):
        slopes[index] = slope(lambda w: float(penalty.cost(xp, w)), W, index).value
    return slopes
