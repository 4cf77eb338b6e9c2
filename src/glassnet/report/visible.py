"""Text from data, made safe to look at: nothing hidden in it, and not too long."""

from __future__ import annotations

import re
from typing import Final

LONGEST: Final = 1000
"""No text of a page is longer than this."""

_HIDDEN: Final = re.compile(
    "[\x00-\x1f\x7f-\x9f"  # control characters
    "\u200b\u2028\u2029\ufeff"  # spaces and breaks that cannot be seen
    "\u202a-\u202e\u2066-\u2069"  # overrides of the direction of reading
    "\ud800-\udfff]"  # halves of a character, which no file can hold
)


def visible(text: str, most: int = LONGEST) -> str:
    """`text` with hidden characters spelled out, cut to `most` characters.

    A name such as ``"exe.\\u202egpj"`` can reorder the page around it; written out it cannot.

    >>> visible("a\\u202eb"), visible("abcdef", most=4)
    ('a\\\\u202eb', 'abc…')
    """
    cut = text if len(text) <= most else f"{text[: most - 1]}…"
    return _HIDDEN.sub(lambda match: match[0].encode("unicode_escape").decode(), cut)
