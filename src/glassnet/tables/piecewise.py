"""Columns of numbers that are also cut into bins, so that a network can bend at every edge."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, ClassVar

import numpy as np

from glassnet.errors import HyperparameterError
from glassnet.tables.columns import Column
from glassnet.tables.numbers import Number, numbers_of

if TYPE_CHECKING:
    import polars as pl
    from numpy.typing import NDArray


@dataclass(frozen=True)
class PiecewiseLinear(Column):
    """A number, and where it lies between quantiles of the training rows.

    Row j of the k bins is clip((x − e[j]) / (e[j+1] − e[j]), 0, 1); the first is not clipped
    below, the last not above. A network can so bend at every edge with its first layer alone.

    Parameters
    ----------
    name : str
        The column of the table.
    number : Number
        The standardised row, which comes first.
    edges : tuple of float, k + 1 of them
        Increasing; the quantiles of the training rows.

    References
    ----------
    Gorishniy, Rubachev, Babenko: On Embeddings for Numerical Features in Tabular Deep Learning,
    2022.

    Examples
    --------
    >>> import polars as pl
    >>> size = Number("size", center=4.0, scale=2.0, whole=False, missing=False)
    >>> binned = PiecewiseLinear("size", size, edges=(0.0, 2.0, 10.0))
    >>> binned.encode(pl.Series("size", [1.0, 6.0]))
    array([[-1.5,  0.5,  0. ],
           [ 1. ,  1. ,  0.5]])
    """

    kind: ClassVar[str] = "number in bins"
    number: Number
    edges: tuple[float, ...]

    def __post_init__(self) -> None:
        if len(self.edges) < 2 or not np.all(np.diff(self.edges) > 0):
            raise HyperparameterError(
                f"column {self.name!r} has no bins.",
                expected="at least 2 edges, each larger than the one before",
                received=f"edges = {self.edges}",
                fix="leave out edges that repeat",
            )

    @property
    def names(self) -> tuple[str, ...]:
        bins = zip(self.edges[:-1], self.edges[1:], strict=True)
        return (*self.number.names, *(f"{self.name} in {a:.6g} … {b:.6g}" for a, b in bins))

    @property
    def details(self) -> str:
        return f"{self.number.details}; {len(self.edges) - 1} bins between quantiles"

    @cached_property
    def _lines(self) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Lower edge and width of every bin."""
        edges = np.array(self.edges)
        return edges[:-1], np.diff(edges)

    def encode(self, column: pl.Series) -> NDArray[np.float64]:
        z = self.number.encode(column)
        x = z[:, :1] * self.number.scale + self.number.center
        low, width = self._lines
        bins = (x - low) / width
        np.maximum(bins[:, 1:], 0.0, out=bins[:, 1:])
        np.minimum(bins[:, :-1], 1.0, out=bins[:, :-1])
        return np.concatenate([z, bins], axis=1)

    def decode(self, rows: NDArray[np.floating]) -> pl.Series:
        return self.number.decode(rows[:, : len(self.number.names)])


def fit_edges(column: pl.Series, bins: int) -> tuple[float, ...]:
    """The quantiles that cut the values into bins of as many training rows each, none twice."""
    x = numbers_of(column)
    edges = np.quantile(x[~np.isnan(x)], np.linspace(0.0, 1.0, bins + 1))
    return tuple(map(float, np.unique(edges)))
