"""Models that take arrays, on files that NumPy wrote: predict, evaluate, step and diagnose."""

import zipfile
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from sklearn.metrics import (
    accuracy_score,
    log_loss,
    mean_absolute_error,
    mean_pinball_loss,
    r2_score,
    root_mean_squared_error,
)
from tests.cli.conftest import glassnet

import glassnet as gn

QUICK = {"max_iter": 2, "random_state": 0}
pytestmark = pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")


@pytest.fixture
def images() -> np.ndarray:
    return np.random.default_rng(0).normal(size=(23, 5, 7, 1))


@pytest.fixture
def bright(images) -> np.ndarray:
    return np.where(images.mean(axis=(1, 2, 3)) > 0, "bright", "dark")


@pytest.fixture
def classifier(images, bright):
    layers = [gn.Conv2D(2, (3, 3)), gn.ReLU(), gn.Flatten()]
    model = gn.NetworkClassifier(layers, **QUICK).fit(images, bright)
    model.save("images.safetensors")
    return model


def read(*arguments: object) -> pl.DataFrame:
    ended = glassnet("predict", *arguments)
    assert (ended.code, ended.err) == (0, "")
    return pl.read_csv(ended.out.encode())


def test_images_are_told_apart(images, classifier):
    np.save("new.npy", images)
    told = read("images.safetensors", "new.npy")
    assert told.columns == ["y", "probability_bright", "probability_dark"]
    assert told["y"].to_list() == classifier.predict(images).tolist()
    np.testing.assert_allclose(told[:, 1:].to_numpy(), classifier.predict_proba(images), rtol=1e-6)
    np.savez_compressed("new.npz", anything=images)
    assert read("images.safetensors", "new.npz").equals(told)


def test_branches_have_their_names(images):
    X = {"image": images, "table": np.random.default_rng(1).normal(size=(23, 3))}
    layers = [gn.Parallel(image=gn.Flatten(), table=gn.Dense(2), join="concatenate")]
    model = gn.NetworkRegressor(layers, **QUICK).fit(X, X["table"][:, 0])
    model.save("hybrid.safetensors")
    np.savez("both.npz", **X)
    told = read("hybrid.safetensors", "both.npz")
    np.testing.assert_allclose(told["y"], model.predict(X), rtol=1e-6)
    np.savez("one.npz", image=images, tabel=X["table"])
    ended = glassnet("predict", "hybrid.safetensors", "one.npz")
    assert ended.code == 3
    assert "expected   image (m, 5, 7, 1), table (m, 3)" in ended.err
    assert "received   image, tabel" in ended.err


def test_every_time_has_a_row():
    X = np.random.default_rng(0).normal(size=(11, 7, 2))
    model = gn.NetworkRegressor([gn.GRU(3)], **QUICK).fit(X, X[..., 0])
    model.save("times.safetensors")
    np.save("new.npy", X)
    told = read("times.safetensors", "new.npy")
    assert told.columns == ["example", "time", "y"]
    assert told[:9, "time"].to_list() == [*range(1, 8), 1, 2]
    np.testing.assert_allclose(told["y"], model.predict(X).ravel(), rtol=1e-6)


def test_a_model_without_a_target_gives_its_outputs():
    network = gn.Network([gn.Dense(2)], gn.SquaredError())
    parameters = network.initialize((3,), 0)
    gn.save(gn.Model(network, parameters, (3,)), "bare.safetensors")
    X = np.arange(15.0).reshape(5, 3)
    np.save("new.npy", X)
    told = read("bare.safetensors", "new.npy")
    np.testing.assert_allclose(told.to_numpy(), network.predict(parameters, X.T).T, rtol=1e-6)
    assert told.columns == ["a0", "a1"]


def scores(*arguments: object) -> dict[str, float]:
    ended = glassnet("evaluate", *arguments, "--json")
    assert (ended.code, ended.err) == (0, "")
    return ended.told["test"]


def test_labels_stand_beside_the_arrays(images, bright, classifier):
    np.savez("new.npz", X=images, y=bright)
    assert read("images.safetensors", "new.npz").height == 23  # labels are not looked at
    ended = glassnet("evaluate", "images.safetensors", "new.npz")
    assert "  arrays      new.npz: 23 examples\n" in ended.out
    told = scores("images.safetensors", "new.npz")
    assert told["accuracy"] == accuracy_score(bright, classifier.predict(images))
    assert told["log_loss"] == pytest.approx(log_loss(bright, classifier.predict_proba(images)))
    np.savez("columns.npz", X=images, y=bright[:, None])
    assert scores("images.safetensors", "columns.npz") == told


