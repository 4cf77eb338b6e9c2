"""IDX files, in which the MNIST digits come: a header of sizes, then the numbers."""

from __future__ import annotations

import gzip
import math
import zlib
from io import BufferedReader
from pathlib import Path
from typing import Any, Final, cast

import numpy as np
from numpy.typing import NDArray

from glassnet.errors import DataError
from glassnet.images.paths import Name, opened
from glassnet.memory import check_memory

_TYPES: Final = {8: "u1", 9: "i1", 11: ">i2", 12: ">i4", 13: ">f4", 14: ">f8"}
_GZIP: Final = b"\x1f\x8b"
_MOST_PACKED: Final = 1040  # no byte of a gzip file stands for more than 1032 of its content


def read_idx(path: Name) -> NDArray[Any]:
    """The array of an IDX file, plain or packed by gzip, in its own type.

    Parameters
    ----------
    path : str or path
        Such as ``"t10k-images-idx3-ubyte.gz"``.

    Returns
    -------
    array
        MNIST's images are (m, 28, 28) of uint8, its labels (m,).

    Raises
    ------
    UnreadableFile
        The path leads to no file.
    DataError
        The file is no IDX file, is damaged, or holds another number of values than its header
        says.
    ResourceLimitError
        The array needs more memory than there is.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.NamedTemporaryFile(suffix="-idx1-ubyte") as file:
    ...     _ = file.write(bytes([0, 0, 8, 1, 0, 0, 0, 3, 7, 2, 1]))
    ...     file.flush()
    ...     read_idx(file.name).tolist()
    [7, 2, 1]

    Source: LeCun, Cortes, Burges, "The MNIST database of handwritten digits" (1998).
    """
    path = Path(path)
    with opened(path, "an IDX file, plain or packed by gzip") as stream:
        packed = stream.peek()[:2] == _GZIP
        source = cast(BufferedReader, gzip.GzipFile(fileobj=stream)) if packed else stream
        try:
            dtype, shape = _header(path, source)
            size = math.prod(shape) * dtype.itemsize
            there = path.stat().st_size
            if size > (there * _MOST_PACKED if packed else there):
                raise _wrong_size(path, shape, dtype, f"a file of {there:,} bytes")
            check_memory(f"Reading {path.name}", size, "read it on a larger machine")
            content = source.read(size + 1)
        except (EOFError, gzip.BadGzipFile, zlib.error) as error:
            raise DataError(
                f"{path.name} is a damaged gzip file.",
                expected="a gzip file that unpacks without error",
                received=str(error),
                fix="copy or download the file again",
            ) from error
    if len(content) != size:
        received = f"{len(content):,} bytes" if len(content) < size else "more"
        raise _wrong_size(path, shape, dtype, f"{received} behind the header")
    return np.frombuffer(content, dtype).reshape(shape).astype(dtype.newbyteorder("="))


def _header(path: Path, source: BufferedReader) -> tuple[np.dtype[Any], tuple[int, ...]]:
    """The type of the numbers and the shape."""
    magic = source.read(4)
    if len(magic) < 4 or magic[:2] != b"\0\0" or magic[2] not in _TYPES or not magic[3]:
        raise DataError(
            f"{path.name} is no IDX file: its first four bytes are not those of one.",
            expected=f"0, 0, a type ({', '.join(map(str, _TYPES))}) and the number of axes",
            received=", ".join(map(str, magic)) or "an empty file",
            fix="check that this is the right file, and that it was copied whole",
        )
    sizes = source.read(4 * magic[3])
    if len(sizes) < 4 * magic[3]:
        raise DataError(
            f"{path.name} ends within its header.",
            expected=f"the sizes of {magic[3]} axes: {4 * magic[3]} bytes",
            received=f"{len(sizes)} bytes",
            fix="copy or download the file again",
        )
    return np.dtype(_TYPES[magic[2]]), tuple(int(n) for n in np.frombuffer(sizes, ">u4"))


def _wrong_size(
    path: Path, shape: tuple[int, ...], dtype: np.dtype[Any], received: str
) -> DataError:
    axes = " · ".join(f"{n:,}" for n in shape)
    return DataError(
        f"{path.name} does not hold as many values as its header says.",
        expected=f"{axes} values of {dtype.itemsize} bytes: "
        f"{math.prod(shape) * dtype.itemsize:,} bytes",
        received=received,
        fix="copy or download the file again",
    )
