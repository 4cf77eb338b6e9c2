"""The target column: classes or a quantity, as Y (n_y, m), and predictions A back to its values."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np

from glassnet.errors import DataError, HyperparameterError, ShapeError, did_you_mean, listed, shown
from glassnet.plain import from_plain, malformed, to_plain
from glassnet.tables.columns import check_scale
from glassnet.tables.frames import series_from
from glassnet.tables.numbers import numbers_of

if TYPE_CHECKING:
    import polars as pl
    from numpy.typing import DTypeLike, NDArray

Label = str | int | float | bool | bytes


@dataclass(frozen=True)
class Classes:
    """A target of k classes: one row of Y for two of them, k rows for more.

    Parameters
    ----------
    name : str
        The column.
    labels : tuple, (k,)
        The classes in ascending order, of the type that the column has.
    one_hot : bool
        Whether two classes have a row each as well, behind a softmax.

    Examples
    --------
    >>> boats = Classes("boat", ("barge", "canoe", "ferry"))
    >>> boats.encode(["ferry", "barge"])
    array([[0., 1.],
           [0., 0.],
           [1., 0.]])
    >>> boats.decode(boats.encode(["ferry", "barge"])).tolist()
    ['ferry', 'barge']
    """

    kind: ClassVar[str] = "classes"
    name: str
    labels: tuple[Label, ...]
    one_hot: bool = False

    def __post_init__(self) -> None:
        if len(set(self.labels)) < max(1, len(self.labels)):
            raise HyperparameterError(
                f"the target {self.name!r} has no classes, or one twice.",
                expected="different labels, one or more",
                received=f"labels = {listed(map(repr, self.labels))}",
                fix="check the target column",
            )

    @property
    def parts(self) -> tuple[Classes]:
        """The one column that this target is."""
        return (self,)

    @property
    def task(self) -> str:
        """``"binary classification"`` or ``"classification"``."""
        return "binary classification" if len(self.labels) == 2 else "classification"

    @property
    def names(self) -> tuple[str, ...]:
        """The names of the n_y rows of Y: one (the second class) for two, k for more."""
        labels = self.labels[1:] if self.has_one_row else self.labels
        return tuple(f"{self.name} = {label!s}" for label in labels)

    def encode(self, values: object, *, dtype: DTypeLike = np.float64) -> NDArray[np.floating]:
        """Y (1, m) of 0 and 1 for two classes, one-hot Y (k, m) for more.

        Raises
        ------
        DataError
            For a missing label, and for one that training did not have.
        """
        series = present(series_from(values, self.name))
        index = {label: i for i, label in enumerate(self.labels)}
        try:
            codes = [index[label] for label in series.to_list()]
        except KeyError as error:
            raise self._unseen(series) from error
        one_hot: NDArray[np.floating] = np.eye(len(self.labels), dtype=dtype)[codes].T
        return one_hot[1:] if self.has_one_row else one_hot

    def decode(self, A: NDArray[np.floating]) -> NDArray[Any]:
        """The label of each example, (m,): the more probable class; the second one from 0.5 on."""
        codes = np.where(A[0] >= 0.5, 1, 0) if self._one_row(A) else A.argmax(axis=0)
        return np.array(self.labels)[codes]

    def probabilities(self, A: NDArray[np.floating]) -> NDArray[np.floating]:
        """The probability of every class, (k, m), from A: its one row is that of the second."""
        return np.concatenate([1 - A, A]) if self._one_row(A) else A

    def to_data(self) -> dict[str, Any]:
        """The target as plain JSON data."""
        plain = to_plain(self)
        if not self.one_hot:
            del plain["one_hot"]
        return {"kind": self.kind, **plain}

    @property
    def has_one_row(self) -> bool:
        """Whether Y has a single row: that of the second of two classes."""
        return len(self.labels) == 2 and not self.one_hot

    def _one_row(self, A: NDArray[np.floating]) -> bool:
        _check_rows(self.name, A, len(self.names))
        return self.has_one_row

    def _unseen(self, series: pl.Series) -> DataError:
        unseen = [label for label in series.unique(maintain_order=True) if label not in self.labels]
        row = series.to_list().index(unseen[0])
        return DataError(
            f"the target {self.name!r} holds labels that training did not have:"
            f" {listed(map(shown, unseen))}, first in row {row + 1}.",
            expected=f"the labels {listed(map(shown, self.labels))}",
            received=f"{len(unseen)} other labels",
            fix=did_you_mean(str(unseen[0]), map(str, self.labels)),
        )


@dataclass(frozen=True)
class Quantity:
    """A target that is a number: y becomes (y − center) / scale.

    Parameters
    ----------
    name : str
        The column.
    center, scale : float
        Mean and standard deviation of the training rows.
    lowest, highest : float
        The range of the training rows.
    capped : float
        The share of training rows at `highest`, if more than one is there: a high share says
        that larger values were cut off.

    Examples
    --------
    >>> price = Quantity("price", 50.0, 10.0, lowest=30.0, highest=70.0, capped=0.0)
    >>> price.encode([40, 60])
    array([[-1.,  1.]])
    >>> price.decode(price.encode([40, 60]))
    array([40., 60.])
    """

    kind: ClassVar[str] = "quantity"
    task: ClassVar[str] = "regression"
    name: str
    center: float
    scale: float
    lowest: float
    highest: float
    capped: float

    def __post_init__(self) -> None:
        check_scale(self.name, self.scale)

    @property
    def parts(self) -> tuple[Quantity]:
        """The one column that this target is."""
        return (self,)

    @property
    def names(self) -> tuple[str, ...]:
        """The name of the one row of Y."""
        return (self.name,)

    def encode(self, values: object, *, dtype: DTypeLike = np.float64) -> NDArray[np.floating]:
        """Y (1, m), standardised.

        Raises
        ------
        DataError
            For a missing or infinite value, and for text.
        """
        y = numbers_of(present(series_from(values, self.name)))
        return ((y - self.center) / self.scale).astype(dtype)[np.newaxis]

    def decode(self, A: NDArray[np.floating]) -> NDArray[np.float64]:
        """The values of predictions A (1, m), in the target's own unit, (m,)."""
        _check_rows(self.name, A, 1)
        values: NDArray[np.float64] = A[0].astype(np.float64) * self.scale + self.center
        return values

    def to_data(self) -> dict[str, Any]:
        """The target as plain JSON data."""
        return {"kind": self.kind, **to_plain(self)}


