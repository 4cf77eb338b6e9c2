"""The verdict: whether the network beats the baselines, in plain words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from glassnet.errors import listed
from glassnet.experiments import Experiment
from glassnet.report.numerals import count, figure, percent
from glassnet.tables import Classes, Several

ONE_SIDED: Final = 0.85
"""The share of the most frequent class from which accuracy says little."""

BASELINES: Final = {
    "linear": "the linear model",
    "constant": "the constant guess",
    "persistence": "the last value",
    "pairs": "counting pairs",
}


@dataclass(frozen=True)
class Metric:
    """How a score is to be read."""

    name: str
    meaning: str
    best: str


METRICS: Final = {
    metric.name: metric
    for metric in (
        Metric("accuracy", "share of predictions that are right", "highest"),
        Metric("log_loss", "how wrong the probabilities are; a sure mistake costs most", "lowest"),
        Metric(
            "roc_auc", "how well classes are told apart: 0.5 is chance, 1 is perfect", "highest"
        ),
        Metric(
            "rmse",
            "root mean squared error, in the target's unit; large errors count most",
            "lowest",
        ),
        Metric("mae", "mean absolute error, in the target's unit", "lowest"),
        Metric("r2", "share of the variance that is explained; 0 is the mean", "highest"),
    )
}


def verdict(experiment: Experiment[Any]) -> str:
    """Two sentences about the headline score, honest about chance.

    The headline is accuracy for classes and rmse for a quantity. A difference to a baseline
    counts when it is larger than 1.96 standard errors of the network's own score on these rows.
    """
    if isinstance(experiment.study.target, Classes):
        return _classes(experiment)
    return _quantity(experiment)


def _classes(experiment: Experiment[Any]) -> str:
    rows = len(experiment.study.parts["test"].rows)
    own = experiment.test["accuracy"]
    # Agresti and Coull (1998): two more successes and two more failures.
    careful = (own * rows + 2) / (rows + 4)
    slack = 1.96 * float(np.sqrt(careful * (1 - careful) / (rows + 4)))
    unit = experiment.study.unit
    first = f"Of {count(rows, unit)} that the network had never seen, it gets {percent(own)} right."
    gains = {name: own - scores["accuracy"] for name, scores in experiment.baselines.items()}
    told = [
        f"{_points(gain)} than {BASELINES.get(name, name)}"
        f" ({percent(experiment.baselines[name]['accuracy'])})"
        if percent(own) != percent(experiment.baselines[name]["accuracy"])
        else f"as many as {BASELINES.get(name, name)}"
        for name, gain in gains.items()
    ]
    text = f"{first} That is {' and '.join(told)}."
    text = f"{text} {_weighed(experiment, gains, slack, f'± {100 * slack:.1f} points')}"
    if experiment.baselines["constant"]["accuracy"] >= ONE_SIDED:
        text += (
            f" Most {unit}s are of one class, so look at roc_auc and at each class rather than"
            " here."
        )
    return text


def _quantity(experiment: Experiment[Any]) -> str:
    study, own = experiment.study, experiment.test["rmse"]
    true, predicted = quantities(experiment)
    squares = (true - predicted) ** 2
    # δ-method: the standard error of √mean(e²) is that of mean(e²) / (2 √mean(e²)).
    slack = 1.96 * float(squares.std() / np.sqrt(len(squares)) / (2 * own)) if own else 0.0
    rows = count(len(study.parts["test"].rows), study.unit)
    target = listed((part.name for part in study.target.parts), most=2)
    first = (
        f"On {rows} that the network had never seen, its predictions of {target} are off by"
        f" {figure(own)} (root mean squared error)."
    )
    gains = {name: scores["rmse"] - own for name, scores in experiment.baselines.items()}
    told = [
        f"{_share(gain, experiment.baselines[name]['rmse'])} {BASELINES.get(name, name)}"
        f" ({figure(experiment.baselines[name]['rmse'])})"
        for name, gain in gains.items()
    ]
    worth = _weighed(experiment, gains, slack, f"± {figure(slack, 2)}")
    return f"{first} That is {' and '.join(told)}. {worth}"


def quantities(experiment: Experiment[Any]) -> tuple[np.ndarray, np.ndarray]:
    """True and predicted values of the test rows, in the target's unit."""
    target, labels = experiment.study.target, experiment.study.parts["test"].labels
    if isinstance(target, Several):
        return np.ravel(labels), np.ravel(target.decode(experiment.outputs))
    return target.decode(target.encode(labels)), target.decode(experiment.outputs)


def _points(gain: float) -> str:
    """A difference of two shares in words."""
    return f"{abs(100 * gain):.1f} points {'more' if gain > 0 else 'fewer'}"


def _share(gain: float, baseline: float) -> str:
    """How much smaller an error is than a baseline's, in words."""
    if not gain:
        return "as much as"
    if -gain > 9 * baseline:
        return "more than 10 times as much as"
    return f"{percent(abs(gain) / baseline)} {'less' if gain > 0 else 'more'} than"


def _weighed(
    experiment: Experiment[Any], gains: Mapping[str, float], slack: float, told: str
) -> str:
    """What the differences to the baselines are worth."""
    best = min(gains, key=lambda name: gains[name])
    name, gain = BASELINES.get(best, best), gains[best]
    unit = experiment.study.unit
    if gain > slack:
        return "It beats both."
    if abs(gain) <= slack:
        return (
            f"Against {name} the difference is too small to count: another choice of held-out"
            f" {unit}s could move the network's score by {told}."
        )
    if best == "constant":
        return f"It does not beat {name}: it has learned nothing that helps with new {unit}s."
    data = "this table" if unit == "row" else "these data"
    return f"It does not beat {name}: for {data}, use that instead."
