"""Learning: the rows of an estimator become a `Task`, a `Training` runs it, and leaves a record."""

from __future__ import annotations

import math
from collections.abc import Sequence
from contextlib import closing
from typing import TYPE_CHECKING, Any

import numpy as np
from sklearn.exceptions import ConvergenceWarning

from glassnet.arrays import FloatArray
from glassnet.combine import Chain
from glassnet.engines import State
from glassnet.ensemble import Ensemble
from glassnet.errors import DivergenceError, warn
from glassnet.estimators.assembly import on_threads
from glassnet.estimators.branches import type_of
from glassnet.estimators.rows import Rows
from glassnet.estimators.scorers import Measures, measures
from glassnet.estimators.solver import is_lbfgs, pace_of, training_of
from glassnet.losses.quantities import SquaredError
from glassnet.network import Network
from glassnet.optimizers import LBFGS
from glassnet.training.history import History
from glassnet.training.moment import Callback
from glassnet.training.result import Result
from glassnet.training.stopping import EarlyStopping
from glassnet.training.task import Task
from glassnet.training.training import Training

if TYPE_CHECKING:
    from glassnet.estimators.base import Estimator


def learn(
    estimator: Estimator, rows: Rows, held: Rows | None, listeners: Sequence[Callback]
) -> None:
    """Train the network, or each member of an ensemble, and record how it went."""
    measured = measures(estimator, held or rows, validated=held is not None)
    task = _task(estimator, rows, held, measured)
    results = []
    for number, start in enumerate(estimator._starts()):
        estimator.parameters_ = start
        results.append(_trained(estimator, task, measured, listeners, number))
        if results[-1].stopped == "interrupted":
            break
    _keep(estimator, results, task)
    _warn_of_end(estimator, results)


def learn_once(estimator: Estimator, rows: Rows, listeners: Sequence[Callback]) -> None:
    """One epoch more, with what the optimiser remembers."""
    if not hasattr(estimator, "_pace"):
        estimator._pace = pace_of(estimator, len(rows))
    pace, history = estimator._pace, estimator.history_
    pace.examples = len(rows)
    epochs = max(estimator.max_iter, len(history) + 1)
    training = training_of(estimator, len(rows), pace, epochs, None, estimator._seed)
    task = _task(estimator, rows, None, measures(estimator, rows, validated=False))
    state = _state_for(estimator, training)
    with closing(training.moments(task, state, history)) as moments:
        moment = next(moments)
    history.append(moment.epoch)
    heard: tuple[Callback, ...] = (pace, *estimator.callbacks, *listeners)
    for callback in heard:
        callback(moment)
    estimator._state, estimator.parameters_ = moment.state, dict(moment.parameters)
    estimator.n_iter_ = 1
    _add(estimator, [moment.epoch.cost], None, len(rows))


def _task(estimator: Estimator, rows: Rows, held: Rows | None, measured: Measures) -> Task:
    X, target = estimator._entrance(rows.X), estimator._target
    dtype = type_of(X, estimator._dtype)
    validation: Any = None
    if held is not None:
        Y_val = target.encode(held.y, dtype)
        validation = (estimator._entrance(held.X), Y_val, held.for_network)
    Y = target.encode(rows.y, dtype)
    return Task.of(estimator.network_, X, Y, validation, rows.for_network, measured.metrics)


def _trained(
    estimator: Estimator,
    task: Task,
    measured: Measures,
    listeners: Sequence[Callback],
    number: int,
) -> Result:
    """The training of one network, from the parameters that the estimator has."""
    validated, best = task.validation is not None, None
    if validated or estimator.monitor is not None:
        best = EarlyStopping(estimator.max_iter, measured.figure, measured.goal)
    pace = estimator._pace = pace_of(estimator, task.data.m)
    pace.tolerance /= _unit_of_cost(estimator)
    if estimator.early_stopping and validated:
        pace.figure, pace.goal = measured.figure, measured.goal
        pace.tolerance = estimator.tol
    seed = estimator._seed_of(number)
    training = training_of(estimator, task.data.m, pace, estimator.max_iter, best, seed)
    stops: tuple[Callback, ...] = () if is_lbfgs(estimator) else (pace,)
    callbacks = (*stops, *estimator.callbacks, *listeners)
    try:
        return training.run(task, parameters=estimator.parameters_, callbacks=callbacks)
    except DivergenceError as error:
        estimator.parameters_ = dict(error.parameters or estimator.parameters_)
        raise


