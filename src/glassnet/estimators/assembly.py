"""Assembly: the layers that were asked for, and behind them the output that a target needs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from glassnet.admission import InputShape
from glassnet.combine import Chain
from glassnet.engines import Native
from glassnet.errors import ShapeError
from glassnet.graph import Combinator
from glassnet.layers.activation import Activation
from glassnet.layers.activations import Identity
from glassnet.layers.dense import Dense
from glassnet.layers.layer import Layer
from glassnet.layers.recurrent import Recurrent
from glassnet.losses.loss import Loss
from glassnet.network import Network
from glassnet.penalties import L2, Penalty
from glassnet.shapes import written

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


def on_threads(network: Network, threads: int | None) -> Network:
    """The same network, where the native engine runs it on so many threads at most."""
    if threads is None or not isinstance(network.engine, Native):
        return network
    return network.on(Native(threads))


def check_entrance(network: Network, shape: InputShape) -> None:
    """Refuse examples of a shape that the layers cannot take.

    Raises
    ------
    ShapeError
    """
    try:
        network.dimensions(shape)
    except ShapeError as error:
        if isinstance(shape, Mapping):
            raise
        longer = (*shape, 1)
        try:
            network.dimensions(longer)
        except ShapeError:
            raise error from None
        raise ShapeError(
            error.what,
            equation=error.equation,
            expected=f"X {written(('m', *longer))}: the last axis is that of channels or features",
            received=f"X {written(('m', *shape))}",
            fix="add an axis for the only one: X[..., None]",
        ) from None


def check_output(
    network: Network, shape: InputShape, made: tuple[int, ...], asks: str, *, whole: bool
) -> None:
    """Refuse a network whose outputs are not those that the target asks for.

    Parameters
    ----------
    network : Network
    shape : tuple of int, or dict of tuples
        Of one example.
    made : tuple of int
        The shape of the output for one example, (units,) or (T, units).
    asks : str
        Who asks for it.
    whole : bool
        Whether the caller's layers end in the output.

    Raises
    ------
    ShapeError
    """
    *_, last = network.dimensions(shape)
    output = last.output[:-1]
    if output == made:
        return
    units = made[-1]
    fix = "end the layers with Flatten(), or with a pooling over all positions"
    if len(output) == len(made):
        fix = (
            f"end the layers with Dense({units}) and its activation, or leave both out: they "
            "are then added for the target"
            if whole
            else f"pass y with {output[0]} times, as many as the layers pass on"
        )
    elif len(output) < len(made):
        fix = "leave last=True out, so that the layers pass on every time"
    elif any(isinstance(node.layer, Recurrent) for node in network.graph.nodes):
        fix = "give the last recurrent layer last=True: it passes on the state after the last time"
        fix += "; or let a regressor learn y (m, T, k), a value for each time"
    raise ShapeError(
        f"the layers end in {' × '.join(map(str, output))} units, but {asks} "
        f"{' × '.join(map(str, made))}.",
        expected=f"A[L] {written((*made, 'm'))}",
        received=f"A[L] {written((*output, 'm'))}",
        fix=fix,
    )
