"""The domains of an estimator's parameters, as scikit-learn's tools read them.

Each parameter is declared once, as an annotated field; scikit-learn asks an estimator for the
same facts as a dict of its own objects.
"""

from __future__ import annotations

import math
import typing
from collections.abc import Callable
from dataclasses import fields
from numbers import Integral, Real
from typing import Annotated, Any, Literal

from sklearn.utils import _param_validation as scikit

from glassnet.domains import Interval, arms, domains

_CLOSED = {"[]": "both", "[)": "left", "(]": "right", "()": "neither"}


def constraints(cls: Any) -> dict[str, list[Any]]:
    """`_parameter_constraints` of an estimator whose parameters are annotated fields.

    Examples
    --------
    >>> from glassnet import MLPClassifier
    >>> [str(constraint) for constraint in constraints(MLPClassifier)["momentum"]]
    ['a float in the range [0.0, 1.0)']
    """
    hints = domains(cls)
    names = (field.name for field in fields(cls))
    return {name: [_constraint(arm) for arm in arms(hints[name])] for name in names}


def _constraint(arm: Any) -> Any:
    origin, arguments = typing.get_origin(arm), typing.get_args(arm)
    if origin is Annotated:
        return _interval(*arguments)
    if origin is Literal:
        return scikit.StrOptions(set(arguments))
    if arm is type(None):
        return None
    if origin is Callable:
        return callable
    return "boolean" if arm is bool else origin or arm


def _interval(kind: type, interval: Interval) -> Any:
    low, high = (float(end) for end in interval.text[1:-1].split(","))
    if low == high:
        return scikit.Options(Real, {low})
    closed = _CLOSED[interval.text[0] + interval.text[-1]]
    ends = (None if math.isinf(end) else kind(end) for end in (low, high))
    return scikit.Interval(Integral if kind is int else Real, *ends, closed=closed)
