"""A picture as SVG for the inside of a page, in the colours of the reader's theme."""

from __future__ import annotations

import re

from glassnet.plots import Picture
from glassnet.plots.picture import BLUE, COLOURS, FAINT, GREEN, INK, ORANGE, QUIET, RED

NAMES = {
    "ink": INK,
    "quiet": QUIET,
    "faint": FAINT,
    "blue": BLUE,
    "orange": ORANGE,
    "green": GREEN,
    "red": RED,
    "violet": COLOURS[4],
    "brown": COLOURS[5],
    "ground": "#ffffff",
}
"""The house's colours; docs/_static/glassnet.css says what they are in the dark."""

LEAST = 0.7
"""Of its width: on a phone a picture becomes no smaller than that, and scrolls."""


def themed(picture: Picture, name: str) -> str:
    """The picture without a ground of its own, its colours as variables, its ids after `name`."""
    picture.figure.patch.set_visible(False)
    for axes in picture.figure.axes:
        axes.patch.set_visible(False)
    svg = picture.svg()
    svg = re.sub(r"<metadata>.*?</metadata>\s*", "", svg, flags=re.DOTALL)
    svg = re.sub(r"<style .*?</style>\s*", "", svg, flags=re.DOTALL)  # it would style all the page
    svg = re.sub(r'(\bid="|href="#|url\(#)', rf"\g<1>{name}-", svg)  # each id once in a page
    for colour, value in NAMES.items():
        svg = svg.replace(f": {value}", f": var(--live-{colour}, {value})")
    return re.sub(r'width="([\d.]+)pt" height="[\d.]+pt"', _sized, svg, count=1)


def _sized(size: re.Match[str]) -> str:
    width = float(size[1]) * 4 / 3  # points to pixels
    return f'width="{width:.0f}" style="min-width: {LEAST * width:.0f}px" aria-hidden="true"'
