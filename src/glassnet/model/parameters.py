"""The parameters of a model: compared with its network, and kept so that they cannot change."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from glassnet.admission import InputShape
from glassnet.arrays import FloatArray, as_float
from glassnet.errors import DataTypeError, ShapeError, listed
from glassnet.network import Network
from glassnet.shapes import Shape, written


def parameter_shapes(network: Network, input_shape: InputShape) -> dict[str, Shape]:
    """The shape of every parameter of a network, for inputs of this shape.

    Examples
    --------
    >>> import glassnet as gn
    >>> parameter_shapes(gn.Network([gn.Dense(3)], loss=gn.SquaredError()), (2,))
    {'W1': (3, 2), 'b1': (3, 1)}
    """
    placed = network.dimensions(input_shape)
    return {name: shape for at in placed for name, shape in at.parameters.items()}


def differences(expected: Mapping[str, Shape], given: Mapping[str, Shape]) -> list[str]:
    """In words, which parameters are missing, superfluous or of another shape.

    Examples
    --------
    >>> differences({"W1": (3, 2), "b1": (3, 1)}, {"W1": (2, 3), "W2": (1, 1)})
    ['W1 is (2, 3) instead of (3, 2)', 'b1 is missing', 'W2 is unknown']
    """
    told = []
    for name, shape in expected.items():
        if name not in given:
            told.append(f"{name} is missing")
        elif given[name] != shape:
            told.append(f"{name} is {written(given[name])} instead of {written(shape)}")
    return [*told, *(f"{name} is unknown" for name in given if name not in expected)]


def kept(name: str, array: Any) -> FloatArray:
    """A read-only copy in rows; an array that cannot change any more is kept itself."""
    values = as_float(name, array)
    if values.flags.writeable or values.base is not None or not values.flags.c_contiguous:
        values = np.array(values, order="C")
        values.flags.writeable = False
    return values


def check_parameters(expected: Mapping[str, Shape], given: Mapping[str, FloatArray]) -> None:
    """Refuse parameters that are not those of the network, or of two types.

    Raises
    ------
    ShapeError, DataTypeError
    """
    wrong = differences(expected, {name: array.shape for name, array in given.items()})
    if wrong:
        raise ShapeError(
            "the parameters do not fit the network.",
            expected=listed(f"{name} {written(shape)}" for name, shape in expected.items()),
            received=listed(wrong, most=5),
            fix="pass the parameters of this network, and the input_shape that it learned from",
        )
    kinds = {array.dtype for array in given.values()}
    if len(kinds) > 1:
        raise DataTypeError(
            "the parameters mix float32 and float64.",
            expected="one type for all",
            received=listed(f"{name} {array.dtype}" for name, array in given.items()),
            fix="convert them, e.g. {name: W.astype('float32') for name, W in parameters.items()}",
        )
