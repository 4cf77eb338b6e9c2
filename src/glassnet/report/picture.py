"""The network's picture: its layers as columns of circles, with the dimensions of everything."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, fields
from itertools import pairwise
from math import ceil, prod

from markupsafe import Markup

from glassnet.combine import Chain
from glassnet.dimensions import Dimensions
from glassnet.ensemble import Ensemble
from glassnet.equations import course_name
from glassnet.layers.layer import Layer
from glassnet.model.model import Model
from glassnet.network import Network
from glassnet.report.numerals import count
from glassnet.report.svg import LETTER, Drawing, element, group, label, segments
from glassnet.report.visible import visible
from glassnet.shapes import written

MOST_UNITS = 8
MOST_LINKS = 4  # side by side; deeper networks go on below
GAP, UNIT, RADIUS = 172.0, 29.0, 8.5
HEAD, FOOT, SPACE = 54.0, 66.0, 36.0
LONGEST = 20


@dataclass
class Size:
    """An array of a layer, and what it has been through to be of this shape."""

    name: str
    shape: tuple[object, ...]
    then: list[str] = field(default_factory=list)

    @property
    def lines(self) -> list[str]:
        return [f"{self.name} {written(self.shape)}", *self.then]


@dataclass
class Column:
    """One layer: its units, what made them and what was done to them.

    An array whose shape the next one keeps is not written: Z in front of an activation.
    """

    title: str
    number: int
    units: int
    made_by: list[tuple[str, tuple[int, ...]]] = field(default_factory=list)
    sizes: list[Size] = field(default_factory=list)
    names: Sequence[str] = ()
    several: Sequence[bool] = ()

    def follow(self, at: Dimensions) -> None:
        """Write down what a layer makes of this one's units."""
        name, last = course_name(at.node.output), self.sizes[-1] if self.sizes else None
        if last is None or last.shape != at.output:
            self.sizes.append(Size(name, at.output))
        elif not at.node.noise:
            last.name = name
        if not at.parameters:
            self.sizes[-1].then.append(called(at.node.layer))

    @property
    def slots(self) -> list[int | None]:
        """Which units are drawn, from top to bottom; None is an ellipsis."""
        drawn = len(self.names) or self.units
        if drawn <= MOST_UNITS:
            return list(range(drawn))
        return [0, 1, 2, 3, None, drawn - 3, drawn - 2, drawn - 1]

    def heights(self, tallest: int) -> list[tuple[int | None, float]]:
        """The units that are drawn, and at which height where the tallest column has so many."""
        top = HEAD + UNIT * (tallest - len(self.slots)) / 2
        return [(unit, top + UNIT * place) for place, unit in enumerate(self.slots)]


def picture(draw: Drawing, model: Model) -> Markup | None:
    """The drawing; None for a network with branches. Of several that are alike, one is drawn."""
    columns = columns_of(model)
    if columns is None:
        return None
    links = len(columns) - 1
    lines = ceil(links / MOST_LINKS) or 1
    per = ceil(links / lines)
    tallest = max(len(column.slots) for column in columns)
    lines_below = max(sum(len(size.lines) for size in column.sizes) for column in columns)
    height = HEAD + UNIT * tallest + FOOT + 16 * max(0, lines_below - 2)
    left, right = _margin(columns[0].names), _margin(columns[-1].names)
    parts = []
    for line in range(lines):
        some = columns[line * per : (line + 1) * per + 1]
        last = line == lines - 1
        drawn = _line(some, tallest, first=line == 0, last=last)
        parts.append(group(*drawn, transform=f"translate({left:g} {line * (height + SPACE):g})"))
    sizes = ", ".join(str(column.units) for column in columns)
    title = f"The network: {count(links, 'layer')} of weights between columns of {sizes} units"
    return draw(left + per * GAP + right, (height + SPACE) * lines - SPACE, title, *parts)


def drawn(network: Network) -> Network:
    """What is drawn: the network, or one of those that it is the mean of, where they are alike."""
    (first, *rest) = network.layers
    if rest or not isinstance(first, Ensemble):
        return network
    one, *others = first.members
    if not isinstance(one, Chain) or any(other != one for other in others):
        return network
    return Network(one.layers, network.loss)


