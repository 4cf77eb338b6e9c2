"""An explanation as LaTeX and as HTML, for documents and notebooks."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Final

from glassnet.notation import html, latex

if TYPE_CHECKING:
    from glassnet.glass.explanation import Section

_LINE: Final = "padding-left:{0}ch;text-indent:-2ch;margin:.15em 0 .15em 2ch;overflow-wrap:anywhere"
_CELL: Final = "text-align:left;padding:.1em .8em .1em 0;border:0;white-space:nowrap"
_BESIDE: Final = " " * 5
"""What stands behind so many spaces is said beside the equation: shapes, a label, a remark."""
_QUIET: Final = "opacity:.65;padding-left:2em"
_EQUATION: Final = re.compile(r"\S* ?(=|:=) ")
_TEXT: Final = str.maketrans({sign: f"\\{sign}" for sign in "{}_&%#$"} | {"\\": r"\textbackslash "})


def as_html(sections: Sequence[Section]) -> str:
    """Headings, lines and tables, without colours of their own: light and dark pages both do."""
    return "<div>" + "".join("".join(_html(section)) for section in sections) + "</div>"


def _html(section: Section) -> Iterator[str]:
    yield f"<h4>{html(section.title)}</h4>"
    if section.columns:
        head = "".join(f'<th style="{_CELL}">{html(name)}</th>' for name in section.columns)
        rows = (
            "".join(f'<td style="{_CELL}">{html(cell)}</td>' for cell in row)
            for row in section.rows
        )
        body = "".join(f"<tr>{row}</tr>" for row in rows)
        yield f'<div style="overflow-x:auto"><table><tr>{head}</tr>{body}</table></div>'
    for line in section.lines:
        text = line.lstrip()
        room = min(len(line) - len(text), 16)
        said, _, beside = text.partition(_BESIDE)
        quiet = f'<span style="{_QUIET}">{_spaced(beside)}</span>' if beside else ""
        yield f'<p style="{_LINE.format(room)}">{_spaced(said)}{quiet}</p>'


def _spaced(text: str) -> str:
    """HTML makes one space of several: those that keep words apart stay."""
    return html(text.strip()).replace("  ", " &ensp;")


def as_latex(sections: Sequence[Section]) -> str:
    """Paragraphs, ``tabular`` and inline mathematics."""
    return "\n\n".join("\n".join(_latex(section)) for section in sections)


def _latex(section: Section) -> Iterator[str]:
    yield rf"\paragraph{{{_prose(section.title)}}}"
    if section.columns:
        yield rf"\begin{{tabular}}{{{'l' * len(section.columns)}}}"
        for row in (section.columns, *section.rows):
            yield " & ".join(_cell(cell) for cell in row) + r" \\"
        yield r"\end{tabular}"
    for line in section.lines:
        text = line.strip()
        yield (rf"\({latex(text)}\)" if _EQUATION.match(text) else _prose(text)) + r" \\"


def _cell(text: str) -> str:
    """A number or an array's name is mathematics, anything else text."""
    mathematics = text.isascii() is False or re.fullmatch(r"[\d.,e+]+|[A-Za-z_]+\[\d+\].*", text)
    return rf"\({latex(text)}\)" if text and mathematics else _prose(text)


def _prose(text: str) -> str:
    """Text, with the arrays in it as mathematics."""
    pieces = re.split(r"(\w+\[\d+\](?:\[[\d, :]+\])?|[^\x00-\x7f]+)", text)
    return "".join(
        rf"\({latex(piece)}\)" if odd % 2 else piece.translate(_TEXT)
        for odd, piece in enumerate(pieces)
    )
