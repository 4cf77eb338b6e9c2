"""Frozen dataclasses as plain JSON data and back, refusing whatever does not fit exactly."""

from __future__ import annotations

import dataclasses
import math
import types
import typing
from contextlib import suppress
from typing import TYPE_CHECKING, Any, Final, TypeVar

from glassnet.errors import HyperparameterError, Malformed, listed, shortened, shown

if TYPE_CHECKING:
    from collections.abc import Collection

    from _typeshed import DataclassInstance

T = TypeVar("T", bound="DataclassInstance")

AGAIN: Final = "save the model again with the glassnet that made it"


def to_plain(value: Any) -> Any:
    """A frozen dataclass as dicts, lists, numbers and strings.

    Parameters
    ----------
    value : dataclass, tuple, bytes, str, int, float or bool
        Bytes become ``{"hex": …}``.

    Returns
    -------
    dict, list, str, int, float or bool
    """
    if dataclasses.is_dataclass(value):
        fields = dataclasses.fields(value)
        return {field.name: to_plain(getattr(value, field.name)) for field in fields}
    if isinstance(value, tuple):
        return [to_plain(item) for item in value]
    return {"hex": value.hex()} if isinstance(value, bytes) else value


def from_plain(kind: type[T], data: object, where: str) -> T:
    """The dataclass `kind` that `to_plain` turned into `data`.

    Parameters
    ----------
    kind : type
        The dataclass; its fields' types say what is accepted.
    data : object
        What a file held.
    where : str
        The place of `data` in the file, for messages.

    Raises
    ------
    Malformed
        For a missing or unknown key, a value of another type, a number that is not finite, and
        values that contradict each other.
    """
    declared = [field.name for field in dataclasses.fields(kind)]
    fields = checked_dict(data, declared, where)
    hints = typing.get_type_hints(kind)
    values = {name: _value(hints[name], item, f"{where}.{name}") for name, item in fields.items()}
    try:
        return kind(**values)
    except HyperparameterError as error:
        raise Malformed(
            f"{where} contradicts itself: {error.what}",
            expected=error.expected,
            received=error.received,
            fix=AGAIN,
        ) from error


def checked_dict(
    data: object, keys: Collection[str], where: str, optional: Collection[str] = ()
) -> dict[str, Any]:
    """`data` if it is a dict with exactly `keys`, of which those in `optional` may be left out.

    Raises
    ------
    Malformed

    Examples
    --------
    >>> checked_dict({"rate": 0.5}, ["rate", "seed"], "dropout", optional=["seed"])
    {'rate': 0.5}
    """
    if not isinstance(data, dict):
        raise malformed(where, "an object with named values", data)
    missing = [key for key in keys if key not in data and key not in optional]
    unknown = [key for key in data if key not in keys]
    if missing or unknown:
        raise malformed(
            where,
            f"the keys {listed(keys, most=20)}" if keys else "no key",
            f"missing: {listed(missing) or 'none'}; unknown: {listed(unknown) or 'none'}",
        )
    return data


def malformed(where: str, expected: str, received: object) -> Malformed:
    """The error for a value that is not what the format says."""
    return Malformed(
        f"{where} is malformed.",
        expected=expected,
        received=shortened(received) if isinstance(received, str) else shown(received),
        fix=AGAIN,
    )


def _value(hint: Any, data: object, where: str) -> Any:
    if dataclasses.is_dataclass(hint):
        return from_plain(typing.cast("type[Any]", hint), data, where)
    if typing.get_origin(hint) is tuple:
        if not isinstance(data, list):
            raise malformed(where, "a list", data)
        inner = typing.get_args(hint)[0]
        return tuple(_value(inner, item, f"{where}[{i}]") for i, item in enumerate(data))
    accepted = typing.get_args(hint) if isinstance(hint, types.UnionType) else (hint,)
    if bytes in accepted and isinstance(data, dict):
        return _bytes(checked_dict(data, {"hex"}, where)["hex"], where)
    if accepted == (float,) and type(data) is int:
        data = float(data)
    if type(data) not in accepted or (isinstance(data, float) and not math.isfinite(data)):
        names = " or ".join(kind.__name__ for kind in accepted)
        raise malformed(where, f"a finite {names}" if float in accepted else f"a {names}", data)
    return data


def _bytes(text: object, where: str) -> bytes:
    with suppress(ValueError):
        if isinstance(text, str):
            return bytes.fromhex(text)
    raise malformed(where, "hexadecimal digits", text)
