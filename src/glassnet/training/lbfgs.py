"""L-BFGS: SciPy's minimiser of the full-batch cost, paused after every iteration."""

from __future__ import annotations

import math
import queue
import threading
from collections.abc import Callable, Generator, Mapping
from dataclasses import replace
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from glassnet.arrays import FloatArray
from glassnet.engines import Interrupted, NonFinite, State
from glassnet.engines.threads import one_blas_thread
from glassnet.errors import HyperparameterError, warn
from glassnet.graph import gradient_name
from glassnet.optimizers import LBFGS
from glassnet.training.divergence import divergence
from glassnet.training.task import Task

Vector = NDArray[np.float64]
EVALUATIONS: Final = 50
"""More than the line searches of one iteration take: two, of 20 each."""
_END: Final = object()


class QuasiNewton:
    """Advances a state by one iteration of L-BFGS at a time.

    `ended` says why there are no more iterations: ``"converged"``, ``"evaluations"`` or
    ``"line search failed"``.

    Raises
    ------
    HyperparameterError
        The network has dropout, so that its cost would be another at every evaluation; or it
        carries statistics from batch to batch, and here are none.
    """

    def __init__(self, task: Task, rule: LBFGS, state: State, epochs: int) -> None:
        self._task, self._rule, self._state = task, rule, state
        self._shapes = {name: W.shape for name, W in state.parameters.items()}
        self._first_slope: Vector | None = None
        self._reached, self._lowest = math.inf, math.inf
        self._lowest_at: Vector | None = None
        self.ended: str | None = None
        nodes = task.network.graph.nodes
        unfit = [node.layer for node in nodes if node.noise or node.statistics]
        if unfit:
            raise HyperparameterError(
                f"The 'optimizer' parameter must not be LBFGS for a network with {unfit[0]}. "
                "Got LBFGS instead.",
                fix="use Adam, or leave that layer out",
            )
        start = _vector(state.parameters)
        self._iterations = iterations(rule, self._cost_and_gradient, start, epochs)

    def advance(
        self, number: int, state: State, learning_rate: float | None
    ) -> tuple[State, list[float], list[None]] | None:
        """The state after one more iteration and its cost; None once there are no more.

        Raises
        ------
        DivergenceError
            The cost or a gradient is not finite.
        """
        self._state = state
        try:
            vector, cost = next(self._iterations)
        except StopIteration as over:
            self._end(over.value)
            return None
        except NonFinite as fault:
            raise divergence(fault, self._task, number) from None
        except KeyboardInterrupt:
            raise Interrupted(self._best(state)) from None
        self._reached = cost
        return self._moved(state, vector), [cost], [None]

    def close(self) -> None:
        """End SciPy's thread, and let go of the data."""
        self._iterations.close()

    def _cost_and_gradient(self, vector: Vector) -> tuple[float, Vector]:
        network, data = self._task.network, self._task.data
        J, gradients = network.engine.gradients(network.graph, self._parameters(vector), data, None)
        for name, array in {"J": np.asarray(J), **gradients}.items():
            if not np.all(np.isfinite(array)):
                raise NonFinite(name, float(array[~np.isfinite(array)][0]), 0, self._state)
        slope = _vector({name: gradients[gradient_name(name)] for name in self._shapes})
        if self._first_slope is None:
            self._first_slope, self._reached = slope, J
        if self._lowest > J:
            self._lowest, self._lowest_at = J, vector.copy()
        return J, slope

    def _best(self, state: State) -> State:
        """In the midst of a line search: the lowest cost met so far may be one of its points."""
        if self._lowest_at is None or self._lowest >= self._reached:
            return state
        return self._moved(state, self._lowest_at)

    def _moved(self, state: State, vector: Vector) -> State:
        parameters = {
            name: W.astype(state.parameters[name].dtype, copy=False)
            for name, W in self._parameters(vector).items()
        }
        return replace(state, parameters=parameters, t=state.t + 1)

    def _end(self, found: Any) -> None:
        """Why SciPy returned, with a warning where the minimum is still far.

        Where no step lowers the cost any more because of rounding, the line search fails as it
        would in front of a wrong gradient. It has converged if the gradient is smaller than at
        the start by ∛ε, or if the decrease that it promises, ½ gᵀ H g, is lost in J's rounding.
        """
        most = self._rule.evaluations
        if not found.success and most is not None and found.nfev >= most:
            self.ended = "evaluations"
            return
        first = found.jac if self._first_slope is None else self._first_slope
        epsilon = float(np.finfo(self._task.data.Y.dtype).eps)
        small = abs(found.jac).max() <= np.cbrt(epsilon) * abs(first).max()
        promised = found.jac @ found.hess_inv.dot(found.jac) / 2
        if found.success or small or promised <= 100 * epsilon * abs(found.fun):
            self.ended = "converged"
            return
        self.ended = "line search failed"
        warn(
            f"L-BFGS ended before the minimum, SciPy says {found.message!r}. The largest gradient "
            f"is {abs(found.jac).max():.3g}."
        )

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
) -> Generator[tuple[Vector, float], None, Any]:
    """The point and its cost after each iteration, at most `most` of them; returns SciPy's result.

    SciPy runs a whole minimisation in one call and only calls back. So that the caller can look,
    pause and stop between iterations as with every other optimiser, that call runs in a thread
    that waits for the caller after every iteration.

    >>> bowl = lambda x: (float(x @ x) / 2, x)
    >>> *_, (point, cost) = iterations(LBFGS(), bowl, np.ones(2), most=10)
    >>> point.tolist(), cost
    ([0.0, 0.0], 0.0)
    """
    made: queue.SimpleQueue[Any] = queue.SimpleQueue()
    wanted: queue.SimpleQueue[None] = queue.SimpleQueue()
    left = threading.Event()

    def evaluated(point: Vector) -> tuple[float, Vector]:
        if left.is_set():
            raise InterruptedError
        return cost_and_gradient(point)

    def pause(intermediate_result: Any) -> None:
        made.put((intermediate_result.x.copy(), float(intermediate_result.fun)))
        wanted.get()

    def work() -> None:
        try:
            found = _minimized(rule, evaluated, start, most, pause)
            made.put((_END, found))
        except Exception as error:
            made.put((_END, error))

    thread = threading.Thread(target=work, name="glassnet-lbfgs", daemon=True)
    thread.start()
    try:
        while (item := made.get())[0] is not _END:
            yield item
            wanted.put(None)
    finally:
        left.set()
        wanted.put(None)
        thread.join()
    if isinstance(item[1], Exception):
        raise item[1]
    return item[1]


def _minimized(
    rule: LBFGS,
    cost_and_gradient: Callable[[Vector], tuple[float, Vector]],
    start: Vector,
    most: int,
    callback: Callable[..., None],
) -> Any:
    from scipy.optimize import minimize

    options = {
        "maxiter": most,
        "maxfun": rule.evaluations or EVALUATIONS * most,
        "maxcor": rule.history,
        "gtol": rule.tolerance,
        "ftol": rule.cost_tolerance,
    }
    # SciPy's own sums take no more threads than an engine's, so that the bits stay the same.
    with one_blas_thread():
        return minimize(
            cost_and_gradient,
            start,
            method="L-BFGS-B",
            jac=True,
            callback=callback,
            options=options,
        )
