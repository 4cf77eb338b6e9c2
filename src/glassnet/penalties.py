"""Penalties on large weights, added to the cost: J = (1/m) Σ L + penalty(W) / m.

m is the number of examples of the whole training set at every batch size, so λ means the same
whatever the batch. Only weights are penalised (parameters whose name begins with W), never b.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass

from glassnet.domains import Checked, NonNegative
from glassnet.layers.layer import Array, Namespace


@dataclass(frozen=True)
class Penalty(Checked, ABC):
    """A cost of the weights themselves. `strength` is the λ of the course.

    The docstring of a penalty states the equations of its methods (see
    :mod:`glassnet.equations`).
    """

    strength: NonNegative

    @abstractmethod
    def cost(self, xp: Namespace, W: Array) -> Array:
        """The penalty of one W, to be divided by m."""

    @abstractmethod
    def dW(self, xp: Namespace, W: Array) -> Array:
        """Its derivative, to be divided by m."""


@dataclass(frozen=True)
class L2(Penalty):
    """Keeps weights small.

    cost::

        R = strength * sum(W ** 2) / 2

    dW::

        dW = strength * W

    Parameters
    ----------
    strength : float
        λ of at least 0; 0 is no penalty.

    Examples
    --------
    >>> import numpy as np
    >>> float(L2(0.1).cost(np, np.array([[3.0, 4.0]])))
    1.25

    Source: Krogh, Hertz, "A simple weight decay can improve generalization" (1992).
    """

    def cost(self, xp: Namespace, W: Array) -> Array:
        return self.strength / 2 * xp.sum(W**2)

    def dW(self, xp: Namespace, W: Array) -> Array:
        return self.strength * W


@dataclass(frozen=True)
class L1(Penalty):
    """Drives weights to exactly zero.

    cost::

        R = strength * sum(abs(W))

    dW::

        dW = strength * sign(W)

    Parameters
    ----------
    strength : float
        λ of at least 0; 0 is no penalty.

    Examples
    --------
    >>> import numpy as np
    >>> round(float(L1(0.1).cost(np, np.array([[3.0, -4.0]]))), 4)
    0.7

    Source: Tibshirani, "Regression shrinkage and selection via the lasso" (1996).
    """

    def cost(self, xp: Namespace, W: Array) -> Array:
        return self.strength * xp.sum(xp.abs(W))

    def dW(self, xp: Namespace, W: Array) -> Array:
        return self.strength * xp.sign(W)
