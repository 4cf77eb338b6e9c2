"""The dense layer against numbers worked by hand and einsum."""

import numpy as np
import pytest

import glassnet as gn
from glassnet.errors import HyperparameterError


def test_the_three_equations_by_hand():
    A, W = np.array([[1.0, 2.0], [3.0, -1.0]]), np.array([[2.0, -1.0]])
    b, dZ = np.array([[0.5]]), np.array([[1.0, 3.0]])
    dense = gn.Dense(1)
    assert dense.forward(np, A, W, b)["Z"].tolist() == [[-0.5, 5.5]]
    made = dense.gradients(np, dZ, A)
    assert made["dW"].tolist() == [[3.5, 0.0]]
    assert made["db"].tolist() == [[2.0]]
    assert dense.backward(np, dZ, W)["dA"].tolist() == [[2.0, 6.0], [-1.0, -3.0]]


def test_images_against_einsum():
    random = np.random.default_rng(0)
    A, W = random.standard_normal((2, 13, 3, 7)), random.standard_normal((5, 3))
    dZ = random.standard_normal((2, 13, 5, 7))
    Z = gn.Dense(5).forward(np, A, W, np.zeros((5, 1)))["Z"]
    np.testing.assert_allclose(Z, np.einsum("un,hwnm->hwum", W, A), rtol=1e-12)
    made = gn.Dense(5).gradients(np, dZ, A)
    np.testing.assert_allclose(made["dW"], np.einsum("hwum,hwnm->un", dZ, A) / 7, rtol=1e-12)
    np.testing.assert_allclose(made["db"], dZ.sum(axis=(0, 1, 3))[:, None] / 7, rtol=1e-12)


@pytest.mark.row(37, 40)
@pytest.mark.parametrize("units", [0, -1, 2.5, True, (), "100", None, float("nan"), 1e9])
def test_units_outside_their_domain(units):
    message = r"The 'units' parameter of Dense must be an int in the range \[1, inf\). Got"
    with pytest.raises(HyperparameterError, match=message):
        gn.Dense(units)


def test_numpy_numbers_become_plain_ones():
    assert type(gn.Dense(np.int32(3)).units) is int
    assert gn.Dense(np.int64(3)) == gn.Dense(3)


@pytest.mark.row(37)
def test_an_initializer_is_no_word():
    with pytest.raises(HyperparameterError, match="must be an Initializer or None"):
        gn.Dense(3, "he")


@pytest.mark.row(40)
def test_a_network_without_hidden_layers_is_a_linear_model():
    network = gn.Network([gn.Dense(1)], gn.SquaredError())
    predicted = network.predict({"W1": [[2.0, 1.0]], "b1": [[0.5]]}, [[1.0], [3.0]])
    assert predicted.tolist() == [[5.5]]


@pytest.mark.row(81)
def test_the_cost_of_many_float32_examples_keeps_its_digits():
    network = gn.Network([gn.Identity()], gn.AbsoluteError())
    X = np.full((1, 2**23), 0.1, dtype=np.float32)
    assert network.cost({}, X, 0 * X) == pytest.approx(np.float32(0.1), rel=1e-6)


@pytest.mark.row(81)
@pytest.mark.parametrize(("value", "tolerance"), [(1.0, 1e-6), (0.1, 1e-5)])
def test_the_gradients_of_many_float32_examples_keep_their_digits(value, tolerance):
    """Sums of ones are exact; within a shard the sums of 0.1 are BLAS's own."""
    m = 2**22
    network = gn.Network([gn.Dense(2)], gn.SquaredError())
    X = np.ones((m, 3), dtype=np.float32).T
    Y = np.full((m, 2), -value, dtype=np.float32).T
    made = network.gradients(network.initialize((3,), scheme=gn.Zeros()), X, Y)
    np.testing.assert_allclose(made["dW1"], value, rtol=tolerance)
    np.testing.assert_allclose(made["db1"], value, rtol=1e-6)
