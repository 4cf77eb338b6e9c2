"""Maximum pooling: whether a feature is there matters more than where exactly."""

from __future__ import annotations

from dataclasses import dataclass
from functools import reduce

from glassnet.domains import Count
from glassnet.layers.layer import Array, Arrays, Namespace
from glassnet.layers.pool import Pool
from glassnet.layers.sweeps import Padding1D, Padding2D, PerAxis
from glassnet.layers.windows import back, seen


@dataclass(frozen=True)
class MaxPool(Pool):
    """The equations of a maximum along any number of axes."""

    def forward(self, xp: Namespace, A: Array) -> Arrays:
        return {"A_pool": reduce(xp.maximum, self._seen(xp, A))}

    def backward(self, xp: Namespace, dA_pool: Array, A: Array, A_pool: Array) -> Arrays:
        parts, nothing = [], xp.zeros_like(dA_pool)
        for part in self._seen(xp, A):
            largest = part == A_pool
            parts.append(xp.where(largest, dA_pool, nothing))
            dA_pool = xp.where(largest, nothing, dA_pool)  # the first that is largest got it
        return {"dA": back(xp, parts, self.sweeps, A.shape)}

    def _seen(self, xp: Namespace, A: Array) -> list[Array]:
        return seen(xp, A, self.sweeps, fill=-xp.inf)


@dataclass(frozen=True)
class MaxPool2D(MaxPool):
    """The largest value that a window of the image sees, for every unit.

    forward::

        A_pool = max(seen(A, o) for o in offsets)

    backward::

        dA = sum(back(dA_pool * largest(A, o), o) for o in offsets)

    o runs over the offsets of the window; seen and back are those of :class:`Conv2D`.
    largest(A, o) is 1 where o is the first offset that sees the largest value of its window, and
    0 elsewhere. Padding is never the largest.

    Parameters
    ----------
    kernel_size : int or (int, int)
        Height and width of the window.
    stride : int or (int, int), optional
        By how many pixels it is shifted. Left out, by its own size.
    padding : "valid", "same", int, (int, int) or ((int, int), (int, int))
        As of :class:`Conv2D`, smaller than the window.

    Shapes
    ------
    A (H, W, n_C, m), A_pool (H_out, W_out, n_C, m), H_out = floor((H + p + p′ − k)/s) + 1.

    Raises
    ------
    HyperparameterError
        A field is out of its range.
    ShapeError
        The window is larger than the image.

    Examples
    --------
    >>> import numpy as np
    >>> image = np.array([[1, 2, 0, 0], [5, 3, 0, 4.0]]).reshape(2, 4, 1, 1)
    >>> MaxPool2D(2).forward(np, A=image)["A_pool"].ravel().tolist()
    [5.0, 4.0]

    Source: Riesenhuber, Poggio, "Hierarchical models of object recognition in cortex" (1999).
    """

    kernel_size: PerAxis
    stride: PerAxis | None = None
    padding: Padding2D = "valid"

    axes = "HW"


@dataclass(frozen=True)
class MaxPool1D(MaxPool):
    """The largest value that a window of the sequence sees, for every unit.

    forward::

        A_pool = max(seen(A, o) for o in offsets)

    backward::

        dA = sum(back(dA_pool * largest(A, o), o) for o in offsets)

    o runs over the offsets of the window; seen and back are those of :class:`Conv1D`.
    largest(A, o) is 1 where o is the first offset that sees the largest value of its window, and
    0 elsewhere. Padding is never the largest.

    Parameters
    ----------
    kernel_size : int
        Length of the window.
    stride : int, optional
        By how many steps it is shifted. Left out, by its own length.
    padding : "valid", "same", int or (int, int)
        As of :class:`Conv1D`, smaller than the window.

    Shapes
    ------
    A (T, n_C, m), A_pool (T_out, n_C, m), T_out = floor((T + p + p′ − k)/s) + 1.

    Raises
    ------
    HyperparameterError
        A field is out of its range.
    ShapeError
        The window is longer than the sequence.

    Examples
    --------
    >>> import numpy as np
    >>> series = np.array([1.0, 3.0, 7.0, 2.0]).reshape(4, 1, 1)
    >>> MaxPool1D(2).forward(np, A=series)["A_pool"].ravel().tolist()
    [3.0, 7.0]
    """

    kernel_size: Count
    stride: Count | None = None
    padding: Padding1D = "valid"

    axes = "T"
