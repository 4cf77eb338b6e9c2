"""How long one update of a network takes: glassnet against scikit-learn's MLP.

Both train the same network on the same data, in batches of the same size, with Adam, in float32
and on one thread, in turns in one process. Figures on another machine differ; their ratio is
what to compare. The costs of the last epoch are printed to show that both did the same work.

Run with `make bench`.
"""

from __future__ import annotations

import os
import platform
import statistics
import time
import warnings
from collections.abc import Callable
from dataclasses import dataclass
from math import ceil

import numpy as np
import sklearn
from numpy.typing import NDArray
from sklearn.exceptions import ConvergenceWarning
from sklearn.neural_network import MLPClassifier
from threadpoolctl import threadpool_limits

import glassnet as gn

ROUNDS = 5
LEARNING_RATE = 0.001


@dataclass(frozen=True)
class Case:
    """A network (n_x → hidden → 1) and how it is trained."""

    n_x: int
    hidden: tuple[int, ...]
    batch_size: int
    m: int
    epochs: int

    def __str__(self) -> str:
        return " → ".join(map(str, (self.n_x, *self.hidden, 1))) + f", batch {self.batch_size}"

    @property
    def steps(self) -> int:
        return ceil(self.m / self.batch_size) * self.epochs

    def data(self) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        """Examples first, as scikit-learn takes them: (m, n_x) and (m,)."""
        random = np.random.default_rng(0)
        rows = random.standard_normal((self.m, self.n_x), dtype=np.float32)
        return rows, (np.sin(rows[:, 0] * rows[:, 1]) > 0).astype(np.float32)


CASES = (
    Case(n_x=30, hidden=(64, 64), batch_size=32, m=4_000, epochs=4),
    Case(n_x=100, hidden=(256, 256), batch_size=128, m=8_000, epochs=3),
    Case(n_x=784, hidden=(512, 256, 128), batch_size=256, m=4_000, epochs=2),
)


def with_glassnet(case: Case, rows: NDArray[np.float32], labels: NDArray[np.float32]) -> float:
    layers = [layer for units in case.hidden for layer in (gn.Dense(units), gn.ReLU())]
    network = gn.Network([*layers, gn.Dense(1), gn.Sigmoid()], loss=gn.BinaryCrossEntropy())
    result = gn.train(
        network,
        rows.T,
        labels[None, :],
        parameters=network.initialize((case.n_x,), scheme=gn.Glorot(), dtype=np.float32),
        optimizer=gn.Adam(LEARNING_RATE),
        batch_size=case.batch_size,
        epochs=case.epochs,
    )
    return float(result.history[-1].cost)


def with_sklearn(case: Case, rows: NDArray[np.float32], labels: NDArray[np.float32]) -> float:
    model = MLPClassifier(
        case.hidden,
        activation="relu",
        solver="adam",
        alpha=0.0,
        batch_size=case.batch_size,
        learning_rate_init=LEARNING_RATE,
        max_iter=case.epochs,
        n_iter_no_change=case.epochs + 1,
        random_state=0,
    )
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)
        return float(model.fit(rows, labels).loss_)


def timed(train: Callable[[], float], steps: int) -> tuple[float, float]:
    """Microseconds per update, and the last cost."""
    began = time.perf_counter()
    cost = train()
    return 1e6 * (time.perf_counter() - began) / steps, cost


def compare(case: Case) -> None:
    rows, labels = case.data()
    ours, theirs, ratios = [], [], []
    for _ in range(ROUNDS):  # in turns, so that both meet the same disturbances
        theirs.append(timed(lambda: with_sklearn(case, rows, labels), case.steps))
        ours.append(timed(lambda: with_glassnet(case, rows, labels), case.steps))
        ratios.append(theirs[-1][0] / ours[-1][0])
    print(
        f"{case!s:<44}"
        f"{statistics.median(us for us, _ in ours):>10.0f}"
        f"{statistics.median(us for us, _ in theirs):>14.0f}"
        f"{statistics.median(ratios):>9.2f}   {min(ratios):.2f} … {max(ratios):.2f}"
        f"{ours[-1][1]:>11.3f} {theirs[-1][1]:>7.3f}"
    )


def main() -> None:
    print(
        f"glassnet {gn.__version__}, scikit-learn {sklearn.__version__}, "
        f"NumPy {np.__version__}, Python {platform.python_version()}, {os.cpu_count()} cores"
    )
    print(f"µs per update, median of {ROUNDS} rounds; a ratio above 1: glassnet is faster\n")
    print(
        f"{'network':<44}{'glassnet':>10}{'scikit-learn':>14}{'ratio':>9}   min … max    last costs"
    )
    with threadpool_limits(1):
        for case in CASES:
            compare(case)


if __name__ == "__main__":
    main()
