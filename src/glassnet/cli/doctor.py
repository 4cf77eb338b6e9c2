"""``glassnet doctor``: what this installation has and uses."""

from __future__ import annotations

import json

from glassnet.glass.doctor import doctor


def show_checkup(*, as_json: bool) -> None:
    """Print what the doctor found."""
    found = doctor()
    print(json.dumps(found.to_data()) if as_json else found)
