"""Images to learn from: a class for each, and a small convolutional network."""

from __future__ import annotations

import warnings
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from glassnet.arrays import FloatArray
from glassnet.errors import DataError, ShapeError, counted, listed
from glassnet.experiments.examples import Examples, Share, refuse, scored, training
from glassnet.experiments.options import Options
from glassnet.experiments.recipe import head
from glassnet.images.augment import shifted
from glassnet.images.folder import files_of_classes, labels_of, look, read_images
from glassnet.images.plan import ImagePlan
from glassnet.layers.activations import ReLU
from glassnet.layers.convolution import Conv2D
from glassnet.layers.dense import Dense
from glassnet.layers.dropout import Dropout
from glassnet.layers.layer import Layer
from glassnet.layers.max_pooling import MaxPool2D
from glassnet.layers.reshape import Flatten
from glassnet.memory import check_memory
from glassnet.network import Network
from glassnet.tables import Classes, split_rows

LARGEST: Final = 64
"""The longer side of the images that a network sees: larger ones are made smaller."""

SHIFT: Final = 14
"""Copies of the training images are moved by up to one part in so many of their size."""

FILTERS: Final = (8, 16, 32)
SEEN: Final = 60_000
"""About how many images are seen in all epochs together: minutes on one core."""

LINEAR_ROWS: Final = 4000
Pixels = NDArray[np.uint8]


def of_folder(path: Path, options: Options) -> Examples:
    """Understand a folder with a sub-folder of images for each class.

    Raises
    ------
    UnreadableFile, DataError
        There is no such folder, it has fewer than two classes, a class is empty, or a file is no
        image.
    """
    files = files_of_classes(path)
    classes = labels_of(files)
    if len(set(classes)) < 2:
        raise DataError(
            f"{str(path)!r} holds a single class, {str(classes[0])!r}.",
            expected="two sub-folders or more, one for each class",
            received=f"{counted(len(files), 'image')} of one class",
            fix="add a folder with images of another class",
        )
    looked = [look(file) for file in files]
    sizes, colours = [size for size, _ in looked], any(colour for _, colour in looked)
    size, channels = _size(sizes), 3 if colours else 1
    images = read_images(files, size=size, channels=channels)
    told = _told(sizes, size, colours=colours)
    return of_images(images, classes, options, name="class", source=path.name, told=told)


def of_arrays(
    images: NDArray[Any], labels: NDArray[Any], options: Options, *, source: str
) -> Examples:
    """Understand the two arrays of IDX files: images (m, H, W) of bytes, and their labels (m,).

    Raises
    ------
    ShapeError, DataError
    """
    grey = images[..., None] if images.ndim == 3 else images
    if grey.ndim != 4 or grey.dtype != np.uint8 or grey.shape[-1] not in (1, 3):
        raise ShapeError(
            f"{source} holds no images.",
            expected="bytes (m, H, W), or (m, H, W, 3)",
            received=f"{images.dtype} {images.shape}",
            fix="pass the IDX file of the images first, that of the labels as --target",
        )
    if labels.shape != (len(images),):
        raise ShapeError(
            "There is not one label for each image.",
            expected=f"labels ({len(images)},)",
            received=f"labels {labels.shape}",
            fix="pass the IDX file with the labels of these images",
        )
    if len(np.unique(labels)) < 2:
        raise DataError(
            "The labels hold a single class.",
            expected="two different labels or more",
            received=f"{labels[0]!s} {len(labels):,} times",
            fix="pass images of more than one class",
        )
    size = (int(grey.shape[1]), int(grey.shape[2]))
    told = _told([size], size, colours=grey.shape[-1] == 3)
    return of_images(grey, labels, options, name="label", source=source, told=told)


