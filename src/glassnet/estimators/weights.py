"""Weights of examples: those of the caller times those of their classes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.utils.validation import check_array

from glassnet.errors import DataError, HyperparameterError, listed, shown

Weights = NDArray[np.float64]


def sample_weights(given: Any, m: int, name: str = "sample_weight") -> Weights | None:
    """The weights of the caller, (m,), once there is one of at least 0 for each example.

    Raises
    ------
    DataError
    """
    if given is None:
        return None
    weights = check_array(given, ensure_2d=False, dtype=np.float64, input_name=name, copy=True)
    if weights.shape != (m,):
        raise DataError(
            f"{name}.shape == {weights.shape}, expected {(m,)}!",
            expected=f"one weight for each of the {m} examples",
            received=f"{name} of shape {weights.shape}",
            fix="pass a one-dimensional array",
        )
    if np.any(weights < 0) or not 0 < weights.sum() < np.inf:
        raise DataError(
            f"{name} cannot be used: all weights are zero, one is negative, or their sum is "
            "infinite.",
            expected="weights of at least 0, not all of them zero",
            received=f"weights between {weights.min():g} and {weights.max():g}",
            fix="leave out the examples that should not count, instead of negative weights",
        )
    checked: Weights = weights
    return checked


def class_factors(
    class_weight: Any, codes: NDArray[np.intp], weights: Weights | None, classes: NDArray[Any]
) -> Weights:
    """What the weights of each class are multiplied by, (k,).

    ``"balanced"`` gives every class the same sum of weights: Σw / (k · Σ of its w).

    Raises
    ------
    HyperparameterError
        `class_weight` names a class that is unknown.
    """
    if isinstance(class_weight, Mapping):
        return np.array(_by_class(class_weight, classes))
    own = np.ones(codes.shape) if weights is None else weights
    sums = np.bincount(codes.ravel(), own.ravel(), len(classes))
    present = sums > 0
    balanced: Weights = own.sum() / (present.sum() * np.where(present, sums, 1.0))
    return balanced


def _by_class(class_weight: Mapping[Any, float], classes: NDArray[Any]) -> list[float]:
    known = classes.tolist()
    unknown = [label for label in class_weight if label not in known]
    if unknown:
        raise HyperparameterError(
            f"The 'class_weight' parameter names classes that y has not: {listed(unknown)}.",
            expected=f"weights for {listed(map(shown, known))}",
            received=shown(dict(class_weight)),
            fix="use the labels of y as keys",
        )
    return [float(class_weight.get(label, 1.0)) for label in known]
