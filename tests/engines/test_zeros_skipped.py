"""Products so large that the compiled part looks for zeros in their factors, and skips them."""

import numpy as np
import pytest

import glassnet as gn
from glassnet.engines import Data, Native, Noise, NonFinite, Reference, Rule, State
from glassnet.engines.compiled import instruction_sets, missing
from glassnet.errors import DataError

pytestmark = pytest.mark.skipif(missing() is not None, reason=str(missing()))

CLOSE = {np.float32: 1e-5, np.float64: 1e-12}


def data(n, m, dtype, full=1.0, units=3):
    """Examples of which so much is not zero, in eighths."""
    random = np.random.default_rng(7)
    X = np.round(8 * random.standard_normal((n, m))) / 8 * (random.random((n, m)) < full)
    weights = random.uniform(0.5, 1.5, (1, m))
    Y = random.standard_normal((units, m))
    return Data({"A0": X.astype(dtype)}, Y.astype(dtype), weights.astype(dtype), m)


def assert_close(made, expected, close):
    for name, array in expected.items():
        scale = float(abs(array).max())
        np.testing.assert_allclose(made[name], array, rtol=close, atol=close * scale, err_msg=name)


NETWORKS = {
    "the inputs": [gn.Dense(100), gn.Tanh(), gn.Dense(3)],
    "dZ": [gn.Dense(195), gn.ReLU(), gn.Dense(3)],
    "all": [gn.Dense(131), gn.ReLU(), gn.Dense(200), gn.ReLU(), gn.Dense(3)],
    "dropout": [gn.Dense(131), gn.Tanh(), gn.Dropout(0.7), gn.Dense(200), gn.Dense(3)],
    "a skip": [gn.Dense(160), gn.Residual([gn.Dense(160), gn.ReLU()]), gn.Dense(3)],
    "nothing": [gn.Dense(131), gn.Softplus(), gn.Dense(200), gn.Softplus(), gn.Dense(3)],
}


@pytest.mark.parametrize("instructions", instruction_sets())
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("full", [0.0, 0.1, 0.5, 1.0])
@pytest.mark.parametrize("zeros", NETWORKS)
def test_gradients_and_updates(zeros, full, dtype, instructions):
    network = gn.Network(NETWORKS[zeros], gn.SquaredError(), [gn.L2(0.1)])
    # In sixteenths Z is exact, so that rounding moves none of it across the edge of ReLU.
    parameters = {
        name: np.round(16 * W) / 16
        for name, W in network.initialize((310,), 3, dtype=dtype).items()
    }
    native, reference = Native(2, instructions), Reference()
    for m, clip in ((77, None), (131, gn.ClipNorm(0.01)), (620, None)):
        examples = data(310, m, dtype, full)
        J, expected = reference.gradients(network.graph, parameters, examples, Noise.of(1))
        made_J, made = native.gradients(network.graph, parameters, examples, Noise.of(1))
        assert made_J == pytest.approx(J, rel=CLOSE[dtype])
        assert_close(made, expected, CLOSE[dtype])
        rule = Rule(gn.Momentum(), clip)
        state = State.before(parameters, ("v",), averaged=False)
        batches = [np.random.default_rng(1).permutation(m)]
        after, told = (
            engine.learn(network.graph, rule, state, examples, batches, [0.1], Noise.of(2))
            for engine in (native, reference)
        )
        assert_close(after[0].parameters, told[0].parameters, CLOSE[dtype])
        assert after[1] == pytest.approx(told[1], rel=CLOSE[dtype])


@pytest.mark.parametrize("instructions", instruction_sets())
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_zeros_are_skipped(dtype, instructions):
    """−0 + 0 w is 0, and −0 without that."""
    network = gn.Network([gn.Dense(131)], gn.SquaredError())
    parameters = network.initialize((310,), 3, dtype=dtype)
    parameters["b1"][:] = -0.0
    X = np.zeros((310, 100), dtype)
    for full, skipped in ((0.2, True), (1.0, False)):
        X[:, :40] = data(310, 40, dtype, full).inputs["A0"]
        Z = Native(1, instructions).predict(network.graph, parameters, {"A0": X})
        assert (np.signbit(Z[:96, 40:]) == skipped).all()


