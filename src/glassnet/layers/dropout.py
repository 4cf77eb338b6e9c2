"""Dropout: a different thinned network for every batch."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from glassnet.domains import Share
from glassnet.layers.layer import Array, Arrays, Draw, Layer, Namespace


@dataclass(frozen=True)
class Dropout(Layer):
    """Inverted dropout: while learning, each value is set to 0 with probability `rate`.

    forward::

        A_kept = A * D / (1 - rate)

    predict::

        A_kept = A

    backward::

        dA = dA_kept * D / (1 - rate)

    D is the random mask of zeros and ones. Dividing by the share that is kept leaves the
    expected value as it was, so that prediction needs no correction.

    Parameters
    ----------
    rate : float
        The share of values that are dropped, in [0, 1).

    Shapes
    ------
    A, D and A_kept (..., n, m).

    Examples
    --------
    >>> import numpy as np
    >>> Dropout(0.5).forward(np, A=np.array([[3.0, 4.0]]), D=np.array([[1.0, 0.0]]))
    {'A_kept': array([[6., 0.]])}

    Source: Srivastava, Hinton, Krizhevsky, Sutskever, Salakhutdinov, "Dropout" (2014).
    """

    rate: Share

    shapes = "A: ... n m, D: ... n m -> A_kept: ... n m"

    def noise(self) -> Mapping[str, Draw]:
        return {"D": self._draw}

    def _draw(self, random: Any, shape: tuple[int, ...]) -> Array:
        return random.random(shape, dtype="float32") >= self.rate

    def forward(self, xp: Namespace, A: Array, D: Array) -> Arrays:
        return {"A_kept": A * xp.astype(D, A.dtype) / (1 - self.rate)}

    def predict(self, xp: Namespace, A: Array) -> Arrays:
        return {"A_kept": A}

    def backward(self, xp: Namespace, dA_kept: Array, D: Array) -> Arrays:
        return {"dA": dA_kept * xp.astype(D, dA_kept.dtype) / (1 - self.rate)}
