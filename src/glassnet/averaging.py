"""Averaged weights: predict with a running mean of the parameters instead of the last ones."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from glassnet.domains import Checked, OpenShare
from glassnet.layers.layer import Array, Arrays


@dataclass(frozen=True)
class EMA(Checked):
    """Exponential moving average: mean := β mean + (1 − β) W after every update.

    β grows as (1 + t) / (10 + t) until it reaches `beta`, so that the first, random parameters
    are soon forgotten.

    Parameters
    ----------
    beta : float
        In (0, 1): the largest β; about 1/(1 − β) updates are averaged.

    Examples
    --------
    >>> import numpy as np
    >>> mean, W = {"W1": np.zeros((1, 1))}, {"W1": np.ones((1, 1))}
    >>> EMA(0.9).update(mean, W, t=1000)["W1"].round(2).tolist()
    [[0.1]]

    Source: Polyak, Juditsky, "Acceleration of stochastic approximation by averaging" (1992); the
    growth of β is that of TensorFlow's ExponentialMovingAverage.
    """

    beta: OpenShare = 0.999

    def update(self, mean: Mapping[str, Array], parameters: Mapping[str, Array], t: int) -> Arrays:
        """The new mean, given the parameters after update number t (from 1)."""
        beta = min(self.beta, (1 + t) / (10 + t))
        return {name: beta * mean[name] + (1 - beta) * W for name, W in parameters.items()}
