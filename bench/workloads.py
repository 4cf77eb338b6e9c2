"""The networks and the data with which speed is measured: the same for every contestant."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

import numpy as np


@dataclass(frozen=True)
class Workload:
    """A dense network, its training data and how it is trained, in float32.

    Attributes
    ----------
    name : str
    units : tuple of int
        n[0], ..., n[L]: one output unit is a sigmoid with binary cross-entropy, more are a softmax
        with categorical cross-entropy.
    hidden : {"tanh", "relu"}
        The activation of the hidden layers.
    m, batch : int
        Examples, and how many of them are in a batch; all of them: no order is drawn.
    optimizer : {"gd", "adam"}
    rate : float
        The learning rate.
    """

    name: str
    units: tuple[int, ...]
    hidden: Literal["tanh", "relu"]
    m: int
    batch: int
    optimizer: Literal["gd", "adam"]
    rate: float

    def __str__(self) -> str:
        at_once = "all at once" if self.full else f"in batches of {self.batch}"
        return f"{'-'.join(map(str, self.units))} {self.hidden}, {self.m:,} rows {at_once}"

    @property
    def steps(self) -> int:
        """Updates in an epoch."""
        return -(-self.m // self.batch)

    @property
    def flops(self) -> float:
        """Floating-point operations of the matrix products of a mean step: Z, dW and, but for the
        first layer, dA."""
        pairs = [a * b for a, b in zip(self.units, self.units[1:], strict=False)]
        return 2 * self.m / self.steps * (3 * sum(pairs) - pairs[0])

    @property
    def full(self) -> bool:
        return self.batch >= self.m

    def data(self) -> tuple[Any, Any]:
        """X (m, n_x) and the class of each row, (m,), which a network can learn but for noise."""
        random = np.random.default_rng(0)
        X = random.standard_normal((self.m, self.units[0]), dtype=np.float32)
        scores = np.tanh(X @ random.standard_normal((X.shape[1], 8), dtype=np.float32) / 4)
        classes = max(2, self.units[-1])
        weights = random.standard_normal((8, classes), dtype=np.float32)
        return X, (scores @ weights).argmax(axis=1)

    def parameters(self) -> list[tuple[Any, Any]]:
        """W (n[l], n[l-1]) and b (n[l],) of every layer, by Glorot's rule."""
        random = np.random.default_rng(1)
        made = []
        for below, units in zip(self.units, self.units[1:], strict=False):
            bound = np.sqrt(6 / (below + units))
            W = random.uniform(-bound, bound, (units, below)).astype(np.float32)
            made.append((W, np.zeros(units, np.float32)))
        return made


WORKLOADS = {
    each.name: each
    for each in (
        Workload("planar", (2, 4, 1), "tanh", 400, 400, "gd", 0.5),
        Workload("cat", (12288, 20, 7, 5, 1), "relu", 209, 209, "gd", 0.001),
        Workload("tab", (32, 64, 64, 1), "relu", 10_000, 32, "adam", 0.001),
        Workload("skl", (784, 100, 10), "relu", 20_000, 200, "adam", 0.001),
        Workload("mnist", (784, 512, 512, 10), "relu", 20_000, 128, "adam", 0.001),
        Workload("big", (1024, 2048, 2048, 2048, 10), "relu", 4096, 512, "adam", 0.0005),
    )
}
