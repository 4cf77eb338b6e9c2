"""Domains of hyper-parameters, declared as types and checked in one place.

A class states what its fields may hold with the annotations below::

    @dataclass(frozen=True)
    class Momentum(Optimizer):
        learning_rate: Positive | Schedule = 0.01
        beta: Share = 0.9

and inherits from :class:`Checked`, which refuses every other value when an object is made, in
the words that scikit-learn uses.
"""

from __future__ import annotations

import inspect
import math
import types
import typing
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields
from functools import cache
from numbers import Integral, Real
from typing import Annotated, Any, Literal

from glassnet.errors import HyperparameterError, did_you_mean, listed, shown


@dataclass(frozen=True)
class Interval:
    """An interval of numbers; `text` is its usual notation, such as ``"[0.0, 1.0)"``."""

    text: str

    def __contains__(self, value: float) -> bool:
        low, high = (float(end) for end in self.text[1:-1].split(","))
        above = low <= value if self.text[0] == "[" else low < value
        below = value <= high if self.text[-1] == "]" else value < high
        return above and below


Count = Annotated[int, Interval("[1, inf)")]
Natural = Annotated[int, Interval("[0, inf)")]
Positive = Annotated[float, Interval("(0.0, inf)")]
NonNegative = Annotated[float, Interval("[0.0, inf)")]
Share = Annotated[float, Interval("[0.0, 1.0)")]
OpenShare = Annotated[float, Interval("(0.0, 1.0)")]


class Checked:
    """Base of every frozen description: its fields are checked against their annotations, and
    its repr leaves out those that are None or False."""

    def __init_subclass__(cls) -> None:
        # `dataclass` writes a repr of its own unless it finds one in the class itself.
        cls.__repr__ = cls.__repr__  # type: ignore[method-assign]

    def __repr__(self) -> str:
        told = ", ".join(
            f"{field.name}={value!r}"
            for field in fields(self)  # type: ignore[arg-type]
            if (value := getattr(self, field.name)) is not None and value is not False
        )
        return f"{type(self).__name__}({told})"

    def __post_init__(self) -> None:
        for name, value in checked_fields(self).items():
            object.__setattr__(self, name, value)


def checked_fields(described: Any) -> dict[str, Any]:
    """The fields of a dataclass in Python's own types, once their annotations accept them.

    Raises
    ------
    HyperparameterError
    """
    cls: Any = type(described)
    hints, values = domains(cls), {}
    for field in fields(described):
        value = values[field.name] = _plain(getattr(described, field.name))
        if not _accepts(hints[field.name], value):
            hint = hints[field.name]
            domain = _describe(hint)
            raise HyperparameterError(
                f"The {field.name!r} parameter of {type(described).__name__} must be {domain}. "
                f"Got {shown(value)} instead.",
                fix=_nearest(hint, value) or f"pass {field.name}= {domain}{_classes(hint, value)}",
            )
    return values


@cache
def domains(cls: Any) -> dict[str, Any]:
    """The annotation of each field of a dataclass."""
    return typing.get_type_hints(cls, include_extras=True)


def arms(hint: Any) -> Iterator[Any]:
    """The alternatives of a union, or the hint itself."""
    if typing.get_origin(hint) in (typing.Union, types.UnionType):
        yield from typing.get_args(hint)
    else:
        yield hint


def _nearest(hint: Any, value: Any) -> str:
    """``"did you mean 'relu'?"`` where a word was given that is near to one of the domain's.

    Where the domain has objects, the class with the nearest name is named, or the one that was
    passed itself.
    """
    word = value.__name__ if isinstance(value, type) else value
    if not isinstance(word, str):
        return ""
    literals = (arm for arm in arms(hint) if typing.get_origin(arm) is Literal)
    words = [each for arm in literals for each in typing.get_args(arm) if isinstance(each, str)]
    for known, what in ((words, ""), (_class_names(hint), "an object of the class ")):
        meant = did_you_mean(word, known) if known else ""
        if meant.startswith(asked := "did you mean "):
            return f"{asked}{what}{meant.removeprefix(asked)}"
    return ""


def _classes(hint: Any, value: Any) -> str:
    """The classes whose objects the domain has, for those who passed a word."""
    names = _class_names(hint) if isinstance(value, str) else []
    return f"; the classes are {listed(names, most=30)}" if names else ""


def _class_names(hint: Any) -> list[str]:
    return [kind.__name__ for arm in arms(hint) for kind in _kinds(arm)]


def _kinds(arm: Any) -> Iterator[type]:
    """The classes of the library whose objects an abstract class stands for."""
    if not isinstance(arm, type) or not issubclass(arm, Checked):
        return
    if arm.__module__.startswith("glassnet."):
        yield from (() if inspect.isabstract(arm) else (arm,))
        for kind in arm.__subclasses__():
            yield from _kinds(kind)


def _plain(value: Any) -> Any:
    """NumPy's numbers and arrays in Python's own types, lists as tuples: what JSON and equality
    understand."""
    if type(value).__module__ == "numpy" and hasattr(value, "tolist"):
        value = value.tolist()
    if isinstance(value, list | tuple):
        return tuple(_plain(item) for item in value)
    if isinstance(value, Real) and not isinstance(value, bool | int | float):
        return int(value) if isinstance(value, Integral) else float(value)
    return value


def _accepts(hint: Any, value: Any) -> bool:
    return any(_arm_accepts(arm, value) for arm in arms(hint))


def _arm_accepts(arm: Any, value: Any) -> bool:
    origin = typing.get_origin(arm)
    if origin is Annotated:
        kind, interval = typing.get_args(arm)
        return _is_number(kind, value) and value in interval
    if origin is Literal:
        return value in typing.get_args(arm)
    if origin in (tuple, Sequence):
        items = typing.get_args(arm)
        if not isinstance(value, tuple):
            return False
        if origin is Sequence or items[-1] is Ellipsis:
            return all(_accepts(items[0], item) for item in value)
        return len(items) == len(value) and all(map(_accepts, items, value))
    if origin is type:
        return isinstance(value, type) and issubclass(value, typing.get_args(arm))
    if origin is not None:
        return isinstance(value, origin)
    return _is_number(arm, value) if arm in (int, float) else isinstance(value, arm)


def _is_number(kind: type, value: Any) -> bool:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return False
    return not math.isnan(value) and (kind is float or isinstance(value, int))


def _describe(hint: Any) -> str:
    return " or ".join(_describe_arm(arm) for arm in arms(hint))


def _describe_arm(arm: Any) -> str:
    origin, arguments = typing.get_origin(arm), typing.get_args(arm)
    if origin is Annotated:
        kind, interval = arguments
        return f"{_article(kind.__name__)} in the range {interval.text}"
    if origin is Literal:
        return "one of " + ", ".join(map(repr, arguments))
    if origin in (tuple, Sequence):
        if origin is Sequence or arguments[-1] is Ellipsis:
            return f"a sequence of which each item is {_describe(arguments[0])}"
        return f"a tuple of {len(arguments)}, each {_describe(arguments[0])}"
    if origin is type:
        return f"a subclass of {' or '.join(kind.__name__ for kind in arms(arguments[0]))}"
    if arm is type(None):
        return "None"
    return _article(getattr(origin or arm, "__name__", str(arm)))


def _article(noun: str) -> str:
    vowels = "AEFHILMNORSX" if noun.isupper() else "aeiouAEIOU"  # LBFGS is read as its letters
    return f"{'an' if noun[0] in vowels else 'a'} {noun}"
