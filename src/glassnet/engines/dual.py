"""Gradient descent on wide inputs, learnt in one number for each unit and example.

Every step of the first layer is −α dZ Xᵀ, so that W stays W° + S Xᵀ: S, (units, m), is learnt in
place of W, (units, n), and the products with X become products with K = Xᵀ X, which stays the same
(native/src/dual.hpp). W is made of S where a call ends.
"""

from __future__ import annotations

import weakref
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from glassnet.engines.call import Call, copied
from glassnet.engines.compiled import combination, linear, programs_of
from glassnet.engines.engine import SHARD, NonFinite, State
from glassnet.engines.interrupted import Interrupted
from glassnet.engines.updates import Updates, order_of
from glassnet.layers.dense import Dense
from glassnet.layers.layer import Array
from glassnet.optimizers import GradientDescent

STRETCH: Final = 256
"""Updates after which S begins at zero again: of examples that contradict each other it grows
without end, and its rounding with it, while W stays where it is."""

LEAST: Final = 2**24
"""Multiply-adds of an update's two products with X that are worth the overhead of another form."""

READING: Final = 10
"""Multiply-adds in the time that it takes to read a number of X."""

DEPTH: Final = 512
"""Terms of K that are summed at once: long float32 sums lose digits."""


@dataclass(frozen=True)
class Form:
    """W as W° + S Xᵀ."""

    W: NDArray[Any]
    origin: NDArray[Any]
    Z: NDArray[Any]
    """W° X, (m, units)."""
    S: NDArray[Any]


@dataclass(frozen=True)
class Seen:
    """What a state carries of the X that it was learnt on. It stays in its process."""

    X: weakref.ref[Any]
    mark: NDArray[Any]
    """One combination of all examples, by which their numbers are known again."""
    updates: int = 0
    K: NDArray[Any] | None = None
    form: Form | None = None

    def __reduce__(self) -> tuple[type[None], tuple[()]]:
        return type(None), ()

    def after(self, updates: int) -> Seen:
        return replace(self, updates=self.updates + updates)


