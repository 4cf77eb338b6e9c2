"""What all estimators share: how they are fitted and asked, whatever their network and target."""

from __future__ import annotations

import math
import warnings
from abc import abstractmethod
from collections.abc import Iterator, Sequence
from contextlib import closing
from typing import Any, ClassVar, Self

import numpy as np
from numpy.typing import NDArray
from sklearn.exceptions import ConvergenceWarning
from sklearn.utils import check_random_state
from sklearn.utils.validation import check_is_fitted

from glassnet.arrays import FloatArray
from glassnet.engines import SHARD, State
from glassnet.errors import DataError, DivergenceError, HyperparameterError, shown
from glassnet.estimators.assembly import AnyLayer, check_units, whole_network
from glassnet.estimators.faults import fitting
from glassnet.estimators.frames import plan_for, read_frame
from glassnet.estimators.parameters import Parameters
from glassnet.estimators.reading import check_shape, read_inputs, read_targets
from glassnet.estimators.rows import Rows
from glassnet.estimators.scaling import Scaling, warn_of_constants
from glassnet.estimators.scorers import SCORE, Measures, measures
from glassnet.estimators.solver import is_lbfgs, pace_of, training_of
from glassnet.estimators.targets import Target
from glassnet.estimators.weights import sample_weights
from glassnet.losses.loss import Loss
from glassnet.network import Network
from glassnet.trace import Trace
from glassnet.training.history import History
from glassnet.training.result import Result
from glassnet.training.stopping import EarlyStopping
from glassnet.training.task import Task
from glassnet.training.training import Training


