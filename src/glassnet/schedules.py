"""Schedules: how the learning rate α changes while training.

`epoch` is a real number, so a schedule may change at every update: 2.5 is the middle of the
third epoch. `epochs` is how many are planned in all.

An update is a stretch of an epoch, of the whole epoch with the full batch. The schedules that
decay take α at its start, as the course does; those that warm up or end at 0 take it in its
middle, so that no update is made with α = 0.
"""

from __future__ import annotations

import math
from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import Any, ClassVar

from glassnet.domains import Checked, Count, NonNegative, OpenShare, Positive, Share


@dataclass(frozen=True)
class Schedule(Checked, ABC):
    """The learning rate at a time; `learning_rate` is its largest value, α₀."""

    learning_rate: Positive

    sampled: ClassVar[float] = 0.0
    """Where in an update's stretch of the epoch its α is taken: 0 is the start, ½ the middle."""

    @property
    def remembers(self) -> bool:
        """Whether α depends on the costs, so that it is not known before they are."""
        return type(self).observe is not Schedule.observe

    @abstractmethod
    def rate(self, epoch: float, epochs: int, memory: Any = None) -> float:
        """α at this time. `memory` is what `observe` made of the costs so far."""

    def observe(self, memory: Any, cost: float) -> Any:
        """What to remember after an epoch that ended with this cost."""
        return None


@dataclass(frozen=True)
class Constant(Schedule):
    """α = α₀.

    Parameters
    ----------
    learning_rate : float
        α₀ > 0.

    Examples
    --------
    >>> Constant(0.1).rate(7.0, 10)
    0.1
    """

    def rate(self, epoch: float, epochs: int, memory: Any = None) -> float:
        return self.learning_rate


