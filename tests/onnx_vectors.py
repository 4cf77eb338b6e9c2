"""The test vectors of the ONNX standard, as the package `onnx` ships them.

Each is a model of a single node with the arrays that go in and come out. `vectors("Conv")` gives
all of an operator; where `onnx` is not installed, the test module that imports this one is
skipped. What to make of attributes that are left out is said in the standard, not here:
`Vector.attributes` holds those that the model states.
"""

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest

onnx = pytest.importorskip("onnx")

NODES = Path(onnx.__file__).parent / "backend" / "test" / "data" / "node"


@dataclass(frozen=True)
class Vector:
    """A node with its arrays.

    Attributes
    ----------
    name : str
        Of its folder, without ``test_``.
    operator : str
    version : int
        Of the operator set.
    attributes : dict
        Numbers, lists of numbers, text.
    inputs, outputs : tuple of array or None
        In the order of the operator's definition; None for what the node leaves out.
    """

    name: str
    operator: str
    version: int
    attributes: dict[str, Any]
    inputs: tuple[np.ndarray | None, ...]
    outputs: tuple[np.ndarray | None, ...]


def vectors(*operators: str) -> list[Vector]:
    """All vectors of these operators, by name."""
    return [vector for vector in map(_read, _folders(frozenset(operators))) if vector]


@cache
def _folders(operators: frozenset[str]) -> tuple[Path, ...]:
    return tuple(
        model.parent
        for model in sorted(NODES.glob("*/model.onnx"))
        # The name of an operator stands as plain text in its model: no need to parse them all.
        if any(operator.encode() in model.read_bytes() for operator in operators)
        and _operators(onnx.load(model)) in [[operator] for operator in operators]
    )


def _operators(model: Any) -> list[str]:
    return [node.op_type for node in model.graph.node]


def _read(folder: Path) -> Vector:
    model = onnx.load(folder / "model.onnx")
    (node,) = model.graph.node
    data = folder / "test_data_set_0"
    arrays = {each.name: onnx.numpy_helper.to_array(each) for each in model.graph.initializer}
    for kind, values in (("input", model.graph.input), ("output", model.graph.output)):
        for number, value in enumerate(values):
            arrays[value.name] = _array(data / f"{kind}_{number}.pb")
    return Vector(
        name=folder.name.removeprefix("test_"),
        operator=node.op_type,
        version=model.opset_import[0].version,
        attributes={each.name: _attribute(each) for each in node.attribute},
        inputs=tuple(arrays[name] if name else None for name in node.input),
        outputs=tuple(arrays[name] if name else None for name in node.output),
    )


def _array(file: Path) -> np.ndarray:
    tensor = onnx.TensorProto()
    tensor.ParseFromString(file.read_bytes())
    return onnx.numpy_helper.to_array(tensor)


def _attribute(attribute: Any) -> Any:
    value = onnx.helper.get_attribute_value(attribute)
    if isinstance(value, bytes):
        return value.decode()
    if isinstance(value, list | tuple):
        return [each.decode() if isinstance(each, bytes) else each for each in value]
    return value
