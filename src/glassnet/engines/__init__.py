"""Engines run the equations of the layers; they are guests, of which layers know nothing."""

from __future__ import annotations

from glassnet.engines.engine import Data, Engine, NonFinite, Rule, State
from glassnet.engines.reference import Reference

__all__ = ["Data", "Engine", "NonFinite", "Reference", "Rule", "State"]
