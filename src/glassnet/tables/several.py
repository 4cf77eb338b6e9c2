"""A target of several columns, each of its own kind; their rows of Y stand below each other."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np

from glassnet.errors import DataError, HyperparameterError, ShapeError, listed
from glassnet.plain import checked_dict, malformed
from glassnet.tables.target import Classes, Quantity, target_from_data

if TYPE_CHECKING:
    import polars as pl
    from numpy.typing import DTypeLike, NDArray


@dataclass(frozen=True)
class Several:
    """Several targets of one network: several labels at once, or several quantities.

    Parameters
    ----------
    parts : tuple of Classes or Quantity
        In the order of their rows of Y; no name stands twice.

    Examples
    --------
    >>> import numpy as np
    >>> boat = Several((Classes("sail", (0, 1)), Classes("engine", (0, 1))))
    >>> boat.names
    ('sail = 1', 'engine = 1')
    >>> boat.decode(np.array([[0.9, 0.2], [0.3, 0.6]])).tolist()
    [[1, 0], [0, 1]]
    """

    kind: ClassVar[str] = "several"
    parts: tuple[Classes | Quantity, ...]

    def __post_init__(self) -> None:
        names = [part.name for part in self.parts]
        if not names or len(set(names)) < len(names):
            raise HyperparameterError(
                "a target of several columns needs columns with names of their own.",
                expected="one column or more, no name twice",
                received=listed(map(repr, names)) or "none",
                fix="name the columns",
            )

    @property
    def name(self) -> str:
        """The names of the columns."""
        return ", ".join(part.name for part in self.parts)

    @property
    def task(self) -> str:
        """What the columns are, each in its words."""
        return listed(dict.fromkeys(part.task for part in self.parts))

    @property
    def names(self) -> tuple[str, ...]:
        """The names of the rows of Y."""
        return tuple(name for part in self.parts for name in part.names)

    def encode(self, values: Any, *, dtype: DTypeLike = np.float64) -> NDArray[np.floating]:
        """Y (n_y, m) of a table with these columns.

        Raises
        ------
        DataError
            A column is missing, or holds what it cannot.
        """
        missing = [part.name for part in self.parts if part.name not in values]
        if missing:
            raise DataError(
                f"the table lacks columns of the target: {listed(map(repr, missing))}.",
                expected=f"the columns {self.name}",
                received="a table without them",
                fix="pass a table that has all of them",
            )
        return np.concatenate([part.encode(values[part.name], dtype=dtype) for part in self.parts])

    def decode(self, A: NDArray[np.floating]) -> NDArray[Any]:
        """The values of each column, (k, m)."""
        if A.ndim != 2 or len(A) != len(self.names):
            raise ShapeError(
                f"the target {self.name!r} cannot be read from A of shape {A.shape}.",
                expected=f"A (n_y, m) with n_y = {len(self.names)}",
                received=f"shape {A.shape}",
                fix="pass the last layer's A as it is",
            )
        return np.stack([part.decode(rows) for part, rows in split(self, A)])

    def to_data(self) -> dict[str, Any]:
        """The target as plain JSON data."""
        return {"kind": self.kind, "parts": [part.to_data() for part in self.parts]}


def split(
    target: Classes | Quantity | Several, A: NDArray[np.floating]
) -> Iterator[tuple[Classes | Quantity, NDArray[np.floating]]]:
    """Each column of a target, and the rows of A that belong to it; a single column has all."""
    if not isinstance(target, Several):
        yield target, A
        return
    ends = np.cumsum([len(part.names) for part in target.parts])
    yield from zip(target.parts, np.split(A, ends[:-1]), strict=True)


def labels_in(
    target: Classes | Quantity | Several, frame: pl.DataFrame
) -> pl.Series | pl.DataFrame:
    """What a table holds of a target, as ``target.encode`` takes it."""
    if isinstance(target, Several):
        return frame.select(part.name for part in target.parts)
    return frame[target.name]


def any_target_from_data(data: object) -> Classes | Quantity | Several:
    """The target that ``to_data`` of any kind of target turned into `data`.

    Raises
    ------
    Malformed
    """
    if not isinstance(data, dict) or data.get("kind") != Several.kind:
        return target_from_data(data)
    parts = checked_dict({k: v for k, v in data.items() if k != "kind"}, {"parts"}, "target")
    if not isinstance(parts["parts"], list):
        raise malformed("target.parts", "a list of targets", parts["parts"])
    try:
        return Several(tuple(map(target_from_data, parts["parts"])))
    except HyperparameterError as error:
        raise malformed("target.parts", str(error.expected), error.received) from error
