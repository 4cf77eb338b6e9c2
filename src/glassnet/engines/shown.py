"""The arrays of a trace, which the compiled part fills."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from glassnet.engines.call import Call
from glassnet.graph import Graph, gradient_name
from glassnet.layers.layer import Arrays


@dataclass(frozen=True)
class Shown:
    """The arrays that the compiled part fills for a trace, (m, n), by the name of the value."""

    values: tuple[str, ...]
    A: dict[str, NDArray[Any]]
    dA: dict[str, NDArray[Any]]
    D: dict[str, NDArray[Any]]
    names: dict[int, dict[str, str]]

    @classmethod
    def of(cls, call: Call, graph: Graph) -> Shown:
        sizes, m = call.units(graph), call.m

        def arrays(values: Iterable[str]) -> dict[str, NDArray[Any]]:
            return {value: np.empty((m, sizes[value]), call.dtype) for value in values}

        A = arrays(node.output for node in graph.nodes)
        dA = arrays(name for name in A if name in graph.learned)
        masks = {node.output: node.noise["D"] for node in graph.nodes if node.noise}
        D = arrays(masks)
        names = {id(A): {}, id(dA): {name: gradient_name(name) for name in dA}, id(D): masks}
        return cls(tuple(sizes), A, dA, D, names)

    def rows(self, arrays: dict[str, NDArray[Any]]) -> list[NDArray[Any] | None]:
        return [arrays.get(value) for value in self.values]

    def named(self, arrays: dict[str, NDArray[Any]]) -> Arrays:
        """(n, m) under the names of the graph; a mask as zeros and ones."""
        names = self.names[id(arrays)]
        made = {names.get(value, value): array.T for value, array in arrays.items()}
        return {name: array > 0 for name, array in made.items()} if arrays is self.D else made


def backward_order(graph: Graph) -> Iterator[str]:
    """The gradients in the order in which the backward pass makes them."""
    last, nodes = graph.nodes[-1], graph.nodes
    yield gradient_name(last.inputs["Z"] if graph.canonical else graph.output)
    for node in reversed(nodes[:-1] if graph.canonical else nodes):
        read = [name for name in node.inputs.values() if name in graph.learned]
        yield from map(gradient_name, (*node.parameters.values(), *read))
