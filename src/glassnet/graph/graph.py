"""A network as engines take it: nodes in the order in which they compute, and the cost."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from glassnet.errors import HyperparameterError
from glassnet.graph.node import Node
from glassnet.graph.wiring import Combinator, Wiring
from glassnet.layers.layer import Layer
from glassnet.losses.loss import Loss
from glassnet.penalties import Penalty


@dataclass(frozen=True)
class Graph:
    """A network as engines take it: its nodes in the order in which they compute, and its cost.

    Attributes
    ----------
    nodes : tuple of Node
    sources : tuple of str
        The names of the data that enter: ``("A0",)``, or one for each named branch; and what
        single layers read besides, such as ``"mask"``.
    loss : Loss
    penalties : tuple of Penalty
    """

    nodes: tuple[Node, ...]
    sources: tuple[str, ...]
    loss: Loss
    penalties: Sequence[Penalty] = ()

    @classmethod
    def of(
        cls,
        layers: Sequence[Layer | Combinator],
        loss: Loss,
        penalties: Sequence[Penalty] = (),
    ) -> Graph:
        """The graph of layers that follow each other."""
        wiring, source = Wiring(), None
        try:
            for layer in layers:
                source = wiring.add(layer, source)
        except RecursionError:
            raise HyperparameterError(
                "The 'layers' are nested too deeply to be connected.",
                expected="Chains inside each other to a depth of a few hundred",
                received=f"a {type(layer).__name__} that is deeper",
                fix="put the layers in one row: Network([...]) takes thousands",
            ) from None
        return cls(tuple(wiring.nodes), tuple(wiring.sources), loss, penalties)

    @cached_property
    def placed(self) -> dict[Any, Any]:
        """What `glassnet.dimensions` has found out about this graph, by what it was asked."""
        return {}

    @property
    def output(self) -> str:
        """The name of what the network predicts."""
        return self.nodes[-1].output

    @cached_property
    def canonical(self) -> bool:
        """Whether loss and last activation belong together, so that dZ = A − Y."""
        kind = self.loss.canonical
        return kind is not None and isinstance(self.nodes[-1].layer, kind)

    @cached_property
    def depth(self) -> int:
        """L, the number of layers that have parameters."""
        return sum(bool(node.parameters) for node in self.nodes)

    @cached_property
    def parameters(self) -> tuple[str, ...]:
        """The names of all parameters, in order."""
        return tuple(name for node in self.nodes for name in node.parameters.values())

    @cached_property
    def trainable(self) -> tuple[str, ...]:
        """The names of the parameters that have a gradient: all but the statistics."""
        return tuple(name for node in self.nodes for name in node.trainable)

    @cached_property
    def statistics(self) -> Mapping[str, str]:
        """The parameters that go on from batch to batch: name → name of the next value."""
        return {name: after for node in self.nodes for name, after in node.statistics.items()}

    @cached_property
    def states(self) -> Mapping[str, str]:
        """What goes on through a sequence: name → name of the next value."""
        return {name: after for node in self.nodes for name, after in node.states.items()}

    @cached_property
    def integers(self) -> Mapping[str, int]:
        """The sources that hold whole numbers, and below which number those of each one stay."""
        below: dict[str, int] = {}
        for node in self.nodes:
            for local, count in node.layer.integers().items():
                name = node.inputs[local]
                below[name] = min(count, below.get(name, count))
        return below

    @cached_property
    def weights(self) -> tuple[str, ...]:
        """The parameters that penalties and weight decay concern: those called W."""
        return tuple(
            name
            for node in self.nodes
            for local, name in node.parameters.items()
            if local.startswith("W")
        )

    @cached_property
    def learned(self) -> frozenset[str]:
        """The arrays that depend on a parameter: only these need a gradient."""
        names: set[str] = set()
        for node in self.nodes:
            if node.parameters or names.intersection(node.inputs.values()):
                names.add(node.output)
        return frozenset(names)
