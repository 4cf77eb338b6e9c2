"""`explain`: one door to every explanation."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from glassnet.admission import InputShape
from glassnet.errors import HyperparameterError, listed, shown
from glassnet.glass.array_table import explain_arrays
from glassnet.glass.describe import describe
from glassnet.glass.explanation import Explanation, Section
from glassnet.glass.place import Place
from glassnet.glass.two_ways import explain_dZ
from glassnet.glass.unit import explain_unit
from glassnet.network import Network
from glassnet.notation import number
from glassnet.trace import Trace

if TYPE_CHECKING:
    from glassnet.model.model import Model
    from glassnet.model.plan import Plan


def explain(
    subject: Network | Model | Trace,
    data: object = None,
    *,
    row: int | None = None,
    input_shape: InputShape | None = None,
    layer: int | str | None = None,
    unit: int = 0,
    example: int = 0,
    position: tuple[int, ...] | None = None,
) -> Explanation:
    """What a network or a model is, what it did with a row, or how a number of a trace came about.

    Parameters
    ----------
    subject : Network, Model or Trace
    data : table, or "dZ", optional
        For a model: where the row is from, or images, a series or a text. For a trace, ``"dZ"``:
        both ways to dZ side by side, dA · g′(Z) and A − Y, and where the 1/m is.
    row : int, optional
        For a model, counted from 1. Of images, which of them; of a series or text, behind which
        value or symbol the prediction is made: the first, and the last, where it is left out.
    input_shape : tuple of int, or dict of tuples
        For a network, which does not know it: the shape of one example.
    layer : int or str, optional
        For a trace: l, in a branch ``"image.2"``. Without it, all arrays in one table.
    unit, example : int
        For a layer of a trace, from 0.
    position : tuple of int, optional
        For a layer of a trace of sequences or images, the time or pixel; the first by default.

    Returns
    -------
    Explanation
        ``print`` it, or take ``to_data()``.

    Raises
    ------
    HyperparameterError
        The subject is of another kind; a network comes without `input_shape`, a row without data,
        or a unit without its layer.
    ShapeError
        The layers do not fit each other.
    DataError
        The table has no such row, or lacks a column; the trace has no such layer, unit or example.

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
    >>> W2 = [[0.31, -0.72]]
    >>> parameters = {"W1": [[1.0], [0.5]], "b1": [[0.2], [0.0]], "W2": W2, "b2": [[0.1]]}
    >>> network = gn.Network(
    ...     [gn.Dense(2), gn.ReLU(), gn.Dense(1), gn.Sigmoid()], loss=gn.BinaryCrossEntropy()
    ... )
    >>> trace = network.trace(parameters, [[1.0, 2.0]], [[1.0, 0.0]])
    >>> print("\\n".join(gn.explain(trace, layer=2, unit=0, example=0).sections[0].lines[:3]))
    Z[2] = W[2] A[1] + b[2]     Z[2] (1, 2)  W[2] (1, 2)  A[1] (2, 2)  b[2] (1, 1)
      z[2][0] = W[2][0] · a[1] + b[2][0]
              = 0.31·1.2 + (−0.72)·0.5 + 0.1 = 0.112
    """
    if isinstance(subject, Trace):
        return _of_trace(subject, data, layer, unit, example, position)
    if isinstance(subject, Network):
        if input_shape is None:
            raise HyperparameterError(
                "The 'input_shape' parameter of explain must be given for a network. Got None "
                "instead.",
                fix="pass the shape of one example, e.g. input_shape=(2,)",
            )
        return describe(subject, input_shape)
    _check_model(subject)
    if data is None and row is None:
        return _record(subject) + describe(subject.network, subject.input_shape, subject.training)
    if data is not None and subject.plan is not None and subject.plan.kind != "table":
        from glassnet.glass.example import explain_example

        return explain_example(subject, data, row)
    if data is None or row is None:
        raise HyperparameterError(
            "explain needs both a table and a row of it. Got one of them.",
            fix="explain(model, table, row=1)",
        )
    from glassnet.glass.row import explain_row

    return explain_row(subject, data, row)


def _of_trace(
    trace: Trace,
    data: object,
    layer: int | str | None,
    unit: int,
    example: int,
    position: tuple[int, ...] | None,
) -> Explanation:
    if data not in (None, "dZ") or (data == "dZ" and layer is None):
        raise HyperparameterError(
            f"What explain shows of a trace is a layer, or its dZ. Got {shown(data)} instead.",
            fix='explain(trace, layer=2, unit=0, example=5), or explain(trace, "dZ", layer=2)',
        )
    if layer is None:
        if (unit, example, position) != (0, 0, None):
            raise HyperparameterError(
                "The 'layer' parameter of explain must say whose unit, example and position are "
                "meant. Got None instead.",
                fix="pass e.g. layer=2; explain(trace) shows all arrays",
            )
        return explain_arrays(trace)
    place = Place.of(trace, layer, unit, example, position)
    return explain_unit(place) if data is None else explain_dZ(place)


def _check_model(subject: object) -> None:
    from glassnet.model.model import Model

    if not isinstance(subject, Model):
        raise HyperparameterError(
            f"explain takes a Network, a Model or a Trace. Got {shown(subject)} instead.",
            fix="of a fitted estimator pass its to_model(), or its trace(X, y)",
        )


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
    elif model.plan is not None:
        sections.append(Section("Plan", ("name", "value"), tuple(_plan(model.plan))))
    return Explanation(tuple(sections))


def _plan(plan: Plan) -> Iterator[tuple[str, str]]:
    """How raw data become X, a line for each field."""
    yield "kind", plan.kind
    for name, value in plan.to_data().items():
        yield name, listed(map(repr, value), most=40) if isinstance(value, list) else f"{value}"


def _told(record: Mapping[str, Any], within: str = "") -> Iterator[tuple[str, str]]:
    """A record of records as lines: ``test rmse``, ``baselines linear rmse``."""
    for name, value in record.items():
        if isinstance(value, Mapping):
            yield from _told(value, f"{within}{name} ")
        elif isinstance(value, list):
            yield f"{within}{name}".replace("_", " "), f"{len(value):,} values"
        elif value is not None:
            shown = number(value) if isinstance(value, float) else f"{value}"
            yield f"{within}{name}".replace("_", " "), shown
