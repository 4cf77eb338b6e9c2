"""Notation: how numbers and equations are written, for terminals, LaTeX and pages."""

from __future__ import annotations

import re
from html import escape
from typing import Final

_INDEXED: Final = re.compile(r"(?P<name>[A-Za-z]\w*?)\[(?P<layer>\d+)\](?P<copy>′\d+)?")
_TOKEN: Final = re.compile(r"\(1/m\)|:=|[A-Za-z]\w*|.", re.DOTALL)
_SIGNS: Final = {
    "(1/m)": r"\tfrac{1}{m}",
    ":=": r"\mathrel{:=}",
    "−": "-",
    "·": r"\cdot ",
    "∗": r"\ast ",
    "Σ": r"\textstyle\sum",
    "ᵢ": "_i ",
    "ₖ": "_k ",
    "ₜ": "_t ",
    "ₕ": "_h ",
    "ₚ": "_p ",
    "ₒ": "_o ",
    "ᵀ": r"^{\top}",
    "²": "^{2}",
    "³": "^{3}",
    "′": "'",
    "σ": r"\sigma ",
    "α": r"\alpha ",
    "β": r"\beta ",
    "λ": r"\lambda ",
    "ε": r"\varepsilon ",
    "π": r"\pi ",
    "∂": r"\partial ",
    "√": r"\sqrt{\;}",
    "⟨": r"\langle ",
    "⟩": r"\rangle ",
    "ᵗ": "^{t}",
    "\u0302": "'",
    "≥": r"\ge ",
    "≤": r"\le ",
    "≈": r"\approx ",
    "→": r"\to ",
    "∈": r"\in ",
    "…": r"\dots ",
    "ŷ": r"\hat{y}",
    "\\": r"\backslash ",
    **{sign: f"\\{sign}" for sign in "{}_&%#$"},
    "^": r"\hat{}",
    "~": r"\sim ",
}
_FUNCTIONS: Final = ("tanh", "exp", "log", "max", "min")
_WORDS: Final = ("where", "else", "from", "more", "as")


def number(value: float) -> str:
    """A number to four significant digits or to the unit, with a true minus.

    >>> number(-0.4166667), number(1234567.0)
    ('−0.4167', '1,234,567')
    """
    value += 0.0  # −0 is 0
    text = f"{value:,.0f}" if 1000 <= abs(value) < 1e12 else f"{value:.4g}"
    return text.replace("-", "−")


def factor(value: float) -> str:
    """A number as it stands in a product or a sum: one below zero in parentheses."""
    return f"({number(value)})" if value < 0 else number(value)


def latex(equation: str) -> str:
    """An equation of the course's notation in LaTeX, without the signs that open and close it.

    >>> latex("dW[2] = (1/m) dZ[2] A[1]ᵀ")
    '{dW^{[2]}} = \\\\tfrac{1}{m} {dZ^{[2]}} {A^{[1]}}^{\\\\top}'
    """
    text, at = "", 0
    for found in _INDEXED.finditer(equation):
        text += _latex_signs(equation[at : found.start()])
        name = _latex_name(found["name"])
        # In braces of its own, for another superscript may follow it, as in A[1]ᵀ.
        text += f"{{{name}^{{[{found['layer']}]{found['copy'] or ''}}}}}"
        at = found.end()
    return text + _latex_signs(equation[at:])


def _latex_signs(text: str) -> str:
    return "".join(
        _SIGNS[token] if token in _SIGNS else _latex_name(token) if token.isidentifier() else token
        for token in _TOKEN.findall(text)
    )


def _latex_name(name: str) -> str:
    if name in _FUNCTIONS:
        return f"\\{name}"
    if name in _WORDS:
        return rf"\text{{ {name} }}"
    letter, _, rest = name.partition("_")
    if rest:
        return rf"{letter}_{{\mathrm{{{rest}}}}}".replace("_}", r"\_}")
    return name if len(name) <= 2 else rf"\mathrm{{{name}}}"


def html(text: str) -> str:
    """Text of the course's notation as HTML: the layer's number stands above its letter.

    >>> html("Z[2] < 1")
    'Z<sup>[2]</sup> &lt; 1'
    """
    pieces, at = [], 0
    for found in _INDEXED.finditer(text):
        pieces.append(escape(text[at : found.start()]))
        pieces.append(f"{found['name']}<sup>[{found['layer']}]{found['copy'] or ''}</sup>")
        at = found.end()
    return "".join([*pieces, escape(text[at:])])
