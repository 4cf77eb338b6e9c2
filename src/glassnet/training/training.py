"""Training: one visible loop over epochs, and the generator underneath it."""

from __future__ import annotations

import time
import warnings
from collections.abc import Generator, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field

from numpy.typing import ArrayLike

from glassnet.admission import Inputs
from glassnet.averaging import EMA
from glassnet.clipping import Clip
from glassnet.domains import Checked, Count, Natural
from glassnet.engines import Interrupted, Rule, State
from glassnet.errors import GlassnetWarning, HyperparameterError, shown
from glassnet.network import Network
from glassnet.optimizers import LBFGS, Adam, Optimizer
from glassnet.training.descent import Descent
from glassnet.training.history import History, warn_of_growth
from glassnet.training.lbfgs import QuasiNewton
from glassnet.training.moment import (
    Callback,
    Control,
    Follower,
    Moment,
    Update,
    check_callbacks,
)
from glassnet.training.result import Result, fingerprint
from glassnet.training.start import check_origin, resumed, start
from glassnet.training.stopping import Best, EarlyStopping, check_monitor
from glassnet.training.task import Labelled, Metric, Task

__all__ = ["Callback", "Control", "Moment", "Result", "Training", "Update", "train"]


@dataclass(frozen=True)
class Training(Checked):
    """The hyper-parameters of a training: those of `train`, to be kept and run again.

    Parameters
    ----------
    optimizer : Optimizer or LBFGS
        How gradients become updates; Adam by default.
    epochs : int
        How often all examples are seen, at most; at least 1.
    batch_size : int, optional
        Examples per update, at least 1; left out, all of them at once.
    stopping : EarlyStopping, optional
        With it, the parameters of the best epoch are returned.
    clip : ClipNorm or ClipValue, optional
        A limit for the gradients.
    average : EMA, optional
        Predict, validate and return with averaged parameters.
    seed : int
        For the first parameters, the order of the examples and the masks; at least 0.
    shuffle : bool
        Whether the examples come in a new random order in every epoch.

    Examples
    --------
    >>> import glassnet as gn
    >>> network = gn.Network([gn.Dense(1)], loss=gn.SquaredError())
    >>> training = gn.Training(optimizer=gn.GradientDescent(0.1), epochs=100)
    >>> for moment in training.moments(gn.Task.of(network, [[1.0, 2.0]], [[2.0, 4.0]])):
    ...     if moment.epoch.cost < 0.1:
    ...         break
    >>> moment.epoch.number < 20
    True
    """

    optimizer: Optimizer | LBFGS = field(default_factory=Adam)
    epochs: Count = 100
    batch_size: Count | None = None
    stopping: EarlyStopping | None = None
    clip: Clip | None = None
    average: EMA | None = None
    seed: Natural = 0
    shuffle: bool = True

    def run(
        self,
        task: Task,
        *,
        parameters: Mapping[str, ArrayLike] | None = None,
        resume: Result | None = None,
        callbacks: tuple[Callback, ...] = (),
    ) -> Result:
        """Train until the epochs are over, or something stops it earlier."""
        check_origin(parameters, resume)
        check_callbacks(callbacks)
        check_monitor(self.stopping, task)
        state = resumed(self, task, resume) if resume else start(self, task, parameters)
        history = History(resume.history if resume else ())
        best, kept, stopped = Best(self.stopping), state.predicting, "epochs"
        latest = state
        if self.stopping and resume and resume.best_epoch is not None:
            kept = resume.parameters
            for epoch in history:
                best.improves(epoch)
        try:
            heard = bool(callbacks or self.stopping or task.metrics or task.validation)
            followers = [each for each in callbacks if isinstance(each, Follower)]
            with closing(self._method(task, state, followers, heard=heard)) as method:
                for moment in self._epochs(method, task, state, history):
                    state = latest = moment.state
                    history.extend(moment.epochs)
                    if best.improves(moment.epoch) or best.epoch is None:
                        kept = state.predicting
                    for callback in callbacks:
                        callback(moment)
                    if moment.control.stop:
                        stopped = "callback"
                        break
                    if best.is_over(moment.epoch):
                        stopped = "early stopping"
                        break
                else:
                    stopped = method.ended or "epochs"
        except KeyboardInterrupt as signal:
            stopped = "interrupted"
            if isinstance(signal, Interrupted):
                # To go on from, the state is that after the last whole epoch.
                latest = signal.state
                kept = latest.predicting if best.epoch is None else kept
            warnings.warn("Training interrupted by user.", GlassnetWarning, stacklevel=3)
        best.warn_without(history)
        warn_of_growth(history)
        seen = fingerprint(self, task.network, task.data)
        return Result(dict(kept), history, stopped, best.epoch, state, seen, latest.t)

    def moments(
        self, task: Task, state: State | None = None, history: History | None = None
    ) -> Generator[Moment]:
        """The training as a generator, one `Moment` after each epoch, to pause and look at.

        `state` and `history` are those of an earlier training that goes on.
        """
        state = state or start(self, task)
        with closing(self._method(task, state)) as method:
            yield from self._epochs(method, task, state, history or History())

    def updates(self, task: Task, state: State | None = None) -> Iterator[Update]:
        """The training as a generator, one `Update` after each batch: the same numbers as `run`.

        Raises
        ------
        HyperparameterError
            The optimizer is L-BFGS, which has no batches: `moments` has its iterations.
        """
        now = state or start(self, task)
        method = self._method(task, now)
        if isinstance(method, QuasiNewton):
            method.close()
            raise HyperparameterError(
                "The 'optimizer' parameter must not be LBFGS where updates are followed one by "
                "one. Got LBFGS instead.",
                fix="use moments, which stops after each of its iterations",
            )
        for epoch in range(self.epochs):
            costs = []
            for update in method.updates(epoch, now):
                now = update.state
                costs.append(update.cost)
                yield update
            validation_cost, _ = task.figures(now)
            method.observe(sum(costs) / len(costs) if validation_cost is None else validation_cost)

    def _epochs(
        self, method: Descent | QuasiNewton, task: Task, state: State, past: History
    ) -> Iterator[Moment]:
        control, began = Control(), time.perf_counter()
        for epoch in past:
            method.observe(epoch.monitored)
        number = len(past)
        while number < self.epochs:
            advanced = method.advance(number, state, control.learning_rate)
            if advanced is None:
                return
            state, costs, rates = advanced
            try:
                validation_cost, metrics = task.figures(state)
            except KeyboardInterrupt:
                raise Interrupted(state) from None
            seconds = time.perf_counter() - began
            epochs = History.of_columns(number, costs, rates, validation_cost, metrics, seconds)
            epoch = epochs[-1]
            method.observe(epoch.monitored)
            number += len(epochs)
            yield Moment(epoch, state, control, epochs)

    def _method(
        self, task: Task, state: State, followers: Sequence[Follower] = (), *, heard: bool = True
    ) -> Descent | QuasiNewton:
        if isinstance(self.optimizer, LBFGS):
            for name in ("batch_size", "clip", "average"):
                if (value := getattr(self, name)) is not None:
                    raise HyperparameterError(
                        f"The {name!r} parameter of Training must be None with LBFGS. "
                        f"Got {shown(value)} instead.",
                        fix=f"leave {name} out, or use Adam",
                    )
            return QuasiNewton(task, self.optimizer, state, self.epochs)
        rule = Rule(self.optimizer, self.clip, self.average)
        return Descent(task, rule, self, heard=heard, followers=followers)


