"""What a network did with one example: its numbers through every layer."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import accumulate
from typing import TYPE_CHECKING

import numpy as np

from glassnet.arrays import FloatArray
from glassnet.equations import course_name
from glassnet.errors import DataError
from glassnet.glass.explanation import Explanation, Section, numbers
from glassnet.graph import Node
from glassnet.model.model import Model
from glassnet.notation import factor, number
from glassnet.tables import Classes, Quantity, TablePlan, frame_from
from glassnet.trace import Trace

if TYPE_CHECKING:
    import polars as pl

MOST_TERMS = 6


def explain_row(model: Model, data: object, row: int) -> Explanation:
    """One row of a table, from its cells through every layer to ŷ.

    Parameters
    ----------
    model : Model
        With a table plan and a target.
    data : pandas, polars or Arrow table, or dict of columns
    row : int
        Counted from 1, as errors about tables count.

    Raises
    ------
    DataError
        The table has no such row, or lacks a column.
    """
    frame = frame_from(data)
    if not 1 <= row <= frame.height:
        raise DataError(
            f"The table has no row {row}.",
            expected=f"a row from 1 to {frame.height}",
            received=f"row {row}",
            fix="rows are counted from 1, the header not included",
        )
    table, _ = model.for_tables()
    example = frame[row - 1 : row]
    X = table.encode(example, dtype=model.dtype)
    trace = model.network.trace(model.parameters, X)
    made = {name: trace[name] for name in trace if name not in model.parameters}
    return Explanation(
        (
            Section("Prediction ŷ", lines=tuple(_predictions(model, trace))),
            Section(f"Row {row}", _CELLS, tuple(_cells(table, example, X))),
            Section("Through the layers", lines=tuple(_layers(trace))),
            Section("The output, term by term", lines=tuple(_output(trace))),
        ),
        made,
    )


_CELLS = ("column", "value", "units of A[0]", "encoded")


def _cells(
    table: TablePlan, example: pl.DataFrame, X: FloatArray
) -> Iterator[tuple[str, str, str, str]]:
    """Each column of the row: its cell, and what it became."""
    ends = dict(
        zip(table.used, accumulate(len(column.names) for column in table.used), strict=True)
    )
    used = {column.name: column for column in table.used}
    dropped = {column.name: column.reason for column in table.dropped}
    for name in example.columns:
        value = "" if example[name][0] is None else str(example[name][0])
        if name not in used:
            yield name, value, "", f"not used ({dropped.get(name, 'not a column of the model')})"
            continue
        stop = ends[used[name]]
        start = stop - len(used[name].names)
        units = f"{start}" if stop == start + 1 else f"{start}–{stop - 1}"
        yield name, value, units, numbers(X[start:stop, 0])


def _layers(trace: Trace) -> Iterator[str]:
    for node in trace.network.graph.nodes:
        A = trace[node.output]
        quiet = f"     ({np.sum(A == 0):,} of {A.size:,} are 0)" if np.any(A == 0) else ""
        made = f"{course_name(node.output)} ="
        stated = (each for each in node.equations(node.predict, "forward") if each.startswith(made))
        yield next(stated, repr(node.layer))
        yield f"    = {numbers(A)}{quiet}"


def _output(trace: Trace) -> Iterator[str]:
    """The sum that makes each unit of the last layer with weights, its largest terms first."""
    node = [node for node in trace.network.graph.nodes if "W" in node.parameters][-1]
    W, b, A = (trace[node.name(local)] for local in ("W", "b", "A"))
    for unit in range(len(W)):
        yield from _sum(node, unit, W[unit], A[:, 0], float(b[unit, 0]), trace)


def _sum(
    node: Node, unit: int, w: FloatArray, a: FloatArray, b: float, trace: Trace
) -> Iterator[str]:
    order = np.argsort(-np.abs(w * a))
    largest, rest = order[:MOST_TERMS], order[MOST_TERMS:]
    terms = [f"{factor(w[i])}·{factor(a[i])}" for i in largest]
    if rest.size:
        terms.append(f"{factor(float(w[rest] @ a[rest]))} from {rest.size:,} more")
    z, W, below, bias = (course_name(node.name(local)) for local in ("Z", "W", "A", "b"))
    yield f"{z.lower()}[{unit}] = {W}[{unit}] · {below.lower()} + {bias}[{unit}]"
    made = number(float(trace[node.output][unit, 0]))
    yield f"     = {' + '.join(terms)} + {factor(b)} = {made}"


def _predictions(model: Model, trace: Trace) -> Iterator[str]:
    for name, part, A, _ in model.columns(trace[trace.network.graph.output]):
        yield from _prediction(name, part, A)


def _prediction(name: str, target: Classes | Quantity, A: FloatArray) -> Iterator[str]:
    if not isinstance(target, Classes):
        yield f"{name} = {number(target.center)} + {number(target.scale)} · " + (
            f"{number(A[0, 0])} = {number(float(target.decode(A)[0]))}"
        )
        return
    for label, p in zip(target.labels, target.probabilities(A)[:, 0], strict=True):
        yield f"P({name} = {label!s}) = {p:.4f}"
    yield f"{name} = {target.decode(A)[0]}"
