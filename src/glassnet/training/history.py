"""The history of a training: columns by name, and a frozen record of each epoch by number."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from typing import Any, overload

from glassnet.errors import DataError, warn

GROWTH = 10.0


@dataclass(frozen=True)
class Epoch:
    """What one epoch came to.

    Attributes
    ----------
    number : int
        From 0.
    cost : float
        J, the mean over the epoch's batches, each before its update. With full-batch training
        it is the cost of the parameters before this epoch's update, as the course prints it.
    validation_cost : float or None
        J of the validation data after the epoch, without dropout.
    metrics : mapping of str to float
        After the epoch, of the validation data where there are some, else of the training data.
    learning_rate : float
        Of the last update.
    seconds : float
        Since the training began; epochs that are learnt in one call of the engine share its end.

    Examples
    --------
    >>> epoch = Epoch(0, cost=0.7, validation_cost=0.8, metrics={"accuracy": 0.5})
    >>> epoch.monitored, epoch["accuracy"]
    (0.8, 0.5)
    """

    number: int
    cost: float
    validation_cost: float | None = None
    metrics: Mapping[str, float] = field(default_factory=dict)
    learning_rate: float | None = None
    seconds: float = 0.0

    @property
    def monitored(self) -> float:
        """The validation cost where there is one, else the cost."""
        return self.cost if self.validation_cost is None else self.validation_cost

    def after(self, epochs: int) -> Epoch:
        """The same epoch of a training that goes on after so many others."""
        return replace(self, number=self.number + epochs)

    def __getitem__(self, name: str) -> float | None:
        """A figure by name: ``"cost"``, ``"validation_cost"`` or a metric."""
        return self.metrics[name] if name in self.metrics else getattr(self, name)


class History(Sequence[Epoch]):
    """The epochs of a training, in order; ``history["cost"]`` is a column of them.

    Parameters
    ----------
    epochs : sequence of Epoch
        Those to begin with.

    Examples
    --------
    >>> history = History([Epoch(0, cost=0.7), Epoch(1, cost=0.4)])
    >>> history["cost"], history[-1].number, history
    ([0.7, 0.4], 1, History(2 epochs))
    """

    def __init__(self, epochs: Sequence[Epoch] = ()) -> None:
        # Epochs are learnt by the hundred thousand: numbers side by side cost no object each.
        self._columns: dict[str, list[Any]] = {each.name: [] for each in fields(Epoch)}
        if isinstance(epochs, History):
            self.extend(epochs)
        else:
            self.append(*epochs)

    @classmethod
    def of_columns(
        cls,
        first: int,
        costs: Sequence[float],
        learning_rates: Sequence[float | None],
        validation_cost: float | None,
        metrics: Mapping[str, float],
        seconds: float,
    ) -> History:
        """Epochs that were learnt together, from number `first` on, and measured at their end."""
        history, count = cls(), len(costs)
        numbers = range(first, first + count)
        shared: list[Iterable[Any]] = [[validation_cost] * count, [metrics] * count]
        columns = [numbers, costs, *shared, learning_rates, [seconds] * count]
        for own, column in zip(history._columns.values(), columns, strict=True):
            own += column
        return history

    @classmethod
    def from_data(cls, data: Sequence[Mapping[str, Any]]) -> History:
        """The history that `to_data` has written.

        Raises
        ------
        DataError
            It is none.
        """
        try:
            return cls([_epoch(**epoch) for epoch in data])
        except (TypeError, ValueError) as error:
            raise DataError(
                "The history of a training is malformed.",
                expected="epochs with number, cost, validation_cost, metrics and learning_rate",
                received=f"{error}",
                fix="save the model again with the glassnet that made it",
            ) from error

    def to_data(self) -> list[dict[str, Any]]:
        """Its epochs as a model file keeps them: without their times, so that the same fit gives
        the same file."""
        names = ("number", "cost", "validation_cost", "metrics", "learning_rate")
        return [{name: getattr(epoch, name) for name in names} for epoch in self]

    def append(self, *epochs: Epoch) -> None:
        for name, column in self._columns.items():
            column += [getattr(epoch, name) for epoch in epochs]

    def extend(self, other: History) -> None:
        """Append the epochs of another history."""
        for name, column in self._columns.items():
            column += other._columns[name]

    @overload
    def __getitem__(self, key: int) -> Epoch: ...
    @overload
    def __getitem__(self, key: slice) -> list[Epoch]: ...
    @overload
    def __getitem__(self, key: str) -> list[Any]: ...
    def __getitem__(self, key: int | slice | str) -> Epoch | list[Any]:
        columns = self._columns
        if isinstance(key, slice):
            return [self[number] for number in range(*key.indices(len(self)))]
        if not isinstance(key, str):
            return Epoch(*(each[key] for each in columns.values()))
        if key not in columns:
            return [epoch[key] for epoch in self]
        return [own.get(key, x) for own, x in zip(columns["metrics"], columns[key], strict=True)]

    def __len__(self) -> int:
        return len(self._columns["number"])

    def __iter__(self) -> Iterator[Epoch]:
        return (Epoch(*row) for row in zip(*self._columns.values(), strict=True))

    def __repr__(self) -> str:
        return f"History({len(self)} epochs)"


def _epoch(
    number: int,
    cost: float | None,
    validation_cost: float | None,
    metrics: Mapping[str, float],
    learning_rate: float | None,
) -> Epoch:
    """An epoch of plain data, in which a number that is not finite is None."""
    held, rate = (None if x is None else float(x) for x in (validation_cost, learning_rate))
    return Epoch(int(number), math.nan if cost is None else float(cost), held, dict(metrics), rate)


def warn_of_growth(history: History) -> None:
    """Warn where a training has made the cost much larger, though it stayed finite."""
    if len(history) > 1 and history[-1].cost > GROWTH * max(history[0].cost, 1e-6):
        warn(
            f"The cost grew from {history[0].cost:.3g} to {history[-1].cost:.3g}: try a smaller "
            "learning rate, or scale the inputs."
        )
