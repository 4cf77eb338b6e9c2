"""The classes that were predicted for the held-out rows, against the true ones."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from glassnet.arrays import FloatArray
from glassnet.experiments import Experiment
from glassnet.tables import Classes

Codes: TypeAlias = NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Predicted:
    """The classes of the test rows and what was predicted for them.

    Attributes
    ----------
    labels : tuple of str
        The names of the k classes.
    codes, decided : array of int, (m,)
        The class of each row, and the one predicted.
    probabilities : array, (k, m)
    """

    labels: tuple[str, ...]
    codes: Codes
    decided: Codes
    probabilities: FloatArray

    @classmethod
    def of(cls, experiment: Experiment[Any]) -> Predicted | None:
        """The predictions of an experiment; None where the target is a quantity."""
        target, Y = experiment.study.target, experiment.study.parts["test"].Y
        if not isinstance(target, Classes):
            return None
        A = experiment.outputs.astype(np.float64)
        names = tuple(map(str, target.labels))
        return cls(names, codes_of(Y), codes_of(A), target.probabilities(A))

    @property
    def confusion(self) -> Codes:
        """How many rows of class i were predicted as class j, (k, k)."""
        counts = np.zeros((len(self.labels), len(self.labels)), dtype=np.int64)
        np.add.at(counts, (self.codes, self.decided), 1)
        return counts


def codes_of(A: FloatArray) -> Codes:
    """The class of each row from Y or A (n_y, m): the second of two from 0.5 on."""
    codes: Codes = A.argmax(axis=0) if len(A) > 1 else (A[0] >= 0.5).astype(np.int64)
    return codes


@dataclass(frozen=True)
class ClassLine:
    """The figures of one class against all others; NaN where they are undefined."""

    label: str
    rows: int
    precision: float
    recall: float
    roc_auc: float
    average_precision: float


def class_lines(predicted: Predicted) -> list[ClassLine]:
    """Precision, recall and areas of each class."""
    from sklearn.metrics import average_precision_score, roc_auc_score

    confusion, lines = predicted.confusion, []
    for k, name in enumerate(predicted.labels):
        true, right = predicted.codes == k, int(confusion[k, k])
        both = 0 < true.sum() < len(true)
        ranked = predicted.probabilities[k]
        lines.append(
            ClassLine(
                name,
                int(true.sum()),
                _share(right, confusion[:, k].sum()),
                _share(right, confusion[k].sum()),
                float(roc_auc_score(true, ranked)) if both else np.nan,
                float(average_precision_score(true, ranked)) if both else np.nan,
            )
        )
    return lines


def confused(predicted: Predicted, most: int = 15) -> list[tuple[str, str, int, float]]:
    """The pairs of classes most often confused: true, predicted, rows, share of the true ones."""
    wrong = predicted.confusion.copy()
    np.fill_diagonal(wrong, 0)
    rows = predicted.confusion.sum(axis=1)
    order = np.argsort(-wrong, axis=None, kind="stable")[:most]
    pairs = [divmod(int(at), len(wrong)) for at in order]
    names = predicted.labels
    return [
        (names[i], names[j], int(wrong[i, j]), wrong[i, j] / rows[i])
        for i, j in pairs
        if wrong[i, j]
    ]


def _share(part: int, whole: int) -> float:
    return part / whole if whole else np.nan
