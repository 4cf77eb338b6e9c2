"""The header of a tensor file: what it says, once it agrees with itself and the file's size."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from glassnet.errors import Malformed, Version, listed, shown
from glassnet.model.limits import ModelLimits
from glassnet.shapes import Shape

METADATA: Final = "__metadata__"
DIGEST: Final = "sha256."
"""In front of a tensor's name: the key of its SHA-256 in the metadata."""

DTYPES: Final[Mapping[str, np.dtype[Any]]] = {"F32": np.dtype("<f4"), "F64": np.dtype("<f8")}


@dataclass(frozen=True)
class Tensor:
    """Where a tensor stands in a file.

    Attributes
    ----------
    name : str
    dtype : numpy.dtype
        float32 or float64.
    shape : tuple of int
    start, stop : int
        Its bytes, counted from the end of the header.
    digest : str
        Their SHA-256.
    """

    name: str
    dtype: np.dtype[Any]
    shape: Shape
    start: int
    stop: int
    digest: str


@dataclass(frozen=True)
class Header:
    """What stands in front of the numbers: text by name, and the tensors in the file's order."""

    metadata: Mapping[str, str]
    tensors: tuple[Tensor, ...]


def header_of(entries: Mapping[str, Any], size: int, limits: ModelLimits) -> Header:
    """What the JSON of a header says, for a file with `size` bytes of numbers.

    Raises
    ------
    Malformed
        It contradicts itself or the size.
    Version
        Its numbers are of another type than this build reads.
    TooLarge
        It is beyond a limit.
    """
    metadata, digests = _metadata(entries[METADATA])
    named = {name: entry for name, entry in entries.items() if name != METADATA}
    limits.check("tensors", len(named), "the number of tensors")
    if set(digests) != set(named):
        odd = listed(map(shown, sorted(set(digests) ^ set(named))))
        raise malformed("the header", "one digest for each tensor", f"one without: {odd}")
    tensors = [_tensor(name, entry, digests[name], limits) for name, entry in named.items()]
    tensors.sort(key=lambda tensor: tensor.start)
    _check_places(tensors, size)
    return Header(metadata, tuple(tensors))


def _metadata(entry: Any) -> tuple[dict[str, str], dict[str, str]]:
    """The text of the header, and the digests of the tensors among it."""
    metadata, digests = {}, {}
    for name, text in entry.items():
        if not isinstance(text, str):
            raise malformed(f"{METADATA}[{shown(name)}]", "text", shown(text))
        if name.startswith(DIGEST):
            digests[name.removeprefix(DIGEST)] = text
        else:
            metadata[name] = text
    return metadata, digests


def _tensor(name: str, entry: Any, digest: str, limits: ModelLimits) -> Tensor:
    what = f"tensor {shown(name)}"
    limits.check("name_bytes", len(name.encode()), f"the name of {what}")
    if not isinstance(entry, dict) or set(entry) != {"dtype", "shape", "data_offsets"}:
        raise malformed(what, "dtype, shape and data_offsets", shown(entry))
    code, shape, offsets = entry["dtype"], entry["shape"], entry["data_offsets"]
    if not isinstance(code, str) or code not in DTYPES:
        raise Version(
            f"{what} holds numbers of type {shown(code)}, which this build does not read.",
            expected=" or ".join(DTYPES),
            received=shown(code),
            fix="upgrade glassnet, or save the model in float32 or float64",
        )
    if not _whole(shape, least=1):
        raise malformed(what, "a shape of whole numbers of at least 1", shown(shape))
    limits.check("axes", len(shape), f"the number of axes of {what}")
    if not _whole(offsets, least=0) or len(offsets) != 2:
        raise malformed(what, "two data_offsets", shown(offsets))
    (start, stop), dtype = offsets, DTYPES[code]
    if stop - start != math.prod(shape) * dtype.itemsize:
        raise malformed(
            what,
            f"{math.prod(shape) * dtype.itemsize:,} bytes, as {code} and shape {shown(shape)} ask",
            f"data_offsets {shown(offsets)}",
        )
    return Tensor(name, dtype, tuple(shape), start, stop, digest)


def _whole(numbers: Any, least: int) -> bool:
    return isinstance(numbers, list) and all(type(n) is int and n >= least for n in numbers)


def _check_places(tensors: list[Tensor], size: int) -> None:
    """The tensors must fill the rest of the file, one behind the other."""
    end = 0
    for tensor in tensors:
        if tensor.start != end:
            fault = "overlaps the one before it" if tensor.start < end else "leaves a hole"
            raise malformed(
                f"tensor {tensor.name!r}",
                f"that it starts at byte {end:,} of the data",
                f"a start at {tensor.start:,}, which {fault}",
            )
        end = tensor.stop
    if end > size:
        last = tensors[-1].name
        raise malformed(
            f"tensor {last!r}", f"{end:,} bytes of data", f"{size:,}: the file was cut off"
        )
    if end < size:
        raise malformed(
            "the end of the file",
            f"{end:,} bytes of data, those of the tensors",
            f"{size - end:,} unexpected bytes behind them",
        )


def malformed(what: str, expected: str, received: str) -> Malformed:
    """The error for bytes that are not what the format says."""
    return Malformed(
        f"{what} is malformed.",
        expected=expected,
        received=received,
        fix="the file is damaged or was not written by glassnet: copy or save it again",
    )
