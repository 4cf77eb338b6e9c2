"""Engines run the equations of the layers; they are guests, of which layers know nothing."""

from __future__ import annotations

from glassnet.engines.engine import SHARD, Data, Engine, Interrupted, NonFinite, Rule, State
from glassnet.engines.reference import Reference

__all__ = ["SHARD", "Data", "Engine", "Interrupted", "NonFinite", "Reference", "Rule", "State"]
