"""Penalties worked by hand, with the m of the whole training set at every batch size."""

import numpy as np
import pytest

import glassnet as gn
from glassnet.engines import Data, Reference
from glassnet.errors import HyperparameterError

W = np.array([[3.0, -4.0, 0.0]])


def test_values_and_slopes_by_hand():
    assert gn.L2(0.2).cost(np, W) == pytest.approx(2.5)
    np.testing.assert_allclose(gn.L2(0.2).dW(np, W), [[0.6, -0.8, 0.0]])
    assert gn.L1(0.2).cost(np, W) == pytest.approx(1.4)
    np.testing.assert_allclose(gn.L1(0.2).dW(np, W), [[0.2, -0.2, 0.0]])


def test_a_batch_is_penalised_by_the_size_of_the_whole():
    network = gn.Network([gn.Dense(1)], gn.SquaredError(), [gn.L2(6.0)])
    parameters = {"W1": np.array([[3.0]]), "b1": np.array([[0.0]])}
    # The prediction is right: what is left is the penalty, λ/2m W² = 27/m and λ/m W = 18/m.
    part = Data({"A0": np.ones((1, 2))}, np.full((1, 2), 3.0), None, total=9)
    J, gradients = Reference().gradients(network.graph, parameters, part, None)
    assert pytest.approx(3.0) == J
    assert gradients["dW1"].item() == pytest.approx(2.0)
    assert gradients["db1"].item() == 0


def test_l1_drives_weights_without_use_to_zero():
    random = np.random.default_rng(0)
    X = random.standard_normal((3, 200))
    network = gn.Network([gn.Dense(1)], gn.SquaredError(), [gn.L1(20.0)])
    result = gn.train(network, X, X[:1], optimizer=gn.GradientDescent(0.01), epochs=2000)
    weights = result.parameters["W1"][0]
    assert weights[0] == pytest.approx(0.9, abs=0.03)
    assert np.abs(weights[1:]).max() < 0.002


@pytest.mark.row(37)
@pytest.mark.parametrize("strength", [-1.0, float("nan"), float("inf"), "1", None])
@pytest.mark.parametrize("make", [gn.L1, gn.L2])
def test_strengths_outside_their_domain(make, strength):
    with pytest.raises(HyperparameterError, match=r"'strength' parameter .* \[0.0, inf\)"):
        make(strength)


@pytest.mark.row(37)
def test_penalties_are_a_sequence_of_penalties():
    with pytest.raises(HyperparameterError, match="'penalties' parameter of Network"):
        gn.Network([gn.Dense(1)], gn.SquaredError(), gn.L2(1.0))
