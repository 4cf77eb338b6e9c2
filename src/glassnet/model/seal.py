"""The seal of a model file: its format, and the SHA-256 of its header, at the header's beginning.

    {"__metadata__":{"format":"1","sha256":"0f3c…","model":"…", …}, …}

The digest is that of the header with zeros in the digest's own place. Since the header holds the
digest of every tensor too, one changed bit anywhere in the file is noticed. Every later format
begins in the same way, so that an older glassnet can say what it sees.
"""

from __future__ import annotations

import hashlib
import re
from typing import Final

from glassnet.errors import Checksum, Malformed, Version, shown

FORMAT: Final = 1
"""The format that this build writes, and the newest that it reads."""

BLANK: Final = "0" * 64
_START = re.compile(
    rb'\{"__metadata__":\{"format":"([1-9][0-9]{0,8})","sha256":"([0-9a-f]{64})"[,}]'
)


def sha256(data: bytes | memoryview) -> str:
    """The SHA-256 of some bytes, as 64 hexadecimal digits."""
    return hashlib.sha256(data).hexdigest()


def seal(header: bytes) -> bytes:
    """The header with its digest in the place that was left blank.

    Examples
    --------
    >>> header = f'{{"__metadata__":{{"format":"1","sha256":"{BLANK}"}}}}'.encode()
    >>> seal(header)[:50]
    b'{"__metadata__":{"format":"1","sha256":"4a36a2b402'
    >>> check_seal(seal(header))
    """
    start = _START.match(header)
    if not start or start[2] != BLANK.encode():
        raise ValueError("the header has no blank for its digest")
    return header[: start.start(2)] + sha256(header).encode() + header[start.end(2) :]


def check_seal(header: bytes) -> None:
    """Refuse a header that is not as it was written, or that a newer glassnet wrote.

    Raises
    ------
    Malformed
        It does not begin as a header of glassnet's does.
    Checksum
        It was changed.
    Version
        It is of a newer format.
    """
    start = _START.match(header)
    if not start:
        raise Malformed(
            "the header does not begin as that of a glassnet model does.",
            expected='{"__metadata__":{"format":"…","sha256":"…"',
            received=shown(header[:60]),
            fix="if it is a safetensors file of another program, read its arrays with "
            "safetensors.numpy.load_file; else copy or save it again",
        )
    blank = header[: start.start(2)] + BLANK.encode() + header[start.end(2) :]
    if sha256(blank).encode() != start[2]:
        raise changed("the header", start[2].decode(), sha256(blank))
    if int(start[1]) > FORMAT:
        newer = int(start[1])
        raise Version(
            f"written by format {newer}; this build reads <= {FORMAT}; upgrade.",
            expected=f"format {FORMAT} or older",
            received=f"format {newer}",
            fix="pip install --upgrade glassnet",
        )


def changed(what: str, expected: str, received: str) -> Checksum:
    """The error for bytes that are not those that were written."""
    return Checksum(
        f"{what} was changed after it was written: its SHA-256 is another.",
        expected=f"SHA-256 {expected}",
        received=f"SHA-256 {received}",
        fix="copy the file again from where it was saved, or save the model again",
    )
