"""How the training went: the cost after each epoch, and the learning rate."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from glassnet.experiments import Experiment
from glassnet.report.chart import BOTTOM, TOP, Axes, Figure, Key, chart, level, upright
from glassnet.report.numerals import figure
from glassnet.report.picture import drawn
from glassnet.report.scale import spans_decades
from glassnet.report.svg import Drawing, path
from glassnet.training.history import History


def costs(
    draw: Drawing,
    history: History,
    best: int | None,
    *,
    noisy: bool,
    anew: int | None = None,
    member: str = "",
) -> Figure:
    """Training and validation cost over the epochs, the best one marked.

    `noisy` says that values are dropped while learning; `anew`, for how many epochs the network
    was then trained again on both parts together; `member`, which one of a pair it is.
    """
    title, model = (f"Cost of {member}", member) if member else ("Cost", "the model")
    curves = {"training": history["cost"]}
    if all(cost is not None for cost in history["validation_cost"]):
        curves["validation"] = history["validation_cost"]
    values = [value for curve in curves.values() for value in curve]
    log = spans_decades(values)
    epochs = [epoch.number + 1.0 for epoch in history]
    y_label = "cost J (log scale)" if log else "cost J"
    axes = Axes(
        replace(level([*epochs, 1.0]), whole=True), upright(values, log=log), "epochs", y_label
    )
    colours = dict(zip(curves, ("c2", "c1"), strict=False))
    marks = [axes.line(epochs, curve, colours[name]) for name, curve in curves.items()]
    caption = "Each epoch shows the network the whole training part once."
    if best is not None and best < len(history):
        x, y = axes.x(best + 1.0), axes.y(history[best].monitored)
        marks.insert(0, path([(x, BOTTOM), (x, TOP - 3)], "guide"))
        marks.append(path([(x, y), (x, y)], "dot ink"))
        marks.append(axes.note(f"best: {figure(history[best].monitored)}", best + 1.0))
        caption += (
            f" The dot is the lowest validation cost, after epoch {best + 1} of {len(history)}"
            f"{f': that network is {model}' if anew is None else ''}."
        )
    if anew is not None:
        caption += (
            " The data are few, so the network was then trained anew, on the training and the"
            f" validation part together, for {anew} epochs: that is {model}."
        )
    if noisy:
        caption += (
            " The training cost is measured with values dropped, which tends to make it larger."
        )
    keys = tuple(Key(colours[name], name) for name in curves)
    return Figure(title, chart(draw, f"{title} after each epoch", axes, *marks), caption, keys)


def learning_rates(draw: Drawing, history: History) -> Figure | None:
    """The learning rate over the epochs; None where it stayed the same, or there was none."""
    known = [(epoch.number + 1.0, epoch.learning_rate) for epoch in history]
    rates = [(number, rate) for number, rate in known if rate is not None]
    if len({rate for _, rate in rates}) < 2:
        return None
    x, y = zip(*rates, strict=True)
    settles = " Small steps at the end let the network settle." if y[-1] < max(y) else ""
    axes = Axes(replace(level(x), whole=True), upright([0.0, *y]), "epochs", "learning rate α")
    return Figure(
        "Learning rate",
        chart(draw, "The learning rate after each epoch", axes, axes.line(x, y, "c1")),
        "How far each update moves the parameters: W := W − α dW, in the form that the optimiser"
        f" gives it.{settles}",
    )


def training(draw: Drawing, experiment: Experiment[Any]) -> Iterator[Figure]:
    """How the training went; nothing where it ended before its first epoch."""
    noisy = any(node.noise for node in experiment.model.network.graph.nodes)
    paired = drawn(experiment.model.network) is not experiment.model.network
    members = ("member1, which reads coarsely", "member2, which reads finely") if paired else ("",)
    for one, member in zip(experiment.learned, members, strict=False):
        history, best = one.result.history, one.result.best_epoch
        if history:
            yield costs(draw, history, best, noisy=noisy, anew=one.anew, member=member)
    rates = learning_rates(draw, experiment.result.history)
    if rates is not None:
        yield rates
