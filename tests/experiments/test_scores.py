"""Scores against scikit-learn, and against numbers worked out by hand."""

import math

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from sklearn import metrics

from glassnet.experiments.scores import score
from glassnet.tables import Classes, Quantity

YES_NO = Classes("k", ("no", "yes"))
THREE = Classes("c", (1, 2, 5))


def test_two_classes_by_hand():
    labels, A = ["yes", "no", "yes", "no"], np.array([[0.8, 0.4, 0.5, 0.6]])
    scores = score(YES_NO, labels, A)
    assert scores["accuracy"] == 0.75  # 0.5 decides for yes
    assert scores["log_loss"] == pytest.approx(-math.log(0.8 * 0.6 * 0.5 * 0.4) / 4)
    assert scores["roc_auc"] == 0.75  # (0.8, 0.4), (0.8, 0.6), (0.5, 0.4) in order, (0.5, 0.6) not


def test_three_classes_by_hand():
    A = np.array([[0.5, 0.2], [0.3, 0.2], [0.2, 0.6]])
    scores = score(THREE, [1, 2], A)
    assert scores["accuracy"] == 0.5
    assert scores["log_loss"] == pytest.approx(-math.log(0.5 * 0.2) / 2)
    assert math.isnan(scores["roc_auc"])


def test_a_quantity_in_its_own_unit_by_hand():
    target = Quantity("price", 100.0, 10.0, lowest=0.0, highest=200.0, capped=0.0)
    scores = score(target, [90.0, 110.0], np.array([[0.0, 1.0]]))  # predicted 100 and 110
    assert scores == pytest.approx({"rmse": math.sqrt(50), "mae": 5.0, "r2": 0.5})


def test_one_row_has_no_r2_and_no_warning():
    target = Quantity("price", 0.0, 1.0, lowest=0.0, highest=2.0, capped=0.0)
    scores = score(target, [1.0], np.array([[1.5]]))
    assert (scores["rmse"], scores["mae"]) == (0.5, 0.5)
    assert math.isnan(scores["r2"])


@pytest.mark.row(71, 85)
def test_certainty_that_is_wrong_costs_much_but_not_infinity():
    scores = score(YES_NO, ["yes", "yes"], np.array([[0.0, 1.0]], np.float32))
    assert 10 < scores["log_loss"] < 40
    assert math.isnan(scores["roc_auc"])


@settings(deadline=None, max_examples=40)
@given(st.integers(0, 2**32), st.integers(6, 40), st.sampled_from(["float32", "float64"]))
def test_classes_as_scikit_learn_scores_them(seed, m, dtype):
    random = np.random.default_rng(seed)
    for target in (YES_NO, THREE):
        k = len(target.labels)
        codes = random.integers(0, k, m)
        assume(len(set(codes)) == k)
        labels = [target.labels[code] for code in codes]
        P = random.dirichlet(np.ones(k), m)
        scores = score(target, labels, (P[:, 1:] if k == 2 else P).T.astype(dtype))
        expected = {
            "accuracy": metrics.accuracy_score(codes, P.argmax(axis=1)),
            "log_loss": metrics.log_loss(codes, P),
            "roc_auc": metrics.roc_auc_score(codes, P[:, 1] if k == 2 else P, multi_class="ovr"),
        }
        assert scores == pytest.approx(expected, rel=1e-4)
        assert all(type(value) is float for value in scores.values())


@settings(deadline=None, max_examples=40)
@given(st.integers(0, 2**32), st.integers(2, 40))
def test_quantities_as_scikit_learn_scores_them(seed, m):
    random = np.random.default_rng(seed)
    true, predicted = random.normal(50, 9, m), random.normal(50, 9, m)
    target = Quantity("y", 50.0, 9.0, lowest=0.0, highest=99.0, capped=0.0)
    assert score(target, true, (predicted[np.newaxis] - 50) / 9) == pytest.approx(
        {
            "rmse": metrics.root_mean_squared_error(true, predicted),
            "mae": metrics.mean_absolute_error(true, predicted),
            "r2": metrics.r2_score(true, predicted),
        }
    )
