"""The native engine equals the reference engine, whatever the network, the data and the threads."""

import contextlib
import os
import signal
import subprocess
import sys
import threading
import time
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from scipy.sparse import csr_array
from scipy.special import expit

import glassnet as gn
from glassnet.engines import (
    Batches,
    Data,
    Interrupted,
    Native,
    Noise,
    NonFinite,
    Reference,
    Rule,
    State,
)
from glassnet.engines.compiled import instruction_sets, missing
from glassnet.engines.engine import SHARD
from glassnet.engines.prompt import ROOM
from glassnet.errors import GlassnetWarning, HyperparameterError, ShapeError

pytestmark = pytest.mark.skipif(missing() is not None, reason=str(missing()))

HIDDEN = (
    *(gn.Identity(), gn.Sigmoid(), gn.Tanh(), gn.ReLU(), gn.LeakyReLU(0.2), gn.Softmax()),
    *(gn.ELU(0.7), gn.SELU(), gn.Softplus(), gn.GELU(), gn.SiLU(), gn.Mish()),
)
ENDS = (
    (gn.Sigmoid(), gn.BinaryCrossEntropy(0.1)),
    (gn.Softmax(), gn.CategoricalCrossEntropy(0.1)),
    (gn.Sigmoid(), gn.CategoricalCrossEntropy()),
    (gn.Softmax(), gn.BinaryCrossEntropy()),
    (gn.Identity(), gn.SquaredError()),
    (gn.Tanh(), gn.SquaredError()),
    (gn.Identity(), gn.Huber(0.3)),
    (gn.Identity(), gn.AbsoluteError()),
    (gn.Identity(), gn.Quantile(0.8)),
    (gn.Exponential(), gn.Poisson()),
    (gn.Softplus(), gn.Poisson()),
)
# A large epsilon: with the usual one a gradient that is all rounding makes a whole step.
OPTIMIZERS = (
    *(gn.GradientDescent(), gn.Momentum(), gn.Nesterov(), gn.RMSprop(epsilon=0.01)),
    *(gn.Adam(epsilon=0.01), gn.AdamW(epsilon=0.01, weight_decay=0.3)),
)
UNITS = st.one_of(st.integers(1, 40), st.sampled_from([64, 97, 131]))


@st.composite
def networks(draw, n_x):
    """Networks of every layer that has a kernel, branches and skips among them."""
    layers = []
    for _ in range(draw(st.integers(0, 3))):
        units, kind = draw(UNITS), draw(st.integers(0, 4))
        activation = draw(st.sampled_from(HIDDEN))
        if kind == 0:
            layers += [gn.Dense(units), gn.Residual([activation, gn.Dense(units)])]
        elif kind == 1:
            branches = {"one": gn.Chain([gn.Dense(units), activation]), "other": gn.Dense(3)}
            layers.append(gn.Chain([gn.Dense(5), gn.Parallel(join="concatenate", **branches)]))
        elif kind == 2:
            layers.append(gn.Ensemble([gn.Dense(units), gn.Chain([gn.Dense(units), activation])]))
        else:
            layers += [gn.Dense(units), activation]
        if draw(st.booleans()):
            layers.append(gn.Dropout(draw(st.sampled_from([0.1, 0.5]))))
    output, loss = draw(st.sampled_from(ENDS))
    layers += [gn.Dense(draw(st.sampled_from([1, 2, 3, 17]))), output]
    penalties = draw(st.sampled_from([(), (gn.L2(0.3),), (gn.L1(0.2), gn.L2(0.1))]))
    return gn.Network(layers, loss, penalties)


def labels(loss, units, m, random):
    match loss:
        case gn.BinaryCrossEntropy():
            return random.integers(0, 2, (units, m)).astype(float)
        case gn.CategoricalCrossEntropy():
            return np.eye(units)[random.integers(0, units, m)].T
        case gn.Poisson():
            return random.poisson(2.0, (units, m)).astype(float)
    return random.standard_normal((units, m))


def problem(network, n_x, m, dtype, weighted, seed=0):
    random = np.random.default_rng(seed)
    parameters = {
        name: (0.7 * W + 0.01 * random.standard_normal(W.shape)).astype(dtype)
        for name, W in network.initialize((n_x,), seed).items()
    }
    units = network.dimensions((n_x,))[-1].output[-2]
    weights = random.uniform(0.5, 1.5, (1, m)).astype(dtype) if weighted else None
    X = random.standard_normal((n_x, m)).astype(dtype)
    return parameters, Data(
        {"A0": X}, labels(network.loss, units, m, random).astype(dtype), weights, m
    )


def assert_close(made, expected, close):
    scale = max(float(abs(array).max()) for array in expected.values())
    for name, array in expected.items():
        assert made[name].dtype == array.dtype
        np.testing.assert_allclose(made[name], array, rtol=close, atol=close * scale, err_msg=name)


