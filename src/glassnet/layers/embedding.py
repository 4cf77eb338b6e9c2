"""Embedding: a vector for every symbol."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from glassnet.domains import Count
from glassnet.initializers import Initializer, Normal
from glassnet.layers.layer import Array, Arrays, Layer, Namespace


@dataclass(frozen=True)
class Embedding(Layer):
    """A learned vector for every symbol: Z is the column of W that A names.

    forward::

        Z = W @ one_hot(A)

    gradients::

        dW = dZ @ one_hot(A).T / m

    What it reads are whole numbers from 0 to symbols − 1, words of a text or categories of a
    table, and have no gradient: the layer begins a network, or a branch of it. On sequences dW is
    also summed over the times.

    Parameters
    ----------
    symbols : int
        How many symbols there are.
    units : int
        How many numbers stand for each.
    initializer : Initializer
        How W starts.

    Shapes
    ------
    A (..., 1, m), W (units, symbols), Z (..., units, m).

    Raises
    ------
    HyperparameterError
        `symbols` or `units` is not a whole number of at least 1.
    DataError, DataTypeError
        When the network is given numbers that are not whole or out of range.

    Examples
    --------
    >>> import numpy as np
    >>> W = np.array([[1.0, 2.0, 3.0], [-1.0, -2.0, -3.0]])
    >>> Embedding(3, 2).forward(np, A=np.array([[2, 0]]), W=W)["Z"].tolist()
    [[3.0, 1.0], [-3.0, -1.0]]

    Source: Bengio, Ducharme, Vincent, Jauvin, "A neural probabilistic language model" (2003).
    """

    symbols: Count
    units: Count
    initializer: Initializer = field(default_factory=lambda: Normal(1.0))

    shapes = "A: ... 1 m, W: units symbols -> Z: ... units m"

    def initializers(self) -> Mapping[str, Initializer | None]:
        return {"W": self.initializer}

    def integers(self) -> Mapping[str, int]:
        return {"A": self.symbols}

    def forward(self, xp: Namespace, A: Array, W: Array) -> Arrays:
        columns = xp.take(W, xp.reshape(A, (-1,)), axis=1)
        columns = xp.reshape(columns, (self.units, *A.shape[:-2], A.shape[-1]))
        return {"Z": xp.moveaxis(columns, 0, -2)}

    def gradients(self, xp: Namespace, dZ: Array, A: Array) -> Arrays:
        symbols, m = xp.arange(self.symbols)[:, None], dZ.shape[-1]
        times = zip(_times(xp, dZ), _times(xp, A), strict=True)
        return {"dW": sum(dz @ xp.astype(symbols == a, dz.dtype).T for dz, a in times) / m}


def _times(xp: Namespace, X: Array) -> Array:
    """The matrices of an array, one after the other: one_hot of all at once would be huge."""
    return xp.unstack(xp.reshape(X, (-1, *X.shape[-2:])))
