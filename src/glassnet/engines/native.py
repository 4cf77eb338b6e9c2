"""The native engine: compiled kernels run whole epochs in one call, without Python's lock.

The compiled part (native/src) checks every array and computes; here arrays are brought into the
order it takes: every example a row whose numbers lie side by side. What has no kernel, and arrays
of more than two axes, go to the reference engine.
"""

from __future__ import annotations

import os
import warnings
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from glassnet.domains import Checked, Count
from glassnet.engines import passes
from glassnet.engines.call import Call, weights_of
from glassnet.engines.compilation import CompiledRule, obstacle
from glassnet.engines.compiled import instruction_sets, missing
from glassnet.engines.dual import Dual
from glassnet.engines.engine import SHARD, Data, Engine, NonFinite, Rule, State
from glassnet.engines.noise import Noise
from glassnet.engines.prompt import Prompt
from glassnet.engines.reference import Reference
from glassnet.engines.shown import Shown, backward_order
from glassnet.engines.updates import Updates
from glassnet.engines.written_out import (
    dense_batches,
    dense_parts,
    dense_shard,
    has_sparse,
    needs_zeros,
)
from glassnet.errors import GlassnetWarning, HyperparameterError
from glassnet.graph import Graph, gradient_name
from glassnet.layers.layer import Array, Arrays
from glassnet.namespace import numpy_namespace as xp

MOST_THREADS: Final = 16
"""For each core: more would only be in each other's way."""

FEW: Final = 64
"""Sparse examples that are predicted faster with every zero written out."""


