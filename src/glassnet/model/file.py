"""Model files: one model in one `.safetensors` file, saved whole and loaded with distrust.

The file holds the parameters under the course's names, and beside them, as JSON, the description
of everything else: the network, the table plan, the target, the training. Loading reads that
description by the catalogue of glassnet's own classes; no code can stand in it.
"""

from __future__ import annotations

import errno
import io
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager

import numpy as np

from glassnet.arrays import FloatArray
from glassnet.errors import Malformed, ModelFileError, UnreadableFile
from glassnet.model.description import described, understood
from glassnet.model.descriptions import Classes, catalogue, unfit
from glassnet.model.limits import ModelLimits
from glassnet.model.model import Model
from glassnet.model.safe_write import Path, write_file
from glassnet.model.strict_json import dumps
from glassnet.model.tensor_file import parts, read_header, read_tensor


def save(
    model: Model,
    path: Path,
    *,
    classes: Classes = (),
    limits: ModelLimits | None = None,
    allow_nonfinite: bool = False,
) -> None:
    """Write a model to a file. The same model gives the same bytes.

    Parameters
    ----------
    model : Model
    path : str or path
        Usually with the ending ``.safetensors``. A file that stands there is replaced in one
        step, once the new one is safe on the disk.
    classes : tuple of classes
        Layers and losses of your own in the network; `load` wants them too.
    limits : ModelLimits, optional
        What `load` would refuse is not written.
    allow_nonfinite : bool
        Write parameters that are NaN or infinite.

    Raises
    ------
    CheckpointError
        The disk did not take the file; what stood at `path` is untouched.
    ModelFileError
        The model holds what no file may: an unknown class, NaN, more than the limits.

    Examples
    --------
    >>> import glassnet as gn, pathlib, tempfile
    >>> network = gn.Network([gn.Dense(1)], loss=gn.SquaredError())
    >>> model = gn.Model(network, network.initialize((2,)), (2,), record={"rows": 400})
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = pathlib.Path(folder, "line.safetensors")
    ...     gn.save(model, path)
    ...     gn.load(path).record["rows"]
    400
    """
    limits, known = limits or ModelLimits(), catalogue(classes)
    with _named(path):
        if not allow_nonfinite:
            for name, array in model.parameters.items():
                _check_finite(name, array)
        content = list(parts({"model": dumps(described(model, known))}, model.parameters))
        size = sum(map(len, content))
        # What is written can be read: the same checks, before the disk is touched.
        understood(read_header(io.BytesIO(content[0]), size, limits), known, limits)
    write_file(path, content, size)


def load(
    path: Path,
    *,
    classes: Classes = (),
    limits: ModelLimits | None = None,
    allow_nonfinite: bool = False,
) -> Model:
    """Read a model from a file that may come from anyone.

    Nothing in the file is run or imported, and nothing is allocated before the file has proved
    to hold it. The whole file is read into memory: later changes to it do not matter.

    Parameters
    ----------
    path : str or path
    classes : tuple of classes
        Layers and losses of your own that the file may name.
    limits : ModelLimits, optional
        How much the file may ask for.
    allow_nonfinite : bool
        Accept parameters that are NaN or infinite.

    Raises
    ------
    UnreadableFile
        The path leads to no file that can be read.
    Malformed, Checksum, Version, UnknownLayer, TooLarge
        The file cannot be trusted or understood; all are `ModelFileError`.
    """
    limits, known = limits or ModelLimits(), catalogue(classes)
    with _opened(path) as (file, size), _named(path):
        header = read_header(file, size, limits)
        fields = understood(header, known, limits)
        file.seek(size - sum(tensor.stop - tensor.start for tensor in header.tensors))
        parameters = {}
        for tensor in header.tensors:
            parameters[tensor.name] = read_tensor(file, tensor)
            if not allow_nonfinite:
                _check_finite(tensor.name, parameters[tensor.name])
        try:
            return Model(parameters=parameters, **fields)
        except ValueError as error:
            raise unfit("the model", error) from error


def _check_finite(name: str, array: FloatArray) -> None:
    wrong = array.size - int(np.isfinite(array).sum())
    if wrong:
        raise Malformed(
            f"tensor {name!r} holds {wrong} non-finite values; pass allow_nonfinite=True.",
            expected="finite numbers",
            received=f"{wrong} of {array.size:,} that are NaN or infinite",
            fix="train the model again, or pass allow_nonfinite=True to look at it as it is",
        )


@contextmanager
def _named(path: Path) -> Iterator[None]:
    """Puts the file's name in front of what is wrong with it."""
    try:
        yield
    except ModelFileError as error:
        raise type(error)(
            f"{os.fspath(path)!r}: {error.what}",
            expected=error.expected,
            received=error.received,
            fix=error.fix,
        ) from error.__cause__


@contextmanager
def _opened(path: Path) -> Iterator[tuple[io.BufferedReader, int]]:
    """A regular file and its size. Pipes and devices are refused without waiting for them."""
    flags = os.O_RDONLY | getattr(os, "O_BINARY", 0) | getattr(os, "O_NONBLOCK", 0)
    try:
        descriptor = os.open(path, flags)
    except (OSError, ValueError) as error:  # ValueError: a NUL character
        code = error.errno if isinstance(error, OSError) else errno.EINVAL
        raise _unreadable(path, code or errno.EIO) from error
    with os.fdopen(_regular(path, descriptor), "rb") as file:
        size = os.fstat(descriptor).st_size
        if not size and file.peek(1):
            raise _unreadable(path, errno.EINVAL, "a file of the system, without a size")
        try:
            yield file, size
        except OSError as error:  # the disk failed
            raise _unreadable(path, error.errno or errno.EIO) from error


def _regular(path: Path, descriptor: int) -> int:
    """The descriptor, unless it is that of something else than a file."""
    mode = os.fstat(descriptor).st_mode
    if stat.S_ISREG(mode):
        return descriptor
    os.close(descriptor)
    if stat.S_ISDIR(mode):
        raise _unreadable(path, errno.EISDIR)
    raise _unreadable(path, errno.EINVAL, "a pipe, socket or device, not a file")


def _unreadable(path: Path, code: int, reason: str | None = None) -> UnreadableFile:
    reason = reason or os.strerror(code)
    error = UnreadableFile(
        f"{os.fspath(path)!r} cannot be read: {reason}.",
        expected="the path of a model file (.safetensors)",
        received=f"{os.fspath(path)!r}, seen from the folder {os.getcwd()!r}",
        fix="check the spelling of the path and the permissions of the file",
    )
    error.errno = code
    return error
