"""The error of a training that left the finite numbers."""

from __future__ import annotations

from glassnet.dimensions import place
from glassnet.engines import Data, NonFinite
from glassnet.equations import course_name
from glassnet.errors import DivergenceError
from glassnet.graph import INPUT, Graph, gradient_name

LARGE = 1e3


def divergence(fault: NonFinite, graph: Graph, data: Data, epoch: int) -> DivergenceError:
    """What became NaN or infinite, when, where, and what to try.

    The error holds the last finite parameters.
    """
    step = fault.state.t + 1
    error = DivergenceError(
        f"{_what(fault, graph)} became {fault.value:g} at epoch {epoch}, step {step}.",
        expected="finite costs, gradients and parameters",
        received=f"largest input {_largest(data):g}; the last finite parameters are in "
        "error.parameters",
        fix=_fix(data),
    )
    error.parameters = fault.state.predicting
    return error


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
    return max(float(abs(X).max()) for X in data.inputs.values())


def _fix(data: Data) -> str:
    X = data.inputs.get(INPUT)
    if X is not None and _largest(data) > LARGE:
        unit = int(abs(X).max(axis=-1).argmax())
        return f"scale the inputs (unit {unit} of X is the largest), or a smaller learning rate"
    return "a smaller learning rate, gradient clipping, or scaled inputs"
