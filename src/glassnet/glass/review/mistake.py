"""A mistake: a line that learners write in the place of a right one, and why it is wrong."""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache, partial
from typing import Any

from glassnet.glass.review import programs


@dataclass(frozen=True)
class Mistake:
    """One line of the programs, as it is often written instead.

    Attributes
    ----------
    right, wrong : str
        The line as it stands in `programs`, and what stands in its place; several lines are
        separated by newlines.
    cause : str
        What is wrong about it, in words.
    also : tuple of str
        A second line, and what stands in its place, where one alone is no mistake of anybody.
    """

    right: str
    wrong: str
    cause: str
    also: tuple[str, str] | None = None

    def functions(self) -> Mapping[str, Callable[..., Any]]:
        """All programs, with this mistake in them."""
        return _functions(((self.right, self.wrong), *([self.also] if self.also else [])))

    def stands_in(self, function: str) -> bool:
        """Whether the line stands in that very function, not in one that it calls."""
        return self.right in _lines(_sources()[function])

    def where(self) -> tuple[str, ...]:
        """The functions in which the line stands, and those that call one of them."""
        return _where(self.right)


def program_name(assignment: str) -> str:
    """What the program of an assignment is called: the course has two more of its `predict`."""
    return assignment.replace(" ", "_")


@cache
def _where(right: str) -> tuple[str, ...]:
    found = {name for name, code in _sources().items() if right in _lines(code)}
    while True:
        callers = {
            name
            for name, code in _sources().items()
            if any(re.search(rf"\b{callee}\b", code.partition("\n")[2]) for callee in found)
        }
        if callers <= found:
            return tuple(name for name in _sources() if name in found)
        found |= callers


@cache
def _sources() -> dict[str, str]:
    return {
        name: inspect.getsource(value)
        for name, value in vars(programs).items()
        if inspect.isfunction(value)
    }


def _lines(code: str) -> list[str]:
    return [line.strip() for line in code.splitlines()]


@cache
def _functions(changes: tuple[tuple[str, str], ...]) -> Mapping[str, Callable[..., Any]]:
    code = inspect.getsource(programs)
    for right, wrong in changes:
        line = rf"^( *){re.escape(right)}$"
        if not re.search(line, code, flags=re.MULTILINE):
            raise ValueError(f"no program has the line {right!r}")
        code = re.sub(line, partial(_instead, wrong), code, flags=re.MULTILINE)
    namespace: dict[str, Any] = {"__name__": "mistaken"}
    exec(compile(code, "<a mistake of the catalogue>", "exec"), namespace)
    return namespace


def _instead(wrong: str, line: re.Match[str]) -> str:
    return "\n".join(line[1] + other for other in wrong.split("\n"))


def indexed(line: str, l: int) -> str:
    """A line of one layer as it reads in layer l: ``dW = …`` is ``dW2 = …``.

    >>> indexed("dW = np.dot(dZ, A_prev.T) / m", 2)
    'dW2 = np.dot(dZ2, A1.T) / m'
    """
    line = re.sub(r"\bA_prev\b", f"A{l - 1}", line)
    line = re.sub(r"\bdA_prev\b", f"dA{l - 1}", line)
    return re.sub(r"\b(dW|db|dZ|Z|W|b)\b(?![\"'\[])", rf"\g<1>{l}", line)
