"""The dual form of a first layer: the same training, in other numbers."""

import pickle
from unittest import mock

import numpy as np
import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from tests.engines.test_native import (
    ON_MAIN_THREAD,
    assert_close,
    assert_same_bits,
    interrupted,
    networks,
    problem,
)

import glassnet as gn
from glassnet.engines import (
    Data,
    Interrupted,
    Native,
    Noise,
    NonFinite,
    Reference,
    Rule,
    State,
    dual,
)
from glassnet.engines.compiled import instruction_sets, missing
from glassnet.engines.dual import STRETCH

pytestmark = pytest.mark.skipif(missing() is not None, reason=str(missing()))

N, M = 8011, 131
SMALL = gn.Network([gn.Dense(7), gn.SiLU(), gn.Dense(2)], gn.SquaredError())
DEEP = gn.Network(
    [gn.Dense(19), gn.ReLU(), gn.Dropout(0.2), gn.Dense(5), gn.Tanh(), gn.Dense(3), gn.Softmax()],
    gn.CategoricalCrossEntropy(),
)
LINE = gn.Network([gn.Dense(163)], gn.SquaredError())
RATE = 1e-5
DESCENT = Rule(gn.GradientDescent(RATE))
NOISE = Noise.of(3)


def start(network=SMALL, n=N, m=M, dtype=np.float64, weighted=True):
    parameters, examples = problem(network, n, m, dtype, weighted)
    return State.before(parameters, (), averaged=False), examples


def learn(state, examples, updates, network=SMALL, engine=None, rule=DESCENT, rate=RATE):
    return (engine or Native()).learn(
        network.graph, rule, state, examples, [slice(None)] * updates, [rate] * updates, NOISE
    )


def is_dual(state):
    return state.carried is not None and state.carried.K is not None


def begun(updates=60, **how):
    """A state in the middle of a training in the dual form."""
    state, examples = start(**how)
    state, _ = learn(state, examples, updates, how.get("network", SMALL))
    assert is_dual(state)
    return state, examples


@pytest.mark.parametrize(
    ("network", "n", "m"),
    [(SMALL, N, M), (DEEP, N, M), (LINE, 50_021, 1), (SMALL, 4 * 509, 509)],
    ids=["small", "deep", "one example", "just wide enough"],
)
@pytest.mark.parametrize("weighted", [False, True])
def test_it_equals_the_reference_engine(network, n, m, weighted):
    state, examples = begun(STRETCH - 4, network=network, n=n, m=m, weighted=weighted)
    after, cost = learn(state, examples, 1, network)
    told, expected = learn(state, examples, 1, network, Reference())
    assert is_dual(after)
    assert cost == pytest.approx(expected, rel=1e-12)
    assert_close(after.parameters, told.parameters, 1e-12)
    updates = 100 if m > 1 else 7
    after, costs = learn(state, examples, updates, network)  # S begins anew in between
    told, expected = learn(state, examples, updates, network, Reference())
    assert after.t == told.t
    assert costs == pytest.approx(expected, rel=1e-9)
    assert_close(after.parameters, told.parameters, 1e-9)


@settings(max_examples=40, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.data(),
    st.sampled_from([13, 37, 80]),
    st.sampled_from([1, 2, 3]),
    st.booleans(),
    st.sampled_from(instruction_sets()),
)
def test_every_network_that_begins_with_a_dense_layer(data, n, m, weighted, instructions):
    drawn = data.draw(networks(n))
    network = gn.Network([gn.Dense(5), gn.Tanh(), *drawn.layers], drawn.loss)
    state, examples = start(network, n, m, weighted=weighted)
    assume(abs(network.predict(state.parameters, examples.inputs["A0"])).max() < 100)
    with mock.patch.object(dual, "LEAST", 0):
        after, costs = learn(state, examples, 12, network, Native(instructions=instructions))
    told, expected = learn(state, examples, 12, network, Reference())
    assert is_dual(after)
    assert costs == pytest.approx(expected, rel=1e-9, abs=1e-9)
    assert_close(after.parameters, told.parameters, 1e-9)


def test_it_equals_the_reference_engine_in_float32():
    state, examples = begun(dtype=np.float32)
    after, cost = learn(state, examples, 1)
    told, expected = learn(state, examples, 1, engine=Reference())
    assert cost == pytest.approx(expected, rel=1e-5)
    assert_close(after.parameters, told.parameters, 1e-5)


