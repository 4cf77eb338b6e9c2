"""Admission: what comes from outside is let in once it fits the graph, in the type of the data."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import ArrayLike

from glassnet.arrays import (
    FloatArray,
    as_data,
    as_float,
    as_inputs,
    as_integers,
    check_examples,
    float_type,
    in_type,
)
from glassnet.dimensions import dimensions, place
from glassnet.engines import SHARD, Data
from glassnet.equations import course_name, equations
from glassnet.errors import DataError, ShapeError, did_you_mean, listed, shown
from glassnet.graph import INPUT, Graph
from glassnet.memory import check_memory
from glassnet.shapes import EXAMPLES
from glassnet.sparse import Sparse, is_sparse

Parameters: TypeAlias = dict[str, FloatArray]
Inputs: TypeAlias = ArrayLike | Sparse | Mapping[str, ArrayLike | Sparse]
InputShape: TypeAlias = tuple[int, ...] | Mapping[str, tuple[int, ...]]


def admit_shapes(graph: Graph, input_shape: InputShape) -> dict[str, tuple[Any, ...]]:
    """The shapes of the data that enter the network, by the names of its sources, m left open.

    Raises
    ------
    ShapeError
    """
    shapes = input_shape if isinstance(input_shape, Mapping) else {INPUT: input_shape}
    for shape in shapes.values():
        _check_input_shape(shape)
    named = {_source(graph, name): (*shape, EXAMPLES) for name, shape in shapes.items()}
    _check_sources(graph, named)
    return named


def admit_parameters(
    graph: Graph,
    parameters: Mapping[str, ArrayLike],
    inputs: Mapping[str, FloatArray],
    labels: FloatArray | None = None,
) -> Parameters:
    """The parameters in the type of the data, once they fit the network and the inputs.

    The type is that of the inputs; where these are all whole numbers, that of the labels; without
    any, that of the parameters.

    Raises
    ------
    DataError
        Parameters are missing, superfluous, or no numbers.
    ShapeError
        A parameter or an input does not fit its layer.
    """
    known = graph.parameters
    if not isinstance(parameters, Mapping):
        raise DataError(
            "The parameters are no dict of arrays.",
            expected=listed(known),
            received=shown(parameters),
            fix="pass network.initialize(...), or result.parameters of a training",
        )
    missing = [name for name in known if name not in parameters]
    extra = [name for name in parameters if name not in known]
    if missing or extra:
        raise DataError(
            "These parameters do not belong to this network.",
            expected=listed(known),
            received=f"missing: {listed(missing) or 'none'}; unknown: {listed(extra) or 'none'}",
            fix=did_you_mean(extra[0], missing) if extra and missing else "name them as expected",
        )
    given = {name: as_float(name, parameters[name]) for name in known}
    known_type = [] if labels is None else [labels]
    dtype = float_type(inputs.values(), known_type, given.values())
    arrays = {name: in_type(name, array, dtype) for name, array in given.items()}
    shapes = {name: array.shape for name, array in arrays.items()}
    dimensions(graph, {name: X.shape for name, X in inputs.items()}, shapes)
    return arrays


def check_pass(graph: Graph, inputs: Mapping[str, FloatArray]) -> None:
    """Refuse a pass through the network whose arrays need more memory than there is.

    Raises
    ------
    ResourceLimitError
    """
    placed = dimensions(graph, {name: X.shape for name, X in inputs.items()})
    numbers, m = sum(math.prod(at.output[:-1]) for at in placed), placed[-1].output[-1]
    check_memory(
        "The forward pass",
        numbers * min(m, SHARD) * float_type(inputs.values()).itemsize,
        f"pass fewer than {m} examples at once, or give the layers smaller outputs",
    )


def admit_labels(
    graph: Graph,
    inputs: Mapping[str, FloatArray],
    Y: ArrayLike,
    sample_weight: ArrayLike | None = None,
    name: str = "Y",
) -> Data:
    """Inputs, labels and weights as engines take them, once they fit each other.

    Raises
    ------
    ShapeError, DataError
    """
    given_labels = as_data(name, Y)
    dtype = float_type(inputs.values(), [given_labels])
    labels = in_type(name, given_labels, dtype)
    arrays = {("X" if key == INPUT else key): X for key, X in inputs.items()}
    check_examples(**arrays, **{name: labels})
    _check_labels(graph, name, labels, inputs)
    graph.loss.check(np, labels)
    m = labels.shape[-1]
    if sample_weight is None:
        return Data(inputs, labels, None, m)
    given = _weights(sample_weight, labels.shape)
    # An example counts as its heaviest step: padding, of weight 0, makes it no lighter.
    total = float(given.max(axis=tuple(range(given.ndim - 2))).sum())
    weights = in_type("sample_weight", given * (m / total), dtype)
    return Data(inputs, labels, weights, total)


def admit_inputs(graph: Graph, X: Inputs, name: str = "X") -> dict[str, FloatArray]:
    """The data that enter the network, by the names of its sources.

    Raises
    ------
    DataError, ShapeError
    """
    # SciPy's dictionary of keys is sparse, and a dict.
    given = X if isinstance(X, Mapping) and not is_sparse(X) else {INPUT: X}
    _check_sources(graph, {_source(graph, key): array for key, array in given.items()})
    inputs: dict[str, Any] = {}
    for key, array in given.items():
        source, called = _source(graph, key), name if key == INPUT else f"{name}[{key!r}]"
        below = graph.integers.get(source)
        inputs[source] = (
            as_inputs(called, array) if below is None else as_integers(called, array, below)
        )
    check_examples(**inputs)
    return inputs


def _source(graph: Graph, name: str) -> str:
    """The entrance that a key of the data means: a branch's own, or one of that very name."""
    return name if name in graph.sources or name == INPUT else f"{name}.{INPUT}"


