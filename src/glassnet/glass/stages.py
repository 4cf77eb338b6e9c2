"""The stages of one update, in order: each layer forward, the cost, each layer back, the update."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import numpy as np

from glassnet.equations import course_name
from glassnet.glass.describe import loss_equations, update_equations
from glassnet.glass.explanation import Explanation, Section, numbers
from glassnet.glass.place import Place
from glassnet.glass.unit import backward, forward, gradients
from glassnet.glass.worked import Letters
from glassnet.graph import Graph, gradient_name
from glassnet.notation import factor, number
from glassnet.optimizers import LBFGS, GradientDescent
from glassnet.trace import Trace
from glassnet.trace.views import layers_of
from glassnet.training.moment import Update
from glassnet.training.training import Training

LAST: Final = -1


def stage_count(graph: Graph) -> int:
    """How many stages an update of the network has."""
    return 2 * len(layers_of(graph)) + 2


def stage_of(
    trace: Trace, update: Update, training: Training, place: int
) -> tuple[str, Explanation]:
    """The name of a stage, and its equations with the numbers of unit 0 and example 0."""
    layers = list(layers_of(trace.network.graph))
    if place < len(layers):
        at = Place.of(trace, layers[place], 0, 0, None)
        title = f"Forward: {at.title()}"
        return "forward", _shown(title, [*forward(at), *_made(trace, at)], trace, at.layer)
    if place == len(layers):
        return "cost", _shown("Cost", _cost(trace), trace)
    if place <= 2 * len(layers):
        at = Place.of(trace, layers[2 * len(layers) - place], 0, 0, None)
        lines = list(backward(at))
        for node in at.nodes:
            lines += gradients(at, node)
        return "backward", _shown(f"Backward: {at.title()}", lines, trace, at.layer)
    return "update", _shown("Update", _update(update, training, trace), trace)


def _shown(
    title: str, lines: Iterator[str] | list[str], trace: Trace, layer: int | str | None = None
) -> Explanation:
    arrays = trace.arrays if layer is None else trace.layer(layer).arrays
    return Explanation((Section(title, lines=tuple(lines)),), arrays)


def _made(trace: Trace, at: Place) -> Iterator[str]:
    """What the layer passes on, of the first examples."""
    A = at.nodes[-1].output
    yield f"{course_name(A)} = {numbers(trace[A])}"


def _cost(trace: Trace) -> Iterator[str]:
    L, m = trace["L"], trace["L"].shape[-1]
    yield from loss_equations(trace.network.graph)
    yield f"  L = {numbers(L)}"
    assert trace.cost is not None
    graph = trace.network.graph
    penalised = " + the penalties" if graph.penalties else ""
    yield f"  J = (1/{m:,}) Σᵢ L{penalised} = {number(trace.cost)}"


def _update(update: Update, training: Training, trace: Trace) -> Iterator[str]:
    """Of each parameter the number that changes most, before and after."""
    optimizer, alpha = training.optimizer, update.learning_rate
    assert not isinstance(optimizer, LBFGS)
    yield from update_equations(optimizer)
    if training.clip is not None:
        yield f"The gradients are clipped first: {training.clip}"
    yield f"α = {number(alpha)}"
    letters = Letters(trace.network.graph)
    plain = isinstance(optimizer, GradientDescent) and training.clip is None
    for name, before in update.before.parameters.items():
        after = update.state.parameters[name]
        index = tuple(map(int, np.unravel_index(np.argmax(abs(after - before)), before.shape)))
        w, slope = letters.part(name, index), gradient_name(name)
        how = f"{number(float(before[index]))} → "
        if slope in trace and plain:
            how = f"{number(float(before[index]))} − {number(alpha)}·"
            how += f"{factor(float(trace[slope][index]))} = "
        yield f"  {w} := {how}{number(float(after[index]))}"
