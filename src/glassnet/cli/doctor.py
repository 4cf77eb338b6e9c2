"""``glassnet doctor``: what this installation has and uses."""

from __future__ import annotations

import json

from glassnet.engines.checkup import checkup


def show_checkup(*, as_json: bool) -> None:
    """Print what a checkup finds."""
    found = checkup()
    print(json.dumps(found.to_data()) if as_json else found)
