"""Pace: when a training no longer helps, and which learning rate comes next."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final

from glassnet.training.moment import Moment

SLOWEST: Final = 1e-6
"""The learning rate from which on an adaptive one is not divided any more."""


@dataclass
class Pace:
    """Follows a training epoch by epoch, by the rules of scikit-learn's networks.

    A training has converged when for more than `patience` epochs in a row its figure was not
    better by `tolerance` than the best before. An adaptive rate is divided by 5 instead, until
    it is very small; one by inverse scaling is α₀ / (samples + 1)^power in every epoch.

    Attributes
    ----------
    rate : float
        The learning rate of the next epoch.
    rule : str
        ``"constant"``, ``"invscaling"`` or ``"adaptive"``.
    first_rate, power : float
        α₀ and its exponent.
    step : float
        What the optimiser multiplies the rate by.
    examples : int
        How many an epoch sees.
    tolerance, patience : float
    figure : str
        Of the epoch: ``"cost"``, ``"validation_cost"`` or a metric.
    goal : str
        ``"lowest"`` or ``"highest"``.
    best : float
        The best figure so far; lower is better here.
    waited : int
        How many epochs in a row were not better.
    samples : int
        Examples seen so far, each as often as it was seen.
    """

    rate: float
    rule: str
    first_rate: float
    power: float
    step: float
    examples: int
    tolerance: float
    patience: float
    figure: str = "cost"
    goal: str = "lowest"
    best: float = math.inf
    waited: int = 0
    samples: int = 0

    def __call__(self, moment: Moment) -> None:
        """Look at an epoch that has just ended; set the next rate, or stop."""
        value = moment.epoch[self.figure] or 0.0
        value = -value if self.goal == "highest" else value
        self.waited = self.waited + 1 if value > self.best - self.tolerance else 0
        self.best = min(self.best, value)
        self.samples += self.examples
        if self.rule == "invscaling":
            self._change(moment, self.first_rate / (self.samples + 1) ** self.power)
        if self.waited > self.patience:
            if self.rule == "adaptive" and self.rate > SLOWEST:
                self._change(moment, self.rate / 5)
                self.waited = 0
            else:
                moment.control.stop = True

    def _change(self, moment: Moment, rate: float) -> None:
        self.rate = rate
        moment.control.learning_rate = rate * self.step
