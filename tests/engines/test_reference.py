"""The reference engine: what `learn` does with batches, rates and faults."""

from dataclasses import dataclass

import numpy as np
import pytest

import glassnet as gn
from glassnet.engines import Data, NonFinite, Reference, Rule, State
from glassnet.engines.engine import SHARD

RANDOM = np.random.default_rng(0)
X, Y = RANDOM.standard_normal((3, 11)), RANDOM.standard_normal((2, 11))
NETWORK = gn.Network(
    [gn.Dense(5), gn.Tanh(), gn.Dense(2)], gn.SquaredError(), [gn.L2(0.5), gn.L1(0.1)]
)
DATA = Data({"A0": X}, Y, np.linspace(0.5, 1.5, 11)[None, :], 11)


def start(remembers=(), averaged=False):
    return State.before(NETWORK.initialize((3,), 1), remembers, averaged)


def test_learn_is_gradients_and_update_again_and_again():
    rule = Rule(gn.Momentum(beta=0.8), gn.ClipNorm(0.1), gn.EMA(0.9))
    batches = [np.array([4, 2, 9]), slice(None), np.array([0])]
    rates = [0.1, 0.2, 0.3]
    before = start(("v",), averaged=True)
    after, costs = Reference().learn(NETWORK.graph, rule, before, DATA, batches, rates, None)
    W, v = dict(before.parameters), {name: 0 * W for name, W in before.parameters.items()}
    mean, expected = dict(W), []
    for t, (batch, alpha) in enumerate(zip(batches, rates, strict=True), start=1):
        part = Data({"A0": X[:, batch]}, Y[:, batch], DATA.weights[:, batch], 11)
        J, gradients = Reference().gradients(NETWORK.graph, W, part, None)
        gradients = rule.clip.apply(np, gradients)
        for name in W:
            v[name] = 0.8 * v[name] + 0.2 * gradients[f"d{name}"]
            W[name] = W[name] - alpha * v[name]
        mean = rule.average.update(mean, W, t)
        expected.append(J)
    assert after.t == 3
    assert costs == pytest.approx(expected, rel=1e-14)
    for name in W:
        np.testing.assert_allclose(after.parameters[name], W[name], rtol=1e-13)
        np.testing.assert_allclose(after.memory["v"][name], v[name], rtol=1e-13)
        np.testing.assert_allclose(after.average[name], mean[name], rtol=1e-13)
        np.testing.assert_array_equal(after.predicting[name], after.average[name])


def test_what_came_in_is_not_written_to():
    before = start(("v", "s"))
    for arrays in (before.parameters, *before.memory.values()):
        for array in arrays.values():
            array.flags.writeable = False
    Reference().learn(
        NETWORK.graph, Rule(gn.Adam()), before, DATA, [slice(None)] * 3, [0.1] * 3, None
    )


def test_a_batch_of_all_examples_is_the_full_batch():
    rule = Rule(gn.GradientDescent())
    for batch in (np.arange(11), slice(0, 11)):
        one, other = (
            Reference().learn(NETWORK.graph, rule, start(), DATA, [each], [0.1], None)[0]
            for each in (batch, slice(None))
        )
        for name in one.parameters:
            np.testing.assert_allclose(one.parameters[name], other.parameters[name], rtol=1e-13)


def test_the_cost_of_a_trace_is_that_of_gradients():
    parameters = NETWORK.initialize((3,))
    J, gradients = Reference().gradients(NETWORK.graph, parameters, DATA, None)
    again, arrays = Reference().trace(NETWORK.graph, parameters, DATA, None)
    assert J == again == Reference().cost(NETWORK.graph, parameters, DATA)
    for name, gradient in gradients.items():
        np.testing.assert_array_equal(arrays[name], gradient)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_a_trace_of_many_examples_costs_what_the_shards_cost(dtype):
    random, m = np.random.default_rng(0), 2 * SHARD + 11
    data = Data(
        {"A0": random.standard_normal((3, m)).astype(dtype)},
        random.standard_normal((2, m)).astype(dtype),
        None,
        m,
    )
    parameters = {k: W.astype(dtype) for k, W in NETWORK.initialize((3,)).items()}
    J, arrays = Reference().trace(NETWORK.graph, parameters, data, None)
    close = 20 * float(np.finfo(dtype).eps)
    assert pytest.approx(Reference().cost(NETWORK.graph, parameters, data), rel=close) == J
    assert arrays["L"].shape == (1, m)
    _, gradients = Reference().gradients(NETWORK.graph, parameters, data, None)
    for name, gradient in gradients.items():
        np.testing.assert_allclose(arrays[name], gradient, rtol=50 * close, atol=close)


