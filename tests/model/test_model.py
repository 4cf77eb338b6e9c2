"""The model: raw rows in, labels and units out, nothing ever changed."""

import numpy as np
import polars as pl
import pytest

import glassnet as gn
from glassnet.errors import DataError, DataTypeError, HyperparameterError, ShapeError
from glassnet.model.model import Model
from glassnet.tables import Classes, Quantity, plan_table

TABLE = {"rooms": [2, 3, 5, 7, 11], "coast": ["near", "far", "far", "near", "bay"]}
NETWORK = gn.Network([gn.Dense(3), gn.Tanh(), gn.Dense(1)], loss=gn.SquaredError())
PRICE = Quantity("price", 50.0, 10.0, lowest=30.0, highest=70.0, capped=0.0)
BOATS = Classes("boat", ("barge", "canoe", "ferry"))


def model_of(network=NETWORK, input_shape=(2,), dtype=np.float64, seed=1, **rest):
    return Model(network, network.initialize(input_shape, seed, dtype=dtype), input_shape, **rest)


def classifier(k=3):
    loss, last = (
        (gn.BinaryCrossEntropy(), gn.Sigmoid())
        if k == 2
        else (gn.CategoricalCrossEntropy(), gn.Softmax())
    )
    return gn.Network([gn.Dense(1 if k == 2 else k), last], loss=loss)


def test_rows_of_a_table_become_numbers_in_their_own_unit():
    plan = plan_table(TABLE)
    model = model_of(input_shape=(len(plan.names),), plan=plan, target=PRICE)
    A = NETWORK.predict(model.parameters, plan.encode(TABLE))
    np.testing.assert_array_equal(model.outputs(TABLE), A)
    np.testing.assert_array_equal(model.predict(TABLE), A[0] * 10 + 50)
    np.testing.assert_array_equal(model.predict(pl.DataFrame(TABLE)), model.predict(TABLE))


def test_rows_of_a_table_become_labels():
    plan = plan_table(TABLE)
    model = model_of(classifier(), (len(plan.names),), plan=plan, target=BOATS)
    shares = model.probabilities(TABLE)
    assert shares.shape == (3, 5)
    np.testing.assert_allclose(shares.sum(axis=0), 1)
    assert model.predict(TABLE).tolist() == [BOATS.labels[i] for i in shares.argmax(axis=0)]


def test_two_classes_have_two_probabilities():
    model = model_of(classifier(2), target=Classes("sold", (False, True)))
    shares = model.probabilities([[1.0, 2.0], [0.5, -7.0]])
    np.testing.assert_allclose(shares.sum(axis=0), 1)
    assert model.predict([[1.0, 2.0], [0.5, -7.0]]).tolist() == (shares[1] >= 0.5).tolist()


def test_without_a_target_the_outputs_are_the_prediction():
    model = model_of()
    X = np.arange(6.0).reshape(2, 3)
    np.testing.assert_array_equal(model.predict(X), model.outputs(X))
    assert model.predict(X).shape == (1, 3)


def test_several_quantiles_have_a_row_each():
    network = gn.Network([gn.Dense(3)], loss=gn.Quantile((0.1, 0.5, 0.9)))
    model = model_of(network, target=PRICE)
    X = np.arange(6.0).reshape(2, 3)
    np.testing.assert_allclose(model.predict(X), model.outputs(X) * 10 + 50)


def test_branches_take_an_array_each():
    network = gn.Network(
        [gn.Parallel(image=gn.Dense(3), table=gn.Dense(2), join="concatenate"), gn.Dense(1)],
        loss=gn.SquaredError(),
    )
    model = model_of(network, {"image": (4, 5), "table": (4, 2)}, np.float32)
    data = {"image": np.ones((4, 5, 7)), "table": np.ones((4, 2, 7))}
    assert model.predict(data).shape == (4, 1, 7)
    assert model.predict(data).dtype == np.float32
    with pytest.raises(TypeError):
        model.input_shape["image"] = (1, 1)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_predictions_are_computed_in_the_type_of_the_parameters(dtype):
    model = model_of(dtype=dtype)
    assert model.dtype == dtype
    for given in (np.float32, np.float64, np.int8):
        assert model.outputs(np.ones((2, 3), given)).dtype == dtype
    plan = plan_table(TABLE)
    encoded = model_of(input_shape=(len(plan.names),), dtype=dtype, plan=plan).encode(TABLE)
    assert encoded.dtype == dtype


