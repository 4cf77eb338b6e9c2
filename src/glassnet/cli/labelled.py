"""The rows of a file that have a target, as a model takes them."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from glassnet.cli.limits import Allowed
from glassnet.errors import DataError
from glassnet.model.model import Model
from glassnet.tables import check_target, has_target, read_file

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from glassnet.tables.table_file import TableFile


def labelled_rows(
    model: Model, data: Path, *, header: bool, allow: Allowed
) -> tuple[TableFile, NDArray[np.bool_]]:
    """The file, and which of its rows have a target.

    Raises
    ------
    DataError
        The file has no column of that name, or no row with a value in it.
    """
    plan, target = model.for_tables()
    file = read_file(data, header=header, limits=allow.table, notations=dict(plan.notations))
    for part in target.parts:
        check_target(part.name, file.frame.columns, data.name)
    known = np.logical_and.reduce([has_target(file.frame[part.name]) for part in target.parts])
    if not known.any():
        raise DataError(
            f"{data.name} holds no row with the target {target.name!r}.",
            expected="one row or more whose target is known",
            received=f"{file.frame.height:,} rows without it",
            fix="glassnet predict needs no target",
        )
    return file, known
