"""The graph of computation: what each layer makes on the way down, and sends back on the way up."""

from __future__ import annotations

from typing import Any

from glassnet.admission import InputShape
from glassnet.equations import course_name
from glassnet.graph import Graph, gradient_name
from glassnet.network import Network
from glassnet.plots.picture import BLUE, FAINT, INK, ORANGE, Picture, brief, drawn, styled
from glassnet.shapes import written

WIDE, HIGH, ROW, LANE = 3.1, 0.62, 1.45, 4.3
"""Of a box, and from box to box, in units of the drawing."""

BEHIND = {"facecolor": "white", "edgecolor": "none", "alpha": 0.85, "pad": 0.6}
"""Words stand on white where an arrow runs below them."""


@styled
def graph(network: Network, input_shape: InputShape) -> Picture:
    """Every node of a network, from the inputs at the top to the cost at the bottom.

    Blue arrows go forward and bear what is passed on, with its shape; orange ones go back and
    bear its gradient, where something above it learns.

    Parameters
    ----------
    network : Network
    input_shape : tuple of int, or dict of tuples
        Of one example.

    Returns
    -------
    Picture

    Examples
    --------
    >>> import glassnet as gn
    >>> network = gn.Network([gn.Dense(4), gn.Tanh(), gn.Dense(1)], loss=gn.SquaredError())
    >>> picture = gn.plots.graph(network, (2,))
    """
    whole = network.graph
    shapes = {
        name: shape for at in network.dimensions(input_shape) for name, shape in at.shapes.items()
    }
    places = _places(whole)
    across = [x for x, _ in places.values()]
    rows = max(row for _, row in places.values()) + 1
    width = 0.62 * (max(across) - min(across) + LANE + 0.6)
    picture, (axes,) = drawn(max(width, 3.6), 0.62 * ROW * (rows + 0.75))
    for source in whole.sources:
        _box(axes, places[source], course_name(source), input_=True)
    for node in whole.nodes:
        _box(axes, places[node.output], brief(node.layer))
        for name in node.inputs.values():
            learned = name in whole.learned
            told = f"{course_name(name)} {written(shapes[name])}"
            _arrows(axes, places[name], places[node.output], told, name if learned else None)
    last = places[whole.output]
    end = (last[0], rows)
    _box(axes, end, f"{type(whole.loss).__name__} with Y", "J = (1/m) Σᵢ L")
    told = f"{course_name(whole.output)} {written(shapes[whole.output])}"
    short = whole.canonical
    _arrows(axes, last, end, told, whole.output, "skipped: dZ = A − Y" if short else "")
    axes.set_xlim(min(across) - LANE / 2 - 0.3, max(across) + LANE / 2 + 0.3)
    axes.set_ylim(-(rows + 0.45) * ROW, 0.45 * ROW)
    axes.set_axis_off()
    return picture


def _places(whole: Graph) -> dict[str, tuple[float, int]]:
    """Across and down, by the name of what a node passes on: each branch has a lane."""
    lanes = list(dict.fromkeys(node.prefix for node in whole.nodes if node.prefix))
    middle = (len(lanes) - 1) / 2

    def across(name: str) -> float:
        prefix = f"{name.rpartition('.')[0]}." if "." in name else ""
        return LANE * (lanes.index(prefix) - middle) if prefix in lanes else 0.0

    places = {source: (across(source), 0) for source in whole.sources}
    for node in whole.nodes:
        row = 1 + max(places[name][1] for name in node.inputs.values())
        places[node.output] = (across(node.output), row)
    for place in set(places.values()):
        same = [name for name, other in places.items() if other == place]
        for k, name in enumerate(same):  # both directions of a sequence, for example
            places[name] = (place[0] + LANE * (k - (len(same) - 1) / 2), place[1])
    return places


def _box(
    axes: Any, place: tuple[float, float], text: str, below: str = "", *, input_: bool = False
) -> None:
    from matplotlib.patches import FancyBboxPatch

    x, y = place[0], -ROW * place[1]
    axes.add_patch(
        FancyBboxPatch(
            (x - WIDE / 2, y - HIGH / 2),
            *(WIDE, HIGH),
            boxstyle="round,pad=0,rounding_size=0.14",
            facecolor=FAINT if input_ else "white",
            edgecolor=INK,
            linewidth=0.9,
            zorder=3,
        )
    )
    size = 9 if len(text) <= 24 else 7.5
    axes.text(
        x, y + (0.13 if below else 0), text, ha="center", va="center", fontsize=size, zorder=4
    )
    if below:
        axes.text(x, y - 0.15, below, ha="center", va="center", fontsize=8, color=INK, zorder=4)


def _arrows(
    axes: Any,
    above: tuple[float, float],
    under: tuple[float, float],
    told: str,
    learned: str | None,
    instead: str = "",
) -> None:
    """Down with the array, up with its gradient; far ones go around what stands between."""
    (x, a), (u, b) = above, under
    far = b - a > 1 and x == u
    bend = 0.55 if far else 0.0
    side = -WIDE / 2 + 0.12 if far else -0.22
    start, end = -ROW * a - HIGH / 2, -ROW * b + HIGH / 2
    if far:
        start, end = start + HIGH / 2, end - HIGH / 2
        side -= 0.12
    _arrow(axes, (x + side, start), (u + side, end), BLUE, bend)
    # Of slanting arrows the words stand where no other arrow is: at the end that is further out.
    down = 0.5 * (end - start) if x == u else -0.2 if abs(x) > abs(u) else end - start + 0.2
    along = (u - x) * down / (end - start)
    if not far:
        at = (x + side + min(0.0, along) - 0.12, start + down)
        axes.text(*at, told, ha="right", va="center", fontsize=8, color=BLUE, bbox=BEHIND)
    if learned is None:
        return
    _arrow(axes, (u - side, end), (x - side, start), ORANGE, bend)
    if not far:
        at = (x - side + max(0.0, along) + 0.12, start + down)
        text = instead or course_name(gradient_name(learned))
        axes.text(*at, text, ha="left", va="center", fontsize=8, color=ORANGE, bbox=BEHIND)


def _arrow(
    axes: Any, start: tuple[float, float], end: tuple[float, float], colour: str, bend: float
) -> None:
    axes.annotate(
        "",
        xy=end,
        xytext=start,
        arrowprops={
            "arrowstyle": "-|>",
            "color": colour,
            "linewidth": 1.3,
            "shrinkA": 0,
            "shrinkB": 0,
            "connectionstyle": f"arc3,rad={bend}",
        },
        zorder=2,
    )
