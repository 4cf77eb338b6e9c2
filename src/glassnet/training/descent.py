"""Descent by batches: one epoch of updates with a schedule of learning rates."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import numpy as np

from glassnet.engines import Data, NonFinite, Rule, State
from glassnet.engines.reference import take
from glassnet.training.batches import Batch, epoch_batches, examples_first_in_memory
from glassnet.training.divergence import divergence
from glassnet.training.moment import Update
from glassnet.training.task import Task

if TYPE_CHECKING:
    from glassnet.training.training import Training


class Descent:
    """Advances a state by one epoch at a time.

    All randomness of an epoch, its order of the examples and its masks, comes from the seed and
    the epoch's number alone: a training that goes on repeats no randomness, and equals one that
    was never interrupted.
    """

    ended = None

    def __init__(self, task: Task, rule: Rule, training: Training) -> None:
        self._task, self._rule, self._training = task, rule, training
        self._schedule = rule.optimizer.schedule
        full = training.batch_size is None or training.batch_size >= task.data.m
        self._data = task.data if full else examples_first_in_memory(task.data)
        # Of one example there is no variance.
        self._least = 2 if task.network.graph.statistics else 1
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
        training, m = self._training, self._data.m
        random = np.random.default_rng([training.seed, number])
        order = random if training.shuffle else None
        batches = epoch_batches(m, training.batch_size, order, self._least)
        steps = [(step + self._schedule.sampled) / len(batches) for step in range(len(batches))]
        rates = [self._schedule.rate(number + t, training.epochs, self._memory) for t in steps]
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
