"""A trace as a table: one row for every number."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import polars as pl

from glassnet.graph import Graph, gradient_name
from glassnet.layers.layer import Array

COLUMNS = {
    "array": pl.String,
    "position": pl.String,
    "unit": pl.Int64,
    "input": pl.Int64,
    "example": pl.Int64,
    "value": pl.Float64,
}


def frame(graph: Graph, arrays: Mapping[str, Array]) -> pl.DataFrame:
    """Every number with its place; the last axis of a parameter is its input, of data the example.

    >>> import glassnet as gn
    >>> network = gn.Network([gn.Dense(1)], loss=gn.SquaredError())
    >>> trace = network.trace({"W1": [[2.0]], "b1": [[0.5]]}, [[1.0, 3.0]])
    >>> frame(network.graph, trace.layer(1)).rows()[-2:]
    [('Z1', None, 0, None, 0, 2.5), ('Z1', None, 0, None, 1, 6.5)]
    """
    learned = {*graph.parameters, *map(gradient_name, graph.parameters)}
    tables = [_table(name, array, name in learned) for name, array in arrays.items()]
    return pl.concat([pl.DataFrame(schema=COLUMNS), *tables])


def _table(name: str, array: Array, learned: bool) -> pl.DataFrame:
    *leading, rows, columns = np.indices(array.shape).reshape(array.ndim, -1)
    positions = [", ".join(map(str, at)) for at in zip(*leading, strict=True)]
    return pl.DataFrame(
        {
            "array": [name] * array.size,
            "position": positions or [None] * array.size,
            "unit": rows,
            "input": columns if learned else [None] * array.size,
            "example": [None] * array.size if learned else columns,
            "value": array.ravel().astype(np.float64),
        },
        schema=COLUMNS,
    )
