"""The native engine: compiled kernels run whole epochs in one call, without Python's lock.

The compiled part (native/src) checks every array and computes; here arrays are brought into the
order it takes: every example a row whose numbers lie side by side. What has no kernel, and arrays
of more than two axes, go to the reference engine.
"""

from __future__ import annotations

import os
import warnings
import weakref
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from itertools import accumulate, pairwise
from typing import Any, Final, TypeGuard

import numpy as np
from numpy.typing import NDArray

from glassnet.combine import Concatenate
from glassnet.domains import Checked, Count
from glassnet.engines import passes
from glassnet.engines.compilation import CompiledRule, Description, obstacle
from glassnet.engines.cores import cores
from glassnet.engines.engine import SHARD, Data, Engine, NonFinite, Rule, State
from glassnet.engines.interrupted import Interrupted
from glassnet.engines.noise import Noise
from glassnet.engines.reference import Reference, take
from glassnet.errors import GlassnetWarning, HyperparameterError
from glassnet.graph import Graph, gradient_name
from glassnet.layers.layer import Array, Arrays
from glassnet.namespace import numpy_namespace as xp
from glassnet.sparse import dense, is_sparse

try:
    import glassnet.engines._native as compiled_part
except ImportError:  # installed without a compiler
    _native: Any = None
else:
    _native = compiled_part


MOST_THREADS: Final = 16
"""For each core: more would only be in each other's way."""


FEW: Final = 64
"""Examples for which the way through admission would take longer than the prediction."""


_FLOATS: Final = frozenset({np.dtype(np.float32), np.dtype(np.float64)})


ROOM: Final = 2**22
"""Bytes of sparse examples that are written out at once, where a batch is not more."""


