"""Calibration: whether what is predicted as 70% happens in 70 of 100 rows."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from markupsafe import Markup

from glassnet.arrays import FloatArray
from glassnet.report.chart import BOTTOM, TOP, Axes, Figure, Key, chart, level
from glassnet.report.numerals import percent
from glassnet.report.predicted import Predicted
from glassnet.report.scale import Scale
from glassnet.report.svg import Drawing, path
from glassnet.report.visible import visible

TENTHS = 10
STRIP = 46.0
"""The height of the strip below the diagram that counts the rows."""


@dataclass(frozen=True)
class Tenth:
    """The rows whose probability lies in one tenth of the range from 0 to 1."""

    low: float
    high: float
    rows: int
    predicted: float
    happened: float

    @property
    def interval(self) -> tuple[float, float]:
        """Where the true share lies with 95% confidence (Wilson, 1927)."""
        z, n, p = 1.96, self.rows, self.happened
        middle = (p + z * z / (2 * n)) / (1 + z * z / n)
        half = z / (1 + z * z / n) * np.sqrt(p * (1 - p) / n + z * z / (4 * n * n))
        return max(0.0, float(middle - half)), min(1.0, float(middle + half))


def in_tenths(p: FloatArray, happened: FloatArray) -> list[Tenth]:
    """The tenths of the range that hold rows.

    >>> tenths = in_tenths(np.array([0.1, 0.12, 1.0]), np.array([0, 1, 1]))
    >>> [(tenth.rows, tenth.happened) for tenth in tenths]
    [(2, 0.5), (1, 1.0)]
    """
    places = np.minimum((np.asarray(p, dtype=np.float64) * TENTHS).astype(int), TENTHS - 1)
    return [
        Tenth(
            k / TENTHS,
            (k + 1) / TENTHS,
            int(at.sum()),
            float(p[at].mean()),
            float(happened[at].mean()),
        )
        for k in range(TENTHS)
        if (at := places == k).any()
    ]


def calibration_error(tenths: list[Tenth]) -> float:
    """The mean distance between predicted and true share, over the rows.

    Source: Naeini, Cooper, Hauskrecht, "Obtaining well calibrated probabilities using Bayesian
    binning" (2015).
    """
    apart = sum(tenth.rows * abs(tenth.predicted - tenth.happened) for tenth in tenths)
    return apart / sum(tenth.rows for tenth in tenths)


def calibration(draw: Drawing, predicted: Predicted) -> Figure:
    """The reliability diagram: of the second of two classes, else of the class predicted."""
    if len(predicted.labels) == 2:
        p, happened = predicted.probabilities[1], predicted.codes == 1
        name = visible(predicted.labels[1], 30)
        x_label, y_label = f"predicted probability of {name}", f"share of rows that are {name}"
        what = f"Rows that get 70% should be {name} in 70 of 100 cases: on the dashed line."
    else:
        p, happened = predicted.probabilities.max(axis=0), predicted.codes == predicted.decided
        x_label, y_label = "probability of the predicted class", "share of rows that are right"
        what = "Where the predicted class gets 70%, it should be right in 70 of 100 cases."
    tenths = in_tenths(p, happened)
    axes = Axes(level([0, 1]), Scale(0, 1.02, BOTTOM - STRIP, TOP), x_label, y_label)
    marks = [axes.line([0, 1], [0, 1], "chance"), *_counts(axes, tenths)]
    marks += [axes.spread(tenth.predicted, *tenth.interval, "c1") for tenth in tenths]
    x, y = [tenth.predicted for tenth in tenths], [tenth.happened for tenth in tenths]
    marks.append(axes.line(x, y, "c1"))
    marks += [path([at, at], "dot c1") for at in axes.points(x, y)]
    return Figure(
        "Calibration",
        chart(draw, "Calibration: what happened against what was predicted", axes, *marks),
        f"{what} On average the two are {percent(calibration_error(tenths))} apart (the expected"
        " calibration error). Upright lines: where the true share may lie, at 95% confidence; grey"
        " bars at the bottom: how many rows.",
        (Key("c1", "held-out rows, in tenths"), Key("chance", "perfect")),
    )


def _counts(axes: Axes, tenths: list[Tenth]) -> list[Markup]:
    most = max(tenth.rows for tenth in tenths)
    counts = Axes(axes.x, Scale(0, most, BOTTOM, BOTTOM - STRIP * 0.6), "", "")
    return [
        counts.bar((tenth.low + 0.01, tenth.high - 0.01), (0, tenth.rows), "count")
        for tenth in tenths
    ]
