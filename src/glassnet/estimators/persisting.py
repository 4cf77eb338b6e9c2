"""Persisting: an estimator as a `Model` and back, through the safe model file."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final, TypeVar

import numpy as np
from numpy.typing import NDArray

from glassnet.domains import Checked
from glassnet.errors import DataError, ModelFileError
from glassnet.estimators.assembly import on_threads
from glassnet.estimators.branches import BranchScaling
from glassnet.estimators.learning import members_of
from glassnet.estimators.scaling import Scaling
from glassnet.estimators.targets import Labels, ManyLabels, Quantities, Target
from glassnet.layers.activations import Softmax
from glassnet.model.descriptions import Catalogue, catalogue, from_data, to_data
from glassnet.model.descriptions import Classes as Kinds
from glassnet.model.model import Model
from glassnet.model.standardization import Standardization
from glassnet.tables.numbers import Number
from glassnet.tables.plan import TablePlan
from glassnet.tables.several import Several
from glassnet.tables.target import Classes, Quantity
from glassnet.training.history import History

if TYPE_CHECKING:
    from glassnet.estimators.base import Estimator

E = TypeVar("E", bound="Estimator")
KEPT: Final = (
    *("n_features_in_", "n_iter_", "t_", "n_layers_", "n_outputs_", "out_activation_"),
    *("loss_", "best_loss_", "loss_curve_", "validation_scores_", "best_validation_score_"),
    *("_seed", "_y_names"),
)


def model_of(estimator: Estimator, classes: Kinds = ()) -> Model:
    """What predicts as the estimator does, from tables or, for many axes, from arrays."""
    shape, scaling = estimator.input_shape_, estimator.scaling_
    flat = not isinstance(shape, Mapping) and len(shape) == 1
    columns = _columns(estimator) if flat and estimator.table_ is None else None
    fitted = {name: _kept(getattr(estimator, name)) for name in KEPT}
    return Model(
        network=estimator.network_,
        parameters=estimator.parameters_,
        input_shape=estimator.input_shape_,
        plan=estimator.table_ or columns,
        target=target_of(estimator._target, estimator._y_names),
        scaling=None if flat else _standardized(scaling),
        record={
            "estimator": type(estimator).__name__,
            "parameters": _parameters(estimator, catalogue(classes)),
            "fitted": fitted,
            "feature_names": hasattr(estimator, "feature_names_in_"),
            "from_arrays": estimator.table_ is None,
            "alone": getattr(estimator, "_alone", True),
            "labels": str(getattr(estimator, "classes_", np.empty(0)).dtype),
            "history": estimator.history_.to_data(),
        },
    )


def _standardized(scaling: Scaling | BranchScaling) -> Any:
    """The scaling as a model keeps it; of each branch, where there are several."""
    if isinstance(scaling, BranchScaling):
        return {name: _standardized(part) for name, part in scaling.parts.items()} or None
    return Standardization(*_numbers(scaling.center, scaling.scale))


def estimator_of(model: Model, cls: type[E], classes: Kinds = ()) -> E:
    """The estimator that `model_of` made a model of.

    Raises
    ------
    DataError
        The model is that of another estimator, or of none.
    """
    made = model.record.get("estimator")
    if made != cls.__name__:
        raise DataError(
            f"the file holds no {cls.__name__}.",
            expected=f"a file that {cls.__name__}.save wrote",
            received=f"a {made}" if made else "a model that is no estimator",
            fix=f"glassnet.{made}.load(path)" if made else "glassnet.load(path) opens any model",
        )
    record, known = model.record, catalogue(classes)
    try:
        given = {
            name: from_data(value, f"record.parameters.{name}", known)
            for name, value in record["parameters"].items()
        }
        weights = given.pop("class_weight", None)
        estimator = cls(**given)
        if isinstance(weights, tuple):
            estimator.class_weight = dict(weights)
        elif weights is not None:
            estimator.class_weight = weights
        for name in KEPT:
            setattr(estimator, name, record["fitted"][name])
        estimator.history_ = History.from_data(record["history"])
        _restore(estimator, model)
    except (KeyError, TypeError, AttributeError) as error:
        raise ModelFileError(
            f"the record of this {cls.__name__} is malformed: {error}",
            expected=f"what {cls.__name__}.save writes",
            fix="save the estimator again with the glassnet that made it",
        ) from error
    return estimator


def _restore(estimator: Any, model: Model) -> None:
    record, n = model.record, model.input_shape
    estimator.network_ = on_threads(model.network, estimator.n_threads)
    estimator.parameters_ = dict(model.parameters)
    one, estimator._members = members_of(model.network, estimator.parameters_)
    estimator._one = on_threads(one, estimator.n_threads)
    estimator._state, estimator._entered = None, tuple(model.network.layers)
    estimator.histories_ = (estimator.history_,)
    estimator.input_shape_ = dict(n) if isinstance(n, Mapping) else tuple(n)
    estimator._dtype = model.dtype
    estimator.table_ = None if record["from_arrays"] else model.table
    estimator.scaling_ = _scaling(model, estimator.table_ is None)
    if record["feature_names"]:
        names = [column.name for column in model.table.columns] if model.table else []
        estimator.feature_names_in_ = np.array(names, dtype=object)
    estimator._places = tuple(model.network.dimensions(n)[-1].output[:-2])
    target = model.target
    if isinstance(target, Classes):
        one_hot = model.network.loss.canonical is Softmax
        labels = np.array(target.labels, dtype=record["labels"])
        estimator.classes_, estimator._many = labels, False
        estimator._target = Labels(labels, one_hot=one_hot)
        return
    parts = target.parts if target is not None else ()
    if parts and isinstance(parts[0], Classes):
        estimator.classes_, estimator._many = np.arange(len(parts)), True
        estimator._target = ManyLabels(estimator.classes_)
        return
    fields = ("center", "scale", "lowest", "highest")
    center, scale, low, high = (np.array([getattr(p, f) for p in parts]) for f in fields)
    estimator._columns = len(parts)
    estimator._alone = record.get("alone", not estimator._places) and len(parts) == 1
    estimator._target = Quantities(Scaling(center, scale), low, high, estimator._alone)


def _scaling(model: Model, arrays: bool) -> Scaling | BranchScaling:
    dtype = model.dtype

    def from_file(kept: Standardization) -> Scaling:
        return Scaling(np.array(kept.center, dtype), np.array(kept.scale, dtype))

    if isinstance(model.input_shape, Mapping):
        kept: Any = model.scaling or {}
        return BranchScaling({name: from_file(part) for name, part in kept.items()})
    if isinstance(model.scaling, Standardization):
        return from_file(model.scaling)
    if not arrays or model.table is None:
        return Scaling.none(len(model.table.names) if model.table else 0, dtype)
    numbers = [column for column in model.table.used if isinstance(column, Number)]
    return Scaling(
        np.array([column.center for column in numbers], dtype),
        np.array([column.scale for column in numbers], dtype),
    )


def _columns(estimator: Estimator) -> TablePlan:
    """The features of an array as columns of a table: x0, x1, ... where they have no names."""
    n = estimator.input_shape_[0]
    names = getattr(estimator, "feature_names_in_", [f"x{i}" for i in range(n)])
    scaling = estimator.scaling_
    moments = zip(names, *_numbers(scaling.center, scaling.scale), strict=True)
    return TablePlan(
        tuple(Number(str(name), c, s, whole=False, missing=False) for name, c, s in moments)
    )


def _numbers(*arrays: NDArray[Any]) -> tuple[tuple[float, ...], ...]:
    return tuple(tuple(map(float, array)) for array in arrays)


def target_of(target: Target, names: list[str] | None) -> Classes | Quantity | Several:
    """The target as tables know it."""
    k = target.rows if not isinstance(target, Labels) else 1
    called = (
        names if names and len(names) == k else (["y"] if k == 1 else [f"y{i}" for i in range(k)])
    )
    if isinstance(target, Labels):
        two = target.one_hot and len(target.classes) == 2
        return Classes(called[0], tuple(target.classes.tolist()), one_hot=two)
    if isinstance(target, ManyLabels):
        return Several(tuple(Classes(name, (0, 1)) for name in called))
    assert isinstance(target, Quantities)
    scaling = target.scaling
    arrays = _numbers(scaling.center, scaling.scale, target.lowest, target.highest)
    parts = tuple(
        Quantity(name, c, s, low, high, capped=0.0)
        for name, c, s, low, high in zip(called, *arrays, strict=True)
    )
    return parts[0] if k == 1 else Several(parts)


def _parameters(estimator: Estimator, known: Catalogue) -> dict[str, Any]:
    """The parameters that differ from their defaults and are plain or of glassnet's classes."""
    told: dict[str, Any] = {}
    default = type(estimator)().get_params(deep=False)
    for name, value in estimator.get_params(deep=False).items():
        if value is default[name]:
            continue
        if isinstance(value, Mapping):
            value = tuple(value.items())
        if _is_plain(plain := _plain(value)):
            told[name] = to_data(plain, known)
    return told


def _plain(value: Any) -> Any:
    """NumPy's numbers and arrays in Python's own types, lists as tuples."""
    if isinstance(value, np.generic | np.ndarray):
        value = value.tolist()
    return tuple(map(_plain, value)) if isinstance(value, list | tuple) else value


def _kept(value: Any) -> Any:
    """Numbers of a record, which knows lists and no tuples."""
    plain = _plain(value)
    return list(plain) if isinstance(plain, tuple) else plain


def _is_plain(value: Any) -> bool:
    if isinstance(value, tuple):
        return all(map(_is_plain, value))
    return value is None or isinstance(value, str | int | float | Checked)