def train(
    network: Network,
    X: Inputs,
    Y: ArrayLike,
    *,
    parameters: Mapping[str, ArrayLike] | None = None,
    validation: Labelled | None = None,
    sample_weight: ArrayLike | None = None,
    optimizer: Optimizer | LBFGS | None = None,
    epochs: int = 100,
    batch_size: int | None = None,
    stopping: EarlyStopping | None = None,
    clip: Clip | None = None,
    average: EMA | None = None,
    metrics: tuple[Metric, ...] = (),
    callbacks: tuple[Callback, ...] = (),
    seed: int = 0,
    resume: Result | None = None,
) -> Result:
    """Fit the parameters of a network: W := W − α dJ/dW, again and again.

    Parameters
    ----------
    network : Network
    X : array (..., n_x, m), or dict of arrays
        float32 data are computed in float32, float64 in float64. A sparse matrix (n_x, m) of
        SciPy gives the numbers of the dense one, and only a batch of it is dense at a time.
    Y : array (..., n_y, m)
    parameters : dict of str to array, optional
        Where to start; left out, ``network.initialize`` with `seed`.
    validation : tuple, optional
        ``(X_val, Y_val)`` or ``(X_val, Y_val, sample_weight)``: measured after every epoch,
        never learned from.
    sample_weight : array (1, m) or (m,), optional
        How much each example counts; 2 is the same as the example twice.
    optimizer : Optimizer or LBFGS
        Adam by default.
    epochs : int
        How often all examples are seen, at most.
    batch_size : int, optional
        Examples per update, in a new random order every epoch; left out, all of them at once.
    stopping : EarlyStopping, optional
        With it, the parameters of the best epoch are returned.
    clip : ClipNorm or ClipValue, optional
    average : EMA, optional
        Predict, validate and return with averaged parameters.
    metrics : tuple of functions
        Each takes (A, Y) and gives a number, recorded under the function's name.
    callbacks : tuple of functions
        Each takes the `Moment` after an epoch; ``moment.control`` stops the training or changes
        its learning rate.
    seed : int
        For the first parameters, the order of the examples and the masks. Same seed, same bits.
    resume : Result, optional
        A training to go on with, up to `epochs` in all.

    Returns
    -------
    Result
        Parameters and history. Ctrl-C ends the training with what there is, and a warning; in
        the first epoch, or without `stopping`, that is what the last update made.

    Raises
    ------
    DivergenceError
        A cost, gradient or parameter became NaN or infinite; the error names epoch, step, layer
        and parameter, and holds the last finite parameters.
    CheckpointError
        `resume` is of a training on other data, or with another network or hyper-parameters.
    DataError, ShapeError, HyperparameterError

    Examples
    --------
    >>> import glassnet as gn
    >>> network = gn.Network([gn.Dense(1)], loss=gn.SquaredError())
    >>> result = gn.train(
    ...     network, [[1.0, 2.0, 3.0]], [[3.0, 5.0, 7.0]], optimizer=gn.LBFGS(), epochs=50
    ... )
    >>> {name: round(value.item(), 3) for name, value in result.parameters.items()}
    {'W1': 2.0, 'b1': 1.0}
    """
    training = Training(optimizer or Adam(), epochs, batch_size, stopping, clip, average, seed)
    task = Task.of(network, X, Y, validation, sample_weight, metrics)
    return training.run(task, parameters=parameters, resume=resume, callbacks=callbacks)
