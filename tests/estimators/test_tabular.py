"""The recipe for tables behind scikit-learn's contract."""

import pickle

import numpy as np
import pandas as pd
import pytest
from sklearn.base import clone
from sklearn.model_selection import cross_val_score

import glassnet as gn


@pytest.fixture
def houses():
    rng = np.random.default_rng(0)
    size, town = rng.uniform(30, 200, 240), rng.choice(["near", "far", "mid"], 240)
    price = 1000 * (size + 80 * (town == "near") + rng.normal(0, 5, 240))
    table = pd.DataFrame({"size": size, "town": town})
    table.loc[::9, "size"] = np.nan
    return table, pd.Series(price, name="price")


def test_numbers_of_a_table(houses, tmp_path):
    X, y = houses
    model = gn.MLPRegressor(recipe="tabular", n_ensemble=2, random_state=0)
    assert clone(model).recipe == "tabular"
    model.fit(X, y)
    assert model.score(X, y) > 0.8
    assert len(model.histories_) == 2
    again = gn.MLPRegressor(recipe="tabular", n_ensemble=2, random_state=0).fit(X, y)
    np.testing.assert_array_equal(again.predict(X), model.predict(X))
    model.save(tmp_path / "m.safetensors")
    loaded = gn.MLPRegressor.load(tmp_path / "m.safetensors")
    np.testing.assert_array_equal(loaded.predict(X), model.predict(X))
    np.testing.assert_array_equal(pickle.loads(pickle.dumps(model)).predict(X), model.predict(X))
    assert "one of 2 networks" in model._repr_html_()
    assert not hasattr(model, "coefs_")


@pytest.mark.parametrize("k", [2, 3])
def test_classes_of_a_table(houses, k):
    X, price = houses
    y = np.array(["cheap", "dear", "dearest"])[np.digitize(price, [1.5e5, 2.2e5])[:].clip(0, k - 1)]
    model = gn.MLPClassifier(recipe="tabular", n_ensemble=1, random_state=0).fit(X, y)
    assert model.score(X, y) > 0.8
    assert model.predict_proba(X).shape == (240, k)
    np.testing.assert_allclose(model.predict_proba(X).sum(axis=1), 1, rtol=1e-6)
    if k == 2:
        decided = model.classes_[(model.decision_function(X) > 0).astype(int)]
        np.testing.assert_array_equal(model.predict(X), decided)


def test_arrays_have_columns_too(houses):
    X, y = houses
    X = np.column_stack([X["size"].fillna(100.0), (X["town"] == "near")])
    model = gn.MLPRegressor(recipe="tabular", n_ensemble=2, random_state=0).fit(X, y)
    assert model.table_.used[0].name == "x0"
    assert model.score(X, y) > 0.6
    with pytest.raises(ValueError, match="X has 1 features"):
        model.predict(X[:, :1])
    scores = cross_val_score(gn.MLPRegressor(recipe="tabular", n_ensemble=2), X, y, cv=2)
    assert scores.mean() > 0.5


def test_weights_count(houses):
    X, y = houses
    weights = (np.arange(240) % 3 > 0).astype(float)
    model = gn.MLPRegressor(recipe="tabular", n_ensemble=1, random_state=0)
    there = clone(model).fit(X, y, sample_weight=weights).predict(X)
    ones = np.ones(int(weights.sum()))
    gone = clone(model).fit(X[weights > 0], y[weights > 0], sample_weight=ones).predict(X)
    np.testing.assert_array_equal(there, gone)


@pytest.mark.parametrize(
    ("how", "said"),
    [
        ({"hidden_layer_sizes": (5,)}, "'hidden_layer_sizes' parameter must be left out"),
        ({"early_stopping": True}, "'early_stopping' parameter must be left out"),
        ({"alpha": 0.5, "dropout": 0.1}, "received   alpha, dropout"),
    ],
)
def test_what_the_recipe_chooses_is_not_given(houses, how, said):
    with pytest.raises(ValueError, match=said):
        gn.MLPRegressor(recipe="tabular", **how).fit(*houses)


def test_what_the_recipe_cannot(houses):
    X, y = houses
    model = gn.MLPRegressor(recipe="tabular")
    with pytest.raises(ValueError, match="2 targets at once"):
        model.fit(X, np.column_stack([y, y]))
    with pytest.raises(ValueError, match="where X_val is given"):
        model.fit(X, y, X_val=X, y_val=y)
    with pytest.raises(ValueError, match="for a stream"):
        model.partial_fit(X, y)
    with pytest.raises(TypeError, match="no numbers or lack values: 'size', 'town'"):
        model.set_params(categorical_features=None).fit(X, y)
