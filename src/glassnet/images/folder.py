"""Images from folders: a sub-folder for each class."""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final, Literal

import numpy as np
from numpy.typing import NDArray

from glassnet.errors import DataError, GlassnetError, HyperparameterError, ResourceLimitError, shown
from glassnet.images.paths import Name, entries, opened
from glassnet.memory import check_memory

EXPECTED = "a folder with a sub-folder of images for each class"
GREY: Final = ("1", "L", "LA", "I", "F", "I;16")
ORIENTATION: Final = 0x0112
"""The tag in which a camera notes how it was held; from 5 on, on its side."""


def read_folder(
    path: Name, *, size: tuple[int, int] | None = None, channels: Literal[1, 3] = 3
) -> tuple[NDArray[np.uint8], NDArray[np.str_]]:
    """All images below a folder, and for each the name of the sub-folder in which it lies.

    Parameters
    ----------
    path : str or path
        The folder. Hidden files are left out; everything else in its sub-folders must be an image.
    size : (int, int), optional
        Height and width to which every image is scaled. Left out, all must have the same size.
    channels : 1 or 3
        Grey, or red, green and blue. Transparency is dropped.

    Returns
    -------
    images : array (m, H, W, channels) of uint8
        By class and then by file name.
    labels : array (m,) of str

    Raises
    ------
    UnreadableFile
        There is no such folder, or a file in it cannot be opened.
    DataError
        The folder has no classes, a class no images; a file is no image, or one of another size.
    ResourceLimitError
        The images need more memory than there is.
    HyperparameterError
        `size` or `channels` is outside its domain.

    Notes
    -----
    Needs Pillow: ``pip install "glassnet[images]"``. Photographs are turned upright where the
    camera has noted how it was held.

    Examples
    --------
    >>> import tempfile
    >>> from PIL import Image
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     for name in ("cat", "dog"):
    ...         (Path(folder) / name).mkdir()
    ...         Image.new("RGB", (4, 3)).save(Path(folder) / name / "1.png")
    ...     images, labels = read_folder(folder)
    >>> images.shape, labels.tolist()
    ((2, 3, 4, 3), ['cat', 'dog'])
    """
    _check(size, channels)
    files = files_of_classes(Path(path))
    return read_images(files, size=size, channels=channels), labels_of(files)


def labels_of(files: Sequence[Path]) -> NDArray[np.str_]:
    """The name of the folder in which each image lies."""
    return np.array([file.parent.name for file in files])


def read_images(
    files: Sequence[Path], *, size: tuple[int, int] | None, channels: int
) -> NDArray[np.uint8]:
    """The images in these files, (m, H, W, channels), as `read_folder` reads them."""
    first = _read(files[0], size, channels)
    check_memory(
        f"Reading {len(files):,} images", first.nbytes * len(files), "pass a smaller size="
    )
    images = np.empty((len(files), *first.shape), np.uint8)
    for number, file in enumerate(files):
        image = _read(file, size, channels)
        if image.shape != first.shape:
            raise DataError(
                f"{str(file)!r} has another size than the images before it.",
                expected=f"{first.shape[0]} × {first.shape[1]} pixels, as {files[0].name!r} has",
                received=f"{image.shape[0]} × {image.shape[1]} pixels (height × width)",
                fix=f"pass size={first.shape[:2]}, to which every image is then scaled",
            )
        images[number] = image
    return images


def files_of_classes(path: Path) -> list[Path]:
    classes = [entry for entry in entries(path, EXPECTED) if entry.is_dir()]
    if not classes:
        raise DataError(
            f"{str(path)!r} has no sub-folders.",
            expected=EXPECTED,
            received=f"{len(entries(path, EXPECTED))} files",
            fix="put the images of each class into a folder of its own",
        )
    files = {each: entries(each, EXPECTED) for each in classes}
    if empty := [each.name for each in classes if not files[each]]:
        raise DataError(
            f"The folder of class {empty[0]!r} is empty.",
            expected="at least 1 image of each class",
            received=f"0 images in {str(path / empty[0])!r}",
            fix="remove the folder, or put the images there",
        )
    return [file for each in classes for file in files[each]]


