"""Sequences in pieces: which networks can predict them so, and the states that they go on from."""

from __future__ import annotations

from collections.abc import Mapping

from glassnet.admission import Parameters
from glassnet.arrays import FloatArray, as_data, in_type
from glassnet.dimensions import dimensions, place
from glassnet.errors import DataError, HyperparameterError, ShapeError, listed, shown
from glassnet.graph import Graph
from glassnet.shapes import LEADING, written


def check_pieces(graph: Graph) -> None:
    """Refuse a network with a layer that reads several times at once and keeps no state.

    A layer whose axes begin with ``...`` treats every time on its own.

    Raises
    ------
    HyperparameterError
    """
    for node in graph.nodes:
        alone = all(node.signature.reads[local][0] == LEADING for local in node.inputs)
        if not alone and not node.states:
            raise HyperparameterError(
                f"{place(graph, node)}, needs the whole sequence at once.",
                expected="layers that keep a state, or that treat every time on its own",
                received=f"{node.layer}, which reads {node.layer.shapes.partition(',')[0]}",
                fix="predict the whole sequence, or use recurrent layers that read forward",
            )


def admit_states(
    graph: Graph,
    states: Mapping[str, FloatArray],
    inputs: Mapping[str, FloatArray],
    parameters: Parameters,
) -> dict[str, FloatArray]:
    """The states to go on from, in the type of the parameters, once they fit.

    Raises
    ------
    DataError, ShapeError
    """
    if not isinstance(states, Mapping) or set(states) != set(graph.states):
        raise DataError(
            "These states do not belong to this network.",
            expected=listed(graph.states) or "none",
            received=(listed(states) or "none") if isinstance(states, Mapping) else shown(states),
            fix="pass what the call for the piece before returned, or leave them out",
        )
    shapes: dict[str, tuple[int, ...]] = {}
    for at in dimensions(graph, {name: X.shape for name, X in inputs.items()}):
        shapes |= at.shapes
    admitted = {}
    for name, state in states.items():
        array = as_data(name, state)
        if array.shape != shapes[name]:
            raise ShapeError(
                f"The state {name} has shape {written(array.shape)}.",
                expected=f"{name} {written(shapes[name])}: units of the layer, examples of X",
                received=written(array.shape),
                fix="pass the same sequences, in the same order, in every piece",
            )
        admitted[name] = in_type(name, array, next(iter(parameters.values())).dtype)
    return admitted
