"""Several networks, each from a seed of its own, as one."""

import pickle

import numpy as np
import pytest
from sklearn.base import clone

import glassnet as gn


def test_their_mean_is_predicted(make, X, y):
    model = make(n_ensemble=3, max_iter=3).fit(X, y)
    members = [clone(model).set_params(n_ensemble=1) for _ in range(3)]
    seeds = [model._seed_of(number) for number in range(3)]
    alone = [m.set_params(random_state=s).fit(X, y) for m, s in zip(members, seeds, strict=True)]
    ask = "predict_proba" if hasattr(model, "classes_") else "predict"
    mean = np.mean([getattr(one, ask)(X) for one in alone], axis=0)
    np.testing.assert_allclose(getattr(model, ask)(X), mean, rtol=1e-12)
    assert len({one.parameters_["W1"].tobytes() for one in alone}) == 3
    assert isinstance(model.network_.layers[0], gn.Ensemble)
    assert sorted(model.parameters_)[0] == "member1.W1"
    assert [len(history) for history in model.histories_] == [3, 3, 3]


def test_decisions_agree_with_predictions(X, y):
    model = gn.MLPClassifier((4,), n_ensemble=2, max_iter=5, random_state=0).fit(X, y)
    np.testing.assert_array_equal(model.predict(X), model.decision_function(X) > 0)
    three = y + (X[:, 2] > 1)
    model = model.fit(X, three)
    np.testing.assert_array_equal(model.predict(X), model.decision_function(X).argmax(axis=1))


def test_warm_start_goes_on_with_every_member(make, X, y):
    model = make(n_ensemble=2, max_iter=2, warm_start=True, batch_size=23).fit(X, y)
    before = model.loss_
    assert model.fit(X, y).loss_ < before
    with pytest.raises(ValueError, match="same layers, loss and n_ensemble"):
        model.set_params(n_ensemble=3).fit(X, y)


def test_what_one_network_has_alone(X, y):
    model = gn.MLPClassifier((4,), n_ensemble=2, max_iter=1).fit(X, y)
    assert not hasattr(model, "coefs_")
    with pytest.raises(ValueError, match="'n_ensemble' parameter must be 1"):
        model.partial_fit(X, y)


def test_pickles_and_traces(make, X, y):
    model = make(n_ensemble=2).fit(X, y)
    copied = pickle.loads(pickle.dumps(model))
    np.testing.assert_array_equal(copied.predict(X), model.predict(X))
    assert "member2.Z1" in model.trace(X, y)
