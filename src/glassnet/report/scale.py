"""Scales: where a number lies on an axis, and which numbers are written there."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from glassnet.arrays import FloatArray


@dataclass(frozen=True)
class Scale:
    """The numbers from `low` to `high` laid out from `start` to `stop`."""

    low: float
    high: float
    start: float
    stop: float
    log: bool = False
    whole: bool = False  # whether only whole numbers are written at it

    @classmethod
    def over(
        cls,
        values: Iterable[float],
        start: float,
        stop: float,
        *,
        log: bool = False,
        room: float = 0.04,
    ) -> Scale:
        """The scale on which all `values` fit, with some room at both ends.

        >>> Scale.over([0.0, 10.0], 0, 100, room=0)(2.5)
        25.0
        """
        finite = [value for value in values if math.isfinite(value)] or [0.0]
        low, high = min(finite), max(finite)
        if low == high:
            around = abs(low) / 2 or 0.5
            low, high = low - around, high + around
        if log:
            factor = (high / low) ** room
            return cls(low / factor, high * factor, start, stop, log)
        extra = (high - low) * room
        return cls(low - extra, high + extra, start, stop)

    def __call__(self, value: float) -> float:
        """Where `value` lies."""
        low, high = self.low, self.high
        if self.log:
            low, high, value = math.log(low), math.log(high), math.log(value)
        return self.start + (value - low) / (high - low) * (self.stop - self.start)

    def ticks(self, most: int = 6) -> list[float]:
        """Round numbers inside the scale.

        >>> Scale(0.0, 1.0, 0, 1).ticks(), Scale(0.02, 3.0, 0, 1, log=True).ticks()
        ([0.0, 0.2, 0.4, 0.6, 0.8, 1.0], [0.03, 0.1, 0.3, 1.0, 3.0])
        """
        if self.log:
            return self._log_ticks(most)
        for step in _steps((self.high - self.low) / most):
            first, last = math.ceil(self.low / step - 1e-9), math.floor(self.high / step + 1e-9)
            if last - first < most and (step >= 1 or not self.whole):
                return [float(f"{n * step:.12g}") for n in range(first, last + 1)]
        return []

    def _log_ticks(self, most: int) -> list[float]:
        first, last = math.floor(math.log10(self.low)), math.ceil(math.log10(self.high))
        for leads in ((1, 2, 3, 5, 7), (1, 2, 5), (1, 3), (1,)):
            ticks = [
                float(f"{lead}e{power}")
                for power in range(first, last + 1)
                for lead in leads
                if self.low <= float(f"{lead}e{power}") <= self.high
            ]
            if len(ticks) <= most:
                return ticks
        return ticks[:: math.ceil(len(ticks) / most)]


def _steps(least: float) -> Iterable[float]:
    """1, 2 and 5 times the powers of ten, from about `least` on."""
    power = math.floor(math.log10(least))
    return (float(f"{lead}e{power + over}") for over in range(3) for lead in (1, 2, 5))


def spans_decades(values: Iterable[float]) -> bool:
    """Whether a log scale helps: all numbers positive, the largest over 10 times the smallest."""
    finite = [value for value in values if math.isfinite(value)]
    return bool(finite) and min(finite) > 0 and max(finite) > 10 * min(finite)


def sample(size: int, most: int, seed: int = 0) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
    """The places of at most `most` of `size` things, drawn by `seed`, in order."""
    if size <= most:
        return np.arange(size)
    return np.sort(np.random.default_rng(seed).choice(size, most, replace=False))


def thinned(x: FloatArray, y: FloatArray, most: int = 250) -> tuple[FloatArray, FloatArray]:
    """At most `most` points of a curve, evenly along it, both ends among them."""
    at = np.unique(np.linspace(0, len(x) - 1, min(most, len(x))).round().astype(int))
    return x[at], y[at]
