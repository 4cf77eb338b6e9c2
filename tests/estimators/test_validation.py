"""Validation rows: held out or the caller's own, what is measured there, and what is kept."""

import numpy as np
import pytest
from sklearn.datasets import make_regression
from sklearn.exceptions import ConvergenceWarning
from sklearn.metrics import accuracy_score, f1_score, get_scorer, r2_score
from sklearn.metrics import mean_absolute_error as mae

import glassnet as gn
from glassnet.errors import DataError, DivergenceError


@pytest.fixture
def noisy():
    rng = np.random.default_rng(0)
    X = rng.normal(size=(120, 4))
    return X, (X[:, 0] + rng.normal(size=120) > 0).astype(int)


def test_the_best_weights_are_kept(make, noisy):
    X, y = noisy
    learn, held = slice(0, 60), slice(60, None)
    model = make(max_iter=60, learning_rate_init=0.05, tol=0.0, batch_size=10)
    model.fit(X[learn], y[learn], X_val=X[held], y_val=y[held])
    costs = model.history_["validation_cost"]
    best = int(np.argmin(costs))
    assert best < len(costs) - 1
    again = make(max_iter=best + 1, learning_rate_init=0.05, tol=0.0, batch_size=10)
    again.fit(X[learn], y[learn])
    np.testing.assert_array_equal(model.predict(X), again.predict(X))


def test_early_stopping_keeps_the_best_score(make, noisy):
    X, y = noisy
    model = make(
        early_stopping=True,
        max_iter=200,
        learning_rate_init=0.05,
        n_iter_no_change=3,
        validation_fraction=0.3,
        batch_size=10,
    ).fit(X, y)
    scores = model.validation_scores_
    assert len(scores) == model.n_iter_ < 200
    assert model.best_validation_score_ == max(scores)
    assert model.best_loss_ is None
    # n_iter_no_change epochs without improvement, and one more, as in scikit-learn.
    assert model.n_iter_ - 1 - int(np.argmax(scores)) >= 3


@pytest.mark.parametrize("kind", [gn.MLPClassifier, gn.NetworkClassifier])
@pytest.mark.parametrize("monitor", ["roc_auc", "neg_log_loss", "f1", get_scorer("accuracy")])
def test_any_scorer_judges(kind, noisy, monitor):
    X, y = noisy
    model = kind(monitor=monitor, max_iter=20, random_state=0, learning_rate_init=0.05)
    model.fit(X[:60], y[:60], X_val=X[60:], y_val=y[60:])
    name = monitor if isinstance(monitor, str) else "monitor"
    scorer = get_scorer(monitor) if isinstance(monitor, str) else monitor
    recorded = model.history_[name]
    assert scorer(model, X[60:], y[60:]) == pytest.approx(max(recorded), rel=1e-9)


def test_metrics_by_name_and_as_functions(noisy):
    X, y = noisy

    def macro(model, X, y):
        return f1_score(y, model.predict(X), average="macro")

    model = gn.MLPClassifier(metrics=["roc_auc", macro, "score"], max_iter=3, random_state=0)
    model.fit(X[:60], y[:60], X_val=X[60:], y_val=y[60:])
    assert set(model.history_[-1].metrics) == {"roc_auc", "macro", "score"}
    last = model.history_[-1]
    best = gn.MLPClassifier(max_iter=3, random_state=0).fit(X[:60], y[:60])
    told = best.predict(X[60:])
    assert last["score"] == accuracy_score(y[60:], told)
    assert last["macro"] == f1_score(y[60:], told, average="macro")


def test_metrics_of_numbers_are_in_their_units(noisy):
    X, _ = noisy
    y = 1000 + 50 * X[:, 0]
    how = {"max_iter": 3, "random_state": 0}
    model = gn.MLPRegressor(metrics=["neg_mean_absolute_error", "r2"], **how).fit(X, y)
    told = gn.MLPRegressor(**how).fit(X, y).predict(X)
    assert model.history_[-1]["neg_mean_absolute_error"] == pytest.approx(-mae(y, told))
    assert model.history_[-1]["r2"] == pytest.approx(r2_score(y, told))


def test_a_scorer_that_is_none(noisy):
    X, y = noisy
    with pytest.raises(ValueError, match="did you mean 'roc_auc'") as caught:
        gn.MLPClassifier(monitor="roc_auk").fit(X, y)
    assert "Got 'roc_auk' instead" in str(caught.value)


