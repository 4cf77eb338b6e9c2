"""The names under which the command line offers the library's parts."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeVar

from glassnet.errors import HyperparameterError, did_you_mean
from glassnet.layers.activation import Activation
from glassnet.layers.activations import Identity, LeakyReLU, ReLU, Sigmoid, Tanh
from glassnet.layers.smooth_activations import ELU, GELU, SELU, Mish, SiLU, Softplus
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
    "relu": ReLU(),
    "leaky_relu": LeakyReLU(),
    "elu": ELU(),
    "selu": SELU(),
    "gelu": GELU(),
    "silu": SiLU(),
    "mish": Mish(),
    "softplus": Softplus(),
    "tanh": Tanh(),
    "sigmoid": Sigmoid(),
    "identity": Identity(),
}

OPTIMIZERS: Mapping[str, type[Optimizer] | type[LBFGS]] = {
    "adamw": AdamW,
    "adam": Adam,
    "rmsprop": RMSprop,
    "momentum": Momentum,
    "nesterov": Nesterov,
    "gradient_descent": GradientDescent,
    "lbfgs": LBFGS,
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
        A part is no whole number.
    """
    if text is None or text.strip().lower() in ("none", ""):
        return None if text is None else ()
    try:
        return tuple(int(part) for part in text.split(","))
    except ValueError:
        raise HyperparameterError(
            f"The '--hidden' option must be whole numbers joined by commas. Got {text!r} instead.",
            fix="--hidden 64,64, or --hidden none for a linear model",
        ) from None


def column_names(texts: list[str] | None) -> tuple[str, ...]:
    """``["a,b", "c"]`` as ("a", "b", "c")."""
    return tuple(name.strip() for text in texts or () for name in text.split(",") if name.strip())
