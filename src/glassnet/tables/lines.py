"""The lines of a text file, each checked before a parser sees it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from glassnet.errors import DataError, ResourceLimitError, shown

if TYPE_CHECKING:
    import io
    from collections.abc import Iterator

    from glassnet.tables.limits import Limits


def checked_lines(text: io.TextIOWrapper, file: str, limits: Limits) -> Iterator[str]:
    """The lines of a file, each free of NUL characters and of bytes that are no text."""
    number = 0
    try:
        while line := text.readline(limits.line_characters):
            number += 1
            if len(line) == limits.line_characters:
                raise ResourceLimitError(
                    f"{file} has a line that is too long: line {number}.",
                    expected=f"at most {limits.line_characters:,} characters"
                    " (limit line_characters)",
                    received=f"a line that begins with {shown(line[:40])}",
                    fix="check the line ends, or pass"
                    f" limits=Limits(line_characters={2 * limits.line_characters})",
                )
            if "\0" in line:
                raise DataError(
                    f"{file} holds a NUL character on line {number}.",
                    expected="text in UTF-8, or in UTF-16 with a byte-order mark",
                    received=f"NUL at character {line.index(chr(0)) + 1} of {shown(line[:40])}",
                    fix="save it as UTF-8 text; a binary file is not a table",
                )
            if not line.isascii():
                line.encode()  # fails where a byte was no UTF-8
            yield line
    except UnicodeError as error:
        raise _not_text(error, file, number) from error


def _not_text(error: UnicodeError, file: str, line: int) -> DataError:
    received = f"bytes that are not ({error})"
    if isinstance(error, UnicodeEncodeError):
        byte = ord(error.object[error.start]) - 0xDC00
        received = f"the byte 0x{byte:02x} after {shown(error.object[: error.start][-40:])}"
    return DataError(
        f"{file} is not UTF-8 text: line {max(line, 1)}.",
        expected="text in UTF-8, or in UTF-16 with a byte-order mark",
        received=received,
        fix="save it as UTF-8; in Excel: 'CSV UTF-8'",
    )
