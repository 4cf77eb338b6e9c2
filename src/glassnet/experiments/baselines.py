"""Baselines: what must be beaten before a network means anything."""

from __future__ import annotations

import warnings

import numpy as np

from glassnet.arrays import FloatArray
from glassnet.experiments.scores import score
from glassnet.experiments.study import Part, Study
from glassnet.tables import Classes, plan_table


def baselines(study: Study) -> dict[str, dict[str, float]]:
    """The test scores of a linear model and of the constant predictor.

    Both learn from the training and the validation rows together, since they have no epoch to
    choose. The linear model is scikit-learn's logistic or least-squares regression on
    standardised numbers and one-hot categories; the constant is the mean, or the shares of the
    classes.
    """
    seen = [study.parts["training"], study.parts["validation"]]
    test = study.parts["test"]
    predictors = {"linear": _linear(study, seen, test), "constant": _constant(seen, test)}
    return {name: score(study.target, test.labels, A) for name, A in predictors.items()}


def _constant(seen: list[Part], test: Part) -> FloatArray:
    mean = np.concatenate([part.Y for part in seen], axis=1).mean(axis=1, keepdims=True)
    return np.broadcast_to(mean, test.Y.shape)


def _linear(study: Study, seen: list[Part], test: Part) -> FloatArray:
    from sklearn.exceptions import ConvergenceWarning
    from sklearn.linear_model import LinearRegression, LogisticRegression

    plan = plan_table(seen[0].frame, drop=study.options.drop)
    X = np.concatenate([plan.encode(part.frame) for part in seen], axis=1).T
    Y = np.concatenate([part.Y for part in seen], axis=1).astype(np.float64)
    X_test = plan.encode(test.frame).T
    if not isinstance(study.target, Classes):
        return np.asarray(LinearRegression().fit(X, Y[0]).predict(X_test)[None, :])
    codes = Y[0] if len(Y) == 1 else Y.argmax(axis=0)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)
        model = LogisticRegression(max_iter=300).fit(X, codes)
    A = np.zeros((len(study.target.labels), len(X_test)))
    A[model.classes_.astype(int)] = model.predict_proba(X_test).T
    return A[1:] if len(Y) == 1 else A
