"""Streams: partial_fit with what the optimiser remembers."""

import pickle

import numpy as np
import pytest

import glassnet as gn


def stream(model, X, y, batches=5, **first):
    for part in np.array_split(np.arange(len(X)), batches):
        model.partial_fit(X[part], y[part], **first)
        first = {}
    return model


def needed(model, y):
    return {"classes": np.unique(y)} if hasattr(model, "classes_") or "Cl" in str(model) else {}


@pytest.mark.parametrize("solver", ["adam", "sgd"])
def test_the_same_stream_gives_the_same_bits(make, X, y, solver):
    one, two = (stream(m, X, y, **needed(m, y)) for m in (make(solver=solver), make(solver=solver)))
    np.testing.assert_array_equal(one.predict(X), two.predict(X))
    assert one.t_ == 23
    assert len(one.loss_curve_) == len(one.history_) == 5
    assert one.n_iter_ == 1


@pytest.mark.parametrize("solver", ["adam", "sgd"])
def test_the_optimiser_remembers(make, X, y, solver):
    """Ten streamed epochs are ten epochs of a fit, up to the order of the rows."""
    how = {"solver": solver, "batch_size": 23, "max_iter": 10, "tol": 0.0}
    model = make(**how)
    for _ in range(10):
        model.partial_fit(X, y, **needed(model, y))
    fitted = make(**how).fit(X, y)
    for name, W in fitted.parameters_.items():
        np.testing.assert_array_equal(model.parameters_[name], W)


def test_a_stream_goes_on_after_a_pickle(make, X, y):
    model = make()
    stream(model, X, y, **needed(model, y))
    copied = pickle.loads(pickle.dumps(model))
    np.testing.assert_array_equal(
        model.partial_fit(X, y).predict(X), copied.partial_fit(X, y).predict(X)
    )


def test_a_stream_goes_on_after_a_fit(make, X, y):
    model = make(max_iter=3, batch_size=23).fit(X, y)
    more = model.partial_fit(X, y)
    np.testing.assert_allclose(
        more.parameters_["W1"], make(max_iter=4, batch_size=23).fit(X, y).parameters_["W1"]
    )


@pytest.mark.row(67)
def test_a_batch_without_rows_changes_nothing(make, X, y):
    model = make()
    stream(model, X, y, **needed(model, y))
    before = pickle.dumps({k: v for k, v in vars(model).items() if k != "history_"})
    model.partial_fit(X[:0], y[:0])
    assert pickle.dumps({k: v for k, v in vars(model).items() if k != "history_"}) == before
    with pytest.raises(ValueError, match=r"0 sample\(s\)"):
        make().partial_fit(X[:0], y[:0])


@pytest.mark.row(21)
@pytest.mark.parametrize("kind", [gn.MLPClassifier, gn.NetworkClassifier])
def test_a_class_that_was_not_announced(kind, X, y):
    model = kind(max_iter=2).partial_fit(X, y, classes=[0, 1])
    with pytest.raises(ValueError, match=r"`y` has classes not in `self.classes_`") as caught:
        model.partial_fit(X, y + 1)
    assert "[0 1]" in str(caught.value)
    assert "also 2" in str(caught.value)
    with pytest.raises(ValueError, match="`y` has classes not in"):
        kind().partial_fit(X, y + 1, classes=[0, 1])
    with pytest.raises(ValueError, match="is not the same as on last call to partial_fit, was"):
        model.partial_fit(X, y, classes=[0, 1, 2])


@pytest.mark.row(22)
@pytest.mark.parametrize("kind", [gn.MLPClassifier, gn.NetworkClassifier])
def test_classes_belong_to_the_first_call(kind, X, y):
    with pytest.raises(ValueError, match="classes must be passed on the first call to partial_fit"):
        kind().partial_fit(X, y)
    model = kind().partial_fit(X[:5], np.zeros(5, int), classes=[0, 1, 2])
    assert model.predict_proba(X).shape == (23, 3)


@pytest.mark.parametrize("kind", [gn.MLPClassifier, gn.NetworkClassifier])
def test_several_labels_and_weights(kind, X, y):
    labels = np.column_stack([y, X[:, 2] > 0]).astype(int)
    model = kind(random_state=0)
    for _ in range(200):
        model.partial_fit(X, labels, sample_weight=np.ones(23))
    assert (model.predict(X) == labels).mean() > 0.9


def test_lbfgs_has_no_stream(make, X, y):
    assert not hasattr(make(solver="lbfgs"), "partial_fit")
    assert not hasattr(make(solver=gn.LBFGS()), "partial_fit")
    assert hasattr(make(solver=gn.RMSprop()), "partial_fit")
    with pytest.raises(AttributeError, match="has no attribute 'partial_fit'") as error:
        make(solver="lbfgs").partial_fit(X, y)
    assert "lbfgs is not stochastic" in str(error.value.__cause__)
    assert hasattr(make(solver="lbfgs").set_params(solver="adam"), "partial_fit")


def test_weights_that_were_set_are_gone_on_from(X, y):
    model = gn.MLPRegressor(hidden_layer_sizes=(), random_state=0).partial_fit(X, y)
    model.coefs_ = [np.full((3, 1), 100.0)]
    moved = model.partial_fit(X, y).coefs_[0]
    np.testing.assert_allclose(moved, 100, rtol=0.01)


def test_coefficients_are_set_one_by_one_too(X, y):
    model = gn.MLPRegressor(hidden_layer_sizes=(2,), max_iter=1).fit(X, y)
    model.coefs_[0] = np.zeros((3, 2))
    np.testing.assert_array_equal(model.coefs_[0], 0)
    assert np.ptp(model.predict(X)) < 1e-15
    with pytest.raises(ValueError, match="read-only"):
        model.coefs_[0][0, 0] = 1.0
    with pytest.raises(ValueError, match=r"coefs_ \(3, 2\), \(2, 1\)"):
        model.coefs_ = [np.zeros((3, 2))] * 2
