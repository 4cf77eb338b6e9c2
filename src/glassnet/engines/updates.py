"""A row of updates in one call of the compiled part."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from glassnet.engines.batches import Batches
from glassnet.engines.call import Call, copied, weights_of
from glassnet.engines.compilation import CompiledRule
from glassnet.engines.engine import Data, NonFinite, Rule, State
from glassnet.engines.interrupted import Interrupted
from glassnet.engines.noise import Noise
from glassnet.engines.reference import Reference
from glassnet.graph import Graph
from glassnet.layers.layer import Array


@dataclass(frozen=True)
class Updates:
    """What stays the same from update to update."""

    call: Call
    graph: Graph
    rule: Rule
    compiled: CompiledRule
    data: Data
    noise: Noise | None

    def learn(
        self, state: State, batches: Sequence[Array | slice], rates: Sequence[float]
    ) -> tuple[State, list[float]]:
        """The state after the batches, and the cost of each; raises what `Engine.learn` does."""
        costs: list[float] = []
        while len(costs) < len(batches):
            left, pace = batches[len(costs) :], rates[len(costs) :]
            after, made = self.in_one_call(state, left, pace)
            if after is not None:
                return after, costs + made
            # Something was not finite at one update: up to it all is done again, and that one by
            # the reference engine, which knows which array it was.
            if made:
                again = self.in_one_call(state, left[: len(made)], pace[: len(made)])
                state = again[0] or state
                costs += made
            at = len(costs)
            one, pace = batches[at : at + 1], rates[at : at + 1]
            try:
                state, made = Reference().learn(
                    self.graph, self.rule, state, self.data, one, pace, self.noise
                )
            except NonFinite as fault:
                raise NonFinite(fault.array, fault.value, at, fault.state) from None
            costs += made
        return state, costs

    def in_one_call(
        self, state: State, batches: Sequence[Array | slice], rates: Sequence[float]
    ) -> tuple[State | None, list[float]]:
        """The state after the batches, and the cost of each.

        Where something was not finite, None and the costs of those that came before. Ctrl-C is
        heard between updates, and inside long ones.
        """
        call, rule, data, noise = self.call, self.compiled, self.data, self.noise
        order, sizes = order_of(batches, data.m)
        own = {name: copied(state.parameters[name], call.dtype) for name in call.names}
        memory = {
            letter: {name: copied(arrays[name], call.dtype) for name in call.names}
            for letter, arrays in state.memory.items()
        }
        average = state.average
        mean = {} if average is None else {n: copied(average[n], call.dtype) for n in call.names}
        costs = np.empty(len(batches))
        done, raised = call.program.learn(
            list(own.values()),
            list(memory.get("v", {}).values()),
            list(memory.get("s", {}).values()),
            list(mean.values()),
            call.inputs,
            call.labels(data),
            *weights_of(data),
            order,
            sizes,
            list(map(float, rates)),
            rule.rule,
            list(rule.settings),
            rule.limit,
            rule.limit_norm,
            rule.average if mean else -1.0,
            state.t,
            noise and noise.key,
            costs,
            call.threads,
        )
        made: list[float] = costs[:done].tolist()
        if done < len(batches) and raised is None:
            return None, made
        after = State(
            {name: own[name] for name in state.parameters},
            {letter: {n: arrays[n] for n in state.parameters} for letter, arrays in memory.items()},
            None if average is None else ({n: mean[n] for n in state.parameters} or average),
            state.t + done,
        )
        if isinstance(raised, KeyboardInterrupt):
            raise Interrupted(after) from None
        if raised is not None:
            raise raised
        return after, made


def order_of(
    batches: Sequence[Array | slice], m: int
) -> tuple[NDArray[np.int64] | None, list[int]]:
    """All batches as one array of examples, or None where each is all of them; and their sizes."""
    if isinstance(batches, Batches):
        return np.ascontiguousarray(batches.order, np.int64), list(batches.sizes)
    first = batches[0]
    if _is_whole(first, m) and all(each is first or _is_whole(each, m) for each in batches):
        return None, [m] * len(batches)
    every = np.arange(m)
    examples = [every[batch] if isinstance(batch, slice) else batch for batch in batches]
    return every[np.concatenate(examples)].astype(np.int64, copy=False), list(map(len, examples))


def _is_whole(batch: Array | slice, m: int) -> bool:
    return isinstance(batch, slice) and batch.indices(m) == (0, m, 1)
