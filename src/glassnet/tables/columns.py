"""What every kind of column has in common: the rows of X that it makes, and the way back."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from glassnet.errors import CellError, HyperparameterError, shown

if TYPE_CHECKING:
    import numpy as np
    import polars as pl
    from numpy.typing import NDArray


@dataclass(frozen=True)
class Column(ABC):
    """A column of a table and its k rows of X.

    Parameters
    ----------
    name : str
        The column of the table.
    """

    kind: ClassVar[str]
    name: str

    @property
    @abstractmethod
    def names(self) -> tuple[str, ...]:
        """The names of the k rows of X."""

    @property
    @abstractmethod
    def details(self) -> str:
        """How the column is encoded, in words and numbers."""

    @abstractmethod
    def encode(self, column: pl.Series) -> NDArray[np.float64]:
        """The rows of X of each example.

        Parameters
        ----------
        column : polars.Series, (m,)

        Returns
        -------
        array, (m, k)

        Raises
        ------
        DataError
            For a value that the column cannot hold; the message names the column and the row.
        """

    @abstractmethod
    def decode(self, rows: NDArray[np.floating]) -> pl.Series:
        """The column from its rows of X, (m, k): the inverse of `encode`."""


@dataclass(frozen=True)
class Dropped:
    """A column that makes no row of X, and why."""

    kind: ClassVar[str] = "dropped"
    name: str
    reason: str


def wrong_type(column: pl.Series, wanted: str, bad: pl.Series) -> CellError:
    """The error for a column whose values are not what they were in training.

    Parameters
    ----------
    column : polars.Series, (m,)
        The column as it came.
    wanted : str
        What it held in training, e.g. ``"numbers"``.
    bad : polars.Series of Boolean, (m,)
        Which values are at fault.
    """
    row = bad.arg_true()[0]
    return CellError(
        f"column {column.name!r} holds {shown(column[row])} in row {row + 1};"
        f" in training it held {wanted}.",
        expected=f"{wanted}, or missing values",
        received=f"{bad.sum()} of {len(column)} values that are not (type {column.dtype})",
        fix="correct the values, or leave them empty where they are unknown",
        row=row,
    )


def check_scale(name: str, scale: float) -> None:
    """Refuses a scale by which nothing can be divided."""
    if not scale > 0:
        raise HyperparameterError(
            f"column {name!r} has no scale.",
            expected="scale > 0",
            received=f"scale = {scale}",
            fix="use scale 1 where all values are equal",
        )
