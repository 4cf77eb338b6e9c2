"""A network as units and links: its dimensions below, its weights as colours."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from glassnet.admission import InputShape
from glassnet.arrays import FloatArray
from glassnet.combine import Add
from glassnet.dimensions import Dimensions
from glassnet.equations import course_name
from glassnet.network import Network
from glassnet.notation import number
from glassnet.plots.picture import BLUE, INK, QUIET, RED, Picture, brief, drawn, styled
from glassnet.shapes import written

MOST_UNITS = 9
GAP = 1.9


@dataclass
class _Column:
    """The units of an input or of a layer with parameters."""

    name: str
    units: int
    told: list[str]
    depth: int
    reads: list[str]
    at: Dimensions | None = None
    base: float = 0.0

    @property
    def shown(self) -> list[int | None]:
        """Which units are drawn, from the top; None stands for those between."""
        if self.units <= MOST_UNITS:
            return list(range(self.units))
        return [*range(MOST_UNITS - 4), None, *range(self.units - 3, self.units)]

    def places(self) -> list[tuple[int | None, float]]:
        """Units and their heights, the column around `base`."""
        middle = (len(self.shown) - 1) / 2
        return [(unit, self.base + middle - row) for row, unit in enumerate(self.shown)]


@styled
def network(
    network: Network, input_shape: InputShape, parameters: Mapping[str, ArrayLike] | None = None
) -> Picture:
    """The units of every layer and what connects them; with parameters, the weights.

    A blue link has a weight above zero, a red one below; the thicker, the larger. What has no
    link of its own, as the kernel of a convolution, is drawn grey.

    Parameters
    ----------
    network : Network
    input_shape : tuple of int, or dict of tuples
        Of one example.
    parameters : dict of str to array, optional

    Returns
    -------
    Picture

    Examples
    --------
    >>> import glassnet as gn
    >>> network = gn.Network([gn.Dense(4), gn.Tanh(), gn.Dense(1)], loss=gn.SquaredError())
    >>> picture = gn.plots.network(network, (2,), network.initialize((2,)))
    """
    columns = _columns(network, input_shape)
    _stack(columns)
    heights = [height for column in columns.values() for _, height in column.places()]
    depth = max(column.depth for column in columns.values())
    tall = max(heights) - min(heights) + 1
    picture, (axes,) = drawn(max(GAP * 0.95 * (depth + 1), 3.2), 0.27 * tall + 1.35)
    arrays = {name: np.asarray(W) for name, W in (parameters or {}).items()}
    for column in columns.values():
        _links(axes, column, columns, arrays)
    for column in columns.values():
        _units(axes, column)
    axes.set_xlim(-0.55 * GAP, (depth + 0.55) * GAP)
    lines = max(len(column.told) for column in columns.values())
    axes.set_ylim(min(heights) - 1.2 - 0.95 * lines, max(heights) + 1.2)
    axes.set_axis_off()
    if arrays:
        sizes = [abs(W).max() for name, W in arrays.items() if name in network.graph.weights]
        told = f"blue above zero, red below; largest |w| = {number(float(max(sizes, default=0)))}"
        picture.figure.supxlabel(told, fontsize=8.5, color=QUIET)
    return picture


def _columns(network: Network, input_shape: InputShape) -> dict[str, _Column]:
    """Inputs and layers with parameters, by the name of what they pass on."""
    placed = network.dimensions(input_shape)
    shapes = {name: shape for at in placed for name, shape in at.shapes.items()}
    columns, made_of = {}, {}
    for source in network.graph.sources:
        told = ["input", f"{course_name(source)} {written(shapes[source])}"]
        columns[source] = _Column(source, shapes[source][-2], told, 0, [])
        made_of[source] = [source]
    for at in placed:
        reads = [name for data in at.node.inputs.values() for name in made_of[data]]
        if not at.parameters:
            if isinstance(at.node.layer, Add):
                reads = _without_short_cuts(reads, columns)
            made_of[at.node.output] = reads
            for name in reads if len(reads) == 1 and not isinstance(at.node.layer, Add) else ():
                told = columns[name].told
                told.append(brief(at.node.layer, 24).removesuffix("()")) if told[
                    0
                ] != "input" else None
            continue
        depth = 1 + max(columns[name].depth for name in reads)
        title = f"{course_name(at.node.output)} {written(at.output)}"
        first, *more = (f"{course_name(n)} {written(s)}" for n, s in at.parameters.items())
        told = [f"layer {at.node.prefix}{at.node.number}", title, first + ", …" * (len(more) > 1)]
        told += more if len(more) == 1 else []
        columns[at.node.output] = _Column(
            at.node.output, at.output[-2], told, depth, list(dict.fromkeys(reads)), at
        )
        made_of[at.node.output] = [at.node.output]
    return columns


def _without_short_cuts(reads: list[str], columns: Mapping[str, _Column]) -> list[str]:
    """What is summed, but for what one of the others has been made of."""
    passed = [name for other in reads for name in columns[other].reads]
    rest = [name for name in dict.fromkeys(reads) if name not in passed]
    for name in rest if len(rest) < len(reads) else ():
        columns[name].told.append("+ short cut")
    return rest


def _stack(columns: Mapping[str, _Column]) -> None:
    """Columns of one depth stand above each other, in the middle."""
    for depth in {column.depth for column in columns.values()}:
        same = [column for column in columns.values() if column.depth == depth]
        room = 2.5 + max(len(column.told) for column in same)
        top = (sum(len(c.shown) for c in same) + room * (len(same) - 1)) / 2
        for column in same:
            column.base = top - len(column.shown) / 2
            top -= len(column.shown) + room


def _links(
    axes: Any, column: _Column, columns: Mapping[str, _Column], arrays: Mapping[str, FloatArray]
) -> None:
    """Each link from unit to unit; with its weight where W is one number for each."""
    from matplotlib.collections import LineCollection

    if column.at is None:
        return
    W = arrays.get(column.at.node.name("W"))
    inputs = sum(columns[name].units for name in column.reads)
    if W is not None and W.shape != (column.units, inputs):
        W = None
    largest = float(abs(W).max()) or 1.0 if W is not None else 1.0
    lines, colours, widths, start = [], [], [], 0
    for name in column.reads:
        other = columns[name]
        for unit, height in column.places():
            for below, its_height in other.places():
                if unit is None or below is None:
                    continue
                lines.append([(GAP * other.depth, its_height), (GAP * column.depth, height)])
                w = 0.0 if W is None else float(W[unit, start + below]) / largest
                colours.append(QUIET if W is None else BLUE if w > 0 else RED)
                widths.append(0.35 if W is None else 0.15 + 2.6 * abs(w))
        start += other.units
    axes.add_collection(
        LineCollection(lines, colors=colours, linewidths=widths, alpha=0.75, zorder=1)
    )


def _units(axes: Any, column: _Column) -> None:
    x, places = GAP * column.depth, column.places()
    for unit, height in places:
        if unit is None:
            axes.text(x, height, "⋮", ha="center", va="center", color=INK, fontsize=12)
            continue
        axes.plot(x, height, "o", ms=10.5, mfc="white", mec=INK, mew=1.1, zorder=2)
    bottom = places[-1][1] - 1.0
    for line, text in enumerate(column.told):
        cut = text if len(text) <= 24 else f"{text[:23]}…"
        axes.text(
            *(x, bottom - 0.95 * line, cut),
            ha="center",
            va="center",
            fontsize=9 if line == 0 else 8,
            color=INK if line == 0 else QUIET,
            bbox={"facecolor": "white", "edgecolor": "none", "alpha": 0.8, "pad": 0.8},
            zorder=5,
        )
