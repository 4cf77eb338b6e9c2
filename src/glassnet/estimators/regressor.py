"""Regressors: numbers in, numbers out."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray
from sklearn.base import RegressorMixin
from sklearn.utils.metaestimators import available_if
from sklearn.utils.validation import check_is_fitted

from glassnet.errors import DataError
from glassnet.estimators.assembly import AnyLayer
from glassnet.estimators.base import Estimator
from glassnet.estimators.rows import Rows, validation_rows
from glassnet.estimators.scaling import Scaling
from glassnet.estimators.solver import has_batches
from glassnet.estimators.targets import Quantities, in_columns, quantities
from glassnet.estimators.telling import with_callbacks
from glassnet.layers.activation import Activation
from glassnet.losses.loss import Loss
from glassnet.losses.quantities import AbsoluteError, Poisson, SquaredError
from glassnet.network import Network
from glassnet.shapes import written

LOSSES = {
    "squared_error": SquaredError(),
    "absolute_error": AbsoluteError(),
    "poisson": Poisson(),
}


class Regressor(RegressorMixin, Estimator):
    """An estimator of one number, or of several at once."""

    loss: Any

    _columns: int
    _alone: bool

    @with_callbacks
    def fit(
        self,
        X: Any,
        y: Any,
        sample_weight: Any = None,
        *,
        X_val: Any = None,
        y_val: Any = None,
        sample_weight_val: Any = None,
    ) -> Self:
        """Learn from examples.

        Parameters
        ----------
        X : array, sparse matrix or table, (m, ...), or dict of arrays
        y : array of numbers, (m,) or (m, k)
            Behind layers that pass on every time (m, T) or (m, T, k), or, for a list of
            sequences of different lengths, a list of arrays (T,) or (T, k).
        sample_weight : array, (m,), optional
            How much each example counts: 2 is the same as the example twice.
        X_val, y_val, sample_weight_val : optional
            Examples that are never learnt from. The parameters that did best on them are kept.

        Returns
        -------
        self
        """
        return self._fit(X, y, sample_weight, validation_rows(X_val, y_val, sample_weight_val))

    @available_if(has_batches)
    def partial_fit(self, X: Any, y: Any, sample_weight: Any = None) -> Self:
        """Learn from the next examples of a stream, in one epoch.

        Parameters
        ----------
        X, y, sample_weight
            As for `fit`. A batch without rows changes nothing.

        Returns
        -------
        self
        """
        return self._partial_fit(X, y, sample_weight)

    def predict(self, X: Any) -> NDArray[Any]:
        """The number of each example, (m,); (m, k) for several.

        Where every time has its own, (m, T) or (m, T, k) as in the fit, and for a list of
        sequences a list of arrays.
        """
        A = self._outputs(X)
        told: NDArray[Any] = self._told(X, self._target.predictions(A))
        return told

    def score(self, X: Any, y: Any, sample_weight: Any = None) -> float:
        """R², the share of the variance of y that the predictions explain; of all times together.

        Raises
        ------
        DataError
            Several quantiles are predicted, which no single score judges.
        """
        check_is_fitted(self)
        if self.n_outputs_ != self._columns:
            raise DataError(
                f"R² cannot judge {self.n_outputs_} quantiles of one y.",
                expected="one prediction for each y",
                received=f"{self.network_.loss}",
                fix="score a single quantile with sklearn.metrics.mean_pinball_loss",
            )
        if self._places:
            return self._score_of_places(X, y, sample_weight)
        return float(super().score(X, y, sample_weight))

    def _values(self, y: Any, axes: int = 0) -> NDArray[Any]:
        return quantities(y, axes)

    def _understand(
        self, y: NDArray[Any], *, again: bool, stream: bool = False, classes: Any = None
    ) -> None:
        alone = y.ndim == 1 + len(self._places)
        columns = 1 if alone else y.shape[-1]
        if not again:
            self._columns, self._alone = columns, alone
        elif (columns, alone) != (self._columns, self._alone):
            own = () if self._alone else (self._columns,)
            raise DataError(
                f"y has {columns} columns, but this estimator was fitted with {self._columns}.",
                expected=f"y {written(('m', *self._places, *own))}",
                received=f"y {y.shape}",
                fix="fit a new estimator to this y",
            )

    def _check_warm(self, y: NDArray[Any]) -> None:
        """Any numbers will do."""

    def _weighted(self, rows: Rows, *, held: bool) -> Rows:
        return rows

    def _loss(self, layers: Sequence[AnyLayer]) -> Loss:
        return LOSSES[self.loss] if isinstance(self.loss, str) else self.loss

    def _made(self, loss: Loss) -> tuple[tuple[int, ...], str]:
        units = loss.units(np.empty((self._columns, 1)))
        asks = f"y has {self._columns} columns, for which {loss} asks for"
        return (*self._places, units), asks

    def _target_of(self, rows: Rows, network: Network) -> Quantities:
        last, loss = network.graph.nodes[-1].layer, network.loss
        lows = (loss.low, last.low if isinstance(last, Activation) else -math.inf)
        highs = (loss.high, last.high if isinstance(last, Activation) else math.inf)
        free = max(lows) == -math.inf and min(highs) == math.inf
        if self.standardize and free:
            return self._usual_target(rows)
        return self._quantities(Scaling.none(self._columns, np.float64), rows)

    def _usual_target(self, rows: Rows) -> Quantities:
        y, weights = rows.targets
        return self._quantities(Scaling.of(in_columns(y, self._alone), weights), rows)

    def _quantities(self, scaling: Scaling, rows: Rows) -> Quantities:
        """The target of these rows behind this scaling, with the ends of what they hold."""
        columns = in_columns(rows.targets[0], self._alone)
        axes = tuple(range(columns.ndim - 1))
        return Quantities(scaling, columns.min(axis=axes), columns.max(axis=axes), self._alone)

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.target_tags.multi_output = True
        return tags
