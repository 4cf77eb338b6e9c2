"""How good a predicted quantity is: against the truth, and what is left over."""

from __future__ import annotations

import numpy as np
from markupsafe import Markup

from glassnet.arrays import FloatArray
from glassnet.report.chart import Axes, Figure, Key, chart, level, upright
from glassnet.report.numerals import figure, percent
from glassnet.report.scale import sample
from glassnet.report.svg import Drawing, dots, path

MOST_DOTS = 2000
FEW_DOTS = 400
TRIMMED = 400  # rows from which the most extreme ones are left out of a histogram
TENTHS = 10


def predicted_and_true(draw: Drawing, name: str, true: FloatArray, predicted: FloatArray) -> Figure:
    """Every held-out value (a sample of many) against what was predicted."""
    shown = sample(len(true), MOST_DOTS)
    ends = [float(f(np.concatenate([true, predicted]))) for f in (np.min, np.max)]
    axes = Axes(level(ends), upright(ends, room=0.03), f"predicted {name}", f"true {name}")
    marks = (
        _cloud(axes, predicted[shown], true[shown]),
        axes.line(ends, ends, "chance"),
    )
    caption = "Every dot is a held-out value. On the dashed line the prediction is exactly right."
    return Figure(
        "Predicted against true",
        chart(draw, "True values against predicted values", axes, *marks),
        caption + _sampled(len(shown), len(true)),
    )


def residual_histogram(draw: Drawing, true: FloatArray, predicted: FloatArray) -> Figure:
    """How often errors of which size occur."""
    residuals = true - predicted
    cut = 0.005 if len(residuals) >= TRIMMED else 0.0
    low, high = np.quantile(residuals, [cut, 1 - cut])
    inside = residuals[(residuals >= low) & (residuals <= high)]
    counts, edges = np.histogram(inside, bins=min(40, max(5, round(len(inside) ** 0.5))))
    axes = Axes(
        level([float(edges[0]), float(edges[-1])]),
        upright([0.0, float(counts.max())], room=0.0),
        "true − predicted",
        "held-out values",
    )
    pairs = zip(edges[:-1], edges[1:], counts, strict=True)
    marks = [axes.bar((float(a), float(b)), (0.0, float(n)), "bar c1") for a, b, n in pairs]
    if axes.x.low < 0 < axes.x.high:
        marks.append(axes.line([0, 0], [axes.y.low, axes.y.high], "chance"))
    outside = len(residuals) - len(inside)
    return Figure(
        "Residuals",
        chart(draw, "How often errors of which size occur", axes, *marks),
        f"Half of the predictions are within {figure(float(np.median(np.abs(residuals))), 3)} of"
        f" the truth, nine in ten within {figure(float(np.quantile(np.abs(residuals), 0.9)), 3)}."
        + (
            f" The {percent(outside / len(residuals))} most extreme are not drawn."
            if outside
            else ""
        ),
    )


def residuals_and_predicted(
    draw: Drawing, name: str, true: FloatArray, predicted: FloatArray
) -> Figure:
    """Errors against the predicted value: whether some predictions deserve less trust."""
    residuals, shown = true - predicted, sample(len(true), MOST_DOTS)
    axes = Axes(
        level([float(predicted.min()), float(predicted.max())]),
        upright([float(residuals.min()), float(residuals.max()), 0.0]),
        f"predicted {name}",
        "true − predicted",
    )
    marks = (
        _cloud(axes, predicted[shown], residuals[shown]),
        axes.line([axes.x.low, axes.x.high], [0, 0], "chance"),
    )
    return Figure(
        "Residuals against predictions",
        chart(draw, "Errors against predicted values", axes, *marks),
        "A cloud around the dashed line, equally wide everywhere, is what to hope for. Where it"
        " widens, predictions are less certain; a straight edge shows a limit in the data."
        + _sampled(len(shown), len(true)),
    )


def mean_by_tenth(draw: Drawing, name: str, true: FloatArray, predicted: FloatArray) -> Figure:
    """Calibration in the mean: for each tenth of the predictions, the mean that came true."""
    tenths = np.array_split(np.argsort(predicted, kind="stable"), min(TENTHS, len(true)))
    x = [float(predicted[at].mean()) for at in tenths]
    y = [float(true[at].mean()) for at in tenths]
    # The mean of n errors wavers by their standard deviation / √n.
    wide = [1.96 * float((true - predicted)[at].std()) / len(at) ** 0.5 for at in tenths]
    reach = [a + b for a, b in zip(y, wide, strict=True)]
    reach += [a - b for a, b in zip(y, wide, strict=True)]
    ends = [min(x + reach), max(x + reach)]
    axes = Axes(level(ends), upright(ends), f"mean predicted {name}", f"mean true {name}")
    marks = [axes.line(ends, ends, "chance")]
    marks += [axes.spread(a, b - w, b + w, "c1") for a, b, w in zip(x, y, wide, strict=True)]
    marks += [path([at, at], "dot c1") for at in axes.points(x, y)]
    return Figure(
        "Calibration in the mean",
        chart(draw, "Mean true value against mean predicted value, by tenths", axes, *marks),
        "The held-out values in ten groups from the lowest to the highest prediction. On the dashed"
        " line the predictions of a group are right on average; upright lines: where the true mean"
        " may lie, at 95% confidence.",
        (Key("c1", "a tenth of the values"), Key("chance", "right on average")),
    )


def _cloud(axes: Axes, x: FloatArray, y: FloatArray) -> Markup:
    return dots(axes.points(x, y), "dots c1 few" if len(x) < FEW_DOTS else "dots c1")


def _sampled(shown: int, of: int) -> str:
    return f" Drawn are {shown:,} of {of:,} values, by chance." if shown < of else ""
