"""Normalisation: statistics through a training, and the rows of bad inputs."""

from dataclasses import replace

import numpy as np
import pytest

import glassnet as gn
from glassnet.engines import Data, Reference, Rule, State, reference
from glassnet.errors import HyperparameterError
from glassnet.namespace import numpy_namespace as xp

N, M = 3, 11
RANDOM = np.random.default_rng(0)
X, Y = 5 + 3 * RANDOM.standard_normal((N, M)), RANDOM.standard_normal((1, M))
NETWORK = gn.Network([gn.Dense(5), gn.BatchNorm(0.8), gn.Tanh(), gn.Dense(1)], gn.SquaredError())
RUNNING = ("mu_run2", "var_run2")


def test_the_statistics_are_named_saved_and_not_learned():
    graph = NETWORK.graph
    assert graph.statistics == {"mu_run2": "mu_run_next2", "var_run2": "var_run_next2"}
    assert graph.parameters == ("W1", "b1", "gamma2", "beta2", *RUNNING, "W3", "b3")
    assert graph.trainable == ("W1", "b1", "gamma2", "beta2", "W3", "b3")
    assert graph.weights == ("W1", "W3")
    gradients = NETWORK.gradients(NETWORK.initialize((N,)), X, Y)
    assert list(gradients) == [f"d{name}" for name in graph.trainable]


def test_every_batch_moves_them_by_the_equations():
    parameters = NETWORK.initialize((N,), 1)
    rule = Rule(gn.Momentum(0.1, beta=0.5), None, gn.EMA(0.9))
    state = State.before(parameters, ("v",), True, NETWORK.graph.statistics)
    assert not set(state.memory["v"]) & set(RUNNING)
    batches, running = [np.array([4, 2, 9]), slice(None)], {n: parameters[n] for n in RUNNING}
    for batch in batches:
        trace = NETWORK.trace(state.parameters, X[:, batch], Y[:, batch])
        Z = trace["Z1"]
        running["mu_run2"] = 0.8 * running["mu_run2"] + 0.2 * Z.mean(axis=1, keepdims=True)
        running["var_run2"] = 0.8 * running["var_run2"] + 0.2 * Z.var(axis=1, keepdims=True)
        state, _ = Reference().learn(
            NETWORK.graph, rule, state, Data({"A0": X}, Y, None, M), [batch], [0.1], None
        )
        for name, expected in running.items():
            np.testing.assert_allclose(state.parameters[name], expected, rtol=1e-12)
            # Averaged weights go with the statistics as they are, which are averages themselves.
            np.testing.assert_array_equal(state.average[name], state.parameters[name])
    assert not set(state.memory["v"]) & set(RUNNING)
    assert not np.array_equal(state.average["W1"], state.parameters["W1"])


def test_predictions_are_made_with_them_whatever_the_batch():
    result = gn.train(NETWORK, X, Y, epochs=20, batch_size=4)
    whole = NETWORK.predict(result.parameters, X)
    alone = [NETWORK.predict(result.parameters, X[:, i : i + 1]) for i in range(M)]
    np.testing.assert_allclose(whole, np.concatenate(alone, axis=1), rtol=1e-12)
    trace = NETWORK.trace(result.parameters, X)
    p = result.parameters
    expected = (trace["Z1"] - p["mu_run2"]) / np.sqrt(p["var_run2"] + 1e-5)
    np.testing.assert_allclose(trace["A_norm2"], expected, rtol=1e-12)


def test_after_long_training_they_are_those_of_the_data():
    rate = gn.GradientDescent(1e-9)
    result = gn.train(NETWORK, X, Y, epochs=120, optimizer=rate)
    Z = NETWORK.trace(result.parameters, X)["Z1"]
    np.testing.assert_allclose(
        result.parameters["mu_run2"], Z.mean(axis=1, keepdims=True), rtol=1e-4
    )
    np.testing.assert_allclose(
        result.parameters["var_run2"], Z.var(axis=1, keepdims=True), rtol=1e-4
    )
    learned = NETWORK.trace(result.parameters, X, Y)["A2"]
    np.testing.assert_allclose(NETWORK.trace(result.parameters, X)["A2"], learned, rtol=1e-3)


def test_a_training_that_goes_on_is_one_that_was_never_interrupted():
    how = {"batch_size": 4, "average": gn.EMA(0.9), "seed": 3}
    whole = gn.train(NETWORK, X, Y, epochs=6, **how)
    half = gn.train(NETWORK, X, Y, epochs=3, **how)
    resumed = gn.train(NETWORK, X, Y, epochs=6, resume=half, **how)
    for name, W in whole.parameters.items():
        np.testing.assert_array_equal(resumed.parameters[name], W)


