"""Descent by batches: one epoch of updates with a schedule of learning rates."""

from __future__ import annotations

from typing import Any

import numpy as np

from glassnet.engines import NonFinite, Rule, State
from glassnet.schedules import Schedule
from glassnet.training.batches import epoch_batches, examples_first_in_memory
from glassnet.training.divergence import divergence
from glassnet.training.task import Task


class Descent:
    """Advances a state by one epoch at a time.

    All randomness of an epoch, its order of the examples and its masks, comes from the seed and
    the epoch's number alone: a training that goes on repeats no randomness, and equals one that
    was never interrupted.
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
        full = batch_size is None or batch_size >= task.data.m
        self._data = task.data if full else examples_first_in_memory(task.data)
        self._epochs, self._batch_size, self._seed = epochs, batch_size, seed
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
        network, data = self._task.network, self._data
        random = np.random.default_rng([self._seed, number])
        batches = epoch_batches(data.m, self._batch_size, random)
        rates = [
            self._schedule.rate(
                number + (step + self._schedule.sampled) / len(batches), self._epochs, self._memory
            )
            if learning_rate is None
            else learning_rate
            for step in range(len(batches))
        ]
        try:
            state, cost = network.engine.learn(
                network.graph, self._rule, state, data, batches, rates, random
            )
        except NonFinite as fault:
            raise divergence(fault, self._task, number) from None
        return state, cost, rates[-1]

    def observe(self, cost: float) -> None:
        """Tell the schedule what the epoch came to."""
        self._memory = self._schedule.observe(self._memory, cost)

    def close(self) -> None:
        """There is nothing to let go of."""
