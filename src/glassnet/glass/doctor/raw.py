"""The table behind a model: its columns as numbers, and its leaks."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

import numpy as np
import polars as pl

from glassnet.arrays import FloatArray
from glassnet.model.model import Model
from glassnet.tables import Finding, frame_from, likely_leaks
from glassnet.tables.frames import codes_of

REPEATS: Final = 5
"""Text that repeats its values less often, on average, is a name and no category."""


def raw_columns(model: Model, X: Any) -> dict[str, FloatArray]:
    """The columns that the model reads, as numbers; text that repeats itself as codes."""
    assert model.table is not None
    frame = frame_from(X)
    return dict(pair for column in model.table.used for pair in _numbers(frame[column.name]))


def _numbers(column: pl.Series) -> Iterator[tuple[str, FloatArray]]:
    repeats = column.n_unique() * REPEATS <= len(column)
    if column.dtype.is_numeric() and not (repeats and column.null_count()):
        values = column.cast(pl.Float64)
        lowest = values.min()
        beside = float(lowest) - 1 if isinstance(lowest, float) else 0.0
        yield column.name, values.fill_null(beside).to_numpy()
    elif repeats:
        yield column.name, codes_of(column).astype(np.float64)


def raw_leaks(model: Model, X: Any, y: Any) -> tuple[Finding, ...]:
    """The columns that the model reads and that give its target away."""
    assert model.table is not None
    assert model.target is not None
    frame = frame_from(X)
    labels = frame[model.target.name] if y is None else y
    used = [column.name for column in model.table.used]
    return likely_leaks(frame.select(used), labels, name=model.target.name)
