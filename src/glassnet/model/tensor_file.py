"""The container of a model file: safetensors, read with distrust.

    8 bytes   n, the length of the header, little-endian
    n bytes   the header: JSON that names and places every tensor, padded with spaces
    the rest  the numbers of the tensors, little-endian, in rows, without gaps

Any program that reads safetensors reads it. Nothing here believes what a file says of itself
until it has been compared with the size of the file; nothing is allocated before.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from io import BufferedReader
from typing import Any, BinaryIO, Final

import numpy as np

from glassnet.arrays import FloatArray
from glassnet.errors import Malformed, shown
from glassnet.model.foreign_files import READ, foreign_kind
from glassnet.model.limits import ModelLimits
from glassnet.model.seal import BLANK, FORMAT, changed, check_seal, seal, sha256
from glassnet.model.strict_json import dumps, loads
from glassnet.model.tensor_header import (
    DIGEST,
    DTYPES,
    METADATA,
    Header,
    Tensor,
    header_of,
    malformed,
)

_CODES: Final = {dtype: code for code, dtype in DTYPES.items()}


def parts(
    metadata: Mapping[str, str], arrays: Mapping[str, FloatArray]
) -> Iterator[bytes | memoryview]:
    """The bytes of a file, in parts: first the header, then each array.

    Parameters
    ----------
    metadata : mapping of str to str
    arrays : mapping of str to array
        In float32 or float64.
    """
    views = {name: _bytes(array) for name, array in arrays.items()}
    digests = {f"{DIGEST}{name}": sha256(view) for name, view in views.items()}
    head: dict[str, Any] = {
        METADATA: {"format": str(FORMAT), "sha256": BLANK, **metadata, **digests}
    }
    start = 0
    for name, array in arrays.items():
        stop = start + array.nbytes
        code = _CODES[array.dtype.newbyteorder("<")]
        head[name] = {"dtype": code, "shape": array.shape, "data_offsets": (start, stop)}
        start = stop
    header = dumps(head).encode()
    header += b" " * (-len(header) % 8)
    yield len(header).to_bytes(8, "little") + seal(header)
    yield from views.values()


def read_header(file: BinaryIO, size: int, limits: ModelLimits) -> Header:
    """The header of a file of `size` bytes, once all that it says agrees with itself and them.

    Raises
    ------
    Malformed
        The file is none of glassnet's, is cut off, or contradicts itself.
    Checksum
        The header was changed.
    Version
        The file is of a newer format, or its numbers are of another type.
    TooLarge
        It is beyond a limit.
    """
    limits.check("file_bytes", size, "the file")
    start = file.read(READ)
    length = int.from_bytes(start[:8], "little")
    _check_start(start, length, size, limits)
    file.seek(8)
    raw = file.read(length)
    check_seal(raw)
    try:
        text = raw.decode()
    except UnicodeDecodeError as error:
        raise malformed("the header", "UTF-8", f"{error.reason} at byte {error.start}") from None
    entries = loads(text, "the header", depth=limits.depth)
    return header_of(entries, size - 8 - length, limits)


def read_tensor(file: BufferedReader, tensor: Tensor) -> FloatArray:
    """The next tensor of a file, read-only.

    Raises
    ------
    Malformed
        The file ends before it.
    Checksum
        Its bytes were changed.
    """
    array = np.empty(tensor.shape, tensor.dtype)
    view = _bytes(array)
    if file.readinto(view) != len(view):
        raise malformed(f"tensor {tensor.name!r}", f"{len(view):,} bytes", "the end of the file")
    if (digest := sha256(view)) != tensor.digest:
        raise changed(f"tensor {tensor.name!r}", tensor.digest, digest)
    array.flags.writeable = False
    return array


def _bytes(array: FloatArray) -> memoryview:
    """The bytes of an array in rows, little-endian: a view where it has them already."""
    plain = np.ascontiguousarray(array, array.dtype.newbyteorder("<"))
    return memoryview(plain.data).cast("B")


def _check_start(start: bytes, length: int, size: int, limits: ModelLimits) -> None:
    """Compare the first bytes of a file with its size."""
    if start[8:9] == b"{" and length <= size - 8:
        limits.check("header_bytes", length, "the header's length, in the first 8 bytes,")
    elif kind := foreign_kind(start):
        raise Malformed(
            f"{kind}.",
            expected="a model file of glassnet (.safetensors)",
            received=f"a file that begins with {shown(start[:8])}",
            fix="pass a file that glassnet.save wrote",
        )
    elif size < 8:
        raise malformed("the file", "at least 8 bytes, the header's length", f"{size} bytes")
    elif length > size - 8:
        raise malformed(
            "the file",
            f"a header of at most {size - 8:,} bytes, which is what the file still holds",
            f"{length:,} as its length, in the first 8 bytes",
        )
    else:
        received = f"{shown(start[8:9])} at byte 8"
        raise malformed("the file", "a header that begins with '{'", received)
