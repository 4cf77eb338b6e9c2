"""The trace: all arrays of one pass, by the course's names."""

import numpy as np
import pytest

import glassnet as gn
from glassnet.errors import DataError

X, Y = np.array([[1.0, 2.0], [0.5, -1.0]]), np.array([[1.0, 0.0]])


@pytest.fixture
def network():
    return gn.Network(
        [gn.Dense(3), gn.Tanh(), gn.Dropout(0.5), gn.Dense(1), gn.Sigmoid()],
        gn.BinaryCrossEntropy(),
    )


def test_every_array_is_there(network):
    trace = network.trace(network.initialize((2,)), X, Y)
    assert set(trace) == {
        *("X", "A0", "Y", "L"),
        *("W1", "b1", "Z1", "A1", "D1", "A_kept1"),
        *("W2", "b2", "Z2", "A2"),
        *("dA2", "dZ2", "dW2", "db2"),
        *("dA_kept1", "dA1", "dZ1", "dW1", "db1"),
    }
    assert len(trace) == len(set(trace))
    assert trace["L"].shape == (1, 2)
    assert trace.cost == pytest.approx(trace["L"].mean())
    assert trace.network is network


def test_every_array_keeps_the_books(network):
    trace = network.trace(network.initialize((2,)), X, Y)
    assert trace["X"] is trace["A0"]
    np.testing.assert_array_equal(trace["Z1"], trace["W1"] @ X + trace["b1"])
    np.testing.assert_array_equal(trace["dZ2"], trace["A2"] - Y)
    np.testing.assert_array_equal(trace["dW2"], trace["dZ2"] @ trace["A_kept1"].T / 2)
    np.testing.assert_array_equal(trace["dA_kept1"], trace["W2"].T @ trace["dZ2"])
    np.testing.assert_allclose(trace["dA2"], -Y / trace["A2"] + (1 - Y) / (1 - trace["A2"]))


def test_without_labels_it_is_the_forward_pass_that_predicts(network):
    parameters = network.initialize((2,))
    trace = network.trace(parameters, X)
    assert trace.cost is None
    assert set(trace) == {
        *("X", "A0", "W1", "b1", "Z1", "A1", "A_kept1", "W2", "b2", "Z2", "A2"),
    }
    np.testing.assert_array_equal(trace["A_kept1"], trace["A1"])
    np.testing.assert_array_equal(trace["A2"], network.predict(parameters, X))


def test_a_name_that_is_not_there(network):
    trace = network.trace(network.initialize((2,)), X, Y)
    with pytest.raises(DataError) as caught:
        trace["Z_1"]
    assert str(caught.value).startswith("The trace has no array called 'Z_1'.\n  expected ")
    assert "did you mean 'Z1'?" in str(caught.value)
    with pytest.raises(KeyError):
        trace["nothing"]
    assert trace.get("nothing") is None
    assert "nothing" not in trace


def test_its_repr_tells_the_shapes(network):
    text = repr(network.trace(network.initialize((2,)), X, Y))
    assert text.startswith("Trace(")
    assert "W1 (3, 2)" in text
    assert "1.0" not in text


def test_sample_weights_are_in_the_gradients_of_the_trace(network):
    parameters = network.initialize((2,))
    trace = network.trace(parameters, X, Y, sample_weight=[3, 1])
    expected = (trace["A2"] - Y) * np.array([[1.5, 0.5]])
    np.testing.assert_allclose(trace["dZ2"], expected, rtol=1e-14)
    assert trace["sample_weight"].tolist() == [[1.5, 0.5]]
