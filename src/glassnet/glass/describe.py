"""What a network is: its dimensions, its equations, its parameters and hyper-parameters."""

from __future__ import annotations

import math
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import fields

from glassnet.admission import InputShape
from glassnet.combine import Add, Concatenate, Multiply
from glassnet.dimensions import Dimensions
from glassnet.equations import course_name, equations
from glassnet.glass.explanation import Explanation, Section
from glassnet.graph import Graph, Node, gradient_name
from glassnet.losses.loss import Loss
from glassnet.network import Network
from glassnet.optimizers import LBFGS, Optimizer
from glassnet.penalties import Penalty
from glassnet.shapes import written
from glassnet.training.training import Training


def describe(
    network: Network, input_shape: InputShape, training: Training | None = None
) -> Explanation:
    """Dimensions, equations of both passes and of the update, what was chosen and what learned."""
    placed = network.dimensions(input_shape)
    graph = network.graph
    return Explanation(
        (
            _dimensions(graph, placed),
            Section("Forward", lines=tuple(_forward(graph))),
            Section("Cost", lines=tuple(_cost(graph, placed))),
            Section("Backward", lines=tuple(_backward(graph))),
            *(
                [Section("Update", lines=tuple(update_equations(training.optimizer)))]
                if training
                else []
            ),
            _parameters("Parameters (learned)", placed, graph.trainable),
            *_statistics(graph, placed),
            Section(
                "Hyper-parameters (chosen)", ("name", "value"), tuple(_chosen(network, training))
            ),
        )
    )


def parameter_count(placed: Sequence[Dimensions]) -> int:
    """How many numbers are learned, or carried from batch to batch."""
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
        yield from node.equations("forward")


def _cost(graph: Graph, placed: Sequence[Dimensions]) -> Iterator[str]:
    yield from loss_equations(graph)
    loss, letters = graph.loss, _letters(graph)
    terms = "".join(f" + (1/m) {_penalty(each, 'cost', letters)}" for each in graph.penalties)
    units = placed[-1].output[:-1]
    yield f"J = (1/m) Σᵢ {'' if math.prod(units) == 1 else 'Σₖ '}L{terms}     ({loss})"
    for penalty, letter in letters.items():
        weights = ", ".join(map(course_name, graph.weights))
        yield f"{letter} = {penalty.strength:g}, for every W of {weights}"


def loss_equations(graph: Graph) -> Iterator[str]:
    """L of every output value, and its labels where they are smoothed."""
    loss, names = graph.loss, _loss_names(graph)
    stated = equations(type(loss))
    if names["T"] != "Y":
        yield from (equation.written(names) for equation in stated.get("targets", ()))
    yield from (equation.written(names) for equation in stated.get("each", ()))
    if "each" not in stated:
        yield f"L = {loss}"


def _loss_names(graph: Graph) -> dict[str, str]:
    """The letters of the loss's equations → the course's notation, and the numbers chosen.

    T, what the outputs are compared with, is Y unless the labels are smoothed.
    """
    A, smoothed = graph.output, bool(getattr(graph.loss, "label_smoothing", 0))
    names = {"A": course_name(A), "dA": course_name(gradient_name(A))}
    names["T"] = "Y′" if smoothed else "Y"
    if graph.canonical:
        names["dZ"] = course_name(graph.nodes[-1].name("dZ"))
    return names | _numbers(graph.loss)


def _numbers(chosen: Loss | Optimizer) -> dict[str, str]:
    """The hyper-parameters that are numbers, as equations show them."""
    values = {field.name: getattr(chosen, field.name) for field in fields(chosen)}
    return {name: f"{value:g}" for name, value in values.items() if isinstance(value, float)}


def _letters(graph: Graph) -> dict[Penalty, str]:
    """The letter of each penalty's strength: λ, or λ1 and λ2."""
    alone = len(graph.penalties) == 1
    return {each: "λ" if alone else f"λ{i}" for i, each in enumerate(graph.penalties, start=1)}


