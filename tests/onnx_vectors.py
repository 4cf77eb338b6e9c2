"""The test vectors of the ONNX standard: models of a single node, with inputs and outputs."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pytest

onnx = pytest.importorskip("onnx")

FOLDER = Path(onnx.__file__).parent / "backend" / "test" / "data" / "node"


@dataclass(frozen=True)
class Vector:
    """One node, what it is given and what it must make, by the standard's names of both."""

    attributes: dict[str, Any]
    inputs: dict[str, np.ndarray]
    outputs: dict[str, np.ndarray]


def names(prefix: str) -> list[str]:
    """The vectors whose names begin so, without those that spell a node out in smaller ones."""
    found = (path.name for path in FOLDER.glob(f"{prefix}*"))
    return sorted(name for name in found if "_expanded" not in name)


def vector(name: str) -> Vector:
    """The vector of that name."""
    graph = onnx.load(FOLDER / name / "model.onnx").graph
    (node,) = graph.node
    schema = onnx.defs.get_schema(node.op_type)
    data = FOLDER / name / "test_data_set_0"
    return Vector(
        {each.name: onnx.helper.get_attribute_value(each) for each in node.attribute},
        _arrays(node.input, graph.input, schema.inputs, data, "input"),
        _arrays(node.output, graph.output, schema.outputs, data, "output"),
    )


def _arrays(used, declared, formal, data: Path, kind: str) -> dict[str, np.ndarray]:
    """The arrays of a node by the names that the standard has for them; "" is one left out."""
    standard = {name: slot.name for name, slot in zip(used, formal, strict=False) if name}
    arrays = {}
    for number, value in enumerate(declared):
        tensor = onnx.load_tensor(data / f"{kind}_{number}.pb")
        arrays[standard[value.name]] = onnx.numpy_helper.to_array(tensor)
    return arrays