@dataclass(frozen=True)
class Native(Checked, Engine):
    """Compiled kernels for dense networks on tables, in float32 and float64.

    Parameters
    ----------
    threads : int, optional
        At most this many; left out, as many as the process may use. Their number changes the
        time, and no bit of the result.
    instructions : str, optional
        Which kernels, one of `instruction_sets()`; left out, the fastest.

    Raises
    ------
    HyperparameterError
        The installation has no compiled part, or the processor not these instructions.

    Examples
    --------
    >>> import glassnet as gn
    >>> network = gn.Network([gn.Dense(1)], loss=gn.SquaredError())
    >>> network.on(gn.Reference()).predict({"W1": [[2.0]], "b1": [[1.0]]}, [[3.0]]).tolist()
    [[7.0]]
    """

    threads: Count | None = None
    instructions: str | None = None

    name, hears = "native", True

    def __post_init__(self) -> None:
        super().__post_init__()
        if why := missing():
            raise HyperparameterError(
                f"There is no native engine: {why}.",
                fix="install a C++20 compiler (g++ 12 or clang 16) and glassnet again",
            )
        most = MOST_THREADS * (os.cpu_count() or 1)
        if self.threads is not None and self.threads > most:
            warnings.warn(
                f"Native(threads={self.threads}) is more than {MOST_THREADS} for each core: "
                f"{most} are used.",
                GlassnetWarning,
                stacklevel=4,
            )
            object.__setattr__(self, "threads", most)
        if self.instructions is not None and self.instructions not in instruction_sets():
            raise HyperparameterError(
                "The 'instructions' parameter of Native must be among those of this processor. "
                f"Got {self.instructions!r} instead.",
                expected=", ".join(instruction_sets()),
                fix="leave it out",
            )

    def obstacle(self, graph: Graph) -> str | None:
        return obstacle(graph)

    def predict(
        self, graph: Graph, parameters: Mapping[str, Array], inputs: Mapping[str, Array]
    ) -> Array:
        few = inputs[graph.sources[0]].shape[-1] <= FEW
        if (few and has_sparse(inputs)) or needs_zeros(graph, inputs):
            return np.concatenate(
                [self.predict(graph, parameters, part) for part in dense_parts(inputs)], axis=-1
            )
        call = Call.of(self, graph, parameters, inputs)
        if call is None:
            return Reference().predict(graph, parameters, inputs)
        out = np.empty((call.m, call.units(graph)[graph.output]), call.dtype)
        call.program.predict(call.parameters, call.inputs, out, call.threads)
        return out.T

    def prompt_prediction(
        self, graph: Graph, parameters: Mapping[str, object], X: object
    ) -> Array | None:
        call = Prompt.of(self, graph, parameters, X)
        return None if call is None else call.predict()

    def prompt_cost(
        self, graph: Graph, parameters: Mapping[str, object], X: object, Y: object
    ) -> float | None:
        call = Prompt.of(self, graph, parameters, X)
        return None if call is None else call.cost(graph, Y)

    def prompt_gradients(
        self, graph: Graph, parameters: Mapping[str, object], X: object, Y: object
    ) -> Arrays | None:
        call = Prompt.of(self, graph, parameters, X)
        return None if call is None else call.gradients(graph, Y)

    def look(
        self, graph: Graph, parameters: Mapping[str, Array], inputs: Mapping[str, Array]
    ) -> Arrays:
        inputs = dense_shard(inputs)
        call = Call.of(self, graph, parameters, inputs)
        if call is None:
            return Reference().look(graph, parameters, inputs)
        made = Shown.of(call, graph)
        call.program.look(call.parameters, call.inputs, made.rows(made.A))
        return {**parameters, **inputs, **made.A.named()}

    def cost(self, graph: Graph, parameters: Mapping[str, Array], data: Data) -> float:
        if needs_zeros(graph, data.inputs):
            data = replace(data, inputs=dense_shard(data.inputs))
        call = Call.of(self, graph, parameters, data.inputs, data.Y)
        if call is None:
            return Reference().cost(graph, parameters, data)
        return float(
            call.program.cost(
                call.parameters, call.inputs, call.labels(data), *weights_of(data), call.threads
            )
        )

    def gradients(
        self, graph: Graph, parameters: Mapping[str, Array], data: Data, noise: Noise | None
    ) -> tuple[float, Arrays]:
        if needs_zeros(graph, data.inputs):
            data = replace(data, inputs=dense_shard(data.inputs))
        call = Call.of(self, graph, parameters, data.inputs, data.Y)
        if call is None or (noise is None and call.noisy):
            return Reference().gradients(graph, parameters, data, noise)
        made = [np.empty_like(W) for W in call.parameters]
        J = call.program.gradients(
            call.parameters,
            call.inputs,
            call.labels(data),
            *weights_of(data),
            noise and noise.key,
            noise.update if noise else 0,
            made,
            call.threads,
        )
        gradients = dict(zip(call.names, made, strict=True))
        return J, {gradient_name(name): gradients[name] for name in graph.parameters}

    @np.errstate(all="ignore")
    def trace(
        self, graph: Graph, parameters: Mapping[str, Array], data: Data, noise: Noise | None
    ) -> tuple[float, Arrays]:
        data = replace(data, inputs=dense_shard(data.inputs))
        call = Call.of(self, graph, parameters, data.inputs, data.Y)
        if call is None or (noise is None and call.noisy):
            return Reference().trace(graph, parameters, data, noise)
        made = Shown.of(call, graph)
        gradients = [np.empty_like(W) for W in call.parameters]
        J = call.program.trace(
            call.parameters,
            call.inputs,
            call.labels(data),
            *weights_of(data),
            noise and noise.key,
            noise.update if noise else 0,
            *map(made.rows, (made.A, made.dA, made.D)),
            gradients,
        )
        masks = {name: D > 0 for name, D in made.D.named().items()}
        values = {**parameters, **data.inputs, **masks, **made.A.named()}
        last = gradient_name(graph.output)
        slopes = made.dA.named()
        if graph.canonical:
            # The pair's gradient is that of Z; dA is shown beside it.
            dA = graph.loss.dA(xp, values[graph.output], data.Y)
            slopes[last] = dA if data.weights is None else dA * data.weights
        slopes |= dict(zip(map(gradient_name, call.names), gradients, strict=True))
        values |= {name: slopes[name] for name in backward_order(graph)} | slopes
        return J, values | {"L": passes.each_loss(xp, graph, values, data.Y)}

    def learn(
        self,
        graph: Graph,
        rule: Rule,
        state: State,
        data: Data,
        batches: Sequence[Array | slice],
        rates: Sequence[float],
        noise: Noise | None,
    ) -> tuple[State, list[float]]:
        if needs_zeros(graph, data.inputs):
            return self._learn_sparse(graph, rule, state, data, batches, rates, noise)
        call = Call.of(self, graph, state.parameters, data.inputs, data.Y)
        compiled = CompiledRule.of(rule)
        if call is None or compiled is None or (noise is None and call.noisy):
            return Reference().learn(graph, rule, state, data, batches, rates, noise)
        updates = Updates(call, graph, rule, compiled, data, noise)
        dual = None if has_sparse(data.inputs) else Dual.of(updates, batches)
        return (dual or updates).learn(state, batches, rates)

    def _learn_sparse(
        self,
        graph: Graph,
        rule: Rule,
        state: State,
        data: Data,
        batches: Sequence[Array | slice],
        rates: Sequence[float],
        noise: Noise | None,
    ) -> tuple[State, list[float]]:
        """The same, a few batches at a time with every zero written out."""
        costs: list[float] = []
        for part, own in dense_batches(data, batches):
            engine = self if part.m <= SHARD else Reference()
            at = len(costs)
            try:
                state, made = engine.learn(
                    graph, rule, state, part, own, rates[at : at + len(own)], noise
                )
            except NonFinite as fault:
                update = at + fault.update
                raise NonFinite(fault.array, fault.value, update, fault.state) from None
            costs += made
        return state, costs