def target_from_data(data: object) -> Classes | Quantity:
    """The target that `to_data` turned into `data`.

    Raises
    ------
    Malformed
        For unknown or missing keys, or values of another type.

    Examples
    --------
    >>> target_from_data(Classes("x", (0, 1)).to_data())
    Classes(name='x', labels=(0, 1), one_hot=False)
    """
    fields = dict(data) if isinstance(data, dict) else {}
    kind = fields.pop("kind", None)
    if kind == Classes.kind:
        return from_plain(Classes, {"one_hot": False, **fields}, "target")
    if kind == Quantity.kind:
        return from_plain(Quantity, fields, "target")
    raise malformed("target", "an object of kind classes or quantity", data)


def present(series: pl.Series) -> pl.Series:
    """The target, unless values are missing in it."""
    missing = series.is_null()
    if missing.any():
        raise DataError(
            f"Input y contains NaN: the target {series.name!r} is missing in {missing.sum()} of"
            f" {len(series)} rows, first in row {missing.arg_true()[0] + 1}.",
            expected="a target in every row",
            received=f"{missing.sum()} missing",
            fix="leave out these rows; glassnet.tables.has_target says which to keep",
        )
    return series


def _check_rows(name: str, A: NDArray[np.floating], rows: int) -> None:
    if A.ndim != 2 or len(A) != rows:
        raise ShapeError(
            f"the target {name!r} cannot be read from A of shape {A.shape}.",
            expected=f"A (n_y, m) with n_y = {rows}",
            received=f"shape {A.shape}",
            fix="pass the last layer's A as it is",
        )
