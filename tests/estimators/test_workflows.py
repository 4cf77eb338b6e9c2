"""Code written for scikit-learn's networks runs unchanged around these."""

import warnings

import joblib
import numpy as np
import pandas as pd
import pytest
import sklearn
from sklearn.base import clone
from sklearn.compose import ColumnTransformer
from sklearn.datasets import load_diabetes, load_iris
from sklearn.ensemble import AdaBoostClassifier, BaggingRegressor, VotingClassifier
from sklearn.feature_selection import SelectFromModel
from sklearn.inspection import permutation_importance
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import (
    GridSearchCV,
    RandomizedSearchCV,
    cross_validate,
    learning_curve,
    validation_curve,
)
from sklearn.multiclass import OneVsRestClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder, StandardScaler

import glassnet as gn

QUICK = {"max_iter": 5, "random_state": 0}
IRIS = load_iris(return_X_y=True)
DIABETES = load_diabetes(return_X_y=True)


def test_pipeline_and_its_search():
    X, y = IRIS
    pipeline = make_pipeline(StandardScaler(), gn.MLPClassifier(**QUICK))
    search = GridSearchCV(
        pipeline,
        {"mlpclassifier__hidden_layer_sizes": [(3,), (5, 3)], "mlpclassifier__alpha": [0, 1.0]},
        cv=2,
    ).fit(X, y)
    assert search.best_estimator_[-1].classes_.tolist() == [0, 1, 2]
    assert np.isfinite(search.cv_results_["mean_test_score"]).all()


def test_width_and_depth_are_numbers_for_a_search():
    X, y = DIABETES
    search = RandomizedSearchCV(
        gn.MLPRegressor(**QUICK),
        {"width": [3, 5, 7], "depth": [1, 2], "dropout": [0.0, 0.2]},
        n_iter=3,
        cv=2,
        random_state=0,
    ).fit(X, y)
    assert len(search.best_estimator_.coefs_) == search.best_params_["depth"] + 1


@pytest.mark.parametrize("n_jobs", [1, 2])
def test_cross_validation_in_processes(n_jobs):
    X, y = IRIS
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        found = cross_validate(
            gn.MLPClassifier((5,), max_iter=40, learning_rate_init=0.05, random_state=0),
            X,
            y,
            scoring=["accuracy", "neg_log_loss", "roc_auc_ovr"],
            cv=3,
            n_jobs=n_jobs,
            return_estimator=True,
        )
    assert found["test_accuracy"].mean() > 0.9
    assert found["estimator"][0].n_iter_ <= 40


def test_joblib_in_threads():
    X, y = IRIS
    models = [gn.MLPClassifier((3,), max_iter=5, random_state=seed) for seed in range(4)]
    alone = [clone(model).fit(X, y).predict_proba(X) for model in models]
    together = joblib.Parallel(n_jobs=4, prefer="threads")(
        joblib.delayed(clone(model).fit)(X, y) for model in models
    )
    for model, proba in zip(together, alone, strict=True):
        np.testing.assert_array_equal(model.predict_proba(X), proba)


def test_curves_and_importance():
    X, y = DIABETES
    model = gn.MLPRegressor(hidden_layer_sizes=(5,), **QUICK)
    sizes, train, test = learning_curve(model, X, y, train_sizes=[0.5, 1.0], cv=2)
    assert train.shape == test.shape == (2, 2)
    assert len(sizes) == 2
    train, _ = validation_curve(model, X, y, param_name="alpha", param_range=[0.0, 1.0], cv=2)
    assert train.shape == (2, 2)
    found = permutation_importance(model.fit(X, y), X, y, n_repeats=2, random_state=0)
    assert found.importances_mean.shape == (10,)


