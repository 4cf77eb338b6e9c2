"""Packed files: gzip, and a zip archive of one table; every other kind is refused by its name."""

from __future__ import annotations

import gzip
import io
import stat
import zipfile
import zlib
from collections import Counter
from typing import IO, TYPE_CHECKING, Final, NamedTuple, cast

from glassnet.errors import DataError, ResourceLimitError, listed

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from _typeshed import WriteableBuffer

    from glassnet.tables.limits import Limits

PARQUET: Final = b"PAR1"
FREE_GROWTH: Final = 2**20  # a few repeated lines compress well: the ratio counts beyond this size

_GZIP, _ZIP = "gzip file", "zip archive"
_KINDS: Final = {
    b"\x1f\x8b": _GZIP,
    b"PK\x03\x04": _ZIP,
    b"PK\x05\x06": _ZIP,
    b"BZh91AY&SY": "bzip2 file",
    b"\xfd7zXZ": "xz file",
    b"\x28\xb5\x2f\xfd": "zstd file",
    b"7z\xbc\xaf": "7-Zip archive",
    b"\xd0\xcf\x11\xe0": "Excel workbook of the old kind",
    b"\x89HDF": "HDF5 file",
    b"SQLite format 3": "SQLite database",
    PARQUET: "Parquet file",
}
_TAR, _TAR_AT = b"ustar", 257

_DAMAGE: Final[tuple[type[Exception], ...]] = (
    *(EOFError, OSError, ValueError, NotImplementedError, RuntimeError),
    *(zlib.error, zipfile.BadZipFile),
)
_OF_MACOS = "__MACOSX/", ".DS_Store"


def unpacked(path: Path, stream: io.BufferedReader, limits: Limits) -> io.BufferedReader:
    """The content of a gzip file, of the one file in a zip archive, or the file as it is.

    Raises
    ------
    DataError
        For an archive of several files, one that is encrypted or names files elsewhere, one
        inside another, a damaged one; and for a file of another kind.
    ResourceLimitError
        As soon as the content grows beyond the limits.
    """
    kind = _kind(stream.peek())
    if kind is None:
        return stream
    if kind not in (_GZIP, _ZIP):
        raise DataError(
            f"{path.name} is no text: its first bytes are those of a {kind}.",
            expected="a CSV, TSV or Parquet file; CSV and TSV also as gzip or in a zip archive",
            received=f"a {kind}",
            fix="unpack it, or save the table as CSV",
        )
    file = _Packed(path.name, kind, path.stat().st_size)
    try:
        source = cast("IO[bytes]", gzip.GzipFile(fileobj=stream))
        if kind == _ZIP:
            archive = zipfile.ZipFile(stream)
            member = _only_table(file, archive.infolist(), limits)
            file = file._replace(size=max(1, member.compress_size))
            source = archive.open(member)
    except DataError:
        raise
    except _DAMAGE as error:
        raise _damaged(file, error, 0) from error
    content: io.BufferedReader = io.BufferedReader(_Content(file, source, limits))
    if inner := _kind(content.peek()):
        raise DataError(
            f"{path.name} is a {kind} with a {inner} inside.",
            expected="a CSV or TSV file, packed once",
            received=f"content that begins as a {inner} does",
            fix="unpack it, and read the file inside",
        )
    return content


class _Packed(NamedTuple):
    """A packed file: its name, its kind, and how many bytes the packed content has."""

    name: str
    kind: str
    size: int


def _kind(head: bytes) -> str | None:
    """What the first bytes of a file say that it is; None where they may be text."""
    if head[_TAR_AT:].startswith(_TAR):
        return "tar archive"
    return next((kind for mark, kind in _KINDS.items() if head.startswith(mark)), None)


