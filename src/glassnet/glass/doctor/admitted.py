"""From what the doctor is given, a network, a model or an estimator, to a `Patient`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from itertools import islice
from typing import TYPE_CHECKING, Any, Final, Protocol, runtime_checkable

import numpy as np
from numpy.typing import ArrayLike

from glassnet.arrays import FloatArray
from glassnet.engines import Data
from glassnet.errors import DataError, HyperparameterError, shown
from glassnet.glass.doctor.patient import Patient, Ratios, by_unit
from glassnet.graph import INPUT
from glassnet.network import Network
from glassnet.optimizers import LBFGS
from glassnet.sparse import dense, is_sparse
from glassnet.trace import Trace
from glassnet.training.history import History
from glassnet.training.result import Result
from glassnet.training.task import Task
from glassnet.training.training import Training

if TYPE_CHECKING:
    from glassnet.model.model import Model
    from glassnet.tables import Finding as ColumnFinding

SAMPLE: Final = 4096
"""So many examples are traced, drawn by a fixed seed."""
FIRST: Final = 5
"""How many updates are made anew, to see how far they move the weights."""
MOST_COLUMNS: Final = 500
"""In wider data no leaks are looked for."""


@runtime_checkable
class Traceable(Protocol):
    """A fitted estimator: what it learned, and how it shows itself at work."""

    network_: Network
    history_: History

    def trace(self, X: Any, y: Any = None) -> Trace: ...


def admitted(
    subject: Network | Model | Traceable,
    X: Any,
    y: Any,
    parameters: Mapping[str, ArrayLike] | None,
    result: Result | None,
    validation: tuple[Any, Any] | None,
    training: Training | None,
) -> Patient:
    """The patient, once subject, data and labels fit each other.

    Raises
    ------
    HyperparameterError, DataError, ShapeError
    """
    if isinstance(subject, Network):
        own = result.parameters if parameters is None and result else parameters
        if own is None:
            raise HyperparameterError(
                "The doctor needs the parameters of a network. Got None instead.",
                fix="pass result=, what train returned, or parameters=",
            )
        task = Task.of(subject, X, y, validation)
        return _patient(task, own, result, training, names={})
    from glassnet.model.model import Model

    if isinstance(subject, Model):
        return _of_model(subject, X, y, result, validation, training)
    if not isinstance(subject, Traceable):
        raise HyperparameterError(
            f"The doctor looks at a Network, a Model or a fitted estimator. Got {shown(subject)}.",
            fix="pass the network with parameters=, or what fit returned",
        )
    return _of_estimator(subject, X, y, validation, training)


def _of_model(
    model: Model,
    X: Any,
    y: Any,
    result: Result | None,
    validation: tuple[Any, Any] | None,
    training: Training | None,
) -> Patient:
    from glassnet.glass.doctor.raw import raw_columns, raw_leaks
    from glassnet.model.labelled import labelled

    held = None if validation is None else labelled(model, *validation)
    inputs, Y, weights = labelled(model, X, y)
    task = Task.of(model.network, inputs, Y, held, weights)
    training = training or model.training
    patient = _patient(task, model.parameters, result, training, names={})
    if result is None and model.history is not None:
        history, ratios = model.history, _ratios(task, training)
        patient = replace(patient, history=history, last=False, ratios=ratios)
    if model.table is None:
        return patient
    return replace(
        patient, columns=raw_columns(model, X), scaled=True, leaks=raw_leaks(model, X, y)
    )


def _of_estimator(
    estimator: Traceable,
    X: Any,
    y: Any,
    validation: tuple[Any, Any] | None,
    training: Training | None,
) -> Patient:
    """An estimator encodes what it is given; the encoded arrays stand in its trace."""
    network = estimator.network_

    def encoded(X: Any, y: Any) -> tuple[Any, Any, Trace]:
        trace = estimator.trace(X, y)
        sources = {source: trace[source] for source in network.graph.sources}
        inputs = sources[INPUT] if set(sources) == {INPUT} else sources
        return inputs, trace["Y"], trace

    inputs, Y, trace = encoded(X, y)
    held = encoded(*validation)[:2] if validation is not None else None
    parameters = {name: trace[name] for name in network.graph.parameters}
    names = dict(enumerate(map(str, getattr(estimator, "feature_names_in_", ()))))
    patient = _patient(Task.of(network, inputs, Y, held), parameters, None, training, names=names)
    return replace(patient, history=estimator.history_, last=False)


def _patient(
    task: Task,
    parameters: Mapping[str, ArrayLike],
    result: Result | None,
    training: Training | None,
    *,
    names: Mapping[int, str],
) -> Patient:
    network, data, held = task.network, task.data, task.validation
    own = task.parameters(parameters, 0)
    if data.m == 0:
        raise DataError("The doctor needs examples. Got none.", fix="pass the training data")
    sample = _sample(data.m)
    few = {
        source: dense(X[:, sample] if is_sparse(X) else X[..., sample])
        for source, X in data.inputs.items()
    }
    X = few[INPUT] if set(few) == {INPUT} else few
    trace = network.trace(own, X, data.Y[..., sample])
    columns = _columns(few, names)
    outputs = None
    if held is not None:
        outputs = (network.engine.predict(network.graph, own, held.inputs), held.Y)
    return Patient(
        trace=trace,
        A=network.predict(own, X),
        inputs=_seen(data),
        held=_seen(held) if held is not None else {},
        held_outputs=outputs,
        columns=columns,
        scaled=False,
        leaks=_leaks(few, columns, trace["Y"]),
        history=result.history if result else None,
        last=result is not None and result.best_epoch is None,
        ratios=_ratios(task, training) if result else None,
    )


def _sample(m: int) -> Any:
    if m <= SAMPLE:
        return slice(None)
    return np.sort(np.random.default_rng(0).choice(m, SAMPLE, replace=False))


def _seen(data: Data) -> dict[str, FloatArray]:
    """All examples; of a sparse matrix, which would be too large when dense, the sample."""
    sample = _sample(data.m)
    return {source: dense(X[:, sample]) if is_sparse(X) else X for source, X in data.inputs.items()}


def _columns(inputs: Mapping[str, FloatArray], names: Mapping[int, str]) -> dict[str, FloatArray]:
    """The rows of X by name: those of a branch with its name in front."""
    columns = {}
    for source, X in inputs.items():
        branch = "" if source == INPUT else source.removesuffix(INPUT)
        for unit, row in enumerate(by_unit(X)):
            columns[f"{branch}{names.get(unit, f'unit {unit}')}"] = row
    return columns


def _leaks(
    inputs: Mapping[str, FloatArray], columns: Mapping[str, FloatArray], Y: FloatArray
) -> tuple[ColumnFinding, ...] | None:
    """Rows of X from which a single label can be read; None where they are no columns of a table,
    or too many."""
    from glassnet.tables import likely_leaks

    flat = all(X.ndim == 2 for X in inputs.values()) and Y.ndim == 2
    one_hot = flat and len(Y) > 1 and np.all((Y == 0) | (Y == 1)) and np.all(Y.sum(axis=0) == 1)
    if not flat or len(columns) > MOST_COLUMNS or (len(Y) > 1 and not one_hot):
        return None
    return likely_leaks(dict(columns), Y.argmax(axis=0) if one_hot else Y[0], name="y")


def _ratios(task: Task, training: Training | None) -> Ratios | None:
    """The mean of ‖ΔW‖ / ‖W‖ over the first updates, from new parameters."""
    if training is None or isinstance(training.optimizer, LBFGS):
        return None
    training = replace(training, batch_size=min(training.batch_size or task.data.m, task.data.m))
    each: dict[str, list[float]] = {}
    rate = 0.0
    for update in islice(training.updates(task), FIRST):
        rate = update.learning_rate
        for name in task.network.graph.weights:
            before, after = update.before.parameters[name], update.state.parameters[name]
            if size := float(np.linalg.norm(before)):
                each.setdefault(name, []).append(float(np.linalg.norm(after - before)) / size)
    return Ratios(rate, {name: float(np.mean(moved)) for name, moved in each.items()})
