"""Batches: which examples each update of an epoch sees."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from glassnet.engines import Data
from glassnet.layers.layer import Array
from glassnet.sparse import is_sparse

Batch = NDArray[np.intp] | slice


def epoch_batches(
    m: int, batch_size: int | None, random: np.random.Generator | None, least: int = 1
) -> list[Batch]:
    """The batches of one epoch: all examples in a new random order, or in that of the data.

    What is left at the end goes with the batch before it where it is fewer than `least`.

    The full batch (None, or no smaller than m) keeps the order of the data, so that nothing has
    to be copied.

    >>> epoch_batches(5, None, np.random.default_rng(0))
    [slice(None, None, None)]
    >>> [batch.tolist() for batch in epoch_batches(5, 2, np.random.default_rng(0))]
    [[2, 4], [3, 0], [1]]
    >>> [batch.tolist() for batch in epoch_batches(5, 2, np.random.default_rng(0), least=2)]
    [[2, 4], [3, 0, 1]]
    >>> epoch_batches(3, 2, None)
    [slice(0, 2, None), slice(2, 3, None)]
    """
    if batch_size is None or batch_size >= m:
        return [slice(None)]
    bounds = pairwise([0, *range(batch_size, m - least + 1, batch_size), m])
    if random is None:
        return [slice(start, stop) for start, stop in bounds]
    order = random.permutation(m)
    return [order[start:stop] for start, stop in bounds]


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
