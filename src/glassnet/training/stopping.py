"""Early stopping: when training no longer helps, and which parameters were the best."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

from glassnet.domains import Checked, Count, NonNegative
from glassnet.errors import HyperparameterError, listed, shown, warn
from glassnet.training.history import Epoch, History
from glassnet.training.task import Task


@dataclass(frozen=True)
class EarlyStopping(Checked):
    """Stop when a figure has not improved for `patience` epochs; the best epoch's parameters are
    kept.

    Parameters
    ----------
    patience : int
        How many epochs to wait for an improvement, at least 1.
    monitor : str
        ``"validation_cost"``, ``"cost"``, or the name of a metric.
    goal : {"lowest", "highest"}
        Whether the figure should fall or rise.
    least : float
        The improvement that counts, at least 0, in the units of the figure.

    Examples
    --------
    >>> import glassnet as gn
    >>> network = gn.Network([gn.Dense(1)], loss=gn.SquaredError())
    >>> rule = EarlyStopping(patience=3, monitor="cost", least=0.001)
    >>> result = gn.train(network, [[1.0, 2.0]], [[2.0, 4.0]], stopping=rule,
    ...                   optimizer=gn.GradientDescent(0.1))
    >>> result.stopped, len(result.history) - 1 - result.best_epoch
    ('early stopping', 3)

    Source: Prechelt, "Early stopping, but when?" (1998).
    """

    patience: Count = 10
    monitor: str = "validation_cost"
    goal: Literal["lowest", "highest"] = "lowest"
    least: NonNegative = 0.0


class Best:
    """The best epoch so far, by the rule's figure; without a rule, the last one is kept."""

    def __init__(self, rule: EarlyStopping | None) -> None:
        self._rule, self._value, self._epoch = rule, math.inf, -1

    @property
    def epoch(self) -> int | None:
        """The number of the best epoch; None where there was none."""
        return self._epoch if self._epoch >= 0 else None

    def improves(self, epoch: Epoch) -> bool:
        """Whether this epoch is the best so far; it is remembered if so."""
        if self._rule is None:
            return True
        figure = epoch[self._rule.monitor]
        value = math.nan if figure is None else figure
        value = value if self._rule.goal == "lowest" else -value
        if not value < self._value - self._rule.least:
            return False
        self._value, self._epoch = value, epoch.number
        return True

    def is_over(self, epoch: Epoch) -> bool:
        """Whether `patience` epochs have passed since the best one."""
        return self._rule is not None and epoch.number - self._epoch >= self._rule.patience

    def warn_without(self, history: History) -> None:
        """Say so where the figure never improved, and the last parameters are returned."""
        if self._rule is not None and self.epoch is None and len(history):
            name = self._rule.monitor
            warn(
                f"The monitored figure {name!r} never improved (it is {history[-1][name]:g}): "
                "the parameters are those of the last epoch."
            )


def check_monitor(rule: EarlyStopping | None, task: Task) -> None:
    """Refuse, before the first update, a figure that the training will not have.

    Raises
    ------
    HyperparameterError
    """
    held = ["validation_cost"] if task.validation is not None else []
    figures = ["cost", *held, *(metric.__name__ for metric in task.metrics)]
    if rule is not None and rule.monitor not in figures:
        raise HyperparameterError(
            "The 'monitor' parameter must name a figure of the training. "
            f"Got {shown(rule.monitor)} instead.",
            expected=listed(figures),
            fix="pass validation data, or monitor='cost'"
            if rule.monitor == "validation_cost"
            else "add the metric to metrics=, or monitor one of these",
        )
