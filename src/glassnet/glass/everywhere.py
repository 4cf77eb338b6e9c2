"""A unit at every position: its kernels and maps, or its gates and states at every time."""

from __future__ import annotations

from collections.abc import Iterator

from glassnet.arrays import FloatArray
from glassnet.equations import course_name
from glassnet.glass.explanation import Section
from glassnet.glass.place import Place
from glassnet.graph import Node
from glassnet.notation import number
from glassnet.trace import Trace

MOST = 24
"""Rows and columns that are written; of more, the first."""
CHANNELS = 4


def everywhere(place: Place, one: Trace) -> Iterator[Section]:
    """What the unit reads and makes with one example, at all its positions.

    Parameters
    ----------
    place : Place
    one : Trace
        The arrays of that unit and example alone.
    """
    for node in place.nodes:
        for name in node.parameters.values():
            if one[name].ndim == 4:
                yield from _kernels(name, one[name], place.unit)
            elif one[name].ndim == 3:
                title = f"{course_name(name)}, the kernel of unit {place.unit}, channel by channel"
                yield _matrix(title, one[name][:, 0, :])
        for name in _made(node, one):
            if one[name].ndim == 4:
                title = (
                    f"{course_name(name)}, the map of unit {place.unit}, example {place.example}"
                )
                yield _matrix(title, one[name][..., 0, 0])
    times = [name for node in place.nodes for name in _made(node, one) if _is_timed(one[name])]
    if times:
        yield _over_time(place, one, times)


def _made(node: Node, one: Trace) -> list[str]:
    """The arrays of data that a layer makes on its way forward, in the order of its equations."""
    stated = [equation.target for equation in node.layer.equations.get("forward", ())]
    names = dict.fromkeys(node.name(local) for local in (*stated, node.letter))
    return [name for name in names if name in one and name not in node.parameters.values()]


def _is_timed(array: FloatArray) -> bool:
    return array.ndim == 3 and len(array) > 1 and array.shape[1:] == (1, 1)


def _kernels(name: str, W: FloatArray, unit: int) -> Iterator[Section]:
    channels = W.shape[-1]
    for channel in range(min(channels, CHANNELS)):
        more = f" of {channels}" if channels > 1 else ""
        title = f"{course_name(name)}, the kernel of unit {unit} for channel {channel}{more}"
        yield _matrix(title, W[:, :, 0, channel])


def _matrix(title: str, A: FloatArray) -> Section:
    shown = A[:MOST, :MOST]
    rows = tuple((str(i), *map(number, row)) for i, row in enumerate(shown.tolist()))
    cut = (f"the first {shown.shape} of {A.shape}",) if shown.size < A.size else ()
    return Section(title, ("", *map(str, range(shown.shape[1]))), rows, cut)


def _over_time(place: Place, one: Trace, names: list[str]) -> Section:
    length = max(len(one[name]) for name in names)
    series = [one[name][:, 0, 0].tolist() for name in names if len(one[name]) == length]
    rows = ((str(t), *map(number, values)) for t, values in enumerate(zip(*series, strict=True)))
    told = tuple(row for row in rows if int(row[0]) < MOST)
    cut = (f"the first {MOST} of {length} times",) if length > MOST else ()
    columns = tuple(course_name(name) for name in names if len(one[name]) == length)
    title = f"Unit {place.unit} at every time, example {place.example}"
    return Section(title, ("t", *columns), told, cut)
