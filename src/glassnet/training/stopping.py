"""Early stopping: when training no longer helps, and which parameters were the best."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

from glassnet.domains import Checked, Count, NonNegative
from glassnet.errors import HyperparameterError, listed, shown
from glassnet.training.history import Epoch

COSTS = ("cost", "validation_cost")


@dataclass(frozen=True)
class EarlyStopping(Checked):
    """Stop when a figure has not improved for `patience` epochs; the best epoch's parameters are
    kept.

    Parameters
    ----------
    patience : int
        How many epochs to wait for an improvement.
    monitor : str
        ``"validation_cost"``, ``"cost"``, or the name of a metric.
    goal : {"lowest", "highest"}
        Whether the figure should fall or rise.
    least : float
        The improvement that counts.

    Source: Prechelt, "Early stopping, but when?" (1998).
    """

    patience: Count = 10
    monitor: str = "validation_cost"
    goal: Literal["lowest", "highest"] = "lowest"
    least: NonNegative = 0.0


class Best:
    """The best epoch so far, by the rule's figure."""

    def __init__(self, rule: EarlyStopping) -> None:
        self.rule, self.epoch = rule, -1
        self._sign = 1.0 if rule.goal == "lowest" else -1.0
        self._value = math.inf

    def improves(self, epoch: Epoch) -> bool:
        """Whether this epoch is the best so far; it is remembered if so.

        Raises
        ------
        HyperparameterError
            The epoch has no figure of that name.
        """
        known = self.rule.monitor in (*COSTS, *epoch.metrics)
        figure = epoch[self.rule.monitor] if known else None
        if figure is None:
            raise HyperparameterError(
                "The 'monitor' parameter must name a figure of the training. "
                f"Got {shown(self.rule.monitor)} instead.",
                expected=listed([*COSTS, *epoch.metrics]),
                fix="pass validation data, or monitor='cost'"
                if self.rule.monitor == "validation_cost"
                else "add the metric to metrics=, or monitor one of these",
            )
        value = self._sign * figure
        if not value < self._value - self.rule.least:
            return False
        self._value, self.epoch = value, epoch.number
        return True

    def waited(self, epoch: Epoch) -> int:
        """How many epochs have passed since the best one."""
        return epoch.number - self.epoch