def of_images(
    images: Pixels, labels: NDArray[Any], options: Options, *, name: str, source: str, told: str
) -> Examples:
    """Split images, standardise them by those that are learnt from, and choose a network."""
    refuse(options, "images", "task", "drop")
    classes = Classes(name, tuple(np.unique(labels).tolist()))
    rest, test = split_rows(labels, options.test, options.seed, stratify=True)
    share = options.validation or 0.15
    learn, check = split_rows(labels[rest], share, options.seed, stratify=True)
    learn, check = rest[learn], rest[check]
    most = min(images.shape[1:3]) // SHIFT
    check_memory(
        "Learning from these images",
        4 * images[0].size * (len(images) + (len(learn) if most else 0)),
        "pass fewer of them",
    )
    plan = _plan(images[learn])
    parts = {
        part: _share(plan, classes, images, labels, at)
        for part, at in (("training", learn), ("validation", check), ("test", test))
    }
    if most:
        parts["training"] = _with_moved(plan, parts["training"], images[learn], most, options.seed)
    counted = ", ".join(f"{len(part.rows):,} {part_}" for part_, part in parts.items())
    moved = f"; training images once more, moved by up to {most}" if most else ""
    m = parts["training"].Y.shape[-1]
    return Examples(
        source=source,
        unit="image",
        options=options,
        plan=plan,
        target=classes,
        parts=parts,
        network=_network(plan, classes, options),
        training=training(
            options,
            m,
            rate=0.004,
            epochs=int(np.clip(SEEN // m, 4, 60)),
            batch_size=max(8, min(64, m // 20)),
        ),
        baselines=scored(classes, parts["test"], _baselines(parts, classes)),
        facts=(
            ("images", f"{source}: {len(images):,} images {told}"),
            ("task", f"{classes.task}: {_shares(classes, labels)}"),
            ("split", f"{counted}{moved}"),
        ),
        beside="Linear is logistic regression of the pixels; constant always predicts the shares"
        " of the classes.",
    )


def _size(sizes: list[tuple[int, int]]) -> tuple[int, int]:
    """The median height and width, made smaller where the longer of them is too large."""
    height, width = np.median(sizes, axis=0)
    smaller = min(1.0, LARGEST / max(height, width))
    return max(1, round(height * smaller)), max(1, round(width * smaller))


def _told(sizes: list[tuple[int, int]], size: tuple[int, int], *, colours: bool) -> str:
    low, high = np.min(sizes, axis=0), np.max(sizes, axis=0)
    kind = "in colour" if colours else "grey"
    seen = f"{size[0]} × {size[1]} pixels, {kind}"
    if (low == high).all() and tuple(low) == size:
        return f"of {seen}"
    were = f"of {low[0]} × {low[1]}"
    were += "" if (low == high).all() else f" to {high[0]} × {high[1]}"
    return f"{were} pixels, each scaled to {seen}"


def _shares(classes: Classes, labels: NDArray[Any]) -> str:
    counts = [(label, np.mean(labels == label)) for label in classes.labels]
    return listed((f"{label!s} {share:.0%}" for label, share in counts), most=12)


def _plan(images: Pixels) -> ImagePlan:
    center, scale = images.mean(axis=(0, 1, 2)), images.std(axis=(0, 1, 2))
    height, width, channels = images.shape[1:]
    return ImagePlan(
        *(height, width, channels),
        center=tuple(map(float, center)),
        scale=tuple(float(each) or 1.0 for each in scale),
    )


def _share(
    plan: ImagePlan, classes: Classes, images: Pixels, labels: NDArray[Any], at: NDArray[np.int64]
) -> Share:
    own = labels[at]
    Y = classes.encode(own.tolist(), dtype=np.float32)
    return Share(at, own.tolist(), plan.encode(images[at], dtype=np.float32), Y)


def _with_moved(plan: ImagePlan, part: Share, images: Pixels, most: int, seed: int) -> Share:
    moved = plan.encode(shifted(images, most, seed), dtype=np.float32)
    X = np.concatenate([part.X, moved], axis=-1)
    return replace(part, X=X, Y=np.concatenate([part.Y, part.Y], axis=-1))


def _network(plan: ImagePlan, classes: Classes, options: Options) -> Network:
    """Convolutions and pooling while the image is large enough, then a dense output."""
    side = min(plan.height, plan.width)
    layers: list[Layer] = []
    for filters in FILTERS if options.hidden is None else options.hidden:
        kernel = 5 if side >= 12 else 3
        side = (side - kernel + 1) // 2
        if side < 2:
            break
        layers += [Conv2D(filters, kernel), options.activation or ReLU(), MaxPool2D(2)]
    layers.append(Flatten())
    if rate := 0.3 if options.dropout is None else options.dropout:
        layers.append(Dropout(rate))
    output, loss = head(classes)
    return Network([*layers, Dense(len(classes.names)), output], loss, options.penalties)


def _baselines(parts: Mapping[str, Share], classes: Classes) -> dict[str, FloatArray]:
    from sklearn.exceptions import ConvergenceWarning
    from sklearn.linear_model import LogisticRegression

    learn, test = parts["training"], parts["test"]
    m = len(learn.rows)  # the images themselves come first, those that were moved behind them
    some = np.random.default_rng(0).permutation(m)[:LINEAR_ROWS]
    X, X_test = (np.reshape(part.X, (-1, part.X.shape[-1])).T for part in (learn, test))
    codes = classes.probabilities(learn.Y[:, some]).argmax(axis=0)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)
        model = LogisticRegression(C=0.01, max_iter=50).fit(X[some], codes)
    A = np.zeros((len(classes.labels), len(X_test)))
    A[model.classes_] = model.predict_proba(X_test).T
    mean = learn.Y[:, :m].mean(axis=1, keepdims=True)
    linear = A[1:] if len(learn.Y) == 1 else A
    return {"linear": linear, "constant": np.broadcast_to(mean, test.Y.shape)}