def test_nothing_is_learnt_from_validation_rows(make, X, y):
    """Not even the scaling."""
    alone = make(max_iter=1).fit(X, y)
    beside = make(max_iter=1).fit(X, y, X_val=X * 1000 + 7, y_val=y)
    np.testing.assert_array_equal(alone.predict(X), beside.predict(X))


def test_the_shares_of_the_classes_are_held_out(noisy):
    X, y = noisy
    y = (np.arange(120) % 10 == 0).astype(int)
    model = gn.MLPClassifier(early_stopping=True, validation_fraction=0.25, max_iter=1)
    from glassnet.estimators.rows import Rows

    learn, held = Rows(X, y, None).held_out(0.25, 0, stratify=True)
    assert (learn.y.sum(), held.y.sum()) == (9, 3)
    model.fit(X, y)


def test_it_stops_as_scikit_learns_do(noisy):
    """tol and n_iter_no_change on the training cost, epoch for epoch."""
    from sklearn.neural_network import MLPRegressor

    X, y = noisy
    X = (X - X.mean(axis=0)) / X.std(axis=0)
    y = (y - y.mean()) / y.std()
    how = {
        "hidden_layer_sizes": (),
        "solver": "sgd",
        "batch_size": 120,
        "tol": 1e-3,
        "n_iter_no_change": 4,
        "learning_rate_init": 0.02,
        "max_iter": 300,
        "random_state": 0,
    }
    their = MLPRegressor(**how).fit(X, y)
    ours = gn.MLPRegressor(**how, initializer=gn.Zeros()).fit(X, y)
    best, waited, epochs = np.inf, 0, 0
    for cost in ours.loss_curve_:
        waited = waited + 1 if cost > best - 1e-3 else 0
        best, epochs = min(best, cost), epochs + 1
    assert waited == 5
    assert ours.n_iter_ == epochs < 300
    assert abs(ours.n_iter_ - their.n_iter_) < 30


def test_quantiles_are_judged_by_their_cost_and_not_by_the_score_of_the_mean():
    rng = np.random.default_rng(0)
    X = rng.normal(size=(400, 2))
    y = X[:, 0] + rng.exponential(size=400)
    how = {"early_stopping": True, "max_iter": 40, "random_state": 0}
    one = gn.MLPRegressor(loss=gn.Quantile(0.9), **how).fit(X, y)
    assert 0.8 < np.mean(y <= one.predict(X)) < 0.97
    three = gn.MLPRegressor(loss=gn.Quantile((0.1, 0.5, 0.9)), **how).fit(X, y)
    assert three.predict(X).shape == (400, 3)
    with pytest.raises(DataError, match="R² cannot judge 3 quantiles"):
        three.score(X, y)


@pytest.mark.row(85)
def test_a_score_that_is_undefined_is_nan(noisy):
    """A training that leaves the finite numbers says so itself, not through its metric."""
    X, y = noisy
    model = gn.MLPRegressor(
        hidden_layer_sizes=(9,), activation="identity", solver="sgd", learning_rate_init=100.0
    )
    with pytest.raises(DivergenceError, match="became"):
        model.set_params(early_stopping=True, max_iter=100).fit(X, y)


def test_evaluations_are_limited(noisy):
    X, y = noisy
    model = gn.MLPClassifier((9,), solver="lbfgs", max_fun=7, tol=0.0)
    with pytest.warns(ConvergenceWarning, match="Maximum evaluations of the cost reached"):
        model.fit(X, y)
    assert model.n_iter_ <= 7


@pytest.mark.parametrize("unit", [1e-3, 1.0, 1e3])
def test_tol_is_in_the_units_of_the_target(unit):
    """A tolerance for a spread of 1 would end the example of scikit-learn's page at once."""
    X, y = make_regression(n_samples=200, n_features=20, random_state=1)
    how = {"random_state": 1, "max_iter": 400}
    assert gn.MLPRegressor(**how, tol=0.1).fit(X, y).score(X, y) > 0.95
    y = unit * y / y.std()
    model = gn.MLPRegressor(**how, tol=1e-4 * max(1, unit) ** 2).fit(X, y)
    same = gn.MLPRegressor(**how).fit(X, y / unit)
    assert abs(model.n_iter_ - same.n_iter_) <= 1
    assert model.n_iter_ < 400
