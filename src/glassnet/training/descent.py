"""Descent by batches: one epoch of updates with a schedule of learning rates."""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import Any, Final

import numpy as np

from glassnet.engines import Noise, NonFinite, Rule, State
from glassnet.schedules import Schedule
from glassnet.training.batches import Batch, epoch_batches, examples_first_in_memory
from glassnet.training.divergence import divergence
from glassnet.training.task import Task

CALL: Final = 0.05
"""Seconds that one call of the engine may take: Ctrl-C and callbacks wait no longer."""


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
        schedule: Schedule,
        epochs: int,
        batch_size: int | None,
        seed: int,
    ) -> None:
        self._task, self._rule, self._schedule = task, rule, schedule
        self._data = examples_first_in_memory(task.data)
        self._epochs, self._batch_size, self._seed = epochs, batch_size, seed
        self._noise = Noise.of(seed)
        self._at_once = 1
        self._memory: Any = None

    def advance(
        self, number: int, state: State, learning_rate: float | None
    ) -> tuple[State, float, float]:
        """The state after epoch `number`, its cost, and its last learning rate.

        `learning_rate` overrules the schedule.

        Raises
        ------
        DivergenceError
        """
        batches, rates = self._planned(number)
        if learning_rate is not None:
            rates = [learning_rate] * len(batches)
        costs: list[float] = []
        while (at := len(costs)) < len(batches):
            now = slice(at, at + self._at_once)
            began = time.perf_counter()
            state, made = self._learn(number, state, batches[now], rates[now])
            costs += made
            self._adapt(len(made), time.perf_counter() - began)
        sizes = [self._data.m if isinstance(batch, slice) else len(batch) for batch in batches]
        cost = sum(J * size for J, size in zip(costs, sizes, strict=True)) / sum(sizes)
        return state, cost, rates[-1]

    def _adapt(self, updates: int, seconds: float) -> None:
        """Take so many updates at once that Ctrl-C is heard every CALL seconds."""
        wanted = int(updates * CALL / max(seconds, 1e-6))
        self._at_once = max(1, min(wanted, 4 * self._at_once))

    def updates(self, number: int, state: State) -> Iterator[tuple[State, float, float]]:
        """The same epoch one update at a time: the state after each, its cost and its rate."""
        batches, rates = self._planned(number)
        for batch, rate in zip(batches, rates, strict=True):
            state, (cost,) = self._learn(number, state, [batch], [rate])
            yield state, cost, rate

    def _planned(self, number: int) -> tuple[list[Batch], list[float]]:
        """The batches of an epoch and their learning rates."""
        random = np.random.default_rng([self._seed, number])
        batches = epoch_batches(self._data.m, self._batch_size, random)
        steps = [(step + self._schedule.sampled) / len(batches) for step in range(len(batches))]
        rates = [self._schedule.rate(number + t, self._epochs, self._memory) for t in steps]
        return batches, rates

    def _learn(
        self,
        number: int,
        state: State,
        batches: list[Batch],
        rates: list[float],
    ) -> tuple[State, list[float]]:
        network = self._task.network
        try:
            return network.engine.learn(
                network.graph, self._rule, state, self._data, batches, rates, self._noise
            )
        except NonFinite as fault:
            raise divergence(fault, self._task, number) from None

    def observe(self, cost: float) -> None:
        """Tell the schedule what the epoch came to."""
        self._memory = self._schedule.observe(self._memory, cost)

    def close(self) -> None:
        """There is nothing to let go of."""
