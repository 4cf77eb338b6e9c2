"""Loops against vectors: the same sums by an explicit loop, by W X + b, and by the engine."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from glassnet.arrays import FloatArray
from glassnet.glass.explanation import Section
from glassnet.layers.dense import Dense
from glassnet.losses.quantities import SquaredError
from glassnet.network import Network
from glassnet.notation import number

if TYPE_CHECKING:
    from matplotlib.figure import Figure


@dataclass(frozen=True)
class Loops:
    """Three ways to the same Z, and the time of each.

    Attributes
    ----------
    units, n, m : int
        W is (units, n), X is (n, m).
    seconds : dict of str to float
        The best of several runs.
    largest_difference : float
        Of any number of Z between any two of the three, relative to the largest.

    Examples
    --------
    >>> result = loops(units=3, n=5, m=7)
    >>> list(result.seconds), result.largest_difference < 1e-12
    (['explicit loop', 'Z = W X + b', 'engine'], True)
    """

    units: int
    n: int
    m: int
    seconds: dict[str, float]
    largest_difference: float

    def __str__(self) -> str:
        slow = self.seconds["explicit loop"]
        rows = tuple(
            (way, f"{1000 * seconds:.3f}", f"{slow / seconds:,.0f}")
            for way, seconds in self.seconds.items()
        )
        products = f"{self.units * self.n * self.m:,} products, {self.units * self.m:,} values of Z"
        equal = f"largest difference: {self.largest_difference:.0e} of the largest value"
        columns = ("way", "milliseconds", "times as fast as the loop")
        return str(Section(f"Loops against vectors: {products}", columns, rows, (equal,)))

    def to_data(self) -> dict[str, Any]:
        """Everything that is printed, as JSON has it."""
        return asdict(self)

    def figure(self) -> Figure:
        """The three times, on a logarithmic scale."""
        from glassnet.glass.labs.picture import panels

        figure, (axes,) = panels()
        times = [1000 * seconds for seconds in self.seconds.values()]
        axes.barh(list(self.seconds), times, color="tab:blue")
        axes.bar_label(axes.containers[0], [number(each) for each in times], padding=3)
        axes.set(xscale="log", xlabel="milliseconds", title=f"{self.units * self.m:,} values of Z")
        axes.margins(x=0.2)
        axes.invert_yaxis()
        return figure


def loops(units: int = 20, n: int = 100, m: int = 200, *, seed: int = 0) -> Loops:
    """Compute Z = W X + b by an explicit loop, as one expression, and by the engine.

    The course says that the vectorised form is "about 300 times faster"; how much it is depends
    on the machine, on the sizes and on what the loop is written in. Here it is Python.

    Parameters
    ----------
    units, n, m : int
        W is (units, n), X is (n, m).
    seed : int
        Of the numbers; the times are measured anew every time.
    """
    random = np.random.default_rng(seed)
    W, b = random.standard_normal((units, n)), random.standard_normal((units, 1))
    X = random.standard_normal((n, m))
    network = Network([Dense(units)], SquaredError())
    parameters = {"W1": W, "b1": b}
    ways: dict[str, tuple[Callable[[], FloatArray], int]] = {
        "explicit loop": (lambda: explicit_loop(W, b, X), 2),
        "Z = W X + b": (lambda: W @ X + b, 20),
        "engine": (lambda: network.predict(parameters, X), 20),
    }
    timed = {way: _timed(compute, runs) for way, (compute, runs) in ways.items()}
    first, *others = [Z for Z, _ in timed.values()]
    apart = max(float(np.max(np.abs(Z - first))) for Z in others) / float(np.max(np.abs(first)))
    return Loops(units, n, m, {way: seconds for way, (_, seconds) in timed.items()}, apart)


def explicit_loop(W: FloatArray, b: FloatArray, X: FloatArray) -> FloatArray:
    """Z = W X + b, product by product."""
    (units, n), m = W.shape, X.shape[1]
    Z = np.zeros((units, m))
    for unit in range(units):
        for i in range(m):
            z = 0.0
            for k in range(n):
                z += W[unit, k] * X[k, i]
            Z[unit, i] = z + b[unit, 0]
    return Z


def _timed(compute: Callable[[], FloatArray], runs: int) -> tuple[FloatArray, float]:
    """What it computes, and the seconds of the fastest of several runs."""
    seconds = []
    for _ in range(runs):
        began = time.perf_counter()
        Z = compute()
        seconds.append(time.perf_counter() - began)
    return Z, min(seconds)
