"""How a network learns in an experiment: with a validation part, then perhaps anew on all rows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from glassnet.arrays import FloatArray
from glassnet.experiments.refit import refit
from glassnet.network import Network
from glassnet.training.task import Task
from glassnet.training.training import Callback, Result, Training


@dataclass(frozen=True, eq=False)
class Learning:
    """What a network has learnt, and how.

    Attributes
    ----------
    result : Result
        The training with a validation part: its history, and why it ended.
    refitted : Result or None
        The training on both parts that followed, where rows are few.
    """

    result: Result
    refitted: Result | None

    @property
    def interrupted(self) -> bool:
        """Whether Ctrl-C ended one of the trainings."""
        return "interrupted" in (self.result.stopped, self.refitted and self.refitted.stopped)

    @property
    def anew(self) -> int | None:
        """For how many epochs the network learnt anew from all rows; None where it did not."""
        return len(self.refitted.history) if self.refitted and not self.interrupted else None

    @property
    def parameters(self) -> Mapping[str, FloatArray]:
        """Those of the training on all rows; where there was none, the best of the first."""
        return (self.refitted if self.refitted and self.anew else self.result).parameters

    def to_data(self) -> dict[str, Any]:
        """The record of a model that learnt so, as plain data."""
        history, at = self.result.history, self.result.best_epoch
        best = None if at is None else history[at]
        return {
            "epochs": len(history),
            "best_epoch": best and best.number + 1,
            "stopped": self.result.stopped,
            "refitted_epochs": self.anew,
            "cost": best and best.cost,
            "validation_cost": best and best.validation_cost,
            "history": history.to_data(),
        }


def learn(
    network: Network,
    training: Training,
    seen: tuple[FloatArray, FloatArray],
    check: tuple[FloatArray, FloatArray],
    *,
    anew: bool,
    callbacks: tuple[Callback, ...] = (),
) -> Learning:
    """Train on `seen`, (X, Y), with `check` as validation; then, if asked to, anew on both."""
    task = Task.of(network, *seen, validation=check)
    result = training.run(task, callbacks=callbacks)
    if not anew or result.stopped == "interrupted":
        return Learning(result, None)
    return Learning(result, refit(network, training, result, seen, check))
