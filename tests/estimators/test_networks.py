"""Any layers behind scikit-learn's contract."""

import numpy as np
import pytest
from sklearn.base import clone
from sklearn.metrics import r2_score
from sklearn.model_selection import GridSearchCV, cross_val_score

import glassnet as gn
from glassnet.errors import ShapeError


@pytest.mark.parametrize("layers", [[gn.Dense(4), gn.Tanh()], (gn.Dense(4), gn.Tanh())])
def test_layers_survive(layers):
    model = gn.NetworkClassifier(layers)
    assert model.get_params()["layers"] is layers
    assert clone(model).layers == layers
    assert gn.NetworkClassifier().set_params(layers=layers).layers is layers
    assert "Dense(units=4)" in repr(model)


@pytest.mark.row(60)
def test_whole_networks_must_fit_the_classes(X, y):
    layers = [gn.Dense(10), gn.Softmax()]
    with pytest.raises(ShapeError, match="the layers end in 10 units, but the 2 classes of y ask"):
        gn.NetworkClassifier(layers).fit(X, y)
    ten = gn.NetworkClassifier(layers, max_iter=1).fit(X[:20], np.arange(20) % 10)
    assert ten.network_.layers == tuple(layers)
    with pytest.raises(ShapeError, match="the layers end in 3 units, but y has 1 columns"):
        gn.NetworkRegressor([gn.Dense(3), gn.Identity()]).fit(X, y)


@pytest.mark.parametrize(
    ("layers", "outputs"),
    [
        ([gn.Dense(1), gn.Sigmoid()], (gn.Dense(1), gn.Sigmoid())),
        ([gn.Dense(2), gn.Softmax()], (gn.Dense(2), gn.Softmax())),
        ([gn.Chain([gn.Dense(2), gn.Softmax()])], (gn.Chain([gn.Dense(2), gn.Softmax()]),)),
        ([gn.Dense(5), gn.ReLU()], (gn.Dense(5), gn.ReLU(), gn.Dense(1), gn.Sigmoid())),
        ([], (gn.Dense(1), gn.Sigmoid())),
    ],
)
def test_the_output_is_added_where_it_is_not_there(X, y, layers, outputs):
    model = gn.NetworkClassifier(layers, max_iter=30, random_state=0).fit(X, y)
    assert model.network_.layers == outputs
    assert model.predict_proba(X).shape == (23, 2)
    np.testing.assert_allclose(model.predict_proba(X).sum(axis=1), 1)
    np.testing.assert_array_equal(model.predict(X), model.decision_function(X) > 0)


@pytest.mark.parametrize("shape", [(7,), (5, 7), (3, 5, 7)])
def test_arrays_of_any_rank(shape):
    """Dense layers work at every place; one with a place of its own sums over them."""
    rng = np.random.default_rng(0)
    X = rng.normal(size=(29, *shape))
    places = X.reshape(29, -1, 7)
    y = (places[..., 0].mean(axis=1) > 0).astype(int)
    model = gn.NetworkClassifier([Everywhere(), gn.Dense(4), gn.ReLU()], max_iter=3).fit(X, y)
    assert model.predict(X).shape == (29,)
    assert model.scaling_.center.shape == (7,)
    trace = model.trace(X, y)
    assert trace["X"].shape == (*shape, 29)
    with pytest.raises(ValueError, match=r"has (\d+ features|examples of shape)"):
        model.predict(X.reshape(29, -1)[:, :2])


def test_another_shape_at_predict():
    X = np.zeros((11, 5, 7)) + np.arange(11)[:, None, None]
    model = gn.NetworkRegressor([Everywhere()], max_iter=1).fit(X, np.arange(11.0))
    with pytest.raises(ShapeError, match="X has examples of shape"):
        model.predict(np.ones((11, 5, 6)))


def test_search_and_cross_validation(X, y):
    search = GridSearchCV(
        gn.NetworkClassifier(max_iter=2, random_state=0),
        {"layers": [[gn.Dense(3), gn.ReLU()], [gn.Dense(4), gn.Tanh()]], "alpha": [0.0, 0.1]},
        cv=2,
    ).fit(X, y)
    assert len(search.cv_results_["params"]) == 4
    assert search.best_estimator_.predict(X).shape == (23,)
    assert len(cross_val_score(gn.NetworkRegressor(max_iter=2), X, X[:, 0], cv=3)) == 3


