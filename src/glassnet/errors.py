"""Every error of glassnet, and the one message form that they share.

A message says, in at most five short lines: what failed and where; the equation concerned; what
was expected; what was received; what to do::

    ShapeError: layer 2 of 3, Dense(units=1), cannot take A[1] of shape (4, 400).
      equation   Z[2] = W[2] A[1] + b[2]
      expected   A[1] (n, m) with n = 5 (W[2] is (1, 5))
      received   n = 4, m = 400
      to fix     initialise W[2] as (1, 4), or give layer 1 five units

Each class also derives from the built-in exception that a caller would catch without knowing
glassnet: ``except ValueError`` keeps working.
"""

from __future__ import annotations

import difflib
import sys
import warnings
from collections.abc import Iterable, Mapping
from typing import Any

LONGEST_VALUE = 200
LONGEST_NAME = 60
PASSED_OVER = ("glassnet", "sklearn", "joblib")
"""Packages whose lines a warning does not point at: between them and here is the caller."""


class GlassnetError(Exception):
    """Base of all errors: a first line, and the four labelled lines below it.

    Parameters
    ----------
    what : str
        What failed and where, one sentence.
    equation, expected, received, fix : str, optional
        The labelled lines; those that are left out are not printed.
    """

    def __init__(
        self,
        what: str,
        *,
        equation: str | None = None,
        expected: str | None = None,
        received: str | None = None,
        fix: str | None = None,
    ) -> None:
        self.what, self.equation, self.expected = what, equation, expected
        self.received, self.fix = received, fix
        labelled = {
            "equation": equation,
            "expected": expected,
            "received": received,
            "to fix": fix,
        }
        lines = [f"  {label:<10} {text}" for label, text in labelled.items() if text]
        super().__init__("\n".join([what, *lines]))


class DataError(GlassnetError, ValueError):
    """Data that cannot be used: missing, infinite, empty, mislabelled, unreadable."""


class CellError(DataError):
    """A cell of a table that cannot be used.

    Attributes
    ----------
    row : int
        Its row in the table, from 0.
    """

    def __init__(
        self,
        what: str,
        *,
        row: int = 0,
        expected: str | None = None,
        received: str | None = None,
        fix: str | None = None,
    ) -> None:
        super().__init__(what, expected=expected, received=received, fix=fix)
        self.row = row


class DataTypeError(DataError, TypeError):
    """Data of a type that cannot be turned into numbers without loss."""


class ShapeError(GlassnetError, ValueError):
    """An array whose axes do not fit the layer, the labels or the convention."""


class HyperparameterError(GlassnetError, ValueError, TypeError):
    """A hyper-parameter outside its domain, or of the wrong type."""


class DivergenceError(GlassnetError, ArithmeticError, ValueError):
    """A cost, gradient or parameter became NaN or infinite while training.

    Attributes
    ----------
    parameters : dict of str to array, or None
        The last parameters that were finite.
    """

    parameters: Mapping[str, Any] | None = None


class ModelFileError(GlassnetError, ValueError):
    """A model file that cannot be trusted or understood."""


class Malformed(ModelFileError):
    """The bytes are not a glassnet model file, or contradict each other."""


class Checksum(ModelFileError):
    """The bytes changed after they were written."""


class Version(ModelFileError):
    """The file was written by a format, or holds a number type, that this build cannot read."""


class UnknownLayer(ModelFileError):
    """The file names something that is not in glassnet's catalogue."""


class TooLarge(ModelFileError):
    """The file asks for more memory than the limit; nothing was allocated."""


class UnreadableFile(GlassnetError, OSError):
    """A path that does not lead to a file that can be read."""


class CheckpointError(GlassnetError, OSError):
    """A state that cannot be kept or taken up again.

    Either a file could not be written safely, and what stood there before is untouched; or a
    training cannot go on from another's end.
    """


class ResourceLimitError(GlassnetError, MemoryError):
    """The input exceeds a limit; the message names the limit and the option that raises it."""


class GlassnetWarning(UserWarning):
    """Something was done that the caller may not have meant."""


def warn(message: str, category: type[Warning] = GlassnetWarning) -> None:
    """Warn, and point at the line of the caller's own program that led here."""
    level, frame = 1, sys._getframe()
    while frame.f_back and frame.f_globals.get("__name__", "").partition(".")[0] in PASSED_OVER:
        level, frame = level + 1, frame.f_back
    warnings.warn(message, category, stacklevel=level)


def shown(value: object) -> str:
    """`value` as a message shows it: its ``repr`` on one line, cut to 200 characters."""
    return shortened(repr(value))


def shortened(text: str) -> str:
    """`text` on one line, cut to 200 characters."""
    return _cut(" ".join(text.split()), LONGEST_VALUE)


def _cut(text: str, longest: int) -> str:
    return text if len(text) <= longest else text[: longest - 1] + "…"


def counted(number: int, one: str, many: str | None = None) -> str:
    """A number of things in words.

    >>> counted(1, "image"), counted(2000, "image"), counted(2, "loss", "losses")
    ('1 image', '2,000 images', '2 losses')
    """
    return f"{number:,} {one if number == 1 else many or one + 's'}"


def listed(names: Iterable[object], most: int = 8) -> str:
    """Names joined by commas, at most `most` of them, and how many were left out."""
    words = [_cut(str(name), LONGEST_NAME) for name in names]
    rest = len(words) - most
    return ", ".join(words[:most]) + (f" and {rest} more" if rest > 0 else "")


def did_you_mean(name: str, known: Iterable[str]) -> str:
    """``"did you mean 'relu'?"`` where a known name is near, else the list of known names."""
    known = list(known)
    folded = {other.casefold(): other for other in known}
    if name.casefold() in folded:
        return f"did you mean {folded[name.casefold()]!r}?"
    near = difflib.get_close_matches(name, known, n=1, cutoff=0.6)
    return f"did you mean {near[0]!r}?" if near else f"use one of {listed(known, most=30)}"
