"""The command line: ``glassnet train``, ``predict``, ``evaluate``, ``explain``."""

from glassnet.cli.app import main

__all__ = ["main"]
