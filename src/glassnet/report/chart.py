"""A chart: two axes, what is drawn between them, and the words around it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from glassnet.arrays import FloatArray
from glassnet.report.numerals import tick
from glassnet.report.scale import Scale
from glassnet.report.svg import Drawing, element, label, path, segments

WIDTH, HEIGHT = 420.0, 300.0
LEFT, RIGHT, TOP, BOTTOM = 58.0, 394.0, 38.0, 256.0


@dataclass(frozen=True)
class Key:
    """One entry of a legend: the CSS class of a mark, and what it is."""

    css: str
    text: str


@dataclass(frozen=True)
class Figure:
    """A picture with its legend and the sentence below it."""

    title: str
    svg: Markup
    caption: str
    keys: tuple[Key, ...] = ()


@dataclass(frozen=True)
class Axes:
    """The two scales of a chart and what they measure."""

    x: Scale
    y: Scale
    x_label: str
    y_label: str

    def points(
        self, x: Sequence[float] | FloatArray, y: Sequence[float] | FloatArray
    ) -> list[tuple[float, float]]:
        """Where pairs of numbers lie."""
        return [(self.x(float(a)), self.y(float(b))) for a, b in zip(x, y, strict=True)]

    def line(
        self, x: Sequence[float] | FloatArray, y: Sequence[float] | FloatArray, css: str
    ) -> Markup:
        """A line through pairs of numbers; one pair alone is a dot."""
        placed = self.points(x, y)
        return path(placed if len(placed) > 1 else [*placed, *placed], f"line {css}")

    def bar(self, x: tuple[float, float], y: tuple[float, float], css: str) -> Markup:
        """A filled rectangle between two numbers on each axis."""
        (left, right), (low, high) = sorted(map(self.x, x)), sorted(map(self.y, y))
        size = {"width": max(right - left, 0.5), "height": max(high - low, 0.0)}
        return element("rect", x=left, y=low, **size, class_=css)

    def spread(self, x: float, low: float, high: float, css: str) -> Markup:
        """An upright line from `low` to `high`."""
        return path([(self.x(x), self.y(low)), (self.x(x), self.y(high))], f"spread {css}")

    def note(self, text: str, x: float) -> Markup:
        """Words above the chart, at the side of `x` that has more room."""
        at, right = self.x(x), self.x(x) > (LEFT + RIGHT) / 2
        return label(text, at + 4, TOP - 6, "end" if right else "")


def chart(draw: Drawing, title: str, axes: Axes, *marks: Markup) -> Markup:
    """Axes and grid, with the marks on them."""
    x_ticks, y_ticks = axes.x.ticks(), axes.y.ticks()
    grid = segments([(LEFT, axes.y(tick), RIGHT, axes.y(tick)) for tick in y_ticks], "grid")
    frame = path([(LEFT, BOTTOM), (RIGHT, BOTTOM)], "axis")
    texts = [label(tick(value), axes.x(value), BOTTOM + 17, "tick middle") for value in x_ticks]
    texts += [label(tick(value), LEFT - 7, axes.y(value) + 4, "tick end") for value in y_ticks]
    texts += [
        label(axes.x_label, (LEFT + RIGHT) / 2, BOTTOM + 36, "quiet middle", most=60),
        label(axes.y_label, 4.0, 14.0, "quiet", most=60),
    ]
    return draw(WIDTH, HEIGHT, title, grid, *marks, frame, *texts)


def upright(values: Sequence[float], *, log: bool = False, room: float = 0.06) -> Scale:
    """The vertical scale on which `values` fit."""
    return Scale.over(values, BOTTOM, TOP, log=log, room=room)


def level(values: Sequence[float]) -> Scale:
    """The horizontal scale on which `values` fit."""
    return Scale.over(values, LEFT, RIGHT, room=0.03)
