"""How the values of every layer are spread."""

from __future__ import annotations

import ast
from math import ceil
from typing import Final

import numpy as np

from glassnet.equations import course_name
from glassnet.errors import DataError
from glassnet.graph import Node
from glassnet.layers.activation import Activation
from glassnet.layers.recurrent import Recurrent
from glassnet.plots.picture import BLUE, ORANGE, QUIET, Picture, brief, drawn, styled
from glassnet.trace import Trace

BINS: Final = 41
MOST: Final = 12
"""Of a deeper network the first and the last activations are shown."""


@styled
def activations(trace: Trace) -> Picture:
    """A histogram of the values of each activation, and how many of them are 0.

    Of a recurrent layer these are its gates and its state, at all times.

    Parameters
    ----------
    trace : Trace

    Returns
    -------
    Picture

    Raises
    ------
    DataError
        The network has no activation.

    Examples
    --------
    >>> import numpy as np
    >>> import glassnet as gn
    >>> network = gn.Network([gn.Dense(5), gn.ReLU(), gn.Dense(1)], loss=gn.SquaredError())
    >>> trace = network.trace(network.initialize((2,)), np.ones((2, 3)))
    >>> picture = gn.plots.activations(trace)
    """
    shown = [(n, name) for n in trace.network.graph.nodes for name in _values(n) if name in trace]
    if not shown:
        raise DataError("This network has no activation to show.", fix="trace one that has")
    if len(shown) > MOST:
        shown = [*shown[: MOST // 2], *shown[-MOST // 2 :]]
    columns = min(2, len(shown))
    rows = ceil(len(shown) / columns)
    picture, panels = drawn(2.9 * columns, 2.3 * rows, rows, columns)
    for axes in panels[len(shown) :]:
        axes.set_axis_off()
    for axes, (node, name) in zip(panels, shown, strict=False):
        A = np.asarray(trace[name], dtype=np.float64).ravel()
        zeros = float(np.mean(A == 0))
        rest = A[A != 0] if zeros > 0.02 else A
        if rest.size:
            low, high = float(rest.min()), float(rest.max())
            high = high if high > low else low + 1
            counts, edges = np.histogram(rest, np.linspace(low, high, BINS))
            axes.stairs(counts / A.size, edges, fill=True, color=BLUE, alpha=0.85)
        if zeros > 0.02:
            axes.axvline(0, color=ORANGE, linewidth=2)
            axes.set_xlabel(f"{zeros:.0%} are exactly 0", color=ORANGE, fontsize=9)
        axes.set_title(f"{course_name(name)}, {brief(node.layer, 26)}", fontsize=9.5)
        axes.tick_params(labelsize=8)
        axes.yaxis.set_major_formatter(lambda value, _: f"{value:.0%}")
        axes.spines["left"].set_color(QUIET)
    return picture


def _values(node: Node) -> list[str]:
    """What a node makes that is an activation: its output, or gates and state over time."""
    if isinstance(node.layer, Activation):
        return [node.output]
    if not isinstance(node.layer, Recurrent):
        return []
    stated = node.layer.equations.get("forward", ())
    functions = {each.target for each in stated if isinstance(each.expression, ast.Call)}
    return [node.name(local) for local in dict.fromkeys([*sorted(functions - {"a"}), "a"])]
