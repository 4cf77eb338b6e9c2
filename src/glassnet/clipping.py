"""Gradient clipping: no single batch may throw the parameters far away."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass

from glassnet.domains import Checked, Positive
from glassnet.layers.layer import Array, Arrays, Namespace


@dataclass(frozen=True)
class Clip(Checked, ABC):
    """A limit for gradients."""

    limit: Positive

    @abstractmethod
    def apply(self, xp: Namespace, gradients: Mapping[str, Array]) -> Arrays:
        """The gradients within the limit."""


@dataclass(frozen=True)
class ClipNorm(Clip):
    """Scales all gradients together so that ‖(dW1, db1, …)‖ ≤ limit; their direction stays.

    Parameters
    ----------
    limit : float
        The largest norm of all gradients together, above 0.

    Examples
    --------
    >>> import numpy as np
    >>> ClipNorm(1.0).apply(np, {"dW1": np.array([[3.0, 4.0]])})["dW1"].round(2).tolist()
    [[0.6, 0.8]]

    Source: Pascanu, Mikolov, Bengio, "On the difficulty of training recurrent neural networks"
    (2013), algorithm 1.
    """

    def apply(self, xp: Namespace, gradients: Mapping[str, Array]) -> Arrays:
        # Relative to the largest number nothing overflows: ‖g‖ = largest · ‖g / largest‖.
        largest = max(float(xp.max(xp.abs(gradient))) for gradient in gradients.values())
        if largest == 0:
            return dict(gradients)
        relative = {
            name: xp.astype(gradient, xp.float64) / largest for name, gradient in gradients.items()
        }
        norm = sum(float(xp.sum(gradient**2)) for gradient in relative.values()) ** 0.5
        if largest * norm <= self.limit:
            return dict(gradients)
        return {
            name: xp.astype(relative[name] * (self.limit / norm), gradient.dtype)
            for name, gradient in gradients.items()
        }


@dataclass(frozen=True)
class ClipValue(Clip):
    """Holds every number of every gradient between −limit and limit.

    Parameters
    ----------
    limit : float
        The largest absolute value of one number, above 0.

    Examples
    --------
    >>> import numpy as np
    >>> ClipValue(1.0).apply(np, {"dW1": np.array([[3.0, -0.5]])})["dW1"].tolist()
    [[1.0, -0.5]]
    """

    def apply(self, xp: Namespace, gradients: Mapping[str, Array]) -> Arrays:
        return {
            name: xp.clip(gradient, -self.limit, self.limit) for name, gradient in gradients.items()
        }
