"""`review`: a learner's function beside the course's, or a teacher's."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import Any

from glassnet.errors import HyperparameterError, did_you_mean, shown
from glassnet.glass.review.assignment import Assignment
from glassnet.glass.review.course_assignments import FORMS, course_assignment
from glassnet.glass.review.judge import Review, judge


def review(function: Callable[..., Any], assignment: Assignment | str | None = None) -> Review:
    """Say what is right in a function of the course that you wrote, what is wrong, and why.

    The function is called with numbers of different sizes, and what it gives is compared with
    what `glassnet.course` gives. Where the two differ, the common mistakes are tried, and the one
    that gives exactly your numbers is named. A function that is written in another style is as
    right as any: the names of its arguments, how it computes, and the form of its cache are its
    own affair.

    Parameters
    ----------
    function : function
        Yours; called in this process.
    assignment : str or Assignment, optional
        Which function of the course it is, where its name does not say so; or another assignment,
        with a reference of a teacher's own.

    Returns
    -------
    Review
        ``print`` it; ``passed``, ``faults`` and ``causes`` are its parts.

    Raises
    ------
    HyperparameterError
        There is no such function in the course.

    Examples
    --------
    >>> import numpy as np
    >>> import glassnet as gn
    >>> def linear_backward(dZ, cache):
    ...     A_prev, W, b = cache
    ...     m = A_prev.shape[1]
    ...     return W.T @ dZ, dZ @ A_prev.T / m, np.sum(dZ, axis=1) / m
    >>> print(gn.review(linear_backward))
    dA_prev, dW: right.   db: wrong.
    db is (7,): expected (7, 1).
    Most likely: keepdims=True is missing: this is of rank 1. \
`db = np.sum(dZ, axis=1, keepdims=True) / m` reproduces the right numbers.
    """
    if not callable(function):
        raise HyperparameterError(
            f"The 'function' parameter of review must be a function. Got {shown(function)} "
            "instead.",
            fix="pass the function itself, without parentheses: review(linear_backward)",
        )
    if not isinstance(assignment, Assignment):
        name = assignment or str(getattr(function, "__name__", ""))
        assignment = named_assignment(name, _arguments(function))
    return judge(assignment, assignment.outcomes(function))


def named_assignment(name: str, arguments: tuple[str, ...] = ()) -> Assignment:
    """The course's function of that name; `arguments` tell which `predict` is meant.

    Raises
    ------
    HyperparameterError
    """
    if name == "predict" and "w" in arguments:
        name = "predict of one neuron"
    elif name == "predict" and arguments[:1] == ("parameters",):
        name = "predict with tanh"
    if name not in FORMS:
        raise HyperparameterError(
            f"The course has no function called {shown(name)}.",
            expected="the name of a function of glassnet.course",
            received=shown(name),
            fix=did_you_mean(name, FORMS)
            + ' Or say which one it is: review(mine, "linear_backward")',
        )
    return course_assignment(name)


def _arguments(function: Callable[..., Any]) -> tuple[str, ...]:
    try:
        return tuple(inspect.signature(function).parameters)
    except (TypeError, ValueError):
        return ()
