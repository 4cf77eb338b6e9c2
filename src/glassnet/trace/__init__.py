"""The trace: every number of one pass, to look at in parts and to take elsewhere."""

from glassnet.trace.trace import WEIGHTS, Trace, UnknownArray

__all__ = ["WEIGHTS", "Trace", "UnknownArray"]
