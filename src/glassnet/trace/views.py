"""Parts of a trace: the arrays of a layer, the row of a unit, the column of an example."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from glassnet.errors import DataError, did_you_mean, listed, shown
from glassnet.graph import Graph, Node, gradient_name
from glassnet.layers.layer import Array, Arrays


def layers_of(graph: Graph) -> dict[str, list[Node]]:
    """The nodes of every layer, in order, by l with its branch in front: ``"2"``, ``"image.2"``."""
    layers: dict[str, list[Node]] = {}
    for node in graph.nodes:
        layers.setdefault(f"{node.prefix}{node.number}", []).append(node)
    return layers


def nodes_of(graph: Graph, number: int | str) -> list[Node]:
    """The nodes of one layer.

    Raises
    ------
    DataError
        There is no such layer.
    """
    layers = layers_of(graph)
    if str(number) not in layers:
        raise DataError(
            f"The network has no layer {shown(number)}.",
            expected=f"one of the layers {listed(layers, most=20)}",
            received=f"layer {shown(number)}",
            fix=did_you_mean(str(number), layers),
        )
    return layers[str(number)]


def of_layer(graph: Graph, names: Iterable[str], number: int | str) -> list[str]:
    """The names among `names` that a layer reads, has or makes, gradients included."""
    nodes = nodes_of(graph, number)
    wanted = {name for node in nodes for name in node.inputs.values()}
    wanted |= {gradient_name(name) for name in wanted}
    return [name for name in names if name in wanted or any(map(_belongs(name), nodes))]


def _belongs(name: str) -> Any:
    """Whether an array bears the number of a node: what layers keep besides is named so too."""

    def to(node: Node) -> bool:
        if name in node.own:
            return True
        own = name.removeprefix(node.prefix) if name.startswith(node.prefix) else ""
        letters = own.removesuffix(f"{node.number}{node.suffix}")
        return letters != own and letters.replace("_", "").isalpha() and "." not in letters

    return to


def of_unit(graph: Graph, arrays: Mapping[str, Array], number: int | str, unit: int) -> Arrays:
    """The arrays with the rows of one unit alone, the axis kept."""
    nodes = nodes_of(graph, number)
    units = arrays[nodes[0].output].shape[-2]
    m = arrays[nodes[0].output].shape[-1]
    check_place(f"unit of layer {number}", unit, units)
    axes: dict[str, int] = {}
    for node in nodes:
        if arrays[node.output].shape[-2] == units:
            axes |= unit_axes(node)
    cut = {}
    for name, array in arrays.items():
        read = any(name in (x, gradient_name(x)) for x in nodes[0].inputs.values())
        axis = axes.get(name)
        if axis is None and not read and array.shape[-2:] == (units, m):
            axis = -2  # what a layer keeps besides: data end in (units, examples)
        cut[name] = array if axis is None else _taken(array, axis, unit)
    return cut


def unit_axes(node: Node) -> dict[str, int]:
    """Of each array that has the node's units: which axis they are, from the end."""
    own = node.signature.makes[node.letter][-2]
    axes: dict[str, int] = {}
    for local, names in {**node.signature.reads, **node.signature.makes}.items():
        if own in names:
            name, axis = node.name(local), names.index(own) - len(names)
            axes |= {name: axis, gradient_name(name): axis}
    return axes


def of_example(graph: Graph, arrays: Mapping[str, Array], number: int) -> Arrays:
    """The arrays with the column of one example alone, the axis kept."""
    m = arrays[next(iter(arrays))].shape[-1] if graph.output not in arrays else None
    m = arrays[graph.output].shape[-1] if m is None else m
    check_place("example", number, m)
    whole = {*graph.parameters, *map(gradient_name, graph.parameters)}
    return {
        name: array if name in whole or array.shape[-1] != m else _taken(array, -1, number)
        for name, array in arrays.items()
    }


def check_place(what: str, number: int, size: int) -> None:
    """Refuse a place that is not there.

    Raises
    ------
    DataError
    """
    if not isinstance(number, int) or isinstance(number, bool) or not 0 <= number < size:
        raise DataError(
            f"There is no {what} with the number {shown(number)}.",
            expected=f"a whole number from 0 to {size - 1}",
            received=shown(number),
            fix="count from 0, as Python does",
        )


def _taken(array: Array, axis: int, place: int) -> Array:
    at: list[Any] = [slice(None)] * array.ndim
    at[axis] = slice(place, place + 1)
    return array[tuple(at)]
