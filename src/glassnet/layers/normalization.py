"""Normalisation: numbers of mean 0 and variance 1, over the examples or over the units."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeAlias

from glassnet.domains import Positive, Share
from glassnet.initializers import Constant, Initializer, Zeros
from glassnet.layers.dense import over_examples, over_positions
from glassnet.layers.layer import Array, Arrays, Layer, Namespace


@dataclass(frozen=True)
class BatchNorm(Layer):
    """Batch normalisation: in every batch each unit gets mean β and standard deviation γ.

    forward::

        mu = mean(A, axis=-1, keepdims=True)
        var = mean((A - mu)**2, axis=-1, keepdims=True)
        A_norm = (A - mu) / sqrt(var + epsilon)
        Z = gamma * A_norm + beta
        mu_run_next = momentum * mu_run + (1 - momentum) * mu
        var_run_next = momentum * var_run + (1 - momentum) * var

    predict::

        A_norm = (A - mu_run) / sqrt(var_run + epsilon)
        Z = gamma * A_norm + beta

    gradients::

        dgamma = sum(dZ * A_norm, axis=-1, keepdims=True) / m
        dbeta = sum(dZ, axis=-1, keepdims=True) / m

    backward::

        dA_norm = gamma * dZ
        dA_centred = dA_norm - mean(dA_norm, axis=-1, keepdims=True)
        dA_scaled = A_norm * mean(dA_norm * A_norm, axis=-1, keepdims=True)
        dA = (dA_centred - dA_scaled) / sqrt(var + epsilon)

    On sequences and images the means run over the times or pixels too. The running mean and
    variance are statistics: not learned by gradients, but saved with the parameters, and what
    predictions are made with. Since the examples of a batch see each other, a batch needs two at
    least: what is left at the end of an epoch goes with the batch before it where it is one alone.

    Parameters
    ----------
    momentum : float
        How much of the running values each batch leaves, in [0, 1).
    epsilon : float
        Keeps a unit that is constant from dividing by zero.

    Shapes
    ------
    A and Z (..., n, m), all others (n, 1). γ and the running variance start at one, β and the
    running mean at zero. The variance is the mean square, without Bessel's m − 1.

    Raises
    ------
    HyperparameterError
        `momentum` or `epsilon` is outside its domain; or, when a training begins, its batches
        have one example.

    Examples
    --------
    >>> import numpy as np
    >>> one, zero = np.ones((1, 1)), np.zeros((1, 1))
    >>> made = BatchNorm().forward(
    ...     np, A=np.array([[1.0, 3.0]]), gamma=one, beta=zero, mu_run=zero, var_run=one
    ... )
    >>> made["Z"].round(3).tolist(), made["mu_run_next"].round(3).tolist()
    ([[-1.0, 1.0]], [[0.2]])

    Source: Ioffe, Szegedy, "Batch normalization: accelerating deep network training by reducing
    internal covariate shift" (2015).
    """

    momentum: Share = 0.9
    epsilon: Positive = 1e-5

    shapes = "A: ... n m, gamma: n 1, beta: n 1, mu_run: n 1, var_run: n 1 -> Z: ... n m"

    def initializers(self) -> Mapping[str, Initializer | None]:
        ones, zeros = Constant(1.0), Zeros()
        return {"gamma": ones, "beta": zeros, "mu_run": zeros, "var_run": ones}

    def statistics(self) -> tuple[str, ...]:
        return "mu_run", "var_run"

    def forward(
        self, xp: Namespace, A: Array, gamma: Array, beta: Array, mu_run: Array, var_run: Array
    ) -> Arrays:
        axes = (*range(A.ndim - 2), -1)
        mu, var, A_norm = normalized(xp, A, axes, self.epsilon)
        mu, var = (xp.reshape(each, gamma.shape) for each in (mu, var))
        old, new = self.momentum, 1 - self.momentum
        return {
            "mu": mu,
            "var": var,
            "A_norm": A_norm,
            "Z": gamma * A_norm + beta,
            "mu_run_next": old * mu_run + new * mu,
            "var_run_next": old * var_run + new * var,
        }

    def predict(
        self, xp: Namespace, A: Array, gamma: Array, beta: Array, mu_run: Array, var_run: Array
    ) -> Arrays:
        A_norm = (A - mu_run) / xp.sqrt(var_run + self.epsilon)
        return {"A_norm": A_norm, "Z": gamma * A_norm + beta}

    def gradients(self, xp: Namespace, dZ: Array, A_norm: Array) -> Arrays:
        return scale_gradients(xp, dZ, A_norm)

    def backward(self, xp: Namespace, dZ: Array, A_norm: Array, var: Array, gamma: Array) -> Arrays:
        axes = (*range(dZ.ndim - 2), -1)
        return {"dA": before_normalizing(xp, gamma * dZ, A_norm, var, axes, self.epsilon)}


@dataclass(frozen=True)
class LayerNorm(Layer):
    """Layer normalisation: in every example the units have mean 0 and variance 1.

    forward::

        mu = mean(A, axis=-2, keepdims=True)
        var = mean((A - mu)**2, axis=-2, keepdims=True)
        A_norm = (A - mu) / sqrt(var + epsilon)
        Z = gamma * A_norm + beta

    gradients::

        dgamma = sum(dZ * A_norm, axis=-1, keepdims=True) / m
        dbeta = sum(dZ, axis=-1, keepdims=True) / m

    backward::

        dA_norm = gamma * dZ
        dA_centred = dA_norm - mean(dA_norm, axis=-2, keepdims=True)
        dA_scaled = A_norm * mean(dA_norm * A_norm, axis=-2, keepdims=True)
        dA = (dA_centred - dA_scaled) / sqrt(var + epsilon)

    Every example is normalised by its own numbers, at every time or pixel, while learning and
    while predicting: batches may be of any size, and sequences of any length.

    Parameters
    ----------
    epsilon : float
        Keeps an example whose units are all alike from dividing by zero.

    Shapes
    ------
    A and Z (..., n, m), gamma and beta (n, 1), mu and var (..., 1, m). γ starts at one, β at
    zero.

    Raises
    ------
    HyperparameterError
        `epsilon` is not positive.

    Examples
    --------
    >>> import numpy as np
    >>> A, one = np.array([[1.0], [3.0]]), np.ones((2, 1))
    >>> LayerNorm().forward(np, A=A, gamma=one, beta=0 * one)["Z"].round(3).tolist()
    [[-1.0], [1.0]]

    Source: Ba, Kiros, Hinton, "Layer normalization" (2016).
    """

    epsilon: Positive = 1e-5

    shapes = "A: ... n m, gamma: n 1, beta: n 1 -> Z: ... n m"

    def initializers(self) -> Mapping[str, Initializer | None]:
        return {"gamma": Constant(1.0), "beta": Zeros()}

    def forward(self, xp: Namespace, A: Array, gamma: Array, beta: Array) -> Arrays:
        mu, var, A_norm = normalized(xp, A, -2, self.epsilon)
        return {"mu": mu, "var": var, "A_norm": A_norm, "Z": gamma * A_norm + beta}

    def gradients(self, xp: Namespace, dZ: Array, A_norm: Array) -> Arrays:
        return scale_gradients(xp, dZ, A_norm)

    def backward(self, xp: Namespace, dZ: Array, A_norm: Array, var: Array, gamma: Array) -> Arrays:
        return {"dA": before_normalizing(xp, gamma * dZ, A_norm, var, -2, self.epsilon)}


Axes: TypeAlias = int | tuple[int, ...]


def normalized(xp: Namespace, A: Array, axes: Axes, epsilon: float) -> tuple[Array, Array, Array]:
    """Mean, variance and (A − μ) / √(σ² + ε), in two passes and in float64: beside a large mean
    a small variance has no digits left in float32."""
    wide = xp.astype(A, xp.float64)
    mu = xp.mean(wide, axis=axes, keepdims=True)
    centred = wide - mu
    var = xp.mean(centred**2, axis=axes, keepdims=True)
    A_norm = centred / xp.sqrt(var + epsilon)
    return xp.astype(mu, A.dtype), xp.astype(var, A.dtype), xp.astype(A_norm, A.dtype)


def before_normalizing(
    xp: Namespace, dA_norm: Array, A_norm: Array, var: Array, axes: Axes, epsilon: float
) -> Array:
    """dA, given what comes back to A_norm: its mean, and its part along A_norm, have no effect."""
    centred = dA_norm - xp.mean(dA_norm, axis=axes, keepdims=True)
    scaled = A_norm * xp.mean(dA_norm * A_norm, axis=axes, keepdims=True)
    return (centred - scaled) / xp.sqrt(var + epsilon)


def scale_gradients(xp: Namespace, dZ: Array, A_norm: Array) -> Arrays:
    """dγ and dβ of Z = γ ∗ A_norm + β."""
    m = dZ.shape[-1]
    return {
        "dgamma": over_positions(xp, over_examples(xp, dZ * A_norm)) / m,
        "dbeta": over_positions(xp, over_examples(xp, dZ)) / m,
    }
