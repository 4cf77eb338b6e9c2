"""Noise: the random numbers of masks, as data.

A mask follows from a key, the number of the update, the shard of the batch and the node's place
in the graph, and from nothing that was drawn before: every engine gets the same bits, whatever
order it works in, and a training can be cut at any update.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np


@dataclass(frozen=True)
class Noise:
    """Where masks come from.

    Attributes
    ----------
    key : pair of int
        128 bits, the same for a whole training.
    update, shard : int
        Which update, counted from 0, and which of the batch's shards.
    """

    key: tuple[int, int]
    update: int = 0
    shard: int = 0

    @classmethod
    def of(cls, seed: int) -> Noise:
        """The noise of a training with that seed."""
        first, second = np.random.SeedSequence(seed).generate_state(2, np.uint64)
        return cls((int(first), int(second)))

    @classmethod
    def drawn(cls, random: Any) -> Noise:
        """Noise whose key is drawn from a Generator or a RandomState."""
        first, second = np.frombuffer(random.bytes(16), np.uint64)
        return cls((int(first), int(second)))

    def source(self, place: int) -> np.random.Generator:
        """The random source of the node at that place in the graph.

        NumPy's Philox is a function of key and counter, so that its n-th number can also be
        computed by other means (native/src/philox.hpp).
        """
        key = np.array(self.key, np.uint64)
        counter = np.array((0, place, self.update, self.shard), np.uint64)
        return np.random.Generator(np.random.Philox(key=key, counter=counter))
