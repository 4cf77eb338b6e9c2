"""What changes while a network learns: its costs; its weights and gradients, layer by layer."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import numpy as np

from glassnet.equations import course_name
from glassnet.errors import DataError
from glassnet.glass.watch import Watch
from glassnet.plots.picture import COLOURS, INK, Picture, drawn, legend, styled, whole_numbers
from glassnet.training.history import History
from glassnet.training.result import Result

DASHES: Final = ("-", "--", ":", "-.")
"""Of the lines behind those that have a colour of their own."""


@styled
def costs(*trainings: Result | History, **named: Result | History) -> Picture:
    """The cost after every epoch, dashed of the validation rows; several trainings together.

    Parameters
    ----------
    *trainings : Result or History
    **named : Result or History
        More of them, under the names that the picture shall show.

    Returns
    -------
    Picture

    Raises
    ------
    DataError
        There is no training, or one without an epoch.

    Examples
    --------
    >>> import glassnet as gn
    >>> network = gn.Network([gn.Dense(1)], loss=gn.SquaredError())
    >>> slow = gn.train(network, [[1.0, 2.0]], [[2.0, 4.0]], epochs=9)
    >>> fast = gn.train(network, [[1.0, 2.0]], [[2.0, 4.0]], epochs=9, optimizer=gn.Adam(0.1))
    >>> picture = gn.plots.costs(slow=slow, fast=fast)
    """
    unnamed = {f"training {i + 1}": each for i, each in enumerate(trainings)}
    if len(trainings) == 1 and not named:
        unnamed = {"training rows": trainings[0]}
    picture, (axes,) = drawn(5.2, 3.4)
    alone, values = len(unnamed) + len(named) == 1, []
    for colour, (name, training) in zip(_many(), {**unnamed, **named}.items(), strict=False):
        history = training if isinstance(training, History) else training.history
        if not len(history):
            raise DataError("A training without an epoch has no cost.", fix="train it first")
        epochs = [epoch.number + 1 for epoch in history]
        few = "o" if len(history) < 3 else ""
        axes.plot(epochs, history["cost"], color=colour, marker=few, label=name)
        values += history["cost"]
        if None not in history["validation_cost"]:
            label = "validation rows" if alone else f"{name}, validation"
            other = COLOURS[1] if alone else colour
            axes.plot(epochs, history["validation_cost"], "--", color=other, label=label)
            values += history["validation_cost"]
            best = int(np.argmin(history["validation_cost"]))
            lowest = float(history["validation_cost"][best])
            if alone and best < len(history) - 1:
                axes.plot(epochs[best], lowest, "o", color=INK, ms=5)
                axes.annotate(
                    f"best after epoch {epochs[best]}",
                    (epochs[best], lowest),
                    xytext=(0, -16),
                    textcoords="offset points",
                    ha="right" if best > 0.6 * len(epochs) else "left",
                    fontsize=9,
                )
    if not values:
        raise DataError("There is no training to show.", fix="pass what train returned")
    logarithmic = min(values) > 0 and max(values) > 10 * min(values)
    axes.set_yscale("log" if logarithmic else "linear")
    axes.set(xlabel="epoch", title=f"cost J{' (log scale)' if logarithmic else ''}")
    axes.grid(visible=True)
    axes.margins(y=0.12)
    legend(axes)
    return picture


@styled
def parameters(watch: Watch) -> Picture:
    """The sizes of weights and gradients by layer, and how far an epoch moves the weights.

    Parameters
    ----------
    watch : Watch
        The callback that was with the training.

    Returns
    -------
    Picture

    Raises
    ------
    DataError
        The watch has seen no epoch.

    Examples
    --------
    >>> import glassnet as gn
    >>> network = gn.Network([gn.Dense(1)], loss=gn.SquaredError())
    >>> watch = gn.Watch(gn.Task.of(network, [[1.0, 2.0]], [[2.0, 4.0]]))
    >>> result = gn.train(network, [[1.0, 2.0]], [[2.0, 4.0]], epochs=9, callbacks=(watch,))
    >>> picture = gn.plots.parameters(watch)
    """
    if not watch.epochs:
        raise DataError(
            "The watch has seen no epoch.", fix="train with callbacks=(watch,) before the picture"
        )
    picture, panels = drawn(5.2, 7.2, 3, sharex=True)
    shown: tuple[tuple[str, Mapping[str, list[float]]], ...] = (
        ("size of the weights: root mean square of W", watch.weights),
        ("size of the gradients: root mean square of dW", watch.gradients),
        ("moved in an epoch: ‖ΔW‖ / ‖W‖", watch.moved),
    )
    for axes, (title, lines) in zip(panels, shown, strict=True):
        for k, (name, values) in enumerate(lines.items()):
            colour, dashes = COLOURS[k % len(COLOURS)], DASHES[k // len(COLOURS) % len(DASHES)]
            epochs, label = watch.epochs[-len(values) :], course_name(name)
            axes.plot(epochs, values, color=colour, linestyle=dashes, label=label)
        positive = [value for values in lines.values() for value in values if value > 0]
        if positive and max(positive) > 10 * min(positive):
            axes.set_yscale("log")
        axes.set_title(title)
        axes.grid(visible=True)
        whole_numbers(axes)
    handles, labels = panels[0].get_legend_handles_labels()
    if len(handles) > 1:
        told: dict[str, Any] = {
            "ncols": 4,
            "fontsize": 8.5,
            "handlelength": 1.6,
            "columnspacing": 1.2,
        }
        picture.figure.legend(handles, labels, loc="outside lower center", **told)
    panels[-1].set_xlabel("epoch")
    return picture


def _many() -> list[str]:
    return [*COLOURS] * 20
