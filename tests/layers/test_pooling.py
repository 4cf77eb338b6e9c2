"""Pooling by hand, and windows that do not fit."""

import numpy as np
import pytest

import glassnet as gn
from glassnet.errors import HyperparameterError, ShapeError
from glassnet.namespace import numpy_namespace as xp

IMAGE = np.array([[1, 2, 0, 5], [3, 3, 4, 1], [0, 0, 2, 2], [0, 0, 2, 1]], float)[:, :, None, None]


def dims(layer, shape):
    return gn.Network([layer], gn.SquaredError()).dimensions(shape)[0].output[:-1]


def forward(layer, A=IMAGE):
    return layer.forward(xp, A)["A_pool"]


def test_the_largest_gets_the_gradient_and_of_equal_ones_the_first():
    layer = gn.MaxPool2D(2)
    A_pool = forward(layer)
    assert A_pool[..., 0, 0].tolist() == [[3, 5], [0, 2]]
    dA_pool = np.array([[1.0, 2.0], [3.0, 4.0]])[:, :, None, None]
    dA = layer.backward(xp, dA_pool, IMAGE, A_pool)["dA"]
    assert dA[..., 0, 0].tolist() == [[0, 0, 0, 2], [1, 0, 0, 0], [3, 0, 4, 0], [0, 0, 0, 0]]


def test_windows_that_overlap_add_up():
    layer = gn.MaxPool2D(3, 1)
    A_pool = forward(layer)
    assert A_pool[..., 0, 0].tolist() == [[4, 5], [4, 4]]
    dA = layer.backward(xp, np.ones_like(A_pool), IMAGE, A_pool)["dA"]
    assert dA[..., 0, 0].tolist() == [[0, 0, 0, 1], [0, 0, 3, 0], [0, 0, 0, 0], [0, 0, 0, 0]]


def test_padding_is_never_the_largest_and_does_not_count():
    negative = -IMAGE - 1
    assert forward(gn.MaxPool2D(3, 2, padding=1), negative).max() < 0
    ones = forward(gn.AveragePool2D(3, 2, padding="same"), np.ones((5, 5, 1, 1)))
    assert np.array_equal(ones, np.ones((3, 3, 1, 1)))


def test_means_by_hand():
    layer = gn.AveragePool2D((1, 2))
    assert forward(layer)[..., 0, 0].tolist() == [[1.5, 2.5], [3, 2.5], [0, 2], [0, 1.5]]
    dA = layer.backward(xp, np.full((4, 2, 1, 1), 8.0), IMAGE)["dA"]
    assert np.array_equal(dA, np.full((4, 4, 1, 1), 4.0))


def test_a_whole_image():
    assert forward(gn.GlobalMaxPool2D()).tolist() == [[5.0]]
    assert forward(gn.GlobalAveragePool2D()).tolist() == [[26 / 16]]
    twice = np.where(IMAGE == 4, 5.0, IMAGE)
    dA = gn.GlobalMaxPool2D().backward(xp, np.array([[7.0]]), twice)["dA"]
    assert dA[0, 3].item() == 7
    assert dA.sum() == 7


def test_a_stride_is_the_window_unless_it_is_said():
    assert dims(gn.MaxPool2D((2, 3)), (11, 13, 5)) == (5, 4, 5)
    assert dims(gn.MaxPool2D((2, 3), 1), (11, 13, 5)) == (10, 11, 5)
    assert dims(gn.MaxPool2D(3, 2, "same"), (11, 13, 5)) == (6, 7, 5)
    assert dims(gn.AveragePool1D(3, padding=1), (11, 5)) == (4, 5)


@pytest.mark.row(63)
@pytest.mark.parametrize("kind", [gn.MaxPool2D, gn.AveragePool2D])
def test_a_window_larger_than_the_image(kind):
    with pytest.raises(ShapeError) as caught:
        dims(kind(5), (7, 3, 1))
    name = kind.__name__
    assert str(caught.value) == (
        f"before layer 1, {name}(kernel_size=5, padding='valid') can make nothing of "
        "A[0] (7, 3, 1, m).\n"
        f"  equation   A_pool[0] = {'maxₒ' if 'Max' in name else 'Σₒ'} seen(A[0], o)"
        f"{'' if 'Max' in name else ' / count'}\n"
        "  expected   W_out = floor((W + p + p′ − d(k − 1) − 1)/s) + 1 of at least 1, not "
        "floor((3 + 0 + 0 − 1·(5 − 1) − 1)/5) + 1 = 0\n"
        "  received   A[0] (7, 3, 1, m)\n"
        "  to fix     use a kernel of at most 3 along W, padding, or data with W of at least 5"
    )
    with pytest.raises(ShapeError, match="a window of at most W = 3 places, not 5"):
        dims(kind(5, padding="same"), (7, 3, 1))


@pytest.mark.row(62, 63)
@pytest.mark.parametrize("kind", [gn.MaxPool1D, gn.MaxPool2D, gn.AveragePool1D, gn.AveragePool2D])
def test_fields_outside_their_domain(kind):
    for field, wrong in (("kernel_size", 0), ("stride", 0), ("padding", -1), ("padding", 2)):
        fields = {"kernel_size": 2, field: wrong}
        with pytest.raises(
            HyperparameterError, match=f"The '{field}' parameter of {kind.__name__}"
        ):
            kind(**fields)


def test_a_network_without_a_parameter_can_pool():
    network = gn.Network([gn.MaxPool2D(2)], gn.SquaredError())
    assert np.array_equal(network.predict({}, IMAGE), forward(gn.MaxPool2D(2)))
