"""Classifiers: labels in, labels and probabilities out."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Self, cast

import numpy as np
from numpy.typing import NDArray
from sklearn.base import ClassifierMixin
from sklearn.utils.metaestimators import available_if

from glassnet.arrays import FloatArray
from glassnet.errors import DataError, HyperparameterError, shown
from glassnet.estimators.assembly import AnyLayer, last_layer
from glassnet.estimators.base import Estimator
from glassnet.estimators.faults import InvalidParameter
from glassnet.estimators.rows import Rows, validation_rows
from glassnet.estimators.solver import has_batches
from glassnet.estimators.targets import Labels, ManyLabels, class_codes, class_labels
from glassnet.estimators.telling import with_callbacks
from glassnet.estimators.weights import class_factors
from glassnet.layers.activations import Sigmoid, Softmax
from glassnet.losses.cross_entropies import BinaryCrossEntropy, CategoricalCrossEntropy
from glassnet.losses.loss import Loss
from glassnet.network import Network


class Classifier(ClassifierMixin, Estimator):
    """An estimator of classes, or of several labels at once."""

    loss: Loss | None
    class_weight: Any

    classes_: NDArray[Any]
    _many: bool
    _factors: NDArray[np.float64]

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
        y : array, (m,) of labels, or (m, k) of 0 and 1 for several labels at once
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
    def partial_fit(self, X: Any, y: Any, sample_weight: Any = None, classes: Any = None) -> Self:
        """Learn from the next examples of a stream, in one epoch.

        Parameters
        ----------
        X, y, sample_weight
            As for `fit`. A batch without rows changes nothing.
        classes : array, (k,)
            All labels of the stream, in the first call.

        Returns
        -------
        self
        """
        return self._partial_fit(X, y, sample_weight, classes)

    def predict(self, X: Any) -> NDArray[Any]:
        """The label of each example, (m,); (m, k) of 0 and 1 for several labels at once.

        Where every time has its own, (m, T) or (m, T, k), and for a list of sequences a list of
        arrays.
        """
        A = self._outputs(X)
        told: NDArray[Any] = self._told(X, self._target.predictions(A))
        return told

    def predict_proba(self, X: Any) -> FloatArray:
        """The probability of each class, or label, in the order of `classes_`, (m, ..., k)."""
        A = self._outputs(X)
        told: FloatArray = self._told(X, self._kind.probabilities(A))
        return told

    def predict_log_proba(self, X: Any) -> FloatArray:
        """The logarithm of `predict_proba`, (m, ..., k)."""
        A = self._outputs(X)
        with np.errstate(divide="ignore"):
            told: FloatArray = self._told(X, np.log(self._kind.probabilities(A)))
        return told

    def decision_function(self, X: Any) -> FloatArray:
        """What the last activation reads: (m, ...) for two classes, else (m, ..., k)."""
        Z = self._before_output(X)
        told: FloatArray = self._told(X, self._kind.decisions(Z))
        return told

    def score(self, X: Any, y: Any, sample_weight: Any = None) -> float:
        """The share of examples, or of their times, whose labels are predicted right, by their
        weights."""
        if self._places:
            return self._score_of_places(X, y, sample_weight)
        if self.classes_.dtype.kind != "S":
            return float(super().score(X, y, sample_weight))
        return float(np.average(self.predict(X) == np.asarray(y), weights=sample_weight))

    def check_parameters(self) -> None:
        if isinstance(self.loss, str) and self.loss == "log_loss":
            raise InvalidParameter(
                f"The 'loss' parameter of {type(self).__name__} must be a Loss or None. "
                "Got 'log_loss' instead.",
                fix="leave loss out: it is the cross-entropy then, BinaryCrossEntropy() for two "
                "classes and CategoricalCrossEntropy() for more",
            )
        super().check_parameters()

    @property
    def _kind(self) -> Labels | ManyLabels:
        return cast("Labels | ManyLabels", self._target)

    def _values(self, y: Any, axes: int = 0) -> NDArray[Any]:
        return class_labels(y, axes)

    def _understand(
        self, y: NDArray[Any], *, again: bool, stream: bool = False, classes: Any = None
    ) -> None:
        many = y.ndim == 2 + len(self._places)
        if again:
            self._check_known(many, classes)
            return
        if stream and classes is None and not many:
            raise DataError(
                "classes must be passed on the first call to partial_fit.",
                expected="classes=, all labels of the stream",
                received="classes=None",
                fix="pass classes=np.unique(...) of all y",
            )
        self._many = many
        if many:
            self.classes_ = np.arange(y.shape[-1])
        else:
            self.classes_ = np.unique(y if classes is None else np.asarray(classes))

    def _check_known(self, many: bool, classes: Any) -> None:
        if many != self._many:
            raise DataError(
                "y holds several labels at once, or one, unlike in the first call.",
                expected=f"y (m, {len(self.classes_)})" if self._many else "y (m,)",
                received="y (m, k)" if many else "y (m,)",
                fix="fit a new estimator to this y",
            )
        if classes is not None and not np.array_equal(np.unique(classes), self.classes_):
            raise DataError(
                f"`classes={shown(classes)}` is not the same as on last call to partial_fit, "
                f"was: {shown(self.classes_)}",
                expected=shown(self.classes_.tolist()),
                received=shown(classes),
                fix="leave classes out after the first call",
            )

    def _check_warm(self, y: NDArray[Any]) -> None:
        classes = np.arange(y.shape[-1]) if self._many else np.unique(y)
        if not np.array_equal(classes, self.classes_):
            raise DataError(
                "warm_start can only be used where `y` has the same classes as in the previous "
                f"call to fit. Previously got {self.classes_}, `y` has {classes}",
                expected=shown(self.classes_.tolist()),
                received=shown(classes.tolist()),
                fix="set warm_start=False, or use partial_fit",
            )

    def _stratifies(self, rows: Rows) -> bool:
        return not self._many and not self._places

    def _weighted(self, rows: Rows, *, held: bool) -> Rows:
        if self._many:
            if self.class_weight is None:
                return rows
            raise HyperparameterError(
                "The 'class_weight' parameter must be None where y holds several labels at once. "
                f"Got {shown(self.class_weight)} instead.",
                fix="pass sample_weight, such as compute_sample_weight('balanced', y) of "
                "sklearn.utils.class_weight, the product of the weights of all labels",
            )
        codes = class_codes(rows.y, self.classes_)
        if self.class_weight is None:
            return rows
        if not held:
            self._factors = class_factors(self.class_weight, codes, rows.weights, self.classes_)
        factors = self._factors[codes]
        return Rows(rows.X, rows.y, factors if rows.weights is None else rows.weights * factors)

    def _loss(self, layers: Sequence[AnyLayer]) -> Loss:
        two = self._many or len(self.classes_) == 2
        if self._is_whole(layers):
            two = isinstance(last_layer(layers), Sigmoid)
        loss = self.loss or (BinaryCrossEntropy() if two else CategoricalCrossEntropy())
        one_hot = loss.canonical is Softmax
        fits = not one_hot if self._many else one_hot or len(self.classes_) == 2
        if loss.canonical not in (Sigmoid, Softmax) or not fits:
            what = "labels at once" if self._many else "classes"
            raise HyperparameterError(
                f"The 'loss' parameter must suit {len(self.classes_)} {what}. Got {loss} instead.",
                expected="BinaryCrossEntropy() behind Sigmoid() for two classes or several labels "
                "at once, CategoricalCrossEntropy() behind Softmax() for any number of classes",
                fix="leave loss out, and end the layers before their output",
            )
        return loss

    def _made(self, loss: Loss) -> tuple[tuple[int, ...], str]:
        k = len(self.classes_)
        if self._many:
            return (*self._places, k), f"the {k} labels of y ask for"
        units = k if loss.canonical is Softmax else 1
        return (*self._places, units), f"the {k} classes of y ask for"

    def _target_of(self, rows: Rows, network: Network) -> Labels | ManyLabels:
        if self._many:
            return ManyLabels(self.classes_)
        return Labels(self.classes_, one_hot=network.loss.canonical is Softmax)

    def _usual_target(self, rows: Rows) -> Labels | ManyLabels:
        if self._many:
            return ManyLabels(self.classes_)
        return Labels(self.classes_, one_hot=len(self.classes_) != 2)

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.classifier_tags.multi_label = True
        return tags
