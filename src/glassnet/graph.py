"""The graph of a network: its layers in order, every array named.

A network is described by nested layers; engines, traces and tables need it flat. Here each layer
that computes becomes a :class:`Node`, which knows the names of what it reads and makes: `Z2` is
the Z of layer 2, `dZ2` its gradient, `image.W1` belongs to the branch called image.

Layers are numbered by their parameters, as in the course: a layer that has some gets the next
number l, and the activation behind it shares it, so that Z1 and A1 belong together. A0 is the
input.
"""

from __future__ import annotations

import inspect
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache, cached_property
from typing import Any

from glassnet.domains import Checked
from glassnet.equations import course_name
from glassnet.errors import HyperparameterError
from glassnet.layers.layer import Array, Arrays, Layer, Namespace
from glassnet.losses.loss import Loss
from glassnet.penalties import Penalty
from glassnet.shapes import Signature, Sizes, match, parse, size

INPUT = "A0"


@dataclass(frozen=True)
class Node:
    """One layer in its place.

    Attributes
    ----------
    layer : Layer
    number : int
        l, shared by a layer with parameters and those without that follow it.
    inputs : mapping of str to str
        For each array of data that the layer reads, by its own letter, the name in the network:
        ``{"A": "A1"}``.
    prefix, suffix : str
        The branch in front of the names, and what keeps two arrays of one number apart.
    """

    layer: Layer
    number: int
    inputs: Mapping[str, str]
    prefix: str = ""
    suffix: str = ""

    @cached_property
    def signature(self) -> Signature:
        return parse(self.layer.shapes)

    @cached_property
    def parameters(self) -> Mapping[str, str]:
        """The layer's parameters: own letter → name in the network."""
        return {local: self.name(local) for local in self.layer.initializers()}

    @cached_property
    def trainable(self) -> tuple[str, ...]:
        """The names of the parameters that have a gradient."""
        return tuple(name for name in self.parameters.values() if name not in self.statistics)

    @cached_property
    def statistics(self) -> Mapping[str, str]:
        """The parameters that go on from batch to batch: name → name of the next value."""
        return {self.name(x): self.name(f"{x}_next") for x in self.layer.statistics()}

    @cached_property
    def states(self) -> Mapping[str, str]:
        """What goes on through a sequence: name → name of the next value."""
        return {self.name(f"{x}_prev"): self.name(f"{x}_next") for x in self.layer.states()}

    @cached_property
    def noise(self) -> Mapping[str, str]:
        return {local: self.name(local) for local in self.layer.noise()}

    @cached_property
    def letter(self) -> str:
        """The own letter of what the layer passes on."""
        return next(iter(self.signature.makes))

    @cached_property
    def output(self) -> str:
        """The name of what the layer passes on."""
        return self.name(self.letter)

    def name(self, local: str) -> str:
        """The name in the network of an array that the layer calls `local`."""
        if local in self.inputs:
            return self.inputs[local]
        if local[0] == "d" and local[1:] in self.inputs:
            return gradient_name(self.inputs[local[1:]])
        return f"{self.prefix}{local}{self.number}{self.suffix}"

    def call(self, method: str, xp: Namespace, values: Mapping[str, Array]) -> Arrays:
        """Call a method of the layer with the arrays that it asks for, by their names here.

        An argument that has a default is left out where there is no such array.
        """
        arrays = {
            local: values[name]
            for local, name, optional in self._arguments[method]
            if not optional or name in values
        }
        made: Arrays = {}
        for local, array in getattr(self.layer, method)(xp, **arrays).items():
            name = self.name(local)
            # Two inputs can be one array, as in an empty Residual: its gradient is their sum.
            made[name] = made[name] + array if name in made else array
        return made

    def draw(self, random: Any, values: Mapping[str, Array]) -> Arrays:
        """The layer's random arrays, for the inputs among `values`."""
        if not self.noise:
            return {}
        sizes: Sizes = {}
        for local, name in self.inputs.items():
            sizes = match(self.signature.reads[local], values[name].shape, sizes)
        return {
            self.noise[local]: draw(random, size(self.signature.reads[local], sizes))
            for local, draw in self.layer.noise().items()
        }

    @cached_property
    def predict(self) -> str:
        """The method that predicts: the layer's own `predict`, or else `forward`."""
        return "predict" if hasattr(self.layer, "predict") else "forward"

    @cached_property
    def _arguments(self) -> Mapping[str, tuple[tuple[str, str, bool], ...]]:
        """Of each method, its arguments: own letter, name in the network, whether optional."""
        arguments = {}
        for method in {"forward", self.predict, "gradients", "backward"}:
            asked = _asked(getattr(type(self.layer), method), tuple(self.inputs))
            arguments[method] = tuple((x, self.name(x), optional) for x, optional in asked)
        return arguments

    @cached_property
    def own(self) -> frozenset[str]:
        """The names of what the layer has, makes and asks for, its inputs left out."""
        asked = {local for each in self._arguments.values() for local, _, _ in each}
        arrays = asked.union(self.signature.reads, self.signature.makes)
        arrays |= {f"d{local}" for local in arrays}
        inputs = {*self.inputs, *(f"d{local}" for local in self.inputs)}
        return frozenset(map(self.name, arrays - inputs))

    @cached_property
    def course_names(self) -> Mapping[str, str]:
        """The letters of the layer's equations → the course's notation, W → W[2]."""
        stated = [equation.target for each in self.layer.equations.values() for equation in each]
        arrays = [*self.signature.reads, *self.signature.makes, *stated]
        names = {local: course_name(self.name(local)) for local in arrays}
        return names | {f"d{local}": course_name(self.name(f"d{local}")) for local in arrays}

    def equations(self, *sections: str) -> Iterator[str]:
        """The layer's equations in the course's notation, of the sections named."""
        stated = self.layer.equations
        for section in sections:
            for equation in stated.get(section, ()):
                yield equation.written(self.course_names)


@cache
def _asked(method: Callable[..., Any], inputs: tuple[str, ...]) -> tuple[tuple[str, bool], ...]:
    """The arrays that a method asks for, and whether it can do without."""
    asked: list[tuple[str, bool]] = []
    for parameter in list(inspect.signature(method).parameters.values())[2:]:
        if parameter.kind is inspect.Parameter.VAR_KEYWORD:
            asked.extend((local, False) for local in inputs)
        elif parameter.kind is not inspect.Parameter.VAR_POSITIONAL:
            asked.append((parameter.name, parameter.default is not inspect.Parameter.empty))
    return tuple(asked)


def gradient_name(name: str) -> str:
    """The name of the gradient of an array: ``"image.W1"`` → ``"image.dW1"``.

    >>> gradient_name("image.W1")
    'image.dW1'
    """
    branch, dot, own = name.rpartition(".")
    return f"{branch}{dot}d{own}"


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
