"""How the commands write: on a terminal of any age, or as JSON."""

from __future__ import annotations

import math
import os
import sys
import textwrap
from collections.abc import Sequence
from typing import Any

from rich.console import Console

LABEL_WIDTH = 12


class _Console(Console):
    def on_broken_pipe(self) -> None:
        """The reader is gone (`| head`): what is being computed is still to be finished."""
        self.quiet = True
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def console(*, quiet: bool = False) -> Console:
    """A console that colours nothing by guessing; with `quiet`, one that says nothing."""
    return _Console(highlight=False, quiet=quiet, markup=False, soft_wrap=True)


def line(screen: Console, label: str, text: str, label_width: int = LABEL_WIDTH) -> None:
    """``  label       text``; on a terminal a long text goes on below its beginning."""
    indent = " " * (label_width + 2)
    if screen.is_terminal and screen.width > 2 * len(indent):
        text = f"\n{indent}".join(textwrap.wrap(text, screen.width - len(indent) - 1))
    screen.print(f"  {label:<{label_width}}{text}")


def figure(value: float) -> str:
    """A score for a table: large numbers whole, small ones to three digits.

    >>> figure(49310.2), figure(0.81749), figure(float("nan"))
    ('49,310', '0.817', 'undefined')
    """
    return figures([value])[0]


def figures(values: Sequence[float]) -> list[str]:
    """Scores that are to be compared, with the same number of digits after the point.

    >>> figures([609.39, 1142.2]), figures([0.9771, -0.00002])
    (['609', '1,142'], ['0.977', '0.000'])
    """
    digits = 0 if any(abs(value) >= 1000 for value in values if math.isfinite(value)) else 3
    # Adding 0 makes −0 a 0.
    return [
        "undefined" if math.isnan(value) else f"{round(value, digits) + 0.0:,.{digits}f}"
        for value in values
    ]


def plain(value: Any) -> Any:
    """`value` as strict JSON has it: NaN and infinity become null.

    >>> plain({"roc_auc": float("nan"), "rows": (1, 2)})
    {'roc_auc': None, 'rows': [1, 2]}
    """
    if isinstance(value, dict):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [plain(item) for item in value]
    if isinstance(value, float) and not math.isfinite(value):
        return None
    return value
