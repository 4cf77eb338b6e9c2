"""Recurrent layers: what is special about them besides their equations."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.conformance import checks
from tests.conformance.test_networks import check_network, labels_for, normal

import glassnet as gn
from glassnet.errors import HyperparameterError, ShapeError
from glassnet.namespace import numpy_namespace as xp

T, N, M, UNITS = 5, 3, 7, 2
LENGTHS = np.array([5, 1, 4, 2, 3, 5, 2])
MASK = (np.arange(T)[:, None, None] < LENGTHS).astype(int)
KINDS = (gn.SimpleRNN, gn.LSTM, gn.GRU, gn.ResetAfterGRU)
each_kind = pytest.mark.parametrize("kind", KINDS)


def network(*layers, **rest):
    return gn.Network(layers, gn.SquaredError(), **rest)


def test_an_lstm_by_hand():
    """One unit, two steps; all weights 1 but those of c, which are 0 with a bias of atanh(½)."""
    one, A = np.ones((1, 2)), np.array([[[0.0]], [[2.0]]])
    parameters = dict.fromkeys(("Wf", "Wi", "Wo"), one) | dict.fromkeys(
        ("bf", "bi", "bo"), np.zeros((1, 1))
    )
    parameters |= {"Wc": 0 * one, "bc": np.array([[np.arctanh(0.5)]])}
    made = gn.LSTM(1).forward(xp, A, **parameters)
    first = 0.5 * np.tanh(0.25)  # every gate is σ(0) = ½, so c = ½ · ½
    gate = 1 / (1 + np.exp(-(first + 2)))
    cell = gate * 0.25 + gate * 0.5
    np.testing.assert_allclose(made["a"].ravel(), [first, gate * np.tanh(cell)], rtol=1e-15)
    np.testing.assert_allclose(made["c"].ravel(), [0.25, cell], rtol=1e-15)


@each_kind
@pytest.mark.parametrize("layer", ["one", "stacked", "both", "last"])
def test_gradients_of_a_network_with_masks_and_weights(kind, layer):
    layers = {
        "one": [kind(UNITS, masked=True), gn.Dense(1)],
        "stacked": [kind(UNITS, masked=True), gn.Tanh(), kind(UNITS, masked=True), gn.Dense(1)],
        "both": [gn.Bidirectional(kind(UNITS, masked=True)), gn.Dense(1)],
        "last": [gn.Bidirectional(kind(UNITS, masked=True, last=True)), gn.Dense(1)],
    }[layer]
    Y = normal(1, M) if layer == "last" else normal(T, 1, M)
    weights = None if layer == "last" else MASK
    net = network(gn.Dense(2), *layers)
    check_network(
        net,
        {"A0": normal(T, N, M), "mask": MASK},
        Y,
        {"A0": (T, N), "mask": (T, 1)},
        sample_weight=weights,
    )


@pytest.mark.row(64)
@each_kind
@pytest.mark.parametrize("last", [False, True])
def test_padding_changes_nothing(kind, last):
    """Sequences of the same length with and without padding, whatever stands in it."""
    net = network(kind(UNITS, masked=True, last=last), gn.Dense(1), penalties=(gn.L2(0.3),))
    shapes = {"A0": (T, N), "mask": (T, 1)}
    parameters = net.initialize(shapes, 1)
    X, Y = normal(T, N, M), normal(1, M) if last else normal(T, 1, M)
    padding = np.full((2, N, M), 1e6)
    long = {
        "A0": np.concatenate([X, padding]),
        "mask": np.concatenate([np.ones((T, 1, M)), np.zeros((2, 1, M))]).astype(int),
    }
    short = {"A0": X, "mask": np.ones((T, 1, M), dtype=int)}
    long_Y, weights = Y, {}
    if not last:
        long_Y = np.concatenate([Y, np.full((2, 1, M), 1e6)])
        weights = {"sample_weight": long["mask"]}
    alike = net.trace(parameters, short, Y), net.trace(parameters, long, long_Y, **weights)
    assert alike[1].cost == pytest.approx(alike[0].cost, rel=1e-13)
    for name in (*(f"d{name}" for name in parameters), "a_next1"):
        np.testing.assert_allclose(alike[1][name], alike[0][name], rtol=1e-11)


@pytest.mark.row(64)
@each_kind
def test_a_sequence_that_is_all_masked_has_the_state_that_it_began_with(kind):
    net = network(kind(UNITS, masked=True))
    parameters = net.initialize({"A0": (T, N), "mask": (T, 1)}, 1)
    mask = MASK.copy()
    mask[..., 3] = 0
    X = {"A0": normal(T, N, M), "mask": mask}
    assert not np.any(net.predict(parameters, X)[..., 3])
    _, states = net.predict_piece(parameters, X)
    begun = {name: state + 0.5 for name, state in states.items()}
    A, after = net.predict_piece(parameters, X, begun)
    for name, state in after.items():
        np.testing.assert_array_equal(state[:, 3], begun[name][:, 3])
    assert np.all(np.isfinite(A))
    gradients = net.gradients(parameters, X, normal(T, UNITS, M))
    assert all(np.all(np.isfinite(dW)) for dW in gradients.values())


@pytest.mark.row(64)
def test_a_sequence_of_no_length_is_refused():
    net = network(gn.GRU(2))
    with pytest.raises(ShapeError, match="of no length"):
        net.predict(net.initialize((T, N)), np.ones((0, N, M)))


@pytest.mark.row(64)
def test_a_mask_longer_than_the_sequence_is_refused():
    net = network(gn.GRU(2, masked=True))
    parameters = net.initialize({"A0": (T, N), "mask": (T, 1)})
    with pytest.raises(ShapeError) as caught:
        net.predict(parameters, {"A0": normal(T, N, M), "mask": np.ones((T + 1, 1, M), dtype=int)})
    assert "mask (T, 1, m) with T = 5 (A[0] is (5, 3, 7))" in str(caught.value)


def test_a_table_is_no_sequence():
    net = network(gn.LSTM(2))
    with pytest.raises(ShapeError) as caught:
        net.predict(net.initialize((T, N)), normal(N, M))
    assert str(caught.value) == (
        "layer 1 of 1, LSTM(units=2) cannot take A[0] of shape (3, 7).\n"
        "  equation   f[1]⟨t⟩ = sigmoid(Wf[1] [a[1]⟨t−1⟩; A[0]⟨t⟩] + bf[1])\n"
        "  expected   A[0] 3 axes (T, n, m) (Wf[1] is (2, 5))\n"
        "  received   A[0] (3, 7)\n"
        "  to fix     give A[0] the axes (T, n, m): time or space in front, examples last"
    )


@each_kind
def test_both_directions_are_a_layer_and_the_same_layer_on_the_reversed_sequence(kind):
    net = network(gn.Bidirectional(kind(UNITS)))
    parameters = net.initialize((T, N), 1)
    X = normal(T, N, M)
    own = {name: W for name, W in parameters.items() if name.endswith("1")}
    other = {f"{name[:-1]}1": W for name, W in parameters.items() if name.endswith("2")}
    alone = network(kind(UNITS))
    expected = [alone.predict(own, X), alone.predict(other, X[::-1])[::-1]]
    np.testing.assert_array_equal(net.predict(parameters, X), np.concatenate(expected, axis=1))


def test_two_directions_need_one_that_reads_forward():
    with pytest.raises(HyperparameterError, match="must be a layer that reads forward"):
        gn.Bidirectional(gn.GRU(2, reverse=True))
    with pytest.raises(HyperparameterError, match="must be a Recurrent"):
        gn.Bidirectional(gn.Dense(2))


def test_the_gradient_goes_no_further_back_than_the_truncation():
    layer = gn.SimpleRNN(UNITS, truncate=3)
    arrays = checks.arrays_for(layer, ())
    start = np.zeros((checks.TIMES, UNITS, checks.EXAMPLES))
    start[7] = 1.0
    dA = checks.both_ways(layer, arrays, {"da": start})["dA"]
    assert [bool(np.any(each)) for each in dA] == [t in (6, 7) for t in range(checks.TIMES)]


def test_a_forget_gate_begins_open():
    parameters = network(gn.LSTM(2)).initialize((T, N))
    np.testing.assert_array_equal(parameters["bf1"], np.ones((2, 1)))
    assert not any(np.any(parameters[f"b{gate}1"]) for gate in "ico")


def test_the_recurrent_weights_of_a_simple_layer_begin_orthogonal():
    Waa = network(gn.SimpleRNN(5)).initialize((T, N))["Waa1"]
    np.testing.assert_allclose(Waa @ Waa.T, np.eye(5), atol=1e-14)


@each_kind
def test_it_learns_what_only_a_memory_can_tell(kind):
    """Whether the first of five numbers was positive."""
    X = np.random.default_rng(0).standard_normal((T, 1, 60))
    Y = (X[0] > 0).astype(float)
    net = gn.Network([kind(8, last=True), gn.Dense(1), gn.Sigmoid()], gn.BinaryCrossEntropy())
    result = gn.train(net, X, Y, optimizer=gn.Adam(0.03), epochs=80)
    assert np.mean((net.predict(result.parameters, X) > 0.5) == Y) > 0.95


def test_a_layer_says_a_bad_field():
    with pytest.raises(HyperparameterError, match="'truncate' parameter of GRU"):
        gn.GRU(2, truncate=0)
    with pytest.raises(HyperparameterError, match="'activation' parameter of SimpleRNN"):
        gn.SimpleRNN(2, activation=gn.Softmax())


def test_labels_for_every_step():
    net = gn.Network([gn.GRU(UNITS), gn.Dense(3), gn.Softmax()], gn.CategoricalCrossEntropy())
    Y = labels_for(net.loss, (T, 3, M))
    check_network(net, normal(T, N, M), Y, (T, N), sample_weight=MASK)


@pytest.mark.row(64)
@settings(max_examples=25, deadline=None)
@given(st.lists(st.integers(0, 6), min_size=1, max_size=5), st.sampled_from(KINDS), st.booleans())
def test_every_sequence_is_as_if_it_were_alone(lengths, kind, reverse):
    """Of any lengths in any order, read from any end."""
    layer = kind(2, masked=True, last=True, reverse=reverse)
    X = np.random.default_rng(1).standard_normal((6, 3, len(lengths)))
    net, alone = network(layer), network(kind(2, last=True, reverse=reverse))
    parameters = alone.initialize((6, 3), 1)
    mask = np.arange(6)[:, None, None] < np.array(lengths)
    A = net.predict(parameters, {"A0": X, "mask": mask})
    for i, length in enumerate(lengths):
        one = np.zeros((2, 1))
        if length:
            one = alone.predict(parameters, X[:length, :, i : i + 1])
        np.testing.assert_allclose(A[:, i : i + 1], one, rtol=1e-12, atol=1e-15)
