"""The dense layer: every unit reads every value of the layer before."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from glassnet.domains import Count
from glassnet.initializers import Initializer, Zeros
from glassnet.layers.layer import Array, Arrays, Layer, Namespace


@dataclass(frozen=True)
class Dense(Layer):
    """A layer of neurons without its activation: Z[l] = W[l] A[l−1] + b[l].

    forward::

        Z = W @ A + b

    gradients::

        dW = dZ @ A.T / m
        db = sum(dZ, axis=-1, keepdims=True) / m

    backward::

        dA = W.T @ dZ

    On sequences and images the same W and b serve at every time and pixel: dW and db are then
    also summed over those leading axes.

    Parameters
    ----------
    units : int
        n[l], how many neurons the layer has.
    initializer : Initializer, optional
        How W starts. Left out, the activation that follows chooses (He for ReLU, Glorot for
        tanh, ...). b starts at zero.

    Shapes
    ------
    A (..., n, m), W (units, n), b (units, 1), Z (..., units, m).

    Raises
    ------
    HyperparameterError
        `units` is not a whole number of at least 1.

    Examples
    --------
    >>> import numpy as np
    >>> W, b = np.array([[2.0, -1.0]]), np.array([[0.5]])
    >>> Dense(1).forward(np, A=np.array([[3.0], [4.0]]), W=W, b=b)["Z"].tolist()
    [[2.5]]

    Source: Rumelhart, Hinton, Williams, "Learning representations by back-propagating errors"
    (1986).
    """

    units: Count
    initializer: Initializer | None = None

    shapes = "A: ... n m, W: units n, b: units 1 -> Z: ... units m"

    def initializers(self) -> Mapping[str, Initializer | None]:
        return {"W": self.initializer, "b": Zeros()}

    def forward(self, xp: Namespace, A: Array, W: Array, b: Array) -> Arrays:
        return {"Z": W @ A + b}

    def gradients(self, xp: Namespace, dZ: Array, A: Array) -> Arrays:
        m = dZ.shape[-1]
        return {
            "dW": over_positions(xp, dZ @ A.mT) / m,
            "db": over_positions(xp, over_examples(xp, dZ)) / m,
        }

    def backward(self, xp: Namespace, dZ: Array, W: Array) -> Arrays:
        return {"dA": W.T @ dZ}


def over_examples(xp: Namespace, dZ: Array) -> Array:
    """The sum over the examples, (..., n, 1): in float64, since long float32 sums lose digits."""
    return xp.astype(xp.sum(dZ, axis=-1, keepdims=True, dtype=xp.float64), dZ.dtype)


def over_positions(xp: Namespace, matrices: Array) -> Array:
    """The sum of (..., p, q) matrices over their leading axes: (p, q)."""
    leading = tuple(range(matrices.ndim - 2))
    return xp.sum(matrices, axis=leading) if leading else matrices
