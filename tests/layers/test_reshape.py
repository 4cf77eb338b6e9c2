"""Reshaping keeps every number in its place."""

import numpy as np
import pytest

import glassnet as gn
from glassnet.errors import HyperparameterError, ShapeError
from glassnet.namespace import numpy_namespace as xp


def network(*layers):
    return gn.Network(layers, gn.SquaredError())


def test_the_order_is_row_by_row_pixel_by_pixel():
    A = np.random.default_rng(0).standard_normal((3, 5, 2, 7))
    flat = gn.Flatten().forward(xp, A)["A_flat"]
    for h, w, c in np.ndindex(3, 5, 2):
        assert np.array_equal(flat[(h * 5 + w) * 2 + c], A[h, w, c])
    again = gn.Reshape((3, 5, 2)).forward(xp, flat)["A_shaped"]
    assert np.array_equal(again, A)


def test_any_number_of_axes_can_be_flattened():
    for shape in ((3,), (5, 3), (2, 5, 3), (7, 2, 5, 3)):
        assert network(gn.Flatten()).dimensions(shape)[0].output == (np.prod(shape), "m")


def test_other_numbers_of_values_are_refused():
    with pytest.raises(ShapeError) as caught:
        network(gn.Dense(12), gn.Reshape((2, 5))).initialize((3,))
    assert str(caught.value) == (
        "layer 1 of 1, Reshape(shape=(2, 5)) can make nothing of Z[1] (12, m).\n"
        "  equation   A_shaped[1] = reshape(Z[1], shape)\n"
        "  expected   2 · 5 = 10 values of each example, not 12\n"
        "  received   Z[1] (12, m)\n"
        "  to fix     reshape to axes whose product is 12"
    )


@pytest.mark.row(37)
@pytest.mark.parametrize("shape", [(), (0,), (-1, 2), (2.5,), 6, "ab", None])
def test_shapes_that_are_none(shape):
    with pytest.raises(HyperparameterError, match="The 'shape' parameter of Reshape"):
        gn.Reshape(shape)
