"""Predicted classes as columns of a table."""

from __future__ import annotations

import numpy as np
import polars as pl

from glassnet.arrays import FloatArray
from glassnet.tables import Classes


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
