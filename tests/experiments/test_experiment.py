"""`run`: a model whose figures can be worked out again."""

import numpy as np
import polars as pl
import pytest
from numpy.testing import assert_allclose

import glassnet as gn
from glassnet.errors import DivergenceError, GlassnetWarning
from glassnet.experiments import Experiment, Options, Study, recipe, run
from glassnet.experiments.baselines import baselines
from glassnet.experiments.scores import score


def table(rows=150):
    random = np.random.default_rng(2)
    x = random.normal(size=rows)
    return pl.DataFrame(
        {
            "x": x,
            "c": random.choice(["a", "b"], rows),
            "y": x * 3 + random.normal(size=rows),
            "k": np.where(x > 0, "up", "down"),
            "three": np.digitize(x, [-0.5, 0.5]),
        }
    )


def few(**choices):
    return Options(epochs=3, hidden=(4,), **choices)


def by_recipe(study):
    asked = study.target, study.training_rows, study.options
    return recipe.network(*asked), recipe.training(*asked)


@pytest.mark.parametrize("target", ["y", "k", "three"])
def test_figures_follow_from_the_model_and_the_study(target):
    study = Study.of(table(), target, few())
    experiment = run(study)
    test, model = study.parts["test"], experiment.model
    # From raw rows, as a user would.
    A = model.outputs(table()[test.rows])
    assert_allclose(experiment.outputs, A, rtol=1e-5)
    assert experiment.test == pytest.approx(score(study.target, test.labels, A), rel=1e-5)
    assert experiment.baselines == baselines(study)
    record = model.record
    assert dict(record["test"]) == pytest.approx(dict(experiment.test))
    assert record["rows"] == {name: len(part.rows) for name, part in study.parts.items()}
    assert record["epochs"] == len(experiment.result.history) == 3
    assert record["stopped"] == "epochs"
    best = experiment.result.history[record["best_epoch"] - 1]
    assert best.validation_cost == min(e.validation_cost for e in experiment.result.history)
    assert (record["cost"], record["validation_cost"]) == (best.cost, best.validation_cost)
    assert (model.table, model.target) == (study.table, study.target)
    assert experiment.seconds > 0


def test_the_validation_cost_is_that_of_the_validation_rows():
    study = Study.of(table(), "y", few(validation=0.4))
    experiment = run(study)
    check, result = study.parts["validation"], experiment.result
    cost = experiment.model.network.cost(result.parameters, check.X, check.Y)
    best = result.history[result.best_epoch]
    assert best.validation_cost == pytest.approx(cost, rel=1e-5)


def test_the_same_seed_gives_the_same_model_and_another_does_not():
    one, two, three = (run(Study.of(table(), "k", few(seed=seed))).model for seed in (1, 1, 2))
    assert all(np.array_equal(W, two.parameters[name]) for name, W in one.parameters.items())
    assert not np.array_equal(one.parameters["b2"], three.parameters["b2"])


def test_a_network_and_a_training_of_ones_own():
    study = Study.of(table(), "y", Options())
    network = gn.Network([gn.Dense(1)], gn.SquaredError())
    training = gn.Training(gn.LBFGS(), epochs=50)
    experiment = run(study, network, training)
    assert experiment.model.network == network
    assert experiment.training == training
    assert experiment.test["rmse"] < experiment.baselines["constant"]["rmse"]


def test_callbacks_see_every_epoch():
    seen = []
    run(Study.of(table(), "y", few()), callbacks=(lambda moment: seen.append(moment.epoch),))
    assert [epoch.number for epoch in seen] == [0, 1, 2]


def interrupted_after(epochs):
    def callback(moment):
        if moment.epoch.number + 1 == epochs:
            raise KeyboardInterrupt

    return callback


@pytest.mark.row(123)
def test_interrupted_it_keeps_the_best_so_far():
    study = Study.of(table(), "y", few())
    with pytest.warns(GlassnetWarning, match=r"^Training interrupted by user\.$"):
        experiment = run(study, callbacks=(interrupted_after(2),))
    result = experiment.result
    assert (result.stopped, len(result.history)) == ("interrupted", 2)
    assert experiment.model.record["stopped"] == "interrupted"
    assert experiment.model.record["best_epoch"] == result.best_epoch + 1
    assert_allclose(experiment.model.parameters["W1"], result.parameters["W1"])
    assert np.isfinite(list(experiment.test.values())).all()


@pytest.mark.row(123)
def test_interrupted_before_the_first_epoch_it_has_no_history(monkeypatch):
    def moments(*_):
        raise KeyboardInterrupt
        yield

    monkeypatch.setattr(gn.Training, "_epochs", moments)
    with pytest.warns(GlassnetWarning, match="interrupted by user"):
        experiment = run(Study.of(table(), "k", few()))
    assert isinstance(experiment, Experiment)
    record = experiment.model.record
    assert (len(experiment.result.history), record["best_epoch"]) == (0, None)
    assert (record["cost"], record["validation_cost"]) == (None, None)


@pytest.mark.row(78)
def test_a_training_that_diverges_says_so():
    study = Study.of(
        table(), "y", few(learning_rate=1e30, optimizer=gn.GradientDescent, dropout=0.0)
    )
    with pytest.raises(DivergenceError) as caught:
        run(study)
    assert all(np.isfinite(W).all() for W in caught.value.parameters.values())


@pytest.mark.parametrize(
    ("target", "output", "loss", "units"),
    [
        ("y", gn.Identity(), gn.SquaredError, 1),
        ("k", gn.Sigmoid(), gn.BinaryCrossEntropy, 1),
        ("three", gn.Softmax(), gn.CategoricalCrossEntropy, 3),
    ],
)
def test_the_head_belongs_to_the_target(target, output, loss, units):
    network, _ = by_recipe(Study.of(table(), target, Options()))
    assert network.layers[-2:] == (gn.Dense(units), output)
    assert type(network.loss) is loss
    assert network.graph.canonical


def test_what_is_chosen_overrules_the_recipe():
    choices = Options(
        hidden=(3, 2),
        activation=gn.Tanh(),
        epochs=9,
        batch_size=7,
        learning_rate=0.02,
        optimizer=gn.Momentum,
        l2=0.5,
        dropout=0.0,
        seed=8,
    )
    study = Study.of(table(), "k", choices)
    network, training = by_recipe(study)
    assert network.layers == (
        *(gn.Dense(3), gn.Tanh(), gn.Dense(2), gn.Tanh(), gn.Dense(1), gn.Sigmoid()),
    )
    assert network.penalties == (gn.L2(0.5),)
    assert (training.epochs, training.batch_size, training.seed) == (9, 7, 8)
    assert type(training.optimizer) is gn.Momentum
    rates = [training.optimizer.schedule.rate(epoch, 9, None) for epoch in np.linspace(0, 9, 50)]
    assert max(rates) == pytest.approx(0.02, rel=0.1)


def test_without_choices_every_task_is_learned():
    for target, name, better in (("y", "r2", 0.5), ("k", "roc_auc", 0.8)):
        experiment = run(Study.of(table(400), target, Options(drop=())))
        assert experiment.test[name] > better
