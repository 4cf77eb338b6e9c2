"""The smooth relatives of ReLU: ELU, SELU, softplus, GELU, SiLU and Mish."""

from __future__ import annotations

from dataclasses import dataclass
from math import pi, sqrt

from glassnet.domains import NonNegative
from glassnet.initializers import He, LeCun
from glassnet.layers.activation import Activation
from glassnet.layers.layer import Array, Namespace


@dataclass(frozen=True)
class ELU(Activation):
    """Exponential linear unit: ReLU that bends smoothly towards −alpha.

    forward::

        A = where(Z > 0, Z, alpha * (exp(Z) - 1))

    backward::

        dZ = dA * where(Z > 0, 1, alpha * exp(Z))

    Parameters
    ----------
    alpha : float
        How far below zero A can fall, at least 0.

    Examples
    --------
    >>> import numpy as np
    >>> ELU().g(np, np.array([[-1.0, 2.0]])).round(4).tolist()
    [[-0.6321, 2.0]]

    Source: Clevert, Unterthiner, Hochreiter, "Fast and accurate deep network learning by
    exponential linear units" (2016), equation 16.
    """

    alpha: NonNegative = 1.0

    initializer = He()

    def g(self, xp: Namespace, Z: Array) -> Array:
        return xp.where(Z > 0, Z, self.alpha * xp.expm1(Z))

    def g_prime(self, xp: Namespace, Z: Array, A: Array) -> Array:
        return xp.where(Z > 0, xp.ones_like(Z), A + self.alpha)


_SELU_SCALE = 1.0507009873554805
_SELU_ALPHA = 1.6732632423543772


@dataclass(frozen=True)
class SELU(Activation):
    """Scaled ELU, whose constants pull every layer towards mean 0 and variance 1.

    forward::

        A = scale * where(Z > 0, Z, alpha * (exp(Z) - 1))

    backward::

        dZ = dA * scale * where(Z > 0, 1, alpha * exp(Z))

    scale = 1.0507…, alpha = 1.6732…; meant for LeCun initialisation and standardised inputs.

    >>> import numpy as np
    >>> SELU().g(np, np.array([[-1.0, 2.0]])).round(4).tolist()
    [[-1.1113, 2.1014]]

    Source: Klambauer, Unterthiner, Mayr, Hochreiter, "Self-normalizing neural networks" (2017),
    equations 2 and 14.
    """

    initializer = LeCun()

    def g(self, xp: Namespace, Z: Array) -> Array:
        return _SELU_SCALE * xp.where(Z > 0, Z, _SELU_ALPHA * xp.expm1(Z))

    def g_prime(self, xp: Namespace, Z: Array, A: Array) -> Array:
        return xp.where(Z > 0, _SELU_SCALE * xp.ones_like(Z), A + _SELU_SCALE * _SELU_ALPHA)


@dataclass(frozen=True)
class Softplus(Activation):
    """A smooth ReLU that is positive everywhere; its derivative is the sigmoid.

    forward::

        A = log(1 + exp(Z))

    backward::

        dZ = dA / (1 + exp(-Z))

    >>> import numpy as np
    >>> Softplus().g(np, np.array([[0.0, 1000.0]])).round(4).tolist()
    [[0.6931, 1000.0]]

    Source: Dugas, Bengio, Bélisle, Nadeau, Garcia, "Incorporating second-order functional
    knowledge for better option pricing" (2001).
    """

    low = 0.0
    initializer = He()

    def g(self, xp: Namespace, Z: Array) -> Array:
        return _softplus(xp, Z)

    def g_prime(self, xp: Namespace, Z: Array, A: Array) -> Array:
        return _sigmoid(xp, Z)


@dataclass(frozen=True)
class GELU(Activation):
    """Gaussian error linear unit: z times the probability that a standard normal is below z.

    forward::

        A = Z * (1 + erf(Z / sqrt(2))) / 2

    backward::

        dZ = dA * ((1 + erf(Z / sqrt(2))) / 2 + Z * exp(-Z**2 / 2) / sqrt(2 * pi))

    >>> import numpy as np
    >>> from glassnet.namespace import numpy_namespace
    >>> GELU().g(numpy_namespace, np.array([[-1.0, 1.0]])).round(4).tolist()
    [[-0.1587, 0.8413]]

    Source: Hendrycks, Gimpel, "Gaussian error linear units" (2016), section 2.
    """

    initializer = He()

    def g(self, xp: Namespace, Z: Array) -> Array:
        return Z * _normal_below(xp, Z)

    def g_prime(self, xp: Namespace, Z: Array, A: Array) -> Array:
        return _normal_below(xp, Z) + Z * xp.exp(-(Z**2) / 2) / sqrt(2 * pi)


@dataclass(frozen=True)
class SiLU(Activation):
    """Sigmoid linear unit, also called swish: z times its own sigmoid.

    forward::

        A = Z / (1 + exp(-Z))

    backward::

        dZ = dA * (1 + Z * (1 - 1 / (1 + exp(-Z)))) / (1 + exp(-Z))

    >>> import numpy as np
    >>> SiLU().g(np, np.array([[-1.0, 1.0]])).round(4).tolist()
    [[-0.2689, 0.7311]]

    Source: Elfwing, Uchibe, Doya, "Sigmoid-weighted linear units for neural network function
    approximation" (2017), equations 5 and 6.
    """

    initializer = He()

    def g(self, xp: Namespace, Z: Array) -> Array:
        return Z * _sigmoid(xp, Z)

    def g_prime(self, xp: Namespace, Z: Array, A: Array) -> Array:
        s = _sigmoid(xp, Z)
        return s + A * (1 - s)


@dataclass(frozen=True)
class Mish(Activation):
    """z times the tanh of its softplus.

    forward::

        A = Z * tanh(log(1 + exp(Z)))

    backward::

        T = tanh(log(1 + exp(Z)))
        dZ = dA * (T + Z * (1 - T**2) / (1 + exp(-Z)))

    >>> import numpy as np
    >>> Mish().g(np, np.array([[-1.0, 1.0]])).round(4).tolist()
    [[-0.3034, 0.8651]]

    Source: Misra, "Mish: a self regularized non-monotonic activation function" (2019).
    """

    initializer = He()

    def g(self, xp: Namespace, Z: Array) -> Array:
        return Z * xp.tanh(_softplus(xp, Z))

    def g_prime(self, xp: Namespace, Z: Array, A: Array) -> Array:
        T = xp.tanh(_softplus(xp, Z))
        return T + Z * (1 - T**2) * _sigmoid(xp, Z)


def _sigmoid(xp: Namespace, Z: Array) -> Array:
    return 1 / (1 + xp.exp(-Z))


def _softplus(xp: Namespace, Z: Array) -> Array:
    return xp.maximum(Z, 0) + xp.log1p(xp.exp(-xp.abs(Z)))


def _normal_below(xp: Namespace, Z: Array) -> Array:
    return (1 + xp.erf(Z / sqrt(2))) / 2
