"""Ctrl-C inside an epoch."""

from __future__ import annotations

from glassnet.engines import State


class Interrupted(KeyboardInterrupt):
    """Ctrl-C came between two updates of an epoch; `state` is that after the last one."""

    def __init__(self, state: State) -> None:
        super().__init__()
        self.state = state