def missing() -> str | None:
    """Why there is no native engine in this installation; None where there is one."""
    return None if _native else "glassnet was installed without its compiled part"


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
        if _has_sparse(inputs):
            return np.concatenate(
                [self.predict(graph, parameters, part) for part in _dense_parts(inputs)], axis=-1
            )
        call = _Call.of(self, graph, parameters, inputs)
        if call is None:
            return Reference().predict(graph, parameters, inputs)
        m = call.inputs[0].shape[0]
        out = np.empty((m, call.units(graph)[graph.output]), call.dtype)
        call.program.predict(call.parameters, call.inputs, out, call.threads)
        return out.T

    def prompt(self, graph: Graph, parameters: Mapping[str, Array], X: object) -> Array | None:
        compiled = _compiled(graph)
        if compiled is None or len(graph.sources) > 1 or not _is_plain(X) or X.shape[1] > FEW:
            return None
        if type(parameters) is not dict or parameters.keys() != compiled.known:
            return None
        arrays = [parameters[name] for name in compiled.names]
        if not all(map(_is_plain, arrays)) or not np.isfinite(X).all():
            return None
        program, rows = compiled.program(X.dtype, self.instructions), _rows(X)
        sizes = {graph.sources[0]: len(X)}
        out = np.empty((len(rows), _units(graph, parameters, sizes)[graph.output]), X.dtype)
        try:
            program.predict(arrays, [rows], out, 1)
        except (TypeError, ValueError):  # of another type, in another order, or of other shapes
            return None
        return out.T if np.isfinite(out).all() else None

    def look(
        self, graph: Graph, parameters: Mapping[str, Array], inputs: Mapping[str, Array]
    ) -> Arrays:
        inputs = _dense_shard(inputs)
        call = _Call.of(self, graph, parameters, inputs)
        if call is None:
            return Reference().look(graph, parameters, inputs)
        made = _Shown.of(call, graph)
        call.program.look(call.parameters, call.inputs, made.rows(made.A))
        return {**parameters, **inputs, **made.named(made.A)}

    def cost(self, graph: Graph, parameters: Mapping[str, Array], data: Data) -> float:
        data = replace(data, inputs=_dense_shard(data.inputs))
        call = _Call.of(self, graph, parameters, data.inputs, data.Y)
        if call is None:
            return Reference().cost(graph, parameters, data)
        return float(
            call.program.cost(
                call.parameters, call.inputs, call.labels(data), *_weights(data), call.threads
            )
        )

    def gradients(
        self, graph: Graph, parameters: Mapping[str, Array], data: Data, noise: Noise | None
    ) -> tuple[float, Arrays]:
        data = replace(data, inputs=_dense_shard(data.inputs))
        call = _Call.of(self, graph, parameters, data.inputs, data.Y)
        if call is None or (noise is None and call.noisy):
            return Reference().gradients(graph, parameters, data, noise)
        made = [np.empty_like(W) for W in call.parameters]
        J = call.program.gradients(
            call.parameters,
            call.inputs,
            call.labels(data),
            *_weights(data),
            noise and noise.key,
            noise.update if noise else 0,
            made,
            call.threads,
        )
        gradients = dict(zip(map(gradient_name, call.names), made, strict=True))
        return J, {gradient_name(name): gradients[gradient_name(name)] for name in graph.parameters}

    @np.errstate(all="ignore")
    def trace(
        self, graph: Graph, parameters: Mapping[str, Array], data: Data, noise: Noise | None
    ) -> tuple[float, Arrays]:
        data = replace(data, inputs=_dense_shard(data.inputs))
        call = _Call.of(self, graph, parameters, data.inputs, data.Y)
        if call is None or (noise is None and call.noisy):
            return Reference().trace(graph, parameters, data, noise)
        made = _Shown.of(call, graph)
        gradients = [np.empty_like(W) for W in call.parameters]
        J = call.program.trace(
            call.parameters,
            call.inputs,
            call.labels(data),
            *_weights(data),
            noise and noise.key,
            noise.update if noise else 0,
            *map(made.rows, (made.A, made.dA, made.D)),
            gradients,
        )
        values = {**parameters, **data.inputs, **made.named(made.D), **made.named(made.A)}
        last = gradient_name(graph.output)
        slopes = made.named(made.dA)
        if graph.canonical:
            # The pair's gradient is that of Z; dA is shown beside it.
            dA = graph.loss.dA(xp, values[graph.output], data.Y)
            slopes[last] = dA if data.weights is None else dA * data.weights
        slopes |= dict(zip(map(gradient_name, call.names), gradients, strict=True))
        values |= {name: slopes[name] for name in _backward_order(graph)} | slopes
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
        if _has_sparse(data.inputs):
            return self._learn_sparse(graph, rule, state, data, batches, rates, noise)
        call = _Call.of(self, graph, state.parameters, data.inputs, data.Y)
        compiled = CompiledRule.of(rule)
        if call is None or compiled is None or (noise is None and call.noisy):
            return Reference().learn(graph, rule, state, data, batches, rates, noise)
        costs: list[float] = []
        while len(costs) < len(batches):
            left, pace = batches[len(costs) :], rates[len(costs) :]
            after, made = _learned(call, compiled, state, data, left, pace, noise)
            if after is not None:
                return after, costs + made
            # Something was not finite at one update: up to it all is done again, and that one by
            # the reference engine, which knows which array it was.
            if made:
                again = _learned(
                    call, compiled, state, data, left[: len(made)], pace[: len(made)], noise
                )
                state = again[0] or state
                costs += made
            at = len(costs)
            try:
                state, one = Reference().learn(
                    graph, rule, state, data, batches[at : at + 1], rates[at : at + 1], noise
                )
            except NonFinite as fault:
                raise NonFinite(fault.array, fault.value, at, fault.state) from None
            costs += one
        return state, costs

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
        for part, own in _dense_batches(data, batches):
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


def instruction_sets() -> tuple[str, ...]:
    """The instruction sets of this processor for which there are kernels, the fastest first."""
    return tuple(_native.instruction_sets()) if _native else ()


def flushes_small_numbers() -> bool:
    """Whether some library has told this thread's processor to take subnormal numbers for zero."""
    return bool(np.float64(5e-324) * np.float64(1) == 0)


def _backward_order(graph: Graph) -> Iterator[str]:
    """The gradients in the order in which the backward pass makes them."""
    last, nodes = graph.nodes[-1], graph.nodes
    yield gradient_name(last.inputs["Z"] if graph.canonical else graph.output)
    for node in reversed(nodes[:-1] if graph.canonical else nodes):
        read = [name for name in node.inputs.values() if name in graph.learned]
        yield from map(gradient_name, (*node.parameters.values(), *read))


