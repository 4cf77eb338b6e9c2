"""Scores of predictions, under scikit-learn's names, in the target's own unit."""

from __future__ import annotations

import warnings
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from glassnet.arrays import FloatArray
from glassnet.tables import Classes, Quantity, Several

if TYPE_CHECKING:
    from glassnet.model.model import PredictedColumn


def score(target: Classes | Quantity | Several, labels: object, A: FloatArray) -> dict[str, float]:
    """How good the outputs A (n_y, m) are for these labels (m,).

    Of several quantities, labels (k, m), all values count alike. Of classes at every time of a
    sequence, A (T, k, m) and labels (T, m) by their number, there is no roc_auc.

    Returns
    -------
    dict of str to float
        accuracy, log_loss and roc_auc for classes; rmse, mae and r2 for a quantity. A score that
        these rows leave undefined (the ROC of a single class) is NaN.

    Examples
    --------
    >>> target = Quantity("price", 0.0, 1.0, lowest=0.0, highest=9.0, capped=0.0)
    >>> score(target, [1.0, 3.0], np.array([[1.0, 4.0]]))
    {'rmse': 0.7071067811865476, 'mae': 0.5, 'r2': 0.5}
    """
    if isinstance(target, Several):
        return _score_numbers(np.ravel(np.asarray(labels)), np.ravel(target.decode(A)))
    if isinstance(target, Classes) and A.ndim == 3:
        return _score_times(np.asarray(labels), A)
    if isinstance(target, Classes):
        return _score_classes(target, labels, A)
    return _score_numbers(target.decode(target.encode(labels)), target.decode(A))


def score_columns(
    columns: Sequence[PredictedColumn], labels: Mapping[str, object]
) -> dict[str, float]:
    """How good each predicted column is for its labels (m,), by the name of the target.

    Of several columns the scores have the column's name in front.
    """
    return {
        f"{column.name} {metric}" if len(columns) > 1 else metric: value
        for column in columns
        for metric, value in _score_column(column, labels[column.target.name]).items()
    }


def score_quantile(
    target: Quantity, labels: object, A: FloatArray, quantile: float
) -> dict[str, float]:
    """How good the outputs A (1, m) are as a quantile of these labels (m,).

    Returns
    -------
    dict of str to float
        mean_pinball_loss, in the target's own unit; coverage, the share of labels that are no
        larger than what was predicted: of a good quantile as large as the quantile itself.

    Examples
    --------
    >>> target = Quantity("price", 0.0, 1.0, lowest=0.0, highest=9.0, capped=0.0)
    >>> score_quantile(target, [1.0, 4.0], np.array([[2.0, 2.0]]), 0.5)
    {'mean_pinball_loss': 0.75, 'coverage': 0.5}
    """
    from sklearn.metrics import mean_pinball_loss

    true, predicted = target.decode(target.encode(labels)), target.decode(A)
    return {
        "mean_pinball_loss": float(mean_pinball_loss(true, predicted, alpha=quantile)),
        "coverage": float(np.mean(true <= predicted)),
    }


def _score_column(column: PredictedColumn, labels: object) -> dict[str, float]:
    if isinstance(column.target, Quantity) and column.quantile is not None:
        return score_quantile(column.target, labels, column.A, column.quantile)
    return score(column.target, labels, column.A)


def _score_times(codes: NDArray[np.int64], A: FloatArray) -> dict[str, float]:
    said = np.take_along_axis(A, codes[:, np.newaxis], axis=1).astype(np.float64)
    return {
        "accuracy": float(np.mean(A.argmax(axis=1) == codes)),
        "log_loss": float(-np.mean(np.log(np.maximum(said, np.finfo(np.float64).eps)))),
    }


def _score_classes(target: Classes, labels: object, A: FloatArray) -> dict[str, float]:
    from sklearn.metrics import accuracy_score, log_loss, roc_auc_score

    probabilities = target.probabilities(A.astype(np.float64))
    true = target.encode(labels)
    codes = true[0].astype(int) if target.has_one_row else true.argmax(axis=0)
    classes = np.arange(len(target.labels))
    decided = (A[0] >= 0.5).astype(int) if target.has_one_row else A.argmax(axis=0)
    total = probabilities.sum(axis=0)
    scores = {
        "accuracy": accuracy_score(codes, decided),
        "log_loss": log_loss(codes, (probabilities / total).T, labels=classes),
        "roc_auc": np.nan,
    }
    if np.array_equal(np.unique(codes), classes):
        ranked = probabilities[1] if len(classes) == 2 else (probabilities / total).T
        scores["roc_auc"] = roc_auc_score(codes, ranked, multi_class="ovr", labels=classes)
    return {name: float(value) for name, value in scores.items()}


def _score_numbers(true: FloatArray, predicted: FloatArray) -> dict[str, float]:
    from sklearn.metrics import mean_absolute_error, r2_score, root_mean_squared_error

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # r2 of one row is undefined: NaN says so
        r2 = r2_score(true, predicted)
    return {
        "rmse": float(root_mean_squared_error(true, predicted)),
        "mae": float(mean_absolute_error(true, predicted)),
        "r2": float(r2),
    }
