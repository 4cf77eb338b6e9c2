"""Raw examples whose labels are known, as the network of a model learns from them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from glassnet.arrays import FloatArray
from glassnet.errors import DataError, counted
from glassnet.model.model import Model
from glassnet.model.plan import Labelling
from glassnet.presence import presence

if TYPE_CHECKING:
    from glassnet.tables.target import Classes, Quantity


def labelled(
    model: Model, data: Any, y: Any = None
) -> tuple[Any, FloatArray, NDArray[np.bool_] | None]:
    """X and Y as the network of a model takes them, and what each time of Y weighs.

    Parameters
    ----------
    model : Model
    data : table or arrays
        What the plan reads. A series becomes its windows, a text its rows of symbols.
    y : array or series, optional
        The labels, as `Model.predict` returns them: of arrays (m,), (k, m) of several targets,
        (T, m) and (T, k, m) at every time. Left out where a table has them as a column, and where
        the examples of a series or a text are labelled by what follows them.

    Returns
    -------
    tuple of X, Y and weights
        The weights (T, 1, m) are the mask of padded sequences with a label at every time, else
        None.

    Raises
    ------
    DataError, ShapeError
        The labels are missing, or the data do not fit the model.
    """
    if isinstance(model.plan, Labelling):
        return *model.plan.labelled(data, dtype=model.dtype), None
    X = model.encode(data)
    there = presence_in(model, X)
    return X, _labels_of(model, data, y, there), there


def presence_in(model: Model, X: Any) -> NDArray[np.bool_] | None:
    """Which times of the outputs for X are there, (T, 1, m), where masks say so.

    Raises
    ------
    DataError
        None is.
    """
    if not isinstance(X, Mapping):
        return None
    shapes = {name: tuple(A.shape[:-1]) for name, A in X.items()}
    there = presence(model.network.dimensions(shapes), X)
    if there is not None and not there.any():
        raise DataError(
            "The masks leave no time of any example.",
            expected="a mask of 1 where a time is there",
            received=f"0 at all {there.shape[0]} times of {counted(there.shape[-1], 'example')}",
            fix="swap 0 and 1 if the mask says which times are missing",
        )
    return there


def labels_by_column(
    model: Model, y: NDArray[Any]
) -> Iterator[tuple[Classes | Quantity, NDArray[Any]]]:
    """Each column of the target, and its labels (..., m) in y as `Model.predict` returns it."""
    from glassnet.tables import Several

    if isinstance(model.target, Several):
        yield from ((part, y[..., at, :]) for at, part in enumerate(model.target.parts))
    elif model.target is not None:
        yield model.target, y


def _labels_of(model: Model, X: Any, y: Any, there: NDArray[np.bool_] | None) -> FloatArray:
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
    if isinstance(y, np.ndarray) and y.ndim > 1:
        return _at_each_place(model, y, there)
    encoded: FloatArray = model.target.encode(y, dtype=model.dtype)
    return encoded


def _at_each_place(model: Model, y: NDArray[Any], there: NDArray[np.bool_] | None) -> FloatArray:
    """Y (..., n_y, m) of labels (..., m), or (..., k, m) of several columns.

    What stands where nothing is there is one of the labels, and weighs nothing.
    """
    rows = []
    for part, labels in labels_by_column(model, y):
        known = labels if there is None else np.where(there[:, 0], labels, labels[there[:, 0]][0])
        encoded = part.encode(known.ravel(), dtype=model.dtype)
        rows.append(np.moveaxis(encoded.reshape(-1, *labels.shape), 0, -2))
    return np.concatenate(rows, axis=-2)
