"""What a learner is asked for: the right function, and the arguments to try it on."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from glassnet.errors import HyperparameterError, shown
from glassnet.glass.review.outcome import Form, Keys, Outcome, run


@dataclass(frozen=True)
class Case:
    """The arguments of one call.

    Attributes
    ----------
    arguments : mapping of str to anything
        In the order in which the function takes them.
    others : mapping of str to anything
        What a function may ask for by another name, such as A2 for AL.
    edge : str
        What is special about the case, where a usual implementation may differ.
    """

    arguments: Mapping[str, Any]
    others: Mapping[str, Any] = field(default_factory=dict)
    edge: str = ""


@dataclass(frozen=True)
class Assignment:
    """A function to be written, and the arguments that it is tried on.

    Parameters
    ----------
    name : str
        What the function is called.
    reference : function
        The right one.
    cases : sequence of dict
        Arguments by name, in the order in which the function takes them; one dict for each call.
    tolerance : float
        How far a number may be off, relative to the largest of its array.
    results : str or tuple of str, optional
        What the result, or each part of a returned tuple, is called. A dict names its parts
        itself.

    Raises
    ------
    HyperparameterError
        There is no case.

    Examples
    --------
    >>> import numpy as np
    >>> import glassnet as gn
    >>> halve = gn.Assignment("halve", lambda x: x / 2, [{"x": np.array([[2.0, 5.0]])}])
    >>> print(gn.review(lambda x: x / 4, halve))
    result: wrong.
    result[0, 0] is 0.5: expected 1.
    Every number of result is 0.5 times the right one.
    """

    name: str
    reference: Callable[..., Any] = field(repr=False)
    cases: Sequence[Mapping[str, Any] | Case] = field(repr=False)
    tolerance: float = 1e-6
    results: Form | None = field(default=None, repr=False)

    def __post_init__(self) -> None:
        if not self.cases:
            raise HyperparameterError(
                "The 'cases' parameter of Assignment must hold the arguments of at least one "
                f"call. Got {shown(self.cases)} instead.",
                fix='pass e.g. cases=[{"Z": np.array([[0.5, -1.0]])}]',
            )

    @property
    def calls(self) -> tuple[Case, ...]:
        """The cases, each with the name of every argument."""
        return tuple(case if isinstance(case, Case) else Case(case) for case in self.cases)

    @property
    def form(self) -> Form:
        """How the parts of the result are named: as asked for, or as the reference returns them."""
        if self.results is not None:
            return self.results
        case = self.calls[0]
        value = self.reference(*case.arguments.values())
        if isinstance(value, Mapping):
            return Keys()
        if isinstance(value, tuple | list):
            return tuple(f"result[{number}]" for number in range(len(value)))
        return "result"

    def outcomes(self, function: Callable[..., Any]) -> list[Outcome]:
        """What a function does with each case."""
        form = self.form
        return [run(function, case.arguments, case.others, form) for case in self.calls]
