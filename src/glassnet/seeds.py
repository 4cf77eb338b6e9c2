"""Seeds: where randomness comes from."""

from __future__ import annotations

from typing import Any, TypeAlias

import numpy as np

from glassnet.errors import HyperparameterError, shown

Seed: TypeAlias = int | np.random.Generator | np.random.RandomState


def seed_source(seed: Seed) -> Any:
    """The random source of a seed: a new Generator for an integer, else the source itself.

    Raises
    ------
    HyperparameterError
    """
    check_seed(seed)
    return np.random.default_rng(seed) if isinstance(seed, int | np.integer) else seed


def check_seed(seed: Seed) -> None:
    """Refuse what is no source of randomness.

    Raises
    ------
    HyperparameterError
    """
    if isinstance(seed, np.random.Generator | np.random.RandomState):
        return
    if isinstance(seed, bool) or not isinstance(seed, int | np.integer) or seed < 0:
        raise HyperparameterError(
            "The 'seed' parameter must be an int in the range [0, inf), a numpy.random.Generator "
            f"or a numpy.random.RandomState. Got {shown(seed)} instead.",
            fix="pass a whole number, e.g. seed=0",
        )
