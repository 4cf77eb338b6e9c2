"""Parameters in raw units: the scaling folded into the first and last layer, and out again.

With x̃ = (x − c)/s in front and y = σ ỹ + μ behind a network,

    W[1] x̃ + b[1] = (W[1]/s) x + (b[1] − (W[1]/s) c)
    σ (W[L] a + b[L]) + μ = (σ W[L]) a + (σ b[L] + μ)

so that scikit-learn's forward pass over unscaled numbers gives the same predictions.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from glassnet.arrays import FloatArray
from glassnet.estimators.scaling import Scaling

Affine = tuple[FloatArray, FloatArray]


def to_raw(parameters: Mapping[str, FloatArray], x: Scaling, y: Scaling | None) -> list[Affine]:
    """W (n[l], n[l-1]) and b (n[l],) of every layer, for unscaled inputs and outputs."""
    last = len(parameters) // 2
    layers = [
        (np.array(parameters[f"W{number}"]), np.array(parameters[f"b{number}"][:, 0]))
        for number in range(1, last + 1)
    ]
    W, b = layers[0]
    W = W / x.scale
    layers[0] = (W, b - W @ x.center)
    if y is not None:
        W, b = layers[-1]
        layers[-1] = (y.scale[:, None] * W, y.scale * b + y.center)
    dtype = parameters["W1"].dtype
    return [(W.astype(dtype), b.astype(dtype)) for W, b in layers]


def from_raw(
    weights: Sequence[Any], intercepts: Sequence[Any], x: Scaling, y: Scaling | None
) -> dict[str, FloatArray]:
    """The network's parameters, from those for unscaled inputs and outputs."""
    layers = [(np.asarray(W), np.asarray(b)) for W, b in zip(weights, intercepts, strict=True)]
    W, b = layers[0]
    layers[0] = (W * x.scale, b + W @ x.center)
    if y is not None:
        W, b = layers[-1]
        layers[-1] = (W / y.scale[:, None], (b - y.center) / y.scale)
    named: dict[str, FloatArray] = {}
    for number, (W, b) in enumerate(layers, 1):
        named |= {f"W{number}": W, f"b{number}": b[:, None]}
    return named
