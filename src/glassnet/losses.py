"""Losses: how wrong one example is; the cost J is their mean.

Every loss states L(A, Y), per example, and dA = ∂L/∂A. The loss of an example is the sum over
its output units (and over time or pixels, where there are such). A loss also names the
activation with which it belongs together, its canonical pair: with it both L and
dZ = A − Y are computed from Z, where nothing overflows and nothing is divided by almost zero.
"""

from __future__ import annotations

import math
from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import ClassVar

from glassnet.domains import Checked, OpenShare, Positive, Share
from glassnet.errors import DataError, HyperparameterError, ShapeError, shown
from glassnet.layers.activation import Activation
from glassnet.layers.activations import Exponential, Identity, Sigmoid, Softmax
from glassnet.layers.layer import Array, Namespace


@dataclass(frozen=True)
class Loss(Checked, ABC):
    """How far the outputs A (..., n, m) of a network are from the labels Y (..., n, m).

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


@dataclass(frozen=True)
class SquaredError(Loss):
    """L = ½ (a − y)², for numbers; dA = A − Y.

    The ½ makes dZ = A − Y with the identity activation.

    >>> import numpy as np
    >>> SquaredError().each(np, np.array([[3.0]]), np.array([[1.0]])).tolist()
    [[2.0]]

    Source: Legendre (1805), least squares.
    """

    canonical = Identity

    def each(self, xp: Namespace, A: Array, Y: Array) -> Array:
        return (A - Y) ** 2 / 2

    def dA(self, xp: Namespace, A: Array, Y: Array) -> Array:
        return A - Y

    def each_from_Z(self, xp: Namespace, Z: Array, Y: Array) -> Array:
        return self.each(xp, Z, Y)


@dataclass(frozen=True)
class AbsoluteError(Loss):
    """L = |a − y|, whose best constant is the median; dA = sign(A − Y).

    >>> import numpy as np
    >>> AbsoluteError().each(np, np.array([[3.0]]), np.array([[1.0]])).tolist()
    [[2.0]]

    Source: Laplace (1818), least absolute deviations.
    """

    def each(self, xp: Namespace, A: Array, Y: Array) -> Array:
        return xp.abs(A - Y)

    def dA(self, xp: Namespace, A: Array, Y: Array) -> Array:
        return xp.sign(A - Y)


@dataclass(frozen=True)
class Huber(Loss):
    """Squared near the label, absolute far from it, so that outliers pull less.

    With e = a − y: L = ½ e² where |e| ≤ delta, else delta (|e| − ½ delta);
    dA = e, held between −delta and delta.

    >>> import numpy as np
    >>> Huber(1.0).each(np, np.array([[0.5, 3.0]]), np.array([[0.0, 0.0]])).tolist()
    [[0.125, 2.5]]

    Source: Huber, "Robust estimation of a location parameter" (1964).
    """

    delta: Positive = 1.0

    def each(self, xp: Namespace, A: Array, Y: Array) -> Array:
        far = xp.abs(A - Y)
        return xp.where(far <= self.delta, far**2 / 2, self.delta * (far - self.delta / 2))

    def dA(self, xp: Namespace, A: Array, Y: Array) -> Array:
        return xp.clip(A - Y, -self.delta, self.delta)


@dataclass(frozen=True)
class Quantile(Loss):
    """The pinball loss: its best constant is the quantile of the labels.

    L = q (y − a) where y ≥ a, else (1 − q) (a − y); dA = −q where y > a, 1 − q where y < a.
    With several quantiles the network has one output unit for each, and Y stays (1, m).

    >>> import numpy as np
    >>> Quantile(0.9).each(np, np.array([[0.0, 2.0]]), np.array([[1.0, 1.0]])).round(2).tolist()
    [[0.9, 0.1]]

    Source: Koenker, Bassett, "Regression quantiles" (1978).
    """

    quantile: OpenShare | tuple[OpenShare, ...] = 0.5

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.quantile == ():
            raise HyperparameterError(
                "The 'quantile' parameter of Quantile must hold at least one quantile. "
                "Got () instead.",
                fix="pass e.g. quantile=(0.1, 0.5, 0.9)",
            )

    def each(self, xp: Namespace, A: Array, Y: Array) -> Array:
        q = self._column(xp, A)
        return xp.maximum(q * (Y - A), (q - 1) * (Y - A))

    def dA(self, xp: Namespace, A: Array, Y: Array) -> Array:
        q = self._column(xp, A)
        return xp.where(Y > A, -q, xp.where(Y < A, 1 - q, xp.zeros_like(A)))

    def units(self, Y: Array) -> int:
        return len(self.quantile) if isinstance(self.quantile, tuple) else int(Y.shape[-2])

    def check(self, xp: Namespace, Y: Array) -> None:
        if isinstance(self.quantile, tuple) and Y.shape[-2] != 1:
            raise ShapeError(
                f"{self} cannot take labels Y of shape {tuple(Y.shape)}.",
                expected="Y (..., 1, m): every quantile is one of the same number",
                received=f"{Y.shape[-2]} rows",
                fix="pass one row of labels, or a single quantile for all rows",
            )

    def _column(self, xp: Namespace, A: Array) -> Array:
        several = self.quantile if isinstance(self.quantile, tuple) else (self.quantile,)
        return xp.asarray(several, dtype=A.dtype)[:, None]


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
        A, Y = _inside(xp, A), self.targets(xp, Y)
        return -(Y * xp.log(A) + (1 - Y) * xp.log1p(-A))

    def dA(self, xp: Namespace, A: Array, Y: Array) -> Array:
        Y = self.targets(xp, Y)
        return -Y / _positive(xp, A) + (1 - Y) / (1 - _inside(xp, A))

    def each_from_Z(self, xp: Namespace, Z: Array, Y: Array) -> Array:
        return xp.maximum(Z, 0) + xp.log1p(xp.exp(-xp.abs(Z))) - self.targets(xp, Y) * Z

    def targets(self, xp: Namespace, Y: Array) -> Array:
        smoothing = self.label_smoothing
        return Y * (1 - smoothing) + smoothing / 2 if smoothing else Y

    def check(self, xp: Namespace, Y: Array) -> None:
        _refuse(self, xp, Y, (Y < 0) | (Y > 1), "labels between 0 and 1")


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
        return -self.targets(xp, Y) * xp.log(_inside(xp, A))

    def dA(self, xp: Namespace, A: Array, Y: Array) -> Array:
        return -self.targets(xp, Y) / _positive(xp, A)

    def each_from_Z(self, xp: Namespace, Z: Array, Y: Array) -> Array:
        Z = Z - xp.max(Z, axis=-2, keepdims=True)
        log_A = Z - xp.log(xp.sum(xp.exp(Z), axis=-2, keepdims=True))
        return -self.targets(xp, Y) * log_A

    def targets(self, xp: Namespace, Y: Array) -> Array:
        smoothing = self.label_smoothing
        return Y * (1 - smoothing) + smoothing / Y.shape[-2] if smoothing else Y

    def check(self, xp: Namespace, Y: Array) -> None:
        off = xp.abs(xp.sum(Y, axis=-2, keepdims=True) - 1) > 1e-3
        _refuse(self, xp, Y, (Y < 0) | off, "one-hot labels: each column adds up to 1")


@dataclass(frozen=True)
class Poisson(Loss):
    """L = a − y log a, for counts; dA = 1 − y/a, and with the exponential dZ = A − Y.

    The part of the negative log-likelihood that depends on a.

    >>> import numpy as np
    >>> Poisson().each(np, np.array([[1.0]]), np.array([[2.0]])).tolist()
    [[1.0]]

    Source: McCullagh, Nelder, "Generalized linear models" (1989), chapter 6.
    """

    canonical = Exponential
    low = 0.0

    def each(self, xp: Namespace, A: Array, Y: Array) -> Array:
        return A - Y * xp.log(_positive(xp, A))

    def dA(self, xp: Namespace, A: Array, Y: Array) -> Array:
        return 1 - Y / _positive(xp, A)

    def each_from_Z(self, xp: Namespace, Z: Array, Y: Array) -> Array:
        return xp.exp(Z) - Y * Z

    def check(self, xp: Namespace, Y: Array) -> None:
        _refuse(self, xp, Y, Y < 0, "labels that are not negative")


def _inside(xp: Namespace, A: Array) -> Array:
    """Probabilities held off 0 and 1 by the precision of their type: their logs are finite."""
    eps = float(xp.finfo(A.dtype).eps)
    return xp.clip(A, eps, 1 - eps)


def _positive(xp: Namespace, A: Array) -> Array:
    """Values held off 0 so far that y / a is finite, and no further: small ones are exact."""
    return xp.clip(A, float(xp.finfo(A.dtype).smallest_normal) ** 0.5, None)


def _refuse(loss: Loss, xp: Namespace, Y: Array, bad: Array, expected: str) -> None:
    if bool(xp.any(bad)):
        wrong = Y[xp.broadcast_to(bad, Y.shape)]
        raise DataError(
            f"{type(loss).__name__} cannot take these labels Y.",
            expected=expected,
            received=f"{wrong.shape[0]} other values, the first is {shown(float(wrong[0]))}",
            fix="encode the labels, or choose the loss that fits them",
        )
