"""SVG by hand: elements as text that is safe to put into a page."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import count
from typing import Final

from markupsafe import Markup, escape

from glassnet.report.visible import visible

LETTER: Final = 7.2
"""The width of an average letter of the figures, in units of the drawing."""


def element(tag: str, *children: str, **attributes: object) -> Markup:
    """An element; ``class_`` is class, ``text_anchor`` is text-anchor, text is escaped.

    >>> element("text", "<b>", x=1.25, class_="label")
    Markup('<text x="1.2" class="label">&lt;b&gt;</text>')
    """
    written = "".join(
        f' {name.rstrip("_").replace("_", "-")}="{escape(_value(value))}"'
        for name, value in attributes.items()
    )
    inside = "".join(escape(_shown(child)) for child in children)
    return Markup(f"<{tag}{written}>{inside}</{tag}>")


def group(*children: str, **attributes: object) -> Markup:
    """Elements that belong together."""
    return element("g", *children, **attributes)


def label(text: str, x: float, y: float, css: str = "", *, most: int = 40) -> Markup:
    """A line of text; one that had to be cut shows itself in full to who points at it."""
    whole, cut = visible(text, 200), visible(text, most)
    title = [element("title", whole)] if whole != cut else []
    return element("text", cut, *title, x=x, y=y, class_=css)


def path(points: Iterable[tuple[float, float]], css: str) -> Markup:
    """A line through points."""
    return element(
        "path", d="M" + "L".join(f"{_value(x)} {_value(y)}" for x, y in points), class_=css
    )


def dots(points: Iterable[tuple[float, float]], css: str) -> Markup:
    """Many dots as one element: lines of no length with round ends."""
    return element("path", d="".join(f"M{_value(x)} {_value(y)}h0" for x, y in points), class_=css)


def segments(pairs: Iterable[tuple[float, float, float, float]], css: str) -> Markup:
    """Many straight lines as one element."""
    written = (f"M{_value(a)} {_value(b)}L{_value(c)} {_value(d)}" for a, b, c, d in pairs)
    return element("path", d="".join(written), class_=css)


class Drawing:
    """Makes the outermost elements of a page's figures, each with names of its own."""

    def __init__(self, name: str = "figure") -> None:
        self._name, self._numbers = name, count(1)

    def __call__(self, width: float, height: float, title: str, *children: str) -> Markup:
        name = f"{self._name}-{next(self._numbers)}"
        named = element("title", title, id=name)
        size = {
            "viewBox": f"0 0 {_value(width)} {_value(height)}",
            "width": width,
            "height": height,
        }
        return element("svg", named, *children, role="img", aria_labelledby=name, **size)


def _shown(text: str) -> str:
    return text if isinstance(text, Markup) else visible(text)


def _value(value: object) -> object:
    return f"{value:.1f}".removesuffix(".0") if isinstance(value, float) else value
