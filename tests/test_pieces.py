"""Sequences in pieces: the numbers of the whole, and what cannot be predicted so."""

import numpy as np
import pytest

import glassnet as gn
from glassnet.errors import DataError, HyperparameterError, ShapeError

T, N, M = 11, 3, 7
RANDOM = np.random.default_rng(0)
X = RANDOM.standard_normal((T, N, M))
MASK = (np.arange(T)[:, None, None] < np.array([11, 1, 4, 7, 3, 10, 2])).astype(int)


def network(*layers):
    return gn.Network(layers, gn.SquaredError())


def in_pieces(net, parameters, X, ends):
    outputs, states = [], None
    for start, end in zip((0, *ends), (*ends, T), strict=True):
        piece = {k: v[start:end] for k, v in X.items()} if isinstance(X, dict) else X[start:end]
        A, states = net.predict_piece(parameters, piece, states)
        outputs.append(A)
    return outputs, states


@pytest.mark.parametrize("kind", [gn.SimpleRNN, gn.LSTM, gn.GRU, gn.ResetAfterGRU])
@pytest.mark.parametrize("ends", [(5,), (1, 2, 10), tuple(range(1, T))], ids=repr)
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_pieces_are_the_whole(kind, ends, dtype):
    net = network(gn.Dense(2), kind(5), gn.Tanh(), kind(3), gn.Dropout(0.5), gn.Dense(1))
    parameters, data = net.initialize((T, N), 1), X.astype(dtype)
    outputs, states = in_pieces(net, parameters, data, ends)
    whole = net.predict(parameters, data)
    assert all(A.dtype == dtype for A in (*outputs, *states.values()))
    np.testing.assert_allclose(np.concatenate(outputs), whole, rtol=100 * np.finfo(dtype).eps)


def test_the_states_are_those_of_every_layer_with_one():
    net = network(gn.LSTM(5), gn.GRU(2))
    _, states = net.predict_piece(net.initialize((T, N)), X)
    shapes = {name: state.shape for name, state in states.items()}
    assert shapes == {"a_prev1": (5, M), "c_prev1": (5, M), "a_prev2": (2, M)}


def test_a_last_state_is_that_of_the_last_piece():
    net = network(gn.GRU(5), gn.GRU(2, last=True), gn.Dense(1))
    parameters = net.initialize((T, N), 1)
    outputs, _ = in_pieces(net, parameters, X, (2, 7))
    np.testing.assert_allclose(outputs[-1], net.predict(parameters, X), rtol=1e-13)


def test_masks_come_in_pieces_too():
    net = network(gn.LSTM(5, masked=True), gn.LSTM(2, masked=True, last=True))
    parameters = net.initialize({"A0": (T, N), "mask": (T, 1)}, 1)
    given = {"A0": X, "mask": MASK}
    outputs, _ = in_pieces(net, parameters, given, (2, 7))
    np.testing.assert_allclose(outputs[-1], net.predict(parameters, given), rtol=1e-13)


def test_symbols_one_by_one():
    net = network(gn.Embedding(13, 5), gn.GRU(3), gn.Dense(13))
    parameters, text = net.initialize((T, 1), 1), RANDOM.integers(0, 13, (T, 1, M))
    outputs, _ = in_pieces(net, parameters, text, tuple(range(1, T)))
    np.testing.assert_allclose(np.concatenate(outputs), net.predict(parameters, text), rtol=1e-12)


def test_nothing_that_is_given_is_written_to():
    net = network(gn.LSTM(5))
    parameters = net.initialize((T, N))
    _, states = net.predict_piece(parameters, X)
    before = {name: state.copy() for name, state in states.items()}
    net.predict_piece(parameters, X, states)
    assert all(np.array_equal(states[name], before[name]) for name in states)


@pytest.mark.parametrize(
    "layer",
    [
        gn.Bidirectional(gn.GRU(2)),
        gn.LSTM(2, reverse=True),
        gn.SelfAttention(2),
        gn.PositionalEncoding(),
    ],
    ids=repr,
)
def test_layers_that_look_ahead_are_refused(layer):
    net = network(gn.SimpleRNN(2), layer, gn.Dense(1))
    with pytest.raises(HyperparameterError, match="needs the whole sequence at once"):
        net.predict_piece(net.initialize((T, N)), X)


def test_the_error_of_a_layer_that_looks_ahead():
    net = network(gn.GRU(2), gn.SelfAttention(2))
    with pytest.raises(HyperparameterError) as caught:
        net.predict_piece(net.initialize((T, N)), X)
    assert str(caught.value) == (
        "layer 2 of 2, SelfAttention(units=2, heads=1), needs the whole sequence at once.\n"
        "  expected   layers that keep a state, or that treat every time on its own\n"
        "  received   SelfAttention(units=2, heads=1), which reads A: T n m\n"
        "  to fix     predict the whole sequence, or use recurrent layers that read forward"
    )


@pytest.mark.parametrize(
    ("states", "error"),
    [
        ({"a_prev2": np.zeros((5, M))}, DataError),
        ({}, DataError),
        (3, DataError),
        ({"a_prev1": np.zeros((5, M + 1))}, ShapeError),
        ({"a_prev1": np.zeros((4, M))}, ShapeError),
        ({"a_prev1": np.full((5, M), np.nan)}, DataError),
    ],
    ids=repr,
)
def test_states_of_something_else_are_refused(states, error):
    net = network(gn.GRU(5))
    with pytest.raises(error, match=r"states|a_prev1"):
        net.predict_piece(net.initialize((T, N)), X, states)


def test_a_table_has_no_states_and_no_pieces_to_mind():
    net = network(gn.Dense(2))
    A, states = net.predict_piece(net.initialize((N,)), X[0])
    assert A.shape == (2, M)
    assert states == {}
