"""Averaged weights: the running mean, and that predictions are made with it."""

import numpy as np
import pytest

import glassnet as gn
from glassnet.errors import HyperparameterError


def test_the_mean_by_hand():
    mean, W = {"W1": np.array([[1.0]])}, {"W1": np.array([[3.0]])}
    # t = 1: β = 2/11; t = 8: β = 9/18; late: β = 0.9.
    assert gn.EMA(0.9).update(mean, W, t=1)["W1"].item() == pytest.approx(1 + 2 * 9 / 11)
    assert gn.EMA(0.9).update(mean, W, t=8)["W1"].item() == pytest.approx(2.0)
    assert gn.EMA(0.9).update(mean, W, t=500)["W1"].item() == pytest.approx(1.2)
    assert mean["W1"].item() == 1


def test_training_returns_validates_and_measures_the_mean():
    X = np.random.default_rng(0).standard_normal((2, 23))
    Y = X[:1] - X[1:]
    network = gn.Network([gn.Dense(3), gn.Tanh(), gn.Dense(1)], gn.SquaredError())
    seen = []

    def mean_of_outputs(A, Y):
        return float(A.mean())

    result = gn.train(
        network,
        X,
        Y,
        validation=(X, Y),
        epochs=6,
        batch_size=7,
        optimizer=gn.Adam(0.05),
        average=gn.EMA(0.99),
        metrics=(mean_of_outputs,),
        callbacks=(lambda moment: seen.append(moment.state.parameters),),
    )
    mean = network.initialize((2,), 0)
    assert result.state.t == 6 * 4
    for name in mean:
        np.testing.assert_array_equal(result.parameters[name], result.state.average[name])
        assert (result.parameters[name] != result.state.parameters[name]).any()
    last = result.history[-1]
    assert last.validation_cost == network.cost(result.parameters, X, Y)
    assert last.metrics["mean_of_outputs"] == network.predict(result.parameters, X).mean()


def test_the_mean_is_over_every_update():
    X, Y = np.ones((1, 3)), np.full((1, 3), 5.0)
    network = gn.Network([gn.Dense(1)], gn.SquaredError())
    steps = []
    start = {"W1": [[0.0]], "b1": [[0.0]]}
    result = gn.train(
        network,
        X,
        Y,
        parameters=start,
        epochs=4,
        optimizer=gn.GradientDescent(0.1),
        average=gn.EMA(0.5),
        callbacks=(lambda moment: steps.append(moment.state.parameters["W1"].item()),),
    )
    mean = 0.0
    for t, W in enumerate(steps, start=1):
        beta = min(0.5, (1 + t) / (10 + t))
        mean = beta * mean + (1 - beta) * W
    assert result.parameters["W1"].item() == pytest.approx(mean, rel=1e-14)


@pytest.mark.row(37)
@pytest.mark.parametrize("beta", [0.0, 1.0, -0.5, float("nan"), "0.9"])
def test_betas_outside_their_domain(beta):
    with pytest.raises(HyperparameterError, match=r"'beta' parameter of EMA .* \(0.0, 1.0\)"):
        gn.EMA(beta)
