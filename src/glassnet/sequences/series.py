"""A time series as windows that a network reads, and its predictions as values again."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
from numpy.typing import DTypeLike

from glassnet.arrays import FloatArray
from glassnet.domains import Checked, Count, Positive
from glassnet.errors import DataError, HyperparameterError, ShapeError
from glassnet.plain import from_plain, to_plain
from glassnet.sequences.windows import series_values, windows


@dataclass(frozen=True)
class SeriesPlan(Checked):
    """How a series (T,) becomes X (length, 1, m): x becomes (x − center) / scale.

    Made from the part of a series that is learnt from, and saved with the model: every later
    series is scaled as that one was.

    Parameters
    ----------
    name : str
        Of the column, where the series is from a table.
    length : int
        How many values the network sees.
    horizon : int
        How many values it predicts.
    center, scale : float
        Mean and standard deviation of what is learnt from.

    Examples
    --------
    >>> tides = SeriesPlan("tide", length=2, horizon=1, center=4.0, scale=2.0)
    >>> tides.encode([8.0, 2.0, 6.0]).ravel().tolist()
    [-1.0, 1.0]
    """

    kind: ClassVar[str] = "series"
    reads: ClassVar[str] = "a series"
    name: str
    length: Count
    horizon: Count
    center: float
    scale: Positive

    def __post_init__(self) -> None:
        super().__post_init__()
        if not np.isfinite(self.center):
            raise HyperparameterError(
                f"The 'center' parameter of SeriesPlan must be finite. Got {self.center} instead.",
                fix="pass the mean of the series",
            )

    @property
    def input_shape(self) -> tuple[int, int]:
        """(length, 1), the shape of one window."""
        return (self.length, 1)

    def encode(self, data: Any, *, dtype: DTypeLike = np.float64) -> FloatArray:
        """The last window of a series, (length, 1, 1): what its next values are predicted from.

        Raises
        ------
        DataError
            The series is shorter than a window, or has gaps.
        ShapeError
            It is no single series (T,).
        """
        values = self._values(data)
        if len(values) < self.length:
            raise DataError(
                f"The series is shorter than the window of {self.length}.",
                expected=f"at least {self.length} values",
                received=f"{len(values)}",
                fix="pass more of the values before",
            )
        return self._scaled(values[-self.length :], dtype)[:, None, None]

    def examples(
        self, data: Any, *, dtype: DTypeLike = np.float64
    ) -> tuple[FloatArray, FloatArray]:
        """Every window of a series that values follow, and those values.

        Returns
        -------
        X : array (length, 1, m)
            As the network takes it.
        values : array (horizon, m)
            In their own unit.

        Raises
        ------
        DataError, ShapeError
            As for `encode`.
        """
        X, values = windows(self._values(data), self.length, self.horizon)
        return self._scaled(np.moveaxis(X, 0, -1), dtype), values.T

    def labelled(
        self, data: Any, *, dtype: DTypeLike = np.float64
    ) -> tuple[FloatArray, FloatArray]:
        """What is learnt from a series: its windows X (length, 1, m), and Y (horizon, m).

        Y is the change from the last value, scaled as X is: a network that has learnt nothing
        says "as now".

        Raises
        ------
        DataError, ShapeError
            As for `encode`.
        """
        X, values = self.examples(data, dtype=dtype)
        return X, ((values - self.center) / self.scale - X[-1]).astype(dtype)

    def to_data(self) -> dict[str, Any]:
        """The plan as plain JSON data."""
        plain: dict[str, Any] = to_plain(self)
        return plain

    @classmethod
    def from_data(cls, data: dict[str, Any]) -> SeriesPlan:
        """The plan that `to_data` turned into `data`.

        Raises
        ------
        Malformed
        """
        return from_plain(cls, data, "the plan of a series")

    def _scaled(self, values: FloatArray, dtype: DTypeLike) -> FloatArray:
        scaled: FloatArray = ((values - self.center) / self.scale).astype(dtype)
        return scaled

    def _values(self, data: Any) -> FloatArray:
        values = series_values(data)
        if values.ndim != 1:
            raise ShapeError(
                f"The series has shape {values.shape}.",
                expected="one series (T,)",
                received=f"{values.ndim} axes",
                fix="pass one column, the earliest value first",
            )
        return values
