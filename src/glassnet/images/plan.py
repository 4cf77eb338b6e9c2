"""Images of any size as the arrays that a network was trained on."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar

import numpy as np
from numpy.typing import DTypeLike, NDArray

from glassnet.arrays import FloatArray
from glassnet.domains import Checked, Count, Positive
from glassnet.errors import (
    DataError,
    DataTypeError,
    HyperparameterError,
    ShapeError,
)
from glassnet.images.folder import files_below, read_images
from glassnet.plain import from_plain, to_plain


@dataclass(frozen=True)
class ImagePlan(Checked):
    """How images become X (height, width, channels, m): a pixel p becomes (p − center) / scale.

    Saved with the model: later images are scaled to the same height and width, made grey where
    those that were learnt from are, and standardised by the same numbers.

    Parameters
    ----------
    height, width : int
    channels : int
        1 for grey, 3 for red, green and blue.
    center, scale : tuple of float, (channels,)
        Mean and standard deviation of the pixels that were learnt from, 0 to 255.

    Examples
    --------
    >>> plan = ImagePlan(1, 2, 1, center=(100.0,), scale=(50.0,))
    >>> plan.encode(np.array([[[[0], [200]]]], dtype=np.uint8))[..., 0].tolist()
    [[[-2.0], [2.0]]]
    """

    kind: ClassVar[str] = "images"
    reads: ClassVar[str] = "images"
    height: Count
    width: Count
    channels: Count
    center: tuple[float, ...]
    scale: tuple[Positive, ...]

    def __post_init__(self) -> None:
        super().__post_init__()
        moments = len(self.center), len(self.scale)
        finite = all(np.isfinite(self.center))
        if self.channels not in (1, 3) or moments != (self.channels,) * 2 or not finite:
            raise HyperparameterError(
                "An ImagePlan needs 1 or 3 channels, and a finite center and a scale for each.",
                expected="channels = 1 or 3, with as many centers and scales",
                received=f"channels = {self.channels}, {moments[0]} centers, {moments[1]} scales",
                fix="pass center=(0.0,), scale=(255.0,) for grey images",
            )

    @property
    def input_shape(self) -> tuple[int, int, int]:
        """(height, width, channels), the shape of one image."""
        return (self.height, self.width, self.channels)

    def encode(self, data: Any, *, dtype: DTypeLike = np.float64) -> FloatArray:
        """X of images.

        Parameters
        ----------
        data : path, list of paths, or array (m, H, W, n_C) or (m, H, W) of uint8
            A path leads to an image, or to a folder with images in it and in its sub-folders.
        dtype : float32 or float64

        Raises
        ------
        UnreadableFile, DataError
            There is no such file, or it is no image.
        DataTypeError, ShapeError
            The array has other numbers than 0 to 255, or other axes.
        """
        center, scale = (np.array(each, dtype) for each in (self.center, self.scale))
        X: FloatArray = np.moveaxis((self.pixels(data) - center) / scale, 0, -1)
        return X

    def pixels(self, data: Any) -> NDArray[np.uint8]:
        """Images as they are standardised, (m, height, width, channels)."""
        size = (self.height, self.width)
        if isinstance(data, str | os.PathLike):
            return read_images(files_below(Path(data)), size=size, channels=self.channels)
        if isinstance(data, list | tuple) and all(isinstance(f, str | os.PathLike) for f in data):
            if not data:
                raise DataError(
                    "There are no images.",
                    expected="one path or more",
                    received="none",
                    fix="pass the paths of images",
                )
            return read_images([Path(f) for f in data], size=size, channels=self.channels)
        return self._checked(np.asarray(data))

    def to_data(self) -> dict[str, Any]:
        """The plan as plain JSON data."""
        plain: dict[str, Any] = to_plain(self)
        return plain

    @classmethod
    def from_data(cls, data: dict[str, Any]) -> ImagePlan:
        """The plan that `to_data` turned into `data`.

        Raises
        ------
        Malformed
        """
        return from_plain(cls, data, "the plan of images")

    def _checked(self, images: NDArray[Any]) -> NDArray[np.uint8]:
        images = images[..., None] if images.ndim == 3 else images
        if images.ndim != 4 or images.shape[1:] != self.input_shape or not len(images):
            wanted = ", ".join(map(str, self.input_shape))
            raise ShapeError(
                "The images do not fit the network.",
                expected=f"an array (m, {wanted}), or the paths of images of any size",
                received=f"shape {images.shape}",
                fix="pass the paths, or scale the images first",
            )
        if images.dtype != np.uint8:
            raise DataTypeError(
                "The images are not as files hold them.",
                expected="uint8, from 0 to 255",
                received=f"{images.dtype}",
                fix="pass what read_folder and read_idx return, not scaled",
            )
        return images
