"""What scikit-learn's own code catches must also be one of its errors."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sklearn.utils._param_validation import InvalidParameterError

from glassnet.errors import HyperparameterError


class InvalidParameter(HyperparameterError, InvalidParameterError):
    """A parameter of an estimator outside its domain: an error of glassnet and scikit-learn."""


@contextmanager
def fitting(estimator: Any) -> Iterator[None]:
    """One fit of an estimator at a time, whose errors are also scikit-learn's.

    Raises
    ------
    RuntimeError
        Another thread is fitting the same estimator.
    InvalidParameter
    """
    mark = object()
    if vars(estimator).setdefault("_fitting", mark) is not mark:
        raise RuntimeError(
            f"this {type(estimator).__name__} is already fitting in another thread: "
            "give each thread its own, sklearn.base.clone(estimator)"
        )
    try:
        yield
    except InvalidParameter:
        raise
    except HyperparameterError as error:
        raise invalid(error) from None
    finally:
        del estimator._fitting


def invalid(error: HyperparameterError) -> InvalidParameter:
    """The same error as one that scikit-learn knows."""
    return InvalidParameter(
        error.what,
        equation=error.equation,
        expected=error.expected,
        received=error.received,
        fix=error.fix,
    )
