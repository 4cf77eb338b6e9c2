"""Multilayer perceptrons: dense layers in a row, with scikit-learn's names for what they learn."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal, Self

import numpy as np
from numpy.typing import NDArray
from sklearn.utils.validation import check_is_fitted

from glassnet.arrays import FloatArray
from glassnet.domains import Count, Natural, Share
from glassnet.errors import HyperparameterError, ShapeError, listed
from glassnet.estimators.assembly import AnyLayer
from glassnet.estimators.base import Estimator
from glassnet.estimators.faults import fitting, invalid
from glassnet.estimators.hidden import USUAL, activations, hidden_sizes
from glassnet.estimators.rawunits import from_raw, to_raw
from glassnet.estimators.reading import names_of, read_targets
from glassnet.estimators.rows import Rows
from glassnet.estimators.telling import told
from glassnet.estimators.weights import sample_weights
from glassnet.initializers import Glorot, Initializer
from glassnet.layers.dense import Dense
from glassnet.layers.dropout import Dropout


@dataclass(kw_only=True, eq=False, repr=False)
class Multilayer(Estimator):
    """Hidden layers of units, each with its activation.

    Parameters
    ----------
    width, depth : int, optional
        Units of every hidden layer, and how many of them, in the place of `hidden_layer_sizes`:
        two numbers, which a search can tune.
    dropout : float
        In [0, 1): the share of hidden values that are dropped while learning.
    recipe : "tabular", optional
        Encoding, network and training as `glassnet train` chooses them for tables: the page
        :doc:`/recipe` says how. Only `random_state`, `class_weight`, `n_ensemble`, callbacks and
        what is printed are then the caller's.
    """

    width: Count | None = None
    depth: Natural | None = None
    dropout: Share = 0.0
    recipe: Literal["tabular"] | None = None

    if TYPE_CHECKING:  # the classes declare them themselves, in front of all others
        hidden_layer_sizes: Any
        activation: Any

    # Sizes that nobody named are one object, so that width in their place is no contradiction:
    # neither pickling nor cloning may make another one of it.

    def __getstate__(self) -> dict[str, Any]:
        state = super().__getstate__()
        if state.get("hidden_layer_sizes") is USUAL:
            del state["hidden_layer_sizes"]  # the class has it
        return state

    def __sklearn_clone__(self) -> Self:
        made: Self = super().__sklearn_clone__()
        if self.hidden_layer_sizes is USUAL:
            made.hidden_layer_sizes = USUAL
        return made

    def _fit(
        self, X: Any, y: Any, sample_weight: Any, validation: tuple[Any, Any, Any] | None
    ) -> Self:
        if self.recipe is None:
            return super()._fit(X, y, sample_weight, validation)
        from glassnet.estimators.tabular import check_left, learn_by_recipe

        with fitting(self):
            self.check_parameters()
            check_left(self)
            if validation is not None:
                raise HyperparameterError(
                    "The 'recipe' parameter must be None where X_val is given. "
                    f"Got {self.recipe!r} instead.",
                    fix="leave X_val out: the recipe holds rows out itself",
                )
            self._seed, self._y_names = self._drawn_seed(), names_of(y)
            values = self._values(read_targets(self, X, y, many_axes=False))
            self._understand(values, again=False)
            numbers = np.arange(len(values))
            rows = Rows(numbers, values, sample_weights(sample_weight, len(values)))
            rows = self._weighted(rows, held=False)
            with told(self, X, y, {}) as listeners:
                learn_by_recipe(self, X, rows, listeners)
        return self

    def _partial_fit(self, X: Any, y: Any, sample_weight: Any, classes: Any = None) -> Self:
        self.check_parameters()
        if self.recipe is not None:
            raise invalid(
                HyperparameterError(
                    "The 'recipe' parameter must be None for a stream. "
                    f"Got {self.recipe!r} instead.",
                    fix="use fit",
                )
            )
        return super()._partial_fit(X, y, sample_weight, classes)

    def _scheme(self) -> Initializer | None:
        # As scikit-learn's networks start: He's larger weights cost the first epochs.
        return self.initializer or Glorot()

    def _is_whole(self, layers: Sequence[AnyLayer]) -> bool:
        return False

    def _layers(self) -> Sequence[AnyLayer]:
        sizes = hidden_sizes(self.hidden_layer_sizes, self.width, self.depth)
        layers: list[AnyLayer] = []
        for units, activation in zip(sizes, activations(self.activation, len(sizes)), strict=True):
            layers += [Dense(units), activation]
            if self.dropout:
                layers.append(Dropout(self.dropout))
        return layers

    @property
    def coefs_(self) -> RawArrays:
        """W of every layer, transposed to (n[l-1], n[l]), as they are for unscaled X and y."""
        return RawArrays(self, "coefs_", [W.T for W, _ in self._raw()])

    @coefs_.setter
    def coefs_(self, coefs: Iterable[Any]) -> None:
        self._set_raw([np.transpose(W) for W in coefs], [b for _, b in self._raw()])

    @property
    def intercepts_(self) -> RawArrays:
        """b of every layer, (n[l],), as they are for unscaled X and y."""
        return RawArrays(self, "intercepts_", [b for _, b in self._raw()])

    @intercepts_.setter
    def intercepts_(self, intercepts: Iterable[Any]) -> None:
        self._set_raw([W for W, _ in self._raw()], [np.asarray(b) for b in intercepts])

    def _raw(self) -> list[tuple[FloatArray, FloatArray]]:
        check_is_fitted(self)
        if len(self._members) > 1 or self.network_ != self._one:
            raise AttributeError(
                "an ensemble of networks has no single coefs_ and intercepts_: parameters_ has "
                "those of every member"
            )
        return to_raw(self.parameters_, self.scaling_, self._target.behind)

    def _set_raw(self, weights: Sequence[Any], intercepts: Sequence[Any]) -> None:
        known = self.parameters_
        shapes = [W.shape for name, W in known.items() if name.startswith("W")]
        given = [np.shape(W) for W in weights]
        if given != shapes or [np.shape(b) for b in intercepts] != [shape[:1] for shape in shapes]:
            raise ShapeError(
                "these coefs_ or intercepts_ do not fit the network.",
                expected=f"coefs_ {listed(shape[::-1] for shape in shapes)}, intercepts_ "
                f"{listed(shape[:1] for shape in shapes)}",
                received=f"coefs_ {listed(shape[::-1] for shape in given)}, intercepts_ "
                f"{listed(np.shape(b) for b in intercepts)}",
                fix="pass one matrix (n[l-1], n[l]) and one vector (n[l],) for each layer",
            )
        made = from_raw(weights, intercepts, self.scaling_, self._target.behind)
        self.parameters_ = {name: made[name].astype(W.dtype) for name, W in known.items()}
        self._state = None  # what the optimiser remembers belongs to other parameters


class RawArrays(list[NDArray[Any]]):
    """The arrays of every layer. Setting one sets the estimator's; none changes in place."""

    def __init__(self, owner: Multilayer, name: str, arrays: Iterable[Any]) -> None:
        super().__init__(arrays)
        self._owner, self._name = owner, name
        for array in self:
            array.flags.writeable = False

    def __setitem__(self, place: Any, value: Any) -> None:
        super().__setitem__(place, value)
        setattr(self._owner, self._name, list(self))

    def __reduce__(self) -> tuple[type[list[Any]], tuple[list[Any]]]:
        return list, (list(self),)
