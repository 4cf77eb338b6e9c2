"""Average pooling: a smaller image of means."""

from __future__ import annotations

import math
from dataclasses import dataclass

from glassnet.domains import Count
from glassnet.layers.layer import Array, Arrays, Namespace
from glassnet.layers.pool import Pool
from glassnet.layers.sweeps import Padding1D, Padding2D, PerAxis
from glassnet.layers.windows import back, seen, total


@dataclass(frozen=True)
class AveragePool(Pool):
    """The equations of a mean along any number of axes."""

    def forward(self, xp: Namespace, A: Array) -> Arrays:
        return {"A_pool": total(seen(xp, A, self.sweeps)) / self._count(xp, A)}

    def backward(self, xp: Namespace, dA_pool: Array, A: Array) -> Arrays:
        offsets = math.prod(sweep.k for sweep in self.sweeps)
        parts = [dA_pool / self._count(xp, A)] * offsets
        return {"dA": back(xp, parts, self.sweeps, A.shape)}

    def _count(self, xp: Namespace, A: Array) -> Array:
        """How many places each window sees, those of the padding left out."""
        places = xp.ones((*A.shape[: len(self.axes)], 1, 1), dtype=A.dtype)
        return total(seen(xp, places, self.sweeps))


@dataclass(frozen=True)
class AveragePool2D(AveragePool):
    """The mean of what a window of the image sees, for every unit.

    forward::

        A_pool = sum(seen(A, o) for o in offsets) / count

    backward::

        dA = sum(back(dA_pool / count, o) for o in offsets)

    o runs over the offsets of the window; seen and back are those of :class:`Conv2D`. count is
    the number of pixels that a window sees; padding does not count.

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
    >>> image = np.array([[1, 2, 0, 0], [6, 3, 0, 4.0]]).reshape(2, 4, 1, 1)
    >>> AveragePool2D(2).forward(np, A=image)["A_pool"].ravel().tolist()
    [3.0, 1.0]

    Source: LeCun, Boser, Denker, Henderson, Howard, Hubbard, Jackel, "Backpropagation applied to
    handwritten zip code recognition" (1989).
    """

    kernel_size: PerAxis
    stride: PerAxis | None = None
    padding: Padding2D = "valid"

    axes = "HW"


@dataclass(frozen=True)
class AveragePool1D(AveragePool):
    """The mean of what a window of the sequence sees, for every unit.

    forward::

        A_pool = sum(seen(A, o) for o in offsets) / count

    backward::

        dA = sum(back(dA_pool / count, o) for o in offsets)

    o runs over the offsets of the window; seen and back are those of :class:`Conv1D`. count is
    the number of steps that a window sees; padding does not count.

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
    >>> AveragePool1D(3, 1).forward(np, A=series)["A_pool"].round(3).ravel().tolist()
    [3.667, 4.0]
    """

    kernel_size: Count
    stride: Count | None = None
    padding: Padding1D = "valid"

    axes = "T"
