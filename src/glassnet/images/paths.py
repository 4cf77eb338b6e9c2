"""Paths that lead to a file or a folder, or are refused by name."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from io import BufferedReader
from pathlib import Path

from glassnet.errors import UnreadableFile

Name = str | os.PathLike[str]


@contextmanager
def opened(path: Path, expected: str) -> Iterator[BufferedReader]:
    """The bytes of a regular file.

    Raises
    ------
    UnreadableFile
        The path leads to none, or to one that would block, such as a pipe.
    """
    try:
        mode = path.stat().st_mode
        if not stat.S_ISREG(mode):
            kind = "a folder" if stat.S_ISDIR(mode) else "a pipe, socket or device"
            raise unreadable(path, f"it is {kind}, not a file", expected)
        stream = path.open("rb")
    except UnreadableFile:
        raise
    except (OSError, ValueError) as error:  # ValueError: a path with a NUL character
        raise unreadable(path, reason(error), expected) from error
    with stream:
        yield stream


def entries(path: Path, expected: str) -> list[Path]:
    """What lies in a folder, hidden files left out, by name.

    Raises
    ------
    UnreadableFile
        The path leads to no folder.
    """
    try:
        return sorted(entry for entry in path.iterdir() if not entry.name.startswith("."))
    except (OSError, ValueError) as error:
        raise unreadable(path, reason(error), expected) from error


def unreadable(path: Path, why: str, expected: str) -> UnreadableFile:
    return UnreadableFile(
        f"{str(path)!r} cannot be read: {why}.",
        expected=expected,
        received=f"{str(path)!r}, seen from the folder {os.getcwd()!r}",
        fix="check the spelling of the path and the permissions",
    )


def reason(error: Exception) -> str:
    """Why the system refused, in its own words."""
    if isinstance(error, OSError) and error.errno:
        return os.strerror(error.errno)
    return str(error)
