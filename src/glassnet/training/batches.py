"""Batches: which examples each update of an epoch sees."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from glassnet.engines import Batches, Data
from glassnet.layers.layer import Array
from glassnet.sparse import is_sparse

Batch = NDArray[np.intp] | slice


def batches_in_order(m: int, batch_size: int | None, least: int = 1) -> list[slice]:
    """The batches of one epoch, with the examples in the order of the data. The full batch is all
    of them, of which nothing has to be copied.

    What is left at the end goes with the batch before it where it is fewer than `least`.

    >>> batches_in_order(3, 2)
    [slice(0, 2, None), slice(2, 3, None)]
    >>> batches_in_order(3, 2, least=2), batches_in_order(3, None)
    ([slice(0, 3, None)], [slice(None, None, None)])
    """
    if batch_size is None or batch_size >= m:
        return [slice(None)]
    ends = range(batch_size, m - least + 1, batch_size)
    return [slice(start, stop) for start, stop in pairwise([0, *ends, m])]


def shuffled_batches(sizes: Sequence[int], seed: int, epochs: Sequence[int]) -> Batches:
    """The batches of some epochs, so many examples in each: in every epoch all examples in another
    order, which is that of the seed and the epoch's number.

    >>> [batch.tolist() for batch in shuffled_batches([2, 2, 1], 0, [7])]
    [[0, 4], [3, 2], [1]]
    """
    m = sum(sizes)
    orders = [np.random.default_rng([seed, epoch]).permutation(m) for epoch in epochs]
    order = orders[0] if len(orders) == 1 else np.concatenate(orders)
    return Batches(order, [*sizes] * len(epochs))


def count(batch: Batch, m: int) -> int:
    """How many of m examples a batch has.

    >>> count(slice(None), 5), count(np.array([3, 0]), 5)
    (5, 2)
    """
    return len(range(*batch.indices(m))) if isinstance(batch, slice) else len(batch)


def examples_first_in_memory(data: Data) -> Data:
    """The same data, laid out so that an example is contiguous and a batch is copied fast."""
    return Data(
        {name: _examples_first(X) for name, X in data.inputs.items()},
        _examples_first(data.Y),
        data.weights,
        data.total,
    )


def _examples_first(X: Array) -> Array:
    if is_sparse(X):
        return X
    return np.moveaxis(np.ascontiguousarray(np.moveaxis(X, -1, 0)), 0, -1)
