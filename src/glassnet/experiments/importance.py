"""Which columns matter: permutation importance on rows that were held out."""

from __future__ import annotations

from typing import NamedTuple, cast

import numpy as np

from glassnet.arrays import FloatArray
from glassnet.experiments.study import Part
from glassnet.model.model import Model
from glassnet.tables import Classes, Quantity

MOST_ROWS = 5000
EPSILON = 1e-15


class Importance(NamedTuple):
    """How much worse the score gets without what a column says: mean and spread."""

    column: str
    mean: float
    spread: float


def column_importance(
    model: Model, part: Part, *, repeats: int = 5, seed: int = 0
) -> tuple[str, tuple[Importance, ...]]:
    """The name of the score, and the importance of every column, the largest first.

    A column's values are dealt out to other rows, all its rows of X together, so that it keeps
    its values but says nothing about the row; importance is how much the score (log_loss or rmse)
    grows. Columns that say the same share their importance: each alone may look useless.

    Source: Breiman, "Random forests" (2001), section 10.
    """
    table, target = model.for_tables()
    chosen = np.random.default_rng(seed).permutation(len(part.rows))[:MOST_ROWS]
    X, Y = part.X[:, chosen], part.Y[:, chosen]

    def measured(X: FloatArray) -> float:
        A = model.network.predict(model.parameters, X)
        if isinstance(target, Classes):
            return _log_loss(target, Y, A)
        return _rmse(cast("Quantity", target), Y, A)

    usual, start, importances = measured(X), 0, []
    for column in table.used:
        rows = slice(start, start + len(column.names))
        start = rows.stop
        worse = []
        for repeat in range(repeats):
            order = np.random.default_rng([seed, repeat]).permutation(len(chosen))
            shuffled = X.copy()
            shuffled[rows] = X[rows][:, order]
            worse.append(measured(shuffled) - usual)
        importances.append(Importance(column.name, float(np.mean(worse)), float(np.std(worse))))
    name = "log_loss" if isinstance(target, Classes) else "rmse"
    return name, tuple(sorted(importances, key=lambda importance: -importance.mean))


def _log_loss(target: Classes, Y: FloatArray, A: FloatArray) -> float:
    true, p = target.probabilities(Y), target.probabilities(A.astype(np.float64))
    return float(-np.mean(np.sum(true * np.log(np.clip(p, EPSILON, 1)), axis=0)))


def _rmse(target: Quantity, Y: FloatArray, A: FloatArray) -> float:
    return float(target.scale * np.sqrt(np.mean((A - Y) ** 2, dtype=np.float64)))
