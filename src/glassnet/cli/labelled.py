"""The rows of a file that have a target, as a model takes them."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from glassnet.errors import DataError, did_you_mean, listed
from glassnet.model.model import Model
from glassnet.tables import has_target, read_table

if TYPE_CHECKING:
    import numpy as np
    import polars as pl
    from numpy.typing import NDArray


def labelled_rows(
    model: Model, data: Path, *, header: bool
) -> tuple[pl.DataFrame, NDArray[np.bool_]]:
    """All rows of the file, and which of them have a target.

    Raises
    ------
    DataError
        The file has no column of that name, or no row with a value in it.
    """
    frame = read_table(data, header=header)
    name = model.for_tables()[1].name
    if name not in frame.columns:
        raise DataError(
            f"{data.name} has no column {name!r} to compare the predictions with.",
            expected=f"the target {name!r}",
            received=f"the columns {listed(frame.columns)}",
            fix=did_you_mean(name, frame.columns),
        )
    known = has_target(frame[name])
    if not known.any():
        raise DataError(
            f"{data.name} holds no row with the target {name!r}.",
            expected="one row or more whose target is known",
            received=f"{frame.height:,} rows without it",
            fix="glassnet predict needs no target",
        )
    return frame, known
