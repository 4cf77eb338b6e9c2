"""The command line: ``glassnet train``, ``predict``, ``evaluate``, ``explain``, ``step``, ..."""

from __future__ import annotations

import sys


def main() -> None:
    """The entry point of the shell command ``glassnet``."""
    try:
        from glassnet.cli.app import run
    except ModuleNotFoundError as error:
        if error.name is None or error.name.startswith("glassnet"):
            raise
        sys.exit(
            f"The command line needs {error.name}, which is not installed.\n"
            '  to fix     pip install "glassnet[app]"'
        )
    run()
