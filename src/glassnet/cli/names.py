"""The names under which the command line offers the library's parts."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Literal, TypeVar

from glassnet.errors import HyperparameterError, did_you_mean
from glassnet.estimators import hidden
from glassnet.layers.activation import Activation
from glassnet.optimizers import (
    LBFGS,
    Adam,
    AdamW,
    GradientDescent,
    Momentum,
    Nesterov,
    Optimizer,
    RMSprop,
)

Named = TypeVar("Named")

ACTIVATIONS: Mapping[str, Activation] = {
    "sigmoid" if name == "logistic" else name: activation
    for name, activation in hidden.ACTIVATIONS.items()
}
"""Those of the estimators, and the course's word for what scikit-learn calls logistic."""

OPTIMIZERS: Mapping[str, type[Optimizer] | type[LBFGS]] = {
    "adamw": AdamW,
    "adam": Adam,
    "rmsprop": RMSprop,
    "momentum": Momentum,
    "nesterov": Nesterov,
    "gradient_descent": GradientDescent,
    "lbfgs": LBFGS,
}

Task = Literal["classification", "binary classification", "regression"]

TASKS: Mapping[str, Task] = {
    "classification": "classification",
    "binary classification": "binary classification",
    "regression": "regression",
}


def named(option: str, name: str | None, known: Mapping[str, Named]) -> Named | None:
    """What `name` stands for; None where the option was left out.

    Raises
    ------
    HyperparameterError
        There is no such name.
    """
    if name is None:
        return None
    if name.lower() not in known:
        raise HyperparameterError(
            f"The {option!r} option must be one of {', '.join(known)}. Got {name!r} instead.",
            fix=did_you_mean(name, known),
        )
    return known[name.lower()]


def hidden_sizes(text: str | None) -> tuple[int, ...] | None:
    """``"64,64"`` as (64, 64); ``"none"`` as (), a linear model.

    Raises
    ------
    HyperparameterError
        A part is no whole number, or below 1.
    """
    if text is None or text.strip().lower() in ("none", ""):
        return None if text is None else ()
    parts = [part.strip() for part in text.split(",")]
    if not all(re.fullmatch("0*[1-9][0-9]{0,17}", part) for part in parts):
        raise HyperparameterError(
            "The '--hidden' option must be whole numbers from 1, joined by commas. "
            f"Got {text!r} instead.",
            fix="--hidden 64,64, or --hidden none for a linear model",
        )
    return tuple(map(int, parts))


@contextmanager
def of_the_command_line() -> Iterator[None]:
    """Turn what `Options` refuses into an error that calls it as the command line does."""
    try:
        yield
    except HyperparameterError as error:
        words = (error.what, error.fix or "")
        what, fix = (text.replace(" or None", "") for text in words)
        raise HyperparameterError(
            re.sub(
                r"'(\w+)' parameter of Options", lambda found: f"'{_option(found)}' option", what
            ),
            fix=re.sub(r"^pass (\w+)= ", lambda found: f"give {_option(found)} ", fix),
        ) from None


def _option(found: re.Match[str]) -> str:
    return f"--{found[1].replace('_', '-')}"


def column_names(texts: list[str] | None) -> tuple[str, ...]:
    """``["a,b", "c"]`` as ("a", "b", "c")."""
    return tuple(name.strip() for text in texts or () for name in text.split(",") if name.strip())
