"""Scorers: scikit-learn's measures of an estimator, taken after every epoch."""

from __future__ import annotations

import copy
import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, Literal

import numpy as np

from glassnet.arrays import FloatArray
from glassnet.errors import HyperparameterError, did_you_mean, shown
from glassnet.estimators.places import as_examples
from glassnet.losses.quantities import Quantile
from glassnet.training.task import Metric

if TYPE_CHECKING:
    from glassnet.estimators.base import Estimator
    from glassnet.estimators.parameters import Scorer
    from glassnet.estimators.rows import Rows

COSTS: Final = ("cost", "validation_cost")
SCORE: Final = "score"


@dataclass(frozen=True)
class Measures:
    """What is measured after every epoch, and which figure judges it.

    Attributes
    ----------
    metrics : tuple of functions
        Of (A, Y), as a `Task` takes them.
    figure : str
        The name of the figure that judges.
    goal : str
        Whether it should be the ``"lowest"`` or the ``"highest"``.
    """

    metrics: tuple[Metric, ...]
    figure: str
    goal: Literal["lowest", "highest"]


def measures(estimator: Estimator, rows: Rows, *, validated: bool) -> Measures:
    """The measures that an estimator's parameters ask for, on these rows.

    Early stopping goes by the estimator's score unless `monitor` names something else; without
    it, and for quantiles, of which R² says nothing, the cost judges, of the validation rows where
    there are some.

    Raises
    ------
    HyperparameterError
        There is no scorer of that name.
    """
    monitor = estimator.monitor
    if monitor is None:
        quantiles = isinstance(estimator.network_.loss, Quantile)
        early = estimator.early_stopping and validated and not quantiles
        monitor = SCORE if early else "validation_cost" if validated else "cost"
    asked = [*estimator.metrics, *([] if monitor in COSTS else [monitor])]
    named = {_name(scorer): _scorer(scorer) for scorer in asked}
    metrics = tuple(_metric(name, scorer, estimator, rows) for name, scorer in named.items())
    return Measures(metrics, _name(monitor), "lowest" if monitor in COSTS else "highest")


def _name(scorer: Scorer) -> str:
    return scorer if isinstance(scorer, str) else getattr(scorer, "__name__", "monitor")


def _scorer(scorer: Scorer) -> Callable[..., float]:
    if not isinstance(scorer, str):
        return scorer
    if scorer == SCORE:
        return own_score
    from sklearn.metrics import get_scorer, get_scorer_names  # late: most fits name none

    if scorer not in get_scorer_names():
        raise HyperparameterError(
            "The 'monitor' and 'metrics' parameters must name scorers of scikit-learn, 'score', "
            f"'cost' or 'validation_cost'. Got {shown(scorer)} instead.",
            fix=did_you_mean(scorer, [SCORE, *COSTS, *get_scorer_names()]),
        )
    known: Callable[..., float] = get_scorer(scorer)
    return known


def own_score(estimator: Any, X: Any, y: Any, sample_weight: Any = None) -> float:
    """The score of the estimator's own."""
    return float(estimator.score(X, y, sample_weight))


def _metric(name: str, scorer: Callable[..., float], estimator: Estimator, rows: Rows) -> Metric:
    def metric(A: FloatArray, Y: FloatArray) -> float:
        if not np.all(np.isfinite(A)):
            return math.nan  # the next update says that the training has diverged
        return measured(scorer, estimator, rows, A)

    metric.__name__ = name
    return metric


def measured(
    scorer: Callable[..., float], estimator: Estimator, rows: Rows, A: FloatArray
) -> float:
    """What a scorer says of an estimator whose outputs for these rows are A.

    Where every place has a target, it is scored as an example.
    """
    view = copy.copy(estimator)
    if view._places:
        A, rows = as_examples(A, rows)
        view._places = ()
    view.__dict__.update(_outputs=lambda X: A, _before_output=lambda X: log_odds(A))
    weights = {} if rows.weights is None else {"sample_weight": rows.weights}
    with np.errstate(all="ignore"):
        return float(scorer(view, rows.X, rows.y, **weights))


def log_odds(A: FloatArray) -> FloatArray:
    """What ranks examples as Z does, from probabilities."""
    with np.errstate(divide="ignore"):
        odds: FloatArray = np.log(A) - np.log1p(-A)
    return odds
