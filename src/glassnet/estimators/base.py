"""What all estimators share: how they are fitted and asked, whatever their network and target."""

from __future__ import annotations

from os import PathLike
from typing import TYPE_CHECKING, Any, Self

import numpy as np
from numpy.typing import NDArray
from sklearn.utils import check_random_state
from sklearn.utils.validation import check_is_fitted

from glassnet.admission import admit_inputs
from glassnet.arrays import FloatArray
from glassnet.engines import SHARD
from glassnet.errors import HyperparameterError, shown
from glassnet.estimators.assembly import check_entrance, check_output, on_threads, whole_network
from glassnet.estimators.branches import Branches, BranchScaling, type_of
from glassnet.estimators.faults import fitting
from glassnet.estimators.learning import learn, learn_once
from glassnet.estimators.places import lengths_in
from glassnet.estimators.reader import Reader
from glassnet.estimators.rows import Rows
from glassnet.estimators.scaling import Scaling, warn_of_constants
from glassnet.estimators.scorers import log_odds, measured, own_score
from glassnet.estimators.solver import is_lbfgs
from glassnet.estimators.telling import CallbackSupportMixin, print_epoch, told
from glassnet.initializers import Initializer
from glassnet.network import Network
from glassnet.presence import output_masks
from glassnet.trace import Trace
from glassnet.training.history import History

if TYPE_CHECKING:
    from glassnet.model.model import Model

# Models, their files and pictures, and with them polars, are imported where one is made: that
# takes as long as many a fit.


