"""Initialisers: how the weights of a layer start.

Weights must differ from each other, or all units of a layer stay equal for ever; and their size
must keep the activations of a deep network from growing or fading. `fan_in` is the number of
values that one unit reads, `fan_out` the number of units that read one value: for W of shape
(units, n) they are n and units; leading axes of W (the offsets of a kernel) multiply both.
"""

from __future__ import annotations

import math
from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from glassnet.domains import Checked, NonNegative

Shape = tuple[int, ...]


class Random(Protocol):
    """What initialisers ask of a random source: NumPy's Generator and RandomState both have it."""

    def standard_normal(self, size: Shape) -> NDArray[Any]: ...
    def uniform(self, low: float, high: float, size: Shape) -> NDArray[Any]: ...


@dataclass(frozen=True)
class Initializer(Checked, ABC):
    """How one parameter starts."""

    @abstractmethod
    def draw(self, random: Random, shape: Shape) -> NDArray[Any]:
        """An array of `shape`, in float64.

        Parameters
        ----------
        random : numpy.random.Generator or numpy.random.RandomState
            Advanced by the draw.
        shape : tuple of int
            (..., units, n)
        """


def fans(shape: Shape) -> tuple[int, int]:
    """(fan_in, fan_out) of weights of this shape.

    >>> fans((4, 3)), fans((5, 5, 8, 3))
    ((3, 4), (75, 200))
    """
    offsets = math.prod(shape[:-2])
    return shape[-1] * offsets, shape[-2] * offsets


@dataclass(frozen=True)
class Zeros(Initializer):
    """All zeros: right for b, wrong for W, where every unit would stay the same.

    >>> Zeros().draw(np.random.default_rng(0), (2, 1)).tolist()
    [[0.0], [0.0]]
    """

    def draw(self, random: Random, shape: Shape) -> NDArray[Any]:
        return np.zeros(shape)


@dataclass(frozen=True)
class Constant(Initializer):
    """All the same value, e.g. 1 for a scale.

    Parameters
    ----------
    value : float
        Of every element.

    Examples
    --------
    >>> Constant(0.5).draw(np.random.default_rng(0), (1, 2)).tolist()
    [[0.5, 0.5]]
    """

    value: float

    def draw(self, random: Random, shape: Shape) -> NDArray[Any]:
        return np.full(shape, float(self.value))


@dataclass(frozen=True)
class Normal(Initializer):
    """W ~ scale · N(0, 1): the course's random initialisation, with its scale 0.01.

    Small weights keep tanh and sigmoid in their steep middle; in deep networks they let the
    signal fade, which is what the schemes below avoid.

    Parameters
    ----------
    scale : float
        The standard deviation, at least 0.

    Examples
    --------
    >>> Normal(0.01).draw(np.random.RandomState(2), (1, 2)).round(8).tolist()
    [[-0.00416758, -0.00056267]]
    """

    scale: NonNegative = 0.01

    def draw(self, random: Random, shape: Shape) -> NDArray[Any]:
        return random.standard_normal(shape) * self.scale


@dataclass(frozen=True)
class InverseSqrt(Initializer):
    """W ~ N(0, 1) / √fan_in: the course's scheme for networks of many layers.

    The variance of z stays that of a. With a normal distribution this is LeCun's scheme; it
    stands here under the name by which the course knows it.

    >>> InverseSqrt().draw(np.random.RandomState(1), (1, 4)).round(6).tolist()
    [[0.812173, -0.305878, -0.264086, -0.536484]]
    """

    def draw(self, random: Random, shape: Shape) -> NDArray[Any]:
        fan_in, _ = fans(shape)
        return random.standard_normal(shape) / math.sqrt(fan_in)


@dataclass(frozen=True)
class LeCun(Initializer):
    """W ~ U(−√(3/fan_in), √(3/fan_in)), of variance 1/fan_in: for SELU and tanh.

    Source: LeCun, Bottou, Orr, Müller, "Efficient BackProp" (1998), section 4.6.

    >>> bool(abs(LeCun().draw(np.random.default_rng(0), (50, 3))).max() <= 1)
    True
    """

    def draw(self, random: Random, shape: Shape) -> NDArray[Any]:
        fan_in, _ = fans(shape)
        return _uniform(random, shape, 1 / fan_in)


@dataclass(frozen=True)
class Glorot(Initializer):
    """W ~ U of variance 2/(fan_in + fan_out): for sigmoid, tanh, softmax and linear outputs.

    A compromise between keeping the variance of the forward and of the backward signal.

    Source: Glorot, Bengio, "Understanding the difficulty of training deep feedforward neural
    networks" (2010), equation 16.

    >>> bool(abs(Glorot().draw(np.random.default_rng(0), (50, 4))).max() <= (6 / 54) ** 0.5)
    True
    """

    def draw(self, random: Random, shape: Shape) -> NDArray[Any]:
        return _uniform(random, shape, 2 / sum(fans(shape)))


@dataclass(frozen=True)
class He(Initializer):
    """W ~ N(0, 2/fan_in): for ReLU and its relatives, which pass on half of the variance.

    Source: He, Zhang, Ren, Sun, "Delving deep into rectifiers" (2015), equation 10.

    >>> He().draw(np.random.RandomState(1), (1, 2)).round(6).tolist()
    [[1.624345, -0.611756]]
    """

    def draw(self, random: Random, shape: Shape) -> NDArray[Any]:
        fan_in, _ = fans(shape)
        return random.standard_normal(shape) * math.sqrt(2 / fan_in)


@dataclass(frozen=True)
class Orthogonal(Initializer):
    """W with W Wᵀ = I (or Wᵀ W = I where W is tall): lengths are kept exactly.

    The Q of a normal matrix's QR decomposition, its signs set so that it is uniform over all
    orthogonal matrices. Leading axes of W get a matrix each.

    Source: Saxe, McClelland, Ganguli, "Exact solutions to the nonlinear dynamics of learning in
    deep linear neural networks" (2014), section 3.

    >>> W = Orthogonal().draw(np.random.default_rng(0), (3, 5))
    >>> bool(np.allclose(W @ W.T, np.eye(3)))
    True
    """

    def draw(self, random: Random, shape: Shape) -> NDArray[Any]:
        units, n = shape[-2:]
        drawn = random.standard_normal((*shape[:-2], max(units, n), min(units, n)))
        Q, R = np.linalg.qr(drawn)
        Q = Q * np.sign(np.diagonal(R, axis1=-2, axis2=-1))[..., None, :]
        return np.ascontiguousarray(Q if units >= n else Q.mT)


def _uniform(random: Random, shape: Shape, variance: float) -> NDArray[Any]:
    bound = math.sqrt(3 * variance)
    return random.uniform(-bound, bound, shape)