def files_below(path: Path) -> list[Path]:
    """An image itself, or all that lie in a folder and in its sub-folders.

    Raises
    ------
    UnreadableFile, DataError
    """
    if not path.is_dir():
        return [path]
    inside = entries(path, "an image, or a folder of images")
    files = [entry for entry in inside if not entry.is_dir()]
    for folder in (entry for entry in inside if entry.is_dir()):
        files += [entry for entry in entries(folder, EXPECTED) if not entry.is_dir()]
    if not files:
        raise DataError(
            f"{str(path)!r} holds no images.",
            expected="an image, or a folder of images",
            received="0 files in it and its sub-folders",
            fix="check that this is the right folder",
        )
    return files


def look(file: Path) -> tuple[tuple[int, int], bool]:
    """Height and width of an image, and whether it has colours; its pixels are not read.

    Raises
    ------
    UnreadableFile, DataError
    """
    from PIL import Image

    try:
        with opened(file, "an image") as stream, Image.open(stream) as image:
            turned = image.getexif().get(ORIENTATION, 1) >= 5
            size = image.size if turned else image.size[::-1]
            return size, image.mode not in GREY
    except GlassnetError:
        raise
    except (OSError, SyntaxError, ValueError, EOFError) as error:
        raise _no_image(file, _told(error)) from error


def _read(file: Path, size: tuple[int, int] | None, channels: int) -> NDArray[np.uint8]:
    from PIL import Image, ImageOps

    try:
        with opened(file, "an image") as stream, warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            image: Any = ImageOps.exif_transpose(Image.open(stream))
            if image.mode in ("I", "F") or image.mode.startswith("I;"):
                raise _no_image(file, f"one of {image.mode!r} pixels, beyond 8 bits")
            image = image.convert("L" if channels == 1 else "RGB")
            if size is not None:
                image = image.resize(size[::-1])
    except GlassnetError:
        raise
    except (Image.DecompressionBombWarning, Image.DecompressionBombError) as error:
        raise ResourceLimitError(
            f"{str(file)!r} is too large an image.",
            expected=f"at most {Image.MAX_IMAGE_PIXELS:,} pixels",
            received=str(error),
            fix="make it smaller, or raise PIL.Image.MAX_IMAGE_PIXELS if you trust it",
        ) from error
    # Pillow's words for no image, for one that ends too early, and for one that is damaged.
    except (OSError, SyntaxError, ValueError, EOFError) as error:
        raise _no_image(file, _told(error)) from error
    pixels: NDArray[np.uint8] = np.asarray(image).reshape(*image.size[::-1], channels)
    return pixels


def _told(error: Exception) -> str:
    """Pillow's words, but for those that name an object of Python's."""
    from PIL import UnidentifiedImageError

    unknown = isinstance(error, UnidentifiedImageError)
    return "the bytes of no kind of image that is known" if unknown else str(error)


def _no_image(file: Path, received: str) -> DataError:
    return DataError(
        f"{str(file)!r} cannot be read as an image.",
        expected="an image of 8 bits for each channel, such as PNG or JPEG",
        received=received,
        fix="repair or convert it, or move it out of the folder",
    )


def _check(size: object, channels: object) -> None:
    if size is not None and not (
        isinstance(size, tuple) and len(size) == 2 and all(type(n) is int and n > 0 for n in size)
    ):
        raise HyperparameterError(
            "The 'size' parameter must be None or a tuple of 2, each an int in the range "
            f"[1, inf). Got {shown(size)} instead.",
            fix="pass e.g. size=(64, 64), height and width",
        )
    if channels not in (1, 3) or isinstance(channels, bool):
        raise HyperparameterError(
            f"The 'channels' parameter must be one of 1, 3. Got {shown(channels)} instead.",
            fix="pass channels=1 for grey, channels=3 for colours",
        )
