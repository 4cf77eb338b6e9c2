"""Ctrl-C inside a training."""

from __future__ import annotations

from glassnet.engines.engine import State


class Interrupted(KeyboardInterrupt):
    """Ctrl-C came inside an epoch; `state` is the best that it had reached: its last update's."""

    def __init__(self, state: State) -> None:
        super().__init__()
        self.state = state
