"""The landscape of the cost: J along two directions in the space of all parameters."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

import numpy as np
from numpy.typing import ArrayLike

from glassnet.arrays import FloatArray
from glassnet.network import Network
from glassnet.notation import number
from glassnet.plots.picture import INK, Picture, drawn, styled

DEPTH: Final = 1e-6
"""Costs below this share of the largest are drawn alike."""


@styled
def landscape(
    network: Network,
    parameters: Mapping[str, ArrayLike],
    X: Any,
    Y: ArrayLike,
    *,
    directions: Sequence[Mapping[str, ArrayLike]] | None = None,
    reach: float = 1.0,
    fine: int = 31,
    seed: int = 0,
) -> Picture:
    """J(θ + α d₁ + β d₂) around parameters θ, each point computed by the network itself.

    Parameters
    ----------
    network : Network
    parameters : dict of str to array
        θ, the middle of the picture.
    X, Y : array
        As for ``network.cost``.
    directions : two dicts of str to array, optional
        d₁ and d₂; left out, random ones in which the part of each unit is as long as the unit's
        weights are, so that layers of all scales count alike.
    reach : float
        How far α and β go to each side.
    fine : int
        Points along each side; J is computed fine² times.
    seed : int
        Of the random directions.

    Returns
    -------
    Picture

    Examples
    --------
    >>> import glassnet as gn
    >>> network = gn.Network([gn.Dense(1)], loss=gn.SquaredError())
    >>> parameters = {"W1": [[2.0]], "b1": [[0.5]]}
    >>> picture = gn.plots.landscape(network, parameters, [[1.0, 2.0]], [[2.5, 4.5]], fine=7)

    Source: Li, Xu, Taylor, Studer, Goldstein, "Visualizing the loss landscape of neural nets"
    (2018).
    """
    # What is learned moves; the statistics of a batch normalisation stay.
    middle = {
        name: np.asarray(W, dtype=np.float64)
        for name, W in parameters.items()
        if name in network.graph.trainable
    }
    first, second = directions or _random(middle, seed)

    def cost(a: float, b: float) -> float:
        moved = {
            name: W + a * np.asarray(first[name]) + b * np.asarray(second[name])
            for name, W in middle.items()
        }
        return network.cost({**parameters, **moved}, X, Y)

    steps = np.linspace(-reach, reach, fine)
    J = np.array([[cost(a, b) for a in steps] for b in steps])
    picture, (axes,) = drawn(5.2, 4.2)
    finite = J[np.isfinite(J)]
    low, high = _ends(finite)
    lowest = max(low, DEPTH * high)  # a cost that is rounded to 0 has no logarithm
    steep = low >= 0 and high > 10 * lowest
    J = np.maximum(J, lowest) if steep else J
    levels = np.geomspace(lowest, high, 18) if steep else np.linspace(low, high, 18)
    from matplotlib.colors import LogNorm

    filled = axes.contourf(
        *(steps, steps, J), levels, cmap="Blues_r", norm=LogNorm() if steep else None
    )
    axes.contour(*(steps, steps, J), levels, colors=INK, linewidths=0.35, alpha=0.55)
    axes.plot(0, 0, "o", color="white", markeredgecolor=INK, ms=7)
    behind = {"facecolor": "white", "edgecolor": "none", "alpha": 0.8, "pad": 1.2}
    told = f"J = {number(cost(0.0, 0.0))}"
    axes.annotate(told, (0, 0), xytext=(9, 6), textcoords="offset points", bbox=behind)
    bar = picture.figure.colorbar(filled, ax=axes, shrink=0.9, pad=0.02, format="%.2g")
    bar.outline.set_visible(False)
    bar.set_label(f"cost J{' (log scale)' if steep else ''}")
    axes.set(xlabel="α, along d₁", ylabel="β, along d₂", title="the cost around the parameters")
    axes.set_xticks(np.linspace(-reach, reach, 5))
    axes.set_yticks(np.linspace(-reach, reach, 5))
    axes.set_box_aspect(1)
    return picture


def _ends(values: FloatArray) -> tuple[float, float]:
    low, high = float(values.min()), float(values.max())
    return (low, high) if high > low else (low - 0.5, high + 0.5)


def _random(middle: Mapping[str, FloatArray], seed: int) -> list[Mapping[str, FloatArray]]:
    """Two directions, each unit's part as long as the unit's own numbers."""
    random = np.random.default_rng(seed)
    directions: list[Mapping[str, FloatArray]] = []
    for _ in range(2):
        direction = {}
        for name, W in middle.items():
            d = random.normal(size=W.shape)
            axes = tuple(axis for axis in range(W.ndim) if axis != W.ndim - 2)
            own, drawn_ = (np.sqrt(np.sum(x**2, axis=axes, keepdims=True)) for x in (W, d))
            direction[name] = d * own / drawn_
        directions.append(direction)
    return directions
