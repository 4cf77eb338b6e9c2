"""The arrays of a trace, which the compiled part fills."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from glassnet.engines.call import Call
from glassnet.graph import Graph, gradient_name
from glassnet.layers.layer import Arrays


@dataclass(frozen=True)
class Filled:
    """Arrays (m, n) by the name of the value they belong to, and their own names."""

    arrays: dict[str, NDArray[Any]]
    names: dict[str, str]

    def named(self) -> Arrays:
        """(n, m) under their own names."""
        return {self.names[value]: array.T for value, array in self.arrays.items()}


@dataclass(frozen=True)
class Shown:
    """The arrays that the compiled part fills for a trace: outputs, their gradients, and masks."""

    values: tuple[str, ...]
    A: Filled
    dA: Filled
    D: Filled

    @classmethod
    def of(cls, call: Call, graph: Graph) -> Shown:
        sizes, m = call.units(graph), call.m

        def filled(names: dict[str, str]) -> Filled:
            return Filled({v: np.empty((m, sizes[v]), call.dtype) for v in names}, names)

        outputs = [node.output for node in graph.nodes]
        return cls(
            tuple(sizes),
            filled({name: name for name in outputs}),
            filled({name: gradient_name(name) for name in outputs if name in graph.learned}),
            filled({node.output: node.noise["D"] for node in graph.nodes if node.noise}),
        )

    def rows(self, some: Filled) -> list[NDArray[Any] | None]:
        """Its arrays in the order in which the compiled part takes them."""
        return [some.arrays.get(value) for value in self.values]


def backward_order(graph: Graph) -> Iterator[str]:
    """The gradients in the order in which the backward pass makes them."""
    last, nodes = graph.nodes[-1], graph.nodes
    yield gradient_name(last.inputs["Z"] if graph.canonical else graph.output)
    for node in reversed(nodes[:-1] if graph.canonical else nodes):
        read = [name for name in node.inputs.values() if name in graph.learned]
        yield from map(gradient_name, (*node.parameters.values(), *read))