def _check_sources(graph: Graph, named: Mapping[str, Any]) -> None:
    if set(named) != set(graph.sources):
        sources = [source.removesuffix(f".{INPUT}") for source in graph.sources]
        single = sources == [INPUT]
        raise ShapeError(
            "The inputs do not fit the entrance of this network.",
            equation=_entrance(graph),
            expected="one array" if single else f"a dict with {listed(sources)}",
            received=listed(named) if set(named) != {INPUT} else "one array",
            fix="pass the array itself" if single else "name an array for each branch",
        )


def _check_labels(
    graph: Graph, name: str, labels: FloatArray, inputs: Mapping[str, FloatArray]
) -> None:
    placed = dimensions(graph, {source: X.shape for source, X in inputs.items()})
    output, units = placed[-1].output, graph.loss.units(labels)
    if (*output[:-2], output[-2]) != (*labels.shape[:-2], units):
        raise ShapeError(
            f"The labels {name} of shape {labels.shape} do not fit the network's output.",
            equation=_compared(graph, name),
            expected=f"{name} {(*output[:-1], EXAMPLES)}, as "
            f"{place(graph, placed[-1].node)} makes it".replace("'", ""),
            received=f"{name} {labels.shape}",
            fix=f"give the last layer {units} unit{'s' * (units > 1)}, or encode the labels "
            f"with {output[-2]} row{'s' * (output[-2] > 1)}"
            if units != output[-2]
            else "give a label for every time or pixel; or, for one label each, let a recurrent "
            "layer pass on its last state alone (last=True), flatten, or pool",
        )


def _entrance(graph: Graph) -> str | None:
    """The equation of the last layer that reads an input, or what branches have made of them."""
    joined = [node for node in graph.nodes if len(node.inputs) > 1]
    first = joined[0] if joined else graph.nodes[0]
    return next(first.equations("forward"), None)


def _compared(graph: Graph, name: str) -> str | None:
    """The equation in which outputs and labels meet."""
    output = course_name(graph.output)
    if graph.canonical:
        return f"dZ = {output} − {name}"
    stated = equations(type(graph.loss)).get("each", ())
    return next((each.written({"A": output, "Y": name, "T": name}) for each in stated), None)


def _check_input_shape(shape: tuple[int, ...]) -> None:
    sizes = shape if isinstance(shape, tuple | list) else ()
    if not sizes or not all(isinstance(n, int | np.integer) and n > 0 for n in sizes):
        raise ShapeError(
            "The input_shape is no shape of one example.",
            expected="a tuple of whole numbers of at least 1: (n_x,), (T, n_x) or (H, W, n_C)",
            received=shown(shape),
            fix="pass X.shape[:-1]",
        )


def _weights(sample_weight: ArrayLike, labels: tuple[int, ...]) -> FloatArray:
    """The weights as they are given: they count examples, so 2 is one example twice.

    Where the labels have times or pixels, each of them may have a weight of its own.
    """
    given, m = as_float("sample_weight", sample_weight), labels[-1]
    weights = as_data("sample_weight", given[None, :] if given.ndim == 1 else given)
    each = (*labels[:-2], 1, m)
    if weights.shape not in ((1, m), each):
        steps = f", or {each}: one for each step" if len(each) > 2 else ""
        raise ShapeError(
            f"sample_weight has shape {given.shape}.",
            equation="J = (1/m) Σᵢ w ∗ L",
            expected=f"(1, {m}) or ({m},): one weight for each example{steps}",
            received=f"{given.shape}",
            fix="pass one weight for each column of X",
        )
    if np.any(weights < 0) or not 0 < float(weights.sum()) < np.inf:
        raise DataError(
            "sample_weight must be positive: every weight is zero, one is negative, or their "
            "sum is infinite.",
            expected="weights of at least 0, not all of them zero, with a finite sum",
            received=f"weights between {weights.min():g} and {weights.max():g}",
            fix="drop the examples that should not count, instead of negative weights",
        )
    return weights
