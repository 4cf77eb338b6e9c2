"""Strict JSON: a text has one meaning, or it is refused.

Python's reader takes NaN, lets the last of two equal keys win, follows nesting until its stack
is full, and spends minutes on a number of a million digits. None of that may come from a file.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Mapping
from numbers import Integral, Real
from typing import Any

import numpy as np

from glassnet.errors import HyperparameterError, Malformed, shown

LONGEST_NUMBER = 100
"""Digits, sign and point of one number."""

# An open string reaches to the end of the text: that keeps the search linear.
_STRING = re.compile(r'"(?:[^"\\]++|\\.)*+"?', re.DOTALL)
_STEP = np.zeros(256, np.int8)
_STEP[list(b"[{")], _STEP[list(b"]}")] = 1, -1


def dumps(value: object) -> str:
    """JSON of plain data, without spaces; the same data give the same text.

    Raises
    ------
    HyperparameterError
        The data hold what JSON has no word for: NaN, infinity, half of a surrogate pair.

    Examples
    --------
    >>> dumps({"units": 4, "join": None})
    '{"units":4,"join":null}'
    """
    try:
        text = json.dumps(value, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
        text.encode()
    except ValueError as error:
        raise HyperparameterError(
            f"a description cannot be written as JSON: {error}.",
            expected="finite numbers and Unicode text",
            received=shown(value),
            fix="replace the value, or leave it out",
        ) from None
    return text


def loads(text: str, what: str, *, depth: int = 64) -> Any:
    """The data of a JSON text.

    Parameters
    ----------
    text : str
    what : str
        What the text is, for errors.
    depth : int
        How many lists and objects may stand inside each other.

    Raises
    ------
    Malformed
        It is no JSON, a key stands twice, a number is not finite or longer than 100 characters,
        half of a surrogate pair is escaped, or it is nested more deeply than `depth`.

    Examples
    --------
    >>> loads('{"units": 4}', "the description")
    {'units': 4}
    """
    nesting = _depth(text)
    if nesting > depth:
        raise Malformed(
            f"{what} is nested too deeply.",
            expected=f"at most {depth} lists and objects inside each other",
            received=f"{nesting}",
            fix=f"if you trust the file, pass limits=ModelLimits(depth={nesting})",
        )

    def refuse(constant: str) -> Any:
        raise _not_strict(what, "finite numbers", constant)

    def number(digits: str) -> int | float:
        if len(digits) > LONGEST_NUMBER:
            raise _not_strict(what, f"numbers of at most {LONGEST_NUMBER} digits", digits[:20])
        value = int(digits) if digits.lstrip("-").isdigit() else float(digits)
        return value if math.isfinite(value) else refuse(digits)

    def unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        made = dict(pairs)
        if len(made) < len(pairs):
            keys = [key for key, _ in pairs]
            twice = next(key for key in keys if keys.count(key) > 1)
            raise _not_strict(what, "every key once", f"the key {twice!r} twice")
        return made

    try:
        data = json.loads(
            text,
            object_pairs_hook=unique,
            parse_int=number,
            parse_float=number,
            parse_constant=refuse,
        )
        if "\\u" in text:
            json.dumps(data, ensure_ascii=False).encode()
    except json.JSONDecodeError as error:
        received = f"{error.msg} at character {error.pos}"
        raise _not_strict(what, "JSON", received) from None
    except UnicodeEncodeError:
        raise _not_strict(what, "Unicode text", "half of a surrogate pair") from None
    return data


def json_data(value: Any, where: str) -> Any:
    """A copy of `value` in plain JSON data.

    Tuples become lists, NumPy's numbers Python's. A figure that is not finite, such as an
    undefined score, becomes None.

    Raises
    ------
    HyperparameterError
        `value` holds something else than text, numbers, lists and mappings with text as keys.

    Examples
    --------
    >>> json_data({"rows": (3, 4), "r2": float("nan")}, "record")
    {'rows': [3, 4], 'r2': None}
    """
    if isinstance(value, np.generic):
        value = value.item()
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, str):
        return value.encode("utf-8", "backslashreplace").decode()
    if isinstance(value, Integral):
        return int(value)
    if isinstance(value, Real):
        return float(value) if math.isfinite(value) else None
    if isinstance(value, list | tuple):
        return [json_data(item, f"{where}[{i}]") for i, item in enumerate(value)]
    if isinstance(value, Mapping) and all(isinstance(key, str) for key in value):
        return {
            json_data(key, where): json_data(item, f"{where}.{key}") for key, item in value.items()
        }
    raise HyperparameterError(
        f"{where} cannot be kept in a model.",
        expected="text, numbers, True, False, None, or lists and dicts of them",
        received=f"{type(value).__name__} {shown(value)}",
        fix="pass it as text, e.g. str(value)",
    )


def _depth(text: str) -> int:
    """How many brackets are open at once, at most; those in strings do not count."""
    codes = np.frombuffer(_STRING.sub("", text).encode("utf-8", "replace"), np.uint8)
    return int(np.cumsum(_STEP[codes], dtype=np.int32).max(initial=0))


def _not_strict(what: str, expected: str, received: str) -> Malformed:
    return Malformed(
        f"{what} is not strict JSON.",
        expected=expected,
        received=received,
        fix="the file is damaged or was not written by glassnet: save the model again",
    )