@dataclass(frozen=True)
class StepDecay(Schedule):
    """α = α₀ · factor^⌊epoch / every⌋.

    Parameters
    ----------
    learning_rate : float
        α₀ > 0, the rate at the start.
    every : int
        How many epochs a step lasts, at least 1.
    factor : float
        In (0, 1): what α is multiplied by after each step.

    Examples
    --------
    >>> [StepDecay(0.8, every=10, factor=0.5).rate(epoch, 40) for epoch in (9, 10, 25)]
    [0.8, 0.4, 0.2]
    """

    every: Count
    factor: OpenShare = 0.1

    def rate(self, epoch: float, epochs: int, memory: Any = None) -> float:
        return float(self.learning_rate * self.factor ** (epoch // self.every))


@dataclass(frozen=True)
class InverseTime(Schedule):
    """α = α₀ / (1 + decay · epoch), the course's learning-rate decay.

    Parameters
    ----------
    learning_rate : float
        α₀ > 0, the rate at the start.
    decay : float
        Of at least 0; α is halved after 1/decay epochs.

    Examples
    --------
    >>> InverseTime(0.2, decay=1).rate(1, 10)
    0.1
    """

    decay: NonNegative

    def rate(self, epoch: float, epochs: int, memory: Any = None) -> float:
        return self.learning_rate / (1 + self.decay * epoch)


@dataclass(frozen=True)
class ExponentialDecay(Schedule):
    """α = α₀ · factor^epoch.

    Parameters
    ----------
    learning_rate : float
        α₀ > 0, the rate at the start.
    factor : float
        In (0, 1): what α is multiplied by in each epoch.

    Examples
    --------
    >>> ExponentialDecay(1.0, factor=0.5).rate(2, 10)
    0.25
    """

    factor: OpenShare = 0.95

    def rate(self, epoch: float, epochs: int, memory: Any = None) -> float:
        return float(self.learning_rate * self.factor**epoch)


@dataclass(frozen=True)
class Cosine(Schedule):
    """α rises in a line during the warm-up, then falls to 0 along half a cosine.

    α = α₀ · ½ (1 + cos(π t)), t from 0 after the warm-up to 1 at the end.

    Parameters
    ----------
    learning_rate : float
        α₀ > 0, reached when the warm-up ends.
    warm_up : float
        The share of all epochs in which α rises, in [0, 1).

    Examples
    --------
    >>> [round(Cosine(1.0, warm_up=0.2).rate(epoch, 10), 3) for epoch in (1, 2, 6, 10)]
    [0.5, 1.0, 0.5, 0.0]

    Source: Loshchilov, Hutter, "SGDR: stochastic gradient descent with warm restarts" (2017),
    equation 5.
    """

    warm_up: Share = 0.0

    sampled = 0.5

    def rate(self, epoch: float, epochs: int, memory: Any = None) -> float:
        rise = self.warm_up * epochs
        if epoch < rise:
            return self.learning_rate * epoch / rise
        return self.learning_rate * _half_cosine((epoch - rise) / (epochs - rise))


@dataclass(frozen=True)
class OneCycle(Schedule):
    """α rises from α₀/start to α₀ along a cosine, then falls to almost 0 along another.

    Parameters
    ----------
    learning_rate : float
        α₀ > 0, the peak.
    rise : float
        The share of all epochs until the peak, in (0, 1).
    start : float
        How many times smaller than the peak α begins, above 0.

    Examples
    --------
    >>> [round(OneCycle(1.0).rate(epoch, 10), 3) for epoch in (0, 3, 10)]
    [0.04, 1.0, 0.0]

    Source: Smith, Topin, "Super-convergence" (2018), section 3.
    """

    rise: OpenShare = 0.3
    start: Positive = 25.0

    sampled = 0.5

    def rate(self, epoch: float, epochs: int, memory: Any = None) -> float:
        t = epoch / epochs
        if t < self.rise:
            low = self.learning_rate / self.start
            return low + (self.learning_rate - low) * (1 - _half_cosine(t / self.rise))
        return self.learning_rate * _half_cosine((t - self.rise) / (1 - self.rise))


@dataclass(frozen=True)
class CosineLog(Schedule):
    """α = α₀ · ½ (1 − cos(2π log₂(1 + 15 t))), t = epoch / epochs: four cycles, each longer.

    With k cycles, 15 is 2ᵏ − 1. α passes through 0 between the cycles, so that the epoch to keep
    may be chosen from several ends.

    Parameters
    ----------
    learning_rate : float
        α₀ > 0, the peak.
    cycles : int
        k, at least 1.

    Examples
    --------
    >>> [round(CosineLog(1.0).rate(epoch, 15), 3) for epoch in (0, 1, 3, 15)]
    [0.0, 0.0, 0.0, 0.0]
    >>> round(CosineLog(1.0).rate(2**0.5 - 1, 15), 3)
    1.0

    Source: Holzmüller, Grinsztajn, Steinwart, "Better by default" (2024), section 3 (RealMLP).
    """

    cycles: Count = 4

    sampled = 0.5

    def rate(self, epoch: float, epochs: int, memory: Any = None) -> float:
        phase = math.log2(1 + (2**self.cycles - 1) * epoch / epochs)
        return self.learning_rate * (1 - math.cos(2 * math.pi * phase)) / 2


@dataclass(frozen=True)
class ReduceOnPlateau(Schedule):
    """α = α₀ · factorᵏ, k growing by 1 whenever the cost has not fallen for `patience` epochs.

    The cost is that of the validation data, where there are some.

    Parameters
    ----------
    learning_rate : float
        α₀ > 0, the rate at the start.
    factor : float
        In (0, 1): what α is multiplied by at each reduction.
    patience : int
        How many epochs to wait for a lower cost, at least 1.

    Examples
    --------
    >>> schedule, memory = ReduceOnPlateau(1.0, factor=0.5, patience=2), None
    >>> for cost in (3.0, 2.0, 2.0, 2.5):
    ...     memory = schedule.observe(memory, cost)
    >>> schedule.rate(4, 10, memory)
    0.5
    """

    factor: OpenShare = 0.5
    patience: Count = 10

    def rate(self, epoch: float, epochs: int, memory: Any = None) -> float:
        reductions = memory[2] if memory else 0
        return float(self.learning_rate * self.factor**reductions)

    def observe(self, memory: Any, cost: float) -> tuple[float, int, int]:
        """(lowest cost, epochs since then, reductions)."""
        lowest, waited, reductions = memory or (math.inf, 0, 0)
        if cost < lowest:
            return cost, 0, reductions
        if waited + 1 < self.patience:
            return lowest, waited + 1, reductions
        return lowest, 0, reductions + 1


def _half_cosine(t: float) -> float:
    """From 1 at t = 0 to 0 at t = 1."""
    return (1 + math.cos(math.pi * min(t, 1.0))) / 2
