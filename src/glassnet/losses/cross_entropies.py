"""Losses of classes: binary and categorical cross-entropy."""

from __future__ import annotations

from dataclasses import dataclass

from glassnet.domains import Share
from glassnet.layers.activations import Sigmoid, Softmax
from glassnet.layers.layer import Array, Namespace
from glassnet.losses.loss import Loss, inside, positive, refuse


@dataclass(frozen=True)
class BinaryCrossEntropy(Loss):
    """L = −(y log a + (1 − y) log(1 − a)), for labels 0 and 1.

    dA = −y/a + (1 − y)/(1 − a); with the sigmoid dZ = A − Y. Several output units are several
    independent yes-or-no labels.

    Parameters
    ----------
    label_smoothing : float
        ε: labels y become y (1 − ε) + ε/2, so that no unit is driven to infinity.

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
    """L = −Σ y log a over the classes, for one-hot labels.

    dA = −y/a; with softmax dZ = A − Y.

    Parameters
    ----------
    label_smoothing : float
        ε: labels y become y (1 − ε) + ε/k for k classes.

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
