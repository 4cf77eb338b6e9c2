"""Augmentation: images that could have been taken just as well, made of those that were.

Images are (m, H, W, n_C). Each gets a draw of its own; the same seed draws the same.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from glassnet.errors import DataTypeError, HyperparameterError, ShapeError, shown
from glassnet.seeds import Seed, seed_source

Images = NDArray[Any]


def shifted(images: Images, most: int, seed: Seed = 0) -> Images:
    """Every image moved by up to `most` pixels down or up, right or left; zeros come in.

    Parameters
    ----------
    images : array (m, H, W, n_C)
    most : int
        At least 0, less than height and width.
    seed : int, numpy.random.Generator or numpy.random.RandomState

    Raises
    ------
    ShapeError, HyperparameterError

    Examples
    --------
    >>> image = np.arange(1, 5).reshape(1, 2, 2, 1)
    >>> shifted(image, 1, seed=3)[0, :, :, 0].tolist()
    [[0, 0], [0, 1]]
    """
    height, width = _sizes(images)
    _check_whole("most", most, 0, min(height, width) - 1)
    padded = np.pad(images, ((0, 0), (most, most), (most, most), (0, 0)))
    return cropped(padded, (height, width), seed)


def cropped(images: Images, size: tuple[int, int], seed: Seed = 0) -> Images:
    """A part of every image, of the given height and width, at a place drawn by chance.

    Parameters
    ----------
    images : array (m, H, W, n_C)
    size : (int, int)
        Height and width, at most those of the images.
    seed : int, numpy.random.Generator or numpy.random.RandomState

    Raises
    ------
    ShapeError, HyperparameterError

    Examples
    --------
    >>> image = np.arange(1, 10).reshape(1, 3, 3, 1)
    >>> cropped(image, (2, 2), seed=0)[0, :, :, 0].tolist()
    [[4, 5], [7, 8]]
    """
    height, width = _sizes(images)
    if not isinstance(size, tuple) or len(size) != 2:
        raise HyperparameterError(
            f"The 'size' parameter must be a tuple of height and width. Got {shown(size)} instead.",
            fix="pass e.g. size=(24, 24)",
        )
    for name, part, whole in zip(("size[0]", "size[1]"), size, (height, width), strict=True):
        _check_whole(name, part, 1, whole)
    room = np.array([height, width]) - size + 1
    tops, lefts = np.floor(seed_source(seed).random((len(images), 2)) * room).astype(int).T
    rows, columns = tops[:, None] + np.arange(size[0]), lefts[:, None] + np.arange(size[1])
    each = np.arange(len(images))[:, None, None]
    parts: Images = images[each, rows[:, :, None], columns[:, None, :]]
    return parts


def flipped(images: Images, seed: Seed = 0) -> Images:
    """Every image mirrored, left and right, or not, each with probability 1/2.

    Parameters
    ----------
    images : array (m, H, W, n_C)
    seed : int, numpy.random.Generator or numpy.random.RandomState

    Raises
    ------
    ShapeError, HyperparameterError

    Examples
    --------
    >>> images = np.arange(1, 7).reshape(3, 1, 2, 1)
    >>> flipped(images, seed=1)[..., 0].tolist()
    [[[1, 2]], [[3, 4]], [[6, 5]]]
    """
    _sizes(images)
    turned = seed_source(seed).random(len(images)) < 0.5
    flips: Images = np.where(turned[:, None, None, None], images[:, :, ::-1], images)
    return flips


def noisy(images: Images, scale: float, seed: Seed = 0) -> Images:
    """Every value with noise added: scale · N(0, 1).

    Parameters
    ----------
    images : array (m, H, W, n_C) of float
    scale : float
        The standard deviation of the noise, at least 0.
    seed : int, numpy.random.Generator or numpy.random.RandomState

    Raises
    ------
    DataTypeError
        The images hold whole numbers, which noise would round.
    ShapeError, HyperparameterError

    Examples
    --------
    >>> noisy(np.zeros((1, 1, 2, 1)), 0.1, seed=0).round(3).ravel().tolist()
    [0.013, -0.013]
    """
    _sizes(images)
    if not np.issubdtype(images.dtype, np.floating):
        raise DataTypeError(
            "Noise cannot be added to whole numbers.",
            expected="images of float32 or float64",
            received=f"images of {images.dtype}",
            fix="divide them by 255 first",
        )
    if isinstance(scale, bool) or not isinstance(scale, int | float) or not 0 <= scale < np.inf:
        raise HyperparameterError(
            f"The 'scale' parameter must be a float in the range [0.0, inf). Got {shown(scale)} "
            "instead.",
            fix="pass e.g. scale=0.1",
        )
    noise = seed_source(seed).standard_normal(images.shape)
    added: Images = images + (scale * noise).astype(images.dtype)
    return added


def _sizes(images: Images) -> tuple[int, int]:
    if not isinstance(images, np.ndarray) or images.ndim != 4:
        raise ShapeError(
            "The images are no array (m, H, W, n_C).",
            expected="4 axes: examples, height, width, channels",
            received=str(getattr(images, "shape", type(images).__name__)),
            fix="add the axis of channels to grey images: images[..., None]",
        )
    return images.shape[1], images.shape[2]


def _check_whole(name: str, value: object, low: int, high: int) -> None:
    is_truth = isinstance(value, bool)
    if is_truth or not isinstance(value, int | np.integer) or not low <= value <= high:
        raise HyperparameterError(
            f"The {name!r} parameter must be an int in the range [{low}, {high}], for images of "
            f"this size. Got {shown(value)} instead.",
            fix=f"pass {name}= a whole number from {low} to {high}",
        )
