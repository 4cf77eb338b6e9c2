"""Which columns matter, as bars."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from markupsafe import Markup

from glassnet.experiments import Experiment, Part, Study, column_importance
from glassnet.experiments.importance import Importance
from glassnet.report.chart import Figure
from glassnet.report.numerals import aligned, count, figure, tick
from glassnet.report.scale import Scale, sample
from glassnet.report.svg import Drawing, element, label, path, segments
from glassnet.report.visible import visible

MOST_BARS: Final = 20
WORK: Final = 4e10
"""Multiplications that the measuring may cost: some seconds."""

PREDICTIONS: Final = 400
"""About how often all rows are predicted, at most; a column is shuffled 2 to 5 times."""

WIDTH, LEFT, RIGHT, BAR, FOOT = 460.0, 160.0, 390.0, 24.0, 44.0


@dataclass(frozen=True)
class Measured:
    """The importance of every column, the largest first, and how it was measured."""

    score: str
    columns: Sequence[Importance]
    rows: int
    repeats: int


def importances(experiment: Experiment[Study]) -> Measured:
    """Measure on the test rows, or on as many of them as are soon done."""
    model, part = experiment.model, experiment.study.parts["test"]
    columns = len(experiment.study.table.used)
    size = sum(W.size for W in model.parameters.values())
    repeats = min(5, max(2, PREDICTIONS // columns))
    rows = min(5000, max(200, round(WORK / (size * columns * repeats))))
    some = _some(part, rows)
    score, measured = column_importance(model, some, repeats=repeats)
    return Measured(score, measured, len(some.rows), repeats)


def importance(draw: Drawing, measured: Measured) -> Figure:
    """A bar for each of the columns that matter most, with its spread."""
    shown = measured.columns[:MOST_BARS]
    reach = [0.0, *(end for one in shown for end in (one.mean - one.spread, one.mean + one.spread))]
    x, foot = Scale.over(reach, LEFT, RIGHT, room=0.0), 8.0 + BAR * len(shown)
    ticks = x.ticks(5)
    marks = [segments([(x(tick), 4.0, x(tick), foot) for tick in ticks], "grid")]
    largest = max(abs(one.mean) for one in shown)
    for place, one in enumerate(shown):
        marks += _bar(one, aligned(one.mean, largest), x, 8.0 + BAR * (place + 0.5))
    marks.append(path([(x(0.0), 4.0), (x(0.0), foot)], "axis"))
    marks += [label(tick(value), x(value), foot + 17, "tick middle") for value in ticks]
    marks.append(
        label(
            f"growth of {measured.score} without it", (LEFT + RIGHT) / 2, foot + 36, "quiet middle"
        )
    )
    svg = draw(WIDTH, foot + FOOT, "How much each column matters", *marks)
    return Figure("Importance", svg, _caption(measured))


def _bar(one: Importance, told: str, x: Scale, y: float) -> list[Markup]:
    low, high = sorted((x(0.0), x(one.mean)))
    bar = element("rect", x=low, y=y - 7, width=max(high - low, 0.5), height=14, class_="bar c1")
    spread = path([(x(one.mean - one.spread), y), (x(one.mean + one.spread), y)], "spread ink")
    end = x(max(one.mean + one.spread, 0.0)) + 8
    return [
        label(one.column, LEFT - 9, y + 4, "end", most=20),
        bar,
        spread,
        label(told, end, y + 4, "tick"),
    ]


def _caption(measured: Measured) -> str:
    first = measured.columns[0]
    text = (
        "When the values of one column are dealt out to other rows,"
        f" {measured.score} grows by this much (the dark lines: spread over"
        f" {measured.repeats} deals, {count(measured.rows, 'held-out row')}): "
    )
    if first.mean <= first.spread:
        text += "here no column matters beyond chance."
    else:
        text += (
            f"without what “{visible(first.column, 60)}” says, by {figure(first.mean, 3)}. A column"
            " near zero is not used, or others say the same; below zero is chance."
        )
    left = measured.columns[MOST_BARS:]
    if left:
        others = count(len(left), "other column matters", "other columns matter")
        text += f" {others} less, at most {figure(left[0].mean, 2)}."
    return text


def _some(part: Part, most: int) -> Part:
    at = sample(len(part.rows), most)
    return replace(
        part,
        rows=part.rows[at],
        frame=part.frame[at],
        labels=part.labels[at],
        X=part.X[:, at],
        Y=part.Y[:, at],
    )
