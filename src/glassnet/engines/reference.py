"""The reference engine: NumPy runs the layers' own equations. Every other engine must equal it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from glassnet.engines import passes
from glassnet.engines.engine import SHARD, Data, Engine, NonFinite, Rule, State
from glassnet.engines.noise import Noise
from glassnet.engines.threads import one_blas_thread
from glassnet.graph import Graph, gradient_name
from glassnet.layers.layer import Array, Arrays
from glassnet.namespace import numpy_namespace as xp
from glassnet.sparse import dense, is_sparse


@dataclass(frozen=True)
class Reference(Engine):
    """NumPy runs the layers' own equations, example batches as whole matrices.

    It can run every network, and is what every other engine has to equal.

    Examples
    --------
    >>> import glassnet as gn
    >>> network = gn.Network([gn.Dense(1)], loss=gn.SquaredError()).on(gn.Reference())
    >>> network.engine.name
    'reference'
    """

    name = "reference"

    @np.errstate(all="ignore")
    @one_blas_thread()
    def predict(
        self, graph: Graph, parameters: Mapping[str, Array], inputs: Mapping[str, Array]
    ) -> Array:
        m = next(iter(inputs.values())).shape[-1]
        outputs = [
            self.look(graph, parameters, {name: X[..., shard] for name, X in inputs.items()})[
                graph.output
            ]
            for shard in _shards(m)
        ]
        return outputs[0] if len(outputs) == 1 else np.concatenate(outputs, axis=-1)

    @np.errstate(all="ignore")
    @one_blas_thread()
    def look(
        self, graph: Graph, parameters: Mapping[str, Array], inputs: Mapping[str, Array]
    ) -> Arrays:
        return passes.predict(xp, graph, {**parameters, **_dense(inputs)})

    @np.errstate(all="ignore")
    @one_blas_thread()
    def cost(self, graph: Graph, parameters: Mapping[str, Array], data: Data) -> float:
        J = 0.0
        for shard in _shards(data.m):
            part = take(data, shard)
            values = self.look(graph, parameters, part.inputs)
            cost = passes.cost(xp, graph, values, part.Y, part.weights, data.total)
            J += cost * (part.m / data.m)
        return J

    @np.errstate(all="ignore")
    @one_blas_thread()
    def gradients(
        self, graph: Graph, parameters: Mapping[str, Array], data: Data, noise: Noise | None
    ) -> tuple[float, Arrays]:
        J, gradients, _ = self._made(graph, parameters, data, noise)
        return J, gradients

    def _made(
        self, graph: Graph, parameters: Mapping[str, Array], data: Data, noise: Noise | None
    ) -> tuple[float, Arrays, Arrays]:
        """J, its gradients, and the next values of the statistics, by the statistics' names."""
        names = [gradient_name(name) for name in graph.trainable]
        J, sums = 0.0, {name: np.float64(0) for name in names}
        for number, shard in enumerate(_shards(data.m) if not graph.statistics else [slice(None)]):
            part = take(data, shard)
            here = None if noise is None else replace(noise, shard=number)
            cost, values = self._both_passes(graph, parameters, part, here)
            if part.m == data.m:
                statistics = {name: values[after] for name, after in graph.statistics.items()}
                return cost, {name: values[name] for name in names}, statistics
            share = np.float64(part.m / data.m)
            J += share * cost
            sums = {name: sums[name] + share * values[name] for name in names}
        return J, {name: sums[name].astype(data.Y.dtype) for name in names}, {}

    @np.errstate(all="ignore")
    @one_blas_thread()
    def trace(
        self, graph: Graph, parameters: Mapping[str, Array], data: Data, noise: Noise | None
    ) -> tuple[float, Arrays]:
        # A trace is of all examples at once. Beyond SHARD of them the other methods differ from
        # it by rounding, and in a network with dropout by the order in which masks are drawn.
        J, values = self._both_passes(graph, parameters, data, noise)
        dA = graph.loss.dA(xp, values[graph.output], data.Y)
        values.setdefault(
            gradient_name(graph.output), dA if data.weights is None else dA * data.weights
        )
        losses = passes.each_loss(xp, graph, values, data.Y)
        return J, values | {"L": np.sum(losses, axis=tuple(range(losses.ndim - 2)))}

    def _both_passes(
        self, graph: Graph, parameters: Mapping[str, Array], data: Data, noise: Noise | None
    ) -> tuple[float, Arrays]:
        values = passes.forward(xp, graph, {**parameters, **_dense(data.inputs)}, noise)
        J = passes.cost(xp, graph, values, data.Y, data.weights, data.total)
        values = passes.backward(xp, graph, values, data.Y, data.weights)
        return J, passes.with_penalties(xp, graph, parameters, values, data.total)

    @np.errstate(all="ignore")
    @one_blas_thread()
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
        costs = []
        for update, (batch, alpha) in enumerate(zip(batches, rates, strict=True)):
            part = take(data, batch)
            now = None if noise is None else replace(noise, update=state.t)
            J, gradients, statistics = self._made(graph, state.parameters, part, now)
            if not np.isfinite(J):
                raise NonFinite("J", J, update, state)
            _check_finite(update, state, gradients)
            after = _updated(graph, rule, state, gradients, statistics, alpha)
            _check_finite(update, state, after.parameters)
            for v, arrays in after.memory.items():
                remembered = {f"{v} of {gradient_name(name)}": a for name, a in arrays.items()}
                _check_finite(update, state, remembered)
            state = after
            costs.append(J)
        return state, costs


