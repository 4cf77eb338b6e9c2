"""Hidden layers: their units and activations, as a caller may name them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, Final, Literal

import numpy as np

from glassnet.domains import Count
from glassnet.errors import HyperparameterError, shown
from glassnet.layers.activation import Activation
from glassnet.layers.activations import Identity, LeakyReLU, ReLU, Sigmoid, Tanh
from glassnet.layers.smooth_activations import ELU, GELU, SELU, Mish, SiLU, Softplus

Named = Literal[
    "identity",
    "logistic",
    "tanh",
    "relu",
    "leaky_relu",
    "elu",
    "selu",
    "gelu",
    "silu",
    "mish",
    "softplus",
]
Sizes = Sequence[Count] | Count
Activations = Named | Activation | Sequence[Named | Activation]

ACTIVATIONS: Final[dict[str, Activation]] = {
    "identity": Identity(),
    "logistic": Sigmoid(),
    "tanh": Tanh(),
    "relu": ReLU(),
    "leaky_relu": LeakyReLU(),
    "elu": ELU(),
    "selu": SELU(),
    "gelu": GELU(),
    "silu": SiLU(),
    "mish": Mish(),
    "softplus": Softplus(),
}
USUAL: Final = (100,)
"""The hidden layers of scikit-learn's networks: this very object, where the caller named none."""


def hidden_sizes(sizes: Any, width: int | None, depth: int | None) -> tuple[int, ...]:
    """Units of each hidden layer, from a list of them, or from one width and the depth.

    Raises
    ------
    HyperparameterError
        Both ways are used at once.

    Examples
    --------
    >>> hidden_sizes(USUAL, 64, 3), hidden_sizes(5, None, None)
    ((64, 64, 64), (5,))
    """
    if width is None and depth is None:
        one = isinstance(sizes, int | np.integer)
        return (int(sizes),) if one else tuple(map(int, sizes))
    if sizes is not USUAL:
        raise HyperparameterError(
            "The 'hidden_layer_sizes' parameter must be left out where width or depth is given. "
            f"Got {shown(sizes)} instead.",
            received=f"width={width}, depth={depth}",
            fix="pass either hidden_layer_sizes, or width and depth",
        )
    return (width or USUAL[0],) * (1 if depth is None else depth)


def activations(given: Any, layers: int) -> Iterator[Activation]:
    """The activation of each hidden layer: the same one everywhere, or one for each.

    Raises
    ------
    HyperparameterError
        There are not as many as hidden layers.
    """
    one = isinstance(given, str | Activation)
    several = [given] * layers if one else list(given)
    if len(several) != layers:
        raise HyperparameterError(
            f"The 'activation' parameter must be one activation, or {layers} of them, one for "
            f"each hidden layer. Got {len(several)} instead.",
            received=shown(given),
            fix="name one for each hidden layer; the output's own follows from the target",
        )
    for each in several:
        yield ACTIVATIONS[each] if isinstance(each, str) else each
