"""Dimensions: the shape of every array of a network, known before anything runs.

Also where shapes are checked: an array that does not fit is refused with the equation in which
it stands.
"""

from __future__ import annotations

import ast
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, fields
from typing import Any, Final

from glassnet.equations import course_name
from glassnet.errors import ShapeError, counted
from glassnet.graph import Graph, Node
from glassnet.shapes import EXAMPLES, LEADING, Axes, Mismatch, Shape, Sizes, match, size, written

KEPT: Final = 64
"""Answers that are kept with a graph: a loop asks for the same shapes again and again."""


@dataclass(frozen=True)
class Dimensions:
    """The shapes of one node: its inputs, parameters and outputs, by their names in the network.

    In the shapes of data the last axis is the string ``"m"`` while the number of examples is
    open.
    """

    node: Node
    shapes: Mapping[str, tuple[Any, ...]]

    @property
    def parameters(self) -> Mapping[str, Shape]:
        return {name: self.shapes[name] for name in self.node.parameters.values()}

    @property
    def output(self) -> tuple[Any, ...]:
        return self.shapes[self.node.output]


def dimensions(
    graph: Graph,
    inputs: Mapping[str, tuple[Any, ...]],
    given: Mapping[str, Shape] | None = None,
) -> tuple[Dimensions, ...]:
    """The shapes of all nodes, for `inputs` of these shapes.

    Parameters
    ----------
    graph : Graph
    inputs : mapping of str to tuple
        By the names of the graph's sources, e.g. ``{"A0": (2, "m")}``.
    given : mapping of str to tuple, optional
        The shapes of parameters that exist already; they must fit.

    Raises
    ------
    ShapeError
        An input or a given parameter does not fit its layer.
    """
    given = given or {}
    asked = (tuple(inputs.items()), tuple(given.items()))
    placed = graph.placed.get(asked)
    if placed is None:
        placed = _placed(graph, inputs, given)
        if len(graph.placed) == KEPT:
            graph.placed.clear()
        graph.placed[asked] = placed
    return placed


def _placed(
    graph: Graph, inputs: Mapping[str, tuple[Any, ...]], given: Mapping[str, Shape]
) -> tuple[Dimensions, ...]:
    shapes: dict[str, tuple[Any, ...]] = dict(inputs)
    placed = []
    for node in graph.nodes:
        own = _place(graph, node, shapes, given)
        shapes.update(own)
        placed.append(Dimensions(node, own))
    return tuple(placed)


def _place(
    graph: Graph, node: Node, known: Mapping[str, tuple[Any, ...]], given: Mapping[str, Shape]
) -> dict[str, tuple[Any, ...]]:
    """The shapes of everything that one node reads and makes."""
    reads = node.signature.reads
    # The layer's own sizes, such as `units`, are fixed before any array is seen.
    sizes: Sizes = {
        field.name: value
        for field in fields(node.layer)
        if type(value := getattr(node.layer, field.name)) is int
    }
    inputs = {local: known[name] for local, name in node.inputs.items()}
    weights = {local: given[name] for local, name in node.parameters.items() if name in given}
    # Where weights fit each other the data are at fault, else the one that does not fit the data.
    agree = _agree(node, weights, sizes)
    for local, shape in (weights | inputs if agree else inputs | weights).items():
        sizes = _fit(graph, node, local, shape, sizes, inputs)
    for shape in inputs.values():
        sizes.setdefault(EXAMPLES, shape[-1])
    try:
        sizes |= node.layer.sizes(sizes)
    except Mismatch as mismatch:
        raise _refused(graph, node, inputs, mismatch.expected, mismatch.fix) from None
    for local, axes in node.signature.makes.items():
        made: tuple[Any, ...] = size(axes, sizes)
        if any(length != EXAMPLES and length < 1 for length in made):
            expected = f"{course_name(node.name(local))} of at least 1 along every axis, not "
            raise _refused(graph, node, inputs, f"{expected}{written(made)}")
    arrays = {**reads, **node.signature.makes}
    return {node.name(local): size(axes, sizes) for local, axes in arrays.items()}


def _agree(node: Node, shapes: Mapping[str, Shape], sizes: Sizes) -> bool:
    """Whether arrays of one node could belong to each other."""
    try:
        for local, shape in shapes.items():
            sizes = match(node.signature.reads[local], shape, sizes)
    except Mismatch:
        return False
    return True


def _refused(
    graph: Graph,
    node: Node,
    inputs: Mapping[str, tuple[Any, ...]],
    expected: str,
    fix: str | None = None,
) -> ShapeError:
    """The error of a layer that can make nothing of its inputs."""
    received = ", ".join(
        f"{course_name(node.inputs[local])} {written(shape)}" for local, shape in inputs.items()
    )
    return ShapeError(
        f"{place(graph, node)} can make nothing of {received}.",
        equation=next(node.equations("forward"), None),
        expected=expected,
        received=received,
        fix=fix or "change the sizes of this layer, or of what it reads",
    )


