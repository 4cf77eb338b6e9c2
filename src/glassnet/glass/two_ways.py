"""dZ of a layer, by both of its equations: dA · g′(Z), and A − Y where that is the same."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np

from glassnet.arrays import FloatArray
from glassnet.equations import course_name
from glassnet.errors import DataError, listed
from glassnet.glass.above import from_above
from glassnet.glass.explanation import Explanation, Section
from glassnet.glass.place import Place
from glassnet.glass.worked import Index
from glassnet.graph import Node, gradient_name
from glassnet.layers.activation import Activation
from glassnet.layers.activations import Identity
from glassnet.namespace import numpy_namespace as xp
from glassnet.notation import factor, number
from glassnet.shapes import written
from glassnet.trace import WEIGHTS, Trace

MOST_EXAMPLES = 8


def explain_dZ(place: Place) -> Explanation:
    """Both ways to dZ with their numbers, that they agree, and where the 1/m is."""
    trace, graph = place.trace, place.trace.network.graph
    node = activation_of(place)
    name = gradient_name(place.nodes[0].output) if node is None else node.name("dZ")
    sections = []
    if node is None:
        lines = [*from_above(place, place.nodes[0]), *_without(trace, place.nodes[0])]
        sections.append(Section(f"dZ: {place.title()}", lines=tuple(lines)))
    elif node.output == graph.output and graph.canonical:
        index = place.index(trace[node.output])
        lines = [*short_and_long(trace, node, index, place.called), *_agreement(trace, node)]
        lines.append(_why(trace, node))
        sections.append(Section(f"Two ways to dZ: {place.title()}", lines=tuple(lines)))
        sections.append(_table(place, node))
    else:
        index = place.index(trace[node.output])
        lines = [*from_above(place, node), *place.work_out(node, "backward", "dZ", index)]
        sections.append(
            Section(f"dZ: {place.title()}", lines=(*lines, *_no_short_way(trace, node)))
        )
    lines = [
        f"J = (1/m) Σᵢ L, so every gradient of J has this 1/m once. {course_name(name)} is of one "
        "example each, ∂L/∂Z: it has none.",
        "The 1/m stands where the examples are summed:",
    ]
    for maker in place.nodes:
        for local, _ in place.learned(maker):
            lines += place.work_out(maker, "gradients", f"d{local}", place.steepest(maker, local))
    m = trace[graph.output].shape[-1]
    lines.append(f"With another 1/m in {course_name(name)}, these would be {m:,} times too small.")
    sections.append(Section("Where the 1/m is", lines=tuple(lines)))
    return Explanation(tuple(sections), trace.layer(place.layer))


def activation_of(place: Place) -> Node | None:
    """The activation of the layer, whose gradient dZ is; None where a Z goes on as it is.

    Raises
    ------
    DataError
        The layer makes no Z, or the trace has no backward pass.
    """
    for node in place.nodes:
        if isinstance(node.layer, Activation) and node.name("dZ") in place.trace:
            return node
    first = place.nodes[0]
    if first.letter == "Z" and gradient_name(first.output) in place.trace:
        return None
    has = [name for name in place.trace.layer(place.layer) if name.rpartition(".")[2][0] == "d"]
    raise DataError(
        f"Layer {place.layer} of this trace has no dZ.",
        expected="a layer that makes a Z, traced with labels",
        received=f"the gradients {listed(map(course_name, has)) or '(none)'}",
        fix="trace with Y, or look with explain(trace, layer=...)",
    )


def short_and_long(
    trace: Trace, node: Node, index: tuple[int, ...], called: Callable[[str, Index], str]
) -> Iterator[str]:
    """dZ = A − Y at one place, and in parentheses dA · g′(Z)."""
    A, dZ = node.output, node.name("dZ")
    smooth = getattr(trace.network.loss, "label_smoothing", 0)
    prime = "′" if smooth else ""
    a = float(trace[A][index])
    y = float(trace.network.loss.targets(xp, trace["Y"])[index])
    weighted = WEIGHTS in trace
    symbols, numbers = f"{called(A, index)} − y{prime}", f"{number(a)} − {factor(y)}"
    equation = f"{course_name(A)} − Y{prime}"
    if weighted:
        w = float(np.broadcast_to(trace[WEIGHTS], trace[dZ].shape)[index])
        symbols, numbers = f"w · ({symbols})", f"{number(w)}·({numbers})"
        equation = f"w ∗ ({equation})"
    shapes = f"{course_name(dZ)} {written(trace[dZ].shape)}"
    yield f"{course_name(dZ)} = {equation}     {shapes}"
    value = number(float(trace[dZ][index]))
    yield f"  {called(dZ, index)} = {symbols} = {numbers} = {value}     {_long(trace, node, index)}"


def _long(trace: Trace, node: Node, index: tuple[int, ...]) -> str:
    value = number(float(long_way(trace, node)[index]))
    layer = node.layer
    if not isinstance(layer, Activation) or type(layer).backward is not Activation.backward:
        return f"(the long way, through {layer}.backward: {value})"
    dA = float(trace[gradient_name(node.output)][index])
    slope = float(layer.g_prime(xp, trace[node.inputs["Z"]], trace[node.output])[index])
    return f"(the long way: da · g′(z) = {factor(dA)} · {number(slope)} = {value})"


def long_way(trace: Trace, node: Node) -> FloatArray:
    """dZ of an activation by its own `backward`, from the engine's dA, Z and A."""
    made: FloatArray = node.call("backward", xp, trace)[node.name("dZ")]
    return made