class Everywhere(gn.Layer):
    """The mean over all places in front of the units."""

    shapes = "A: ... n m -> A_mean: n m"

    def forward(self, xp, A):
        return {"A_mean": xp.mean(A, axis=tuple(range(A.ndim - 2))) if A.ndim > 2 else A}

    def backward(self, xp, dA_mean, A):
        places = A.size // dA_mean.size
        return {"dA": xp.broadcast_to(dA_mean / places, A.shape)}


@pytest.mark.row(60)
@pytest.mark.parametrize("layer", [gn.LSTM(4), gn.GRU(4), gn.SimpleRNN(4)])
@pytest.mark.parametrize("kind", [gn.NetworkClassifier, gn.NetworkRegressor])
def test_a_sequence_where_one_answer_is_asked_for(kind, layer, y):
    X = np.random.default_rng(0).normal(size=(23, 5, 2))
    with pytest.raises(ShapeError, match="the layers end in 5 × 1 units, but") as caught:
        kind([layer]).fit(X, y)
    assert "last=True" in caught.value.fix
    assert caught.value.received == "A[L] (5, 1, m)"


@pytest.mark.row(60)
def test_positions_where_one_answer_is_asked_for(y):
    X = np.random.default_rng(0).normal(size=(23, 5, 7, 1))
    with pytest.raises(ShapeError, match="the layers end in 3 × 5 × 1 units") as caught:
        gn.NetworkClassifier([gn.Conv2D(2, (3, 3))]).fit(X, y)
    assert "Flatten()" in caught.value.fix


@pytest.mark.row(58)
def test_images_and_series_without_an_axis_for_channels(y):
    images = np.random.default_rng(0).normal(size=(23, 5, 7))
    for layer, X in ((gn.Conv2D(2, (3, 3)), images), (gn.GRU(2, last=True), images[..., 0])):
        layers = [layer, gn.Flatten()] if X.ndim == 3 else [layer]
        with pytest.raises(ShapeError, match="cannot take") as caught:
            gn.NetworkClassifier(layers).fit(X, y)
        assert caught.value.fix == "add an axis for the only one: X[..., None]"
        gn.NetworkClassifier(layers, max_iter=1).fit(X[..., None], y)
    with pytest.raises(ShapeError, match="can make nothing of") as caught:  # no axis would help
        gn.NetworkClassifier([gn.Conv2D(2, (9, 9))]).fit(images[..., None], y)
    assert "X[..., None]" not in str(caught.value)


def test_a_value_for_every_time():
    random = np.random.default_rng(0)
    X = random.normal(size=(60, 7, 2))
    y = 1000 + 50 * np.stack([X[..., 0], X.sum(axis=-1), X[..., 1]], axis=-1)
    layers = [gn.Dense(5), gn.Tanh()]
    model = gn.NetworkRegressor(layers, max_iter=300, learning_rate_init=0.02, random_state=0)
    told = model.fit(X, y).predict(X)
    assert told.shape == y.shape
    score = r2_score(y.reshape(-1, 3), told.reshape(-1, 3))  # all times together
    assert model.score(X, y) == pytest.approx(score)
    assert score > 0.9
    weights = random.integers(1, 4, size=60)
    assert model.score(X, y, weights) == pytest.approx(
        model.score(np.repeat(X, weights, axis=0), np.repeat(y, weights, axis=0))
    )
    assert len(cross_val_score(clone(model).set_params(max_iter=2), X, y, cv=3)) == 3
    for wrong, said in ((y[:, :3], "pass y with 7 times"), (y[:, 0], "last=True")):
        with pytest.raises(ShapeError, match="the layers end in 7 × 3 units") as caught:
            clone(model).fit(X, wrong)
        assert said in caught.value.fix or wrong.ndim == 2
    with pytest.raises(ShapeError, match="the layers end in 3 units") as caught:
        gn.NetworkRegressor([gn.GRU(2, last=True)]).fit(X, y)
    assert "leave last=True out" in caught.value.fix


def test_images_of_another_size_are_refused_by_their_shape():
    images = np.random.default_rng(0).normal(size=(13, 7, 5, 3))
    model = gn.NetworkRegressor([gn.Conv2D(2, 3), gn.Flatten()], max_iter=1)
    model.fit(images, np.arange(13.0))
    with pytest.raises(ShapeError) as caught:
        model.predict(images[:, :6])
    assert "expected   X (m, 7, 5, 3)\n  received   X (m, 6, 5, 3)" in str(caught.value)
