"""The description of a model: everything but its parameters, as plain data and back."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from glassnet.errors import HyperparameterError, Malformed, listed, shown
from glassnet.model.descriptions import Catalogue, from_data, to_data, unfit
from glassnet.model.limits import ModelLimits
from glassnet.model.model import Model
from glassnet.model.parameters import differences, parameter_shapes
from glassnet.model.plan import plan_from_data, plan_to_data
from glassnet.model.standardization import scaling_from_data, scaling_to_data
from glassnet.model.strict_json import loads
from glassnet.model.tensor_header import Header
from glassnet.network import Network
from glassnet.plain import AGAIN, checked_dict, malformed
from glassnet.training.training import Training

_KEYS: Final = [
    *("network", "input_shape", "plan", "target", "training", "record", "version", "scaling"),
]


def described(model: Model, known: Catalogue) -> dict[str, Any]:
    """Everything of a model but its parameters, as plain data.

    Raises
    ------
    UnknownLayer
        The network holds something that is not in the catalogue.
    HyperparameterError
        Its layers are nested too deeply.
    """
    shape = model.input_shape
    try:
        return {
            "network": to_data(model.network, known),
            "input_shape": dict(shape) if isinstance(shape, Mapping) else shape,
            "plan": model.plan and plan_to_data(model.plan),
            "target": model.target and model.target.to_data(),
            "training": to_data(model.training, known),
            "record": dict(model.record),
            "version": model.version,
            "scaling": scaling_to_data(model.scaling),
        }
    except RecursionError:
        raise HyperparameterError(
            "the layers of this network are nested too deeply for a file.",
            expected="Chains inside each other to a depth of about 20",
            received=f"a network of {len(model.network.graph.nodes)} nodes",
            fix="put the layers in one row: Network([...])",
        ) from None


def understood(header: Header, known: Catalogue, limits: ModelLimits) -> dict[str, Any]:
    """What `described` made, as the arguments of `Model`, once the header's tensors fit it.

    Raises
    ------
    Malformed
        The description or one of its fields makes no sense, or disagrees with the tensors.
    UnknownLayer
        It names a class that is not in the catalogue.
    TooLarge
        It is beyond a limit.
    """
    checked_dict(header.metadata, ["format", "sha256", "model"], "the header's __metadata__")
    text = header.metadata["model"]
    limits.check("description_bytes", len(text.encode()), "the description")
    data = loads(text, "the description", depth=limits.depth)
    data = _with_plan(data)
    checked_dict(data, _KEYS, "the description", optional=["scaling"])
    network = _of_kind(Network, from_data(data["network"], "network", known), "network")
    shape = _input_shape(data["input_shape"])
    try:
        expected = parameter_shapes(network, shape)
    except (ValueError, TypeError, LookupError) as error:
        raise unfit("network", error) from error
    _check_tensors(expected, header)
    training = from_data(data["training"], "training", known)
    return {
        "network": network,
        "input_shape": shape,
        **_plan_and_target(data),
        "training": None if training is None else _of_kind(Training, training, "training"),
        "record": _of_kind(dict, data["record"], "record"),
        "version": _of_kind(str, data["version"], "version"),
        "scaling": scaling_from_data(data.get("scaling")),
    }


def _with_plan(data: Any) -> Any:
    """The description of an earlier file, whose only plans were those of tables."""
    if not isinstance(data, dict) or "table" not in data or "plan" in data:
        return data
    table = data["table"]
    plan = {"kind": "table", **table} if isinstance(table, dict) else table
    return {"plan": plan, **{key: value for key, value in data.items() if key != "table"}}


def _plan_and_target(data: Mapping[str, Any]) -> dict[str, Any]:
    """The ways in and out; only a model that has them needs the tables' libraries."""
    if data["plan"] is None and data["target"] is None:
        return {}
    from glassnet.tables.several import any_target_from_data

    return {
        "plan": None if data["plan"] is None else plan_from_data(data["plan"]),
        "target": None if data["target"] is None else any_target_from_data(data["target"]),
    }


def _of_kind(kind: type, value: Any, where: str) -> Any:
    if isinstance(value, kind):
        return value
    name = "an object" if kind is dict else f"a {kind.__name__}"
    raise malformed(where, name, shown(value))


def _input_shape(data: Any) -> Any:
    """A shape, or one for each branch; `Network.dimensions` checks their numbers."""
    if isinstance(data, dict):
        return {name: _input_shape(shape) for name, shape in data.items()}
    return tuple(data) if isinstance(data, list) else data


def _check_tensors(expected: Mapping[str, tuple[int, ...]], header: Header) -> None:
    wrong = differences(expected, {tensor.name: tensor.shape for tensor in header.tensors})
    if wrong:
        raise Malformed(
            "the network and the tensors of the file disagree.",
            expected=f"the {len(expected)} parameters of the network",
            received=listed(wrong, most=5),
            fix=AGAIN,
        )
