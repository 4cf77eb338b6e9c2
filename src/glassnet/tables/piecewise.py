"""Columns of numbers that are also cut into bins, so that a network can bend at every edge."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, Final

import numpy as np

from glassnet.errors import HyperparameterError
from glassnet.tables.columns import Column
from glassnet.tables.numbers import Number, numbers_of

if TYPE_CHECKING:
    import polars as pl
    from numpy.typing import NDArray


VALUES: Final = 4
"""A column of up to this many times as many values as bins has an edge at each value."""


@dataclass(frozen=True)
class PiecewiseLinear(Column):
    """A number, and how far it has come through each of k bins.

    Row j of the bins is clip((x − e[j]) / (e[j+1] − e[j]), 0, 1) − c[j]. With these rows a
    network can bend at every edge with its first layer alone. c[j] is the mean of the training
    rows, so that every row of X is centred.

    Parameters
    ----------
    name : str
        The column of the table.
    number : Number
        The standardised row, which comes first.
    edges : tuple of float, k + 1 of them
        Increasing; e[0] and e[k] are the ends of the training values.
    centers : tuple of float, k of them

    References
    ----------
    Gorishniy, Rubachev, Babenko: On Embeddings for Numerical Features in Tabular Deep Learning,
    2022.

    Examples
    --------
    >>> import polars as pl
    >>> size = Number("size", center=4.0, scale=2.0, whole=False, missing=False)
    >>> binned = PiecewiseLinear("size", size, edges=(0.0, 2.0, 10.0), centers=(0.5, 0.25))
    >>> binned.encode(pl.Series("size", [1.0, 6.0]))
    array([[-1.5 ,  0.  , -0.25],
           [ 1.  ,  0.5 ,  0.25]])
    """

    kind: ClassVar[str] = "number in bins"
    number: Number
    edges: tuple[float, ...]
    centers: tuple[float, ...]

    def __post_init__(self) -> None:
        if len(self.edges) < 2 or not np.all(np.diff(self.edges) > 0):
            raise HyperparameterError(
                f"column {self.name!r} has no bins.",
                expected="at least 2 edges, each larger than the one before",
                received=f"edges = {self.edges}",
                fix="leave out edges that repeat",
            )
        if len(self.centers) != len(self.edges) - 1:
            raise HyperparameterError(
                f"column {self.name!r} has {len(self.edges) - 1} bins.",
                expected="a center for each bin",
                received=f"{len(self.centers)} centers",
                fix="give one center fewer than edges",
            )

    @property
    def names(self) -> tuple[str, ...]:
        bins = zip(self.edges[:-1], self.edges[1:], strict=True)
        return (*self.number.names, *(f"{self.name} in {a:.6g} … {b:.6g}" for a, b in bins))

    @property
    def details(self) -> str:
        return f"{self.number.details}; {len(self.edges) - 1} bins between quantiles"

    def encode(self, column: pl.Series) -> NDArray[np.float64]:
        z = self.number.encode(column)
        x = z[:, :1] * self.number.scale + self.number.center
        bins = progress(x, np.array(self.edges))
        bins -= self.centers
        return np.concatenate([z, bins], axis=1)

    def decode(self, rows: NDArray[np.floating]) -> pl.Series:
        return self.number.decode(rows[:, : len(self.number.names)])


def progress(x: NDArray[np.float64], edges: NDArray[np.float64]) -> NDArray[np.float64]:
    """How far x (m, 1) has come through each bin, (m, k), from 0 to 1."""
    bins: NDArray[np.float64] = (x - edges[:-1]) / np.diff(edges)
    return np.clip(bins, 0.0, 1.0, out=bins)


def fit_bins(column: pl.Series, number: Number, bins: int) -> PiecewiseLinear | None:
    """Cut a column at quantiles of its training values; None where fewer than two bins are left.

    A column of few different values, up to four for each bin, is cut at every one of them: in
    amounts that repeat, such as an allowance or a limit, a single value says much.

    A value that stands n times weighs √n: in a column of mostly zeros plain quantiles would all
    be zero, and equal weights would spend the bins on rare values.
    """
    x = numbers_of(column)
    values, counts = np.unique(x[~np.isnan(x)], return_counts=True)
    few = len(values) <= VALUES * bins + 1
    edges = values if few else _weighted_quantiles(values, counts, bins)
    if len(edges) < 3:
        return None
    centers = progress(x[~np.isnan(x), None], edges).mean(axis=0)
    return PiecewiseLinear(column.name, number, _floats(edges), _floats(centers))


def _weighted_quantiles(
    values: NDArray[np.float64], counts: NDArray[np.int64], bins: int
) -> NDArray[np.float64]:
    weights = np.sqrt(counts)
    ends = np.cumsum(weights)
    middle = (ends - weights / 2) / ends[-1]
    inner = values[np.searchsorted(middle, np.linspace(0, 1, bins + 1)[1:-1])]
    return np.unique([values[0], *inner, values[-1]])


def _floats(array: NDArray[np.float64]) -> tuple[float, ...]:
    return tuple(map(float, array))
