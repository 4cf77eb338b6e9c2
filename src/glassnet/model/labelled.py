"""Raw examples whose labels are known, as the network of a model learns from them."""

from __future__ import annotations

from typing import Any

import numpy as np

from glassnet.arrays import FloatArray
from glassnet.errors import DataError
from glassnet.model.model import Model
from glassnet.model.plan import Labelling


def labelled(model: Model, data: Any, y: Any = None) -> tuple[Any, FloatArray]:
    """X and Y as the network of a model takes them.

    Parameters
    ----------
    model : Model
    data : table or arrays
        What the plan reads. A series becomes its windows, a text its rows of symbols.
    y : array or series, optional
        The labels. Left out where a table has them as a column, and where the examples of a
        series or a text are labelled by what follows them.

    Raises
    ------
    DataError, ShapeError
        The labels are missing, or the data do not fit the model.
    """
    if isinstance(model.plan, Labelling):
        return model.plan.labelled(data, dtype=model.dtype)
    return model.encode(data), _labels_of(model, data, y)


def _labels_of(model: Model, X: Any, y: Any) -> FloatArray:
    """Y of the labels given, or of the target's column in the table."""
    if model.target is None:
        labels: FloatArray = np.asarray(y)
        return labels
    if y is None and model.table is not None:
        from glassnet.tables import frame_from

        if model.target.name in frame_from(X).columns:
            y = frame_from(X)[model.target.name]
    if y is None:
        raise DataError(
            "The labels are missing. Got None instead.",
            expected=f"y, or a table with the column {model.target.name!r}",
            fix="pass the labels of the training rows",
        )
    encoded: FloatArray = model.target.encode(y, dtype=model.dtype)
    return encoded
