"""A training stage by stage, forwards and back in time: forward, cost, backward, update."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import islice
from typing import Final

from numpy.typing import ArrayLike

from glassnet.errors import DataError
from glassnet.glass.explanation import Explanation
from glassnet.glass.stages import LAST, stage_count, stage_of
from glassnet.trace import WEIGHTS, Trace
from glassnet.training.moment import Update
from glassnet.training.start import start
from glassnet.training.task import Task
from glassnet.training.training import Training

KEPT: Final = 16
"""So many updates are kept to go back to; an earlier one is computed again from the start."""


@dataclass(frozen=True)
class Stage:
    """One moment of one update.

    Attributes
    ----------
    update : int
        From 1.
    epoch : int
        From 0.
    name : str
        ``"forward"``, ``"cost"``, ``"backward"`` or ``"update"``.
    explanation : Explanation
        Equations and numbers of this stage; ``print`` the stage to read it.
    trace : Trace
        Every array of the update's passes, as the engine computed them.

    Examples
    --------
    >>> import glassnet as gn
    >>> network = gn.Network([gn.Dense(1)], loss=gn.SquaredError())
    >>> task = gn.Task.of(network, [[1.0, 2.0]], [[2.0, 4.0]])
    >>> stages = gn.Steps(gn.Training(optimizer=gn.GradientDescent(0.1), epochs=1), task)
    >>> [stage.name for stage in stages]
    ['forward', 'cost', 'backward', 'update']
    """

    update: int
    epoch: int
    name: str
    explanation: Explanation
    trace: Trace = field(repr=False)

    def __str__(self) -> str:
        return f"update {self.update}, {self.name}\n\n{self.explanation}"

    def _repr_html_(self) -> str:
        title = f"<h3>update {self.update}, {self.name}</h3>"
        return f"<div>{title}{self.explanation.to_html()}</div>"


class Steps(Iterator[Stage]):
    """Walks through a training: each layer forward, the cost, each layer backward, the update.

    The numbers are those of `Training.updates`, and the same on every visit: a stage that was
    left is found again bit for bit, the masks of a dropout included. Only in a batch of more than
    8,192 examples the trace, which is taken of all at once, differs from the update by rounding.

    Parameters
    ----------
    training : Training
        Any but one by L-BFGS, which has no updates of this kind.
    task : Task
    parameters : dict of str to array, optional
        Where to start; left out, new ones.

    Examples
    --------
    >>> import glassnet as gn
    >>> network = gn.Network([gn.Dense(1)], loss=gn.SquaredError())
    >>> task = gn.Task.of(network, [[1.0, 2.0]], [[2.0, 4.0]])
    >>> steps = gn.Steps(gn.Training(optimizer=gn.GradientDescent(0.1), epochs=9), task)
    >>> next(steps).name, next(steps).name, steps.back().name, steps.go_to(3).update
    ('forward', 'cost', 'forward', 3)
    """

    def __init__(
        self,
        training: Training,
        task: Task,
        parameters: Mapping[str, ArrayLike] | None = None,
    ) -> None:
        self._training, self._task = training, task
        self._first = start(training, task, parameters)
        self._kept: deque[Update] = deque(maxlen=KEPT)
        self._coming = training.updates(task, self._first)
        self._traced: tuple[int, Trace] | None = None
        self._at: tuple[int, int] | None = None

    def __next__(self) -> Stage:
        """The stage behind this one."""
        if self._at is None:
            return self._show(1, 0)
        number, place = self._at
        if place + 1 < stage_count(self._task.network.graph):
            return self._show(number, place + 1)
        return self._show(number + 1, 0)

    def back(self) -> Stage:
        """The stage in front of this one.

        Raises
        ------
        DataError
            This is the first.
        """
        if self._at is None or self._at == (1, 0):
            raise DataError("There is nothing in front of the first stage.", fix="go on with next")
        number, place = self._at
        if place:
            return self._show(number, place - 1)
        return self._show(number - 1, stage_count(self._task.network.graph) + LAST)

    def go_to(self, update: int) -> Stage:
        """The first stage of an update, in the past or still to come.

        Parameters
        ----------
        update : int
            From 1.

        Raises
        ------
        DataError
            The training has no such update.
        """
        try:
            return self._show(update, 0)
        except StopIteration:
            raise DataError(
                f"The training has no update {update}.",
                expected="a number from 1 to that of its last update",
                received=str(update),
                fix="train for more epochs",
            ) from None

    def _show(self, number: int, place: int) -> Stage:
        update = self._update(number)
        self._at = (number, place)
        if self._traced is None or self._traced[0] != number:
            self._traced = (number, self._trace(update))
        trace = self._traced[1]
        name, explanation = stage_of(trace, update, self._training, place)
        return Stage(number, update.epoch, name, explanation, trace)

    def _update(self, number: int) -> Update:
        """An update: kept, still to come, or computed again from the start."""
        for kept in self._kept:
            if kept.number == number:
                return kept
        if self._kept and number < self._kept[0].number:
            self._coming = self._training.updates(self._task, self._first)
            self._kept.clear()
        begun = self._kept[-1].number if self._kept else 0
        if number <= begun:
            raise StopIteration
        for update in islice(self._coming, number - begun):
            self._kept.append(update)
        if not self._kept or self._kept[-1].number != number:
            raise StopIteration
        return self._kept[-1]

    def _trace(self, update: Update) -> Trace:
        network, data = self._task.network, update.data
        parameters = update.before.parameters
        J, arrays = network.engine.trace(network.graph, parameters, data, update.noise)
        given = {"Y": data.Y} if data.weights is None else {"Y": data.Y, WEIGHTS: data.weights}
        return Trace.of(network, arrays | given, J)
