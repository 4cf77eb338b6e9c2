"""What was trained on what: the facts at the head of a report, as words and numbers."""

from __future__ import annotations

import shlex
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from glassnet.errors import listed
from glassnet.experiments import Examples, Experiment, Study
from glassnet.report.numerals import count, figure, percent, score, tick
from glassnet.report.picture import drawn
from glassnet.report.predicted import codes_of
from glassnet.report.verdict import METRICS, Metric
from glassnet.report.visible import visible
from glassnet.tables import Classes, Quantity

CAPPED: Final = 0.01
"""The share of training rows at the largest value from which a cap is suspected."""

ENDED: Final = {
    "epochs": "all that were planned",
    "early stopping": "until the validation cost no longer fell",
    "converged": "until the optimiser had converged",
    "evaluations": "until it had evaluated the cost as often as it may",
    "line search failed": "until the optimiser found no better step",
    "callback": "until it was asked to stop",
    "interrupted": "until it was interrupted",
}


@dataclass(frozen=True)
class ScoreLine:
    """One score of the network and the baselines; `best` names who has the best."""

    metric: Metric
    values: Mapping[str, str]
    best: frozenset[str]


@dataclass(frozen=True)
class ColumnLine:
    """One column of the table."""

    name: str
    kind: str
    units: int
    missing: int
    missing_share: str
    details: str


@dataclass(frozen=True)
class ClassCount:
    """How many rows a class has."""

    label: str
    rows: Mapping[str, int]
    share: str


def score_lines(experiment: Experiment[Any]) -> list[ScoreLine]:
    """The held-out scores of the network beside those of the baselines."""
    lines, scored = [], {"network": experiment.test, **experiment.baselines}
    for name in experiment.test:
        metric = METRICS.get(name, Metric(name, "", "highest"))
        values = {who: scores[name] for who, scores in scored.items()}
        known = [value for value in values.values() if not np.isnan(value)]
        goal = (max if metric.best == "highest" else min)(known, default=np.nan)
        best = frozenset(who for who, value in values.items() if value == goal)
        lines.append(ScoreLine(metric, {who: score(value) for who, value in values.items()}, best))
    return lines


def column_lines(study: Study) -> list[ColumnLine]:
    """Every column: its kind, the inputs that it makes, what is missing in it."""
    rows, lines = study.frame.height, []
    for line in study.table.describe():
        missing = study.frame[line.column].null_count() if line.column in study.frame.columns else 0
        lines.append(
            ColumnLine(
                line.column,
                line.kind,
                line.rows,
                missing,
                percent(missing / rows) if missing else "",
                line.details,
            )
        )
    return lines


def class_counts(study: Study | Examples) -> list[ClassCount]:
    """How many rows of each part each class has; empty for a quantity."""
    if not isinstance(study.target, Classes):
        return []
    codes = {name: codes_of(part.Y[:, : len(part.rows)]) for name, part in study.parts.items()}
    every, lines = sum(map(len, codes.values())), []
    for k, name in enumerate(study.target.labels):
        rows = {part: int((at == k).sum()) for part, at in codes.items()}
        lines.append(ClassCount(str(name), rows, percent(sum(rows.values()) / every)))
    return lines


def warnings(study: Study) -> Iterator[tuple[str, str]]:
    """What the reader has to know before believing a figure, and the option that helps."""
    target = study.target
    for leak in study.leaks:
        yield (
            f"Likely leak: {visible(leak.sentence, 300)}. If it is not known when a prediction is"
            " made, every figure here is too good: leave the column out and train again.",
            f"--drop {shlex.quote(visible(leak.column, 60))}",
        )
    if isinstance(target, Quantity) and target.capped >= CAPPED:
        yield (
            f"Capped? {percent(target.capped)} of the training rows hold exactly"
            f" {tick(target.highest)}, the largest {visible(target.name, 60)}. If larger values"
            " were cut off there, the network cannot learn them, and the errors of such rows look"
            " smaller than they are.",
            "",
        )


def told(experiment: Experiment[Study]) -> Iterator[tuple[str, str]]:
    """The facts as a list of names and words."""
    study = experiment.study
    used, dropped = len(study.table.used), len(study.table.dropped)
    yield "table", study.source
    yield "task", study.target.task
    yield "target", _target(study)
    parts = ", ".join(f"{len(part.rows):,} {name}" for name, part in study.parts.items())
    left = (
        f"; {count(study.unlabelled, 'row')} without a target left out" if study.unlabelled else ""
    )
    yield "rows", f"{study.frame.height:,}: {parts}{left}"
    yield "columns", f"{used} used" + (f", {dropped} dropped" if dropped else "")
    missing = [line for line in column_lines(study) if line.missing and line.units]
    holes = sum(line.missing for line in missing)
    where = listed((visible(line.name, 40) for line in missing), most=5)
    yield "missing values", f"{holes:,}, in {where}" if missing else "none"
    yield from trained(experiment)


def trained(experiment: Experiment[Any]) -> Iterator[tuple[str, str]]:
    """How large the network is, and how long it learned."""
    size = sum(int(W.size) for W in experiment.model.parameters.values())
    whole = experiment.model.network
    one = drawn(whole)
    twice = "" if one is whole else "two networks of "
    yield "network", f"{twice}{count(one.graph.depth, 'layer')}, {size:,} parameters"
    unit, several = experiment.study.unit, len(experiment.learned) > 1
    for name, each in zip(("coarse", "fine"), experiment.learned, strict=False):
        ended = ENDED.get(each.result.stopped, each.result.stopped)
        anew = f"; then {each.anew} anew on training and validation {unit}s" if each.anew else ""
        left = ", and left out" if name == "fine" and one is whole else ""
        yield (
            f"{name} training" if several else "training",
            f"{count(len(each.result.history), 'epoch')}, {ended}{left}{anew}",
        )


def _target(study: Study) -> str:
    target = study.target
    if isinstance(target, Classes):
        return f"{target.name}, {count(len(target.labels), 'class', 'classes')}"
    return (
        f"{target.name}, {tick(target.lowest)} … {tick(target.highest)}"
        f" (mean {figure(target.center)}, standard deviation {figure(target.scale)})"
    )
