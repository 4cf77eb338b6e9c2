"""Which columns matter."""

import numpy as np
import polars as pl
import pytest

import glassnet as gn
from glassnet.experiments import Options, Study, column_importance, run
from glassnet.experiments.scores import score


def studied(target, rows=400):
    random = np.random.default_rng(5)
    x = random.normal(size=rows)
    data = pl.DataFrame(
        {
            "noise": random.normal(size=rows),
            "colour": random.choice(["red", "green", "blue"], rows),
            "decides": x,
            "y": 10 * x,
            "k": np.where(x > 0, "up", "down"),
        }
    )
    others = {"y", "k"} - {target}
    return Study.of(data, target, Options(hidden=(), optimizer=gn.LBFGS, drop=tuple(others)))


@pytest.mark.parametrize(("target", "measure"), [("y", "rmse"), ("k", "log_loss")])
def test_the_column_that_decides_is_first_and_noise_is_nothing(target, measure):
    study = studied(target)
    experiment = run(study)
    name, importances = column_importance(experiment.model, study.parts["test"])
    assert name == measure
    assert importances[0].column == "decides"
    assert {importance.column for importance in importances} == {"noise", "colour", "decides"}
    means = {importance.column: importance.mean for importance in importances}
    assert sorted(means.values(), reverse=True) == list(means.values())
    assert means["decides"] > 20 * max(abs(means["noise"]), abs(means["colour"]))
    constant = experiment.baselines["constant"][measure]
    assert means["decides"] > 0.5 * constant


@pytest.mark.parametrize("target", ["y", "k"])
def test_it_is_the_growth_of_the_score(target):
    study = studied(target)
    model, part = run(study).model, study.parts["test"]
    name, importances = column_importance(model, part, repeats=200)
    found = {importance.column: importance for importance in importances}
    usual = score(study.target, part.labels, model.outputs(part.frame))[name]
    random, worse = np.random.default_rng(9), []
    for _ in range(200):
        dealt = part.frame["decides"][random.permutation(part.frame.height)]
        A = model.outputs(part.frame.with_columns(decides=dealt))
        worse.append(score(study.target, part.labels, A)[name] - usual)
    error = np.std(worse) / np.sqrt(len(worse))
    assert found["decides"].mean == pytest.approx(np.mean(worse), abs=6 * error)
    assert found["decides"].spread == pytest.approx(np.std(worse), rel=0.4)


def test_the_same_seed_gives_the_same_figures_and_nothing_is_changed():
    study = studied("y")
    model, part = run(study).model, study.parts["test"]
    before = part.X.copy()
    assert column_importance(model, part) == column_importance(model, part)
    assert column_importance(model, part) != column_importance(model, part, seed=1)
    assert np.array_equal(part.X, before)