def _agreement(trace: Trace, node: Node) -> Iterator[str]:
    dZ = trace[node.name("dZ")]
    difference = float(np.max(np.abs(long_way(trace, node) - dZ)))
    yield (
        f"Over all {dZ.size:,} numbers of {course_name(node.name('dZ'))} both differ by at most "
        + (f"{number(difference)}.")
    )
    if difference > 1e-6 * float(np.max(np.abs(dZ))):
        yield "Where a is rounded to 0 or 1, the long way loses digits; the engine takes A − Y."


def _why(trace: Trace, node: Node) -> str:
    if isinstance(node.layer, Identity):
        return "The identity's g′ is 1, and the ½ of the loss leaves ∂L/∂A = A − Y."
    loss, g = type(trace.network.loss).__name__, type(node.layer).__name__
    return f"∂L/∂A of {loss} divides by what the slope of {g} multiplies with: it cancels."


def _table(place: Place, node: Node) -> Section:
    trace, g = place.trace, node.layer
    assert isinstance(g, Activation), "a loss has its short way with an activation"
    at = place.index(trace[node.output])[:-1]
    columns = {
        "dA": trace[gradient_name(node.output)],
        "g′(Z)": g.g_prime(xp, trace[node.inputs["Z"]], trace[node.output]),
        "dA · g′(Z)": long_way(trace, node),
        "A": trace[node.output],
        "Y": trace.network.loss.targets(xp, trace["Y"]),
        "A − Y": trace[node.name("dZ")],
    }
    if type(g).backward is not Activation.backward:
        del columns["g′(Z)"]
        columns["by its matrix"] = columns.pop("dA · g′(Z)")
    if WEIGHTS in trace:
        columns["w (A − Y)"] = columns.pop("A − Y")
    rows = [
        (str(i), *(number(float(array[(*at, i)])) for array in columns.values()))
        for i in range(min(MOST_EXAMPLES, trace[node.output].shape[-1]))
    ]
    return Section("Side by side", ("example", *columns), tuple(rows))


def _no_short_way(trace: Trace, node: Node) -> Iterator[str]:
    graph = trace.network.graph
    if node.output != graph.output:
        yield "A − Y is of the output layer alone: here are no labels, and dA comes from above."
    else:
        yield (
            f"{node.layer} and {graph.loss} are no pair whose product is A − Y: there is no "
            "shorter form."
        )


def _without(trace: Trace, node: Node) -> Iterator[str]:
    """Why there is one way alone where no activation stands behind Z."""
    name = course_name(node.output)
    if node.output == trace.network.graph.output:
        yield f"No activation stands behind {name}: it is the output, and its gradient is ∂L/∂A."
    else:
        yield f"No activation stands behind {name}: its gradient is what comes from above."