class Estimator(Parameters):
    """A network that is fitted to X (m, ...) and y, and asked for predictions.

    Subclasses say which layers it has, and what its target is.
    """

    many_axes: ClassVar[bool] = False
    """Whether an example may be more than a row of numbers."""

    @abstractmethod
    def _layers(self) -> Sequence[AnyLayer]:
        """The layers that the parameters ask for."""

    @abstractmethod
    def _is_whole(self, layers: Sequence[AnyLayer]) -> bool:
        """Whether these layers are the whole network, its output among them."""

    @abstractmethod
    def _values(self, y: Any) -> NDArray[Any]:
        """y as an array that this kind of estimator can learn."""

    @abstractmethod
    def _understand(
        self, y: NDArray[Any], *, again: bool, stream: bool = False, classes: Any = None
    ) -> None:
        """Learn what y is made of, before its network is built."""

    @abstractmethod
    def _check_warm(self, y: NDArray[Any]) -> None:
        """Refuse y that the network of the last fit cannot go on with."""

    @abstractmethod
    def _loss(self, layers: Sequence[AnyLayer]) -> Loss:
        """The loss that belongs to the target, or the one that was asked for."""

    @abstractmethod
    def _units(self, loss: Loss) -> tuple[int, str]:
        """How many output units the target asks for, and why, in words."""

    @abstractmethod
    def _target_of(self, rows: Rows, network: Network) -> Target:
        """The target of a new network."""

    @abstractmethod
    def _weighted(self, rows: Rows, *, held: bool) -> Rows:
        """The rows with the weights of their classes, where they have such."""

    def _fit(
        self, X: Any, y: Any, sample_weight: Any, validation: tuple[Any, Any, Any] | None
    ) -> Self:
        with fitting(self):
            self.check_parameters()
            again = self.warm_start and hasattr(self, "parameters_")
            self._seed = self._drawn_seed()
            rows = self._read(X, y, sample_weight, again=again)
            self._understand(rows.y, again=again)
            if again:
                self._check_warm(rows.y)
            rows = self._weighted(rows, held=False).counting()
            held = None if validation is None else self._held(*validation)
            if held is None and self.early_stopping and not is_lbfgs(self):
                stratify = self._stratifies(rows)
                share = self.validation_fraction
                rows, held = rows.held_out(share, self._seed, stratify=stratify)
            self._build(rows, again=again)
            self._train(rows, held, again=again)
        return self

    def _partial_fit(self, X: Any, y: Any, sample_weight: Any, classes: Any = None) -> Self:
        with fitting(self):
            self.check_parameters()
            if self.early_stopping:
                raise HyperparameterError(
                    "partial_fit does not support early_stopping=True",
                    received="early_stopping=True",
                    fix="hold rows out yourself, or fit with X_val and y_val",
                )
            again = hasattr(self, "parameters_")
            if again and np.shape(X)[:1] == (0,):
                return self  # a batch without rows in the middle of a stream
            if not again:
                self._seed = self._drawn_seed()
            rows = self._read(X, y, sample_weight, again=again)
            self._understand(rows.y, again=again, stream=True, classes=classes)
            rows = self._weighted(rows, held=False).counting()
            if not again:
                self._build(rows, again=False)
            self._train_once(rows)
        return self

    def trace(self, X: Any, y: Any = None) -> Trace:
        """Every number of one forward pass and, with y, of the backward pass.

        Parameters
        ----------
        X : array or table, (m, ...)
        y : array, (m,) or (m, k), optional

        Returns
        -------
        Trace
            Of the network, whose input are the scaled features.
        """
        check_is_fitted(self)
        inputs = self._entrance(self._inputs(X, again=True))
        if y is None:
            return self.network_.trace(self.parameters_, inputs)
        Y = self._target.encode(self._values(read_targets(self, X, y)), inputs.dtype)
        return self.network_.trace(self.parameters_, inputs, Y)

    # Reading.

    def _inputs(self, X: Any, *, again: bool) -> Any:
        """X as numbers, examples first."""
        plan = self.table_ if again else plan_for(X, self.categorical_features)
        if not again:
            self.table_ = plan
        if plan is not None:
            return read_frame(self, X, plan, reset=not again)
        read = read_inputs(self, X, reset=not again, many_axes=self.many_axes)
        if again:
            check_shape(read.shape[1:], self.input_shape_)
        return read

    def _read(self, X: Any, y: Any, sample_weight: Any, *, again: bool) -> Rows:
        """The rows of a caller, checked."""
        inputs = self._inputs(X, again=again)
        values = self._values(read_targets(self, inputs, y))
        return Rows(inputs, values, sample_weights(sample_weight, len(values)))

    def _held(self, X: Any, y: Any, sample_weight: Any) -> Rows:
        """Validation rows of the caller's."""
        inputs = self._inputs(X, again=True)
        values = self._values(read_targets(self, inputs, y))
        weights = sample_weights(sample_weight, len(values), "sample_weight_val")
        return self._weighted(Rows(inputs, values, weights), held=True).counting()

    def _stratifies(self, rows: Rows) -> bool:
        return False

    def _drawn_seed(self) -> int:
        given = self.random_state
        if isinstance(given, int | np.integer):
            return int(given)
        if isinstance(given, np.random.Generator):
            return int(given.integers(2**31))
        return int(check_random_state(given).randint(2**31 - 1))

    # Building.

    def _build(self, rows: Rows, *, again: bool) -> None:
        """The network, its scaling and its target, unless those of the last fit go on."""
        layers = self._layers()
        loss, whole = self._loss(layers), self._is_whole(layers)
        units, asks = self._units(loss)
        network = whole_network(layers, units, loss, self.alpha, self.penalties, whole=whole)
        if again:
            self._check_same(network)
            self.network_ = network
            return
        shape = self.input_shape_ = tuple(map(int, rows.X.shape[1:]))
        if whole:
            check_units(network, shape, units, asks)
        self.scaling_ = self._scaling_of(rows)
        self._target = self._target_of(rows, network)
        self.network_ = network
        self._state, self.loss_curve_, self.t_ = None, [], 0
        scheme = self.initializer
        drawn = network.initialize(shape, self._seed, scheme=scheme)
        self.parameters_ = {n: W.astype(rows.X.dtype, copy=False) for n, W in drawn.items()}
        self.n_outputs_ = units
        self.n_layers_ = network.graph.depth + 1
        last = network.graph.nodes[-1].layer
        self.out_activation_ = SCIKIT_NAMES.get(type(last).__name__, type(last).__name__.lower())

    def _scaling_of(self, rows: Rows) -> Scaling:
        if not self.standardize or self.table_ is not None:
            return Scaling.none(rows.X.shape[-1], rows.X.dtype)
        warn_of_constants(rows.X, getattr(self, "feature_names_in_", None))
        return Scaling.of(rows.X, rows.weights)

    def _check_same(self, network: Network) -> None:
        if network.layers != self.network_.layers or network.loss != self.network_.loss:
            raise HyperparameterError(
                "warm_start can only be used with the same layers and loss as in the previous "
                "call to fit.",
                expected=shown(self.network_.layers),
                received=shown(network.layers),
                fix="set warm_start=False, or keep the layers",
            )

    # Training.

    def _entrance(self, X: Any) -> Any:
        """Rows as the network takes them: scaled, examples last."""
        scaled = self.scaling_.apply(X)
        return scaled.T if scaled.ndim == 2 else np.moveaxis(scaled, 0, -1)

    def _task(self, rows: Rows, held: Rows | None, measured: Measures) -> Task:
        X, target = self._entrance(rows.X), self._target
        validation: Any = None
        if held is not None:
            Y_val = target.encode(held.y, X.dtype)
            validation = (self._entrance(held.X), Y_val, held.weights)
        Y = target.encode(rows.y, X.dtype)
        return Task.of(self.network_, X, Y, validation, rows.weights, measured.metrics)

    def _train(self, rows: Rows, held: Rows | None, *, again: bool) -> None:
        measured = measures(self, held or rows, validated=held is not None)
        best = None
        if held is not None or self.monitor is not None:
            best = EarlyStopping(self.max_iter, measured.figure, measured.goal)
        pace = self._pace = pace_of(self, len(rows))
        if self.early_stopping and held is not None:
            pace.figure, pace.goal = measured.figure, measured.goal
        training = training_of(self, len(rows), pace, self.max_iter, best, self._seed)
        task = self._task(rows, held, measured)
        stops = () if is_lbfgs(self) else (pace,)
        callbacks = (*stops, *self._told(), *self.callbacks)
        try:
            result = training.run(task, parameters=self.parameters_, callbacks=callbacks)
        except DivergenceError as error:
            self.parameters_ = dict(error.parameters or self.parameters_)
            raise
        self._keep(result, task)
        self._warn_of_end(result)

    def _train_once(self, rows: Rows) -> None:
        """One epoch more, with what the optimiser remembers."""
        if not hasattr(self, "history_"):
            self._pace, self.history_ = pace_of(self, len(rows)), History()
        pace, history = self._pace, self.history_
        pace.examples = len(rows)
        epochs = max(self.max_iter, len(history) + 1)
        training = training_of(self, len(rows), pace, epochs, None, self._seed)
        task = self._task(rows, None, measures(self, rows, validated=False))
        state = self._state_for(training)
        with closing(training.moments(task, state, history)) as moments:
            moment = next(moments)
        history.append(moment.epoch)
        for callback in (pace, *self._told(), *self.callbacks):
            callback(moment)
        self._state, self.parameters_ = moment.state, dict(moment.parameters)
        self.n_iter_ = 1
        self._record([moment.epoch.cost], None, len(rows))

    def _state_for(self, training: Training) -> State:
        """Where the solver stands; anew where it stands nowhere, or is another."""
        remembers = training.optimizer.remembers  # type: ignore[union-attr]
        state, averaged = self._state, training.average is not None
        if state and set(state.memory) == set(remembers) and (state.average is None) != averaged:
            return state
        return State.before(self.parameters_, remembers, averaged=averaged)

    def _keep(self, result: Result, task: Task) -> None:
        self.history_ = result.history
        self.n_iter_ = len(result.history)
        last = result.state.predicting
        same = all(result.parameters[name] is W for name, W in last.items())
        self._state = result.state if same else None
        self.parameters_ = dict(result.parameters)
        costs = result.history["cost"]
        if not costs:  # L-BFGS had converged before its first iteration
            costs = [task.network.engine.cost(task.network.graph, self.parameters_, task.data)]
        scores = None
        if self.early_stopping and task.validation is not None:
            figure = self._pace.figure
            scores = [float(score) for score in result.history[figure]]
        seen = 0 if is_lbfgs(self) else task.data.m * self.n_iter_
        self._record(costs, scores, seen)

    def _record(self, costs: list[float], scores: list[float] | None, seen: int) -> None:
        self.loss_curve_ = [*self.loss_curve_, *costs]
        self.loss_ = costs[-1]
        self.best_loss_ = min(self.loss_curve_) if scores is None else None
        self.validation_scores_ = scores
        self.best_validation_score_ = None if scores is None else max(scores, default=math.nan)
        self.t_ += seen

    def _told(self) -> Iterator[Any]:
        """The callbacks that tell how far the training is."""
        if self.verbose:
            yield print_epoch

    def _warn_of_end(self, result: Result) -> None:
        if result.stopped not in ("epochs", "line search failed"):
            return
        how = f"Maximum iterations ({self.max_iter}) reached"
        if result.stopped != "epochs":
            how = "The line search failed"
        warnings.warn(
            f"Stochastic Optimizer: {how} and the optimization hasn't converged yet: loss = "
            f"{self.loss_:.6g}, tol = {self.tol:g}.",
            ConvergenceWarning,
            stacklevel=4,
        )

    # Predicting.

    def _outputs(self, X: Any) -> FloatArray:
        """A[L], (n[L], m)."""
        check_is_fitted(self)
        inputs = self._entrance(self._inputs(X, again=True))
        return self.network_.predict(self.parameters_, inputs)

    def _before_output(self, X: Any) -> FloatArray:
        """Z[L], what the last activation reads, (n[L], m)."""
        check_is_fitted(self)
        inputs = self._entrance(self._inputs(X, again=True))
        network, graph = self.network_, self.network_.graph
        parameters = {n: W.astype(inputs.dtype, copy=False) for n, W in self.parameters_.items()}
        Z = graph.nodes[-1].inputs["Z"]
        source = next(iter(graph.sources))
        parts = (inputs[..., at : at + SHARD] for at in range(0, inputs.shape[-1], SHARD))
        looked = [network.engine.look(graph, parameters, {source: part})[Z] for part in parts]
        return np.concatenate(looked, axis=-1)


SCIKIT_NAMES = {"Sigmoid": "logistic", "Exponential": "exp"}


def print_epoch(moment: Any) -> None:
    """The line that scikit-learn prints after an epoch."""
    epoch = moment.epoch
    print(f"Iteration {epoch.number + 1}, loss = {epoch.cost:.8f}")
    if SCORE in epoch.metrics:
        print(f"Validation score: {epoch.metrics[SCORE]:.6f}")


def validation_rows(X: Any, y: Any, weights: Any) -> tuple[Any, Any, Any] | None:
    """The validation data of a caller, where there are some.

    Raises
    ------
    DataError
        Part of them is missing.
    """
    if X is None and y is None and weights is None:
        return None
    if X is None or y is None:
        raise DataError(
            "Validation data need both X_val and y_val. Got one of them.",
            expected="fit(X, y, X_val=..., y_val=...)",
            received="X_val is None" if X is None else "y_val is None",
            fix="pass both, or neither",
        )
    return X, y, weights
