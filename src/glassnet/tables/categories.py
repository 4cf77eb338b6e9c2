"""Columns of a few values: one row of X for each; and columns of True and False."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

import numpy as np
import polars as pl

from glassnet.errors import HyperparameterError, listed
from glassnet.tables.columns import Column, wrong_type

if TYPE_CHECKING:
    from numpy.typing import NDArray

OTHER = "other"


@dataclass(frozen=True)
class Category(Column):
    """One row of X for each value: 1 where the example has it, else 0.

    Two values make two rows too: so a value that training never saw differs from both. It goes
    to the row of rare values if there is one, and is 0 in every row if there is none, since a
    row that was always 0 in training would hold weights that nothing has set.

    Parameters
    ----------
    name : str
        The column of the table.
    values : tuple of str
        The values that have a row, sorted.
    rarest : int
        The fewest training rows in which a value had to occur to get a row of its own.
    other : bool
        Whether training held rarer values: they share a row.
    missing : bool
        Whether training rows lacked the value: missing then has a row of its own. If not, a
        value missing at predict counts as unseen.

    Examples
    --------
    >>> import polars as pl
    >>> deck = Category("deck", ("A", "B"), rarest=5, other=True, missing=False)
    >>> deck.encode(pl.Series("deck", ["B", "Z"]))
    array([[0., 1., 0.],
           [0., 0., 1.]])
    """

    kind: ClassVar[str] = "category"
    values: tuple[str, ...]
    rarest: int
    other: bool
    missing: bool

    def __post_init__(self) -> None:
        if len(set(self.values)) < len(self.values):
            raise HyperparameterError(
                f"column {self.name!r} lists a value twice.",
                expected="different values",
                received=listed(self.values),
                fix="list every value once",
            )

    @property
    def names(self) -> tuple[str, ...]:
        values = tuple(f"{self.name} = {value}" for value in self.values)
        other = (f"{self.name} is rare or unseen",) * self.other
        return values + other + (f"{self.name} is missing",) * self.missing

    @property
    def details(self) -> str:
        rare = f"; in fewer than {self.rarest} rows: rare" if self.other else "; unseen is 0"
        return listed(self.values) + rare + "; missing is a value" * self.missing

    def encode(self, column: pl.Series) -> NDArray[np.float64]:
        text = _text_of(column)
        count = len(self.values)
        unseen = count if self.other else None
        index = pl.Series(range(count), dtype=pl.Int64)
        codes = text.replace_strict(
            pl.Series(self.values, dtype=pl.String), index, default=unseen, return_dtype=pl.Int64
        )
        if self.missing:
            codes = codes.set(text.is_null(), count + self.other)
        rows = np.zeros((len(column), len(self.names)))
        known = codes.is_not_null().to_numpy()
        rows[known, codes.drop_nulls().to_numpy()] = 1.0
        return rows

    def decode(self, rows: NDArray[np.floating]) -> pl.Series:
        """The values; ``"other"`` for a rare one, null for a missing or nameless one."""
        labels = [*self.values, *[OTHER] * self.other, *[None] * self.missing, None]
        nothing = np.full((len(rows), 1), 0.5)
        codes = np.concatenate([rows, nothing], axis=1).argmax(axis=1)
        return pl.Series(self.name, labels, pl.String).gather(codes)


@dataclass(frozen=True)
class Boolean(Column):
    """True is 1, False is 0, and a missing value lies between them.

    Parameters
    ----------
    name : str
        The column of the table.
    missing : bool
        Whether training rows lacked the value: a second row of X then says which.

    Examples
    --------
    >>> import polars as pl
    >>> Boolean("alone", missing=False).encode(pl.Series("alone", [True, None])).T
    array([[1. , 0.5]])
    """

    kind: ClassVar[str] = "boolean"
    missing: bool

    @property
    def names(self) -> tuple[str, ...]:
        return (self.name, f"{self.name} is missing") if self.missing else (self.name,)

    @property
    def details(self) -> str:
        return "True is 1, False is 0" + "; missing is 0.5, and marked" * self.missing

    def encode(self, column: pl.Series) -> NDArray[np.float64]:
        if column.dtype not in (pl.Boolean, pl.Null) and column.null_count() < len(column):
            raise wrong_type(column, "values True and False", column.is_not_null())
        x = column.cast(pl.Boolean).cast(pl.Float64).fill_null(0.5).to_numpy()
        absent = column.is_null().to_numpy()
        return np.column_stack([x, absent]) if self.missing else x[:, np.newaxis]

    def decode(self, rows: NDArray[np.floating]) -> pl.Series:
        """The values; null for 0.5."""
        x = pl.Series(self.name, rows[:, 0].astype(np.float64))
        return (x > 0.5).set(x == 0.5, None)


def _text_of(column: pl.Series) -> pl.Series:
    """A category's values; a file in which all of them are digits reads as whole numbers."""
    if column.dtype.is_integer() or column.dtype in (pl.String, pl.Null):
        return column.cast(pl.String)
    raise wrong_type(column, "categories", column.is_not_null())
