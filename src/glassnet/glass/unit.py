"""One unit with one example: its numbers forward, backward and in the update."""

from __future__ import annotations

from collections.abc import Iterator

from glassnet.combine import Concatenate
from glassnet.equations import course_name
from glassnet.glass.above import from_above, sent_back, taken_apart
from glassnet.glass.describe import loss_equations
from glassnet.glass.everywhere import everywhere
from glassnet.glass.explanation import Explanation, Section, numbers
from glassnet.glass.place import Place
from glassnet.glass.two_ways import short_and_long
from glassnet.graph import Node, gradient_name
from glassnet.notation import factor, number
from glassnet.shapes import written
from glassnet.trace.views import unit_axes


def explain_unit(place: Place) -> Explanation:
    """z and a, then dz, then the gradients of the unit's parameters, then their update."""
    sections = [Section(f"Forward: {place.title()}", lines=tuple(forward(place)))]
    if place.trace.cost is not None:
        sections.append(Section("Backward", lines=tuple(backward(place))))
        learned = [node for node in place.nodes if place.learned(node)]
        if learned:
            lines = tuple(line for node in learned for line in gradients(place, node))
            sections.append(Section("Gradients: over all examples", lines=lines))
            lines = tuple(line for node in learned for line in _update(place, node))
            sections.append(Section("Update", lines=lines))
    one = place.trace.unit(place.layer, place.unit).example(place.example)
    sections += everywhere(place, one)
    return Explanation(tuple(sections), one)


def forward(place: Place) -> Iterator[str]:
    trace = place.trace
    for node in place.nodes:
        section = "forward" if trace.cost is not None else node.predict
        for target in _made(place, node, section):
            index = place.index(trace[node.name(target)])
            note = _label(place, node) if target == node.letter else ""
            yield from place.work_out(node, section, target, index, note)
    if trace.cost is not None and node.output == trace.network.graph.output:
        L, J, m = trace["L"][0, place.example], number(trace.cost), trace["L"].shape[-1]
        yield from loss_equations(trace.network.graph)
        yield f"  L of this example = {number(float(L))}, and J of all {m:,} examples = {J}"


def _made(place: Place, node: Node, section: str) -> list[str]:
    """What the layer's equations make of the unit on the way to its output: gates, for example."""
    trace, stated = place.trace, node.layer.equations.get(section, ())
    targets = [equation.target for equation in stated if equation.target != node.letter]
    between = [
        target
        for target in targets
        if node.name(target) in trace and place.has(trace[node.name(target)])
    ]
    return [*between, node.letter]


def _label(place: Place, node: Node) -> str:
    """The label, behind a number of the output that has one to be compared with."""
    trace = place.trace
    if node.output != trace.network.graph.output or "Y" not in trace:
        return ""
    index, Y = place.index(trace[node.output]), trace["Y"]
    shown = Y.shape == trace[node.output].shape
    return f"     y = {number(float(Y[index]))}" if shown else ""


def backward(place: Place) -> Iterator[str]:
    trace, graph = place.trace, place.trace.network.graph
    nodes = list(reversed(place.nodes))
    last = nodes[0]
    if last.output == graph.output and graph.canonical:
        yield from short_and_long(trace, last, place.index(trace[last.output]), place.called)
        nodes = nodes[1:]
    else:
        yield from from_above(place, last)
    for node in nodes:
        if node.parameters:
            yield from _between(place, node)
        elif isinstance(node.layer, Concatenate):
            yield from taken_apart(place, node)
        else:
            for name in node.inputs.values():
                if gradient_name(name) in trace:
                    yield from sent_back(place, name)


def _between(place: Place, node: Node) -> Iterator[str]:
    """What stands between the gradient of the output and those of the parameters: dz, gates."""
    learned = {f"d{local}" for local, _ in place.learned(node)}
    for equation in node.layer.equations.get("gradients", ()):
        array = place.trace.get(node.name(equation.target))
        if equation.target not in learned and array is not None and place.has(array):
            yield from place.work_out(node, "gradients", equation.target, place.index(array))


def gradients(place: Place, node: Node) -> Iterator[str]:
    """The unit's largest number of each gradient, worked out, and the others."""
    for local, name in place.learned(node):
        slope = gradient_name(name)
        yield from place.work_out(node, "gradients", f"d{local}", place.steepest(node, local))
        axis = unit_axes(node).get(name)
        own = place.trace.unit(place.layer, place.unit)[slope]
        if axis is not None and own.size > 1:
            row: list[int | None] = [None] * own.ndim
            row[axis] = place.unit
            yield f"  {place.called(slope, tuple(row))} = {numbers(own)}"


def _update(place: Place, node: Node) -> Iterator[str]:
    trace = place.trace
    for local, name in place.learned(node):
        slope = gradient_name(name)
        index = place.steepest(node, local)
        w, dw = place.called(name, index), place.called(slope, index)
        W, dW = course_name(name), course_name(slope)
        yield f"{W} := {W} − α {dW}     {written(trace[name].shape)}"
        value, gradient = float(trace[name][index]), float(trace[slope][index])
        yield f"  {w} := {w} − α · {dw} = {number(value)} − α · {factor(gradient)}"
