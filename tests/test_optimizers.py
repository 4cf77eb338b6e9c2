"""Optimisers against updates worked by hand and textbook loops written differently."""

import math

import numpy as np
import pytest
from scipy.optimize import minimize, rosen, rosen_der

import glassnet as gn
from glassnet.errors import HyperparameterError
from glassnet.training.lbfgs import iterations

ONE = np.ones((1, 1))
RANDOM = np.random.default_rng(0)
GRADIENTS = RANDOM.standard_normal((9, 3, 2))
RATES = [0.1 / (1 + k) for k in range(9)]


def run(optimizer, gradients=GRADIENTS, rates=RATES):
    """W after the updates, from ones, with everything that the optimiser remembers."""
    W = np.ones(gradients[0].shape)
    memory = {name: np.zeros(W.shape) for name in optimizer.remembers}
    for t, (dW, alpha) in enumerate(zip(gradients, rates, strict=True), start=1):
        before = {name: array.copy() for name, array in memory.items()}
        made = optimizer.update(np, W, dW, alpha=alpha, t=t, **memory)
        for name, array in memory.items():
            np.testing.assert_array_equal(array, before[name])
        W = made.pop("W")
        memory = made
    return W


def averages(beta, gradients):
    """The exponentially weighted averages, as the explicit sum that they stand for."""
    for t in range(1, len(gradients) + 1):
        yield sum((1 - beta) * beta ** (t - k) * gradients[k - 1] for k in range(1, t + 1))


def test_gradient_descent():
    expected = 1 - sum(alpha * dW for alpha, dW in zip(RATES, GRADIENTS, strict=True))
    np.testing.assert_allclose(run(gn.GradientDescent()), expected, rtol=1e-13)


def test_momentum():
    steps = zip(RATES, averages(0.8, GRADIENTS), strict=True)
    expected = 1 - sum(alpha * v for alpha, v in steps)
    np.testing.assert_allclose(run(gn.Momentum(beta=0.8)), expected, rtol=1e-12)


def test_nesterov():
    """A step of gradient descent from the point that momentum alone would reach, rewritten in
    the point θ = W − α β v, with α fixed and v in the course's weighted form."""
    alpha, beta, curvature = 0.1, 0.7, np.array([[1.0, 3.0]])
    velocity, point = np.zeros((1, 2)), np.ones((1, 2))
    ahead = point.copy()
    W, v = np.ones((1, 2)), np.zeros((1, 2))
    for t in range(1, 8):
        velocity = beta * velocity - alpha * (1 - beta) * curvature * ahead
        point = point + velocity
        ahead = point + beta * velocity
        made = gn.Nesterov(beta=beta).update(np, W, curvature * W, alpha=alpha, t=t, v=v)
        W, v = made["W"], made["v"]
        np.testing.assert_allclose(W, ahead, rtol=1e-12)


def test_rmsprop():
    squares = averages(0.8, GRADIENTS**2)
    expected = 1 - sum(
        alpha * dW / (np.sqrt(s) + 1e-3)
        for alpha, dW, s in zip(RATES, GRADIENTS, squares, strict=True)
    )
    np.testing.assert_allclose(run(gn.RMSprop(beta=0.8, epsilon=1e-3)), expected, rtol=1e-12)


@pytest.mark.parametrize("kind", [gn.Adam, gn.AdamW])
def test_adam(kind):
    optimizer = kind(beta_1=0.8, beta_2=0.9, epsilon=1e-3)
    W = np.ones((3, 2))
    moments = zip(averages(0.8, GRADIENTS), averages(0.9, GRADIENTS**2), RATES, strict=True)
    for t, (first, second, alpha) in enumerate(moments, start=1):
        unbiased = first / (1 - 0.8**t), second / (1 - 0.9**t)
        W = W - alpha * unbiased[0] / (np.sqrt(unbiased[1]) + 1e-3)
    np.testing.assert_allclose(run(optimizer), W, rtol=1e-12)


def test_the_first_step_of_adam_is_the_learning_rate_whatever_the_gradient():
    for gradient in (1e-4, 1.0, 1e4):
        made = gn.Adam().update(np, ONE, gradient * ONE, alpha=0.01, t=1, v=0 * ONE, s=0 * ONE)
        assert made["W"].item() == pytest.approx(0.99, rel=1e-5)


def test_weight_decay_shrinks_weights_and_not_b():
    network = gn.Network([gn.Dense(1)], gn.SquaredError())
    start = {"W1": [[2.0]], "b1": [[2.0]]}
    # The prediction is right, so that no gradient moves anything.
    result = gn.train(
        network,
        [[1.0]],
        [[4.0]],
        parameters=start,
        optimizer=gn.AdamW(0.1, weight_decay=0.5),
        epochs=1,
    )
    assert result.parameters["W1"].item() == pytest.approx(1.9, rel=1e-12)
    assert result.parameters["b1"].item() == 2.0