def test_a_batch_is_not_split(monkeypatch):
    """Beyond SHARD examples the sums of other networks are taken in parts."""
    parameters = NETWORK.initialize((N,), 1)
    whole = NETWORK.gradients(parameters, X, Y)
    dense = gn.Network([gn.Dense(1)], gn.SquaredError())
    monkeypatch.setattr(reference, "SHARD", 4)
    parts = NETWORK.gradients(parameters, X, Y)
    for name, dW in whole.items():
        np.testing.assert_array_equal(parts[name], dW)
    np.testing.assert_allclose(dense.gradients(dense.initialize((N,)), X, Y)["dW1"].shape, (1, N))
    np.testing.assert_allclose(
        NETWORK.predict(parameters, X),
        np.concatenate([NETWORK.predict(parameters, X[:, i : i + 1]) for i in range(M)], axis=1),
        rtol=1e-13,
    )


@pytest.mark.row(43)
def test_one_example_that_is_left_goes_with_the_batch_before():
    task = gn.Task.of(NETWORK, X, Y)
    training = gn.Training(epochs=1, batch_size=5)  # 5, 5 and 1 are left of 11
    assert len(list(training.updates(task))) == 2
    without = gn.Network([gn.Dense(1)], gn.SquaredError())
    assert len(list(training.updates(gn.Task.of(without, X, Y)))) == 3


@pytest.mark.row(43)
@pytest.mark.parametrize(("m", "batch_size"), [(M, 1), (1, None), (1, 4)])
def test_batches_of_one_example_are_refused(m, batch_size):
    training = gn.Training(epochs=1, batch_size=batch_size)
    if m == 1 and batch_size:
        training = replace(training, batch_size=1)
    with pytest.raises(HyperparameterError) as caught:
        training.run(gn.Task.of(NETWORK, X[:, :m], Y[:, :m]))
    assert str(caught.value) == (
        "The 'batch_size' parameter must be at least 2 for a network with "
        "BatchNorm(momentum=0.8, epsilon=1e-05). Got batches of 1 example instead.\n"
        "  expected   two examples or more: one alone has no variance\n"
        f"  received   {m} examples, 1 at a time\n"
        "  to fix     pass a larger batch_size, or normalise with LayerNorm"
    )


@pytest.mark.row(43)
def test_one_example_alone_gives_no_nan():
    gradients = NETWORK.gradients(NETWORK.initialize((N,), 1), X[:, :1], Y[:, :1])
    assert all(np.all(np.isfinite(dW)) for dW in gradients.values())


def test_there_are_no_batches_with_lbfgs():
    with pytest.raises(
        HyperparameterError, match=r"must not be LBFGS for a network with BatchNorm"
    ):
        gn.train(NETWORK, X, Y, optimizer=gn.LBFGS())


@pytest.mark.row(75)
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_a_constant_unit(dtype):
    layer, n = gn.BatchNorm(), np.ones((N, 1), dtype=dtype)
    A = np.full((N, M), 1e8, dtype=dtype)
    made = layer.forward(xp, A, n, 0 * n, 0 * n, n)
    back = layer.backward(xp, X.astype(dtype), made["A_norm"], made["var"], n)
    assert not np.any(made["Z"])
    assert np.all(np.isfinite(back["dA"]))


@pytest.mark.row(76)
@pytest.mark.parametrize("layer", [gn.BatchNorm(), gn.LayerNorm()], ids=repr)
def test_a_small_variance_beside_a_large_mean_in_float32(layer):
    """Numbers that float32 holds exactly near 1e8, so that only the equations can lose them."""
    noise = 8.0 * np.random.default_rng(1).integers(-9, 10, (101, 103))
    A = (1e8 + noise).astype(np.float32)
    ones = np.ones((len(A), 1), dtype=np.float32)
    more = {"mu_run": 0 * ones, "var_run": ones} if layer.statistics() else {}
    made = layer.forward(xp, A=A, gamma=ones, beta=0 * ones, **more)
    axis = -1 if layer.statistics() else -2
    wide = A.astype(float)
    expected = wide.var(axis=axis, keepdims=True)
    assert made["Z"].dtype == np.float32
    np.testing.assert_allclose(made["var"], expected, rtol=1e-6)
    centred = wide - wide.mean(axis=axis, keepdims=True)
    np.testing.assert_allclose(made["A_norm"], centred / np.sqrt(expected), atol=1e-5)


def test_normalised_numbers_are_normal():
    for layer, axis in ((gn.BatchNorm(epsilon=1e-12), -1), (gn.LayerNorm(epsilon=1e-12), -2)):
        network = gn.Network([layer], gn.SquaredError())
        Z = network.trace(network.initialize((N,)), X, X)["Z1"]
        np.testing.assert_allclose(Z.mean(axis=axis), 0, atol=1e-12)
        np.testing.assert_allclose(Z.std(axis=axis), 1, rtol=1e-9)