def test_inside_of_other_estimators():
    X, y = IRIS
    AdaBoostClassifier(gn.MLPClassifier((9,), solver="lbfgs", max_iter=20), n_estimators=2).fit(
        X, y
    )
    BaggingRegressor(gn.MLPRegressor(hidden_layer_sizes=(3,), **QUICK), n_estimators=2).fit(X, y)
    OneVsRestClassifier(gn.MLPClassifier((3,), **QUICK)).fit(X, y)
    voters = [("linear", LogisticRegression(max_iter=300)), ("mlp", gn.MLPClassifier(**QUICK))]
    assert VotingClassifier(voters, voting="soft").fit(X, y).predict(X).shape == (150,)


def test_columns_and_set_output():
    X = pd.DataFrame({"town": ["a", "b", "c"] * 10, "age": np.arange(30.0)})
    y = np.arange(30) % 2
    columns = ColumnTransformer(
        [("one-hot", OneHotEncoder(sparse_output=False), ["town"]), ("age", "passthrough", ["age"])]
    ).set_output(transform="pandas")
    pipeline = make_pipeline(columns, gn.MLPClassifier(**QUICK)).fit(X, y)
    assert pipeline[-1].feature_names_in_.tolist()[0] == "one-hot__town_a"
    assert pipeline.predict(X).shape == (30,)


def test_metadata_is_routed():
    X, y = DIABETES
    weights = np.arange(len(y)) % 3
    with sklearn.config_context(enable_metadata_routing=True):
        model = gn.MLPRegressor(hidden_layer_sizes=(3,), **QUICK).set_fit_request(
            sample_weight=True, X_val=True, y_val=True
        )
        model.set_score_request(sample_weight=False)
        pipeline = make_pipeline(
            StandardScaler().set_fit_request(sample_weight=False), model, transform_input=["X_val"]
        )
        pipeline.fit(X[:300], y[:300], sample_weight=weights[:300], X_val=X[300:], y_val=y[300:])
        assert pipeline[-1].history_[-1].validation_cost is not None
        assert model.set_partial_fit_request(sample_weight=True) is model
        scores = cross_validate(model, X, y, params={"sample_weight": weights.astype(float)}, cv=2)
    assert len(scores["test_score"]) == 2


def test_joblib_files(tmp_path):
    X, y = IRIS
    model = gn.MLPClassifier((3,), **QUICK).fit(X, y)
    joblib.dump(model, tmp_path / "model.joblib")
    again = joblib.load(tmp_path / "model.joblib")
    np.testing.assert_array_equal(again.predict_proba(X), model.predict_proba(X))
    mapped = joblib.load(tmp_path / "model.joblib", mmap_mode="r")
    np.testing.assert_array_equal(mapped.predict_proba(X), model.predict_proba(X))


def test_selection_by_the_first_weights():
    X, y = IRIS
    selected = SelectFromModel(
        gn.MLPClassifier((3,), **QUICK),
        importance_getter=lambda model: abs(model.coefs_[0]).sum(axis=1),
        max_features=2,
        threshold=-np.inf,
    ).fit(X, y)
    assert selected.transform(X).shape == (150, 2)


def test_traces_are_those_of_the_network():
    X, y = IRIS
    model = gn.MLPClassifier((3,), **QUICK).fit(X, y)
    trace = model.trace(X[:7], y[:7])
    np.testing.assert_allclose(trace["A2"].T, model.predict_proba(X[:7]))
    np.testing.assert_allclose(trace["X"].T, model.scaling_.apply(X[:7]))
    W, A = trace["W2"], trace["A1"]
    np.testing.assert_allclose(trace["Z2"], W @ A + trace["b2"])
    assert trace["dW1"].shape == (3, 4)
    assert model.trace(X[:7]).cost is None


def test_callbacks_see_and_stop():
    X, y = IRIS
    seen = []

    def watch(moment):
        seen.append(moment.epoch.number)
        moment.control.stop = moment.epoch.number == 3

    model = gn.MLPClassifier((3,), max_iter=50, callbacks=[watch], random_state=0).fit(X, y)
    assert seen == [0, 1, 2, 3]
    assert model.n_iter_ == 4