def _unit_of_cost(estimator: Estimator) -> float:
    """How many times larger the cost is in the units of y, where they are large.

    `tol` then asks no more of an epoch than it does in scikit-learn, whose networks learn y as it
    is; where y is small it keeps its meaning for a spread of 1.
    """
    behind, loss = estimator._target.behind, estimator.network_.loss
    if behind is None:
        return 1.0
    return max(1.0, float(np.mean(behind.scale ** (2 if isinstance(loss, SquaredError) else 1))))


def _state_for(estimator: Estimator, training: Training) -> State:
    """Where the solver stands; anew where it stands nowhere, or is another."""
    optimizer = training.optimizer
    remembers = () if isinstance(optimizer, LBFGS) else optimizer.remembers
    state, averaged = estimator._state, training.average is not None
    if state and set(state.memory) == set(remembers) and (state.average is None) != averaged:
        return state
    return State.before(estimator.parameters_, remembers, averaged=averaged)


def _keep(estimator: Estimator, results: Sequence[Result], task: Task) -> None:
    first = results[0]
    if estimator.n_ensemble > 1:
        _put_together(estimator, results)
    else:
        last = first.state.predicting
        same = all(first.parameters[name] is W for name, W in last.items())
        estimator._state = first.state if same else None
        estimator.parameters_ = dict(first.parameters)
    scores = None
    if estimator.early_stopping and task.validation is not None:
        scores = [float(score) for score in first.history[estimator._pace.figure]]
    if not first.history:  # L-BFGS had converged before its first iteration
        cost = task.network.engine.cost(task.network.graph, first.parameters, task.data)
        estimator.loss_curve_ = [*estimator.loss_curve_, cost]
    record(estimator, results, 0 if is_lbfgs(estimator) else task.data.m, scores)


def record(
    estimator: Estimator,
    results: Sequence[Result],
    examples: int,
    scores: list[float] | None = None,
) -> None:
    """The fitted attributes that tell how the trainings went; of several, how the first one did."""
    first = results[0]
    before = estimator.history_
    estimator.history_ = History([*before, *(e.after(len(before)) for e in first.history)])
    estimator.histories_ = tuple(result.history for result in results)
    estimator.n_iter_ = max(len(result.history) for result in results)
    _add(estimator, first.history["cost"], scores, examples * len(first.history))


def members_of(
    network: Network, parameters: dict[str, FloatArray]
) -> tuple[Network, tuple[dict[str, FloatArray], ...]]:
    """The network of one member, and what each member has learnt: of one network, it itself."""
    (first, *_) = network.layers
    if not isinstance(first, Ensemble):
        return network, (parameters,)
    member = first.members[0]
    layers = member.layers if isinstance(member, Chain) else (member,)
    own: dict[str, dict[str, FloatArray]] = {}
    for name, array in parameters.items():
        which, _, local = name.partition(".")
        own.setdefault(which, {})[local] = array
    return Network(layers, network.loss, network.penalties), tuple(own.values())


def _put_together(estimator: Estimator, results: Sequence[Result]) -> None:
    """The members as one network, whose output is their mean."""
    one = estimator.network_
    ensemble = Ensemble([Chain(one.layers)] * len(results))
    together = Network([ensemble], one.loss, one.penalties)
    estimator.network_ = on_threads(together, estimator.n_threads)
    estimator._members = tuple(dict(result.parameters) for result in results)
    estimator.parameters_ = ensemble.parameters(estimator._members)
    estimator._state = None


def _add(estimator: Estimator, costs: list[float], scores: list[float] | None, seen: int) -> None:
    estimator.loss_curve_ = [*estimator.loss_curve_, *costs]
    estimator.loss_ = estimator.loss_curve_[-1]
    estimator.best_loss_ = min(estimator.loss_curve_) if scores is None else None
    estimator.validation_scores_ = scores
    estimator.best_validation_score_ = None if scores is None else max(scores, default=math.nan)
    estimator.t_ += seen


def _warn_of_end(estimator: Estimator, results: Sequence[Result]) -> None:
    ends = {result.stopped for result in results} & {"epochs", "evaluations", "line search failed"}
    if not ends:
        return
    who = "L-BFGS" if is_lbfgs(estimator) else "Stochastic Optimizer"
    how = "The line search failed"
    if "evaluations" in ends:
        how = "Maximum evaluations of the cost reached"
    if "epochs" in ends:
        how = f"Maximum iterations ({estimator.max_iter}) reached"
    warn(
        f"{who}: {how} and the optimization hasn't converged yet: loss = "
        f"{estimator.loss_:.6g}, tol = {estimator.tol:g}.",
        ConvergenceWarning,
    )
