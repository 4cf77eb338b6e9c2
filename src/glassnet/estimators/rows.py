"""Rows: examples with their targets and weights, and a part of them held out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from glassnet.errors import DataError, listed
from glassnet.estimators.weights import Weights


@dataclass(frozen=True, eq=False)
class Rows:
    """Examples, first axis first.

    Attributes
    ----------
    X : array or csr matrix, (m, ...)
    y : array, (m,) or (m, k); with the places behind m where each has a target, (m, T, ...)
    weights : array (m,), or (m, T) for every place, optional
    """

    X: Any
    y: NDArray[Any]
    weights: Weights | None

    def __len__(self) -> int:
        return len(self.y)

    def take(self, chosen: NDArray[Any]) -> Rows:
        """The rows that an index array or mask chooses."""
        weights = None if self.weights is None else self.weights[chosen]
        return Rows(self.X[chosen], self.y[chosen], weights)

    def counting(self) -> Rows:
        """The rows that count: one of weight 0 is as good as absent."""
        own = self.of_examples
        return self if own is None or np.all(own > 0) else self.take(own > 0)

    @property
    def of_examples(self) -> Weights | None:
        """The weight of each example, (m,): the mean of its places that count."""
        weights = self.weights
        if weights is None or weights.ndim == 1:
            return weights
        each = weights.reshape(len(weights), -1)
        mean: Weights = each.sum(axis=1) / np.maximum(1, (each > 0).sum(axis=1))
        return mean

    @property
    def for_network(self) -> Weights | None:
        """The weights beside Y (..., n_y, m): (m,), or (T, 1, m)."""
        weights = self.weights
        if weights is None or weights.ndim == 1:
            return weights
        return np.moveaxis(weights[..., np.newaxis], 0, -1)

    @property
    def targets(self) -> tuple[NDArray[Any], Weights | None]:
        """y and its weights; where places have their own, a row for each that counts."""
        if self.weights is None or self.weights.ndim == 1:
            return self.y, self.weights
        there = self.weights > 0
        return self.y[there], self.weights[there]

    def held_out(self, share: float, seed: int, *, stratify: bool) -> tuple[Rows, Rows]:
        """Training rows and validation rows, drawn at random; the same shares of each class.

        Raises
        ------
        DataError
            The validation rows are fewer than two, or a class has a single row.
        """
        from sklearn.model_selection import train_test_split  # late: most fits hold nothing out

        if stratify:
            self._check_members()
        if len(self) * share <= 1 or len(self) - np.ceil(len(self) * share) < 1:
            raise DataError(
                "The validation set is too small. Increase 'validation_fraction' or the size of "
                "your dataset.",
                expected="two rows or more",
                received=f"{share} of {len(self)} rows",
                fix="pass X_val and y_val, or a larger validation_fraction",
            )
        learn, held = train_test_split(
            np.arange(len(self)),
            test_size=share,
            random_state=seed,
            stratify=self.y if stratify else None,
        )
        return self.take(learn), self.take(held)

    def _check_members(self) -> None:
        labels, counts = np.unique(self.y, return_counts=True)
        alone = labels[counts < 2]
        if len(alone):
            raise DataError(
                "The least populated classes in y have only 1 member, which is too few. Classes "
                f"with too few members are: [{listed(map(repr, alone.tolist()))}]",
                expected="two rows or more of every class, to hold one out",
                received=f"1 row of {len(alone)} of {len(labels)} classes",
                fix="leave that row out, or pass X_val and y_val",
            )


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
