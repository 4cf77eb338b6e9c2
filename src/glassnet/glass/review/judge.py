"""The verdict on a learner's function, from what it did with each call."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from glassnet.glass.review import initial
from glassnet.glass.review.assignment import Assignment
from glassnet.glass.review.compare import fault, unusual
from glassnet.glass.review.explain import ARGUMENTS, Cause, causes, usual_suspects
from glassnet.glass.review.outcome import Outcome


@dataclass(frozen=True)
class Review:
    """What a review found; ``print`` it, or take ``to_data()``.

    Attributes
    ----------
    name : str
        Of the function that was asked for.
    right, wrong : tuple of str
        The arrays that are, by name.
    faults : tuple of str
        What is wrong, and where.
    causes : tuple of Cause
        The mistakes that give exactly these numbers.
    hints : tuple of str
        What else may explain it.
    cautions : tuple of str
        What is no mistake, but may become one.

    Examples
    --------
    >>> import numpy as np
    >>> import glassnet as gn
    >>> def relu(Z):
    ...     return np.maximum(0, Z)
    >>> found = gn.review(relu)
    >>> found.passed, found.right
    (True, ('A',))
    """

    name: str
    right: tuple[str, ...]
    wrong: tuple[str, ...]
    faults: tuple[str, ...] = ()
    causes: tuple[Cause, ...] = ()
    hints: tuple[str, ...] = ()
    cautions: tuple[str, ...] = ()

    @property
    def passed(self) -> bool:
        """Whether nothing is wrong."""
        return not self.wrong

    def __str__(self) -> str:
        parts = [(self.right, "right"), (self.wrong, "wrong")]
        verdict = "   ".join(f"{', '.join(names)}: {word}." for names, word in parts if names)
        return "\n".join([verdict, *self.faults, *self._likely(), *self.hints, *self._careful()])

    def _likely(self) -> Iterator[str]:
        for cause in self.causes:
            which = f", for {', '.join(cause.explains)}" if len(self.causes) > 1 else ""
            yield f"Most likely{which}: {cause.text}. `{cause.line}` reproduces the right numbers."

    def _careful(self) -> Iterator[str]:
        yield from (f"Careful: {caution}" for caution in self.cautions)

    def to_data(self) -> dict[str, Any]:
        """Everything that is printed, as JSON has it."""
        told = [
            {"cause": each.text, "right_line": each.line, "arrays": list(each.explains)}
            for each in self.causes
        ]
        return {
            "function": self.name,
            "passed": self.passed,
            "right": list(self.right),
            "wrong": list(self.wrong),
            "faults": list(self.faults),
            "causes": told,
            "hints": list(self.hints),
            "cautions": list(self.cautions),
        }


def judge(assignment: Assignment, given: list[Outcome]) -> Review:
    """Compare what a function gave, call by call, with what the reference gives."""
    if initial.is_initialization(assignment) and not any(each.error or each.form for each in given):
        return _judge_initialization(assignment, given)
    right = assignment.outcomes(assignment.reference)
    edges = [case.edge for case in assignment.calls]
    usual = [number for number, edge in enumerate(edges) if not edge]
    faults = _faults(assignment, [given[n] for n in usual], [right[n] for n in usual])
    names = dict.fromkeys(
        name
        for each, ours in zip(given, right, strict=True)
        for name in ours.arrays
        if name in each.arrays and not _passed_on(name)
    )
    wrong = tuple(sorted(faults, key=_layer))
    calm = tuple(name for name in sorted(names, key=_layer) if name not in faults)
    unfinished = any(given[n].error or given[n].form for n in usual)
    if unfinished:
        calm = ()
    found: list[Cause] = []
    hints: list[str] = []
    if wrong:
        found = causes(assignment, given, right, wrong, usual)
        explained = {name for cause in found for name in cause.explains}
        rest = [name for name in wrong if name not in explained]
        hints = [] if unfinished else list(_hints(assignment, given, right, usual, rest))
    return Review(
        assignment.name,
        calm,
        wrong,
        tuple(faults.values())[:1],
        tuple(found),
        tuple(hints),
        tuple(dict.fromkeys(_cautions(assignment, given, right, wrong))),
    )


def _judge_initialization(assignment: Assignment, given: list[Outcome]) -> Review:
    found = list(initial.faults(assignment, given))
    wrong = {name: what for name, what, _ in reversed(found)}
    causes: dict[tuple[str, str], Cause] = {}
    for _, _, cause in found:
        key = cause.text, cause.line
        arrays = (*(causes[key].explains if key in causes else ()), *cause.explains)
        causes[key] = Cause(*key, tuple(dict.fromkeys(arrays)))
    return Review(
        assignment.name,
        tuple(name for name in initial.names(assignment) if name not in wrong),
        tuple(sorted(wrong, key=_layer)),
        tuple(what for _, what, _ in found[:1]),
        tuple(causes.values()),
    )


def _faults(
    assignment: Assignment, given: Sequence[Outcome], right: Sequence[Outcome]
) -> dict[str, str]:
    """What is wrong, by name, in the order in which it is computed; the first call counts."""
    faults: dict[str, str] = {}
    for one, other in zip(given, right, strict=True):
        if one.error or one.form:
            return {assignment.name: _sentence(f"it raises {one.error}" if one.error else one.form)}
        for name, expected in other.arrays.items():
            if name in faults:
                continue
            if name not in one.arrays:
                if not (_optional(name) or _beyond(assignment, name)):
                    faults[name] = f"{name} is missing."
                continue
            text = fault(name, one.arrays[name], expected, assignment.tolerance)
            if text and not (_passed_on(name) and _renumbered(one, other, assignment.tolerance)):
                faults[name] = text
        if one.written and ARGUMENTS not in faults:
            faults[ARGUMENTS] = (
                f"It writes to {', '.join(one.written)}, which its caller still has."
            )
    return faults


def _hints(
    assignment: Assignment,
    given: list[Outcome],
    right: list[Outcome],
    usual: list[int],
    unexplained: list[str],
) -> Iterator[str]:
    rest = []
    for name in unexplained:
        if all(name in each.arrays for n in usual for each in (given[n], right[n])):
            ours, theirs = ([each[n].arrays[name] for n in usual] for each in (right, given))
            hint = usual_suspects(name, theirs, ours, assignment.tolerance)
            if hint:
                yield hint
                continue
        rest.append(name)
    if rest and rest != [ARGUMENTS]:
        yield f"No mistake of the catalogue explains {', '.join(rest)}."


def _cautions(
    assignment: Assignment, given: list[Outcome], right: list[Outcome], wrong: Sequence[str]
) -> Iterator[str]:
    """What is unusual in the calls that ought to pass, and what differs at the edges."""
    for case, one, other in zip(assignment.calls, given, right, strict=True):
        yield from one.notes
        if one.replaced and not one.written:
            yield (
                f"it puts other arrays into {one.replaced[0].partition('[')[0]}, which its caller "
                "still has: copy the dict first."
            )
        if (
            other.arrays
            and not one.error
            and any(_beyond(assignment, name) and name not in one.arrays for name in other.arrays)
        ):
            yield "it updates two layers and no more: right for a network of two."
        for name, expected in other.arrays.items():
            if name in one.arrays and (text := unusual(name, one.arrays[name], expected)):
                yield text
        if wrong or not case.edge:
            continue
        faults = _faults(assignment, [one], [other])
        if faults:
            first = next(iter(faults.values()))
            likely = causes(assignment, given, right, tuple(faults), range(len(given)))
            why = f" {likely[0].text[0].upper()}{likely[0].text[1:]}." if likely else ""
            yield f"{case.edge}, {first}{why}"


def _optional(name: str) -> bool:
    """What not every version of the course returns: gradients that are passed on, and caches."""
    return re.fullmatch(r"dA\d+|cached .*", name) is not None


def _beyond(assignment: Assignment, name: str) -> bool:
    """A layer that the update of the third week, for a network of two, does not have to know."""
    return assignment.name == "update_parameters" and _layer(name) > 2


def _passed_on(name: str) -> bool:
    return re.fullmatch(r"dA\d+", name) is not None


def _renumbered(one: Outcome, other: Outcome, tolerance: float) -> bool:
    """Whether dA[l] stand one number higher, as in the older hand-outs of the course."""
    ours = {f"dA{int(n[2:]) + 1}": array for n, array in other.arrays.items() if _passed_on(n)}
    both = [name for name in ours if name in one.arrays]
    return bool(both) and not any(fault("", one.arrays[n], ours[n], tolerance) for n in both)


def _layer(name: str) -> int:
    """The layer of an array, by which they are listed; 0 where it has no number."""
    match = re.search(r"\d+$", name)
    return int(match[0]) if match else 0


def _sentence(text: str) -> str:
    """With a capital, and a stop."""
    return text[0].upper() + text[1:] + ("" if text[-1] in ".?" else ".")
