"""Opens the file of a table: what kind of path it is, packed or not, which Unicode encoding."""

from __future__ import annotations

import codecs
import io
import os
import stat
from contextlib import contextmanager
from typing import TYPE_CHECKING

from glassnet.errors import DataError, ResourceLimitError, UnreadableFile
from glassnet.tables.packing import unpacked

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from glassnet.tables.limits import Limits


@contextmanager
def opened(path: Path, limits: Limits) -> Iterator[io.BufferedReader]:
    """The bytes of a regular file that is neither empty nor beyond `limits.file_bytes`.

    Raises
    ------
    UnreadableFile
        For a missing file, a directory, a pipe or device (which would block), a file without
        permission, a loop of links.
    DataError
        For an empty file.
    ResourceLimitError
        For a file that is too large.
    """
    try:
        status = path.stat()
        if not stat.S_ISREG(status.st_mode):
            raise _not_a_file(path, status.st_mode)
        stream = path.open("rb")
    except UnreadableFile:
        raise
    except (OSError, ValueError) as error:  # ValueError: a path with a NUL character
        reason = os.strerror(error.errno) if isinstance(error, OSError) and error.errno else error
        raise UnreadableFile(
            f"{str(path)!r} cannot be read: {reason}.",
            expected="the path of a CSV, TSV or Parquet file",
            received=f"{str(path)!r}, seen from the folder {os.getcwd()!r}",
            fix="check the spelling of the path and the permissions of the file",
        ) from error
    with stream:
        _check_whole(path, stream, status.st_size, limits)
        yield stream


def _not_a_file(path: Path, mode: int) -> UnreadableFile:
    kind = "a directory" if stat.S_ISDIR(mode) else "a pipe, socket or device"
    return UnreadableFile(
        f"{str(path)!r} is {kind}, not a file.",
        expected="the path of a CSV, TSV or Parquet file",
        received=f"{str(path)!r}, {kind}",
        fix="name one file" if stat.S_ISDIR(mode) else "write its content to a file first",
    )


def _check_whole(path: Path, stream: io.BufferedReader, size: int, limits: Limits) -> None:
    if not stream.peek():
        raise DataError(
            f"{path.name} is empty.",
            expected="a table: a header line and at least one row",
            received="0 bytes",
            fix="check that the file was written completely",
        )
    if size > limits.file_bytes:
        raise ResourceLimitError(
            f"{path.name} is too large.",
            expected=f"at most {limits.file_bytes:,} bytes (limit file_bytes)",
            received=f"{size:,} bytes",
            fix=f"read a part of it, or pass limits=Limits(file_bytes={size})",
        )


@contextmanager
def opened_text(path: Path, limits: Limits) -> Iterator[io.TextIOWrapper]:
    """The text of a file, unpacked where it is packed, decoded from UTF-8 or, by its mark, UTF-16.

    Bytes that are not UTF-8 arrive as lone surrogates, so that the reader can name their line;
    line ends arrive as they are.
    """
    with opened(path, limits) as stream:
        source = unpacked(path, stream, limits)
        encoding = _encoding(source.peek())
        with io.TextIOWrapper(source, encoding, "surrogateescape", newline="") as text:
            yield text


def _encoding(head: bytes) -> str:
    return "utf-16" if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)) else "utf-8-sig"
