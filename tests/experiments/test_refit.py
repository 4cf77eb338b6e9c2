"""Training again on all rows that are not held out."""

import numpy as np
import polars as pl
import pytest

import glassnet as gn
from glassnet.experiments import Options, Study, recipe, run
from glassnet.experiments.refit import epochs_to_train, refit
from glassnet.training.history import Epoch, History


def studied(**choices):
    random = np.random.default_rng(4)
    x = random.normal(size=90)
    data = pl.DataFrame({"x": x, "y": x + random.normal(size=90)})
    return Study.of(data, "y", Options(epochs=4, hidden=(3,), dropout=0.0, **choices))


def by_recipe(study):
    asked = study.target, study.training_rows, study.options
    return recipe.network(*asked), recipe.training(*asked)


def test_it_is_the_training_of_both_parts_from_the_beginning():
    study = studied()
    network, training = by_recipe(study)
    learn, check = study.parts["training"], study.parts["validation"]
    first = training.run(
        gn.Task.of(network, learn.X, learn.Y, validation=(check.X, check.Y)),
    )
    again = refit(network, training, first, (learn.X, learn.Y), (check.X, check.Y))
    X, Y = np.hstack([learn.X, check.X]), np.hstack([learn.Y, check.Y])
    task = gn.Task.of(network, X, Y)
    states = [moment.parameters for moment in training.moments(task)]
    wanted = states[len(again.history) - 1]
    assert all(np.array_equal(again.parameters[name], W) for name, W in wanted.items())


def result_of(parameters, last, best_epoch, epochs):
    history = History([Epoch(n, 1.0, 1.0, {}, 0.1, 0.0) for n in range(epochs)])
    state = gn.training.training.State.before(last, (), averaged=False)
    return gn.training.training.Result(parameters, history, "epochs", best_epoch, state)


NETWORK = gn.Network([gn.Dense(1)], gn.SquaredError())
X = np.linspace(-1, 1, 50)[np.newaxis]


def line(slope):
    return {"W1": np.array([[slope]]), "b1": np.zeros((1, 1))}


@pytest.mark.parametrize(
    ("best", "last", "epochs"),
    [
        (1.0, 1.0, 6),  # as good as the best: all epochs
        (1.0, 9.0, 3),  # far worse in every row: up to the best one
        (9.0, 1.0, 6),  # better than the best
    ],
)
def test_the_last_epoch_is_given_up_only_if_clearly_worse(best, last, epochs):
    first = result_of(line(best), line(last), 2, 6)
    assert epochs_to_train(NETWORK, first, X, X) == epochs


def test_without_a_best_epoch_it_is_as_long():
    assert epochs_to_train(NETWORK, result_of(line(1.0), line(9.0), None, 6), X, X) == 6


def test_an_interrupted_training_is_not_repeated():
    study = studied()
    network, training = by_recipe(study)

    def stop(moment):
        raise KeyboardInterrupt

    with pytest.warns(UserWarning, match="interrupted"):
        experiment = run(study, network, training, callbacks=(stop,))
    assert experiment.learned[0].refitted is None
