"""Whole numbers: they come in as they are, exact, in range, and decide no type."""

import numpy as np
import pytest
from tests.conformance.test_networks import check_network, normal

import glassnet as gn
from glassnet.errors import DataError, DataTypeError, HyperparameterError

T, M, SYMBOLS = 5, 7, 11
INDICES = np.random.default_rng(0).integers(0, SYMBOLS, (T, 1, M))
NETWORK = gn.Network([gn.Embedding(SYMBOLS, 3), gn.Tanh(), gn.Dense(1)], gn.SquaredError())
PARAMETERS = NETWORK.initialize((T, 1), 1)


def test_every_symbol_has_its_column():
    trace = NETWORK.trace(PARAMETERS, INDICES)
    for t, _, example in np.ndindex(INDICES.shape):
        column = PARAMETERS["W1"][:, INDICES[t, 0, example]]
        np.testing.assert_array_equal(trace["Z1"][t, :, example], column)
    assert trace["X"].dtype.kind == "i"


def test_symbols_that_do_not_come_have_no_gradient():
    X = np.full((T, 1, M), 4)
    dW = NETWORK.gradients(PARAMETERS, X, normal(T, 1, M))["dW1"]
    assert np.flatnonzero(np.any(dW, axis=0)).tolist() == [4]


@pytest.mark.row(70)
@pytest.mark.parametrize("value", [-1, SYMBOLS, 2**62])
def test_numbers_out_of_range_are_refused(value):
    X = INDICES.copy()
    X[2, 0, 3] = value
    with pytest.raises(DataError) as caught:
        NETWORK.predict(PARAMETERS, X)
    assert str(caught.value) == (
        "X holds whole numbers out of range.\n"
        "  expected   integers from 0 to 10\n"
        f"  received   1 others, the first is {value} at unit 2, 0, example 3\n"
        "  to fix     count from 0, or give the layer that reads them more than 11"
    )


@pytest.mark.row(70)
@pytest.mark.parametrize("X", [INDICES + 0.5, INDICES.astype(float), INDICES.astype(str)])
def test_what_is_no_whole_number_is_refused(X):
    with pytest.raises(DataTypeError, match="X must hold whole numbers"):
        NETWORK.cost(PARAMETERS, X, normal(T, 1, M))


@pytest.mark.parametrize("kind", ["int8", "uint64", "int64"])
def test_every_kind_of_integer_is_taken(kind):
    expected = NETWORK.predict(PARAMETERS, INDICES)
    np.testing.assert_array_equal(NETWORK.predict(PARAMETERS, INDICES.astype(kind)), expected)
    np.testing.assert_array_equal(NETWORK.predict(PARAMETERS, INDICES.tolist()), expected)


def test_they_do_not_decide_the_type_of_the_numbers():
    small = {name: W.astype(np.float32) for name, W in PARAMETERS.items()}
    assert NETWORK.predict(small, INDICES).dtype == np.float32
    Y = normal(T, 1, M).astype(np.float32)
    gradients = NETWORK.gradients(PARAMETERS, INDICES, Y)
    assert all(dW.dtype == np.float32 for dW in gradients.values())
    result = gn.train(NETWORK, INDICES, Y, epochs=2, batch_size=3)
    assert all(W.dtype == np.float32 for W in result.parameters.values())
    assert gn.train(NETWORK, INDICES, normal(T, 1, M), epochs=1).parameters["W1"].dtype == float


def test_a_mask_does_not_decide_it_either():
    network = gn.Network([gn.GRU(2, masked=True)], gn.SquaredError())
    parameters = network.initialize({"A0": (T, 1), "mask": (T, 1)})
    X = normal(T, 1, M).astype(np.float32)
    for mask in (INDICES > 4, (INDICES > 4).astype(int), (INDICES > 4).astype(np.uint8)):
        assert network.predict(parameters, {"A0": X, "mask": mask}).dtype == np.float32
    with pytest.raises(DataTypeError, match=r"X\['mask'\] must hold whole numbers"):
        network.predict(parameters, {"A0": X, "mask": np.ones((T, 1, M))})
    with pytest.raises(DataError, match=r"X\['mask'\] holds whole numbers out of range"):
        network.predict(parameters, {"A0": X, "mask": INDICES})


def test_only_data_are_whole_numbers():
    with pytest.raises(HyperparameterError) as caught:
        gn.Network([gn.Dense(1), gn.Embedding(3, 2)], gn.SquaredError()).initialize((1,))
    assert str(caught.value) == (
        "Embedding(symbols=3, units=2, initializer=Normal(scale=1.0)) cannot read Z[1], which "
        "holds real numbers.\n"
        "  expected   whole numbers, which only the data can be\n"
        "  received   Z[1] as a layer makes it\n"
        "  to fix     begin the network, or its branch, with this layer"
    )


def test_an_input_is_either_whole_or_real():
    with pytest.raises(HyperparameterError) as caught:
        gn.Network([gn.Residual([gn.Embedding(3, 1)])], gn.SquaredError()).initialize((1,))
    assert "cannot read A[0], which holds whole numbers" in str(caught.value)
    assert "give each of the two layers a branch" in str(caught.value)


def test_categories_beside_numbers_of_a_table():
    network = gn.Network(
        [
            gn.Parallel(
                city=gn.Embedding(SYMBOLS, 2),
                numbers=gn.Chain([gn.Dense(3), gn.Tanh()]),
                join="concatenate",
            ),
            gn.Dense(1),
        ],
        gn.SquaredError(),
    )
    X = {"city": INDICES[0], "numbers": normal(2, M)}
    assert network.graph.integers == {"city.A0": SYMBOLS}
    check_network(network, X, normal(1, M), {"city": (1,), "numbers": (2,)})


def test_a_large_vocabulary_in_the_memory_of_a_step():
    """One-hot columns of all steps at once would be 3.2 GB here."""
    network = gn.Network([gn.Embedding(20_000, 2), gn.Dense(1)], gn.SquaredError())
    X = np.random.default_rng(1).integers(0, 20_000, (200, 1, 100))
    dW = network.gradients(network.initialize((200, 1)), X, np.zeros((200, 1, 100)))["dW1"]
    assert dW.shape == (2, 20_000)


def test_a_model_takes_them_too(tmp_path):
    gn.save(gn.Model(NETWORK, PARAMETERS, (T, 1)), tmp_path / "model.safetensors")
    model = gn.load(tmp_path / "model.safetensors")
    np.testing.assert_array_equal(model.predict(INDICES), NETWORK.predict(PARAMETERS, INDICES))
    with pytest.raises(DataTypeError, match="X must hold whole numbers"):
        model.predict(INDICES.astype(float))
