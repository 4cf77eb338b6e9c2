"""Predictions as columns of a table."""

from __future__ import annotations

import numpy as np
import polars as pl

from glassnet.arrays import FloatArray
from glassnet.model.model import Model
from glassnet.tables import Classes


def as_table(model: Model, A: FloatArray) -> pl.DataFrame:
    """Outputs A (n[L], m) as one column with each predicted target, and for classes one with each
    probability; without a target the outputs themselves."""
    target = model.target
    if target is None:
        return pl.DataFrame({f"a{unit}": row for unit, row in enumerate(A)})
    columns = list(model.columns(A))
    table = pl.DataFrame({column.name: column.target.decode(column.A) for column in columns})
    for name, part, rows, _ in columns:
        if isinstance(part, Classes):
            several = f"{name}_" if len(target.parts) > 1 else ""
            table = with_probabilities(table, part, rows, f"probability_{several}")
    return table


def with_probabilities(
    table: pl.DataFrame, classes: Classes, A: FloatArray, prefix: str
) -> pl.DataFrame:
    """The table with a column for the probability of each class."""
    # To 1 within float64, as those who read the file will check.
    shares = classes.probabilities(A.astype(np.float64))
    shares /= shares.sum(axis=0)
    for label, share in zip(classes.labels, shares, strict=True):
        name = f"{prefix}{label!s}"
        while name in table.columns:  # the target may be called so itself
            name += "_"
        table = table.with_columns(pl.Series(name, share))
    return table
