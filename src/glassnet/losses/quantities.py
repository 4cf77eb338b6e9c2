"""Losses of numbers: squared, absolute, Huber, quantile, Poisson."""

from __future__ import annotations

from dataclasses import dataclass

from glassnet.domains import OpenShare, Positive
from glassnet.errors import HyperparameterError, ShapeError
from glassnet.layers.activations import Exponential, Identity
from glassnet.layers.layer import Array, Namespace
from glassnet.losses.loss import Loss, positive, refuse


@dataclass(frozen=True)
class SquaredError(Loss):
    """Half of the squared error: the best constant is the mean.

    each::

        L = (A - Y) ** 2 / 2

    dA::

        dA = A - Y

    dZ (with the identity)::

        dZ = A - Y

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
    """The size of the error: the best constant is the median.

    each::

        L = abs(A - Y)

    dA::

        dA = sign(A - Y)

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

    each::

        E = abs(A - Y)
        L = where(E <= delta, E ** 2 / 2, delta * (E - delta / 2))

    dA::

        dA = maximum(-delta, minimum(A - Y, delta))

    Parameters
    ----------
    delta : float
        The error at which the loss becomes absolute, above 0, in the units of the labels.

    Examples
    --------
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

    each::

        L = maximum(quantile * (Y - A), (quantile - 1) * (Y - A))

    dA::

        dA = where(Y > A, -quantile, where(Y < A, 1 - quantile, 0))

    With several quantiles the network has one output unit for each, and Y stays (1, m).

    Parameters
    ----------
    quantile : float or tuple of float
        In (0, 1), or several of them; 0.5 is the median.

    Raises
    ------
    HyperparameterError
        A quantile is outside (0, 1), or there is none.

    Examples
    --------
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
class Poisson(Loss):
    """For counts Y around A: the part of the negative log-likelihood that depends on A.

    each::

        L = A - Y * log(A)

    dA::

        dA = 1 - Y / A

    dZ (with the exponential)::

        dZ = A - Y

    >>> import numpy as np
    >>> Poisson().each(np, np.array([[1.0]]), np.array([[2.0]])).tolist()
    [[1.0]]

    Source: McCullagh, Nelder, "Generalized linear models" (1989), chapter 6.
    """

    canonical = Exponential
    low = 0.0

    def each(self, xp: Namespace, A: Array, Y: Array) -> Array:
        return A - Y * xp.log(positive(xp, A))

    def dA(self, xp: Namespace, A: Array, Y: Array) -> Array:
        return 1 - Y / positive(xp, A)

    def each_from_Z(self, xp: Namespace, Z: Array, Y: Array) -> Array:
        return xp.exp(Z) - Y * Z

    def check(self, xp: Namespace, Y: Array) -> None:
        refuse(self, xp, Y, Y < 0, "labels that are not negative")