def _learned(
    call: _Call,
    rule: CompiledRule,
    state: State,
    data: Data,
    batches: Sequence[Array | slice],
    rates: Sequence[float],
    noise: Noise | None,
) -> tuple[State | None, list[float]]:
    """The state after the batches and the cost of each; where something was not finite, None and
    the costs of those that came before. Ctrl-C is heard between updates, and inside long ones."""
    order, sizes = _order(batches, data.m)
    own = {name: _copy(state.parameters[name], call.dtype) for name in call.names}
    memory = {
        letter: {name: _copy(arrays[name], call.dtype) for name in call.names}
        for letter, arrays in state.memory.items()
    }
    average = state.average
    mean = {} if average is None else {n: _copy(average[n], call.dtype) for n in call.names}
    costs = np.empty(len(batches))
    done, raised = call.program.learn(
        list(own.values()),
        list(memory.get("v", {}).values()),
        list(memory.get("s", {}).values()),
        list(mean.values()),
        call.inputs,
        call.labels(data),
        *_weights(data),
        order,
        sizes,
        [float(rate) for rate in rates],
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


@dataclass(frozen=True)
class _Call:
    """What every call of the compiled part needs."""

    program: Any
    names: tuple[str, ...]
    noisy: bool
    parameters: list[NDArray[Any]]
    inputs: list[NDArray[Any]]
    dtype: np.dtype[Any]
    threads: int

    @classmethod
    def of(
        cls,
        engine: Native,
        graph: Graph,
        parameters: Mapping[str, Array],
        inputs: Mapping[str, Array],
        Y: Array | None = None,
    ) -> _Call | None:
        """None where the reference engine has to do it."""
        arrays = [*inputs.values(), *parameters.values(), *([] if Y is None else [Y])]
        dtype = arrays[0].dtype
        if (
            not all(isinstance(array, np.ndarray) for array in arrays)
            or dtype not in (np.float32, np.float64)
            or any(array.dtype != dtype or array.ndim != 2 for array in arrays)
        ):
            return None
        compiled = _compiled(graph)
        if compiled is None:
            return None
        return cls(
            compiled.program(dtype, engine.instructions),
            compiled.names,
            compiled.noisy,
            [_in_order(parameters[name]) for name in compiled.names],
            [_rows(inputs[name]) for name in graph.sources],
            dtype,
            engine.threads or cores(),
        )

    def labels(self, data: Data) -> NDArray[Any]:
        return _rows(data.Y)

    def units(self, graph: Graph) -> dict[str, int]:
        """The units of every value of the graph, by name; first its sources, then in order."""
        inputs = {source: X.shape[1] for source, X in zip(graph.sources, self.inputs, strict=True)}
        return _units(graph, dict(zip(self.names, self.parameters, strict=True)), inputs)


@dataclass(frozen=True)
class _Shown:
    """The arrays that the compiled part fills for a trace, (m, n), by the name of the value."""

    values: tuple[str, ...]
    A: dict[str, NDArray[Any]]
    dA: dict[str, NDArray[Any]]
    D: dict[str, NDArray[Any]]
    names: dict[int, dict[str, str]]

    @classmethod
    def of(cls, call: _Call, graph: Graph) -> _Shown:
        sizes, m = call.units(graph), call.inputs[0].shape[0]

        def arrays(values: Iterable[str]) -> dict[str, NDArray[Any]]:
            return {value: np.empty((m, sizes[value]), call.dtype) for value in values}

        A = arrays(node.output for node in graph.nodes)
        dA = arrays(name for name in A if name in graph.learned)
        masks = {node.output: node.noise["D"] for node in graph.nodes if node.noise}
        D = arrays(masks)
        names = {id(A): {}, id(dA): {name: gradient_name(name) for name in dA}, id(D): masks}
        return cls(tuple(sizes), A, dA, D, names)

    def rows(self, arrays: dict[str, NDArray[Any]]) -> list[NDArray[Any] | None]:
        return [arrays.get(value) for value in self.values]

    def named(self, arrays: dict[str, NDArray[Any]]) -> Arrays:
        """(n, m) under the names of the graph; a mask as zeros and ones."""
        names = self.names[id(arrays)]
        made = {names.get(value, value): array.T for value, array in arrays.items()}
        return {name: array > 0 for name, array in made.items()} if arrays is self.D else made


def _units(
    graph: Graph, parameters: Mapping[str, Array], inputs: Mapping[str, int]
) -> dict[str, int]:
    """The units of every value of the graph, by name; first its sources, then in order."""
    sizes = dict(inputs)
    for node in graph.nodes:
        if node.parameters:
            sizes[node.output] = len(parameters[node.parameters["W"]])
        else:
            read = [sizes[each] for each in node.inputs.values()]
            sizes[node.output] = sum(read) if type(node.layer) is Concatenate else read[0]
    return sizes


class _Compiled:
    """The programs of one graph, made once for each type of number."""

    def __init__(self, graph: Graph) -> None:
        description = Description.of(graph)
        self.names, self.noisy = description.names, description.noisy
        self.known = set(graph.parameters)
        self._arguments, self._fastest = description.arguments, instruction_sets()[0]
        self._programs: dict[tuple[Any, str], Any] = {}

    def program(self, dtype: np.dtype[Any], instructions: str | None) -> Any:
        key = (dtype, instructions or self._fastest)
        if key not in self._programs:
            kind = _native.Program32 if dtype == np.float32 else _native.Program64
            self._programs[key] = kind(*self._arguments, key[1])
        return self._programs[key]


@cache
def _programs() -> dict[int, _Compiled | None]:
    return {}


def _compiled(graph: Graph) -> _Compiled | None:
    """The programs of a graph, kept as long as the graph is."""
    known, key = _programs(), id(graph)
    if key not in known:
        known[key] = None if obstacle(graph) else _Compiled(graph)
        weakref.finalize(graph, known.pop, key, None)
    return known[key]


def _order(batches: Sequence[Array | slice], m: int) -> tuple[NDArray[np.int64] | None, list[int]]:
    """All batches as one array of examples, or None where each is all of them."""
    first = batches[0]
    if _is_whole(first, m) and all(each is first or _is_whole(each, m) for each in batches):
        return None, [m] * len(batches)
    every = np.arange(m)
    examples = [every[batch] for batch in batches]
    return np.concatenate(examples).astype(np.int64, copy=False), [len(each) for each in examples]


def _is_whole(batch: Array | slice, m: int) -> bool:
    return isinstance(batch, slice) and batch.indices(m) == (0, m, 1)


def _is_plain(array: object) -> TypeGuard[NDArray[Any]]:
    """Whether it is an array (n, m) of NumPy itself that engines take as it is."""
    return type(array) is np.ndarray and array.ndim == 2 and array.dtype in _FLOATS


def _has_sparse(inputs: Mapping[str, Array]) -> bool:
    return any(map(is_sparse, inputs.values()))


def _dense_parts(inputs: Mapping[str, Array]) -> Iterator[dict[str, Array]]:
    """All examples in their order, at most SHARD at once with every zero written out."""
    m = next(iter(inputs.values())).shape[-1]
    for start in range(0, m, SHARD):
        yield {name: dense(X[:, start : start + SHARD]) for name, X in inputs.items()}


def _dense_shard(inputs: Mapping[str, Array]) -> Mapping[str, Array]:
    """Sparse inputs with every zero written out; more than SHARD are for the reference engine."""
    small = all(X.shape[-1] <= SHARD for X in inputs.values())
    return {name: dense(X) if small else X for name, X in inputs.items()}


def _dense_batches(
    data: Data, batches: Sequence[Array | slice]
) -> Iterator[tuple[Data, Sequence[Array | slice]]]:
    """The batches in their order, as many at a time as have room: their examples alone, with every
    zero written out, and which of them each batch has. More than SHARD in a batch stay sparse."""
    order, sizes = _order(batches, data.m)
    if order is None:
        whole = data if data.m > SHARD else _without_zeros_left_out(data)
        yield whole, batches
        return
    numbers = sum(X.shape[0] for X in data.inputs.values())
    at_once = max(1, ROOM // (numbers * data.Y.itemsize * max(sizes)))
    ends = list(accumulate(sizes, initial=0))
    for start in range(0, len(sizes), at_once):
        bounds = ends[start : start + at_once + 1]
        part = take(data, order[bounds[0] : bounds[-1]])
        own = [slice(a - bounds[0], b - bounds[0]) for a, b in pairwise(bounds)]
        yield (part if max(sizes) > SHARD else _without_zeros_left_out(part)), own


def _without_zeros_left_out(data: Data) -> Data:
    return replace(data, inputs={name: dense(X) for name, X in data.inputs.items()})


def _weights(data: Data) -> tuple[NDArray[Any] | None, float]:
    weights = data.weights
    line = None if weights is None else np.require(weights[0], data.Y.dtype, ["C", "A"])
    return line, float(data.total)


def _rows(X: Array) -> NDArray[Any]:
    """(m, n), every row contiguous; copied where it is not so in memory."""
    rows: NDArray[Any] = X.T
    side_by_side = rows.shape[1] == 1 or rows.strides[1] == rows.itemsize
    forward = rows.shape[0] == 1 or rows.strides[0] >= rows.itemsize
    whole = rows.strides[0] % rows.itemsize == 0
    if side_by_side and forward and whole and rows.flags.aligned:
        return rows
    return np.require(rows, requirements=["C", "A"])


def _in_order(W: Array) -> NDArray[Any]:
    return np.require(W, requirements=["C", "A"])


def _copy(W: Array, dtype: np.dtype[Any]) -> NDArray[Any]:
    return np.array(W, dtype=dtype, order="C", copy=True)
