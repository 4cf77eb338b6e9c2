"""How the commands write: on a terminal of any age, or as JSON."""

from __future__ import annotations

import math
from typing import Any

from rich.console import Console

LABEL_WIDTH = 12


def console(*, quiet: bool = False) -> Console:
    """A console that colours nothing by guessing; with `quiet`, one that says nothing."""
    return Console(highlight=False, quiet=quiet, markup=False, soft_wrap=True)


def line(screen: Console, label: str, text: str) -> None:
    """``  label       text``; a label that is too long stands on a line of its own."""
    gap = f"\n{'':{LABEL_WIDTH + 2}}" if len(label) >= LABEL_WIDTH else ""
    screen.print(f"  {label:<{LABEL_WIDTH}}{gap}{text}")


def figure(value: float) -> str:
    """A score for a table: large numbers whole, small ones to three digits.

    >>> figure(49310.2), figure(0.81749), figure(float("nan"))
    ('49,310', '0.817', 'undefined')
    """
    if math.isnan(value):
        return "undefined"
    return f"{value:,.0f}" if abs(value) >= 1000 else f"{value:.3f}"


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
