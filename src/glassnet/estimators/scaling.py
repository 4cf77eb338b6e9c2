"""Scaling: every feature around 0 with spread 1, for the network; undone behind it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from glassnet.arrays import FloatArray
from glassnet.errors import listed, warn
from glassnet.sparse import is_sparse


@dataclass(frozen=True, eq=False)
class Scaling:
    """x becomes (x − center) / scale, feature by feature.

    Attributes
    ----------
    center, scale : array, (n,)
        The features stand in the last axis of what is scaled, (m, ..., n).

    Examples
    --------
    >>> scaling = Scaling.of(np.array([[1.0], [3.0]]))
    >>> scaling.apply(np.array([[3.0]])).tolist(), scaling.undo(np.array([[0.5]])).tolist()
    ([[1.0]], [[2.5]])
    """

    center: FloatArray
    scale: FloatArray

    @classmethod
    def none(cls, n: int, dtype: Any) -> Scaling:
        """The scaling that changes nothing."""
        return cls(np.zeros(n, dtype), np.ones(n, dtype))

    @classmethod
    def of(cls, X: Any, weights: NDArray[Any] | None = None) -> Scaling:
        """Mean and standard deviation of each feature; scale 1 where a feature is constant.

        A sparse X is not centred, so that its zeros stay zeros, and each feature is divided by
        the root mean square of its other values where that is above 1.
        """
        if is_sparse(X):
            return cls(np.zeros(X.shape[1], X.dtype), _sizes(X.tocsr(), weights).astype(X.dtype))
        rows = X.reshape(-1, X.shape[-1]).astype(np.float64, copy=False)
        if weights is not None:
            weights = np.repeat(weights, len(rows) // len(X))
        center, scale = _moments(rows, weights)
        return cls(center.astype(X.dtype), scale.astype(X.dtype))

    def apply(self, X: Any) -> Any:
        """The scaled features, in the type of X or that of the scaling, whichever holds more."""
        if is_sparse(X):
            rows = X.tocsr()
            data = rows.data / self.scale[rows.indices]
            return type(rows)((data, rows.indices, rows.indptr), shape=rows.shape)
        return (X - self.center) / self.scale

    def undo(self, X: FloatArray) -> FloatArray:
        """The features as they were."""
        restored: FloatArray = X * self.scale + self.center
        return restored


def warn_of_constants(X: Any, names: Any) -> None:
    """Say which features have the same value in every row, since nothing can be learnt there."""
    constant = np.flatnonzero(_constant(X if is_sparse(X) else X.reshape(-1, X.shape[-1])))
    if constant.size and X.shape[0] > 1:
        called = [repr(str(names[i])) if names is not None else str(i) for i in constant]
        warn(
            f"{constant.size} of {X.shape[-1]} columns of X are constant and get scale 1: "
            f"{listed(called)}."
        )


def _constant(rows: Any) -> NDArray[np.bool_]:
    """Which columns hold the same value in every row."""
    ends = (rows.min(axis=0), rows.max(axis=0))
    low, high = (np.ravel(end.toarray()) for end in ends) if is_sparse(rows) else ends
    return np.asarray(low == high)


def _moments(rows: Any, weights: NDArray[Any] | None) -> tuple[Any, Any]:
    """Weighted mean and standard deviation of columns of any size."""
    constant, unit = _constant(rows), np.maximum(abs(rows).max(axis=0), np.finfo(np.float64).tiny)
    relative = rows / unit  # squares of 1e200 would overflow
    mean = np.average(relative, axis=0, weights=weights)
    spread = np.sqrt(np.average((relative - mean) ** 2, axis=0, weights=weights))
    center, scale = np.where(constant, rows[0], mean * unit), spread * unit
    return center, np.where(constant | (scale == 0), 1.0, scale)


def _sizes(X: Any, weights: NDArray[Any] | None) -> NDArray[Any]:
    """The root mean square of what is stored in each column of a sparse matrix, 1 at least.

    A deviation over all rows would be tiny where a column is nearly always 0, and one rare word
    would outweigh the whole text; shares and term frequencies, at most 1, stay as they are.
    """
    n, largest = X.shape[1], np.maximum(np.ravel(abs(X).max(axis=0).toarray()), 1.0)
    relative = X.data.astype(np.float64) / largest[X.indices]  # squares of 1e200 would overflow
    rows = np.ones(X.shape[0]) if weights is None else weights
    counted = np.repeat(rows, np.diff(X.indptr)) * (relative != 0)
    counts = np.bincount(X.indices, counted, n)
    squares = np.bincount(X.indices, counted * relative**2, n)
    sizes = largest * np.sqrt(squares / np.where(counts > 0, counts, 1.0))
    return np.where(_constant(X), 1.0, np.maximum(sizes, 1.0))