def _penalty(penalty: Penalty, method: str, letters: Mapping[Penalty, str], W: str = "W") -> str:
    """The right-hand side of a penalty's equation."""
    names = {"strength": letters[penalty], "W": W}
    stated = equations(type(penalty)).get(method)
    return stated[-1].written(names).partition(" = ")[2] if stated else f"{penalty}"


def _backward(graph: Graph) -> Iterator[str]:
    yield from slope_equations(graph)
    nodes = list(reversed(graph.nodes))[graph.canonical :]
    made: set[str] = set()
    letters = _letters(graph)
    for node in nodes:
        yield from _gradients(graph, node, letters)
        for equation in _passed_back(graph, node):
            target, _, value = equation.partition(" = ")
            # What several layers read gets a part of its gradient from each.
            yield f"{target} = {target} + {value}" if target in made else equation
            made.add(target)


def slope_equations(graph: Graph) -> Iterator[str]:
    """Where the way back begins: dZ of a canonical pair, else dA."""
    loss, names = graph.loss, _loss_names(graph)
    method = "dZ" if graph.canonical else "dA"
    pair = f"     ({graph.nodes[-1].layer} with {loss})" if graph.canonical else ""
    stated = equations(type(loss)).get(method, ())
    for equation in stated:
        yield equation.written(names) + pair
    if not stated:
        yield f"{names[method]} = {method} of {loss}"


def update_equations(optimizer: Optimizer | LBFGS) -> Iterator[str]:
    """How every W changes; b likewise, but that it does not shrink."""
    names = {"alpha": "α", "v_hat": "v̂", "s_hat": "ŝ"}
    if isinstance(optimizer, Optimizer):
        names |= _numbers(optimizer)
        stated = equations(type(optimizer))
        for equation in stated.get("shrink", ()):
            yield f"{equation.written(names)}     (not b)"
        for equation in stated.get("update", ()):
            yield equation.written(names)
    yield f"{optimizer}"


def _gradients(graph: Graph, node: Node, letters: Mapping[Penalty, str]) -> Iterator[str]:
    """dW and db, penalties included."""
    for equation in node.equations("gradients"):
        target = equation.partition(" = ")[0]
        for name in graph.weights:
            dW = course_name(gradient_name(name))
            if target in (dW, f"{dW}[o]"):  # of the whole W, or for each offset of a kernel
                W = course_name(name) + target.removeprefix(dW)
                for penalty in graph.penalties:
                    own = _penalty(penalty, "dW", letters, W)
                    equation += f" + (1/m) {own}"
        yield equation


def _passed_back(graph: Graph, node: Node) -> Iterator[str]:
    """The gradients of what the node reads, where something below it learns."""
    learned = [name for name in node.inputs.values() if name in graph.learned]
    gradients = [course_name(gradient_name(name)) for name in learned]
    own = course_name(gradient_name(node.output))
    if isinstance(node.layer, Add):
        yield from (f"{name} = {own}" for name in gradients)
    elif isinstance(node.layer, Multiply):
        for name, gradient in zip(learned, gradients, strict=True):
            others = [course_name(other) for other in node.inputs.values() if other != name]
            yield f"{gradient} = {' ∗ '.join([own, *others])}"
    elif isinstance(node.layer, Concatenate) and gradients:
        yield f"[{'; '.join(gradients)}] = {own}"
    elif gradients:
        yield from node.equations("backward")


def _parameters(title: str, placed: Sequence[Dimensions], names: Collection[str]) -> Section:
    rows = [
        (course_name(name), written(shape), f"{math.prod(shape):,}")
        for at in placed
        for name, shape in at.parameters.items()
        if name in names
    ]
    return Section(title, ("name", "shape", "numbers"), tuple(rows))


def _statistics(graph: Graph, placed: Sequence[Dimensions]) -> Iterator[Section]:
    if graph.statistics:
        yield _parameters("Statistics (carried from batch to batch)", placed, graph.statistics)


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
