"""The error of a training that left the finite numbers."""

from __future__ import annotations

import numpy as np

from glassnet.dimensions import place
from glassnet.engines import SHARD, Data, NonFinite, State
from glassnet.equations import course_name
from glassnet.errors import DivergenceError
from glassnet.graph import INPUT, Graph, gradient_name
from glassnet.training.task import Task

LARGE = 1e3


def divergence(fault: NonFinite, task: Task, epoch: int) -> DivergenceError:
    """What became NaN or infinite, when, where, and what to try.

    The error holds the last finite parameters.
    """
    step, data = fault.state.t + 1, task.data
    blamed = f"{_blamed(fault.state, task)}; " if fault.array == "J" else ""
    error = DivergenceError(
        f"{_what(fault, task.network.graph)} became {fault.value:g} at epoch {epoch} "
        f"(counted from 0), step {step}.",
        expected="finite costs, gradients and parameters",
        received=f"{blamed}largest input {_largest(data):g}; the last finite parameters are in "
        "error.parameters",
        fix=_fix(data),
    )
    error.parameters = fault.state.predicting
    return error


def _blamed(state: State, task: Task) -> str:
    """The first array of a forward pass that is not finite; without one, the largest parameter."""
    network, data = task.network, task.data
    wrong: set[str] = set()
    for at in range(0, data.m, SHARD):
        inputs = {name: X[..., at : at + SHARD] for name, X in data.inputs.items()}
        values = network.engine.look(network.graph, state.parameters, inputs)
        wrong |= {name for name, array in values.items() if not np.all(np.isfinite(array))}
    for node in network.graph.nodes:
        for name in map(node.name, node.signature.makes):
            if name in wrong:
                return f"{course_name(name)} of {place(network.graph, node)}, is not finite"
    sizes = {name: float(abs(W).max()) for name, W in state.parameters.items()}
    largest = max(sizes, key=sizes.__getitem__)
    return f"largest parameter {course_name(largest)}, {sizes[largest]:g}"


def _what(fault: NonFinite, graph: Graph) -> str:
    if fault.array == "J":
        return "The cost J"
    name = course_name(fault.array)
    for node in graph.nodes:
        if fault.array in node.parameters.values():
            return f"The parameter {name} of {place(graph, node)},"
        if fault.array in map(gradient_name, node.parameters.values()):
            return f"The gradient {name} of {place(graph, node)},"
    return name


def _largest(data: Data) -> float:
    sizes = [float(abs(X).max()) for X in data.inputs.values() if X.dtype.kind == "f"]
    return max(sizes, default=0.0)


def _fix(data: Data) -> str:
    X = data.inputs.get(INPUT)
    if X is not None and X.dtype.kind == "f" and _largest(data) > LARGE:
        unit = int(abs(X).max(axis=-1).argmax())
        return f"scale the inputs (unit {unit} of X is the largest), or a smaller learning rate"
    return "a smaller learning rate, gradient clipping, or scaled inputs"
