"""The model: everything that predicts from raw rows, in one frozen object."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, fields
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, NamedTuple, TypeAlias, cast

import numpy as np

from glassnet import __version__
from glassnet.admission import InputShape, admit_inputs
from glassnet.arrays import FloatArray, in_type
from glassnet.errors import DataError, ShapeError, listed, shown
from glassnet.graph import INPUT
from glassnet.losses.quantities import Quantile
from glassnet.model.parameters import check_parameters, kept, parameter_shapes
from glassnet.model.plan import labels_from
from glassnet.model.standardization import Standardization
from glassnet.model.strict_json import json_data
from glassnet.network import Network
from glassnet.shapes import written
from glassnet.training.history import History
from glassnet.training.training import Training

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from glassnet.model.plan import Plan
    from glassnet.tables.plan import TablePlan
    from glassnet.tables.several import Several
    from glassnet.tables.target import Classes, Quantity

    Target: TypeAlias = Classes | Quantity | Several


class PredictedColumn(NamedTuple):
    """A column that a model predicts, and its rows of A.

    Attributes
    ----------
    name : str
        That of the target, behind which stands the quantile where there are several of it.
    target : Classes or Quantity
    A : array, (n, m)
    quantile : float or None
        Which one of the target's values it is.
    """

    name: str
    target: Classes | Quantity
    A: FloatArray
    quantile: float | None


@dataclass(frozen=True, eq=False)
class Model:
    """A trained network with its way in from raw rows and its way out to labels and units.

    Nothing in a model changes: it holds read-only copies of the parameters, and predicts each
    example from that example alone, so that large data may come in pieces.

    Parameters
    ----------
    network : Network
    parameters : dict of str to array
        Under the network's names, all float32 or all float64; predictions are computed in that
        type.
    input_shape : tuple of int, or dict of tuples
        Of one example, without m.
    plan : TablePlan, ImagePlan, SeriesPlan or TextPlan, optional
        How raw data become X. Without it the model takes arrays (..., n_x, m).
    target : Classes, Quantity or Several, optional
        What the outputs mean. Without it predictions are the outputs.
    training : Training, optional
        How the parameters were found.
    scaling : Standardization, or dict of them, optional
        How the features of arrays are scaled, where there is no plan.
    record : mapping of str to plain data
        What else should be known of the model: its data, its scores. Text, numbers, lists and
        dicts of them; a figure that is not finite becomes None. Keep dates and times out of it
        where the same training should give the same file.
    version : str
        The glassnet that made it.

    Raises
    ------
    DataError, DataTypeError, ShapeError
        Parameters, plan or target do not fit the network.
    HyperparameterError
        `record` holds something else than plain data.

    Examples
    --------
    >>> import glassnet as gn
    >>> network = gn.Network([gn.Dense(1), gn.Sigmoid()], loss=gn.BinaryCrossEntropy())
    >>> boats = gn.tables.Classes("boat", ("canoe", "ferry"))
    >>> model = Model(network, {"W1": [[2.0]], "b1": [[-1.0]]}, (1,), target=boats)
    >>> model.predict([[0.0, 1.0]]).tolist()
    ['canoe', 'ferry']
    >>> model.probabilities([[0.0, 1.0]]).round(2)
    array([[0.73, 0.27],
           [0.27, 0.73]])
    """

    network: Network
    parameters: Mapping[str, FloatArray] = field(repr=False)
    input_shape: InputShape
    plan: Plan | None = None
    target: Target | None = None
    training: Training | None = None
    scaling: Standardization | Mapping[str, Standardization] | None = None
    record: Mapping[str, Any] = field(default_factory=dict)
    version: str = __version__

    def __post_init__(self) -> None:
        shapes = parameter_shapes(self.network, self.input_shape)
        given = {name: kept(name, array) for name, array in self.parameters.items()}
        check_parameters(shapes, given)
        self._check_plan()
        self._check_target()
        self._check_scaling()
        ordered = {name: given[name] for name in shapes}
        record = json_data(self.record, "record")
        object.__setattr__(self, "parameters", MappingProxyType(ordered))
        object.__setattr__(self, "input_shape", _plain_shape(self.input_shape))
        object.__setattr__(self, "record", MappingProxyType(record))

    def __reduce__(self) -> tuple[type[Model], tuple[Any, ...]]:
        """How `copy` and `pickle` take a model: read-only mappings as dicts."""
        values = (getattr(self, each.name) for each in fields(self))
        return Model, tuple(
            dict(value) if isinstance(value, MappingProxyType) else value for value in values
        )

    @property
    def dtype(self) -> np.dtype[Any]:
        """The type of the parameters, in which predictions are computed."""
        return next((W.dtype for W in self.parameters.values()), np.dtype(np.float64))

    @property
    def history(self) -> History | None:
        """How the cost went in the training, where `record` has kept it.

        Raises
        ------
        DataError
            What it has kept is no history.
        """
        kept = self.record.get("history")
        return None if kept is None else History.from_data(kept)

    @property
    def table(self) -> TablePlan | None:
        """The plan, where it is that of a table."""
        return cast("TablePlan", self.plan) if self.plan and self.plan.kind == "table" else None

    @property
    def reads(self) -> str:
        """What the model takes, in words: a table, images, a series, text, or arrays."""
        if self.plan is not None:
            return self.plan.reads
        shape = self.input_shape
        return f"arrays {written(tuple(shape) if isinstance(shape, Mapping) else (*shape, 'm'))}"

    def for_tables(self) -> tuple[TablePlan, Target]:
        """The plan of the table and the target, of a model that has both.

        Raises
        ------
        DataError
            The model takes arrays, or gives bare outputs.
        """
        if self.table is None or self.target is None:
            raise DataError(
                "this model was not trained on a table.",
                expected="a model with a table plan and a target, as `glassnet train` writes it",
                received=f"a model of {self.reads}",
                fix="use predict, evaluate or explain, which know models of every kind"
                if self.plan
                else "glassnet predict, evaluate, step and diagnose read files of numpy.save",
            )
        return self.table, self.target

    def encode(self, data: Any) -> FloatArray | dict[str, FloatArray]:
        """X of raw rows, (..., n_x, m).

        Parameters
        ----------
        data : table or arrays
            What the plan reads: a table, images or their files, a series, a text. Without a
            plan X (..., n_x, m), or a dict with an array for each branch.

        Raises
        ------
        DataError, ShapeError
        """
        if self.plan is not None:
            return self.plan.encode(data, dtype=self.dtype)
        inputs = {
            name.removesuffix(f".{INPUT}"): in_type(name, X, self.dtype)
            if X.dtype.kind == "f"
            else X
            for name, X in admit_inputs(self.network.graph, data).items()
        }
        scalings = self._scalings
        inputs = {
            name: scalings[name].apply(X) if name in scalings else X for name, X in inputs.items()
        }
        return inputs if isinstance(data, Mapping) else inputs[INPUT]

    def outputs(self, data: Any) -> FloatArray:
        """A[L], the network's outputs for raw rows, (n[L], m); of a series with its last value."""
        X = self.encode(data)
        return labels_from(self.plan, self.network.predict(self.parameters, X), X)

    def predict(self, data: Any) -> NDArray[Any]:
        """The label of each example, or its number in the target's own unit, (m,).

        A network of k quantiles, or of k targets, gives (k, m); one that says something at every
        time of a sequence, (T, m). Without a target the outputs are returned as they are,
        (n[L], m).

        Parameters
        ----------
        data : table or arrays
            As for `encode`.
        """
        A = self.outputs(data)
        if self.target is None:
            return A
        return self._at_each(A, self._decoded)

    def columns(self, A: FloatArray) -> Iterator[PredictedColumn]:
        """What outputs A (n[L], m) say, column by column; each of several quantiles has its own."""
        from glassnet.tables.several import split

        assert self.target is not None
        given = self.network.loss.quantile if isinstance(self.network.loss, Quantile) else None
        quantiles = given if isinstance(given, tuple) else (given,)
        for part, rows in split(self.target, A):
            for quantile, own in zip(quantiles, np.split(rows, len(quantiles)), strict=True):
                several = f"_quantile_{quantile}" if len(quantiles) > 1 else ""
                yield PredictedColumn(part.name + several, part, own, quantile)

    def probabilities(self, data: Any) -> FloatArray:
        """The probability of every class, (k, m), in the order of the target's labels.

        Of a network that says something at every time of a sequence, (T, k, m).

        Raises
        ------
        DataError
            The model does not tell classes apart, or its outputs are no probabilities.
        """
        low, high = self.network.bounds
        if self.target is None or self.target.kind != "classes" or low < 0 or high > 1:
            last = self.network.graph.nodes[-1].layer
            raise DataError(
                "this model gives no probabilities.",
                expected="a target of classes, and a network that ends in Sigmoid or Softmax",
                received=f"target {shown(self.target)} behind {last}",
                fix="use predict, or outputs",
            )
        return self._at_each(self.outputs(data), cast("Classes", self.target).probabilities)

    def _decoded(self, A: FloatArray) -> NDArray[Any]:
        assert self.target is not None
        if len(A) == len(self.target.names):
            return self.target.decode(A)
        return np.stack([self.target.decode(row[np.newaxis]) for row in A])

    def _at_each(self, A: FloatArray, read: Callable[[FloatArray], NDArray[Any]]) -> NDArray[Any]:
        """What `read` makes of A (n, m), or of each of its times."""
        return read(A) if A.ndim == 2 else np.stack([self._at_each(time, read) for time in A])

    def _check_plan(self) -> None:
        if self.plan is None:
            return
        makes = self.plan.input_shape
        if _plain_shape(self.input_shape) != makes:
            raise ShapeError(
                f"the plan of {self.plan.reads} does not fit the network's input.",
                expected=f"input_shape {written(makes)}: what the plan makes of an example",
                received=f"input_shape {self.input_shape}",
                fix="plan the data again, or train the network on what this plan makes",
            )

    def _check_target(self) -> None:
        if self.target is None:
            return
        output = self.network.dimensions(self.input_shape)[-1].output
        units = self.network.loss.units(np.empty((len(self.target.names), 1)))
        if output[-2] != units:
            raise ShapeError(
                f"the network's output does not fit the target {self.target.name!r}.",
                expected=f"A ({units}, m): {listed(self.target.names)}",
                received=f"A {written(output)}",
                fix=f"end the network with Dense({units}) and its activation",
            )

    @property
    def _scalings(self) -> Mapping[str, Standardization]:
        """The scaling of every array that has one, by the name of its branch."""
        if isinstance(self.scaling, Standardization):
            return {INPUT: self.scaling}
        return self.scaling or {}

    def _check_scaling(self) -> None:
        if self.scaling is None:
            return
        shape = self.input_shape
        shapes = shape if isinstance(shape, Mapping) else {INPUT: shape}
        for name, scaling in self._scalings.items():
            if self.plan is None and name in shapes and shapes[name][-1] == len(scaling.center):
                continue
            raise ShapeError(
                "the scaling does not fit the network's input.",
                expected="arrays without a plan, whose n_x features it scales",
                received=f"scaling of {len(scaling.center)} features, input_shape {shape}",
                fix="pass the center and scale of every feature",
            )


def _plain_shape(shape: InputShape) -> InputShape:
    """A shape, or a shape for each branch, in Python's own integers."""
    if isinstance(shape, Mapping):
        return MappingProxyType({name: tuple(map(int, own)) for name, own in shape.items()})
    return tuple(map(int, shape))