def test_adamw_without_decay_is_adam():
    network = gn.Network([gn.Dense(3), gn.Tanh(), gn.Dense(1)], gn.SquaredError())
    X, Y = RANDOM.standard_normal((2, 11)), RANDOM.standard_normal((1, 11))
    one, other = (
        gn.train(network, X, Y, optimizer=each, epochs=5).parameters
        for each in (gn.Adam(0.05), gn.AdamW(0.05, weight_decay=0.0))
    )
    for name in one:
        np.testing.assert_array_equal(one[name], other[name])


@pytest.mark.row(77)
@pytest.mark.parametrize("optimizer", [gn.Adam(), gn.AdamW(), gn.RMSprop()], ids=repr)
def test_zero_gradients_are_no_division_by_zero(optimizer):
    memory = dict.fromkeys(optimizer.remembers, 0 * ONE)
    for t in (*range(1, 1000), 10**6, 10**7):
        made = optimizer.update(np, ONE, 0 * ONE, alpha=0.1, t=t, **memory)
        assert made.pop("W").item() == 1
        memory = made
    made = optimizer.update(np, ONE, 1e-160 * ONE, alpha=0.1, t=10**6, **memory)
    assert np.isfinite(made["W"]).all()


@pytest.mark.parametrize(
    "optimizer",
    [
        gn.GradientDescent(0.3),
        gn.Momentum(0.3),
        gn.Nesterov(0.3),
        gn.RMSprop(0.05),
        gn.Adam(0.1),
        gn.AdamW(0.1, weight_decay=0.0),
        gn.LBFGS(),
    ],
    ids=lambda optimizer: type(optimizer).__name__,
)
def test_every_optimizer_finds_the_line(optimizer):
    network = gn.Network([gn.Dense(1)], gn.SquaredError())
    X = np.linspace(-1, 1, 13)[None, :]
    result = gn.train(network, X, 2 * X + 1, optimizer=optimizer, epochs=300)
    assert result.parameters["W1"].item() == pytest.approx(2, abs=0.06)
    assert result.parameters["b1"].item() == pytest.approx(1, abs=0.06)


def test_lbfgs_is_scipys():
    start = np.array([-1.2, 1.0])
    rule = gn.LBFGS(tolerance=1e-8)
    points = list(iterations(rule, lambda x: (rosen(x), rosen_der(x)), start, most=200))
    options = {"maxcor": 10, "gtol": 1e-8, "ftol": 1e-12}
    expected = minimize(rosen, start, jac=rosen_der, method="L-BFGS-B", options=options)
    assert len(points) == expected.nit
    np.testing.assert_array_equal(points[-1][0], expected.x)
    assert points[-1][1] == expected.fun


def test_lbfgs_hands_on_what_goes_wrong_and_can_be_left():
    def broken(x):
        raise RuntimeError("no cost today")

    with pytest.raises(RuntimeError, match="no cost today"):
        list(iterations(gn.LBFGS(), broken, np.ones(2), most=5))
    points = iterations(gn.LBFGS(), lambda x: (rosen(x), rosen_der(x)), np.zeros(2), most=50)
    next(points)
    points.close()


@pytest.mark.row(37, 38, 39, 50)
@pytest.mark.parametrize(
    ("make", "name", "values", "domain"),
    [
        (
            lambda v: gn.Adam(v),
            "learning_rate",
            [0, -1.0, math.nan, math.inf, "0.1", None, True],
            r"a float in the range (0.0, inf) or a Schedule",
        ),
        (lambda v: gn.Momentum(beta=v), "beta", [-0.1, 1.0, 1.5, math.nan], "[0.0, 1.0)"),
        (lambda v: gn.Nesterov(beta=v), "beta", [-0.1, 1.0], "[0.0, 1.0)"),
        (lambda v: gn.RMSprop(beta=v), "beta", [-0.1, 1.0], "[0.0, 1.0)"),
        (lambda v: gn.Adam(beta_1=v), "beta_1", [-0.1, 1.0], "[0.0, 1.0)"),
        (lambda v: gn.Adam(beta_2=v), "beta_2", [-0.1, 1.0], "[0.0, 1.0)"),
        (lambda v: gn.Adam(epsilon=v), "epsilon", [0.0, -1e-8], "(0.0, inf)"),
        (lambda v: gn.AdamW(weight_decay=v), "weight_decay", [-0.1, math.nan], "[0.0, inf)"),
        (lambda v: gn.LBFGS(history=v), "history", [0, 1.5], "[1, inf)"),
        (lambda v: gn.LBFGS(tolerance=v), "tolerance", [-1.0], "[0.0, inf)"),
    ],
)
def test_parameters_outside_their_domain(make, name, values, domain):
    for value in values:
        with pytest.raises(HyperparameterError) as caught:
            make(value)
        assert f"'{name}' parameter of" in str(caught.value)
        assert domain in str(caught.value)
        assert f"Got {value!r} instead" in str(caught.value)