def test_pieces_give_what_the_whole_gives():
    model, X = model_of(target=PRICE), np.random.default_rng(3).normal(size=(2, 101))
    pieces = [model.predict(X[:, start : start + 13]) for start in range(0, 101, 13)]
    np.testing.assert_allclose(np.concatenate(pieces), model.predict(X), rtol=1e-13)


@pytest.mark.row(132)
def test_nothing_changes():
    parameters = {name: W.copy() for name, W in NETWORK.initialize((2,), 1).items()}
    record, X = {"rows": [1, 2]}, np.ones((2, 3))
    model = Model(NETWORK, parameters, (2,), record=record)
    before = model.predict(X)
    X.flags.writeable = False
    parameters["W1"] += 1
    record["rows"].append(3)
    np.testing.assert_array_equal(model.predict(X), before)
    assert model.record == {"rows": [1, 2]}
    with pytest.raises(ValueError, match="read-only"):
        model.parameters["W1"][0, 0] = 7
    with pytest.raises(TypeError):
        model.parameters["W1"] = 7
    with pytest.raises(TypeError):
        model.record["rows"] = 7
    with pytest.raises(AttributeError):
        model.version = "2"


def test_a_view_of_an_array_that_changes_is_copied():
    own = np.ones((3, 2))
    view = own[:]
    view.flags.writeable = False
    model = Model(NETWORK, {**NETWORK.initialize((2,)), "W1": view}, (2,))
    own += 1
    assert model.parameters["W1"].tolist() == [[1.0, 1.0]] * 3
    again = Model(NETWORK, model.parameters, (2,))
    assert again.parameters["W1"] is model.parameters["W1"]


def test_parameters_stand_in_the_order_of_the_network_and_in_rows():
    made = NETWORK.initialize((2,))
    given = {name: np.asfortranarray(made[name]) for name in reversed(made)}
    model = Model(NETWORK, given, (np.int64(2),))
    assert list(model.parameters) == ["W1", "b1", "W2", "b2"]
    assert all(W.flags.c_contiguous for W in model.parameters.values())
    assert type(model.input_shape[0]) is int


def test_a_model_can_be_taken_apart_for_a_copy():
    model = model_of(target=PRICE, record={"rows": 3})
    kind, values = model.__reduce__()
    again = kind(*values)
    assert (again.network, again.target, again.record) == (NETWORK, PRICE, {"rows": 3})
    np.testing.assert_array_equal(again.predict(np.ones((2, 3))), model.predict(np.ones((2, 3))))
    assert not any(type(value).__name__ == "mappingproxy" for value in values)


def test_the_repr_shows_no_arrays():
    assert "array" not in repr(model_of())
    assert repr(model_of()).startswith("Model(network=Network(layers=(Dense(units=3), Tanh()")


def test_figures_that_are_undefined_are_none():
    model = model_of(record={"test": {"r2": np.float64("nan"), "rmse": np.float32(0.5)}})
    assert model.record == {"test": {"r2": None, "rmse": 0.5}}
    with pytest.raises(HyperparameterError, match=r"record\.plan cannot be kept in a model"):
        model_of(record={"plan": object()})


