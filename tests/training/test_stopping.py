"""Early stopping: which epoch was the best, and when there is no more hope."""

import math

import numpy as np
import pytest

import glassnet as gn
from glassnet.errors import GlassnetWarning, HyperparameterError
from glassnet.training.stopping import Best, EarlyStopping

RANDOM = np.random.default_rng(0)
X, Y = RANDOM.standard_normal((3, 20)), RANDOM.standard_normal((1, 20))
X_VAL, Y_VAL = RANDOM.standard_normal((3, 30)), RANDOM.standard_normal((1, 30))
NETWORK = gn.Network([gn.Dense(30), gn.Tanh(), gn.Dense(1)], gn.SquaredError())


def improvements(rule, figures, name="validation_cost"):
    best = Best(rule)
    epochs = [gn.Epoch(number, 1.0, figure) for number, figure in enumerate(figures)]
    return [best.improves(epoch) for epoch in epochs], best.epoch


def test_improvements():
    assert improvements(EarlyStopping(), [3, 2, 2, 2.5, 1]) == ([True, True, False, False, True], 4)
    assert improvements(EarlyStopping(goal="highest"), [1, 3, 2]) == ([True, True, False], 1)
    assert improvements(EarlyStopping(least=0.5), [3, 2.6, 2.4]) == ([True, False, True], 2)


@pytest.mark.row(85)
def test_a_figure_that_is_undefined_is_no_improvement():
    assert improvements(EarlyStopping(), [math.nan, 2, math.nan]) == ([False, True, False], 1)


def overfit(**how):
    how = {"epochs": 400, "optimizer": gn.Adam(0.05), "seed": 1} | how
    return gn.train(NETWORK, X, Y, validation=(X_VAL, Y_VAL), **how)


def test_the_parameters_of_the_best_epoch_are_returned():
    result = overfit(stopping=EarlyStopping(patience=15))
    costs = result.history["validation_cost"]
    assert result.stopped == "early stopping"
    assert result.best_epoch == int(np.argmin(costs)) == len(costs) - 1 - 15
    assert len(costs) < 400
    assert NETWORK.cost(result.parameters, X_VAL, Y_VAL) == min(costs)
    short = overfit(epochs=result.best_epoch + 1)
    for name, W in short.parameters.items():
        np.testing.assert_array_equal(result.parameters[name], W)


def test_a_metric_that_should_be_high():
    def closeness(A, Y):
        return -float(abs(A - Y).max())

    rule = EarlyStopping(patience=7, monitor="closeness", goal="highest")
    result = overfit(stopping=rule, metrics=(closeness,))
    figures = result.history["closeness"]
    assert result.best_epoch == int(np.argmax(figures))
    assert result.stopped == "early stopping"
    assert closeness(NETWORK.predict(result.parameters, X_VAL), Y_VAL) == max(figures)


@pytest.mark.row(85)
def test_training_goes_on_where_a_metric_is_undefined():
    def undefined(A, Y):
        return math.nan

    result = overfit(epochs=5, metrics=(undefined,))
    assert len(result.history) == 5
    assert np.isnan(result.history["undefined"]).all()


@pytest.mark.row(85)
def test_a_figure_that_is_never_defined_keeps_the_last_parameters():
    def undefined(A, Y):
        return math.nan

    rule = EarlyStopping(patience=50, monitor="undefined")
    with pytest.warns(GlassnetWarning, match=r"figure 'undefined' never improved \(it is nan\)"):
        result = overfit(epochs=5, metrics=(undefined,), stopping=rule)
    assert result.best_epoch is None
    for name, W in overfit(epochs=5).parameters.items():
        np.testing.assert_array_equal(result.parameters[name], W)


def test_the_training_cost_can_be_monitored():
    rule = EarlyStopping(patience=2, monitor="cost")
    result = gn.train(NETWORK, X, Y, stopping=rule, epochs=5)
    assert result.best_epoch == 4
    assert result.stopped == "epochs"


@pytest.mark.row(37)
@pytest.mark.parametrize(
    ("rule", "fix"),
    [
        (EarlyStopping(), "pass validation data, or monitor='cost'"),
        (EarlyStopping(monitor="accuracy"), "add the metric to metrics="),
        (EarlyStopping(monitor="__class__"), "add the metric to metrics="),
        (EarlyStopping(monitor="metrics"), "add the metric to metrics="),
    ],
)
def test_figures_that_are_not_there(rule, fix, monkeypatch):
    monkeypatch.setattr(gn.Training, "_epochs", None)  # found before the first update
    with pytest.raises(HyperparameterError, match="'monitor' parameter must name a fig") as caught:
        gn.train(NETWORK, X, Y, stopping=rule, epochs=3)
    assert fix in str(caught.value)
    assert caught.value.expected == "cost"


@pytest.mark.row(37)
@pytest.mark.parametrize(
    "fields",
    [{"patience": 0}, {"patience": 2.5}, {"goal": "low"}, {"least": -1.0}, {"monitor": 3}],
    ids=repr,
)
def test_parameters_outside_their_domain(fields):
    with pytest.raises(HyperparameterError, match="parameter of EarlyStopping must be"):
        EarlyStopping(**fields)
