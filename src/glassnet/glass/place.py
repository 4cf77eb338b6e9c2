"""One unit and one example in a trace: where they stand in each of its arrays."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import numpy as np

from glassnet.equations import Equation, course_name
from glassnet.errors import HyperparameterError, shown
from glassnet.glass.element import Element
from glassnet.glass.worked import Index, Letters, NotElementwise
from glassnet.graph import Node, gradient_name
from glassnet.layers.layer import Array
from glassnet.notation import number
from glassnet.shapes import written
from glassnet.trace import Trace
from glassnet.trace.views import check_place, nodes_of, unit_axes

ROUNDING: Final = 64.0
"""A sum of numbers that are printed may differ from the engine's by rounding."""


@dataclass(frozen=True)
class Place:
    """Layer, unit, example and, in front of them, time or pixel."""

    trace: Trace
    layer: int | str
    unit: int
    example: int
    position: tuple[int, ...]

    @classmethod
    def of(
        cls,
        trace: Trace,
        layer: int | str,
        unit: int,
        example: int,
        position: tuple[int, ...] | None,
    ) -> Place:
        """The place, once it is there; without a position, the first.

        Raises
        ------
        DataError
            There is no such layer, unit, example or position.
        """
        node = nodes_of(trace.network.graph, layer)[0]
        Z = trace[node.output]
        check_place(f"unit of layer {layer}", unit, Z.shape[-2])
        check_place("example", example, Z.shape[-1])
        leading = inner_axes(trace, node)
        if position is None:
            # What passes on only its last state is asked for that one.
            end = leading if len(leading) > Z.ndim - 2 and not _reversed(node) else ()
            position = tuple(size - 1 for size in end) or (0,) * len(leading)
        if not isinstance(position, tuple) or len(position) != len(leading):
            raise HyperparameterError(
                f"The 'position' parameter of explain must be a tuple of {len(leading)} for this "
                f"layer. Got {shown(position)} instead.",
                expected=f"a place in the axes {written(leading)} in front of (units, examples)",
                fix=f"pass e.g. position={(0,) * len(leading)}, or leave it out",
            )
        for axis, (at, size) in enumerate(zip(position, leading, strict=True)):
            check_place(f"position along axis {axis}", at, size)
        return cls(trace, layer, unit, example, position)

    @property
    def nodes(self) -> list[Node]:
        """The nodes of the layer whose output has the unit."""
        nodes = nodes_of(self.trace.network.graph, self.layer)
        return [node for node in nodes if self.trace[node.output].shape[-2] > self.unit]

    def learned(self, node: Node) -> list[tuple[str, str]]:
        """The parameters of a node that have a gradient: own letter and name."""
        return [
            (local, name)
            for local, name in node.parameters.items()
            if gradient_name(name) in self.trace
        ]

    def title(self) -> str:
        """``layer 2, unit 0, example 5``."""
        at = f", position {written(self.position)}" if self.position else ""
        return f"layer {self.layer}, unit {self.unit}, example {self.example}{at}"

    def index(self, array: Array) -> tuple[int, ...]:
        """Where the unit and the example are in an array of data."""
        leading = array.shape[:-2]
        fits = len(leading) == len(self.position) and all(
            at < size for at, size in zip(self.position, leading, strict=True)
        )
        return (*(self.position if fits else (0,) * len(leading)), self.unit, self.example)

    def has(self, array: Array) -> bool:
        """Whether the unit and the example are in an array of data."""
        A = self.trace[self.nodes[0].output]
        return bool(array.shape[-2:] == A.shape[-2:])

    def steepest(self, node: Node, local: str) -> tuple[int, ...]:
        """Where the unit's largest gradient of a parameter is."""
        dW = np.abs(self.trace[gradient_name(node.name(local))])
        axis = unit_axes(node).get(node.name(local))
        if axis is not None:
            own = np.arange(dW.shape[axis]) == self.unit
            dW = np.where(np.expand_dims(own, tuple(range(1, -axis))), dW, -1.0)
        return tuple(map(int, np.unravel_index(np.argmax(dW), dW.shape)))

    def called(self, name: str, index: Index) -> str:
        """A number of the trace in the course's letters."""
        return Letters(self.trace.network.graph).part(name, index)

    def work_out(
        self, node: Node, section: str, target: str, index: tuple[int, ...], note: str = ""
    ) -> Iterator[str]:
        """The equation that makes an array of the node, and its numbers at one place."""
        stated = node.layer.equations.get(section, ())
        equation = next((each for each in stated if each.target == target), None)
        name = node.name(target)
        value, called = float(self.trace[name][index]), self.called(name, index)
        if equation is None:
            yield f"  {called} = {number(value)}{note}"
            return
        shapes = "  ".join(
            f"{course_name(each)} {written(self.trace[each].shape)}"
            for each in dict.fromkeys([name, *self._named(node, equation)])
        )
        yield f"{equation.written(node.course_names)}     {shapes}"
        try:
            element = Element.of(self.trace.network.graph, node, self.trace, stated)
            worked = element.work_out(equation, index)
        except NotElementwise as why:
            yield f"  {called} = {number(value)}{note}{f'     ({why})' if str(why) else ''}"
            return
        yield f"  {called} = {worked.symbols}"
        room = " " * len(called)
        alone = worked.numbers == number(value)
        yield f"  {room} = {worked.numbers}{'' if alone else f' = {number(value)}'}{note}"
        # The glass cannot lie: where the equation is not all, it says so.
        rest, arrays = value - worked.value, {name, *self._named(node, equation)}
        largest = max(float(abs(self.trace[each]).max()) for each in arrays)
        if abs(rest) > ROUNDING * float(np.finfo(self.trace[name].dtype).eps) ** 0.75 * largest:
            yield f"  {room}   ({self._whose(node, target)} {number(rest)})"

    def _whose(self, node: Node, target: str) -> str:
        """What may add to an equation."""
        graph = self.trace.network.graph
        if graph.penalties and node.name(target[1:]) in graph.weights:
            return "penalties add"
        return "the mask adds" if "mask" in node.inputs else "the engine adds"

    def _named(self, node: Node, equation: Equation) -> Iterator[str]:
        """The arrays that an equation reads, in its order."""
        names = [each for each in ast.walk(equation.expression) if isinstance(each, ast.Name)]
        for each in sorted(names, key=lambda name: (name.lineno, name.col_offset)):
            if node.name(each.id) in self.trace:
                yield node.name(each.id)


def inner_axes(trace: Trace, node: Node) -> tuple[int, ...]:
    """Time or pixels of what a layer makes, if only on the way to what it passes on."""
    stated = node.layer.equations.get("forward", ())
    made = [node.output, *(node.name(equation.target) for equation in stated)]
    shapes = [tuple(trace[name].shape[:-2]) for name in made if name in trace]
    return max(shapes, key=len)


def _reversed(node: Node) -> bool:
    return bool(getattr(node.layer, "reverse", False))
