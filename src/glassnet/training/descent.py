"""Descent by batches: one epoch of updates with a schedule of learning rates."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from dataclasses import replace
from operator import mul
from typing import TYPE_CHECKING, Final

from glassnet.engines import Data, Interrupted, Noise, NonFinite, Rule, State
from glassnet.engines.reference import take
from glassnet.training.batches import (
    Batch,
    batches_in_order,
    count,
    examples_first_in_memory,
    shuffled_batches,
)
from glassnet.training.divergence import divergence
from glassnet.training.moment import Follower, Update
from glassnet.training.task import Task

if TYPE_CHECKING:
    from glassnet.training.training import Training

CALL: Final = 0.05
"""Seconds that a call of the engine may take where somebody waits for its end: followers, and
Ctrl-C that the engine does not hear itself."""
TOGETHER: Final = 0.2
"""Seconds of a call of several epochs, of which nobody hears: a call brings all parameters in and
out, but its epochs share the time of its end, and Ctrl-C goes back to the last before it."""


class Descent:
    """Advances a state by one epoch at a time.

    The order of an epoch's examples comes from the seed and the epoch's number alone, the masks of
    an update from the seed and the update's: a training that goes on repeats no randomness, and
    equals one that was never interrupted.
    """

    ended = None

    def __init__(
        self,
        task: Task,
        rule: Rule,
        training: Training,
        *,
        heard: bool = True,
        followers: Sequence[Follower] = (),
    ) -> None:
        self._task, self._rule, self._training = task, rule, training
        self._followers = followers
        self._schedule = rule.optimizer.schedule
        self._data = examples_first_in_memory(task.data)
        # Of one example there is no variance.
        self._least = 2 if task.network.graph.statistics else 1
        self._noise = Noise.of(training.seed)
        self._m = task.data.m
        self._in_order = batches_in_order(self._m, training.batch_size, self._least)
        self._sizes = [count(batch, self._m) for batch in self._in_order]
        self._updates = updates = len(self._sizes)
        self._times = [(step + self._schedule.sampled) / updates for step in range(updates)]
        self._alone = not heard and not self._schedule.remembers
        self._whole = task.network.engine.hears and not followers
        self._seconds = TOGETHER if self._whole else CALL
        self._at_once = 1
        self._memory: object = None

    def advance(
        self, number: int, state: State, learning_rate: float | None
    ) -> tuple[State, Sequence[float], Sequence[float]]:
        """The state after epoch `number`, its cost, and its last learning rate.

        Where nobody hears of single epochs, those that fit into one call of the engine are taken
        together: a cost and a rate for each, and the state after the last.

        `learning_rate` overrules the schedule.

        Raises
        ------
        DivergenceError
        """
        together = self._at_once // self._updates if self._alone else 1
        last = min(number + max(1, together), self._training.epochs)
        batches, rates = self._planned(number, last)
        if learning_rate is not None:
            rates = [learning_rate] * len(batches)
        costs: list[float] = []
        while (at := len(costs)) < len(batches):
            now = slice(at, None if self._whole else at + self._at_once)
            began = time.perf_counter()
            try:
                state, made = self._learn(number, state, self._data, batches[now], rates[now])
                costs += made
                for follower in self._followers:
                    follower.underway(number + len(costs) / self._updates)
            except Interrupted:
                raise
            except KeyboardInterrupt:
                raise Interrupted(state) from None
            self._adapt(len(made), time.perf_counter() - began)
        last_rates = rates[self._updates - 1 :: self._updates]
        return state, self._means(costs), last_rates

    def _means(self, costs: list[float]) -> list[float]:
        """The cost of every epoch, from those of its batches."""
        if self._updates == 1:
            return costs
        ends = range(self._updates, len(costs) + 1, self._updates)
        own = [costs[end - self._updates : end] for end in ends]
        return [sum(map(mul, each, self._sizes)) / self._m for each in own]

    def _adapt(self, updates: int, seconds: float) -> None:
        """Take so many updates at once as one call has time for."""
        wanted = int(updates * self._seconds / max(seconds, 1e-6))
        self._at_once = max(1, min(wanted, 4 * self._at_once))

    def updates(self, number: int, state: State) -> Iterator[Update]:
        """The same epoch one update at a time."""
        batches, rates = self._planned(number, number + 1)
        for batch, rate in zip(batches, rates, strict=True):
            before, part = state, take(self._data, batch)
            state, (cost,) = self._learn(number, state, part, [slice(None)], [rate])
            noise = replace(self._noise, update=before.t)
            yield Update(state.t, number, cost, rate, state, before, part, noise)

    def _planned(self, first: int, last: int) -> tuple[Sequence[Batch], list[float]]:
        """The batches of epochs `first`..`last`, one epoch behind the other, and their rates."""
        training, epochs = self._training, range(first, last)
        rate, planned, memory = self._schedule.rate, training.epochs, self._memory
        rates = [rate(epoch + t, planned, memory) for epoch in epochs for t in self._times]
        if not training.shuffle or self._updates == 1:
            return self._in_order * len(epochs), rates
        return shuffled_batches(self._sizes, training.seed, epochs), rates

    def _learn(
        self,
        number: int,
        state: State,
        data: Data,
        batches: Sequence[Batch],
        rates: list[float],
    ) -> tuple[State, list[float]]:
        network = self._task.network
        try:
            return network.engine.learn(
                network.graph, self._rule, state, data, batches, rates, self._noise
            )
        except NonFinite as fault:
            epoch = number + fault.update // self._updates
            raise divergence(fault, self._task, epoch) from None

    def observe(self, cost: float) -> None:
        """Tell the schedule what the epoch came to."""
        self._memory = self._schedule.observe(self._memory, cost)

    def close(self) -> None:
        """There is nothing to let go of."""
