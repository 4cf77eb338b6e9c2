"""Tables: of numbers alone as arrays are, otherwise by the plan of `glassnet.tables`."""

import pickle
from decimal import Decimal

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

import glassnet as gn
from glassnet.errors import GlassnetWarning

LIBRARIES = {
    "pandas": lambda columns: pd.DataFrame(columns),
    "polars": lambda columns: pl.DataFrame(columns),
    "arrow": lambda columns: pa.table(columns),
}


@pytest.fixture(params=LIBRARIES)
def table(request):
    return LIBRARIES[request.param]


@pytest.fixture
def mixed():
    rng = np.random.default_rng(0)
    town = np.array(["far", "near", "mid"])[rng.integers(0, 3, 60)]
    rooms = [None if i % 7 == 0 else float(n) for i, n in enumerate(rng.integers(1, 9, 60))]
    y = (town == "near").astype(int)
    return {"town": town.tolist(), "rooms": rooms, "age": rng.normal(size=60).tolist()}, y


def test_numbers_give_the_bits_of_an_array(make, X, y, table):
    model = make().fit(table(dict(zip("abc", X.T, strict=True))), y)
    same = make().fit(X, y)
    np.testing.assert_array_equal(model.parameters_["W1"], same.parameters_["W1"])
    assert model.table_ is None
    assert model.feature_names_in_.tolist() == ["a", "b", "c"]


@pytest.mark.row(10)
def test_nullable_numbers_and_booleans_are_numbers(make, X, y):
    numbers = pd.DataFrame({"a": X[:, 0], "b": X[:, 1] > 0, "c": np.arange(23)})
    nullable = numbers.astype({"c": "Int64", "b": "boolean"})
    same = make().fit(numbers.astype(float), y).predict(numbers.astype(float))
    for other in (numbers, nullable):
        model = make().fit(other, y)
        np.testing.assert_array_equal(model.predict(other), same)


@pytest.mark.row(9, 10)
def test_text_dates_and_missing_values_are_learnt_from(make, mixed, table):
    columns, y = mixed
    X = table(columns)
    model = make(max_iter=100, learning_rate_init=0.02).fit(X, y)
    assert model.score(X, y) > 0.8
    assert model.n_features_in_ == 3
    assert model.feature_names_in_.tolist() == ["town", "rooms", "age"]
    assert "town = near" in model.table_.names
    copied = pickle.loads(pickle.dumps(model))
    np.testing.assert_array_equal(copied.predict(X), model.predict(X))


def test_every_library_gives_the_same(make, mixed):
    columns, y = mixed
    told = [make().fit(kind(columns), y).predict(kind(columns)) for kind in LIBRARIES.values()]
    np.testing.assert_array_equal(told[0], told[1])
    np.testing.assert_array_equal(told[0], told[2])


@pytest.mark.row(10)
def test_dates_decimals_and_categories(make, y):
    days = pd.date_range("2024-01-01", periods=23)
    X = pd.DataFrame(
        {
            "day": days,
            "price": [Decimal(i) / 4 for i in range(23)],
            "size": pd.Categorical(["s", "m"] * 11 + ["s"]),
        }
    )
    model = make().fit(X, y)
    assert np.isfinite(np.asarray(model.trace(X)["X"])).all()
    assert {line.kind for line in model.table_.describe()} >= {"category", "number"}


@pytest.mark.row(30)
def test_other_columns_at_predict(make, mixed):
    columns, y = mixed
    X = pd.DataFrame(columns)
    model = make().fit(X, y)
    with pytest.raises(ValueError, match="feature names should match those that were passed"):
        model.predict(X[["rooms", "town", "age"]])
    with pytest.raises(ValueError, match="feature names should match those that were passed"):
        model.predict(X.rename(columns={"town": "city"}))


def test_values_that_training_did_not_have(make, mixed):
    columns, y = mixed
    model = make().fit(pd.DataFrame(columns), y)
    new = pd.DataFrame({"town": ["moon"], "rooms": [np.nan], "age": [0.0]})
    assert model.predict(new).shape == (1,)


def test_a_stream_of_tables(mixed):
    columns, y = mixed
    X = pd.DataFrame(columns)
    model = gn.MLPClassifier(random_state=0)
    for part in np.array_split(np.arange(60), 3):
        model.partial_fit(X.iloc[part], y[part], classes=[0, 1])
    assert model.t_ == 60


def test_validation_rows_of_a_table(mixed):
    columns, y = mixed
    X = pd.DataFrame(columns)
    model = gn.MLPClassifier(max_iter=2, random_state=0)
    model.fit(X[:40], y[:40], X_val=X[40:], y_val=y[40:])
    assert model.history_[-1].validation_cost is not None


def test_a_value_that_is_missing_only_later_is_the_mean_of_fit(make, X, y, table, tmp_path):
    columns = dict(zip("abc", X.T.tolist(), strict=True))
    model = make().fit(table(columns), y)
    gap = {**columns, "b": [None, *columns["b"][1:]]}
    filled = X.copy()
    filled[0, 1] = X[:, 1].mean()
    with pytest.warns(GlassnetWarning, match="where none was missing in `fit`: b"):
        predicted = model.predict(table(gap))
    np.testing.assert_array_equal(
        predicted, model.predict(table(dict(zip("abc", filled.T, strict=True))))
    )
    model.save(tmp_path / "m.safetensors")
    kept = gn.load(tmp_path / "m.safetensors")
    np.testing.assert_allclose(
        np.asarray(kept.outputs(pd.DataFrame(gap)), float).ravel()[0],
        model._outputs(pd.DataFrame(dict(zip("abc", filled.T, strict=True)))).ravel()[0],
        rtol=1e-6,
    )
