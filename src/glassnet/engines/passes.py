"""The two passes through a graph: forward, which makes every value, and backward, which makes
every gradient. Pure equations: `xp` is any array namespace."""

from __future__ import annotations

import math
from collections.abc import Mapping

from glassnet.engines.noise import Noise
from glassnet.graph import Graph, Node, gradient_name
from glassnet.layers.layer import Array, Arrays, Namespace


def forward(
    xp: Namespace, graph: Graph, values: Mapping[str, Array], noise: Noise | None
) -> Arrays:
    """Every array of the graph by the equations that learn.

    `values` holds the parameters, the inputs, and states to go on from, if there are any; masks
    are drawn from `noise`.
    """
    values = dict(values)
    for place, node in enumerate(graph.nodes):
        if node.noise and noise is not None:
            values.update(node.draw(noise.source(place), values))
        _add(values, node, node.call("forward", xp, values))
    return values


def predict(xp: Namespace, graph: Graph, values: Mapping[str, Array]) -> Arrays:
    """Every array of the graph by the equations that predict."""
    values = dict(values)
    for node in graph.nodes:
        _add(values, node, node.call(node.predict, xp, values))
    return values


def backward(
    xp: Namespace, graph: Graph, values: Mapping[str, Array], Y: Array, weights: Array | None
) -> Arrays:
    """The gradients of every array that depends on a parameter, from the `values` of the forward
    pass.

    An array that several layers read gets the sum of what they send back.
    """
    last, nodes = graph.nodes[-1], graph.nodes
    if graph.canonical:
        start, slope, nodes = last.inputs["Z"], graph.loss.dZ, nodes[:-1]
    else:
        start, slope = graph.output, graph.loss.dA
    gradient = slope(xp, values[graph.output], Y)
    values = {
        **values,
        gradient_name(start): gradient if weights is None else gradient * weights,
    }
    for node in reversed(nodes):
        _add(values, node, node.call("gradients", xp, values))
        learned = [name for name in dict.fromkeys(node.inputs.values()) if name in graph.learned]
        made = node.call("backward", xp, values) if learned else {}
        for name in map(gradient_name, learned):
            values[name] = values[name] + made[name] if name in values else made[name]
    return values


def _add(values: Arrays, node: Node, made: Arrays) -> None:
    twice = values.keys() & made.keys()
    if twice:
        raise ValueError(
            f"{node.layer} makes {min(twice)}, which another layer has made: give it another "
            "letter, or let `backward` ask for it"
        )
    values.update(made)


def cost(
    xp: Namespace,
    graph: Graph,
    values: Mapping[str, Array],
    Y: Array,
    weights: Array | None,
    total: float,
) -> float:
    """J = (1/m) Σ L + (1/total) Σ penalty(W), from the `values` of a forward pass."""
    losses = each_loss(xp, graph, values, Y)
    positions: int = math.prod(losses.shape[:-2])
    mean = float(xp.mean(losses if weights is None else losses * weights)) * positions
    penalty = sum(
        float(penalty.cost(xp, values[name]))
        for penalty in graph.penalties
        for name in graph.weights
    )
    return mean + penalty / total


def each_loss(xp: Namespace, graph: Graph, values: Mapping[str, Array], Y: Array) -> Array:
    """L of each example, at each time or pixel: (..., 1, m), the sum over the output units."""
    if graph.canonical:
        losses = graph.loss.each_from_Z(xp, values[graph.nodes[-1].inputs["Z"]], Y)
    else:
        losses = graph.loss.each(xp, values[graph.output], Y)
    return xp.sum(losses, axis=-2, keepdims=True)


def with_penalties(
    xp: Namespace, graph: Graph, parameters: Mapping[str, Array], gradients: Arrays, total: float
) -> Arrays:
    """The gradients of J, given those of its first part: dW + (1/total) penalty′(W)."""
    for penalty in graph.penalties:
        for name in graph.weights:
            dW = gradients[gradient_name(name)] + penalty.dW(xp, parameters[name]) / total
            gradients = gradients | {gradient_name(name): dW}
    return gradients
