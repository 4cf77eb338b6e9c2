"""What a function did with its arguments: the arrays that it gave, by name, or how it failed."""

from __future__ import annotations

import copy
import inspect
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, Final, TypeAlias

import numpy as np

from glassnet.arrays import FloatArray

SEED: Final = 7

Form: TypeAlias = "str | tuple[Form, ...] | Alone | Keys | Layers | Cache"
"""How the parts of a result are named: ``("Z", Cache(("A", "W", "b")))``."""


@dataclass(frozen=True)
class Alone:
    """One array, or the pair of it and a cache."""

    name: str


@dataclass(frozen=True)
class Keys:
    """A dict, which names its parts itself; `prefix` stands in front of each."""

    prefix: str = ""


@dataclass(frozen=True)
class Layers:
    """A list with one item for each layer; ``{l}`` is its number and ``{p}`` the one before."""

    form: Form


@dataclass(frozen=True)
class Cache:
    """What is kept for the backward pass: a form of one's own is no mistake."""

    form: Form


@dataclass(frozen=True)
class Outcome:
    """Of one call.

    Attributes
    ----------
    arrays : mapping of str to array
        What the function gave, by name.
    error : str
        The exception that it raised, empty where it did not.
    form : str
        How the form of its result differs from what was asked; empty where it does not.
    written, replaced : tuple of str
        Arguments of which an array was written to, or another one put in its place.
    notes : tuple of str
        What is unusual, and no mistake.
    """

    arrays: Mapping[str, Any] = field(default_factory=dict)
    error: str = ""
    form: str = ""
    written: tuple[str, ...] = ()
    replaced: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()


def run(
    function: Callable[..., Any],
    arguments: Mapping[str, Any],
    others: Mapping[str, Any],
    form: Form,
) -> Outcome:
    """What a function does with copies of its arguments."""
    given = copy.deepcopy({**others, **arguments})
    before = dict(_held(given))
    kept = {name: array.copy() for name, array in before.items()}
    try:
        with np.errstate(all="ignore"), seeded():
            value = function(*positional(function, given, list(arguments)))
    except Exception as error:
        return Outcome(error=described(error))
    after = dict(_held(given))
    written = [n for n, array in before.items() if not _same(array, kept[n])]
    replaced = [n for n, array in after.items() if array is not before.get(n)]
    return outcome(value, form, tuple(written), tuple(replaced))


def outcome(
    value: Any, form: Form, written: tuple[str, ...] = (), replaced: tuple[str, ...] = ()
) -> Outcome:
    """A result, with its parts named."""
    notes: list[str] = []
    try:
        arrays = dict(_named(value, form, notes))
    except _OtherForm as other:
        return Outcome(form=str(other), written=written, replaced=replaced)
    return Outcome(arrays, written=written, replaced=replaced, notes=tuple(notes))


def described(error: BaseException) -> str:
    """An exception in one line, as Python ends a traceback."""
    return f"{type(error).__name__}: {error}" if str(error) else type(error).__name__


def differing_sizes(error: str) -> frozenset[int]:
    """The sizes that an error about shapes complains of, in NumPy's words for ``@`` or ``dot``.

    >>> sorted(differing_sizes("shapes (3,4) and (5,4) not aligned: 4 (dim 1) != 5 (dim 0)"))
    [4, 5]
    """
    unequal = re.search(r"(\d+) \(dim \d+\) != (\d+) \(dim \d+\)", error)
    unequal = unequal or re.search(r"\(size (\d+) is different from (\d+)\)", error)
    if unequal:
        return frozenset(map(int, unequal.groups()))
    return frozenset(map(int, re.findall(r"\d+", error)))


class _OtherForm(Exception):
    pass


def _named(value: Any, form: Form, notes: list[str]) -> Iterator[tuple[str, Any]]:
    match form:
        case str():
            if isinstance(value, Mapping) or (isinstance(value, tuple | list) and _ragged(value)):
                raise _OtherForm(f"{form} is {_described(value)}: expected an array")
            if value is None:
                raise _OtherForm(f"{form} is None: is there a `return`?")
            yield form, value
        case Alone(name):
            pair = isinstance(value, tuple | list) and len(value) == 2 and _ragged(value)
            yield from _named(value[0] if pair else value, name, notes)
        case Keys(prefix):
            if not isinstance(value, Mapping):
                raise _OtherForm(f"it returns {_described(value)}: expected a dict")
            yield from ((f"{prefix}{key}", item) for key, item in value.items())
        case Layers(each):
            if not isinstance(value, tuple | list):
                raise _OtherForm(f"it returns {_described(value)}: expected one item for a layer")
            for l, item in enumerate(value, start=1):
                for name, array in _named(item, each, notes):
                    yield name.format(l=l, p=l - 1), array
        case Cache(inner):
            try:
                yield from list(_named(value, inner, notes))
            except _OtherForm:
                notes.append(
                    "The cache has a form of its own, so it was not looked at: your backward "
                    "pass has to take it."
                )
        case _:
            if not isinstance(value, tuple | list) or len(value) != len(form):
                raise _OtherForm(f"it returns {_described(value)}: expected {_written(form)}")
            for part, each in zip(value, form, strict=True):
                yield from _named(part, each, notes)


def _held(value: Any, name: str = "") -> Iterator[tuple[str, FloatArray]]:
    """Every array in dicts, lists and tuples, by what leads to it."""
    if isinstance(value, Mapping):
        for key, item in value.items():
            yield from _held(item, f"{name}[{key!r}]" if name else str(key))
    elif isinstance(value, tuple | list):
        for number, item in enumerate(value):
            yield from _held(item, f"{name}[{number}]")
    elif isinstance(value, np.ndarray):
        yield name, value


def _same(one: FloatArray, other: FloatArray) -> bool:
    return one.shape == other.shape and bool(np.array_equal(one, other, equal_nan=True))


def _ragged(value: Sequence[Any]) -> bool:
    return any(isinstance(item, Mapping) or np.ndim(item) for item in value)


def _described(value: Any) -> str:
    if value is None:
        return "None"
    if isinstance(value, tuple | list):
        return f"a {type(value).__name__} of {len(value)}"
    return f"an array {value.shape}" if isinstance(value, np.ndarray) else type(value).__name__


def _written(form: Form) -> str:
    match form:
        case str():
            return form
        case Alone(name):
            return name
        case Keys():
            return "dict"
        case Layers():
            return "caches"
        case Cache(inner):
            return _written(inner) if isinstance(inner, tuple) else "cache"
        case _:
            return f"({', '.join(map(_written, form))})"


def positional(
    function: Callable[..., Any], known: Mapping[str, Any], names: Sequence[str]
) -> list[Any]:
    """By the function's own names where all are known, else in the order of `names`."""
    try:
        parameters = list(inspect.signature(function).parameters.values())
    except (TypeError, ValueError):
        return [known[name] for name in names]
    own: list[str] = []
    for each in parameters:
        if each.kind not in (each.POSITIONAL_ONLY, each.POSITIONAL_OR_KEYWORD):
            break
        if each.default is not each.empty and each.name not in names:
            break
        own.append(each.name)
    if own and all(name in known for name in own):
        return [known[name] for name in own]
    return [known[name] for name in names]


@contextmanager
def seeded() -> Iterator[None]:
    """NumPy's global random source at SEED; afterwards it is where it was."""
    state = np.random.get_state()  # noqa: NPY002 (the course draws from it)
    np.random.seed(SEED)  # noqa: NPY002
    try:
        yield
    finally:
        np.random.set_state(state)  # noqa: NPY002
