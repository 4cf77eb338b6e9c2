"""What the commands do with models of anything but tables: by the kind of plan, or without one."""

from __future__ import annotations

import warnings
from pathlib import Path
from typing import Any, cast

import numpy as np
import polars as pl

from glassnet.arrays import FloatArray
from glassnet.cli.arrays import labelled_arrays, predicted_arrays, scored_arrays
from glassnet.cli.limits import Allowed
from glassnet.cli.predicted import with_probabilities
from glassnet.cli.train_series import read_series
from glassnet.cli.train_text import read_text
from glassnet.errors import DataError, GlassnetWarning, counted, listed
from glassnet.experiments.scores import score
from glassnet.images.folder import files_below, files_of_classes, labels_of
from glassnet.images.plan import ImagePlan
from glassnet.model.model import Model
from glassnet.model.plan import labels_from
from glassnet.sequences.series import SeriesPlan
from glassnet.sequences.text import TextPlan

Scored = tuple[int, str, dict[str, float]]


def scored(model: Model, data: Path, *, header: bool, allow: Allowed) -> Scored:
    """How many examples a file has, that in words, and the scores of the model on them."""
    if model.plan is None:
        return scored_arrays(model, data)
    if isinstance(model.plan, ImagePlan):
        return _scored_images(model, data)
    if isinstance(model.plan, SeriesPlan):
        values = read_series(data, model.plan.name, header=header, allow=allow)
        return _scored_series(model, model.plan, values)
    return _scored_text(model, cast("TextPlan", model.plan), data)


def predicted(model: Model, data: Path, *, header: bool, allow: Allowed) -> pl.DataFrame:
    """The predictions for a file as a table."""
    if model.plan is None:
        return predicted_arrays(model, data)
    if isinstance(model.plan, ImagePlan):
        return _classes_of_images(model, data)
    if isinstance(model.plan, SeriesPlan):
        values = read_series(data, model.plan.name, header=header, allow=allow)
        following = np.ravel(model.predict(values))
        return pl.DataFrame({"step": range(1, len(following) + 1), model.plan.name: following})
    return _next_symbols(model, cast("TextPlan", model.plan), data)


def raw(model: Model, data: Path, *, header: bool, allow: Allowed) -> Any:
    """What a file holds, as the plan of the model reads it."""
    if isinstance(model.plan, ImagePlan):
        return data
    if isinstance(model.plan, SeriesPlan):
        return read_series(data, model.plan.name, header=header, allow=allow)
    return _text_for(cast("TextPlan", model.plan), data)


def labelled(model: Model, data: Path, *, header: bool, allow: Allowed) -> tuple[Any, Any]:
    """What a file holds that a model could learn from, and its labels.

    A series and a text need none: what follows is the label of what stands in front.
    """
    if model.plan is None:
        return labelled_arrays(model, data)
    if isinstance(model.plan, ImagePlan):
        return labelled_images(model, data)
    return raw(model, data, header=header, allow=allow), None


def labelled_images(model: Model, data: Path) -> tuple[list[Path], list[Any]]:
    """The images of a folder with a sub-folder for each class, and their classes.

    Raises
    ------
    DataError
        It is no such folder, or has a class that the model does not know.
    """
    if not data.is_dir():
        raise DataError(
            f"{str(data)!r} is no folder of images whose classes are known.",
            expected="a folder with a sub-folder of images for each class, as in training",
            received=str(data),
            fix="glassnet predict needs no classes",
        )
    files = files_of_classes(data)
    target: Any = model.target
    # Numbers that are labels are the names of folders as text.
    known = {str(label): label for label in target.labels}
    labels = [known.get(str(name), str(name)) for name in labels_of(files)]
    target.encode(labels)  # refuses other classes before the images are read
    return files, labels


def _scored_images(model: Model, data: Path) -> Scored:
    files, labels = labelled_images(model, data)
    target: Any = model.target
    return len(files), counted(len(files), "image"), score(target, labels, model.outputs(files))


def _classes_of_images(model: Model, data: Path) -> pl.DataFrame:
    """The file of each image, its class, and the probability of every class."""
    files = files_below(data)
    target: Any = model.target
    A = model.outputs(files)
    table = pl.DataFrame({"file": list(map(str, files)), target.name: target.decode(A)})
    return with_probabilities(table, target, A, "probability_")


def _scored_series(model: Model, plan: SeriesPlan, values: FloatArray) -> Scored:
    X, following = plan.examples(values, dtype=model.dtype)
    A = labels_from(plan, model.network.predict(model.parameters, X), X)
    labels = following[0] if plan.horizon == 1 else following
    target: Any = model.target
    m = X.shape[-1]
    told = f"{counted(m, 'window')} of {plan.length} values of {plan.name}"
    return m, told, score(target, labels, A)


def _scored_text(model: Model, plan: TextPlan, data: Path) -> Scored:
    X, Y = plan.labelled(_text_for(plan, data), dtype=model.dtype)
    A = model.network.predict(model.parameters, X)
    target: Any = model.target
    labels = Y.argmax(axis=1)
    return labels.size, counted(labels.size, plan.unit), score(target, labels, A)


def _next_symbols(model: Model, plan: TextPlan, data: Path) -> pl.DataFrame:
    """The symbols that may follow the text, the likeliest first."""
    shares = model.probabilities(_text_for(plan, data))[-1, :, 0]
    table = pl.DataFrame({f"next_{plan.unit}": plan.symbols, "probability": shares})
    return table.sort("probability", descending=True)


def _text_for(plan: TextPlan, data: Path) -> str:
    """The text of a file; what the model has not learnt in it is said."""
    text = read_text(data)
    if unknown := plan.unknown(text):
        warnings.warn(
            f"{data.name} holds {plan.unit}s that the model has not learnt:"
            f" {listed(map(repr, unknown))}; they are read as unknown.",
            GlassnetWarning,
            stacklevel=2,
        )
    return text
