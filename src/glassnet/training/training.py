"""Training: one visible loop over epochs, and the generator underneath it."""

from __future__ import annotations

import time
import warnings
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import TypeAlias

from numpy.typing import ArrayLike

from glassnet.admission import Inputs, Parameters
from glassnet.arrays import FloatArray
from glassnet.averaging import EMA
from glassnet.clipping import Clip
from glassnet.domains import Checked, Count, Natural
from glassnet.engines import SHARD, Rule, State
from glassnet.errors import GlassnetWarning, HyperparameterError, listed, shown
from glassnet.memory import check_memory
from glassnet.network import Network
from glassnet.optimizers import LBFGS, Adam, Optimizer
from glassnet.training.descent import Descent
from glassnet.training.history import Epoch, History
from glassnet.training.lbfgs import QuasiNewton
from glassnet.training.stopping import Best, EarlyStopping
from glassnet.training.task import Labelled, Metric, Task


@dataclass
class Control:
    """What a callback may change: it takes effect with the next update.

    Attributes
    ----------
    stop : bool
        Set it to end the training after this epoch.
    learning_rate : float or None
        Set it to overrule the schedule.
    """

    stop: bool = False
    learning_rate: float | None = None


@dataclass(frozen=True)
class Moment:
    """A training between two epochs.

    Attributes
    ----------
    epoch : Epoch
        The figures of the epoch that has just ended.
    state : State
        Parameters, and what the optimiser remembers.
    control : Control
        Where a callback may stop the training or change its learning rate.
    """

    epoch: Epoch
    state: State
    control: Control

    @property
    def parameters(self) -> Mapping[str, FloatArray]:
        """The parameters to predict with: the averaged ones, where they are averaged."""
        return self.state.predicting


Callback: TypeAlias = Callable[[Moment], None]


@dataclass(frozen=True)
class Result:
    """What training leaves.

    Attributes
    ----------
    parameters : dict of str to array
        Those of the best epoch with early stopping, else the last ones.
    history : History
        One record for each epoch.
    stopped : str
        Why it ended: ``"epochs"``, ``"early stopping"``, ``"converged"``, ``"callback"`` or
        ``"interrupted"``.
    best_epoch : int or None
        The epoch that the parameters are from, with early stopping.
    state : State
        Of the last epoch, to go on from with ``resume=``.
    """

    parameters: Parameters
    history: History
    stopped: str
    best_epoch: int | None
    state: State


@dataclass(frozen=True)
class Training(Checked):
    """The hyper-parameters of a training; `train` explains them.

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

    def run(
        self,
        task: Task,
        *,
        parameters: Mapping[str, ArrayLike] | None = None,
        resume: Result | None = None,
        callbacks: tuple[Callback, ...] = (),
    ) -> Result:
        """Train until the epochs are over, or something stops it earlier."""
        history = History(resume.history if resume else ())
        best = Best(self.stopping) if self.stopping else None
        state = self.resumed(task, resume) if resume else self.start(task, parameters)
        kept = state.predicting
        if best and resume and resume.best_epoch is not None:
            kept = resume.parameters
            for epoch in history:
                best.improves(epoch)
        stopped = "epochs"
        try:
            for moment in self.moments(task, state, history):
                state, epoch = moment.state, moment.epoch
                history.append(epoch)
                if best is None or best.improves(epoch):
                    kept = state.predicting
                for callback in callbacks:
                    callback(moment)
                if moment.control.stop:
                    stopped = "callback"
                    break
                if best and best.waited(epoch) >= best.rule.patience:
                    stopped = "early stopping"
                    break
            else:
                stopped = "epochs" if len(history) >= self.epochs else "converged"
        except KeyboardInterrupt:
            stopped = "interrupted"
            warnings.warn("Training interrupted by user.", GlassnetWarning, stacklevel=3)
        best_epoch = best.epoch if best and best.epoch >= 0 else None
        return Result(dict(kept), history, stopped, best_epoch, state)

    def start(self, task: Task, parameters: Mapping[str, ArrayLike] | None = None) -> State:
        """The state before the first update: the parameters given, or new ones.

        Raises
        ------
        ResourceLimitError
            The batches need more memory than there is.
        """
        m = task.data.m
        if self.batch_size is not None and self.batch_size > m:
            warnings.warn(
                "Got `batch_size` less than 1 or larger than sample size. It is going to be "
                f"clipped: {self.batch_size} to {m}.",
                GlassnetWarning,
                stacklevel=4,
            )
        check_memory(
            "Training",
            task.bytes_per_example() * (at_once := min(m, self.batch_size or m, SHARD)),
            f"use a batch_size smaller than {at_once}",
        )
        remembers = () if isinstance(self.optimizer, LBFGS) else self.optimizer.remembers
        return State.before(
            task.parameters(parameters, self.seed), remembers, averaged=self.average is not None
        )

    def resumed(self, task: Task, earlier: Result) -> State:
        """The state in which an earlier training ended, once it fits this one.

        Raises
        ------
        HyperparameterError
            The optimiser or the averaging is another.
        DataError, ShapeError
            The network or the data are others.
        """
        state, fresh = earlier.state, self.start(task, earlier.state.parameters)
        if set(state.memory) != set(fresh.memory) or (state.average is None) != (
            fresh.average is None
        ):
            raise HyperparameterError(
                "The 'resume' parameter must come from a training with the same optimizer and "
                f"average. Got one that remembers {listed(state.memory) or 'nothing'} and "
                f"{'no' if state.average is None else 'an'} average instead.",
                fix="keep optimizer= and average=, or start from parameters=result.parameters",
            )
        return state

    def moments(
        self, task: Task, state: State | None = None, history: History | None = None
    ) -> Iterator[Moment]:
        """The training as a generator, one `Moment` after each epoch, to pause and look at.

        `state` and `history` are those of an earlier training that goes on.
        """
        state, past = state or self.start(task), history or History()
        control, began = Control(), time.perf_counter()
        method = self._method(task, state)
        for epoch in past:
            method.observe(epoch.monitored)
        for number in range(len(past), self.epochs):
            advanced = method.advance(number, state, control.learning_rate)
            if advanced is None:
                return
            state, cost, rate = advanced
            validation_cost, metrics = task.figures(state)
            seconds = time.perf_counter() - began
            epoch = Epoch(number, cost, validation_cost, metrics, rate, seconds)
            method.observe(epoch.monitored)
            yield Moment(epoch, state, control)

    def _method(self, task: Task, state: State) -> Descent | QuasiNewton:
        if isinstance(self.optimizer, LBFGS):
            for name in ("clip", "average"):
                if (value := getattr(self, name)) is not None:
                    raise HyperparameterError(
                        f"The {name!r} parameter of Training must be None with LBFGS. "
                        f"Got {shown(value)} instead.",
                        fix=f"leave {name} out, or use Adam",
                    )
            return QuasiNewton(task, self.optimizer, state, self.epochs)
        rule = Rule(self.optimizer, self.clip, self.average)
        return Descent(task, rule, self.optimizer.schedule, self.epochs, self.batch_size, self.seed)


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
        float32 data are computed in float32, float64 in float64.
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
        Parameters and history. Ctrl-C ends the training with what there is, and a warning.

    Raises
    ------
    DivergenceError
        A cost, gradient or parameter became NaN or infinite; the error names epoch, step, layer
        and parameter, and holds the last finite parameters.
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
