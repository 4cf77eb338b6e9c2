"""What a network did with one image, one window of a series, or one text."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final, cast

import numpy as np

from glassnet.arrays import FloatArray
from glassnet.equations import course_name
from glassnet.errors import DataError
from glassnet.glass.explanation import Explanation, Section, numbers
from glassnet.glass.maps import maps
from glassnet.graph import Node
from glassnet.images.folder import files_below
from glassnet.images.plan import ImagePlan
from glassnet.model.model import Model
from glassnet.notation import number
from glassnet.sequences.series import SeriesPlan
from glassnet.sequences.text import TextPlan, symbols_of
from glassnet.tables import Classes
from glassnet.trace import Trace

MOST_CLASSES: Final = 10
MOST_TIMES: Final = 12
GATES: Final = {"f": "forget", "i": "input", "o": "output", "u": "update", "r": "reset"}


def explain_example(model: Model, data: Any, row: int | None) -> Explanation:
    """One example, from what was read through every layer to ŷ.

    Parameters
    ----------
    model : Model
        With a plan of images, a series or text.
    data : what the plan reads
    row : int, optional
        Counted from 1: which image, or the value or symbol behind which the prediction is made;
        left out, the first image, or the end of the series or text.

    Raises
    ------
    DataError
        There is no such image, value or symbol.
    """
    name, chosen = _chosen(model, data, row)
    X = cast("Any", model.plan).encode(chosen, dtype=model.dtype)
    trace = model.network.trace(model.parameters, X)
    sections = [
        Section("Prediction ŷ", lines=tuple(_prediction(model, trace, X))),
        Section("Example", lines=(name,)),
        Section("Through the layers", lines=tuple(_layers(trace))),
    ]
    for node in trace.network.graph.nodes:
        if gates := [gate for gate in GATES if node.name(gate) in trace and node.layer.states()]:
            sections.append(_gates(node, gates, trace, model, chosen))
        elif "W" in node.parameters and trace[node.output].ndim == 4:
            title = f"Kernels {node.name('W')} and feature maps {node.output}"
            sections.append(Section(title, lines=tuple(maps(node, trace))))
    made = {name: trace[name] for name in trace if name not in model.parameters}
    return Explanation(tuple(sections), made)


def _chosen(model: Model, data: Any, row: int | None) -> tuple[str, Any]:
    """What stands for the example in words, and the example as the plan reads it."""
    if isinstance(model.plan, ImagePlan):
        path = isinstance(data, str | os.PathLike)
        images = files_below(Path(data)) if path else data
        at = _checked(row or 1, len(images), "image")
        return str(images[at - 1]) if path else f"image {at}", images[at - 1 : at]
    if isinstance(model.plan, SeriesPlan):
        last = _checked(row or len(data), len(data), "value")
        window = data[max(0, last - model.plan.length) : last]
        told = numbers(np.asarray(window)[::-1])
        return f"values up to value {last}, the last one first: {told}", data[:last]
    plan = cast("TextPlan", model.plan)
    symbols = symbols_of(data, plan.words)
    last = _checked(row or len(symbols), len(symbols), plan.unit)
    text = "".join(symbols[:last])
    return f"{plan.unit}s up to {plan.unit} {last}: {text[-60:]!r}", text


def _checked(row: int, count: int, unit: str) -> int:
    if not 1 <= row <= count:
        raise DataError(
            f"There is no {unit} {row}.",
            expected=f"one of the {unit}s 1 to {count}",
            received=f"row {row}",
            fix=f"{unit}s are counted from 1",
        )
    return row


def _prediction(model: Model, trace: Trace, X: FloatArray) -> Iterator[str]:
    target, A = model.target, trace[trace.network.graph.output]
    if isinstance(target, Classes):
        last = A if A.ndim == 2 else A[-1]
        shares = target.probabilities(last)[:, 0]
        for at in np.argsort(-shares, kind="stable")[:MOST_CLASSES]:
            yield f"P({target.name} = {_label(target, int(at))}) = {shares[at]:.4f}"
        left = len(shares) - MOST_CLASSES
        if left > 0:
            yield f"… {left:,} more, less likely"
    elif isinstance(model.plan, SeriesPlan):
        plan, now = model.plan, float(X[-1, 0, 0])
        for part, change in zip(cast("Any", target).parts, A[:, 0], strict=True):
            value = plan.center + plan.scale * (now + float(change))
            yield (
                f"{part.name} = {number(plan.center)} + {number(plan.scale)} · "
                f"({number(now)} + {number(float(change))}) = {number(value)}"
            )


def _label(target: Classes, at: int) -> str:
    label = target.labels[at]
    unseen = isinstance(label, str) and (not label.isprintable() or label != label.strip())
    return repr(label) if unseen else f"{label!s}"


def _layers(trace: Trace) -> Iterator[str]:
    for node in trace.network.graph.nodes:
        # What predicts by an equation of its own states that first.
        stated: dict[str, str] = {}
        for each in node.equations(node.predict, "forward"):
            stated.setdefault(each.partition(" = ")[0], each)
        yield from stated.values() or [repr(node.layer)]
        A = trace[node.output]
        shape = " × ".join(map(str, A.shape[:-1]))
        yield f"    {course_name(node.output)}, {shape} = {numbers(A)}"


def _gates(node: Node, gates: list[str], trace: Trace, model: Model, chosen: Any) -> Section:
    """The mean of each gate over the units, at the last times; 0 is shut, 1 is open."""
    values = {gate: trace[node.name(gate)][..., 0] for gate in gates}
    T = len(next(iter(values.values())))
    read = _read(model, chosen, T)
    first = max(0, T - MOST_TIMES)
    rows = tuple(
        (str(t + 1), read[t], *(f"{values[gate][t].mean():.3f}" for gate in gates))
        for t in range(first, T)
    )
    columns = ("t", "read", *(f"{node.name(gate)} {GATES[gate]}" for gate in gates))
    lines = (f"the mean of each gate over {values[gates[0]].shape[1]} units: 0 is shut, 1 open",)
    return Section(f"Gates of layer {node.number}", columns, rows, lines)


def _read(model: Model, chosen: Any, T: int) -> list[str]:
    """What stands at each time."""
    if isinstance(model.plan, TextPlan):
        return [repr(symbol) for symbol in symbols_of(chosen, model.plan.words)]
    if isinstance(model.plan, SeriesPlan):
        return [number(float(value)) for value in np.asarray(chosen)[-T:]]
    return [""] * T
