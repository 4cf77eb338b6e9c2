"""Files: an estimator comes back as it was, and the command line opens it."""

import json

import numpy as np
import pandas as pd
import polars as pl
import pytest
from tests.estimators.test_networks import Everywhere

import glassnet as gn
from glassnet.cli.app import app
from glassnet.errors import DataError, ModelFileError, UnknownLayer

try:
    from typer.testing import CliRunner
except ImportError:
    CliRunner = None


def came_back(model, path, **how):
    model.save(path, **how)
    again = type(model).load(path, **how)
    given = model.get_params()
    for name, value in again.get_params().items():
        assert value == (tuple(given[name]) if isinstance(given[name], list) else given[name])
    return again


def assert_same(again, model, X):
    np.testing.assert_array_equal(again.predict(X), model.predict(X))
    assert again.predict(X).dtype == model.predict(X).dtype
    for ask in ("predict_proba", "decision_function"):
        if hasattr(model, ask):
            np.testing.assert_array_equal(getattr(again, ask)(X), getattr(model, ask)(X))
    for name in ("n_iter_", "t_", "loss_", "loss_curve_", "n_layers_", "n_features_in_"):
        assert getattr(again, name) == getattr(model, name)
    assert again.history_["cost"] == model.history_["cost"]


@pytest.mark.parametrize("dtype", [np.float64, np.float32])
def test_it_comes_back(make, X, y, tmp_path, dtype):
    X = X.astype(dtype)
    model = make(alpha=0.5, metrics=["score"]).fit(X, y)
    again = came_back(model, tmp_path / "model.safetensors")
    assert_same(again, model, X)
    assert again.partial_fit(X, y).t_ == 2 * 23 + 23


@pytest.mark.parametrize("labels", [["no", "yes"], [-1, 1], [False, True], [b"a", b"b"], [1.5, 3]])
def test_labels_come_back(X, y, tmp_path, labels):
    if labels == [1.5, 3]:
        labels = [1.0, 3.0]
    model = gn.MLPClassifier((3,), max_iter=2, class_weight={labels[0]: 2.0})
    if labels[0] is False or isinstance(labels[0], bytes):
        model.set_params(class_weight="balanced")
    model.fit(X, np.array(labels)[y])
    again = came_back(model, tmp_path / "m.safetensors")
    assert_same(again, model, X)
    np.testing.assert_array_equal(again.classes_, model.classes_)


def test_several_targets_come_back(X, y, tmp_path):
    numbers = np.column_stack([1000 * X[:, 0], X[:, 1] - 5])
    model = gn.MLPRegressor(hidden_layer_sizes=(3,), max_iter=2).fit(X, numbers)
    assert_same(came_back(model, tmp_path / "a.safetensors"), model, X)
    labels = np.column_stack([y, X[:, 2] > 0]).astype(int)
    model = gn.MLPClassifier((3,), max_iter=2).fit(X, labels)
    assert_same(came_back(model, tmp_path / "b.safetensors"), model, X)
    told = gn.load(tmp_path / "b.safetensors").predict({f"x{i}": X[:, i] for i in range(3)})
    np.testing.assert_array_equal(told.T, model.predict(X))


def test_ensembles_quantiles_and_layers_come_back(X, y, tmp_path):
    models = [
        gn.MLPClassifier((3,), max_iter=2, n_ensemble=2, random_state=0),
        gn.MLPRegressor(gn.Quantile((0.1, 0.9)), (3,), max_iter=2),
        gn.NetworkRegressor([gn.Dense(3), gn.LayerNorm(), gn.SiLU()], max_iter=2),
        gn.NetworkRegressor([gn.Dense(3)], loss="poisson", max_iter=2),
    ]
    for number, model in enumerate(models):
        model.fit(X, y)
        assert_same(came_back(model, tmp_path / f"{number}.safetensors"), model, X)


def test_several_quantiles_of_one_target_are_columns_of_the_opened_model(X, y, tmp_path):
    loss = gn.Quantile((0.1, 0.5, 0.9))
    model = gn.MLPRegressor(loss, (3,), max_iter=2).fit(X, pd.Series(1000.0 * y, name="price"))
    assert_same(came_back(model, tmp_path / "m.safetensors"), model, X)
    opened = gn.load(tmp_path / "m.safetensors")
    assert opened.target.names == ("price",)
    columns = list(opened.columns(np.array([[1.0], [2.0], [3.0]])))
    assert [column.name for column in columns] == [
        "price_quantile_0.1",
        "price_quantile_0.5",
        "price_quantile_0.9",
    ]
    assert [(column.A.item(), column.quantile) for column in columns] == [
        (1.0, 0.1),
        (2.0, 0.5),
        (3.0, 0.9),
    ]
    told = opened.predict({f"x{i}": X[:, i] for i in range(3)})
    np.testing.assert_allclose(told.T, model.predict(X), rtol=1e-12)


@pytest.mark.parametrize("shape", [(5, 7), (3, 5, 7)])
def test_arrays_of_any_rank_come_back(shape, tmp_path):
    X = np.random.default_rng(0).normal(3.0, 2.0, size=(29, *shape))
    y = X.reshape(29, -1).sum(axis=1)
    model = gn.NetworkRegressor([Everywhere(), gn.Dense(3)], max_iter=2).fit(X, y)
    with pytest.raises(UnknownLayer, match="Everywhere"):
        model.save(tmp_path / "m.safetensors")
    again = came_back(model, tmp_path / "m.safetensors", classes=(Everywhere,))
    assert_same(again, model, X)
    bare = gn.load(tmp_path / "m.safetensors", classes=(Everywhere,))
    np.testing.assert_array_equal(bare.predict(np.moveaxis(X, 0, -1)), model.predict(X))