def test_examples_that_contradict_each_other():
    """What S sums up of them grows and grows, while W stays where it is."""
    state, examples = start(dtype=np.float32, weighted=False)
    X, Y = examples.inputs["A0"].copy(), examples.Y.copy()
    X[:, 1::2], Y[:, 1::2] = X[:, :-1:2], 30 - Y[:, :-1:2]
    examples = Data({"A0": X}, Y, None, M)
    after, costs = learn(state, examples, 4000, rate=1e-4)
    wide = Data({"A0": X.astype(float)}, Y.astype(float), None, M)
    exact = State.before({n: W.astype(float) for n, W in state.parameters.items()}, (), False)
    told, expected = learn(exact, wide, 4000, rate=1e-4)
    assert is_dual(after)
    assert costs == pytest.approx(expected, rel=1e-5)
    W = told.parameters["W1"]
    np.testing.assert_allclose(after.parameters["W1"], W, atol=2e-5 * abs(W).max())


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("network", [SMALL, DEEP], ids=["small", "deep"])
def test_the_same_bits_on_any_number_of_threads(dtype, network):
    state, examples = start(network, dtype=dtype)
    one, costs = learn(state, examples, STRETCH + 30, network, Native(threads=1))
    for threads in (2, 3, 8):
        other, again = learn(state, examples, STRETCH + 30, network, Native(threads))
        assert again == costs
        assert_same_bits(one, other)


def test_updates_can_be_cut_into_calls_at_any_place():
    state, examples = start(DEEP)
    whole, costs = learn(state, examples, STRETCH + 44, DEEP)
    pieces = []
    for updates in (1, 2, 60, 1, STRETCH - 70, 6, 1, 43):
        state, made = learn(state, examples, updates, DEEP)
        pieces += made
    assert pieces == costs
    assert_same_bits(whole, state)


def test_neither_a_callback_nor_a_pause_changes_a_bit():
    _, examples = start(DEEP, weighted=False)
    X, Y = examples.inputs["A0"], examples.Y
    how = {"optimizer": gn.GradientDescent(RATE), "epochs": 90}
    whole = gn.train(DEEP, X, Y, **how)
    assert is_dual(whole.state)
    heard = gn.train(DEEP, X, Y, **how, callbacks=(lambda moment: None,))
    assert heard.history["cost"] == whole.history["cost"]
    assert_same_bits(heard.state, whole.state)
    for epochs in (2, 61):
        paused = gn.train(DEEP, X, Y, **(how | {"epochs": epochs}))
        resumed = gn.train(DEEP, X.copy(), Y, **how, resume=paused)
        assert resumed.history["cost"] == whole.history["cost"]
        assert_same_bits(resumed.state, whole.state)


# Where it does not apply.


@pytest.mark.parametrize(
    ("rule", "network"),
    [
        (Rule(gn.Momentum()), SMALL),
        (Rule(gn.Adam()), SMALL),
        (Rule(gn.GradientDescent(), gn.ClipNorm(1.0)), SMALL),
        (Rule(gn.GradientDescent(), gn.ClipValue(1.0)), SMALL),
        (Rule(gn.GradientDescent(), None, gn.EMA(0.9)), SMALL),
        (DESCENT, gn.Network(SMALL.layers, SMALL.loss, [gn.L2(0.1)])),
        (DESCENT, gn.Network([gn.Dropout(0.1), *SMALL.layers], SMALL.loss)),
        (DESCENT, gn.Network([gn.Tanh(), *SMALL.layers], SMALL.loss)),
        (DESCENT, gn.Network([gn.Ensemble([gn.Dense(2), gn.Dense(2)])], SMALL.loss)),
    ],
    ids=repr,
)
def test_rules_and_networks_that_need_W(rule, network):
    parameters, examples = problem(network, N, M, np.float64, weighted=False)
    state = State.before(parameters, rule.optimizer.remembers, rule.average is not None)
    after, _ = learn(state, examples, 60, network, rule=rule)
    assert after.carried is None


@pytest.mark.parametrize(("n", "m"), [(4 * 509 - 1, 509), (2011, 1999), (101, 23)])
def test_inputs_that_are_not_wide_or_not_worth_it(n, m):
    state, examples = start(n=n, m=m)
    assert learn(state, examples, 60)[0].carried is None


def test_batches_need_W():
    state, examples = start()
    batches = [np.arange(40), np.arange(40, 131)]
    after, _ = Native().learn(SMALL.graph, DESCENT, state, examples, batches, [RATE] * 2, None)
    assert after.carried is None


# What somebody changes between two calls counts.


def test_a_W_that_was_changed_in_place():
    state, examples = begun()
    state.parameters["W1"][:, ::3] *= 0.5
    after, _ = learn(state, examples, 40)
    told, _ = learn(state, examples, 40, engine=Reference())
    assert is_dual(after)
    assert_close(after.parameters, told.parameters, 1e-10)


