"""The curves of a classifier: ROC, and precision against recall."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from glassnet.report.chart import Axes, Figure, Key, chart, level, upright
from glassnet.report.numerals import percent, score
from glassnet.report.predicted import ClassLine, Predicted
from glassnet.report.scale import thinned
from glassnet.report.svg import Drawing
from glassnet.report.visible import visible

MOST_CURVES = 6


def shown_classes(lines: Sequence[ClassLine]) -> list[int]:
    """Which classes get a curve: the second of two, else those that are hardest to tell apart."""
    known = [k for k, line in enumerate(lines) if not np.isnan(line.roc_auc)]
    if len(lines) == 2:
        return known[1:]
    return sorted(sorted(known, key=lambda k: lines[k].roc_auc)[:MOST_CURVES])


def roc(draw: Drawing, predicted: Predicted, lines: Sequence[ClassLine]) -> Figure | None:
    """The ROC curves; None where the test rows have but one class."""
    from sklearn.metrics import roc_curve

    chosen = shown_classes(lines)
    if not chosen:
        return None
    axes = _unit("false positives: share of the other rows", "true positives: share of the class")
    marks, keys = [axes.line([0, 1], [0, 1], "chance")], []
    for place, k in enumerate(chosen, start=1):
        x, y, _ = roc_curve(predicted.codes == k, predicted.probabilities[k])
        marks.append(axes.line(*thinned(x, y), f"c{place}"))
        keys.append(_key(place, lines[k].label, "area", lines[k].roc_auc))
    return Figure(
        "ROC",
        chart(draw, "ROC: true positives against false positives", axes, *marks),
        "How many rows of the class are found (up) at the price of how many false alarms (right),"
        " for every threshold. The dashed line is chance, area 0.5; the area is the probability"
        " that a row of the class gets the higher probability than another row."
        + _left_out(lines, chosen),
        tuple(keys),
    )


def precision_recall(
    draw: Drawing, predicted: Predicted, lines: Sequence[ClassLine]
) -> Figure | None:
    """The precision-recall curves; None where the test rows have but one class."""
    from sklearn.metrics import precision_recall_curve

    chosen = shown_classes(lines)
    if not chosen:
        return None
    axes = _unit("recall: share of the class found", "precision: share of the finds that is right")
    marks, keys, chance = [], [], ""
    if len(lines) == 2:
        share = lines[chosen[0]].rows / len(predicted.codes)
        marks.append(axes.line([0, 1], [share, share], "chance"))
        chance = f" The dashed line is chance: {percent(share)}."
    for place, k in enumerate(chosen, start=1):
        precision, recall, _ = precision_recall_curve(
            predicted.codes == k, predicted.probabilities[k], drop_intermediate=True
        )
        # The last point, (0, 1), belongs to no threshold.
        marks.append(axes.line(*thinned(recall[:-1], precision[:-1]), f"c{place}"))
        keys.append(_key(place, lines[k].label, "average precision", lines[k].average_precision))
    return Figure(
        "Precision and recall",
        chart(draw, "Precision against recall", axes, *marks),
        "Of the rows that are called this class, how many are right (up), when so many of the"
        f" class are to be found (right).{chance}",
        tuple(keys),
    )


def _unit(x: str, y: str) -> Axes:
    return Axes(level([0, 1]), upright([0, 1], room=0.02), x, y)


def _key(place: int, name: str, what: str, area: float) -> Key:
    return Key(f"c{place}", f"{visible(name, 40)}: {what} {score(area)}")


def _left_out(lines: Sequence[ClassLine], chosen: Sequence[int]) -> str:
    if len(lines) == 2 or len(chosen) == len(lines):
        return ""
    return (
        f" Drawn are the {len(chosen)} of {len(lines)} classes that are the hardest to tell apart."
    )