def test_tables_come_back(X, y, tmp_path):
    table = pd.DataFrame(X, columns=["a", "b", "c"]).assign(town=np.where(y, "near", "far"))
    model = gn.MLPClassifier((3,), max_iter=5).fit(table, pd.Series(y, name="sold"))
    again = came_back(model, tmp_path / "m.safetensors")
    assert_same(again, model, table)
    assert again.table_ == model.table_
    assert again.feature_names_in_.tolist() == ["a", "b", "c", "town"]


def test_what_is_code_is_not_written(X, y, tmp_path):
    model = gn.MLPClassifier(
        (3,), max_iter=2, callbacks=[print], monitor=lambda m, X, y: 0.0, random_state=None
    )
    model.fit(X, y).save(tmp_path / "m.safetensors")
    again = gn.MLPClassifier.load(tmp_path / "m.safetensors")
    assert again.callbacks == ()
    assert again.monitor is None


def test_the_same_fit_gives_the_same_file(make, X, y, tmp_path):
    for name in ("one", "two"):
        make().fit(X, y).save(tmp_path / name)
    assert (tmp_path / "one").read_bytes() == (tmp_path / "two").read_bytes()


def test_files_of_something_else(X, y, tmp_path):
    path = tmp_path / "m.safetensors"
    gn.MLPClassifier((3,), max_iter=2).fit(X, y).save(path)
    with pytest.raises(DataError, match="the file holds no MLPRegressor"):
        gn.MLPRegressor.load(path)
    network = gn.Network([gn.Dense(1)], gn.SquaredError())
    gn.save(gn.Model(network, network.initialize((3,)), (3,)), path)
    with pytest.raises(DataError, match="a model that is no estimator"):
        gn.MLPClassifier.load(path)
    path.write_bytes(b"nothing")
    with pytest.raises(ModelFileError):
        gn.MLPClassifier.load(path)


def run(*arguments):
    found = CliRunner().invoke(app, [str(a) for a in arguments])
    assert found.exit_code == 0, found.output
    return found.stdout


@pytest.mark.parametrize("several", [False, True])
@pytest.mark.parametrize("classes", [False, True])
def test_the_command_line_opens_it(X, y, tmp_path, classes, several):
    table = pd.DataFrame(X, columns=["a", "b", "c"])
    targets = pd.DataFrame({"first": X[:, 0] * 9, "second": X[:, 1]})
    if classes:
        targets = (targets > 0).astype(int)
    cls = gn.MLPClassifier if classes else gn.MLPRegressor
    target = targets if several else targets["first"]
    model = cls(hidden_layer_sizes=(3,), max_iter=2).fit(table, target)
    model.save(tmp_path / "m.safetensors")
    table.join(targets).to_csv(tmp_path / "data.csv", index=False)
    files = (tmp_path / "m.safetensors", tmp_path / "data.csv")
    told = json.loads(run("predict", *files, "--json"))["predictions"]
    names = ["first", "second"] if several else ["first"]
    predicted = pl.DataFrame(told).select(names).to_numpy().squeeze()
    np.testing.assert_allclose(predicted, model.predict(table))
    scores = json.loads(run("evaluate", *files, "--json"))["test"]
    metric = "accuracy" if classes else "r2"
    if several:
        assert f"first {metric}" in scores
    else:
        assert scores[metric] == pytest.approx(model.score(table, target))
    explained = run("explain", *files, "--row", "3")
    assert all(name in explained for name in names)


@pytest.mark.parametrize("kind", [gn.MLPClassifier, gn.NetworkClassifier])
def test_one_class_comes_back(kind, X, tmp_path):
    model = kind(max_iter=1).fit(X, ["only"] * 23)
    assert_same(came_back(model, tmp_path / "m.safetensors"), model, X)
    told = gn.load(tmp_path / "m.safetensors").predict({f"x{i}": X[:, i] for i in range(3)})
    assert set(told) == {"only"}


def test_two_classes_behind_a_softmax_come_back(X, y, tmp_path):
    models = [
        gn.NetworkClassifier([gn.Dense(2), gn.Softmax()], max_iter=5),
        gn.MLPClassifier((3,), loss=gn.CategoricalCrossEntropy(), max_iter=5),
    ]
    for number, model in enumerate(models):
        model.fit(X, np.array(["no", "yes"])[y])
        path = tmp_path / f"{number}.safetensors"
        assert_same(came_back(model, path), model, X)
        loaded, table = gn.load(path), {f"x{i}": X[:, i] for i in range(3)}
        np.testing.assert_array_equal(loaded.predict(table), model.predict(X))
        np.testing.assert_allclose(loaded.probabilities(table).T, model.predict_proba(X))


def test_a_value_for_every_time_comes_back(tmp_path):
    X = np.random.default_rng(0).normal(size=(23, 5, 2))
    y = 1000 + 50 * X
    model = gn.NetworkRegressor([gn.GRU(3)], max_iter=2).fit(X, y)
    assert_same(came_back(model, tmp_path / "m.safetensors"), model, X)
    told = gn.load(tmp_path / "m.safetensors").predict(np.moveaxis(X, 0, -1))
    np.testing.assert_allclose(np.moveaxis(told, -1, 0), model.predict(X))