@pytest.mark.parametrize("output", [gn.Sigmoid(), gn.Tanh()], ids=repr)
def test_every_gradient_of_a_trace_is_weighted(output):
    canonical = isinstance(output, gn.Sigmoid)
    loss = gn.BinaryCrossEntropy() if canonical else gn.SquaredError()
    network = gn.Network([gn.Dense(2), output], loss)
    data = Data({"A0": X}, (Y > 0).astype(float), DATA.weights, 11)
    _, arrays = Reference().trace(network.graph, network.initialize((3,), 1), data, None)
    slope = output.g_prime(np, arrays["Z1"], arrays["A1"])
    np.testing.assert_allclose(arrays["dZ1"], arrays["dA1"] * slope, rtol=1e-12)


@pytest.mark.row(79)
@pytest.mark.parametrize("optimizer", [gn.Adam(), gn.RMSprop()], ids=repr)
def test_a_memory_that_overflows_stops_the_training(optimizer):
    network = gn.Network([gn.Dense(1)], gn.AbsoluteError())
    state = State.before(network.initialize((1,)), optimizer.remembers, averaged=False)
    data = Data({"A0": np.full((1, 1), 1e200)}, np.zeros((1, 1)), None, 1)
    with pytest.raises(NonFinite) as caught:
        Reference().learn(network.graph, Rule(optimizer), state, data, [slice(None)], [0.1], None)
    assert (caught.value.array, caught.value.value) == ("s of dW1", np.inf)
    assert caught.value.state is state


@dataclass(frozen=True)
class InfiniteGradient(gn.Dense):
    def gradients(self, xp, dZ, A):
        made = super().gradients(xp, dZ, A)
        return {**made, "dW": made["dW"] + xp.inf}


@pytest.mark.row(79)
def test_a_gradient_that_is_infinite_changes_no_parameter():
    network = gn.Network([InfiniteGradient(2)], gn.SquaredError())
    state = State.before(network.initialize((3,)), (), averaged=False)
    rule = Rule(gn.GradientDescent())
    with pytest.raises(NonFinite) as caught:
        Reference().learn(network.graph, rule, state, DATA, [slice(None)], [0.1], None)
    assert (caught.value.array, caught.value.update) == ("dW1", 0)
    assert caught.value.state is state


@pytest.mark.row(78)
def test_an_update_that_overflows_is_not_kept():
    rule = Rule(gn.GradientDescent())
    rates, batches = [0.1, 1e308, 0.1], [slice(None)] * 3
    data = Data({"A0": X * 100}, Y, None, 11)
    with pytest.raises(NonFinite) as caught:
        Reference().learn(NETWORK.graph, rule, start(), data, batches, rates, None)
    assert caught.value.state.t == caught.value.update > 0
    for W in caught.value.state.parameters.values():
        assert np.isfinite(W).all()


def test_finite_arrays_whose_sum_overflows_are_finite():
    network = gn.Network([gn.Dense(1)], gn.AbsoluteError())
    large = {"W1": np.full((1, 2), 1.5e308), "b1": np.zeros((1, 1))}
    state = State.before(large, (), averaged=False)
    data = Data({"A0": np.array([[1e-308], [1e-308]])}, np.zeros((1, 1)), None, 1)
    rule = Rule(gn.GradientDescent())
    after, _ = Reference().learn(network.graph, rule, state, data, [slice(None)], [0.1], None)
    assert after.t == 1