@pytest.mark.parametrize("change", ["noise", "one number", "two examples exchanged"])
def test_an_X_that_was_changed_in_place(change):
    state, examples = begun()
    X = examples.inputs["A0"]
    if change == "noise":
        X += np.random.default_rng(5).standard_normal(X.shape)
    elif change == "one number":
        X[17, 5] += 1
    else:
        X[:, [3, 8]] = X[:, [8, 3]]
    after, costs = learn(state, examples, 40)
    told, expected = learn(state, examples, 40, engine=Reference())
    assert costs == pytest.approx(expected, rel=1e-10)
    assert_close(after.parameters, told.parameters, 1e-10)


def test_other_examples_of_the_same_size():
    state, _ = begun()
    other = start()[1]
    other.inputs["A0"][:] = np.random.default_rng(6).standard_normal((N, M))
    after, _ = learn(state, other, 40)
    told, _ = learn(state, other, 40, engine=Reference())
    assert_close(after.parameters, told.parameters, 1e-10)


def test_a_state_on_its_way_to_another_process():
    state, examples = begun()
    sent = pickle.loads(pickle.dumps(state))
    assert sent.carried is None
    assert_same_bits(sent, state)
    after, _ = learn(sent, examples, 40)
    assert_close(after.parameters, learn(state, examples, 40)[0].parameters, 1e-10)


# What goes wrong.


@pytest.mark.row(78)
@pytest.mark.parametrize("rate", [10.0, 1e3, 1e150, 1e305])
def test_the_same_fault_at_the_same_update_as_the_reference(rate):
    network = gn.Network([gn.Dense(7), gn.LeakyReLU(), gn.Dense(2)], gn.SquaredError())
    state, examples = begun(network=network)
    rates = [RATE] * 20 + [rate] * 500
    faults = []
    for engine in (Native(), Reference()):
        with pytest.raises(NonFinite) as caught, np.errstate(all="ignore"):
            engine.learn(network.graph, DESCENT, state, examples, [slice(None)] * 520, rates, None)
        faults.append(caught.value)
    native, reference = faults
    assert (native.array, native.update) == (reference.array, reference.update)
    assert native.state.t == reference.state.t
    assert_close(native.state.parameters, reference.state.parameters, 1e-6)


@ON_MAIN_THREAD
@pytest.mark.row(123)
@pytest.mark.parametrize("threads", [1, 2])
def test_ctrl_c_keeps_the_updates_that_were_made(threads):
    state, examples = start(DEEP)
    long = 300_000
    reached = interrupted(
        lambda: learn(state, examples, long, DEEP, Native(threads), rate=1e-9), least=1
    )
    assert reached.t < long
    assert_same_bits(reached, learn(state, examples, reached.t, DEEP, rate=1e-9)[0])
    on, _ = learn(reached, examples, 5, DEEP, rate=1e-9)
    assert_same_bits(on, learn(state, examples, reached.t + 5, DEEP, rate=1e-9)[0])


@pytest.mark.row(123)
def test_ctrl_c_while_W_is_made(monkeypatch):
    state, examples = begun()

    def interrupted_product(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr(dual, "combination", interrupted_product)
    with pytest.raises(Interrupted) as caught:
        learn(state, examples, 40)
    assert caught.value.state is state


def test_the_compiled_door_refuses_what_does_not_fit():
    from glassnet.engines import _native
    from glassnet.engines.compilation import Description

    instructions = instruction_sets()[0]
    S, X = np.zeros((3, 11)), np.zeros((11, 13))
    for wrong in (
        (S[:, :5], X, np.zeros((3, 13))),
        (S, X[:5], np.zeros((3, 13))),
        (S, X, np.zeros((3, 12))),
        (S, X, np.zeros((2, 13))),
        (S, X, np.zeros((3, 13), np.float32)),
        (S, X[:, ::2], np.zeros((3, 7))),
    ):
        with pytest.raises((ValueError, TypeError)):
            _native.combination(*wrong, instructions, 1)
    program = _native.Program64(*Description.of(SMALL.graph).dual().arguments, instructions)
    K, Z, Y = np.zeros((11, 11)), np.zeros((11, 7)), np.zeros((11, 2))
    W = [np.zeros((7, 11)), np.zeros((7, 1)), np.zeros((2, 7)), np.zeros((2, 1))]

    def learn(K=K, Z=Z, order=None, first=W[0]):
        copies = [first.copy(), *(w.copy() for w in W[1:])]
        return program.learn(
            *(copies, [], [], [], [K, Z], Y, None, 11.0, order, [11], [0.1]),
            *(0, [0.0] * 4, 0.0, 0.0, -1.0, 0, None, np.zeros(1), 2),
        )

    assert learn() == (1, None)
    for wrong in (
        {"K": K[:, :5]},
        {"K": np.zeros((11, 12)), "first": np.zeros((7, 12))},
        {"Z": Z[:, :5]},
        {"Z": Z[:5]},
        {"order": np.arange(11)},
    ):
        with pytest.raises((ValueError, TypeError)):
            learn(**wrong)
