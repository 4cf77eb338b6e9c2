"""What the pictures of the labs share: matplotlib is loaded when one is asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from matplotlib.figure import Figure


def panels(count: int = 1, *, height: float = 3.6) -> tuple[Figure, list[Any]]:
    """A figure with `count` panels in a row. It belongs to no window and no global state."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(4.2 * count, height), layout="constrained")
    axes = list(figure.subplots(1, count, squeeze=False)[0])
    for each in axes:
        each.spines[["top", "right"]].set_visible(False)
    return figure, axes