def _only_table(
    file: _Packed, members: Sequence[zipfile.ZipInfo], limits: Limits
) -> zipfile.ZipInfo:
    """The one file in an archive that has nothing to hide."""
    if len(members) > limits.archive_members:
        raise ResourceLimitError(
            f"{file.name} holds too many files.",
            expected=f"at most {limits.archive_members:,} (limit archive_members)",
            received=f"{len(members):,}",
            fix="unpack it yourself if you trust it, or pass"
            f" limits=Limits(archive_members={len(members)})",
        )
    names = Counter(member.filename for member in members)
    faults = {
        "the same name twice": [name for name, count in names.items() if count > 1],
        "names outside the archive": [name for name in names if _leads_out(name)],
        "links": [m.filename for m in members if stat.S_ISLNK(m.external_attr >> 16)],
        "encrypted files": [m.filename for m in members if m.flag_bits & 1],
    }
    for fault, found in faults.items():
        if found:
            raise DataError(
                f"{file.name} is a zip archive with {fault}.",
                expected="an archive of one CSV or TSV file, neither encrypted nor a link",
                received=f"{fault}: {listed(map(repr, found))}",
                fix="unpack it yourself if you trust it, and read the file inside",
            )
    if "[Content_Types].xml" in names or "mimetype" in names:
        raise DataError(
            f"{file.name} is an Excel workbook, or another document of an office program.",
            expected="a CSV, TSV or Parquet file",
            received=f"an archive of {len(names)} files such as {listed(names, most=3)}",
            fix="save the sheet as CSV",
        )
    begins, ends = _OF_MACOS
    tables = [
        member
        for member in members
        if not (member.is_dir() or member.filename.startswith(begins))
        and not member.filename.endswith(ends)
    ]
    if len(tables) != 1:
        raise DataError(
            f"{file.name} is a zip archive of {len(tables)} files: which is the table?",
            expected="an archive of one CSV or TSV file",
            received=listed((repr(member.filename) for member in tables), most=5) or "none",
            fix="unpack it, and name the file",
        )
    return tables[0]


def _leads_out(name: str) -> bool:
    parts = name.replace("\\", "/").split("/")
    return parts[0] == "" or ":" in parts[0] or ".." in parts


class _Content(io.RawIOBase):
    """What is packed, refused as soon as it grows beyond the limits."""

    def __init__(self, file: _Packed, source: IO[bytes], limits: Limits) -> None:
        self._file, self._source, self._limits, self._size = file, source, limits, 0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: WriteableBuffer) -> int:
        view = memoryview(cast("bytearray", buffer))
        try:
            piece = self._source.read(len(view))
        except _DAMAGE as error:
            raise _damaged(self._file, error, self._size) from error
        view[: len(piece)] = piece
        self._size += len(piece)
        self._check_size()
        return len(piece)

    def _check_size(self) -> None:
        file, limits, size = self._file, self._limits, self._size
        ratio = size // file.size
        if size > limits.unpacked_bytes:
            raise ResourceLimitError(
                f"{file.name} unpacks to too much.",
                expected=f"at most {limits.unpacked_bytes:,} bytes of content"
                " (limit unpacked_bytes)",
                received=f"more than {ratio} times the file: {size:,} bytes from {file.size:,}",
                fix=f"read a part of it, or pass limits=Limits(unpacked_bytes={2 * size})",
            )
        if ratio > limits.unpacked_ratio and size > FREE_GROWTH:
            raise ResourceLimitError(
                f"{file.name} unpacks to suspiciously much.",
                expected=f"content at most {limits.unpacked_ratio} times the file"
                " (limit unpacked_ratio)",
                received=f"{ratio} times: {size:,} bytes from {file.size:,}",
                fix="unpack it yourself if you trust it, or pass"
                " limits=Limits(unpacked_ratio=2000)",
            )


def _damaged(file: _Packed, error: Exception, size: int) -> DataError:
    return DataError(
        f"{file.name} is a damaged {file.kind}.",
        expected=f"a {file.kind} that unpacks without error",
        received=f"{error} after {size:,} bytes of content",
        fix="copy or pack the file again",
    )
