"""Dropout: masks of the right share, while learning only."""

import math

import numpy as np
import pytest

import glassnet as gn
from glassnet.errors import HyperparameterError


def network(rate):
    return gn.Network([gn.Dropout(rate), gn.Dense(1)], gn.SquaredError())


def test_the_share_that_is_dropped_and_the_mean_that_stays():
    X = np.ones((50, 400))
    trace = network(0.3).trace({"W1": np.ones((1, 50)), "b1": [[0.0]]}, X, np.zeros((1, 400)))
    assert trace["D0"].mean() == pytest.approx(0.7, abs=0.01)
    assert trace["A_kept0"].mean() == pytest.approx(1, abs=0.02)
    assert set(np.unique(trace["A_kept0"]).round(12)) == {0, round(1 / 0.7, 12)}


def test_masks_are_those_of_the_seed():
    X, Y = np.ones((5, 7)), np.zeros((1, 7))
    start = network(0.5).initialize((5,))
    one, two = (network(0.5).trace(start, X, Y, seed=seed)["D0"] for seed in (1, 2))
    np.testing.assert_array_equal(one, network(0.5).trace(start, X, Y, seed=1)["D0"])
    assert (one != two).any()


def test_masks_of_an_older_random_source():
    X, Y = np.ones((5, 400)), np.zeros((1, 400))
    start = network(0.3).initialize((5,))
    one, two = (
        network(0.3).trace(start, X, Y, seed=np.random.RandomState(1))["D0"] for _ in range(2)
    )
    np.testing.assert_array_equal(one, two)
    assert one.mean() == pytest.approx(0.7, abs=0.05)


def test_predictions_and_costs_know_no_masks():
    X, Y = np.random.default_rng(0).standard_normal((5, 7)), np.zeros((1, 7))
    start = network(0.5).initialize((5,))
    plain = gn.Network([gn.Dense(1)], gn.SquaredError())
    np.testing.assert_array_equal(network(0.5).predict(start, X), plain.predict(start, X))
    assert network(0.5).cost(start, X, Y) == plain.cost(start, X, Y)
    assert "D0" not in network(0.5).trace(start, X)


def test_nothing_is_dropped_at_rate_zero():
    X = np.random.default_rng(0).standard_normal((5, 7))
    trace = network(0.0).trace(network(0.0).initialize((5,)), X, np.zeros((1, 7)))
    np.testing.assert_array_equal(trace["A_kept0"], X)


@pytest.mark.row(44)
@pytest.mark.parametrize("rate", [1.0, 1.5, -0.1, math.nan, math.inf, "0.5", None, True])
def test_rates_outside_their_domain(rate):
    with pytest.raises(HyperparameterError, match=r"in the range \[0.0, 1.0\). Got"):
        gn.Dropout(rate)
