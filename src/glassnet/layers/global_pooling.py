"""Global pooling: a whole image, or a whole sequence, becomes one number for each unit."""

from __future__ import annotations

import math
from dataclasses import dataclass

from glassnet.layers.layer import Array, Arrays, Layer, Namespace


@dataclass(frozen=True)
class GlobalMaxPool(Layer):
    """The equations of a maximum over all axes in front of the units."""

    def forward(self, xp: Namespace, A: Array) -> Arrays:
        return {"A_pool": xp.max(A, axis=_positions(A))}

    def backward(self, xp: Namespace, dA_pool: Array, A: Array) -> Arrays:
        places = xp.reshape(A, (-1, *A.shape[-2:]))
        first = xp.argmax(places, axis=0)
        largest = xp.arange(places.shape[0])[:, None, None] == first[None, :, :]
        return {"dA": xp.reshape(dA_pool * xp.astype(largest, A.dtype), A.shape)}


@dataclass(frozen=True)
class GlobalAveragePool(Layer):
    """The equations of a mean over all axes in front of the units."""

    def forward(self, xp: Namespace, A: Array) -> Arrays:
        return {"A_pool": xp.mean(A, axis=_positions(A))}

    def backward(self, xp: Namespace, dA_pool: Array, A: Array) -> Arrays:
        count = math.prod(A.shape[:-2])
        return {"dA": xp.broadcast_to(dA_pool / count, A.shape)}


def _positions(A: Array) -> tuple[int, ...]:
    return tuple(range(A.ndim - 2))


@dataclass(frozen=True)
class GlobalMaxPool2D(GlobalMaxPool):
    """The largest value of each unit in the whole image.

    forward::

        A_pool = max(A, axis=positions)

    backward::

        dA = dA_pool * largest(A)

    positions are the pixels, and largest(A) is 1 at the first of them that has the largest value
    of its unit, and 0 elsewhere.

    Shapes
    ------
    A (H, W, n_C, m), A_pool (n_C, m).

    Examples
    --------
    >>> import numpy as np
    >>> image = np.array([[1, 2], [5, 3.0]]).reshape(2, 2, 1, 1)
    >>> GlobalMaxPool2D().forward(np, A=image)["A_pool"].tolist()
    [[5.0]]
    """

    shapes = "A: H W n m -> A_pool: n m"


@dataclass(frozen=True)
class GlobalMaxPool1D(GlobalMaxPool):
    """The largest value of each unit in the whole sequence.

    forward::

        A_pool = max(A, axis=positions)

    backward::

        dA = dA_pool * largest(A)

    positions are the times, and largest(A) is 1 at the first of them that has the largest value
    of its unit, and 0 elsewhere.

    Shapes
    ------
    A (T, n_C, m), A_pool (n_C, m).

    Examples
    --------
    >>> import numpy as np
    >>> GlobalMaxPool1D().forward(np, A=np.array([[[1.0]], [[5.0]]]))["A_pool"].tolist()
    [[5.0]]

    Source: Collobert, Weston, Bottou, Karlen, Kavukcuoglu, Kuksa, "Natural language processing
    (almost) from scratch" (2011).
    """

    shapes = "A: T n m -> A_pool: n m"


@dataclass(frozen=True)
class GlobalAveragePool2D(GlobalAveragePool):
    """The mean of each unit over the whole image: it takes images of any size.

    forward::

        A_pool = sum(A, axis=positions) / count

    backward::

        dA = everywhere(dA_pool / count)

    positions are the pixels, count is their number, and everywhere repeats a matrix at each.

    Shapes
    ------
    A (H, W, n_C, m), A_pool (n_C, m).

    Examples
    --------
    >>> import numpy as np
    >>> image = np.array([[1, 2], [6, 3.0]]).reshape(2, 2, 1, 1)
    >>> GlobalAveragePool2D().forward(np, A=image)["A_pool"].tolist()
    [[3.0]]

    Source: Lin, Chen, Yan, "Network in network" (2014).
    """

    shapes = "A: H W n m -> A_pool: n m"


@dataclass(frozen=True)
class GlobalAveragePool1D(GlobalAveragePool):
    """The mean of each unit over the whole sequence: it takes sequences of any length.

    forward::

        A_pool = sum(A, axis=positions) / count

    backward::

        dA = everywhere(dA_pool / count)

    positions are the times, count is their number, and everywhere repeats a matrix at each.

    Shapes
    ------
    A (T, n_C, m), A_pool (n_C, m).

    Examples
    --------
    >>> import numpy as np
    >>> GlobalAveragePool1D().forward(np, A=np.array([[[1.0]], [[5.0]]]))["A_pool"].tolist()
    [[3.0]]
    """

    shapes = "A: T n m -> A_pool: n m"
