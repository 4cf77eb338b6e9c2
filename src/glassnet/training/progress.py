"""The progress bar of a training."""

from __future__ import annotations

import math
from types import TracebackType

from rich.console import Console
from rich.progress import BarColumn, ProgressColumn, Task, TextColumn
from rich.progress import Progress as Bar
from rich.table import Column
from rich.text import Text

from glassnet.training.moment import Moment

BAR, ROOM_FOR_A_BAR = 12, 80


class Progress:
    """A bar over the epochs with the costs; a callback of the training, and its follower.

    Parameters
    ----------
    screen : Console
    epochs : int
    times : int
        How many labels an example has, one behind the other: the costs are shown for one of them.
    """

    def __init__(self, screen: Console, epochs: int, times: int = 1) -> None:
        self._epochs, self._times = epochs, times
        self._lowest, self._best = math.inf, 0
        self._bar = Bar(
            TextColumn(" "),
            *([BarColumn(BAR)] if screen.width >= ROOM_FOR_A_BAR else []),
            TextColumn("{task.description}"),
            _Seconds(Column(no_wrap=True)),
            console=screen,
        )
        self._task = self._bar.add_task(f"epoch 0/{epochs}", total=epochs)
        self._costs = ""

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

    def __call__(self, moment: Moment) -> None:
        """Move the bar to the epoch that has just ended."""
        epoch = moment.epoch
        if epoch.number == 0:  # of another network, perhaps
            self._lowest = math.inf
        if epoch.monitored < self._lowest:
            self._lowest, self._best = epoch.monitored, epoch.number + 1
        held, times = epoch.validation_cost, self._times
        checked = "" if held is None else f"  validation {held / times:.3f}, best at {self._best}"
        self._costs = f"  cost {epoch.cost / times:.3f}{checked}"
        self._move(epoch.number + 1, f"{epoch.number + 1}")

    def underway(self, epochs: float) -> None:
        """Move the bar within an epoch: 2.3 of 30 are over."""
        self._move(epochs, f"{epochs:.1f}")

    def _move(self, over: float, shown: str) -> None:
        text = f"epoch {shown}/{self._epochs}{self._costs} "
        self._bar.update(self._task, completed=over, description=text)


class _Seconds(ProgressColumn):
    """Seconds since the beginning: they go on where a single step takes long."""

    def render(self, task: Task) -> Text:
        return Text(f"{task.elapsed or 0.0:.1f} s")
