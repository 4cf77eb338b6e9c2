"""Descent by batches: one epoch of updates with a schedule of learning rates."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from typing import Any

import numpy as np

from glassnet.engines import Data, NonFinite, Rule, State
from glassnet.engines.reference import take
from glassnet.schedules import Schedule
from glassnet.training.batches import Batch, epoch_batches, examples_first_in_memory
from glassnet.training.divergence import divergence
from glassnet.training.moment import Update
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
        random, batches, rates = self._planned(number)
        if learning_rate is not None:
            rates = [learning_rate] * len(batches)
        state, cost = self._learn(number, state, self._data, batches, rates, random)
        return state, cost, rates[-1]

    def updates(self, number: int, state: State) -> Iterator[Update]:
        """The same epoch one update at a time."""
        random, batches, rates = self._planned(number)
        for batch, rate in zip(batches, rates, strict=True):
            before, part, masks = state, take(self._data, batch), copy.deepcopy(random)
            state, cost = self._learn(number, state, part, [slice(None)], [rate], random)
            yield Update(state.t, number, cost, rate, state, before, part, masks)

    def _planned(self, number: int) -> tuple[np.random.Generator, list[Batch], list[float]]:
        """The random source of an epoch, its batches and their learning rates."""
        random = np.random.default_rng([self._seed, number])
        batches = epoch_batches(self._data.m, self._batch_size, random)
        steps = [(step + self._schedule.sampled) / len(batches) for step in range(len(batches))]
        rates = [self._schedule.rate(number + t, self._epochs, self._memory) for t in steps]
        return random, batches, rates

    def _learn(
        self,
        number: int,
        state: State,
        data: Data,
        batches: list[Batch],
        rates: list[float],
        random: np.random.Generator,
    ) -> tuple[State, float]:
        network = self._task.network
        try:
            return network.engine.learn(
                network.graph, self._rule, state, data, batches, rates, random
            )
        except NonFinite as fault:
            raise divergence(fault, self._task, number) from None

    def observe(self, cost: float) -> None:
        """Tell the schedule what the epoch came to."""
        self._memory = self._schedule.observe(self._memory, cost)

    def close(self) -> None:
        """There is nothing to let go of."""
