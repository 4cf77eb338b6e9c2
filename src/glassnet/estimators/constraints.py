"""The domains of an estimator's parameters, as scikit-learn's tools read them.

Each parameter is declared once, as an annotated field; scikit-learn asks an estimator for the
same facts as a dict of its own objects.
"""

from __future__ import annotations

import math
import typing
from collections.abc import Callable, Mapping
from dataclasses import fields
from numbers import Integral, Real
from typing import Annotated, Any, Literal

from sklearn.utils import _param_validation as scikit

from glassnet.domains import Interval, arms, domains

_CLOSED = {"[]": "both", "[)": "left", "(]": "right", "()": "neither"}


def constraints(cls: type) -> dict[str, list[Any]]:
    """`_parameter_constraints` of an estimator whose parameters are annotated fields.

    Examples
    --------
    >>> from dataclasses import dataclass
    >>> from glassnet.domains import Share
    >>> @dataclass
    ... class Thing:
    ...     rate: Share | None = 0.0
    >>> [str(constraint) for constraint in constraints(Thing)["rate"]]
    ['a float in the range [0.0, 1.0)', 'None']
    """
    return {
        field.name: [scikit.make_constraint(_constraint(arm)) for arm in arms(domain)]
        for field, domain in _declared(cls)
    }


def _declared(cls: Any) -> typing.Iterator[tuple[Any, Any]]:
    hints = domains(cls)
    return ((field, hints[field.name]) for field in fields(cls))


def _constraint(arm: Any) -> Any:
    origin, arguments = typing.get_origin(arm), typing.get_args(arm)
    if origin is Annotated:
        return _interval(*arguments)
    if origin is Literal:
        return scikit.StrOptions(set(arguments))
    if arm is type(None):
        return None
    if origin is Callable or origin is not None:
        return callable if origin is Callable else origin
    return "boolean" if arm is bool else arm


def _interval(kind: type, interval: Interval) -> Any:
    low, high = (float(end) for end in interval.text[1:-1].split(","))
    if low == high:
        return scikit.Options(Real, {low})
    closed = _CLOSED[interval.text[0] + interval.text[-1]]
    if kind is int:
        ends = (None if math.isinf(end) else int(end) for end in (low, high))
        closed = "left" if math.isinf(high) and closed == "both" else closed
        return scikit.Interval(Integral, *ends, closed=closed)
    ends = (None if math.isinf(end) else end for end in (low, high))
    return scikit.Interval(Real, *ends, closed=closed)


Constraints = Mapping[str, list[Any]]
