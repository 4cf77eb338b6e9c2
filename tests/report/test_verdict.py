"""The verdict says what the figures say, also when they are bad."""

from dataclasses import replace

import numpy as np
import pytest

from glassnet.report.verdict import verdict


def scored(experiment, metric, linear, constant):
    """The experiment with other baselines."""
    own = {"linear": {metric: linear}, "constant": {metric: constant}}
    return replace(experiment, baselines=own)


@pytest.mark.parametrize(
    ("accuracy", "linear", "constant", "told"),
    [
        (0.9, 0.7, 0.5, "20.0 points more than the linear model (70.0%)"),
        (0.9, 0.7, 0.5, "It beats both."),
        (0.8, 0.79, 0.5, "the difference is too small to count"),
        (0.5, 0.9, 0.4, "40.0 points fewer than the linear model (90.0%)"),
        (0.5, 0.9, 0.4, "It does not beat the linear model: for this table, use that instead."),
        (0.3, 0.7, 0.8, "It does not beat the constant guess: it has learned nothing"),
        (0.7, 0.7, 0.7, "as many as the linear model and as many as the constant guess"),
        (0.97, 0.9, 0.95, "Most rows are of one class"),
    ],
)
def test_classes(two_classes, accuracy, linear, constant, told):
    changed = replace(two_classes, test={"accuracy": accuracy})
    assert told in verdict(scored(changed, "accuracy", linear, constant))


@pytest.mark.parametrize(
    ("linear", "constant", "told"),
    [
        (2.0, 4.0, "50.0% less than the linear model"),
        (2.0, 4.0, "75.0% less than the constant guess"),
        (2.0, 4.0, "It beats both."),
        (1.01, 4.0, "too small to count"),
        (0.5, 4.0, "100% more than the linear model"),
        (0.5, 4.0, "It does not beat the linear model"),
        (1e-9, 4.0, "more than 10 times as much as the linear model"),
        (0.0, 4.0, "more than 10 times as much as the linear model"),
        (1.0, 4.0, "as much as the linear model"),
    ],
)
def test_a_quantity(quantity, linear, constant, told):
    own = quantity.test["rmse"]
    changed = scored(quantity, "rmse", own * linear, own * constant)
    assert told in verdict(changed)


def test_a_perfect_score_on_few_rows_is_not_taken_for_certain(two_classes):
    rows = len(two_classes.outputs[0])
    changed = replace(two_classes, test={"accuracy": 1.0})
    assert "too small to count" in verdict(scored(changed, "accuracy", 1 - 1 / rows, 0.5))


def test_the_slack_of_a_quantity_is_that_of_its_errors(quantity):
    from glassnet.report.verdict import quantities

    true, predicted = quantities(quantity)
    assert np.sqrt(np.mean((true - predicted) ** 2)) == pytest.approx(quantity.test["rmse"])