@dataclass(frozen=True)
class Dual:
    """Updates of a network whose first layer can be learnt in its dual form.

    It begins once the updates with X have cost what K does. It is taken where X has many more
    numbers than K: a call of a single update, which has to make W, then costs no more than without.
    """

    updates: Updates
    W: str
    X: Array

    @classmethod
    def of(cls, updates: Updates, batches: Sequence[Array | slice]) -> Dual | None:
        """None where the first layer must stay as it is."""
        graph, data = updates.graph, updates.data
        X = next(iter(data.inputs.values()))
        readers = [node for node in graph.nodes if graph.sources[0] in node.inputs.values()]
        if (
            type(updates.rule.optimizer) is not GradientDescent
            or updates.rule.clip
            or updates.rule.average
            or graph.penalties
            or len(graph.sources) > 1
            or [type(node.layer) for node in readers] != [Dense]
            or X.shape[0] < 4 * data.m
            or data.m > SHARD
            or order_of(batches, data.m)[0] is not None
        ):
            return None
        W = readers[0].parameters["W"]
        work = 2 * X.size * (len(updates.call.parameters[0]) + READING)
        return cls(updates, W, X) if work >= LEAST else None

    def learn(
        self, state: State, batches: Sequence[Array | slice], rates: Sequence[float]
    ) -> tuple[State, list[float]]:
        """The state after the batches, and the cost of each; raises what `Engine.learn` does."""
        costs: list[float] = []
        while (at := len(costs)) < len(batches):
            try:
                seen = self._seen(state.carried)
                waits = self._patience() - seen.updates
                last = at + (waits if waits > 0 else STRETCH - state.t % STRETCH)
                learn = self._as_it_is if waits > 0 else self._stretch
                state, made = learn(state, seen, batches[at:last], rates[at:last])
            except NonFinite as fault:
                raise NonFinite(fault.array, fault.value, at + fault.update, fault.state) from None
            except Interrupted:
                raise
            except KeyboardInterrupt:  # outside of updates
                raise Interrupted(state) from None
            costs += made
        return state, costs

    def _patience(self) -> int:
        """So many updates with X take as many multiply-adds more than those with K as K takes."""
        (m, n), units = self._rows.shape, len(self._call.parameters[0])
        return int(m * n / (2 * units * (n - m))) + 1

    def _as_it_is(
        self, state: State, seen: Seen, batches: Sequence[Array | slice], rates: Sequence[float]
    ) -> tuple[State, list[float]]:
        try:
            after, made = self.updates.learn(state, batches, rates)
        except Interrupted as signal:
            known = seen.after(signal.state.t - state.t)
            raise Interrupted(replace(signal.state, carried=known)) from None
        return replace(after, carried=seen.after(len(made))), made

    def _stretch(
        self, state: State, seen: Seen, batches: Sequence[Array | slice], rates: Sequence[float]
    ) -> tuple[State, list[float]]:
        try:
            seen = self._begun(state.parameters[self.W], seen)
            after, made = self._with_S(state, seen, batches, rates)
        except Interrupted as signal:
            raise Interrupted(self._whole(signal.state, seen) or state) from None
        if after and (whole := self._whole(after, seen)):
            return whole, made
        # Something was not finite, or X is another than K is of: it is done again with X.
        return self._as_it_is(state, self._seen(None), batches, rates)

    def _with_S(
        self, state: State, seen: Seen, batches: Sequence[Array | slice], rates: Sequence[float]
    ) -> tuple[State | None, list[float]]:
        form, programs = seen.form, programs_of(self.updates.graph)
        assert form is not None
        assert seen.K is not None
        assert programs is not None
        program = programs.dual.program(self._call.dtype, self._call.instructions)
        call = replace(self._call, program=program, inputs=[seen.K, form.Z])
        start = replace(state, parameters={**state.parameters, self.W: form.S})
        return replace(self.updates, call=call).in_one_call(start, batches, rates)

    def _begun(self, W: Array, seen: Seen) -> Seen:
        """With K, and W in the form that it is carried in; in a new one where W is another."""
        if seen.form and np.array_equal(seen.form.W, W):
            return seen
        origin = copied(W, self._call.dtype)
        form = Form(
            origin,
            origin,
            self._product(origin, self._rows),
            np.zeros_like(W, shape=(len(W), len(self._rows))),
        )
        return replace(seen, K=self._gram() if seen.K is None else seen.K, form=form)

    def _whole(self, state: State, seen: Seen) -> State | None:
        """The state with W in place of S; None where X is not what it was, or W not finite."""
        assert seen.form
        S = state.parameters[self.W]
        move, mark = self._combined(S)
        W = seen.form.origin + move
        if not np.array_equal(mark, seen.mark) or not np.isfinite(W).all():
            return None
        form = replace(seen.form, W=W.copy(), S=S) if state.t % STRETCH else None
        return replace(
            state, parameters={**state.parameters, self.W: W}, carried=replace(seen, form=form)
        )

    def _seen(self, carried: object) -> Seen:
        """What is carried, where X is the same; else a beginning."""
        if isinstance(carried, Seen) and carried.X() is self.X:
            return carried
        mark = self._combined(np.empty((0, len(self._rows)), self._call.dtype))[1]
        if isinstance(carried, Seen) and np.array_equal(carried.mark, mark):
            return replace(carried, X=weakref.ref(self.X))
        return Seen(weakref.ref(self.X), mark)

    def _combined(self, S: NDArray[Any]) -> tuple[NDArray[Any], NDArray[Any]]:
        """S Xᵀ, and the mark of X."""
        m = len(self._rows)
        signs = np.cos(np.arange(1, m + 1)).astype(S.dtype)
        made = combination(
            np.vstack([S, signs]), self._rows, self._call.instructions, self._call.threads
        )
        return made[:-1], made[-1]

    def _gram(self) -> NDArray[Any]:
        """K = Xᵀ X."""
        (m, n), dtype = self._rows.shape, self._call.dtype
        K = np.zeros((m, m), dtype)
        for start in range(0, n, DEPTH):
            part = np.ascontiguousarray(self._rows[:, start : start + DEPTH])
            K += self._product(part, part)
        return K

    def _product(self, W: NDArray[Any], rows: NDArray[Any]) -> NDArray[Any]:
        """(W X)ᵀ."""
        call = self._call
        made = np.empty((len(rows), len(W)), call.dtype)
        b = np.zeros((len(W), 1), call.dtype)
        program = linear().program(call.dtype, call.instructions)
        program.predict([W, b], [rows], made, call.threads)
        return made

    @property
    def _call(self) -> Call:
        return self.updates.call

    @property
    def _rows(self) -> NDArray[Any]:
        rows = self._call.inputs[0]
        assert isinstance(rows, np.ndarray)  # a sparse X has no dual form
        return rows
