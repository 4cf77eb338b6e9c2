"""Which mistakes of the catalogue give exactly the numbers that a learner got."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, TypeAlias

import numpy as np

from glassnet.glass.review.assignment import Assignment
from glassnet.glass.review.catalogue import CATALOGUE
from glassnet.glass.review.compare import same
from glassnet.glass.review.course_assignments import FORMS, course_assignment
from glassnet.glass.review.mistake import Mistake, indexed, program_name
from glassnet.glass.review.outcome import Outcome, differing_sizes
from glassnet.notation import number

ARGUMENTS = "the arguments"
"""What is wrong where arguments are written to, or the function raises an exception."""


@dataclass(frozen=True)
class Cause:
    """A mistake, and the arrays that it explains.

    Attributes
    ----------
    text : str
        What is wrong, in words.
    line : str
        The line that is right.
    explains : tuple of str
        The arrays that it makes wrong in just this way.

    Examples
    --------
    >>> import numpy as np
    >>> import glassnet as gn
    >>> gn.review(lambda Z: np.minimum(0, Z), "relu").causes[0].text
    'the minimum in the place of the maximum'
    """

    text: str
    line: str
    explains: tuple[str, ...]


def _same_error(one: str, other: str) -> bool:
    """Whether two exceptions complain of the same, in the words of np.dot or in those of ``@``."""
    if "not aligned" in one and "not aligned" in other:
        return one == other
    same_kind = one.partition(":")[0] == other.partition(":")[0]
    return same_kind and differing_sizes(one) == differing_sizes(other)


@dataclass(frozen=True)
class Effects:
    """What a function does to an assignment: which parts are wrong, over all its calls."""

    outcomes: Sequence[Outcome]
    tolerance: float

    def alike(self, other: Effects, name: str) -> bool:
        """Whether both give the same of what is called `name`, in every call."""
        pairs = zip(self.outcomes, other.outcomes, strict=True)
        return all(self._alike(one, another, name) for one, another in pairs)

    def _alike(self, one: Outcome, other: Outcome, name: str) -> bool:
        if one.error or other.error:
            return _same_error(one.error, other.error)
        if name == ARGUMENTS:
            return set(one.written) == set(other.written)
        if one.form or other.form:
            return one.form == other.form
        if (name in one.arrays) != (name in other.arrays):
            return False
        return name not in one.arrays or same(one.arrays[name], other.arrays[name], self.tolerance)


def causes(
    assignment: Assignment,
    given: Sequence[Outcome],
    right: Sequence[Outcome],
    wrong: Sequence[str],
    calls: Sequence[int],
) -> list[Cause]:
    """The mistakes that explain what is wrong in these calls, as few as will do."""
    name = program_name(assignment.name)
    learner, reference = (
        Effects([each[n] for n in calls], assignment.tolerance) for each in (given, right)
    )
    others = dict.fromkeys(name for each in reference.outcomes for name in each.arrays)
    fails = any(each.error for each in learner.outcomes)
    found = []
    for order, (mistake, outcomes) in enumerate(_mistaken(assignment, name)):
        effects = Effects([outcomes[n] for n in calls], assignment.tolerance)
        explained = [
            each
            for each in wrong
            if learner.alike(effects, each) and not effects.alike(reference, each)
        ]
        if explained:
            broken = sum(
                not learner.alike(effects, each)
                for each in (*others, ARGUMENTS)
                if each not in wrong
            )
            elsewhere = not mistake.stands_in(name)
            rank = fails and elsewhere, broken, -len(explained), elsewhere, order
            found.append((rank, mistake, explained))
    return list(_fewest(sorted(found, key=lambda each: each[0]), set(wrong)))


def _mistaken(assignment: Assignment, name: str) -> Sequence[tuple[Mistake, list[Outcome]]]:
    """What each mistake of the catalogue does with the calls of an assignment."""
    if assignment.name in FORMS and assignment is course_assignment(assignment.name):
        return _mistaken_course(assignment.name)
    return [
        (mistake, assignment.outcomes(mistake.functions()[name]))
        for mistake in CATALOGUE
        if name in mistake.where()
    ]


@cache
def _mistaken_course(assignment: str) -> Sequence[tuple[Mistake, list[Outcome]]]:
    name, asked = program_name(assignment), course_assignment(assignment)
    return [
        (mistake, asked.outcomes(mistake.functions()[name]))
        for mistake in CATALOGUE
        if name in mistake.where()
    ]


_Found: TypeAlias = "tuple[tuple[int, ...], Mistake, list[str]]"


def _fewest(found: list[_Found], wrong: set[str]) -> Iterator[Cause]:
    while wrong and found:
        best = min(found, key=lambda each: (each[0][:2], -len(wrong & set(each[2])), each[0][3:]))
        found.remove(best)
        _, mistake, explained = best
        new = [name for name in explained if name in wrong]
        if new:
            yield Cause(mistake.cause, _line(mistake, new), tuple(new))
            wrong = wrong - set(new)


def _line(mistake: Mistake, arrays: list[str]) -> str:
    """The right line, with the layer's number where all the arrays are of one layer."""
    layers = {int(match[1]) for name in arrays if (match := re.fullmatch(r"d[Wb](\d+)", name))}
    numbered = re.search(r"\d+ =", mistake.right)
    if len(layers) == 1 and not numbered and mistake.right.startswith(("dW =", "db =")):
        return indexed(mistake.right, layers.pop())
    return mistake.right


def usual_suspects(name: str, given: list[Any], right: list[Any], tolerance: float) -> str:
    """A cause that needs no catalogue: one factor, the sign, or the axes exchanged."""
    pairs = [
        (np.asarray(one, float), np.asarray(other, float))
        for one, other in zip(given, right, strict=True)
    ]
    if all(same(one.T, other, tolerance) for one, other in pairs):
        return f"{name} is transposed: {name}.T has the right numbers."
    if any(one.shape != other.shape for one, other in pairs):
        return ""
    if all(same(-one, other, tolerance) for one, other in pairs):
        return f"The sign: −{name} has the right numbers."
    first, expected = pairs[0]
    at = np.unravel_index(int(np.argmax(np.abs(expected))), expected.shape)
    factor = float(first[at] / expected[at]) if expected[at] else np.nan
    if (
        factor
        and np.isfinite(factor)
        and all(same(one / factor, other, tolerance) for one, other in pairs)
    ):
        return f"Every number of {name} is {number(factor)} times the right one."
    return ""