def test_branches_are_measured(images):
    X = {"image": images, "table": np.random.default_rng(1).normal(size=(23, 3))}
    layers = [gn.Parallel(image=gn.Flatten(), table=gn.Dense(2), join="concatenate")]
    y = X["table"][:, 0]
    model = gn.NetworkRegressor(layers, **QUICK).fit(X, y)
    model.save("hybrid.safetensors")
    np.savez("both.npz", **X, y=y)
    told, mine = scores("hybrid.safetensors", "both.npz"), model.predict(X)
    assert told["rmse"] == pytest.approx(root_mean_squared_error(y, mine), rel=1e-6)
    assert told["mae"] == pytest.approx(mean_absolute_error(y, mine), rel=1e-6)
    assert told["r2"] == pytest.approx(model.score(X, y), rel=1e-6)


def test_several_targets_at_every_time_are_measured():
    X = np.random.default_rng(0).normal(size=(11, 7, 2))
    y = np.stack([X[..., 0], X.sum(axis=-1), 100 + X[..., 1]], axis=-1)
    model = gn.NetworkRegressor([gn.GRU(3)], **QUICK).fit(X, y)
    model.save("times.safetensors")
    np.savez("new.npz", X=X, y=y)
    told, mine = scores("times.safetensors", "new.npz"), model.predict(X)
    for column in range(3):
        true, own = y[..., column].ravel(), mine[..., column].ravel()
        assert told[f"y{column} r2"] == pytest.approx(r2_score(true, own), rel=1e-6)


def test_quantiles_are_measured():
    X = np.random.default_rng(0).normal(size=(23, 5, 2))
    loss = gn.Quantile((0.1, 0.8))
    model = gn.NetworkRegressor([gn.GRU(3, last=True)], loss=loss, **QUICK).fit(X, X[:, -1, 0])
    model.save("quantiles.safetensors")
    np.savez("new.npz", X=X, y=X[:, -1, 0])
    told = scores("quantiles.safetensors", "new.npz")
    for column, quantile in enumerate((0.1, 0.8)):
        mine = mean_pinball_loss(X[:, -1, 0], model.predict(X)[:, column], alpha=quantile)
        assert told[f"y_quantile_{quantile} mean_pinball_loss"] == pytest.approx(mine, rel=1e-6)


@pytest.fixture
def tagger():
    """Sequences padded by hand, labels that mean nothing behind them, and the tagger's score."""
    random = np.random.default_rng(0)
    ragged = [random.normal(size=(length, 2)) for length in (7, 3, 5, 1, 2, 7, 6, 4, 5, 3, 7)]
    tags = [np.where(each[:, 0] > 0, "up", "down") for each in ragged]
    model = gn.NetworkClassifier([gn.GRU(3, masked=True)], **QUICK).fit(ragged, tags)
    model.save("tagger.safetensors")
    X, y = np.zeros((11, 7, 2)), np.full((11, 7), "none")
    mask = np.arange(7)[:, None] < np.array([len(each) for each in ragged])[:, None, None]
    for i, (each, own) in enumerate(zip(ragged, tags, strict=True)):
        X[i, : len(each)], y[i, : len(own)] = each, own
    np.savez("padded.npz", A0=X, mask=mask, y=y)
    return model, model.score(ragged, tags), (X, mask, y)


def test_padding_is_worth_nothing(tagger):
    _, score, (X, mask, y) = tagger
    assert scores("tagger.safetensors", "padded.npz")["accuracy"] == score
    ended = glassnet("step", "tagger.safetensors", "padded.npz", "--json")
    assert (ended.code, ended.err) == (0, "")
    stages = ended.told["stages"]
    model = gn.load("tagger.safetensors")
    data = {"A0": np.moveaxis(X, 0, -1), "mask": np.moveaxis(mask, 0, -1)}
    gradients = model.network.gradients(
        model.parameters,
        model.encode(data),
        np.moveaxis(y == "up", 0, -1)[:, None].astype(float),
        sample_weight=data["mask"].astype(float),
    )
    backward = next(stage["arrays"] for stage in stages if "dWu1" in stage["arrays"])
    np.testing.assert_allclose(backward["dWu1"], gradients["dWu1"], rtol=1e-5, atol=1e-8)


def test_an_update_of_images_and_what_the_doctor_finds(images, bright, classifier):
    np.savez("new.npz", X=images, y=bright)
    ended = glassnet("step", "images.safetensors", "new.npz", "--updates", 2)
    assert (ended.code, ended.err) == (0, "")
    assert "update 2, update" in ended.out
    np.savez("later.npz", X=images[:11], y=bright[:11])
    ended = glassnet(
        "diagnose", "images.safetensors", "new.npz", "--validation", "later.npz", "--json"
    )
    model, X = gn.load("images.safetensors"), np.moveaxis(images, 0, -1)
    found = gn.doctor(model, X, bright, validation=(X[..., :11], bright[:11])).to_data()
    assert ended.told["findings"] == found["findings"]
    assert "rows shared with validation" in [finding["name"] for finding in found["findings"]]


