"""Targets: y as the labels Y (n_y, m) of a network, and its outputs A back as predictions."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.utils.multiclass import check_classification_targets, type_of_target
from sklearn.utils.validation import column_or_1d

from glassnet.arrays import FloatArray
from glassnet.errors import DataError, listed, shown
from glassnet.estimators.cells import check_one_kind, no_numbers
from glassnet.estimators.scaling import Scaling
from glassnet.sparse import is_sparse


@dataclass(frozen=True, eq=False)
class Target(ABC):
    """What the outputs of a network mean."""

    @property
    def behind(self) -> Scaling | None:
        """How outputs are scaled that are numbers."""
        return None

    @property
    @abstractmethod
    def rows(self) -> int:
        """n_y, how many rows Y has."""

    @abstractmethod
    def encode(self, y: Any, dtype: Any) -> FloatArray:
        """Y (n_y, m)."""

    @abstractmethod
    def predictions(self, A: FloatArray) -> NDArray[Any]:
        """What y would be, (m,) or (m, ..., n_y)."""


@dataclass(frozen=True, eq=False)
class Quantities(Target):
    """Numbers: y becomes (y − center) / scale, one row of Y for each column of y.

    y may hold these columns once for every time, (m, T, k); Y is then (T, k, m).

    Attributes
    ----------
    scaling : Scaling
        Of the columns.
    lowest, highest : array, (k,)
    alone : bool
        Whether y has no axis for its only column: (m,) or (m, T).
    """

    scaling: Scaling
    lowest: FloatArray
    highest: FloatArray
    alone: bool

    @property
    def rows(self) -> int:
        return len(self.scaling.center)

    @property
    def behind(self) -> Scaling:
        return self.scaling

    def encode(self, y: Any, dtype: Any) -> FloatArray:
        scaled = self.scaling.apply(in_columns(y, self.alone).astype(np.float64))
        Y: FloatArray = np.moveaxis(scaled, 0, -1).astype(dtype)
        return Y

    def predictions(self, A: FloatArray) -> NDArray[Any]:
        restored = self.scaling.undo(np.moveaxis(A, -1, 0)).astype(A.dtype)
        return restored[..., 0] if self.alone and restored.shape[-1] == 1 else restored


@dataclass(frozen=True, eq=False)
class Labels(Target):
    """One of k classes: one row of Y for two of them behind a sigmoid, else one for each class.

    y may hold a label for every time, (m, T); Y is then (T, n_y, m).

    Attributes
    ----------
    classes : array, (k,)
        In ascending order.
    one_hot : bool
        Whether each class has a row.
    """

    classes: NDArray[Any]
    one_hot: bool

    @property
    def rows(self) -> int:
        return len(self.classes) if self.one_hot else 1

    def encode(self, y: Any, dtype: Any) -> FloatArray:
        codes = class_codes(y, self.classes)
        if not self.one_hot:
            return examples_last(codes[..., np.newaxis]).astype(dtype)
        return examples_last(np.eye(len(self.classes), dtype=dtype)[codes])

    def probabilities(self, A: FloatArray) -> FloatArray:
        """The probability of each class, (m, ..., k)."""
        told = examples_first(A)
        return told if self.one_hot else np.concatenate([1 - told, told], axis=-1)

    def predictions(self, A: FloatArray) -> NDArray[Any]:
        told = examples_first(A)
        codes = told.argmax(axis=-1) if self.one_hot else (told[..., 0] > 0.5).astype(np.intp)
        chosen: NDArray[Any] = self.classes[codes]
        return chosen

    def decisions(self, Z: FloatArray) -> FloatArray:
        """Z as a score: (m, ...) for two classes, of which it chooses the second above 0; else
        (m, ..., k)."""
        scores = examples_first(Z)
        if not self.one_hot:
            return scores[..., 0]
        return scores[..., 1] - scores[..., 0] if len(self.classes) == 2 else scores


@dataclass(frozen=True, eq=False)
class ManyLabels(Target):
    """Any number of k labels at once: one row of Y for each, behind a sigmoid of its own."""

    classes: NDArray[Any]

    @property
    def rows(self) -> int:
        return len(self.classes)

    def encode(self, y: Any, dtype: Any) -> FloatArray:
        if y.shape[-1] != self.rows:
            raise DataError(
                f"y has {y.shape[-1]} labels, but this estimator was fitted with {self.rows}.",
                expected=f"y (m, {self.rows})",
                received=f"y {y.shape}",
                fix="pass one column for each label",
            )
        return np.ascontiguousarray(examples_last(y), dtype=dtype)

    def probabilities(self, A: FloatArray) -> FloatArray:
        """The probability of each label, (m, ..., k): a sigmoid is never 0 or 1, as it rounds."""
        limits = np.finfo(A.dtype)
        inside: FloatArray = np.clip(examples_first(A), limits.tiny, 1 - limits.epsneg)
        return inside

    def predictions(self, A: FloatArray) -> NDArray[Any]:
        return (examples_first(A) > 0.5).astype(np.int64)

    def decisions(self, Z: FloatArray) -> FloatArray:
        """Z as a score, (m, ..., k), which chooses a label above 0."""
        return examples_first(Z)


def examples_first(A: FloatArray) -> FloatArray:
    """A (..., n, m) as (m, ..., n)."""
    return A.T if A.ndim == 2 else np.moveaxis(A, -1, 0)


def examples_last(y: NDArray[Any]) -> NDArray[Any]:
    """y (m, ..., n) as (..., n, m)."""
    return y.T if y.ndim == 2 else np.moveaxis(y, 0, -1)


def in_columns(y: NDArray[Any], alone: bool) -> NDArray[Any]:
    """y with an axis for its columns, the last, also where it has none because it is one."""
    return y[..., np.newaxis] if alone else y


def class_codes(y: Any, classes: NDArray[Any]) -> NDArray[np.intp]:
    """The place of each label among the classes, (m,).

    Raises
    ------
    DataError
        A label is not among them.
    """
    unseen = np.setdiff1d(y, classes)
    if len(unseen):
        raise DataError(
            f"`y` has classes not in `self.classes_`. `self.classes_` has {classes}. "
            f"'y' has {np.unique(y)}.",
            expected=f"the classes {listed(map(shown, classes.tolist()))}",
            received=f"also {listed(map(shown, unseen.tolist()))}",
            fix="pass every class in the first fit, or in classes= of the first partial_fit",
        )
    codes: NDArray[np.intp] = np.searchsorted(classes, y)
    return codes


def class_labels(y: Any, axes: int = 0) -> NDArray[Any]:
    """y of a classification: (m,), or (m, k) of 0 and 1 for several labels at once.

    Where every place has a label, so many axes of places stand behind m.

    Raises
    ------
    ValueError
        y holds numbers that are no labels.
    """
    if axes:
        labels = class_labels(y.reshape(-1, *y.shape[1 + axes :]))
        return labels.reshape(*y.shape[: 1 + axes], *labels.shape[1:])
    if y.dtype.kind == "S":  # bytes, which scikit-learn does not know
        return np.asarray(y).reshape(len(y))
    if y.dtype.kind == "O":
        check_one_kind(y)
    check_classification_targets(y)
    kind = type_of_target(y, input_name="y")
    if kind == "multilabel-indicator":
        return np.asarray(y.toarray() if is_sparse(y) else y)
    if kind == "multiclass-multioutput":
        raise DataError(
            "Multioutput target data is not supported: y has several columns of classes.",
            expected="y (m,) of classes, y (m, k) of 0 and 1 for several labels at once, or (m, T) "
            "where the layers pass on T times",
            received=f"y {y.shape}",
            fix="sklearn.multioutput.MultiOutputClassifier fits one estimator to each column",
        )
    return np.asarray(column_or_1d(y, warn=True))


def quantities(y: Any, axes: int = 0) -> NDArray[Any]:
    """y of a regression: numbers, (m,) or (m, k), with so many axes of places behind m.

    Raises
    ------
    DataTypeError
        y holds text.
    """
    if not axes and y.ndim == 2 and y.shape[1] == 1:
        y = column_or_1d(y, warn=True)
    values = y.toarray() if is_sparse(y) else y
    try:
        return np.asarray(values, dtype=np.float64)
    except (TypeError, ValueError) as error:
        raise no_numbers("y", values, error) from None