def test_parameters_that_do_not_fit_the_network():
    given = NETWORK.initialize((2,))
    given["W1"] = given["W1"].T
    del given["b2"]
    with pytest.raises(ShapeError) as refused:
        Model(NETWORK, {**given, "W3": np.ones((1, 1))}, (2,))
    assert str(refused.value) == (
        "the parameters do not fit the network.\n"
        "  expected   W1 (3, 2), b1 (3, 1), W2 (1, 3), b2 (1, 1)\n"
        "  received   W1 is (2, 3) instead of (3, 2), b2 is missing, W3 is unknown\n"
        "  to fix     pass the parameters of this network, and the input_shape that it learned"
        " from"
    )


def test_parameters_of_two_types():
    given = NETWORK.initialize((2,))
    with pytest.raises(DataTypeError, match="mix float32 and float64"):
        Model(NETWORK, {**given, "b1": given["b1"].astype(np.float32)}, (2,))


def test_a_plan_that_does_not_fit_the_network():
    with pytest.raises(ShapeError) as refused:
        model_of(plan=plan_table(TABLE))
    assert refused.value.expected == "input_shape (4,): what the plan makes of an example"
    assert refused.value.received == "input_shape (2,)"


def test_a_target_that_does_not_fit_the_network():
    with pytest.raises(ShapeError) as refused:
        model_of(target=BOATS)
    assert refused.value.expected == "A (3, m): boat = barge, boat = canoe, boat = ferry"
    assert refused.value.received == "A (1, m)"


@pytest.mark.parametrize(
    ("network", "target"),
    [(NETWORK, PRICE), (NETWORK, None), (NETWORK, Classes("sold", (0, 1)))],
    ids=["a quantity", "no target", "an output without bounds"],
)
def test_what_gives_no_probabilities(network, target):
    with pytest.raises(DataError, match="this model gives no probabilities") as refused:
        model_of(network, target=target).probabilities(np.ones((2, 3)))
    assert refused.value.fix == "use predict, or outputs"


@pytest.mark.row(3, 5, 56)
@pytest.mark.parametrize(
    ("X", "kind", "message"),
    [
        (np.ones((3, 5)), ShapeError, "cannot take A"),
        (np.ones(2), ShapeError, "rank-1"),
        ([[np.nan], [1.0]], DataError, "contains NaN"),
        ([[1e39], [1.0]], DataError, "value too large"),
        ([["a"], ["b"]], DataTypeError, "no numbers"),
    ],
)
def test_data_that_do_not_fit(X, kind, message):
    with pytest.raises(kind, match=message):
        model_of(dtype=np.float32).predict(X)


EVERYTHING = gn.Network(
    [
        gn.Embedding(11, 6),
        gn.PositionalEncoding(),
        gn.Residual([gn.SelfAttention(6, heads=2, masked=True)]),
        gn.BatchNorm(),
        gn.Parallel(a=gn.SimpleRNN(3, activation=gn.ReLU()), b=gn.GRU(3), join="multiply"),
        gn.Bidirectional(gn.LSTM(2, masked=True, truncate=3)),
        gn.LayerNorm(),
        gn.ResetAfterGRU(2, last=True),
        gn.Dense(1),
    ],
    gn.SquaredError(),
)


def test_layers_for_sequences_are_saved_with_their_statistics(tmp_path):
    random = np.random.default_rng(0)
    X = {
        "A0": random.integers(0, 11, (7, 1, 13)),
        "mask": np.ones((7, 1, 13), dtype=int),
    }
    result = gn.train(EVERYTHING, X, random.standard_normal((1, 13)), epochs=3, batch_size=5)
    model = Model(EVERYTHING, result.parameters, {"A0": (7, 1), "mask": (7, 1)})
    gn.save(model, tmp_path / "model.safetensors")
    loaded = gn.load(tmp_path / "model.safetensors")
    assert loaded.network == EVERYTHING
    assert not np.array_equal(loaded.parameters["mu_run3"], np.zeros((6, 1)))
    for name, array in result.parameters.items():
        np.testing.assert_array_equal(loaded.parameters[name], array)
    np.testing.assert_array_equal(loaded.predict(X), EVERYTHING.predict(result.parameters, X))
