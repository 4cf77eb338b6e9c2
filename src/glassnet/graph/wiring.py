"""Wiring: layers, nested as they may be, become nodes that are connected."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass, replace

from glassnet.domains import Checked
from glassnet.equations import course_name
from glassnet.errors import HyperparameterError
from glassnet.graph.node import Node
from glassnet.layers.layer import Layer
from glassnet.shapes import parse

INPUT = "A0"


@dataclass(frozen=True)
class Combinator(Checked, ABC):
    """A layer made of layers: it says how they are connected, and computes nothing itself."""

    @abstractmethod
    def wire(self, wiring: Wiring, source: str | None) -> str:
        """Add the layers to the wiring; return the name of what the last one passes on.

        `source` is the name of what flows in; None at the entrance of the network.
        """


class Wiring:
    """The nodes of a graph while they are put together."""

    def __init__(self) -> None:
        self.nodes: list[Node] = []
        self.sources: list[str] = []
        self._copies: dict[str, int] = {}
        self._whole: dict[str, bool] = {}
        self._prefix, self._data_prefix, self._number = "", "", 0

    def add(self, layer: Layer | Combinator, source: str | None) -> str:
        """Connect a layer to the array called `source`; return the name of its output."""
        if isinstance(layer, Combinator):
            return layer.wire(self, source)
        if source is None:
            source = self.entrance()
        given = {*layer.initializers(), *layer.noise(), *(f"{x}_prev" for x in layer.states())}
        first, *others = (name for name in parse(layer.shapes).reads if name not in given)
        return self.join(layer, {first: source, **{name: self.entrance(name) for name in others}})

    def join(self, layer: Layer, inputs: Mapping[str, str]) -> str:
        """Connect a layer that reads several arrays; return the name of its output."""
        if layer.initializers():
            self._number += 1
        self._check_kinds(layer, inputs)
        node = Node(layer, self._number, inputs, self._prefix)
        copies = 1 + max(self._copies.get(name, 0) for name in node.own)
        self._copies |= dict.fromkeys(node.own, copies)
        if copies > 1:
            node = replace(node, suffix=f"_{copies}")
        self.nodes.append(node)
        return node.output

    def _check_kinds(self, layer: Layer, inputs: Mapping[str, str]) -> None:
        """Whole numbers enter the network, and all who read them take them for such."""
        for local, name in inputs.items():
            whole = local in layer.integers()
            if self._whole.setdefault(name, whole and name in self.sources) == whole:
                continue
            raise HyperparameterError(
                f"{layer} cannot read {course_name(name)}, which holds "
                f"{'real' if whole else 'whole'} numbers.",
                expected="whole numbers, which only the data can be"
                if whole
                else "real numbers: another layer takes this input for indices or a mask",
                received=f"{course_name(name)} as {'a layer makes it' if whole else 'it enters'}",
                fix="begin the network, or its branch, with this layer"
                if whole
                else "give each of the two layers a branch with an input of its own",
            )

    def entrance(self, local: str = INPUT) -> str:
        """The name of the data that enter this branch of the network, the same for all who ask.

        Under its own letter enters what a layer reads besides the output of the one before it: a
        `mask`, for example.
        """
        name = f"{self._data_prefix}{local}"
        if name not in self.sources:
            self._copies[name] = 1
            self.sources.append(name)
        return name

    def branch(self, name: str) -> Wiring:
        """A wiring for the branch of that name, whose layers count from 1."""
        branch = self.member(name)
        branch._data_prefix = f"{self._data_prefix}{name}."
        return branch

    def member(self, name: str) -> Wiring:
        """The same for a branch that has no data of its own, but reads those that enter here."""
        member = Wiring()
        member.nodes, member.sources, member._copies = self.nodes, self.sources, self._copies
        member._whole = self._whole
        member._prefix, member._data_prefix = f"{self._prefix}{name}.", self._data_prefix
        return member