def columns_of(model: Model) -> list[Column] | None:
    """The input and every layer with parameters, in order; None where the network branches."""
    placed = drawn(model.network).dimensions(model.input_shape)
    if any(at.node.prefix for at in placed):
        return None
    source = next(iter(placed[0].node.inputs.values()))
    shape = placed[0].shapes[source]
    used = model.table.used if model.table else ()
    columns = [
        Column(
            "input",
            0,
            shape[-2],
            sizes=[Size(course_name(source), shape)],
            names=[_entered(c.name, len(c.names)) for c in used],
            several=[len(c.names) > 1 for c in used],
        )
    ]
    for at in placed:
        if at.parameters:
            columns.append(Column(f"layer {at.node.number}", at.node.number, at.output[-2]))
            columns[-1].made_by = [(name, tuple(size)) for name, size in at.parameters.items()]
        columns[-1].follow(at)
    columns[-1].title = f"output, {columns[-1].title}" if len(columns) > 1 else "output"
    outputs = model.target.names if model.target else ()
    if len(outputs) == columns[-1].units:
        columns[-1].names = columns[-1].names or [f"ŷ: {name}" for name in outputs]
    return columns


def _margin(names: Sequence[str]) -> float:
    """The room that names need beside their units."""
    longest = max((min(len(name), LONGEST) for name in names), default=0)
    return max(80.0, 28 + LETTER * longest)


def called(layer: Layer) -> str:
    """A layer by its name, and those of its parameters that are not as usual."""
    named = {each.name: getattr(layer, each.name) for each in fields(layer)}
    usual = {each.name: each.default for each in fields(layer)}
    told = ", ".join(f"{name}={value!r}" for name, value in named.items() if value != usual[name])
    return f"{type(layer).__name__}({told})" if told else type(layer).__name__


def _entered(name: str, units: int) -> str:
    """A column of the table and how many inputs it makes."""
    times = f" ×{units}" if units > 1 else ""
    return visible(name, LONGEST - len(times)) + times


def _line(columns: Sequence[Column], tallest: int, *, first: bool, last: bool) -> list[str]:
    """Some columns side by side, with the links between them."""
    links = enumerate(pairwise(columns))
    drawn: list[str] = [_link(a, b, place * GAP, tallest) for place, (a, b) in links]
    for place, column in enumerate(columns):
        again = not first and place == 0
        names = -1 if first and place == 0 else 1 if last and place == len(columns) - 1 else 0
        drawn.append(_column(column, place * GAP, tallest, again=again, names=names))
    return drawn


def _link(a: Column, b: Column, x: float, tallest: int) -> Markup:
    """The lines from each unit to each, and what they stand for."""
    # Behind a Flatten a unit reads every number of each of the units before.
    dense = any(
        len(size) >= 2 and size[-2] == b.units and size[-1] % a.units == 0 for _, size in b.made_by
    )
    lines = [
        (x + RADIUS, from_, x + GAP - RADIUS, to)
        for i, from_ in a.heights(tallest)
        for j, to in b.heights(tallest)
        if i is not None and j is not None and (dense or i == j)
    ]
    texts = [
        label(
            f"{course_name(name)} {written(size)}",
            x + GAP / 2,
            14 + 16 * place,
            "middle link-label",
        )
        for place, (name, size) in enumerate(b.made_by[:2])
    ]
    if len(b.made_by) > 2:
        rest = sum(prod(size) for _, size in b.made_by[2:])
        texts.append(label(f"+ {rest:,} numbers", x + GAP / 2, 46, "middle quiet"))
    return group(segments(lines, "links"), *texts)


def _column(column: Column, x: float, tallest: int, *, again: bool, names: int) -> Markup:
    """The units of a layer, its size below them; `names` is -1 for names at the left, 1 right."""
    marks: list[str] = []
    for unit, y in column.heights(tallest):
        if unit is None:
            marks.append(label("⋮", x, y + 6, "middle dots-down"))
            continue
        if names and column.names:
            at, side = (x - 20, "end") if names < 0 else (x + 20, "")
            marks.append(label(column.names[unit], at, y + 4.5, side, most=LONGEST))
        if unit < len(column.several) and column.several[unit]:
            marks.append(element("circle", cx=x + 3.5, cy=y - 3.5, r=RADIUS, class_="unit"))
        marks.append(element("circle", cx=x, cy=y, r=RADIUS, class_="unit"))
    foot = HEAD + tallest * UNIT + 10
    sizes = (line for size in column.sizes for line in size.lines)
    words = [column.title, f"n[{column.number}] = {column.units:,}", *sizes]
    marks += [
        label(text, x, foot + 16 * place, f"middle {'strong' if place == 0 else 'quiet'}", most=30)
        for place, text in enumerate(filter(None, words))
    ]
    return group(*marks, class_="again" if again else "layer")
