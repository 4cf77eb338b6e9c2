"""What a terminal that cannot show a sign of mathematics is given instead."""

from __future__ import annotations

NEAREST = str.maketrans(
    {
        "−": "-",
        "–": "-",
        "→": "->",
        "·": "*",
        "∗": "*",
        "×": "x",
        "…": "...",
        "≤": "<=",
        "≥": ">=",
        "½": "1/2",
        "±": "+-",
        "²": "^2",
        "³": "^3",
        "ᵀ": "^T",
        "ᵗ": "^t",
        "√": "sqrt ",
        "Σ": "sum",
        "ᵢ": "_i",
        "ₖ": "_k",
        "ₒ": "_o",
        "ₚ": "_p",
        "ₜ": "_t",
        "⟨": "<",
        "⟩": ">",
        "′": "'",
        "∂": "d",
        "‖": "|",
        "λ": "lambda",
        "ε": "epsilon",
        "α": "alpha",
        "σ": "sigma",
        "ŷ": "y^",
        "ŝ": "s^",
        "\u0302": "^",  # the hat of v̂
    }
)


def nearest(error: UnicodeError) -> tuple[str, int]:
    """The signs that an encoding lacks in ASCII: a minus stays a minus; `?` for what is unknown.

    >>> import codecs
    >>> _ = codecs.register_error("nearest", nearest)
    >>> "8 → −0.5 ö".encode("ascii", "nearest")
    b'8 -> -0.5 ?'
    """
    if not isinstance(error, UnicodeEncodeError):
        raise error
    signs = error.object[error.start : error.end].translate(NEAREST)
    return signs.encode("ascii", "replace").decode("ascii"), error.end
