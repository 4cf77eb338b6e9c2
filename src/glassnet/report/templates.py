"""The templates of the pages, and what they may call."""

from __future__ import annotations

from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from glassnet.report import numerals
from glassnet.report.equations import course
from glassnet.report.visible import visible


def environment() -> Environment:
    """Templates in which nothing is HTML unless it was made as such."""
    made = Environment(
        loader=FileSystemLoader(Path(__file__).parent),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        finalize=lambda value: value if isinstance(value, Markup) else visible(str(value)),
    )
    made.filters |= {
        "course": course,
        "percent": numerals.percent,
        "score": numerals.score,
        "visible": visible,
    }
    return made
