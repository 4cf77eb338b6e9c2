"""``glassnet predict`` with a model that takes arrays, on files that NumPy wrote."""

import zipfile
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from tests.cli.conftest import glassnet

import glassnet as gn

QUICK = {"max_iter": 2, "random_state": 0}
pytestmark = pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")


@pytest.fixture
def images() -> np.ndarray:
    return np.random.default_rng(0).normal(size=(23, 5, 7, 1))


@pytest.fixture
def classifier(images):
    y = np.where(images.mean(axis=(1, 2, 3)) > 0, "bright", "dark")
    layers = [gn.Conv2D(2, (3, 3)), gn.ReLU(), gn.Flatten()]
    model = gn.NetworkClassifier(layers, **QUICK).fit(images, y)
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
