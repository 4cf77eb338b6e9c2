"""What all activations share: A = g(Z), dZ = dA ∗ g′(Z)."""

from __future__ import annotations

import math
from abc import abstractmethod
from dataclasses import dataclass
from typing import ClassVar

from glassnet.initializers import Glorot, Initializer
from glassnet.layers.layer import Array, Arrays, Layer, Namespace


@dataclass(frozen=True)
class Activation(Layer):
    """A function g of each number, with its derivative g′.

    Besides `g` and `g_prime` an activation says which values it can take (`low`, `high`) and
    which initialiser suits the weights in front of it.

    Shapes: Z and A (..., n, m).
    """

    shapes = "Z: ... n m -> A: ... n m"
    low: ClassVar[float] = -math.inf
    high: ClassVar[float] = math.inf
    initializer: ClassVar[Initializer] = Glorot()

    @abstractmethod
    def g(self, xp: Namespace, Z: Array) -> Array:
        """A = g(Z)."""

    @abstractmethod
    def g_prime(self, xp: Namespace, Z: Array, A: Array) -> Array:
        """g′(Z), given both Z and A = g(Z), whichever it is simpler in."""

    def forward(self, xp: Namespace, Z: Array) -> Arrays:
        return {"A": self.g(xp, Z)}

    def backward(self, xp: Namespace, dA: Array, Z: Array, A: Array) -> Arrays:
        return {"dZ": dA * self.g_prime(xp, Z, A)}
