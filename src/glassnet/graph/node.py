"""A layer in its place: the names of what it reads and makes in the network."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache, cached_property
from typing import Any

from glassnet.equations import course_name
from glassnet.layers.layer import Array, Arrays, Layer, Namespace
from glassnet.shapes import Signature, Sizes, match, parse, size


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
