"""Weights mean repetition: in the parameters, the scaling, the cost and the metrics."""

import numpy as np
import pytest
from sklearn.utils.class_weight import compute_sample_weight

import glassnet as gn


def repeated(X, y, weights):
    return np.repeat(X, weights, axis=0), np.repeat(y, weights)


@pytest.fixture
def weights(X):
    return np.random.default_rng(1).integers(0, 4, size=len(X))


@pytest.mark.parametrize("solver", ["adam", "sgd", "lbfgs"])
@pytest.mark.parametrize("standardize", [True, False])
def test_two_is_twice_and_zero_is_absent(make, X, y, weights, solver, standardize):
    how = {"solver": solver, "standardize": standardize, "max_iter": 20}
    weighted = make(**how).fit(X, y, sample_weight=weights)
    often = make(**how).fit(*repeated(X, y, weights))
    for name, W in often.parameters_.items():
        np.testing.assert_allclose(weighted.parameters_[name], W, rtol=1e-7, atol=1e-9)
    assert weighted.loss_ == pytest.approx(often.loss_, rel=1e-9)
    np.testing.assert_allclose(weighted.scaling_.scale, often.scaling_.scale, rtol=1e-12)


def test_zero_is_absent_to_the_bit(make, X, y):
    """Also from batch to batch, where a row takes the place of another."""
    weights = np.where(np.arange(23) % 3 == 0, 0, 1)
    there = make(batch_size=4).fit(X, y, sample_weight=weights)
    gone = make(batch_size=4).fit(
        X[weights > 0], y[weights > 0], sample_weight=np.ones(weights.sum())
    )
    np.testing.assert_array_equal(there.predict(X), gone.predict(X))


def test_all_weights_alike_are_none(make, X, y):
    same = make(batch_size=5).fit(X, y)
    for value in (1.0, 7.5):
        model = make(batch_size=5, alpha=same.alpha * value).fit(
            X, y, sample_weight=np.full(23, value)
        )
        np.testing.assert_allclose(model.parameters_["W1"], same.parameters_["W1"], rtol=1e-9)


@pytest.mark.parametrize("kind", [gn.MLPClassifier, gn.NetworkClassifier])
@pytest.mark.parametrize("class_weight", ["balanced", {0: 3.0, 1: 0.5}, {1: 2.0}])
def test_classes_weigh_as_scikit_learn_says(kind, X, y, class_weight):
    y = (X[:, 0] > 0.5).astype(int)
    given = kind(class_weight=class_weight, max_iter=3, random_state=0).fit(X, y)
    asked = kind(max_iter=3, random_state=0).fit(
        X, y, sample_weight=compute_sample_weight(class_weight, y)
    )
    np.testing.assert_allclose(given.predict_proba(X), asked.predict_proba(X), rtol=1e-12)


def test_balanced_counts_weights(X, y, weights):
    """A repeated row counts as often as it is repeated, also for the balance."""
    how = {"class_weight": "balanced", "max_iter": 3, "random_state": 0}
    weighted = gn.MLPClassifier(**how).fit(X, y, sample_weight=weights)
    often = gn.MLPClassifier(**how).fit(*repeated(X, y, weights))
    np.testing.assert_allclose(weighted.predict_proba(X), often.predict_proba(X), rtol=1e-9)


def test_classes_that_y_has_not(X, y):
    with pytest.raises(ValueError, match="names classes that y has not: 7"):
        gn.MLPClassifier(class_weight={7: 1.0}).fit(X, y)


def test_classes_of_several_labels_weigh_as_the_error_says(X, y):
    labels = np.column_stack([y, X[:, 2] > 0]).astype(int)
    with pytest.raises(ValueError, match=r"several labels at once.*\n.*compute_sample_weight"):
        gn.MLPClassifier(class_weight="balanced").fit(X, labels)
    weights = compute_sample_weight("balanced", labels)
    each = [compute_sample_weight("balanced", label) for label in labels.T]
    np.testing.assert_allclose(weights, np.prod(each, axis=0))
    how = {"max_iter": 3, "random_state": 0}
    model = gn.MLPClassifier(**how).fit(X, labels, sample_weight=weights)
    assert not np.allclose(
        model.predict_proba(X), gn.MLPClassifier(**how).fit(X, labels).predict_proba(X)
    )


def test_weights_of_the_validation_rows(make, X, y, weights):
    """In the validation cost and in the metrics."""
    X_val, y_val, w_val = X[:11], y[:11], weights[:11]
    how = {"metrics": ["score"], "max_iter": 3}
    weighted = make(**how).fit(X, y, X_val=X_val, y_val=y_val, sample_weight_val=w_val)
    X_rep, y_rep = repeated(X_val, y_val, w_val)
    often = make(**how).fit(X, y, X_val=X_rep, y_val=y_rep)
    for name in ("validation_cost", "score"):
        np.testing.assert_allclose(weighted.history_[name], often.history_[name], rtol=1e-9)


def test_class_weights_count_in_the_validation_too(X):
    y = (X[:, 0] > 0.5).astype(int)
    model = gn.MLPClassifier(class_weight="balanced", max_iter=2, random_state=0)
    model.fit(X, y, X_val=X, y_val=y)
    p = model.predict_proba(X)[np.arange(23), y]
    weights = compute_sample_weight("balanced", y)
    penalty = 0.0001 / 2 * sum((W**2).sum() for W in _weights(model)) / weights.sum()
    best = model.history_["validation_cost"][-1]
    assert best == pytest.approx(-np.average(np.log(p), weights=weights) + penalty, rel=1e-9)


def _weights(model):
    return [W for name, W in model.parameters_.items() if name.startswith("W")]
