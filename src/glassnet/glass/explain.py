"""`explain`: one door to every explanation."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from glassnet.admission import InputShape
from glassnet.errors import HyperparameterError
from glassnet.glass.describe import describe
from glassnet.glass.explanation import Explanation, Section
from glassnet.network import Network
from glassnet.notation import number

if TYPE_CHECKING:
    from glassnet.model.model import Model


def explain(
    subject: Network | Model,
    data: object = None,
    *,
    row: int | None = None,
    input_shape: InputShape | None = None,
) -> Explanation:
    """What a network or a model is; with a table and a row, what it did with that row.

    Parameters
    ----------
    subject : Network or Model
    data : table, optional
        For a model: where the row is from.
    row : int, optional
        Counted from 1.
    input_shape : tuple of int, or dict of tuples
        For a network, which does not know it: the shape of one example.

    Returns
    -------
    Explanation
        ``print`` it, or take ``to_data()``.

    Raises
    ------
    HyperparameterError
        A network comes without `input_shape`, or a row without data.
    ShapeError
        The layers do not fit each other.
    DataError
        The table has no such row, or lacks a column.

    Examples
    --------
    >>> import glassnet as gn
    >>> network = gn.Network(
    ...     [gn.Dense(4), gn.Tanh(), gn.Dense(1), gn.Sigmoid()], loss=gn.BinaryCrossEntropy()
    ... )
    >>> print(gn.explain(network, input_shape=(2,)).sections[0])
    Dimensions
      l  layer           parameters                makes        numbers
      0  input                                     A[0] (2, m)
      1  Dense(units=4)  W[1] (4, 2)  b[1] (4, 1)  Z[1] (4, m)  12
      1  Tanh()                                    A[1] (4, m)
      2  Dense(units=1)  W[2] (1, 4)  b[2] (1, 1)  Z[2] (1, m)  5
      2  Sigmoid()                                 A[2] (1, m)
      17 parameters; m is the number of examples
    """
    if isinstance(subject, Network):
        if input_shape is None:
            raise HyperparameterError(
                "The 'input_shape' parameter of explain must be given for a network. Got None "
                "instead.",
                fix="pass the shape of one example, e.g. input_shape=(2,)",
            )
        return describe(subject, input_shape)
    if data is None and row is None:
        return _record(subject) + describe(subject.network, subject.input_shape, subject.training)
    if data is None or row is None:
        raise HyperparameterError(
            "explain needs both a table and a row of it. Got one of them.",
            fix="explain(model, table, row=1)",
        )
    from glassnet.glass.row import explain_row

    return explain_row(subject, data, row)


def _record(model: Model) -> Explanation:
    """Where the model is from, and how it reads a table."""
    sections = []
    if model.record:
        sections.append(Section("Model", ("name", "value"), tuple(_told(model.record))))
    if model.table is not None:
        rows = tuple(
            (line.column, line.kind, str(line.rows), line.details)
            for line in model.table.describe()
        )
        sections.append(Section("Columns", ("column", "kind", "rows of A[0]", "how"), rows))
    return Explanation(tuple(sections))


def _told(record: Mapping[str, Any], within: str = "") -> Iterator[tuple[str, str]]:
    """A record of records as lines: ``test rmse``, ``baselines linear rmse``."""
    for name, value in record.items():
        if isinstance(value, Mapping):
            yield from _told(value, f"{within}{name} ")
        elif value is not None:
            shown = number(value) if isinstance(value, float) else f"{value}"
            yield f"{within}{name}".replace("_", " "), shown
