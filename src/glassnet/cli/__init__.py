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
        if sys.argv[1:2] == ["doctor"]:  # needs nothing of what is missing
            from glassnet.cli.doctor import show_checkup

            show_checkup(as_json="--json" in sys.argv)
            return
        sys.exit(
            f"The command line needs {error.name}, which is not installed.\n"
            '  to fix     pip install "glassnet[app]"'
        )
    run()
