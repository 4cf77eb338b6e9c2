"""The progress bar of a training."""

from __future__ import annotations

import math
from types import TracebackType

from rich.console import Console
from rich.progress import BarColumn, TextColumn
from rich.progress import Progress as Bar

from glassnet.training.moment import Moment


class Progress:
    """A bar over the epochs with the costs; `show` is a callback of the training."""

    def __init__(self, screen: Console, epochs: int) -> None:
        self._epochs, self._lowest, self._best = epochs, math.inf, 0
        self._bar = Bar(
            TextColumn(" "),
            BarColumn(12),
            TextColumn("{task.description}"),
            console=screen,
        )
        self._task = self._bar.add_task("epoch 0", total=epochs)

    def __enter__(self) -> Progress:
        self._bar.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        at: TracebackType | None,
    ) -> None:
        self._bar.stop()

    def show(self, moment: Moment) -> None:
        """Move the bar to the epoch that has just ended."""
        epoch = moment.epoch
        if epoch.monitored < self._lowest:
            self._lowest, self._best = epoch.monitored, epoch.number + 1
        held = epoch.validation_cost
        checked = "" if held is None else f"  validation {held:.3f}, best at {self._best}"
        text = (
            f"epoch {epoch.number + 1}/{self._epochs}  cost {epoch.cost:.3f}{checked}"
            f"  {epoch.seconds:.1f} s"
        )
        self._bar.update(self._task, completed=epoch.number + 1, description=text)
