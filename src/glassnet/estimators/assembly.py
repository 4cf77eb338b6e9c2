"""Assembly: the layers that were asked for, and behind them the output that a target needs."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from glassnet.combine import Chain
from glassnet.errors import ShapeError
from glassnet.graph import Combinator
from glassnet.layers.activation import Activation
from glassnet.layers.activations import Identity
from glassnet.layers.dense import Dense
from glassnet.layers.layer import Layer
from glassnet.losses.loss import Loss
from glassnet.network import Network
from glassnet.penalties import L2, Penalty

AnyLayer = Layer | Combinator


def output_activation(loss: Loss) -> Activation:
    """The activation behind which a loss belongs."""
    return (loss.canonical or Identity)()


def is_whole(layers: Sequence[AnyLayer], ends: tuple[type[Activation], ...]) -> bool:
    """Whether the layers end in one of these activations, and so are the whole network."""
    return bool(layers) and isinstance(last_layer(layers), ends)


def last_layer(layers: Sequence[Any]) -> Any:
    """The last layer, also at the end of a chain."""
    last = layers[-1]
    return last_layer(last.layers) if isinstance(last, Chain) and last.layers else last


def whole_network(
    layers: Sequence[AnyLayer],
    units: int,
    loss: Loss,
    alpha: float,
    penalties: Sequence[Penalty],
    *,
    whole: bool,
) -> Network:
    """The network: an output layer of so many units behind the layers, unless they are whole."""
    head = () if whole else (Dense(units), output_activation(loss))
    decay = (L2(alpha),) if alpha else ()
    return Network((*layers, *head), loss, (*decay, *penalties))


def check_units(network: Network, shape: tuple[int, ...], units: int, asks: str) -> None:
    """Refuse a network whose outputs are not those that the target asks for.

    Raises
    ------
    ShapeError
    """
    output = network.dimensions(shape)[-1].output
    if output[:-1] != (units,):
        made = " × ".join(map(str, output[:-1]))
        raise ShapeError(
            f"the layers end in {made} units, but {asks} {units}.",
            expected=f"A[L] ({units}, m)",
            received=f"A[L] ({', '.join(map(str, output))})",
            fix=f"end the layers with Dense({units}) and its activation, or leave both out: they "
            "are then added for the target",
        )