def test_a_model_without_a_target_has_its_cost():
    network = gn.Network([gn.Dense(2)], gn.SquaredError(), penalties=[gn.L2(0.1)])
    parameters = network.initialize((3,), 0)
    gn.save(gn.Model(network, parameters, (3,)), "bare.safetensors")
    X, Y = np.arange(15.0).reshape(5, 3), np.arange(10.0).reshape(5, 2)
    np.savez("new.npz", X=X, y=Y)
    told = scores("bare.safetensors", "new.npz")
    assert told == {"cost": pytest.approx(network.cost(parameters, X.T, Y.T), rel=1e-6)}
    assert glassnet("step", "bare.safetensors", "new.npz").code == 0
    assert glassnet("diagnose", "bare.safetensors", "new.npz").code == 0


@pytest.mark.parametrize("command", ["evaluate", "step", "diagnose"])
@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda y: None, "new.npz holds no labels.\n  expected   an array y beside X"),
        (lambda y: y[:-1], "y in new.npz has shape (22,).\n  expected   y (23,): the labels"),
        (lambda y: np.stack([y, y], axis=1), "y in new.npz has shape (23, 2)."),
        (lambda y: np.where(y == "dark", "dim", y), "holds labels that training did not have"),
    ],
)
def test_labels_that_do_not_fit(images, bright, classifier, command, change, said):
    y = change(bright)
    np.savez("new.npz", images, **({} if y is None else {"y": y}))
    ended = glassnet(command, "images.safetensors", "new.npz")
    assert (ended.code, ended.out) == (3, "")
    assert said in ended.err
    assert "  to fix     " in ended.err


def test_labels_are_not_looked_at_where_none_are_needed(images, classifier):
    np.savez("new.npz", X=images, y=np.array("dark"))
    assert read("images.safetensors", "new.npz").height == 23


@pytest.mark.parametrize("command", ["evaluate", "step", "diagnose"])
def test_masks_that_leave_nothing(tagger, command):
    _, _, (X, mask, y) = tagger
    np.savez("nothing.npz", A0=X, mask=np.zeros_like(mask), y=y)
    ended = glassnet(command, "tagger.safetensors", "nothing.npz")
    assert (ended.code, ended.out) == (3, "")
    assert ended.err.startswith("The masks leave no time of any example.\n")
    assert "  received   0 at all 7 times of 11 examples\n" in ended.err


def test_an_array_alone_has_no_labels(images, classifier):
    np.save("new.npy", images)
    ended = glassnet("evaluate", "images.safetensors", "new.npy")
    assert ended.code == 3
    assert "new.npy holds no labels." in ended.err
    assert "numpy.savez(path, X=X, y=y) writes both" in ended.err


def whole(images):
    return np.full((3, 5, 7, 1), {}, dtype=object)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda X: X[..., 0], "X in new.npy has shape (23, 5, 7)."),
        (lambda X: np.moveaxis(X, 0, -1), "X in new.npy has shape (5, 7, 1, 23)."),
        (whole, "new.npy holds no arrays"),
        (lambda X: X[:, :4], "Dense"),
        (lambda X: X * np.nan, "NaN"),
    ],
)
def test_arrays_that_do_not_fit(images, classifier, change, said):
    np.save("new.npy", change(images), allow_pickle=True)
    ended = glassnet("predict", "images.safetensors", "new.npy")
    assert (ended.code, ended.out) == (3, "")
    assert said in ended.err
    assert "  to fix     " in ended.err


def test_files_that_ask_for_more_than_they_hold(images, classifier, monkeypatch):
    header = b"\x93NUMPY\x01\x00v\x00{'descr': '<f8', 'fortran_order': False, "
    header += b"'shape': (1000000000000, 5, 7, 1), }"
    Path("huge.npy").write_bytes(header.ljust(127) + b"\n")
    with zipfile.ZipFile("huge.npz", "w") as archive:
        archive.write("huge.npy")
    for file in ("huge.npy", "huge.npz"):
        ended = glassnet("predict", "images.safetensors", file)
        assert ended.code == 3, ended
        assert f"{file} holds no arrays" in ended.err
    monkeypatch.setenv("GLASSNET_MEMORY_GIB", "0.000001")
    np.savez_compressed("bomb.npz", X=np.zeros((500, 5, 7, 1)))
    assert "Reading these arrays needs" in glassnet("predict", "images.safetensors", "bomb.npz").err
    ended = glassnet("predict", "images.safetensors", "nowhere.npy")
    assert ended.code == 4
