"""A moment of a training: what a callback sees between two epochs, and what it may change."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from numbers import Real
from typing import Any, Protocol, TypeAlias, runtime_checkable

from glassnet.arrays import FloatArray
from glassnet.engines import Data, Noise, State
from glassnet.errors import HyperparameterError, shown
from glassnet.training.history import Epoch, History


@dataclass
class Control:
    """What a callback may change: it takes effect from the next epoch on.

    Attributes
    ----------
    stop : bool
        Set it to end the training after this epoch.
    learning_rate : float or None
        Set it to overrule the schedule. L-BFGS has no learning rate, and does not look at it.
    """

    stop: bool = False
    learning_rate: float | None = None

    def __setattr__(self, name: str, value: Any) -> None:
        if name == "learning_rate" and value is not None and not _is_rate(value):
            raise HyperparameterError(
                "The 'learning_rate' of Control must be a float in the range (0.0, inf) or None. "
                f"Got {shown(value)} instead.",
                fix="set a positive number, or None for the optimizer's own",
            )
        super().__setattr__(name, value)


@dataclass(frozen=True)
class Update:
    """One update of the parameters, W := W − α dW, of a training that is followed step by step.

    Attributes
    ----------
    number : int
        t, from 1.
    epoch : int
        From 0.
    cost : float
        J of the batch, before the update.
    learning_rate : float
        α.
    state, before : State
        After the update, and before it.
    data : Data
        The examples of the batch.
    noise : Noise
        Where the masks of this update came from.

    Examples
    --------
    >>> import glassnet as gn
    >>> network = gn.Network([gn.Dense(1)], loss=gn.SquaredError())
    >>> training = gn.Training(optimizer=gn.GradientDescent(0.1), epochs=2, batch_size=2)
    >>> task = gn.Task.of(network, [[1.0, 2.0, 3.0]], [[2.0, 4.0, 6.0]])
    >>> [(update.number, update.epoch) for update in training.updates(task)]
    [(1, 0), (2, 0), (3, 1), (4, 1)]
    """

    number: int
    epoch: int
    cost: float
    learning_rate: float
    state: State
    before: State
    data: Data
    noise: Noise

    @property
    def parameters(self) -> Mapping[str, FloatArray]:
        """The parameters to predict with: the averaged ones, where they are averaged."""
        return self.state.predicting


@dataclass(frozen=True)
class Moment:
    """A training between two epochs.

    Attributes
    ----------
    epoch : Epoch
        The figures of the epoch that has just ended.
    state : State
        Parameters, and what the optimiser remembers.
    control : Control
        Where a callback may stop the training or change its learning rate.
    epochs : History
        Those since the moment before. In `run` they may be many, where nobody hears of each.

    Examples
    --------
    >>> import glassnet as gn
    >>> def enough(moment):
    ...     moment.control.stop = moment.epoch.cost < 0.1
    >>> network = gn.Network([gn.Dense(1)], loss=gn.SquaredError())
    >>> result = gn.train(network, [[1.0, 2.0]], [[2.0, 4.0]], callbacks=(enough,),
    ...                   optimizer=gn.GradientDescent(0.1))
    >>> result.stopped
    'callback'
    """

    epoch: Epoch
    state: State
    control: Control
    epochs: History

    @property
    def parameters(self) -> Mapping[str, FloatArray]:
        """The parameters to predict with: the averaged ones, where they are averaged."""
        return self.state.predicting


Callback: TypeAlias = Callable[[Moment], None]


@runtime_checkable
class Follower(Protocol):
    """A callback that also hears how far a training is between two moments, as a bar does."""

    def __call__(self, moment: Moment) -> None:
        """Hear that an epoch has ended."""

    def underway(self, epochs: float) -> None:
        """Hear how many epochs are over: 2.25 is a quarter of the third."""


def check_callbacks(callbacks: object) -> None:
    """Refuse, before anything is computed, what cannot be called after an epoch."""
    if not isinstance(callbacks, tuple | list) or not all(map(callable, callbacks)):
        raise HyperparameterError(
            "The 'callbacks' parameter must be a sequence of functions that take a Moment. "
            f"Got {shown(callbacks)} instead.",
            fix="pass callbacks=(function,)",
        )


def _is_rate(value: object) -> bool:
    return isinstance(value, Real) and not isinstance(value, bool) and 0 < float(value) < math.inf
