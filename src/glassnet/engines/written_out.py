"""Sparse examples with every zero written out, no more of them at once than there is room for."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import accumulate, pairwise
from typing import Final

from glassnet.engines.call import leaves_zeros_out
from glassnet.engines.engine import SHARD, Data
from glassnet.engines.reference import take
from glassnet.engines.updates import order_of
from glassnet.graph import Graph
from glassnet.layers.layer import Array
from glassnet.sparse import dense, is_sparse

ROOM: Final = 2**22
"""Bytes of sparse examples that are written out at once, where a batch is not more."""


def has_sparse(inputs: Mapping[str, Array]) -> bool:
    return any(map(is_sparse, inputs.values()))


def needs_zeros(graph: Graph, inputs: Mapping[str, Array]) -> bool:
    """Whether the compiled part takes some sparse input only with its zeros written out."""
    return any(is_sparse(X) and not leaves_zeros_out(graph, name, X) for name, X in inputs.items())


def dense_parts(inputs: Mapping[str, Array]) -> Iterator[dict[str, Array]]:
    """All examples in their order, at most SHARD at once with every zero written out."""
    m = next(iter(inputs.values())).shape[-1]
    for start in range(0, m, SHARD):
        yield {name: dense(X[:, start : start + SHARD]) for name, X in inputs.items()}


def dense_shard(inputs: Mapping[str, Array]) -> Mapping[str, Array]:
    """Sparse inputs with every zero written out; more than SHARD are for the reference engine."""
    small = all(X.shape[-1] <= SHARD for X in inputs.values())
    return {name: dense(X) if small else X for name, X in inputs.items()}


def dense_batches(
    data: Data, batches: Sequence[Array | slice]
) -> Iterator[tuple[Data, Sequence[Array | slice]]]:
    """The batches in their order, as many at a time as have room: their examples alone, with every
    zero written out, and which of them each batch has. More than SHARD in a batch stay sparse."""
    order, sizes = order_of(batches, data.m)
    if order is None:
        whole = data if data.m > SHARD else _without_zeros_left_out(data)
        yield whole, batches
        return
    numbers = sum(X.shape[0] for X in data.inputs.values())
    at_once = max(1, ROOM // (numbers * data.Y.itemsize * max(sizes)))
    ends = list(accumulate(sizes, initial=0))
    for start in range(0, len(sizes), at_once):
        bounds = ends[start : start + at_once + 1]
        part = take(data, order[bounds[0] : bounds[-1]])
        own = [slice(a - bounds[0], b - bounds[0]) for a, b in pairwise(bounds)]
        yield (part if max(sizes) > SHARD else _without_zeros_left_out(part)), own


def _without_zeros_left_out(data: Data) -> Data:
    return replace(data, inputs={name: dense(X) for name, X in data.inputs.items()})
