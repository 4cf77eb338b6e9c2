"""Files written whole or not at all.

The bytes go into a new file of the same folder, are forced to the disk, and only then does the
new file take the old one's name, in one step of the file system. Whenever the program, the disk
or the power fails, the name leads to the old file or to the new one, never to a mixture.
"""

from __future__ import annotations

import contextlib
import errno
import os
import secrets
import shutil
import stat
import time
from collections.abc import Iterable
from typing import Final, TypeAlias

from glassnet.errors import CheckpointError

Path: TypeAlias = str | os.PathLike[str]

# On Windows a virus scanner or an indexer may hold a file for a moment.
ATTEMPTS: Final = 10 if os.name == "nt" else 1
PAUSE: Final = 0.2
_NO_SYNC_HERE: Final = {errno.EINVAL, errno.ENOTSUP}


def write_file(path: Path, parts: Iterable[bytes | memoryview], size: int) -> None:
    """Write a file of `size` bytes in place of the one that may stand at `path`.

    A link stays a link: the file that it leads to is replaced. The new file has the permissions
    of the old one.

    Parameters
    ----------
    path : str or path
    parts : iterable of bytes-like
        The content, one part after the other.
    size : int
        How many bytes they are, for the error.

    Raises
    ------
    CheckpointError
        The file could not be written, with the bytes that it needs and that are free. What stood
        at `path` before is untouched, and nothing is left beside it.

    Examples
    --------
    >>> import pathlib, tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     write_file(pathlib.Path(folder, "a"), [b"four", b" words"], 10)
    ...     pathlib.Path(folder, "a").read_bytes()
    b'four words'
    """
    try:
        target = os.path.realpath(path)
    except ValueError as error:  # a NUL character
        raise _failure(path, os.curdir, size, OSError(errno.EINVAL, str(error))) from error
    folder = os.path.dirname(target)
    new = os.path.join(folder, f".{secrets.token_hex(8)}.glassnet-new")
    try:
        mode = _mode(target)
        _write_new(new, parts, mode)
        _replace(new, target)
    except OSError as error:
        _remove(new)
        raise _failure(path, folder, size, error) from error
    except BaseException:
        _remove(new)
        raise
    try:
        _sync_folder(folder)
    except OSError as error:
        raise CheckpointError(
            f"{os.fspath(path)!r} was written, but the folder could not be forced to the disk: "
            f"{os.strerror(error.errno or 0)}.",
            expected="a disk that keeps what it was given",
            received=f"{error} for {folder!r}",
            fix="save again on a sound disk: a loss of power may bring the old file back",
        ) from error


def _mode(target: str) -> int | None:
    """The permissions of the file that is replaced; None where there is none."""
    try:
        mode = os.stat(target).st_mode
    except FileNotFoundError:
        return None
    if stat.S_ISDIR(mode):
        raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR), target)
    if not stat.S_ISREG(mode):
        raise OSError(errno.EINVAL, "a pipe, socket or device, not a file", target)
    return stat.S_IMODE(mode)


def _write_new(new: str, parts: Iterable[bytes | memoryview], mode: int | None) -> None:
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0)
    descriptor = os.open(new, flags, 0o666 if mode is None else mode)
    try:
        if mode is not None:
            os.chmod(new, mode)
        for part in parts:
            rest = memoryview(part).cast("B")
            while rest:
                rest = rest[os.write(descriptor, rest) :]
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _replace(new: str, target: str) -> None:
    for _ in range(ATTEMPTS - 1):
        with contextlib.suppress(PermissionError):
            os.replace(new, target)
            return
        time.sleep(PAUSE)
    os.replace(new, target)


def _sync_folder(folder: str) -> None:
    """Force the new name to the disk, where the system lets one do that."""
    try:
        descriptor = os.open(folder, os.O_RDONLY)
    except PermissionError:  # always so on Windows
        return
    try:
        os.fsync(descriptor)
    except OSError as error:
        if error.errno not in _NO_SYNC_HERE:
            raise
    finally:
        os.close(descriptor)


def _remove(new: str) -> None:
    with contextlib.suppress(OSError):
        os.unlink(new)


def _failure(path: Path, folder: str, size: int, error: OSError) -> CheckpointError:
    free = "an unknown number"
    with contextlib.suppress(OSError):
        free = f"{shutil.disk_usage(folder).free:,}"
    reason = error.strerror or str(error)
    failure = CheckpointError(
        f"{os.fspath(path)!r} could not be written: {reason}. What stood there is untouched.",
        expected=f"a folder in which {size:,} bytes can be written and kept",
        received=f"{reason}; {free} bytes are free in {folder!r}",
        fix=_FIXES.get(error.errno or 0, "check the disk and the path, or save somewhere else"),
    )
    failure.errno = error.errno
    return failure


_FIXES: Final = {
    errno.ENOSPC: "free some space, or save on another disk",
    errno.EDQUOT: "free some of your quota, or save on another disk",
    errno.EFBIG: "raise the limit on file sizes (ulimit -f), or save on another disk",
    errno.EROFS: "save in a folder that may be written to",
    errno.EACCES: "save in a folder that may be written to",
    errno.EPERM: "save in a folder that may be written to",
    errno.ENOENT: "make the folder first",
    errno.EISDIR: "name a file, not a folder",
    errno.EIO: "the disk failed: save on another one",
}
