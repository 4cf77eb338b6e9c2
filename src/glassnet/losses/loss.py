"""What all losses share."""

from __future__ import annotations

import math
from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import ClassVar

from glassnet.domains import Checked
from glassnet.errors import DataError, HyperparameterError, shown
from glassnet.layers.activation import Activation
from glassnet.layers.layer import Array, Namespace


@dataclass(frozen=True)
class Loss(Checked, ABC):
    """How far the outputs A (..., n, m) of a network are from the labels Y (..., n, m).

    The docstring of a loss states the equations of its methods (see :mod:`glassnet.equations`):
    `each`, the loss L of every output value, whose sum over the units is that of an example;
    `dA`, its slope; `dZ`, where it has a canonical activation; `targets`, where the outputs are
    compared with T instead of Y.

    `canonical` is the activation for which dZ = A − Y; `low` and `high` bound the outputs that
    the loss can take.
    """

    canonical: ClassVar[type[Activation] | None] = None
    low: ClassVar[float] = -math.inf
    high: ClassVar[float] = math.inf

    @abstractmethod
    def each(self, xp: Namespace, A: Array, Y: Array) -> Array:
        """L of every output value: (..., n, m)."""

    @abstractmethod
    def dA(self, xp: Namespace, A: Array, Y: Array) -> Array:
        """∂L/∂A: (..., n, m)."""

    def each_from_Z(self, xp: Namespace, Z: Array, Y: Array) -> Array:
        """L of every output value, from the Z of the canonical activation."""
        raise HyperparameterError(f"{type(self).__name__} has no canonical activation.")

    def targets(self, xp: Namespace, Y: Array) -> Array:
        """What the outputs are compared with: the labels, smoothed where the loss smooths."""
        return Y

    def dZ(self, xp: Namespace, A: Array, Y: Array) -> Array:
        """∂L/∂Z = A − Y, for the canonical activation."""
        return A - self.targets(xp, Y)

    def units(self, Y: Array) -> int:
        """How many output units these labels ask for."""
        return int(Y.shape[-2])

    def check(self, xp: Namespace, Y: Array) -> None:
        """Refuse labels that the loss has no meaning for."""


def inside(xp: Namespace, A: Array) -> Array:
    """Probabilities held off 0 and 1 by the precision of their type: their logs are finite."""
    eps = float(xp.finfo(A.dtype).eps)
    return xp.clip(A, eps, 1 - eps)


def positive(xp: Namespace, A: Array) -> Array:
    """Values held off 0 so far that y / a is finite, and no further: small ones are exact."""
    return xp.clip(A, float(xp.finfo(A.dtype).smallest_normal) ** 0.5, None)


def refuse(loss: Loss, xp: Namespace, Y: Array, bad: Array, expected: str) -> None:
    if bool(xp.any(bad)):
        wrong = Y[xp.broadcast_to(bad, Y.shape)]
        raise DataError(
            f"{type(loss).__name__} cannot take these labels Y.",
            expected=expected,
            received=f"{wrong.shape[0]} other values, the first is {shown(float(wrong[0]))}",
            fix="encode the labels, or choose the loss that fits them",
        )
