"""Which engine runs a network, and why."""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from functools import cache

from glassnet.engines.compiled import missing
from glassnet.engines.engine import Engine
from glassnet.engines.native import Native
from glassnet.engines.reference import Reference
from glassnet.errors import GlassnetWarning
from glassnet.graph import Graph


@dataclass(frozen=True)
class Plan:
    """An engine, and the reason why it was chosen.

    Attributes
    ----------
    engine : Engine
    reason : str

    Examples
    --------
    >>> import glassnet as gn
    >>> network = gn.Network([gn.Dense(1)], loss=gn.SquaredError())
    >>> network.on(gn.Reference()).plan()
    Plan(engine=Reference(), reason='chosen by the caller')
    """

    engine: Engine
    reason: str


def plan(graph: Graph) -> Plan:
    """Native where every node has a kernel, else reference, which can run everything."""
    if why := missing():
        _say_once(why)
        return Plan(Reference(), why)
    native = Native()
    if why := native.obstacle(graph):
        return Plan(Reference(), why)
    return Plan(native, "every layer and the loss have kernels")


@cache
def _say_once(why: str) -> None:
    warnings.warn(
        f"The reference engine runs all networks, which is slow: {why}. `glassnet doctor` shows "
        "what there is.",
        GlassnetWarning,
        stacklevel=5,
    )
