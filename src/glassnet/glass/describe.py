"""What a network is: its dimensions, its equations, its parameters and hyper-parameters."""

from __future__ import annotations

import inspect
import math
from collections.abc import Iterator, Sequence
from dataclasses import fields

from glassnet.admission import InputShape
from glassnet.combine import Add, Concatenate
from glassnet.dimensions import Dimensions
from glassnet.equations import course_name
from glassnet.glass.explanation import Explanation, Section
from glassnet.graph import Graph, Node, gradient_name
from glassnet.losses.cross_entropies import BinaryCrossEntropy, CategoricalCrossEntropy
from glassnet.losses.loss import Loss
from glassnet.network import Network
from glassnet.penalties import Penalty
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
            _dimensions(graph, placed),
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


def _dimensions(graph: Graph, placed: Sequence[Dimensions]) -> Section:
    shapes = {name: shape for at in placed for name, shape in at.shapes.items()}
    rows = [
        ("0", "input", "", f"{course_name(source)} {written(shapes[source])}", "")
        for source in graph.sources
    ]
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
        if joint := joined(node):
            yield f"{course_name(node.output)} = {joint}"
        yield from node.equations("forward")


def joined(node: Node) -> str:
    """What a join makes: it reads any number of arrays, which no docstring can name.

    Empty for every other layer.
    """
    if not isinstance(node.layer, Concatenate | Add):
        return ""
    names = [course_name(name) for name in node.inputs.values()]
    return " + ".join(names) if isinstance(node.layer, Add) else f"[{'; '.join(names)}]"


def _cost(graph: Graph) -> Iterator[str]:
    yield loss_told(graph.loss)
    if smoothing := _smoothing(graph.loss):
        classes = 2 if isinstance(graph.loss, BinaryCrossEntropy) else "k"
        yield f"with labels Y′ = (1 − ε) Y + ε/{classes} in the place of Y, ε = {smoothing:g}"
    terms = [(penalty, *_penalty(graph, penalty)) for penalty in graph.penalties]
    yield f"J = (1/m) Σᵢ L{''.join(f' + (1/m) {cost}' for _, _, cost, _ in terms)}"
    for penalty, strength, _, _ in terms:
        weights = ", ".join(map(course_name, graph.weights))
        yield f"{strength} = {penalty.strength:g}, over every w of {weights}"


def loss_told(loss: Loss) -> str:
    """The loss and its equation, from its docstring."""
    told = (inspect.getdoc(type(loss)) or "").split("\n\n")[0]
    return f"{type(loss).__name__}: {' '.join(told.split())}"


def _smoothing(loss: Loss) -> float:
    """ε, for the losses that smooth their labels."""
    if isinstance(loss, BinaryCrossEntropy | CategoricalCrossEntropy):
        return loss.label_smoothing
    return 0.0


def _penalty(graph: Graph, penalty: Penalty) -> tuple[str, str, str]:
    """The letter of its strength, its equation, and that of its gradient, from its docstring."""
    alone = len(graph.penalties) == 1
    letter = "λ" if alone else f"λ{list(graph.penalties).index(penalty) + 1}"
    told = (inspect.getdoc(type(penalty)) or "").split("\n\n")[0].rstrip(".")
    cost, gradient = told.split(":")[0], told.split("its gradient is ")[-1]
    return letter, cost.replace("λ", letter), gradient.replace("λ", letter)


def _backward(graph: Graph) -> Iterator[str]:
    nodes = list(reversed(graph.nodes))
    if graph.canonical:
        last = nodes.pop(0)
        Z = course_name(last.name("dZ"))
        Y = "Y′" if _smoothing(graph.loss) else "Y"
        yield f"{Z} = {course_name(graph.output)} − {Y}     ({last.layer} with {graph.loss})"
    else:
        yield f"{course_name(f'd{graph.output}')} = ∂L/∂{course_name(graph.output)}"
    made: set[str] = set()
    for node in nodes:
        yield from _gradients(graph, node)
        for equation in _passed_back(graph, node):
            target, _, value = equation.partition(" = ")
            # What several layers read gets a part of its gradient from each.
            yield f"{target} = {target} + {value}" if target in made else equation
            made.add(target)


def _gradients(graph: Graph, node: Node) -> Iterator[str]:
    """dW and db, penalties included."""
    for equation in node.equations("gradients"):
        target = equation.partition(" = ")[0]
        for name in graph.weights:
            if target == course_name(gradient_name(name)):
                for penalty in graph.penalties:
                    gradient = _penalty(graph, penalty)[2].replace("W", course_name(name))
                    equation += f" + (1/m) {gradient}"
        yield equation


def _passed_back(graph: Graph, node: Node) -> Iterator[str]:
    """The gradients of what the node reads, where something below it learns."""
    learned = [name for name in node.inputs.values() if name in graph.learned]
    gradients = [course_name(gradient_name(name)) for name in learned]
    own = course_name(gradient_name(node.output))
    if isinstance(node.layer, Add):
        yield from (f"{name} = {own}" for name in gradients)
    elif isinstance(node.layer, Concatenate) and gradients:
        yield f"[{'; '.join(gradients)}] = {own}"
    elif gradients:
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
