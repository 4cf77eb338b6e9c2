"""The course's activations: identity, sigmoid, tanh, ReLU and leaky ReLU, softmax, exponential.

When to use which: ReLU or one of its smooth relatives in hidden layers; sigmoid at the output
for two classes, softmax for more; identity at the output for a number, exponential for a rate or
a count. tanh is centred and so learns better than sigmoid in hidden layers; both saturate.
"""

from __future__ import annotations

from dataclasses import dataclass

from glassnet.domains import NonNegative
from glassnet.initializers import He
from glassnet.layers.activation import Activation
from glassnet.layers.layer import Array, Arrays, Namespace


@dataclass(frozen=True)
class Identity(Activation):
    """The linear activation: for outputs that may be any number.

    forward::

        A = Z

    backward::

        dZ = dA

    In hidden layers it is useless: layers of it collapse into one matrix.

    >>> import numpy as np
    >>> Identity().g(np, np.array([[-2.0, 3.0]])).tolist()
    [[-2.0, 3.0]]
    """

    def g(self, xp: Namespace, Z: Array) -> Array:
        return Z

    def g_prime(self, xp: Namespace, Z: Array, A: Array) -> Array:
        return xp.ones_like(Z)


@dataclass(frozen=True)
class Sigmoid(Activation):
    """The logistic function: turns any number into a probability.

    forward::

        A = 1 / (1 + exp(-Z))

    backward::

        dZ = dA * A * (1 - A)

    g′ is at most 1/4 (at 0), and nearly 0 beyond |z| = 5: a saturated unit hardly learns.

    >>> import numpy as np
    >>> Sigmoid().g(np, np.array([[0.0, 2.0]])).round(4).tolist()
    [[0.5, 0.8808]]
    """

    low, high = 0.0, 1.0

    def g(self, xp: Namespace, Z: Array) -> Array:
        return 1 / (1 + xp.exp(-Z))

    def g_prime(self, xp: Namespace, Z: Array, A: Array) -> Array:
        return A * (1 - A)


@dataclass(frozen=True)
class Tanh(Activation):
    """The hyperbolic tangent: a sigmoid that is centred at 0.

    forward::

        A = tanh(Z)

    backward::

        dZ = dA * (1 - A**2)

    >>> import numpy as np
    >>> Tanh().g(np, np.array([[0.0, 1.0]])).round(4).tolist()
    [[0.0, 0.7616]]
    """

    low, high = -1.0, 1.0

    def g(self, xp: Namespace, Z: Array) -> Array:
        return xp.tanh(Z)

    def g_prime(self, xp: Namespace, Z: Array, A: Array) -> Array:
        return 1 - A**2


@dataclass(frozen=True)
class ReLU(Activation):
    """The rectified linear unit: the default of hidden layers.

    forward::

        A = maximum(Z, 0)

    backward::

        dZ = dA * (Z > 0)

    g′(0) is 0 by convention. A unit whose z is negative for every example is dead.

    >>> import numpy as np
    >>> ReLU().g(np, np.array([[-2.0, 3.0]])).tolist()
    [[0.0, 3.0]]

    Source: Nair, Hinton, "Rectified linear units improve restricted Boltzmann machines" (2010).
    """

    low = 0.0
    initializer = He()

    def g(self, xp: Namespace, Z: Array) -> Array:
        return xp.maximum(Z, 0)

    def g_prime(self, xp: Namespace, Z: Array, A: Array) -> Array:
        return xp.astype(Z > 0, Z.dtype)


@dataclass(frozen=True)
class LeakyReLU(Activation):
    """ReLU with a small slope below zero, so that no unit dies.

    forward::

        A = where(Z > 0, Z, slope * Z)

    backward::

        dZ = dA * where(Z > 0, 1, slope)

    Parameters
    ----------
    slope : float
        The derivative below zero, at least 0.

    Examples
    --------
    >>> import numpy as np
    >>> LeakyReLU().g(np, np.array([[-2.0, 3.0]])).tolist()
    [[-0.02, 3.0]]

    Source: Maas, Hannun, Ng, "Rectifier nonlinearities improve neural network acoustic models"
    (2013), section 2.
    """

    slope: NonNegative = 0.01

    initializer = He()

    def g(self, xp: Namespace, Z: Array) -> Array:
        return xp.where(Z > 0, Z, self.slope * Z)

    def g_prime(self, xp: Namespace, Z: Array, A: Array) -> Array:
        return xp.where(Z > 0, xp.ones_like(Z), self.slope)


@dataclass(frozen=True)
class Softmax(Activation):
    """Turns the units of a layer into probabilities that add up to 1.

    forward::

        A = exp(Z) / sum(exp(Z), axis=-2, keepdims=True)

    backward::

        dZ = A * (dA - sum(dA * A, axis=-2, keepdims=True))

    The sums run over the units. The largest z of each example is subtracted first, which
    changes nothing but keeps exp from overflowing. Not a function of each number alone: g′ is a
    matrix per example, so `backward` stands here itself.

    >>> import numpy as np
    >>> Softmax().g(np, np.array([[1.0], [2.0], [3.0]])).round(4).ravel().tolist()
    [0.09, 0.2447, 0.6652]

    Source: Bridle, "Probabilistic interpretation of feedforward classification network outputs"
    (1990).
    """

    low, high = 0.0, 1.0

    def g(self, xp: Namespace, Z: Array) -> Array:
        powers = xp.exp(Z - xp.max(Z, axis=-2, keepdims=True))
        return powers / xp.sum(powers, axis=-2, keepdims=True)

    def g_prime(self, xp: Namespace, Z: Array, A: Array) -> Array:
        """Only the diagonal of the matrix: ∂a[k]/∂z[k] = a[k] (1 − a[k])."""
        return A * (1 - A)

    def backward(self, xp: Namespace, dA: Array, Z: Array, A: Array) -> Arrays:
        return {"dZ": A * (dA - xp.sum(dA * A, axis=-2, keepdims=True))}


@dataclass(frozen=True)
class Exponential(Activation):
    """For outputs that are rates or counts: always positive.

    forward::

        A = exp(Z)

    backward::

        dZ = dA * A

    >>> import numpy as np
    >>> Exponential().g(np, np.array([[0.0, 1.0]])).round(4).tolist()
    [[1.0, 2.7183]]
    """

    low = 0.0

    def g(self, xp: Namespace, Z: Array) -> Array:
        return xp.exp(Z)

    def g_prime(self, xp: Namespace, Z: Array, A: Array) -> Array:
        return A
