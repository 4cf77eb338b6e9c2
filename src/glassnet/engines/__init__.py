"""Engines run the equations of the layers; they are guests, of which layers know nothing."""

from __future__ import annotations

from glassnet.engines.batches import Batches
from glassnet.engines.engine import SHARD, Data, Engine, NonFinite, Rule, State
from glassnet.engines.interrupted import Interrupted
from glassnet.engines.native import Native
from glassnet.engines.noise import Noise
from glassnet.engines.plan import Plan, plan
from glassnet.engines.reference import Reference

__all__ = [
    "SHARD",
    "Batches",
    "Data",
    "Engine",
    "Interrupted",
    "Native",
    "Noise",
    "NonFinite",
    "Plan",
    "Reference",
    "Rule",
    "State",
    "plan",
]
