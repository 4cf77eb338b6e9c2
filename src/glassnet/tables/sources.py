"""Opens the file of a table: what kind of path it is, gzip or not, which Unicode encoding."""

from __future__ import annotations

import codecs
import gzip
import io
import os
import stat
import zlib
from contextlib import contextmanager
from typing import TYPE_CHECKING

from glassnet.errors import DataError, ResourceLimitError, UnreadableFile

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from _typeshed import WriteableBuffer

    from glassnet.tables.limits import Limits

GZIP, ZIP, PARQUET = b"\x1f\x8b", b"PK\x03\x04", b"PAR1"
FREE_GROWTH = 2**20  # a few repeated lines compress well: the ratio counts beyond this size


@contextmanager
def opened(path: Path, limits: Limits) -> Iterator[io.BufferedReader]:
    """The bytes of a regular file that is neither empty nor beyond `limits.file_bytes`.

    Raises
    ------
    UnreadableFile
        For a missing file, a directory, a pipe or device (which would block), a file without
        permission, a loop of links.
    DataError
        For an empty file, or one that packs other files.
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
    head = stream.read(len(ZIP))
    stream.seek(0)
    if not head:
        raise DataError(
            f"{path.name} is empty.",
            expected="a table: a header line and at least one row",
            received="0 bytes",
            fix="check that the file was written completely",
        )
    if head == ZIP:
        raise DataError(
            f"{path.name} is a zip archive or an Excel workbook.",
            expected="a CSV, TSV or Parquet file, plain or gzip'd",
            received="a file that begins with 'PK', the mark of zip",
            fix="unpack it, or save the sheet as CSV",
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
    """The text of a file, unpacked where it is gzip, decoded from UTF-8 or, by its mark, UTF-16.

    Bytes that are not UTF-8 arrive as lone surrogates, so that the reader can name their line;
    line ends arrive as they are.
    """
    with opened(path, limits) as stream:
        packed = stream.peek()[:2] == GZIP
        source = io.BufferedReader(_Unpacked(path, stream, limits)) if packed else stream
        head = source.peek()[:4]
        if packed and head.startswith((GZIP, ZIP)):
            raise DataError(
                f"{path.name} is an archive inside gzip.",
                expected="a CSV or TSV file, packed once",
                received=f"a gzip file whose content begins with {head!r}",
                fix="unpack it, and read the file inside",
            )
        with io.TextIOWrapper(source, _encoding(head), "surrogateescape", newline="") as text:
            yield text


def _encoding(head: bytes) -> str:
    return "utf-16" if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)) else "utf-8-sig"


class _Unpacked(io.RawIOBase):
    """The content of a gzip stream, refused as soon as it grows beyond the limits."""

    def __init__(self, path: Path, stream: io.BufferedReader, limits: Limits) -> None:
        self._path = path
        self._gzip = gzip.GzipFile(fileobj=stream)
        self._ratio, self._most = limits.gzip_ratio, limits.gzip_bytes
        self._packed, self._size = path.stat().st_size, 0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: WriteableBuffer) -> int:
        view = memoryview(buffer)
        try:
            piece = self._gzip.read(len(view))
        except (EOFError, OSError, zlib.error) as error:
            raise DataError(
                f"{self._path.name} is a damaged gzip file.",
                expected="a gzip file that unpacks without error",
                received=f"{error} after {self._size:,} bytes of content",
                fix="copy or pack the file again",
            ) from error
        view[: len(piece)] = piece
        self._size += len(piece)
        self._check_size()
        return len(piece)

    def _check_size(self) -> None:
        ratio = self._size // self._packed
        if self._size > self._most:
            raise ResourceLimitError(
                f"{self._path.name} unpacks to too much.",
                expected=f"at most {self._most:,} bytes of content (limit gzip_bytes)",
                received=f"more than {ratio} times the file: {self._size:,} bytes from"
                f" {self._packed:,}",
                fix=f"read a part of it, or pass limits=Limits(gzip_bytes={2 * self._size})",
            )
        if ratio > self._ratio and self._size > FREE_GROWTH:
            raise ResourceLimitError(
                f"{self._path.name} unpacks to suspiciously much.",
                expected=f"content at most {self._ratio} times the file (limit gzip_ratio)",
                received=f"{ratio} times: {self._size:,} bytes from {self._packed:,}",
                fix="unpack it yourself if you trust it, or pass limits=Limits(gzip_ratio=2000)",
            )
