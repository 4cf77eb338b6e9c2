"""Baselines against direct fits with scikit-learn."""

import numpy as np
import polars as pl
import pytest
from sklearn.dummy import DummyClassifier, DummyRegressor
from sklearn.linear_model import LinearRegression, LogisticRegression
from sklearn.preprocessing import StandardScaler

from glassnet.experiments import Options, Study
from glassnet.experiments.baselines import baselines
from glassnet.experiments.scores import score

RANDOM = np.random.default_rng(1)
TABLE = pl.DataFrame({"a": RANDOM.normal(3, 2, 200), "b": RANDOM.normal(-1, 9, 200)})
TABLE = TABLE.with_columns(
    y=pl.col("a") * 2 - pl.col("b") + RANDOM.normal(0, 1, 200),
    two=pl.Series(np.where(TABLE["a"] + RANDOM.normal(0, 1, 200) > 3, "high", "low")),
    three=pl.Series(np.digitize(TABLE["a"] + RANDOM.normal(0, 1, 200), [2, 4])),
)


def studied(target):
    others = {"y", "two", "three"} - {target}
    study = Study.of(TABLE, target, Options(drop=tuple(others)))
    seen = np.concatenate([study.parts[name].rows for name in ("training", "validation")])
    columns = TABLE.select("a", "b").to_numpy()
    scale = StandardScaler().fit(columns[study.parts["training"].rows])
    X = scale.transform(columns)
    return study, X[seen], TABLE[target].to_numpy()[seen], X[study.parts["test"].rows]


@pytest.mark.parametrize(
    ("kind", "model"), [("linear", LinearRegression()), ("constant", DummyRegressor())]
)
def test_of_a_quantity(kind, model):
    study, X, y, X_test = studied("y")
    predicted = model.fit(X, y).predict(X_test)
    A = (predicted[np.newaxis] - study.target.center) / study.target.scale
    expected = score(study.target, study.parts["test"].labels, A)
    assert baselines(study)[kind] == pytest.approx(expected, rel=1e-4, abs=1e-5)


@pytest.mark.parametrize("target", ["two", "three"])
@pytest.mark.parametrize("kind", ["linear", "constant"])
def test_of_classes(kind, target):
    study, X, y, X_test = studied(target)
    linear = LogisticRegression(max_iter=300)
    model = linear if kind == "linear" else DummyClassifier(strategy="prior")
    P = model.fit(X, y).predict_proba(X_test).T
    expected = score(study.target, study.parts["test"].labels, P[1:] if len(P) == 2 else P)
    assert baselines(study)[kind] == pytest.approx(expected, rel=1e-3)


def test_the_constant_knows_nothing_and_the_linear_model_something():
    study, *_ = studied("two")
    scores = baselines(study)
    assert scores["constant"]["roc_auc"] == 0.5
    assert scores["linear"]["roc_auc"] > 0.8


def test_a_class_that_is_seen_once_does_no_harm():
    table = TABLE.with_columns(
        k=pl.when(pl.arange(0, 200) == 4).then(pl.lit("once")).otherwise("two")
    )
    with pytest.warns(UserWarning, match="classes with a single row"):
        study = Study.of(table, "k", Options())
    for scores in baselines(study).values():
        assert np.isfinite([scores["accuracy"], scores["log_loss"]]).all()
        assert np.isnan(scores["roc_auc"])