class Estimator(CallbackSupportMixin, Reader):
    """A network that is fitted to X (m, ...) and y, and asked for predictions."""

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
            metadata = {} if sample_weight is None else {"sample_weight": sample_weight}
            with told(self, X, y, metadata) as listeners:
                learn(self, rows, held, listeners)
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
            if self.n_ensemble > 1:
                raise HyperparameterError(
                    "The 'n_ensemble' parameter must be 1 where batches are learnt from one by "
                    f"one. Got {self.n_ensemble} instead.",
                    fix="fit an ensemble to all rows at once, or stream to one network",
                )
            again = hasattr(self, "parameters_")
            lengths = (len(X),) if isinstance(X, list | tuple) else np.shape(X)[:1]
            if again and lengths == (0,):
                return self  # a batch without rows in the middle of a stream
            if not again:
                self._seed = self._drawn_seed()
            rows = self._read(X, y, sample_weight, again=again)
            self._understand(rows.y, again=again, stream=True, classes=classes)
            rows = self._weighted(rows, held=False).counting()
            if not again:
                self._build(rows, again=False)
            learn_once(self, rows, (print_epoch,) if self.verbose else ())
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
        rows = self._checked(X)
        inputs = self._entrance(rows)
        if y is None:
            return self.network_.trace(self.parameters_, inputs)
        Y = self._target.encode(self._labelled(rows, y, None).y, type_of(inputs, self._dtype))
        return self.network_.trace(self.parameters_, inputs, Y)

    def to_model(self) -> Model:
        """The fitted estimator as a `Model`: what `save` writes, and the command line opens."""
        from glassnet.estimators.persisting import model_of

        check_is_fitted(self)
        return model_of(self)

    def save(self, path: str | PathLike[str], *, classes: tuple[type[Any], ...] = ()) -> None:
        """Write the fitted estimator to a model file, usually with the ending ``.safetensors``.

        ``glassnet predict``, ``evaluate`` and ``explain`` open it too. Parameters that are code
        (callbacks, functions as scorers) and random sources are not written.

        Parameters
        ----------
        path : str or path
        classes : tuple of classes
            Layers and losses of your own in the network; `load` wants them too.

        Raises
        ------
        CheckpointError
            The disk did not take the file.
        """
        from glassnet.estimators.persisting import model_of
        from glassnet.model.file import save

        check_is_fitted(self)
        save(model_of(self, classes), path, classes=classes)

    @classmethod
    def load(cls, path: str | PathLike[str], *, classes: tuple[type[Any], ...] = ()) -> Self:
        """The estimator that `save` wrote: no code can stand in the file.

        Raises
        ------
        ModelFileError, UnreadableFile
        DataError
            The file holds another estimator, or a model that is none.
        """
        from glassnet.estimators.persisting import estimator_of
        from glassnet.model.file import load

        return estimator_of(load(path, classes=classes), cls, classes)

    def _get_fitted_attr_html(self, doc_link: str = "") -> Any:
        """What scikit-learn's box shows of a fitted estimator, also inside of a pipeline, and
        below it the network with its dimensions."""
        from glassnet.estimators.html import network_html

        shown = super()._get_fitted_attr_html(doc_link)
        attributes = shown._repr_html_inner
        shown._repr_html_inner = lambda: attributes() + network_html(self)
        return shown

    # Building.

    def _stratifies(self, rows: Rows) -> bool:
        return False

    def _drawn_seed(self) -> int:
        given = self.random_state
        if isinstance(given, int | np.integer):
            return int(given)
        if isinstance(given, np.random.Generator):
            return int(given.integers(2**31))
        return int(check_random_state(given).randint(2**31 - 1))

    def _build(self, rows: Rows, *, again: bool) -> None:
        """The network, its scaling and its target, unless those of the last fit go on."""
        layers = self._layers()
        loss, whole = self._loss(layers), self._is_whole(layers)
        made, asks = self._made(loss)
        network = whole_network(layers, made[-1], loss, self.alpha, self.penalties, whole=whole)
        network = on_threads(network, self.n_threads)
        if again:
            self._check_same(network)
            self.network_ = self._one = network
            return
        check_entrance(network, self.input_shape_)
        check_output(network, self.input_shape_, made, asks, whole=whole)
        self.scaling_ = self._scaling_of(rows)
        self._target = self._target_of(rows, network)
        self.network_ = self._one = network
        self._members = tuple(self._drawn(n, rows.X.dtype) for n in range(self.n_ensemble))
        self.parameters_ = self._members[0]
        self._begin(network, made[-1])

    def _begin(self, network: Network, units: int) -> None:
        """What is known of a new network before it has learnt anything."""
        self._state, self.loss_curve_, self.history_, self.t_ = None, [], History(), 0
        self.n_outputs_ = units
        self.n_layers_ = network.graph.depth + 1
        last = network.graph.nodes[-1].layer
        self.out_activation_ = SCIKIT_NAMES.get(type(last).__name__, type(last).__name__.lower())

    def _drawn(self, number: int, dtype: Any) -> dict[str, FloatArray]:
        """The parameters from which member `number` starts."""
        seed, scheme = self._seed_of(number), self._scheme()
        drawn = self._one.initialize(self.input_shape_, seed, scheme=scheme)
        return {name: W.astype(dtype, copy=False) for name, W in drawn.items()}

    def _scheme(self) -> Initializer | None:
        """How weights start; None leaves it to the activation behind them."""
        return self.initializer

    def _seed_of(self, number: int) -> int:
        """The seed of member `number`; that of the first is the estimator's."""
        if number == 0:
            return self._seed
        return int(np.random.SeedSequence([self._seed, number]).generate_state(1)[0])

    def _starts(self) -> tuple[dict[str, FloatArray], ...]:
        """The parameters from which each member goes on."""
        return (self.parameters_,) if self.n_ensemble == 1 else self._members

    def _scaling_of(self, rows: Rows) -> Scaling | BranchScaling:
        if isinstance(rows.X, Branches):
            weights = rows.of_examples
            return BranchScaling.of(rows.X, weights) if self.standardize else BranchScaling({})
        if not self.standardize or self.table_ is not None:
            return Scaling.none(rows.X.shape[-1], rows.X.dtype)
        warn_of_constants(rows.X, getattr(self, "feature_names_in_", None))
        return Scaling.of(rows.X, rows.of_examples)

    def _check_same(self, network: Network) -> None:
        then, members = self._one, len(self._members)
        if (network.layers, network.loss, self.n_ensemble) != (then.layers, then.loss, members):
            raise HyperparameterError(
                "warm_start can only be used with the same layers, loss and n_ensemble as in the "
                "previous call to fit.",
                expected=f"{shown(then.layers)}, {members} of them",
                received=f"{shown(network.layers)}, {self.n_ensemble} of them",
                fix="set warm_start=False, or keep the layers",
            )

    def _entrance(self, X: Any) -> Any:
        """Rows as the network takes them: scaled, examples last."""
        scaled = self.scaling_.apply(X)
        if isinstance(scaled, Branches):
            return scaled.examples_last()
        return scaled.T if scaled.ndim == 2 else np.moveaxis(scaled, 0, -1)

    # Predicting.

    def _asked(self, X: Any) -> Any:
        """X of a fitted estimator, as its network takes it."""
        return self._entrance(self._checked(X))

    def _outputs(self, X: Any) -> FloatArray:
        """A[L], (n[L], m)."""
        if not hasattr(self, "parameters_"):
            check_is_fitted(self)  # says so, in more time than a prediction takes
        inputs = self._asked(X)
        return self.network_.predict(self.parameters_, inputs)

    def _told(self, X: Any, told: NDArray[Any]) -> Any:
        """What is told of every example; of a list of sequences, a list of their own times."""
        dimensions = self.network_.dimensions(self.input_shape_) if self._places else ()
        lengths = lengths_in(X, output_masks(dimensions)) if dimensions else None
        if lengths is None:
            return told
        return [each[:length] for each, length in zip(told, lengths, strict=True)]

    def _score_of_places(self, X: Any, y: Any, sample_weight: Any) -> float:
        """The score of all places together."""
        check_is_fitted(self)
        rows = self._labelled(self._checked(X), y, sample_weight)
        A = self.network_.predict(self.parameters_, self._entrance(rows.X))
        return measured(own_score, self, rows, A)

    def _before_output(self, X: Any) -> FloatArray:
        """Z[L], what the last activation reads, (n[L], m)."""
        check_is_fitted(self)
        inputs = self._asked(X)
        network, graph = self.network_, self.network_.graph
        dtype = type_of(inputs, self._dtype)
        parameters = {n: W.astype(dtype, copy=False) for n, W in self.parameters_.items()}
        if "Z" not in graph.nodes[-1].inputs:  # the mean of several networks
            return log_odds(network.predict(self.parameters_, inputs))
        Z = graph.nodes[-1].inputs["Z"]
        named = admit_inputs(graph, inputs)
        m = next(iter(named.values())).shape[-1]
        looked = [
            network.engine.look(
                graph, parameters, {name: A[..., at : at + SHARD] for name, A in named.items()}
            )[Z]
            for at in range(0, m, SHARD)
        ]
        return np.concatenate(looked, axis=-1)


SCIKIT_NAMES = {"Sigmoid": "logistic", "Exponential": "exp"}
