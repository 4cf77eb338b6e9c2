"""Batches that lie one behind the other in one array of examples."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from itertools import accumulate
from typing import overload

import numpy as np
from numpy.typing import NDArray

from glassnet.layers.layer import Array


class Batches(Sequence[Array]):
    """Batches of so many examples each. An engine that takes many updates in one call has the whole
    array, others one batch after the other.

    Parameters
    ----------
    order : array of int
        The examples of all batches, counted from 0.
    sizes : sequence of int
        How many of them each batch has.

    Examples
    --------
    >>> import numpy as np
    >>> batches = Batches(np.array([2, 4, 3, 0, 1]), [2, 2, 1])
    >>> [batch.tolist() for batch in batches]
    [[2, 4], [3, 0], [1]]
    >>> batches[1:].order.tolist()
    [3, 0, 1]
    """

    def __init__(self, order: NDArray[np.intp], sizes: Sequence[int]) -> None:
        self.order, self.sizes = order, sizes

    @cached_property
    def _ends(self) -> list[int]:
        return list(accumulate(self.sizes, initial=0))

    def __len__(self) -> int:
        return len(self.sizes)

    @overload
    def __getitem__(self, index: int) -> Array: ...
    @overload
    def __getitem__(self, index: slice) -> Batches: ...
    def __getitem__(self, index: int | slice) -> Array | Batches:
        ends, which = self._ends, range(len(self))
        if not isinstance(index, slice):
            at = which[index]
            return self.order[ends[at] : ends[at + 1]]
        some = which[index]
        if some == which:
            return self
        if some.step != 1:
            raise ValueError(f"Batches are cut one behind the other. Got a step of {some.step}.")
        own = slice(some.start, some.stop)
        return Batches(self.order[ends[some.start] : ends[some.stop]], self.sizes[own])