def _fit(
    graph: Graph,
    node: Node,
    local: str,
    shape: tuple[Any, ...],
    sizes: Sizes,
    inputs: Mapping[str, tuple[Any, ...]],
) -> Sizes:
    """The sizes known after an array of the node has been looked at too."""
    try:
        return match(node.signature.reads[local], shape, sizes)
    except Mismatch as mismatch:
        called = course_name(node.name(local))
        raise ShapeError(
            f"{place(graph, node)} cannot take {called} of shape {written(shape)}.",
            equation=_reading(node, local),
            expected=f"{called} {mismatch.expected}{_fixed_by(node, local, sizes)}",
            received=f"{called} {written(shape)}",
            fix=_fix(graph, node, local, shape, sizes, inputs),
        ) from None


def _reading(node: Node, local: str) -> str | None:
    """The layer's first equation that reads an array; else its first one."""
    stated = node.layer.equations.get("forward", ())
    reads = [
        equation
        for equation in stated
        for piece in ast.walk(equation.expression)
        if isinstance(piece, ast.Name) and piece.id == local
    ]
    return next((each.written(node.course_names) for each in (*reads, *stated)), None)


def _fixed_by(node: Node, local: str, sizes: Sizes) -> str:
    """Who fixed the sizes that the array should have had: the layer, or weights given for it."""
    if local in node.parameters:
        return f" ({node.layer})"
    reads, open_axes = node.signature.reads, {LEADING, EXAMPLES}
    concerned = set(reads[local]) - open_axes
    for other, name in {**node.parameters, **node.inputs}.items():
        axes = set(reads[other]) - open_axes
        terms = {term for axis in axes for term in axis.split("+") if not term.isdigit()}
        if other != local and terms & concerned and all(_known(axis, sizes) for axis in axes):
            return f" ({course_name(name)} is {written(size(reads[other], sizes))})"
    return f" ({node.layer})"


def _known(axis: str, sizes: Sizes) -> bool:
    return axis.isdigit() or all(term in sizes for term in axis.split("+"))


def _fix(
    graph: Graph,
    node: Node,
    local: str,
    shape: tuple[Any, ...],
    sizes: Sizes,
    inputs: Mapping[str, tuple[Any, ...]],
) -> str:
    axes, called = node.signature.reads[local], course_name(node.name(local))
    if local in node.parameters:
        for data, its_shape in inputs.items():
            with suppress(Mismatch):
                sizes = match(node.signature.reads[data], its_shape, sizes)
        known = tuple(size((axis,), sizes)[0] if _known(axis, sizes) else axis for axis in axes)
        return f"initialise {called} as {written(known)}"
    if len(shape) == 1:
        return f"give it both axes, e.g. {called}.reshape(-1, 1) or (1, -1)"
    if axes[0] != LEADING and len(shape) != len(axes):
        return f"give {called} the axes {written(axes)}: time or space in front, examples last"
    wanted = _places(axes, sizes)
    if wanted is not None and shape[:-2] != wanted:
        return _fix_of_places(graph, node, local, shape[:-2], wanted)
    if axes[-2:-1] == ("1",):
        places = shape[:-1] if axes[0] == LEADING else shape[:-2]
        return f"give {called} one row: {written((*places, 1, shape[-1]))}"
    if len(axes) < 2 or len(shape) < 2 or axes[-2] not in sizes:
        return "change the layer before it, or the data"
    fixes = [f"make {called} with {counted(sizes[axes[-2]], 'row')}"]
    for weight, other in node.parameters.items():
        if axes[-2] in (reads := node.signature.reads[weight]):
            wanted = size(reads, {**sizes, axes[-2]: shape[-2]})
            fixes.insert(0, f"initialise {course_name(other)} as {written(wanted)}")
    return ", or ".join(fixes)


def _places(axes: Axes, sizes: Sizes) -> tuple[Any, ...] | None:
    """The times, or pixels, that data must have; None where they are open, or there are none."""
    places = axes[:-2]
    return size(places, sizes) if places and sizes.keys() >= set(places) else None


def _fix_of_places(
    graph: Graph, node: Node, local: str, has: tuple[Any, ...], wanted: tuple[Any, ...]
) -> str:
    """How an array comes to have the times, or pixels, of what it is read with."""
    if len(has) != len(wanted):
        return "let both end in units alone: by Flatten(), a global pooling, or last=True"
    name, each = node.inputs[local], "time" if len(wanted) == 1 else "pixel"
    fixes = []
    if not set(graph.sources).issuperset(node.inputs.values()):
        fixes.append(f'let the layers before it pass on every {each} (padding="same", stride=1)')
    if name in graph.sources:
        fixes.append(f"pass a {course_name(name)} of {' × '.join(map(str, wanted))} {each}s")
    return ", or ".join(fixes)


def place(graph: Graph, node: Node) -> str:
    """Which layer it is, in words: ``"layer 2 of 3, Dense(units=1)"``."""
    of = f"layer {node.number} of {graph.depth}" if node.number else "before layer 1"
    return f"{of}, {node.layer}"
