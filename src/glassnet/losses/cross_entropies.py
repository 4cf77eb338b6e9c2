"""Losses of classes: binary and categorical cross-entropy."""

from __future__ import annotations

from dataclasses import dataclass

from glassnet.domains import Share
from glassnet.layers.activations import Sigmoid, Softmax
from glassnet.layers.layer import Array, Namespace
from glassnet.losses.loss import Loss, inside, positive, refuse


@dataclass(frozen=True)
class BinaryCrossEntropy(Loss):
    """How surprised A, the probability of 1, is by a label of 0 or 1.

    Several output units are several independent yes-or-no labels. T are the labels Y, smoothed.

    targets::

        T = (1 - label_smoothing) * Y + label_smoothing / 2

    each::

        L = -(T * log(A) + (1 - T) * log(1 - A))

    dA::

        dA = -T / A + (1 - T) / (1 - A)

    dZ (with the sigmoid)::

        dZ = A - T

    Parameters
    ----------
    label_smoothing : float
        ε in [0, 1): no unit is driven to infinity; 0 leaves the labels as they are.

    Examples
    --------
    >>> import numpy as np
    >>> A, Y = np.array([[0.5, 0.9]]), np.array([[1.0, 1.0]])
    >>> BinaryCrossEntropy().each(np, A, Y).round(4).tolist()
    [[0.6931, 0.1054]]

    Source: Cox, "The regression analysis of binary sequences" (1958); label smoothing: Szegedy
    and others, "Rethinking the Inception architecture" (2016), section 7.
    """

    label_smoothing: Share = 0.0

    canonical = Sigmoid
    low, high = 0.0, 1.0

    def each(self, xp: Namespace, A: Array, Y: Array) -> Array:
        A, Y = inside(xp, A), self.targets(xp, Y)
        return -(Y * xp.log(A) + (1 - Y) * xp.log1p(-A))

    def dA(self, xp: Namespace, A: Array, Y: Array) -> Array:
        Y = self.targets(xp, Y)
        return -Y / positive(xp, A) + (1 - Y) / (1 - inside(xp, A))

    def each_from_Z(self, xp: Namespace, Z: Array, Y: Array) -> Array:
        return xp.maximum(Z, 0) + xp.log1p(xp.exp(-xp.abs(Z))) - self.targets(xp, Y) * Z

    def targets(self, xp: Namespace, Y: Array) -> Array:
        smoothing = self.label_smoothing
        return Y * (1 - smoothing) + smoothing / 2 if smoothing else Y

    def check(self, xp: Namespace, Y: Array) -> None:
        refuse(self, xp, Y, (Y < 0) | (Y > 1), "labels between 0 and 1")


@dataclass(frozen=True)
class CategoricalCrossEntropy(Loss):
    """How surprised A, the probabilities of n classes, is by a one-hot label.

    T are the labels Y, smoothed.

    targets::

        T = (1 - label_smoothing) * Y + label_smoothing / n

    each::

        L = -T * log(A)

    dA::

        dA = -T / A

    dZ (with softmax)::

        dZ = A - T

    Parameters
    ----------
    label_smoothing : float
        ε in [0, 1): no unit is driven to infinity; 0 leaves the labels as they are.

    Examples
    --------
    >>> import numpy as np
    >>> A, Y = np.array([[0.7], [0.2], [0.1]]), np.array([[1.0], [0.0], [0.0]])
    >>> CategoricalCrossEntropy().each(np, A, Y).sum().round(4)
    np.float64(0.3567)

    Source: Bridle, "Probabilistic interpretation of feedforward classification network outputs"
    (1990).
    """

    label_smoothing: Share = 0.0

    canonical = Softmax
    low, high = 0.0, 1.0

    def each(self, xp: Namespace, A: Array, Y: Array) -> Array:
        return -self.targets(xp, Y) * xp.log(inside(xp, A))

    def dA(self, xp: Namespace, A: Array, Y: Array) -> Array:
        return -self.targets(xp, Y) / positive(xp, A)

    def each_from_Z(self, xp: Namespace, Z: Array, Y: Array) -> Array:
        Z = Z - xp.max(Z, axis=-2, keepdims=True)
        log_A = Z - xp.log(xp.sum(xp.exp(Z), axis=-2, keepdims=True))
        return -self.targets(xp, Y) * log_A

    def targets(self, xp: Namespace, Y: Array) -> Array:
        smoothing = self.label_smoothing
        return Y * (1 - smoothing) + smoothing / Y.shape[-2] if smoothing else Y

    def check(self, xp: Namespace, Y: Array) -> None:
        off = xp.abs(xp.sum(Y, axis=-2, keepdims=True) - 1) > 1e-3
        refuse(self, xp, Y, (Y < 0) | off, "one-hot labels: each column adds up to 1")
