"""Files of arrays, for models that take arrays: examples first, as an estimator takes them."""

from __future__ import annotations

import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import polars as pl

from glassnet.cli.predicted import as_table
from glassnet.errors import DataError, ShapeError, listed
from glassnet.images.paths import opened
from glassnet.memory import check_memory
from glassnet.shapes import written

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from glassnet.admission import InputShape
    from glassnet.model.model import Model

EXPECTED: Final = "an array that numpy.save wrote, or several that numpy.savez wrote"
PLACES: Final[Mapping[int, tuple[str, ...]]] = {0: (), 1: ("time",), 2: ("row", "column")}


def predicted_arrays(model: Model, data: Path) -> pl.DataFrame:
    """The predictions for a file of arrays, a row for each example, or for each of its places."""
    X = read_arrays(data, model.input_shape)
    inputs = {name: np.moveaxis(A, 0, -1) for name, A in X.items()}
    alone = not isinstance(model.input_shape, Mapping)
    A = model.outputs(next(iter(inputs.values())) if alone else inputs)
    *places, n, m = A.shape
    table = as_table(model, np.moveaxis(A, -1, 0).reshape(-1, n).T)
    if not places:
        return table
    names = ("example", *PLACES.get(len(places), [f"axis {i}" for i in range(len(places))]))
    at = np.indices((m, *places)).reshape(len(names), -1) + 1
    return pl.DataFrame(dict(zip(names, at, strict=True))).hstack(table)


def read_arrays(path: Path, shape: InputShape) -> dict[str, NDArray[Any]]:
    """The array of each entrance, examples first; no code can stand in the file.

    Raises
    ------
    UnreadableFile
        There is no such file.
    DataError, ShapeError
        It holds no arrays, or others than the model takes.
    ResourceLimitError
        They are too large.
    """
    shapes = dict(shape) if isinstance(shape, Mapping) else {"X": shape}
    wanted = {name: written(("m", *own)) for name, own in shapes.items()}
    try:
        with opened(path, EXPECTED) as stream:
            given = _loaded(path, stream)
    except (ValueError, EOFError, MemoryError, zipfile.BadZipFile) as error:
        told = listed(f"{name} {own}" for name, own in wanted.items())
        write = "numpy.save(path, X)" if len(wanted) == 1 else "numpy.savez(path, image=..., ...)"
        raise DataError(
            f"{path.name} holds no arrays, which is what this model takes.",
            expected=f"{EXPECTED}: {told}",
            received=str(error).splitlines()[0],
            fix=f"write them with {write}, examples first",
        ) from None
    if len(shapes) == len(given) == 1:
        given = dict(zip(shapes, given.values(), strict=True))
    if set(given) != set(shapes):
        raise DataError(
            f"{path.name} does not hold the arrays that this model takes.",
            expected=listed(f"{name} {own}" for name, own in wanted.items()),
            received=listed(given),
            fix="numpy.savez(path, name=array, ...) gives each its name",
        )
    for name, array in given.items():
        if array.ndim != len(shapes[name]) + 1 or array.shape[-1] != shapes[name][-1]:
            raise ShapeError(
                f"{name} in {path.name} has shape {array.shape}.",
                expected=f"{name} {wanted[name]}: the examples first",
                received=f"{name} {array.shape}",
                fix="bring it to the shape of the examples that were learnt from",
            )
    return given


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