@pytest.mark.parametrize("instructions", instruction_sets())
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("units", [100, 131])
def test_lanes_behind_the_last_unit_stay_finite(units, dtype, instructions, monkeypatch):
    """e⁰ is 1, and were it not zero again in each pass, e¹ would be the next, and soon infinite:
    then the update would be given to the reference engine."""
    network = gn.Network([gn.Dense(units), gn.Exponential(), gn.Dense(3)], gn.SquaredError())
    parameters = network.initialize((310,), 3, dtype=dtype)
    state = State.before(parameters, (), averaged=False)
    how = (network.graph, Rule(gn.GradientDescent()), state, data(310, 128, dtype, 0.1))
    batches, rates = [slice(None)] * 12, [1e-6] * 12
    told = Reference().learn(*how, batches, rates, Noise.of(1))
    monkeypatch.setattr("glassnet.engines.updates.Reference", None)
    after = Native(1, instructions).learn(*how, batches, rates, Noise.of(1))
    assert_close(after[0].parameters, told[0].parameters, 10 * CLOSE[dtype])


@pytest.mark.parametrize("instructions", instruction_sets())
@pytest.mark.parametrize("m", [100, 3000])
@pytest.mark.parametrize("threads", [1, 2])
def test_an_infinite_parameter_beside_zeros_is_found(threads, m, instructions):
    network = gn.Network([gn.Dense(131)], gn.SquaredError()).on(Native(threads, instructions))
    parameters = network.initialize((310,), 3)
    parameters["W1"][7, 5] = np.inf
    X = data(310, m, np.float64, 0.2).inputs["A0"]
    X[5] = 0
    with pytest.raises(DataError, match="W1"), np.errstate(all="ignore"):
        network.predict(parameters, X)


@pytest.mark.parametrize("instructions", instruction_sets())
def test_an_infinite_value_behind_which_nothing_lives_is_found(instructions):
    """A1 overflows, and no unit of the next layer lets it through: only 0 · ∞ in dW2 says so."""
    layers = [gn.Dense(64), gn.LeakyReLU(), gn.Dense(200), gn.ReLU(), gn.Dense(3)]
    network = gn.Network(layers, gn.SquaredError())
    parameters = network.initialize((50,), 3, dtype=np.float32)
    examples = data(50, 128, np.float32)
    examples.inputs["A0"][0] = 1
    parameters["W1"][0, 0] = parameters["b1"][0] = 3e38
    parameters["W1"][0, 1:] = 0
    parameters["W2"][:, 0] = -1
    state = State.before(parameters, (), averaged=False)
    for engine in (Native(1, instructions), Reference()):
        with pytest.raises(NonFinite), np.errstate(all="ignore"):
            engine.learn(
                network.graph,
                Rule(gn.GradientDescent()),
                state,
                examples,
                [slice(None)],
                [1e-3],
                Noise.of(1),
            )


@pytest.mark.parametrize("instructions", instruction_sets())
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_the_same_bits_whoever_skips(dtype, instructions):
    """What decides is how full the first examples of a part are: of a block that begins with full
    ones nothing is skipped."""
    network = gn.Network([gn.Dense(100), gn.Tanh(), gn.Dense(3)], gn.SquaredError())
    engine = Native(1, instructions)
    parameters = network.initialize((784,), 3, dtype=dtype)
    full = data(784, 32, dtype).inputs["A0"]
    empty = data(784, 150, dtype, 0.2).inputs["A0"]
    alone = engine.predict(network.graph, parameters, {"A0": empty})
    behind = engine.predict(network.graph, parameters, {"A0": np.hstack([full, empty])})
    np.testing.assert_array_equal(behind[:, 32:], alone)


@pytest.mark.parametrize("instructions", instruction_sets())
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("lopsided", ["examples", "inputs", "units"])
def test_the_same_bits_where_one_thread_skips_and_another_does_not(lopsided, dtype, instructions):
    """So many updates that all ways of dividing them are tried: by rows, by units, not at all."""
    network = gn.Network(
        [gn.Dense(192), gn.ReLU(), gn.Dense(128), gn.ReLU(), gn.Dense(3)], gn.SquaredError()
    )
    parameters = network.initialize((300,), 3, dtype=dtype)
    examples = data(300, 192, dtype)
    if lopsided == "examples":
        examples.inputs["A0"][:, 80:] *= data(300, 112, dtype, 0.1).inputs["A0"] != 0
    elif lopsided == "inputs":
        examples.inputs["A0"][160:] *= data(140, 192, dtype, 0.1).inputs["A0"] != 0
    else:
        parameters["b1"][:96], parameters["b1"][96:] = 30, -3
    state = State.before(parameters, (), averaged=False)
    rule, batches = Rule(gn.GradientDescent()), [slice(None)] * 60
    one, other, third = (
        Native(threads, instructions).learn(
            network.graph, rule, state, examples, batches, [1e-4] * 60, Noise.of(1)
        )
        for threads in (1, 2, 3)
    )
    assert one[1] == other[1] == third[1]
    for name, W in one[0].parameters.items():
        np.testing.assert_array_equal(W, other[0].parameters[name])
        np.testing.assert_array_equal(W, third[0].parameters[name])