def _updated(
    graph: Graph, rule: Rule, state: State, gradients: Arrays, statistics: Arrays, alpha: float
) -> State:
    """The state after one update: clip, shrink, step, average."""
    optimizer, t = rule.optimizer, state.t + 1
    if rule.clip:
        gradients = rule.clip.apply(xp, gradients)
    shrink = optimizer.shrink(alpha)
    parameters: Arrays = {**state.parameters, **statistics}
    memory: dict[str, Arrays] = {remembered: {} for remembered in optimizer.remembers}
    for name in graph.trainable:
        W = state.parameters[name]
        if shrink != 1 and name in graph.weights:
            W = shrink * W
        remembered = {v: arrays[name] for v, arrays in state.memory.items()}
        made = optimizer.update(xp, W, gradients[gradient_name(name)], alpha, t, **remembered)
        parameters[name] = made.pop("W")
        for v, array in made.items():
            memory[v][name] = array
    average = state.average
    if rule.average and average is not None:
        average = rule.average.update(average, parameters, t) | statistics
    return State(parameters, memory, average, t)


def take(data: Data, batch: Array | slice) -> Data:
    """The examples of a batch: the last axis of every array."""
    if isinstance(batch, slice) and batch == slice(None):
        return data
    return Data(
        {name: data_taken(X, batch) for name, X in data.inputs.items()},
        data_taken(data.Y, batch),
        None if data.weights is None else data_taken(data.weights, batch),
        data.total,
    )


def data_taken(X: Array, batch: Array | slice) -> Array:
    """X[..., batch]; where it is copied, example by example, each contiguous in memory."""
    if is_sparse(X):
        return X[:, batch]
    return np.moveaxis(np.moveaxis(X, -1, 0)[batch], 0, -1)


def _dense(inputs: Mapping[str, Array]) -> Arrays:
    """The inputs of a shard, where the equations begin: sparse ones were sparse until here."""
    return {name: dense(X) for name, X in inputs.items()}


def _shards(m: int) -> list[slice]:
    """The examples in their order, at most SHARD at once."""
    if m <= SHARD:
        return [slice(None)]
    return [slice(start, start + SHARD) for start in range(0, m, SHARD)]


def _check_finite(update: int, state: State, arrays: Mapping[str, Array]) -> None:
    for name, array in arrays.items():
        # The sum of finite numbers is finite but for overflow, and cheaper than looking at each.
        if not np.isfinite(np.sum(array)) and not np.all(np.isfinite(array)):
            raise NonFinite(name, float(array[~np.isfinite(array)][0]), update, state)