def assert_same_bits(one, other):
    assert list(one.parameters) == list(other.parameters)
    for name, array in one.parameters.items():
        np.testing.assert_array_equal(array, other.parameters[name])
    for letter, arrays in one.memory.items():
        for name, array in arrays.items():
            np.testing.assert_array_equal(array, other.memory[letter][name])


@settings(max_examples=60, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.data(),
    st.sampled_from([1, 2, 13, 37, 80]),
    st.sampled_from([1, 2, 5, 23, 101, 150]),
    st.sampled_from([np.float32, np.float64]),
    st.booleans(),
    st.sampled_from(OPTIMIZERS),
    st.sampled_from([None, gn.ClipNorm(0.5), gn.ClipValue(0.01)]),
    st.sampled_from([None, gn.EMA(0.9)]),
    st.sampled_from(instruction_sets()),
)
def test_one_step_and_everything_before_it(
    data, n_x, m, dtype, weighted, optimizer, clip, average, instructions
):
    network = data.draw(networks(n_x))
    graph = network.graph
    parameters, examples = problem(network, n_x, m, dtype, weighted)
    native, reference = Native(instructions=instructions), Reference()
    close = 1e-12 if dtype is np.float64 else 1e-5
    noise = Noise.of(7)

    A = reference.predict(graph, parameters, examples.inputs)
    assume(abs(A).max() < 100)  # beyond, exp turns the rounding of Z into that of A many times over
    np.testing.assert_allclose(
        native.predict(graph, parameters, examples.inputs), A, rtol=close, atol=close
    )
    J = reference.cost(graph, parameters, examples)
    assert native.cost(graph, parameters, examples) == pytest.approx(J, rel=close, abs=close)
    J, expected = reference.gradients(graph, parameters, examples, noise)
    made_J, made = native.gradients(graph, parameters, examples, noise)
    assert made_J == pytest.approx(J, rel=close, abs=close)
    assert list(made) == list(expected)
    assert_close(made, expected, 10 * close)
    # Beside far larger ones a small gradient is rounding, which an optimizer that divides by its
    # size makes an update as large as any.
    largest = max(float(abs(gradient).max()) for gradient in expected.values())
    assume(largest * np.finfo(dtype).eps < close)

    rule = Rule(optimizer, clip, average)
    state = State.before(parameters, optimizer.remembers, average is not None)
    batches = [np.random.default_rng(1).permutation(m)[: max(1, m // 2)]]
    after, costs = native.learn(graph, rule, state, examples, batches, [1e-3], noise)
    told, expected_costs = reference.learn(graph, rule, state, examples, batches, [1e-3], noise)
    assert after.t == told.t == 1
    assert costs == pytest.approx(expected_costs, rel=close, abs=close)
    assert_close(after.predicting, told.predicting, close)


DEEP = gn.Network(
    [gn.Dense(67), gn.Tanh(), gn.Dropout(0.2), gn.Dense(23), gn.SiLU(), gn.Dense(3), gn.Softmax()],
    gn.CategoricalCrossEntropy(),
    [gn.L2(0.1)],
)


def learned(
    engine, network=DEEP, updates=100, dtype=np.float64, m=103, batch=31, clip=None, plain=False
):
    parameters, examples = problem(network, 13, m, dtype, weighted=True)
    random = np.random.default_rng(2)
    batches = [random.permutation(m)[:batch] for _ in range(updates)]
    rule = Rule(gn.Adam(), clip, None if plain else gn.EMA(0.9))
    state = State.before(parameters, ("v", "s"), averaged=not plain)
    rates = np.linspace(1e-3, 2e-3, updates).tolist()
    return engine.learn(network.graph, rule, state, examples, batches, rates, Noise.of(3))


def test_a_hundred_steps():
    after, costs = learned(Native())
    told, expected = learned(Reference())
    assert costs == pytest.approx(expected, rel=1e-9)
    assert_close(after.parameters, told.parameters, 1e-9)
    assert_close(after.average, told.average, 1e-9)


def test_a_hundred_plain_steps():
    layers = [gn.Dense(67), gn.Tanh(), gn.Dense(23), gn.Softmax()]
    network = gn.Network(layers, gn.CategoricalCrossEntropy())
    after, costs = learned(Native(), network, plain=True)
    told, expected = learned(Reference(), network, plain=True)
    assert costs == pytest.approx(expected, rel=1e-9)
    assert_close(after.parameters, told.parameters, 1e-9)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("clip", [None, gn.ClipNorm(0.1)], ids=repr)
def test_the_same_bits_on_any_number_of_threads(dtype, clip):
    network = gn.Network(
        [gn.Dense(200), gn.ReLU(), gn.Dropout(0.1), gn.Dense(90), gn.Tanh(), gn.Dense(3)],
        gn.SquaredError(),
        [gn.L1(0.1)],
    )
    how = {"network": network, "updates": 40, "dtype": dtype, "m": 811, "batch": 301, "clip": clip}
    one, costs = learned(Native(threads=1), **how)
    for threads in (2, 3, 8):
        other, again = learned(Native(threads=threads), **how)
        assert again == costs
        assert_same_bits(one, other)


@pytest.mark.parametrize("plain", [False, True])
def test_the_same_bits_where_one_thread_alone_hears_of_ctrl_c_among_its_sums(plain):
    """Sums that take long are left halfway, so that the update comes behind them: those of one
    thread here, and not those of two."""
    layers = [gn.Dense(800), gn.ReLU(), gn.Dense(800), gn.Dense(3)]
    network = gn.Network(layers, gn.SquaredError(), () if plain else [gn.L1(0.1), gn.L2(0.3)])
    how = {"network": network, "updates": 2, "dtype": np.float32, "m": 5600, "batch": 5600}
    one, costs = learned(Native(threads=1), plain=plain, **how)
    other, again = learned(Native(threads=2), plain=plain, **how)
    assert again == costs
    assert_same_bits(one, other)


@settings(max_examples=40, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.data(),
    st.sampled_from([2, 3, 8]),
    st.sampled_from([np.float32, np.float64]),
    st.sampled_from([None, gn.ClipNorm(0.5)]),
    st.sampled_from(instruction_sets()),
)
def test_the_same_bits_however_the_work_is_divided(data, threads, dtype, clip, instructions):
    """So many updates that all ways of dividing them are tried: by rows, by units, not at all."""
    how = {"network": data.draw(networks(13)), "updates": 160, "dtype": dtype, "clip": clip}
    one, costs = learned(Native(1, instructions), **how)
    other, again = learned(Native(threads, instructions), **how)
    assert again == costs
    assert_same_bits(one, other)


@pytest.mark.parametrize("threads", [1, 3])
def test_more_than_a_shard_of_examples(threads):
    m = 2 * SHARD + 11
    network = gn.Network([gn.Dense(5), gn.Tanh(), gn.Dropout(0.3), gn.Dense(1)], gn.SquaredError())
    for dtype, close in ((np.float64, 1e-12), (np.float32, 1e-5)):
        parameters, examples = problem(network, 3, m, dtype, weighted=True)
        J, expected = Reference().gradients(network.graph, parameters, examples, Noise.of(1))
        made_J, made = Native(threads).gradients(network.graph, parameters, examples, Noise.of(1))
        assert made_J == pytest.approx(J, rel=close)
        assert_close(made, expected, close)
        cost = Reference().cost(network.graph, parameters, examples)
        assert Native(threads).cost(network.graph, parameters, examples) == pytest.approx(
            cost, rel=close
        )
        rule, state = Rule(gn.GradientDescent()), State.before(parameters, (), averaged=False)
        order = np.random.default_rng(0).permutation(m)
        for batches in ([slice(None)] * 2, [order, order[:50]]):
            after, told = (
                engine.learn(network.graph, rule, state, examples, batches, [0.1] * 2, Noise.of(1))
                for engine in (Native(threads), Reference())
            )
            assert_close(after[0].parameters, told[0].parameters, close)
            assert after[1] == pytest.approx(told[1], rel=close)


@pytest.mark.parametrize("engine", [Native(), Reference()] if not missing() else [], ids=repr)
def test_updates_can_be_cut_into_calls_at_any_place(engine):
    parameters, examples = problem(DEEP, 13, 103, np.float64, weighted=False)
    rule = Rule(gn.Adam(), gn.ClipNorm(1.0), gn.EMA(0.9))
    start = State.before(parameters, ("v", "s"), averaged=True)
    batches = [np.arange(k, 103, 5) for k in range(5)] * 2
    rates, noise = [1e-3 * k for k in range(1, 11)], Noise.of(3)
    whole, costs = engine.learn(DEEP.graph, rule, start, examples, batches, rates, noise)
    state, pieces = start, []
    for cut in (slice(0, 1), slice(1, 4), slice(4, 10)):
        state, made = engine.learn(
            DEEP.graph, rule, state, examples, batches[cut], rates[cut], noise
        )
        pieces += made
    assert pieces == costs
    assert_same_bits(whole, state)


# What goes wrong.


@pytest.mark.row(78)
@pytest.mark.parametrize(
    ("rate", "X_times", "Y_times"),
    [(1e308, 100, 1), (0.1, 1e300, 1e300), (10.0, 100, 1), (1e150, 1, 1)],
)
def test_the_same_fault_at_the_same_update_as_the_reference(rate, X_times, Y_times):
    network = gn.Network([gn.Dense(5), gn.LeakyReLU(), gn.Dense(2)], gn.SquaredError())
    parameters, examples = problem(network, 3, 11, np.float64, weighted=False)
    examples = replace(
        examples, inputs={"A0": examples.inputs["A0"] * X_times}, Y=examples.Y * Y_times
    )
    state, rule = State.before(parameters, (), averaged=False), Rule(gn.GradientDescent())
    faults = []
    for engine in (Native(), Reference()):
        with pytest.raises(NonFinite) as caught, np.errstate(all="ignore"):
            engine.learn(
                network.graph, rule, state, examples, [slice(None)] * 500, [rate] * 500, None
            )
        faults.append(caught.value)
    native, reference = faults
    assert (native.array, native.update) == (reference.array, reference.update)
    assert native.state.t == reference.state.t
    assert_close(native.state.parameters, reference.state.parameters, 1e-9)


@pytest.mark.row(78)
@pytest.mark.parametrize("instructions", instruction_sets())
@pytest.mark.parametrize("average", [None, gn.EMA(0.9)], ids=repr)
@pytest.mark.parametrize("optimizer", OPTIMIZERS, ids=repr)
def test_a_gradient_that_alone_is_infinite_is_found(optimizer, average, instructions):
    """Z and J are finite: nothing but the sum over two examples overflows."""
    units = 37  # so many that updates go by whole vectors, and by a part of one
    network = gn.Network([gn.Dense(units)], gn.AbsoluteError())
    parameters = {"W1": np.full((units, 1), 1e-308), "b1": np.zeros((units, 1))}
    data = Data({"A0": np.full((1, 2), 1.2e308)}, np.zeros((units, 2)), None, 2)
    state = State.before(parameters, optimizer.remembers, averaged=average is not None)
    rule, batches = Rule(optimizer, None, average), [slice(None)]
    faults = []
    for engine in (Native(instructions=instructions), Reference()):
        with pytest.raises(NonFinite) as caught, np.errstate(all="ignore"):
            engine.learn(network.graph, rule, state, data, batches, [0.1], None)
        faults.append((caught.value.array, caught.value.value, caught.value.update))
    assert faults[0] == faults[1]


@pytest.mark.row(79)
def test_a_memory_that_overflows_stops_the_training():
    network = gn.Network([gn.Dense(1)], gn.AbsoluteError())
    state = State.before(network.initialize((1,)), ("v", "s"), averaged=False)
    data = Data({"A0": np.full((1, 1), 1e200)}, np.zeros((1, 1)), None, 1)
    with pytest.raises(NonFinite) as caught:
        Native().learn(network.graph, Rule(gn.Adam()), state, data, [slice(None)], [0.1], None)
    assert (caught.value.array, caught.value.value) == ("s of dW1", np.inf)


def test_nothing_that_comes_in_is_written_to():
    parameters, examples = problem(DEEP, 13, 103, np.float64, weighted=True)
    state = State.before(parameters, ("v", "s"), averaged=True)
    given = [*parameters.values(), *examples.inputs.values(), examples.Y, examples.weights]
    for array in (*given, *(a for arrays in state.memory.values() for a in arrays.values())):
        array.flags.writeable = False
    rule = Rule(gn.Adam(), None, gn.EMA())
    Native().learn(DEEP.graph, rule, state, examples, [slice(None)] * 3, [0.1] * 3, Noise.of(0))
    Native().predict(DEEP.graph, parameters, examples.inputs)


def laid_out(array, how):
    if how == "reversed":
        return np.ascontiguousarray(array[::-1, ::-1])[::-1, ::-1]
    if how == "strided":
        wide = np.zeros((2 * array.shape[0], 3 * array.shape[1]), array.dtype)
        wide[::2, ::3] = array
        return wide[::2, ::3]
    if how == "misaligned":
        raw = np.zeros(array.nbytes + 1, np.uint8)
        made = raw[1:].view(array.dtype).reshape(array.shape)
        made[:] = array
        return made
    if how == "broadcast":
        return np.broadcast_to(array[:, :1], array.shape)
    return np.asfortranarray(array)


@pytest.mark.parametrize("instructions", instruction_sets())
@pytest.mark.parametrize("units", range(1, 27))
def test_gradients_of_few_units_and_wide_inputs(units, instructions):
    """Kernels for so many rows at once, each with sums of its own."""
    network = gn.Network([gn.Dense(units), gn.Tanh(), gn.Dense(1)], gn.SquaredError())
    for n_x, m, dtype, close in ((301, 29, np.float64, 1e-12), (517, 40, np.float32, 1e-5)):
        parameters, examples = problem(network, n_x, m, dtype, weighted=True)
        _, expected = Reference().gradients(network.graph, parameters, examples, None)
        engine = Native(instructions=instructions)
        _, made = engine.gradients(network.graph, parameters, examples, None)
        assert_close(made, expected, close)


@pytest.mark.parametrize("how", ["reversed", "strided", "misaligned", "broadcast", "fortran"])
@pytest.mark.parametrize("m", [1, 101])
def test_arrays_in_any_order_in_memory(how, m):
    parameters, examples = problem(DEEP, 13, m, np.float64, weighted=True)
    parameters = {name: laid_out(W, how) for name, W in parameters.items()}
    examples = Data(
        {"A0": laid_out(examples.inputs["A0"], how)},
        laid_out(examples.Y, how),
        laid_out(examples.weights, how),
        m,
    )
    expected = Reference().predict(DEEP.graph, parameters, examples.inputs)
    made = Native().predict(DEEP.graph, parameters, examples.inputs)
    np.testing.assert_allclose(made, expected, rtol=1e-12)
    _, expected = Reference().gradients(DEEP.graph, parameters, examples, Noise.of(0))
    _, made = Native().gradients(DEEP.graph, parameters, examples, Noise.of(0))
    assert_close(made, expected, 1e-12)


# Answers without admission.

PLAIN = gn.Network(
    [gn.Dense(11), gn.Tanh(), gn.Dense(7), gn.SiLU(), gn.Dense(3), gn.Softmax()],
    gn.CategoricalCrossEntropy(0.1),
    [gn.L2(0.1)],
)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("m", [1, 7, 64, 307, 5003])
def test_what_fits_as_it_is_needs_no_admission(m, dtype):
    parameters, data = problem(PLAIN, 13, m, dtype, weighted=False)
    graph, X, Y = PLAIN.graph, data.inputs["A0"], data.Y
    native = Native(2)
    for _ in range(2):
        A = native.prompt_prediction(graph, parameters, X)
        J = native.prompt_cost(graph, parameters, X, Y)
        made = native.prompt_gradients(graph, parameters, X, Y)
        if X.itemsize * m * (13 + 2 * 11 + 2 * 7 + 2 * 3) > ROOM:
            assert A is J is made is None
            return
        assert A.dtype == dtype
        np.testing.assert_array_equal(A, native.predict(graph, parameters, data.inputs))
        assert native.cost(graph, parameters, data) == J
        _, expected = native.gradients(graph, parameters, data, None)
        assert list(made) == list(expected)
        for name, dW in made.items():
            assert dW.dtype == dtype
            np.testing.assert_array_equal(dW, expected[name])
        parameters["W1"] *= 2  # nothing of the last call is kept


def test_a_network_asks_for_the_short_way_and_answers_as_by_the_long_one():
    parameters, data = problem(PLAIN, 13, 31, np.float64, weighted=False)
    X, Y, native = data.inputs["A0"], data.Y, PLAIN.on(Native())
    ones = np.ones(31)  # which takes the long way
    assert native.cost(parameters, X, Y) == native.cost(parameters, X, Y, sample_weight=ones)
    short = native.gradients(parameters, X, Y)
    for name, dW in native.gradients(parameters, X, Y, sample_weight=ones).items():
        np.testing.assert_array_equal(short[name], dW)
    np.testing.assert_array_equal(
        native.predict(parameters, X), native.predict(parameters, X.tolist())
    )


def test_what_needs_admission_is_left_to_it():
    parameters, data = problem(PLAIN, 13, 3, np.float64, weighted=False)
    X, Y, native = data.inputs["A0"], data.Y, Native()

    def answered(parameters, X, Y=Y, network=PLAIN, engine=native):
        """Which of the three are answered: the prediction, the cost and the gradients."""
        asked = (network.graph, parameters, X)
        made = (
            engine.prompt_prediction(*asked),
            engine.prompt_cost(*asked, Y),
            engine.prompt_gradients(*asked, Y),
        )
        return [each is not None for each in made]

    nothing = [False, False, False]
    assert answered(parameters, X) == [True, True, True]
    for wrong in (
        X.tolist(), X[0], X[:5], X[:0], X[:, :0], X.astype(np.float32), X.astype(">f8"),
        X.astype(int), np.ma.masked_array(X), {"A0": X}, np.full_like(X, np.nan),
        np.repeat(X, ROOM // 100, axis=1), csr_array(X), None, np.where(X > 0, np.inf, X),
    ):  # fmt: skip
        assert answered(parameters, wrong) == nothing
    for wrong in (
        Y.tolist(), Y[0], Y[:2], Y[:, :2], Y[:, :0], Y.astype(np.float32), Y.astype(int),
        np.ma.masked_array(Y), np.full_like(Y, np.nan), np.where(Y > 0, np.inf, Y), 2 * Y,
        csr_array(Y), None,
    ):  # fmt: skip
        assert answered(parameters, X, wrong) == [True, False, False]
    W, b = parameters["W1"], parameters["b1"]
    for changed in (
        {"W1": W.astype(np.float32)}, {"W1": W.tolist()}, {"W1": W[:, :5]}, {"W1": W[:5]},
        {"W1": np.asfortranarray(W)}, {"b1": b[:, 0]}, {"b1": b.T},
        {"W9": W}, {"W1": laid_out(W, "misaligned")},
    ):  # fmt: skip
        assert answered(parameters | changed, X) == nothing
    assert answered(parameters | {"b1": b * np.nan}, X) == [False, True, True]
    missing = {name: array for name, array in parameters.items() if name != "b3"}
    assert answered(missing, X) == answered(None, X) == nothing
    assert answered(parameters, X, engine=Reference()) == nothing
    assert answered(DEEP.initialize((13,)), X, network=DEEP) == [True, True, False]


@pytest.mark.parametrize("quantile", [0.3, (0.1, 0.5, 0.9)])
def test_labels_that_only_the_loss_can_judge(quantile):
    network = gn.Network([gn.Dense(3)], gn.Quantile(quantile)).on(Native())
    parameters, X = network.initialize((2,)), np.ones((2, 5))
    fits, other = np.ones((3, 5)), np.ones((1, 5))
    if isinstance(quantile, tuple):
        fits, other = other, fits
    assert network.cost(parameters, X, fits) > 0
    with pytest.raises(ShapeError):
        network.cost(parameters, X, other)
    with pytest.raises(ShapeError):
        network.gradients(parameters, X, other)


def test_a_wrong_seed_is_refused_where_nothing_is_drawn():
    parameters, data = problem(PLAIN, 13, 3, np.float64, weighted=False)
    with pytest.raises(HyperparameterError, match="seed"):
        PLAIN.gradients(parameters, data.inputs["A0"], data.Y, seed="one")


@contextlib.contextmanager
def signalled(seconds=0.1, raises=KeyboardInterrupt):
    """A signal comes while the work inside goes on; it could go on for a very long time."""

    def handle(*_):
        raise raises

    before = signal.signal(signal.SIGINT, handle)
    timer = threading.Timer(seconds, signal.raise_signal, [signal.SIGINT])
    timer.start()
    try:
        yield
    finally:
        timer.join()
        signal.signal(signal.SIGINT, before)


def interrupted(work, waits=(0.1, 0.4, 1.6, 6.4), least=0):
    """The state in which Ctrl-C left the compiled part, which it may come too early for, as it may
    for so many updates."""
    for seconds in waits:
        try:
            with signalled(seconds):
                work()
        except Interrupted as caught:
            if caught.state.t >= least:
                return caught.state
        except KeyboardInterrupt:
            continue
    raise AssertionError("Ctrl-C never came inside the compiled part")


ON_MAIN_THREAD = pytest.mark.skipif(
    threading.current_thread() is not threading.main_thread(), reason="signals come elsewhere"
)


@ON_MAIN_THREAD
@pytest.mark.row(123)
@pytest.mark.parametrize("threads", [1, 2])
def test_ctrl_c_between_the_updates_of_a_call_keeps_those_made(threads):
    parameters, examples = problem(DEEP, 13, 103, np.float64, weighted=False)
    state = State.before(parameters, ("v", "s"), averaged=False)

    def learn(updates):
        batches, rates = [slice(None)] * updates, [1e-6] * updates
        rule = Rule(gn.Adam())
        engine = Native(threads)
        return engine.learn(DEEP.graph, rule, state, examples, batches, rates, Noise.of(0))

    reached = interrupted(lambda: learn(300_000))
    assert reached.t < 300_000
    assert_same_bits(reached, learn(reached.t)[0] if reached.t else state)


@ON_MAIN_THREAD
@pytest.mark.parametrize("threads", [1, 2])
def test_ctrl_c_inside_one_huge_update_undoes_it(threads):
    network = gn.Network(
        [gn.Dense(1000), gn.ReLU(), gn.Dense(1000), gn.Dense(1)], gn.SquaredError()
    )
    m = 1_000_000
    X = np.zeros((2, m), np.float32)
    data = Data({"A0": X}, X[:1], None, m)
    parameters = network.initialize((2,), dtype=np.float32)
    state, engine = State.before(parameters, (), averaged=False), Native(threads)
    rule = Rule(gn.GradientDescent())
    reached = interrupted(
        lambda: engine.learn(network.graph, rule, state, data, [slice(None)], [0.1], None)
    )
    assert reached.t == 0
    assert_same_bits(reached, state)
    for call in (
        lambda: engine.gradients(network.graph, parameters, data, None),
        lambda: engine.cost(network.graph, parameters, data),
        lambda: engine.predict(network.graph, parameters, data.inputs),
    ):
        with signalled(), pytest.raises(KeyboardInterrupt):
            call()


@ON_MAIN_THREAD
@pytest.mark.parametrize("threads", [1, 2])
@pytest.mark.parametrize("clip", [None, gn.ClipNorm(0.1)], ids=repr)
def test_ctrl_c_among_the_sums_of_an_update_undoes_it(clip, threads):
    """The second half of it sums gradients: nothing passes back behind the first layer."""
    network = gn.Network([gn.Dense(1000), gn.ReLU(), gn.Dense(1)], gn.SquaredError())
    parameters, data = problem(network, 1500, 8192, np.float32, weighted=False)
    rule = Rule(gn.Adam(), clip)
    state, engine = State.before(parameters, ("v", "s"), averaged=False), Native(threads)

    def update():
        return engine.learn(network.graph, rule, state, data, [slice(None)], [0.1], None)

    def seconds():
        began = time.perf_counter()
        update()
        return time.perf_counter() - began

    whole = min(seconds() for _ in range(3))
    for share in (0.6, 0.7, 0.8):
        reached = interrupted(update, waits=[whole * share] * 6)
        assert reached.t == 0
        assert_same_bits(reached, state)


@ON_MAIN_THREAD
def test_what_another_signal_raises_ends_the_call():
    parameters, examples = problem(DEEP, 13, 103, np.float64, weighted=False)
    state = State.before(parameters, (), averaged=False)
    batches, rates = [slice(None)] * 300_000, [1e-6] * 300_000
    with signalled(raises=LookupError), pytest.raises(LookupError):
        Native().learn(
            DEEP.graph, Rule(gn.GradientDescent()), state, examples, batches, rates, Noise.of(0)
        )


def test_batches_in_an_order_that_is_not_contiguous():
    network = gn.Network([gn.Dense(3)], gn.SquaredError())
    parameters, data = problem(network, 2, 6, np.float64, weighted=False)
    state, rule = State.before(parameters, (), averaged=False), Rule(gn.GradientDescent())
    batches = Batches(np.arange(6)[::-1], [4, 2])
    made, told = (
        engine.learn(network.graph, rule, state, data, each, [0.1, 0.1], None)[0]
        for engine, each in ((Native(), batches), (Reference(), list(batches)))
    )
    assert made.t == told.t == 2
    assert_close(made.parameters, told.parameters, 1e-12)


def test_the_compiled_door_refuses_what_does_not_fit():
    from glassnet.engines import _native
    from glassnet.engines.compilation import Description

    program = _native.Program64(*Description.of(DEEP.graph).arguments, instruction_sets()[0])
    W = [np.zeros(shape) for shape in ((67, 13), (67, 1), (23, 67), (23, 1), (3, 23), (3, 1))]
    X, Y, out = np.zeros((11, 13)), np.zeros((11, 3)), np.zeros((11, 3))
    program.predict(W, [X], out, 1)
    for parameters, inputs, to in (
        (W[:4], [X], out),
        (W, [X, X], out),
        (W, [X[:, :5]], out),
        (W, [X[:0]], out),
        (W, [X], out[:5]),
        (W, [X], np.zeros((11, 4))),
        ([W[0].T, *W[1:]], [X], out),
        ([W[0], W[1].T, *W[2:]], [X], out),
        (W, [X[:, ::2]], out),
        (W, [np.asfortranarray(X)], out),
        (W, [X[::-1]], out),
        (W, [laid_out(X, "misaligned")], out),
        (W, [X], laid_out(out, "misaligned")),
        ([laid_out(W[0], "misaligned"), *W[1:]], [X], out),
    ):
        with pytest.raises((ValueError, TypeError)):
            program.predict(parameters, inputs, to, 1)
    read_only = out.copy()
    read_only.flags.writeable = False
    with pytest.raises(TypeError):
        program.predict(W, [X], read_only, 1)
    with pytest.raises(TypeError):
        program.predict([w.astype(np.float32) for w in W], [X], out, 1)
    for kind in (">f8", np.int64, np.complex64, "S8", "m8[s]"):
        with pytest.raises(TypeError):
            program.predict(W, [X.astype(kind)], out, 1)
    with pytest.raises(TypeError):
        program.predict(W, [X], out.view(np.int64), 1)
    program.predict(W, [memoryview(X)], memoryview(out), 1)  # whatever has a buffer
    costs = np.zeros(2)

    def learn(order, sizes, rates, costs=costs, weights=None, key=(0, 0), y=Y):
        copies = [w.copy() for w in W]
        return program.learn(
            *(copies, [], [], [], [X], y, weights, 11.0, order, sizes, rates),
            *(0, [0.0, 0.0, 0.0, 0.0], 0.0, 0.0, -1.0, 0, key, costs, 2),
        )

    assert learn(np.arange(8), [3, 5], [0.1, 0.1]) == (2, None)
    for wrong in (
        {"order": np.array([0, 1, 11])},
        {"order": np.array([0, -1, 3])},
        {"order": np.arange(8), "sizes": [3, 4]},
        {"order": np.arange(8), "sizes": [8, 0]},
        {"order": None, "sizes": [11, 5]},
        {"order": np.arange(8), "rates": [0.1]},
        {"order": np.arange(8), "costs": np.zeros(1)},
        {"order": np.arange(8), "weights": np.zeros(3)},
        {"order": np.arange(8), "key": None},
        {"order": np.arange(8), "y": Y[:5]},
        {"order": np.arange(8), "y": Y[:, :2]},
    ):
        with pytest.raises((ValueError, TypeError)):
            learn(**({"sizes": [3, 5], "rates": [0.1, 0.1]} | wrong))


def test_a_network_without_a_kernel_names_the_layer():
    class Swish(gn.SiLU):
        pass

    network = gn.Network([gn.Dense(3), Swish(), gn.Dense(1)], gn.SquaredError())
    assert network.engine.name == "reference"
    assert network.plan().reason == "Swish() has no kernel"
    with pytest.raises(HyperparameterError, match=r"cannot run this network: Swish\(\) has no"):
        network.on(Native())


def test_an_optimizer_of_ones_own_runs_on_the_reference_engine():
    class Doubled(gn.GradientDescent):
        def update(self, xp, W, dW, alpha, t):
            return {"W": W - 2 * alpha * dW}

    parameters, examples = problem(DEEP, 13, 11, np.float64, weighted=False)
    state = State.before(parameters, (), averaged=False)
    made = [
        engine.learn(
            DEEP.graph, Rule(Doubled()), state, examples, [slice(None)], [0.1], Noise.of(0)
        )[0]
        for engine in (Native(), Reference())
    ]
    assert_same_bits(*made)


@pytest.mark.row(51)
@pytest.mark.parametrize("wrong", [{"threads": 0}, {"threads": 1.5}, {"instructions": "mmx"}])
def test_what_native_is_told_is_checked(wrong):
    with pytest.raises(HyperparameterError, match=f"'{next(iter(wrong))}' parameter of Native"):
        Native(**wrong)


@pytest.mark.row(51)
def test_too_many_threads_are_fewer():
    with pytest.warns(GlassnetWarning, match=r"threads=10000\) is more than 16 for each core"):
        engine = Native(threads=10_000)
    assert engine.threads == 16 * os.cpu_count()


# Threads and processes.


@pytest.mark.row(33)
def test_data_that_change_under_a_training_do_no_harm():
    parameters, examples = problem(DEEP, 13, 103, np.float64, weighted=True)
    state = State.before(parameters, ("v", "s"), averaged=False)
    random, over = np.random.default_rng(0), threading.Event()
    batches = [random.permutation(103)[:31] for _ in range(300)]
    rates = [1e-3] * 300

    def spoil():
        while not over.is_set():
            examples.inputs["A0"][:] = random.choice([0.0, 1e300, np.nan, np.inf])
            for batch in batches:
                batch[:] = 10**6

    other = threading.Thread(target=spoil)
    other.start()
    try:
        for _ in range(20):
            with contextlib.suppress(NonFinite, IndexError, ValueError):
                Native().learn(
                    DEEP.graph, Rule(gn.Adam()), state, examples, batches, rates, Noise.of(0)
                )
    finally:
        over.set()
        other.join()


FORKED = """
import os, sys
import numpy as np
import glassnet as gn
X = np.random.default_rng(0).normal(size=(64, 4000)).astype(np.float32)
network = gn.Network([gn.Dense(256), gn.ReLU(), gn.Dense(1)], gn.SquaredError()).on(gn.Native(2))
train = lambda: gn.train(network, X, X[:1], epochs=2, batch_size=500).parameters["W1"]
before = train()
child = os.fork()
if child == 0:
    os._exit(0 if np.array_equal(train(), before) else 3)
_, status = os.waitpid(child, 0)
assert np.array_equal(train(), before)
sys.exit(os.waitstatus_to_exitcode(status))
"""


@pytest.mark.row(131)
@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system cannot fork")
def test_a_child_of_a_fork_makes_threads_of_its_own():
    subprocess.run([sys.executable, "-W", "ignore", "-c", FORKED], check=True, timeout=120)


@pytest.mark.row(132)
def test_many_threads_train_and_predict_as_one():
    parameters, examples = problem(DEEP, 13, 103, np.float64, weighted=False)
    expected, _ = learned(Native(threads=2), updates=20)
    A = Native().predict(DEEP.graph, parameters, examples.inputs)
    faults = []

    def work():
        try:
            made, _ = learned(Native(threads=2), updates=20)
            assert_same_bits(made, expected)
            for _ in range(20):
                again = Native().predict(DEEP.graph, parameters, examples.inputs)
                np.testing.assert_array_equal(again, A)
        except AssertionError as fault:
            faults.append(fault)

    threads = [threading.Thread(target=work) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert faults == []


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("instructions", instruction_sets())
def test_the_cost_and_slope_of_logits_however_far(dtype, instructions):
    network = gn.Network([gn.Dense(1), gn.Sigmoid()], loss=gn.BinaryCrossEntropy())
    network = network.on(Native(instructions=instructions))
    one = {"W1": np.ones((1, 1), dtype), "b1": np.zeros((1, 1), dtype)}
    units = 8 * float(np.finfo(dtype).eps)
    for z in (-800, -110, -95, -30, -5, -1, -1e-3, 0, 1e-3, 1, 5, 30, 95, 110, 800):
        for y in (0, 1):
            X, Y = np.full((1, 1), z, dtype), np.full((1, 1), y, dtype)
            exact = np.logaddexp(0.0, float(X[0, 0])) - y * float(X[0, 0])
            rounding = units * max(1, abs(z))
            assert network.cost(one, X, Y) == pytest.approx(exact, rel=0, abs=rounding)
            slope = network.gradients(one, X, Y)["db1"].item()
            assert slope == pytest.approx(expit(float(X[0, 0])) - y, rel=0, abs=units)
