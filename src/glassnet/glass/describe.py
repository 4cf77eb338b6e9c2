"""What a network is: its dimensions, its equations, its parameters and hyper-parameters."""

from __future__ import annotations

import inspect
import math
from collections.abc import Iterator, Sequence
from dataclasses import fields

from glassnet.admission import InputShape
from glassnet.dimensions import Dimensions
from glassnet.equations import course_name
from glassnet.glass.explanation import Explanation, Section
from glassnet.graph import Graph
from glassnet.network import Network
from glassnet.shapes import written
from glassnet.training.training import Training


def describe(
    network: Network, input_shape: InputShape, training: Training | None = None
) -> Explanation:
    """The dimensions, the forward and the backward equations, and what was chosen or learned."""
    placed = network.dimensions(input_shape)
    graph = network.graph
    return Explanation(
        (
            _dimensions(placed),
            Section("Forward", lines=tuple(_forward(graph))),
            Section("Cost", lines=tuple(_cost(graph))),
            Section("Backward", lines=tuple(_backward(graph))),
            _parameters(placed),
            Section(
                "Hyper-parameters (chosen)", ("name", "value"), tuple(_chosen(network, training))
            ),
        )
    )


def parameter_count(placed: Sequence[Dimensions]) -> int:
    """How many numbers are learned."""
    return sum(math.prod(shape) for at in placed for shape in at.parameters.values())


def _dimensions(placed: Sequence[Dimensions]) -> Section:
    first = placed[0]
    source = next(iter(first.node.inputs.values()))
    rows = [("0", "input", "", f"{course_name(source)} {written(first.shapes[source])}", "")]
    for at in placed:
        own = dict(at.parameters)
        rows.append(
            (
                str(at.node.number),
                repr(at.node.layer),
                "  ".join(f"{course_name(name)} {written(shape)}" for name, shape in own.items()),
                f"{course_name(at.node.output)} {written(at.output)}",
                f"{sum(map(math.prod, own.values())):,}" if own else "",
            )
        )
    total = f"{parameter_count(placed):,} parameters; m is the number of examples"
    columns = ("l", "layer", "parameters", "makes", "numbers")
    return Section("Dimensions", columns, tuple(rows), lines=(total,))


def _forward(graph: Graph) -> Iterator[str]:
    for node in graph.nodes:
        yield from node.equations("forward")


def _cost(graph: Graph) -> Iterator[str]:
    told = (inspect.getdoc(type(graph.loss)) or "").split("\n\n")[0]
    yield f"{type(graph.loss).__name__}: {' '.join(told.split())}"
    penalties = "".join(f" + (1/m) {penalty}" for penalty in graph.penalties)
    yield f"J = (1/m) Σᵢ L{penalties}"


def _backward(graph: Graph) -> Iterator[str]:
    nodes = list(reversed(graph.nodes))
    if graph.canonical:
        last = nodes.pop(0)
        Z = course_name(last.name("dZ"))
        yield f"{Z} = {course_name(graph.output)} − Y     ({last.layer} with {graph.loss})"
    else:
        yield f"{course_name(f'd{graph.output}')} = ∂L/∂{course_name(graph.output)}"
    for node in nodes:
        yield from node.equations("gradients")
        if graph.learned.intersection(node.inputs.values()):
            yield from node.equations("backward")


def _parameters(placed: Sequence[Dimensions]) -> Section:
    rows = [
        (course_name(name), written(shape), f"{math.prod(shape):,}")
        for at in placed
        for name, shape in at.parameters.items()
    ]
    return Section("Parameters (learned)", ("name", "shape", "numbers"), tuple(rows))


def _chosen(network: Network, training: Training | None) -> Iterator[tuple[str, str]]:
    yield "layers", ", ".join(map(repr, network.layers))
    yield "L", str(network.graph.depth)
    yield "loss", repr(network.loss)
    if network.penalties:
        yield "penalties", ", ".join(map(repr, network.penalties))
    for field in fields(training) if training else ():
        value = getattr(training, field.name)
        if value is not None:
            yield field.name, repr(value)
