"""L-BFGS: SciPy's minimiser of the full-batch cost, paused after every iteration."""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from glassnet.arrays import FloatArray
from glassnet.engines import NonFinite, State
from glassnet.errors import HyperparameterError
from glassnet.graph import gradient_name
from glassnet.optimizers import LBFGS
from glassnet.training.divergence import divergence
from glassnet.training.task import Task

Vector = NDArray[np.float64]
_STOP, _END = object(), object()


class QuasiNewton:
    """Advances a state by one iteration of L-BFGS at a time.

    Raises
    ------
    HyperparameterError
        The network has dropout: its cost would be another at every evaluation.
    DivergenceError
        The cost or a gradient is not finite at the start.
    """

    def __init__(self, task: Task, rule: LBFGS, state: State, epochs: int) -> None:
        self._shapes = {name: W.shape for name, W in state.parameters.items()}
        start = _vector(state.parameters)
        graph, engine = task.network.graph, task.network.engine
        noisy = [node.layer for node in graph.nodes if node.noise]
        if noisy:
            raise HyperparameterError(
                f"The 'optimizer' parameter must not be LBFGS for a network with {noisy[0]}. "
                "Got LBFGS instead.",
                fix="use Adam, or leave the random layer out",
            )

        def cost_and_gradient(vector: Vector) -> tuple[float, Vector]:
            J, gradients = engine.gradients(graph, self._parameters(vector), task.data, None)
            slope = _vector({name: gradients[gradient_name(name)] for name in self._shapes})
            # A step that is too long comes back by itself; a start without numbers does not.
            if np.array_equal(vector, start):
                for name, array in {"J": np.asarray(J), **gradients}.items():
                    if not np.all(np.isfinite(array)):
                        wrong = float(array[~np.isfinite(array)][0])
                        fault = NonFinite(name, wrong, 0, state)
                        raise divergence(fault, graph, task.data, epoch=0)
            return J, slope

        self._iterations = iterations(rule, cost_and_gradient, start, epochs)

    def advance(
        self, number: int, state: State, learning_rate: float | None
    ) -> tuple[State, float, None] | None:
        """The state after one more iteration and its cost; None once it has converged."""
        made = next(self._iterations, None)
        if made is None:
            return None
        vector, cost = made
        parameters = {
            name: W.astype(state.parameters[name].dtype, copy=False)
            for name, W in self._parameters(vector).items()
        }
        return replace(state, parameters=parameters, t=state.t + 1), cost, None

    def observe(self, cost: float) -> None:
        """There is no schedule to tell."""

    def _parameters(self, vector: Vector) -> Mapping[str, FloatArray]:
        ends = np.cumsum([np.prod(shape) for shape in self._shapes.values()])
        parts = np.split(vector, ends[:-1])
        return {
            name: part.reshape(shape)
            for (name, shape), part in zip(self._shapes.items(), parts, strict=True)
        }


def _vector(arrays: Mapping[str, FloatArray]) -> Vector:
    return np.concatenate([array.ravel() for array in arrays.values()], dtype=np.float64)


def iterations(
    rule: LBFGS,
    cost_and_gradient: Callable[[Vector], tuple[float, Vector]],
    start: Vector,
    most: int,
) -> Iterator[tuple[Vector, float]]:
    """The point and its cost after each iteration, at most `most` of them.

    SciPy runs a whole minimisation in one call and only calls back. So that the caller can look,
    pause and stop between iterations as with every other optimiser, that call runs in a thread
    that waits for the caller after every iteration.

    >>> bowl = lambda x: (float(x @ x) / 2, x)
    >>> *_, (point, cost) = iterations(LBFGS(), bowl, np.ones(2), most=10)
    >>> point.tolist(), cost
    ([0.0, 0.0], 0.0)
    """
    made: queue.Queue[Any] = queue.Queue(1)
    wanted: queue.Queue[Any] = queue.Queue(1)

    def pause(intermediate_result: Any) -> None:
        made.put((intermediate_result.x.copy(), float(intermediate_result.fun)))
        if wanted.get() is _STOP:
            raise StopIteration

    def work() -> None:
        from scipy.optimize import minimize

        options = {
            "maxiter": most,
            "maxfun": 20 * most,
            "maxcor": rule.history,
            "gtol": rule.tolerance,
            "ftol": rule.cost_tolerance,
        }
        try:
            minimize(
                cost_and_gradient,
                start,
                method="L-BFGS-B",
                jac=True,
                callback=pause,
                options=options,
            )
            made.put(_END)
        except Exception as error:
            made.put(error)

    thread = threading.Thread(target=work, name="glassnet-lbfgs", daemon=True)
    thread.start()
    try:
        while (item := made.get()) is not _END:
            if isinstance(item, Exception):
                raise item
            yield item
            wanted.put(None)
    finally:
        wanted.put(_STOP)
        thread.join()
