"""An activation and its slope, with the part marked where it hardly learns."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from glassnet.layers.activation import Activation
from glassnet.namespace import numpy_namespace as xp
from glassnet.plots.picture import BLUE, ORANGE, QUIET, Picture, drawn, styled

FLAT: Final = 0.05
"""Saturated is where the slope is below this share of its steepest."""


@styled
def activation(g: Activation, low: float = -6.0, high: float = 6.0) -> Picture:
    """g and g′ between two values of z; where the slope is nearly 0, the ground is grey.

    Parameters
    ----------
    g : Activation
        Of each number alone; of Softmax this is one of two units, the other held at 0.
    low, high : float
        The range of z.

    Returns
    -------
    Picture

    Examples
    --------
    >>> import glassnet as gn
    >>> picture = gn.plots.activation(gn.Sigmoid())
    """
    z = np.linspace(low, high, 601)
    Z = np.stack([z, np.zeros_like(z)])
    A = g.g(xp, Z)
    a, slope = A[0], np.broadcast_to(g.g_prime(xp, Z, A), Z.shape)[0]
    picture, (axes,) = drawn(5.2, 3.4)
    flat = _ends(np.abs(slope) < FLAT * np.abs(slope).max())
    bottom, top = min(a.min(), slope.min()), max(a.max(), slope.max())
    room = 0.06 * (top - bottom)
    axes.fill_between(
        *(z, bottom - room, top + room),
        where=flat,
        color=QUIET,
        alpha=0.13,
        linewidth=0,
        step="mid",
        label=f"g′ below {FLAT:.0%} of its steepest: saturated",
    )
    axes.plot(z, a, color=BLUE, label="a = g(z)")
    axes.plot(z, slope, color=ORANGE, linestyle="--", label="g′(z)")
    axes.set(xlim=(low, high), ylim=(bottom - room, top + room), xlabel="z", title=f"{g!r}")
    axes.grid(visible=True)
    handles, labels = axes.get_legend_handles_labels()
    shown = range(len(labels)) if flat.any() else range(1, len(labels))
    picture.figure.legend(
        [handles[i] for i in shown],
        [labels[i] for i in shown],
        loc="outside lower center",
        ncols=3,
        fontsize=9,
    )
    return picture


def _ends(flat: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """The flat parts that go on beyond the picture: a flat bottom saturates nothing."""
    left, right = np.logical_and.accumulate(flat), np.logical_and.accumulate(flat[::-1])[::-1]
    return left | right
