"""Files of arrays, for models that take arrays: examples first, as an estimator takes them."""

from __future__ import annotations

import math
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import numpy as np
import polars as pl

from glassnet.cli.predicted import as_table
from glassnet.errors import DataError, ShapeError, counted, listed
from glassnet.experiments.scores import score_columns
from glassnet.graph import INPUT
from glassnet.images.paths import opened
from glassnet.memory import check_memory
from glassnet.model.labelled import labelled, labels_by_column, presence_in
from glassnet.shapes import written
from glassnet.tables import Several

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from glassnet.model.model import Model
    from glassnet.shapes import Shape

EXPECTED: Final = "an array that numpy.save wrote, or several that numpy.savez wrote"
LABELS: Final = "y"
"""What the labels are called in a file."""
PLACES: Final[Mapping[int, tuple[str, ...]]] = {0: (), 1: ("time",), 2: ("row", "column")}


class Arrays(NamedTuple):
    """What a file holds: X as a model takes it, examples last; y as the file has it."""

    X: Any
    y: NDArray[Any] | None


def predicted_arrays(model: Model, data: Path) -> pl.DataFrame:
    """The predictions for a file of arrays, a row for each example, or for each of its places."""
    A = model.outputs(read_arrays(model, data).X)
    *places, n, m = A.shape
    table = as_table(model, np.moveaxis(A, -1, 0).reshape(-1, n).T)
    if not places:
        return table
    names = ("example", *PLACES.get(len(places), [f"axis {i}" for i in range(len(places))]))
    at = np.indices((m, *places)).reshape(len(names), -1) + 1
    return pl.DataFrame(dict(zip(names, at, strict=True))).hstack(table)


def labelled_arrays(model: Model, data: Path) -> tuple[Any, NDArray[Any]]:
    """What a file of arrays holds that a model could learn from, and its labels.

    Raises
    ------
    DataError, ShapeError
        It holds no labels, or not those of its examples.
    """
    X, y = read_arrays(model, data)
    if y is None:
        names = list(X) if isinstance(X, Mapping) else ["X"]
        both = ", ".join(f"{name}={name}" for name in [*names, LABELS])
        raise DataError(
            f"{data.name} holds no labels.",
            expected=f"an array {LABELS} beside {listed(names)}: the labels of the examples",
            received=f"{listed(names)} alone",
            fix=f"numpy.savez(path, {both}) writes both; glassnet predict needs no labels",
        )
    return X, _labels(model, data, X, y)


def scored_arrays(model: Model, data: Path) -> tuple[int, str, dict[str, float]]:
    """How many examples there are, that in words, and the scores at all their places together.

    Without a target the only one is the cost.
    """
    raw, y = labelled_arrays(model, data)
    m = y.shape[-1]
    told = counted(m, "example")
    if model.target is None:
        X, Y, weights = labelled(model, raw, y)
        cost = model.network.cost(model.parameters, X, Y, sample_weight=weights)
        return m, told, {"cost": cost}
    A, mask = model.outputs(raw), presence_in(model, raw)
    there = np.ones((*A.shape[:-2], m), bool) if mask is None else mask[..., 0, :]
    labels = {part.name: own[there] for part, own in labels_by_column(model, y)}
    columns = list(model.columns(np.moveaxis(A, -2, 0)[:, there]))
    return m, told, score_columns(columns, labels)


def read_arrays(model: Model, path: Path) -> Arrays:
    """The arrays of a file for a model, and labels where it has some; no code can stand in it.

    Raises
    ------
    UnreadableFile
        There is no such file.
    DataError, ShapeError
        It holds no arrays, or others than the model takes.
    ResourceLimitError
        They are too large.
    """
    own = model.input_shape
    shapes = dict(own) if isinstance(own, Mapping) else {"X": own}
    given = _arrays(path, shapes)
    y = None if LABELS in shapes else given.pop(LABELS, None)
    if len(shapes) == len(given) == 1:
        given = dict(zip(shapes, given.values(), strict=True))
    _check(path, given, shapes)
    X = {name: np.moveaxis(A, 0, -1) for name, A in given.items()}
    return Arrays(X if isinstance(own, Mapping) else X["X"], y)


def _arrays(path: Path, shapes: Mapping[str, Shape]) -> dict[str, NDArray[Any]]:
    try:
        with opened(path, EXPECTED) as stream:
            return _loaded(path, stream)
    except (ValueError, EOFError, MemoryError, zipfile.BadZipFile) as error:
        write = "numpy.save(path, X)" if len(shapes) == 1 else "numpy.savez(path, image=..., ...)"
        raise DataError(
            f"{path.name} holds no arrays, which is what this model takes.",
            expected=f"{EXPECTED}: {_wanted(shapes)}",
            received=str(error).splitlines()[0],
            fix=f"write them with {write}, examples first",
        ) from None


def _check(path: Path, given: Mapping[str, NDArray[Any]], shapes: Mapping[str, Shape]) -> None:
    if set(given) != set(shapes):
        raise DataError(
            f"{path.name} does not hold the arrays that this model takes.",
            expected=_wanted(shapes),
            received=listed(given) or "no other than labels",
            fix="numpy.savez(path, name=array, ...) gives each its name",
        )
    for name, array in given.items():
        if array.ndim != len(shapes[name]) + 1 or array.shape[-1] != shapes[name][-1]:
            raise ShapeError(
                f"{name} in {path.name} has shape {array.shape}.",
                expected=f"{name} {written(('m', *shapes[name]))}: the examples first",
                received=f"{name} {array.shape}",
                fix="bring it to the shape of the examples that were learnt from",
            )


def _wanted(shapes: Mapping[str, Shape]) -> str:
    return listed(f"{name} {written(('m', *own))}" for name, own in shapes.items())


def _labels(model: Model, path: Path, X: Any, y: NDArray[Any]) -> NDArray[Any]:
    """Labels (m, ...) with the examples last: one for each example, or for each of its places."""
    branches = X if isinstance(X, Mapping) else {INPUT: X}
    shapes = {name: A.shape[:-1] for name, A in branches.items()}
    places = model.network.dimensions(shapes)[-1].output[:-2]
    rows = (next(iter(branches.values())).shape[-1], *places)
    columns = -1 if model.target is None else len(model.target.parts)
    several = model.target is None or isinstance(model.target, Several)
    if y.shape[: len(rows)] != rows or (columns > 0 and y.size != math.prod(rows) * columns):
        own = (*rows, columns) if columns > 1 else rows
        raise ShapeError(
            f"{LABELS} in {path.name} has shape {y.shape}.",
            expected=f"{LABELS} {written(own)}: the labels of the examples, examples first",
            received=f"{LABELS} {y.shape}",
            fix="bring it to the shape of the labels that were learnt from",
        )
    return np.moveaxis(y.reshape(*rows, columns) if several else y.reshape(rows), 0, -1)


def _loaded(path: Path, stream: Any) -> dict[str, NDArray[Any]]:
    if zipfile.is_zipfile(stream):
        with zipfile.ZipFile(stream) as archive:
            size = sum(part.file_size for part in archive.infolist())
        check_memory("Reading these arrays", size, "pass fewer examples")
        stream.seek(0)
        with np.load(stream, allow_pickle=False) as arrays:
            return dict(arrays)
    # Mapped, so that a header cannot ask for more than the file holds.
    return {"X": np.load(path, mmap_mode="r", allow_pickle=False)}
