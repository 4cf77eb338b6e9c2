"""Training with L-BFGS: whole batches, pauses, and faults at the start."""

from itertools import pairwise

import numpy as np
import pytest

import glassnet as gn
from glassnet.errors import DivergenceError, HyperparameterError

RANDOM = np.random.default_rng(0)
X, Y = RANDOM.standard_normal((3, 40)), RANDOM.standard_normal((1, 40))
NETWORK = gn.Network([gn.Dense(5), gn.Tanh(), gn.Dense(1)], gn.SquaredError(), [gn.L2(1.0)])


def test_costs_never_rise_and_the_records_are_full():
    result = gn.train(NETWORK, X, Y, optimizer=gn.LBFGS(), epochs=30, validation=(X, Y))
    costs = result.history["cost"]
    assert all(after <= before for before, after in pairwise(costs))
    assert costs == pytest.approx(result.history["validation_cost"], rel=1e-12)
    assert result.state.t == len(costs)
    assert result.history[0].learning_rate is None


def test_it_converges_and_stops_where_a_callback_says_so():
    result = gn.train(NETWORK, X, Y, optimizer=gn.LBFGS(), epochs=5000)
    assert result.stopped == "converged"
    gradients = NETWORK.gradients(result.parameters, X, Y)
    assert max(abs(dW).max() for dW in gradients.values()) < 1e-4

    def stop(moment):
        moment.control.stop = moment.epoch.number == 3

    result = gn.train(NETWORK, X, Y, optimizer=gn.LBFGS(), epochs=50, callbacks=(stop,))
    assert (result.stopped, len(result.history)) == ("callback", 4)


def test_same_bits_twice():
    one, two = (gn.train(NETWORK, X, Y, optimizer=gn.LBFGS(), epochs=20) for _ in range(2))
    for name, W in one.parameters.items():
        np.testing.assert_array_equal(two.parameters[name], W)


def test_float32_stays_float32():
    result = gn.train(NETWORK, np.float32(X), np.float32(Y), optimizer=gn.LBFGS(), epochs=5)
    assert {W.dtype for W in result.parameters.values()} == {np.dtype(np.float32)}


@pytest.mark.row(37)
@pytest.mark.parametrize("extra", [{"clip": gn.ClipNorm(1.0)}, {"average": gn.EMA()}], ids=repr)
def test_what_it_has_no_use_for_is_refused(extra):
    (name,) = extra
    with pytest.raises(HyperparameterError, match=f"'{name}' parameter of Training must be None"):
        gn.train(NETWORK, X, Y, optimizer=gn.LBFGS(), **extra)


@pytest.mark.row(37)
def test_dropout_is_refused():
    network = gn.Network([gn.Dropout(0.5), gn.Dense(1)], gn.SquaredError())
    with pytest.raises(HyperparameterError, match=r"must not be LBFGS .* Dropout\(rate=0.5\)"):
        gn.train(network, X, Y, optimizer=gn.LBFGS())


@pytest.mark.row(78, 80)
def test_a_start_without_numbers_is_a_divergence():
    with pytest.raises(DivergenceError, match="The cost J became inf at epoch 0") as caught:
        gn.train(NETWORK, X, 1e200 * Y, optimizer=gn.LBFGS())
    for W in caught.value.parameters.values():
        assert np.isfinite(W).all()
