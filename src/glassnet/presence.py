"""Presence: which times of a network's outputs are there, as masks say of its inputs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from glassnet.dimensions import Dimensions

MASK: Final = "mask"
"""The entrance that says which times of a sequence are there."""


def output_masks(placed: Sequence[Dimensions]) -> tuple[str, ...]:
    """The masks whose times the outputs have.

    From the outputs back through every layer that keeps the times, to the masks that these layers
    read. A branch that ends in its last state keeps none: its mask says nothing of the outputs.

    Examples
    --------
    >>> from glassnet import GRU, Chain, Dense, Network, Parallel, Reshape, SquaredError
    >>> last = Chain([GRU(3, last=True, masked=True), Dense(7 * 2), Reshape((7, 2))])
    >>> hybrid = Parallel(tides=GRU(2, masked=True), boats=last, join="concatenate")
    >>> network = Network([hybrid, Dense(1)], loss=SquaredError())
    >>> shapes = {"tides": (7, 2), "tides.mask": (7, 1), "boats": (5, 3), "boats.mask": (5, 1)}
    >>> output_masks(network.dimensions(shapes))
    ('tides.mask',)
    """
    places = placed[-1].output[:-2]
    reached, masks = {placed[-1].node.output}, dict[str, None]()
    for at in reversed(placed):
        if places and at.node.output in reached and at.output[:-2] == places:
            for name in at.node.inputs.values():
                reached.add(name)
                if name.rpartition(".")[2] == MASK and at.shapes[name][:-2] == places:
                    masks[name] = None
    return tuple(reversed(masks))


def presence(
    placed: Sequence[Dimensions], inputs: Mapping[str, NDArray[Any]]
) -> NDArray[np.bool_] | None:
    """Which times of the outputs are there: those that one of their masks has; None without masks.

    The masks among `inputs` may have the examples first, (m, T, 1), or last, (T, 1, m); so has
    what is returned.
    """
    masks = [inputs[name] != 0 for name in output_masks(placed)]
    there: NDArray[np.bool_] | None = np.logical_or.reduce(masks) if masks else None
    return there
