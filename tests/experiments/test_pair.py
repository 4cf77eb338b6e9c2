"""A pair of networks: one reading is a matrix of the other, and their mean predicts."""

from dataclasses import replace

import numpy as np
import polars as pl
import pytest
from numpy.testing import assert_allclose

import glassnet as gn
from glassnet.ensemble import Ensemble
from glassnet.errors import GlassnetWarning
from glassnet.experiments import Options, Study, learning, recipe, run
from glassnet.experiments.committee import of_member
from glassnet.experiments.pair import coarsely, reading
from glassnet.tables import Classes, Number, PiecewiseLinear, Quantity, TablePlan, plan_table

ROWS = 331
BOATS = Classes("boat", ("canoe", "ferry"))
PRICE = Quantity("price", 0.0, 1.0, lowest=-1.0, highest=1.0, capped=0.0)


def table():
    random = np.random.default_rng(3)
    length = random.normal(9, 2, ROWS).round(1)
    hold = random.exponential(30, ROWS)
    return pl.DataFrame(
        {
            "length": [None if i % 7 == 0 else x for i, x in enumerate(length)],
            "hold": hold,
            "wood": random.choice(["oak", "pine", "teak"], ROWS),
            "kind": np.where(length + random.normal(0, 1, ROWS) > 9, "ferry", "canoe"),
        }
    )


def study(**choices):
    return Study.of(table(), "kind", Options(**{"epochs": 3} | choices))


def stopped_in_training(number, epoch):
    """A callback that presses Ctrl-C in an epoch of the first or the second training it sees."""
    seen = []

    def callback(moment):
        seen.append(moment.epoch.number)
        if seen.count(0) == number and moment.epoch.number == epoch:
            raise KeyboardInterrupt

    return callback


def test_the_coarse_reading_is_that_of_a_plan_with_two_bins():
    frame = table().drop("kind")
    fine = plan_table(frame, bins=40)
    columns = []
    for column in fine.columns:
        if isinstance(column, PiecewiseLinear):
            middle = column.edges[(len(column.edges) - 1) // 2]
            edges = (column.edges[0], middle, column.edges[-1])
            x = frame[column.name].drop_nulls().to_numpy()[:, None]
            bins = np.clip((x - edges[:-1]) / np.diff(edges), 0, 1)
            column = replace(column, edges=edges, centers=tuple(bins.mean(axis=0)))
        columns.append(column)
    # A missing value is the centre in both, so that no row is left out.
    assert_allclose(
        coarsely(fine) @ fine.encode(frame), TablePlan(tuple(columns)).encode(frame), atol=1e-12
    )


def test_columns_without_bins_are_read_as_they_are():
    plan = plan_table({"a": [1, 2, 3], "b": ["x", "y", "x"]})
    assert isinstance(plan.columns[0], Number)
    assert_allclose(coarsely(plan), np.eye(3))


def test_weights_of_the_coarse_reading_read_the_fine_one():
    plan = plan_table(table().drop("kind"), bins=40)
    X, R = plan.encode(table()), coarsely(plan)
    network = gn.Network([gn.Dense(5), gn.Tanh(), gn.Dense(1)], gn.SquaredError())
    parameters = network.initialize((len(R),), seed=2)
    whole = reading(R, parameters)
    assert whole["W1"].shape == (5, len(X))
    assert_allclose(network.predict(whole, X), network.predict(parameters, R @ X), atol=1e-12)


@pytest.mark.parametrize(
    ("target", "rows", "choices", "paired"),
    [
        (BOATS, 199, {}, False),
        (BOATS, 200, {}, True),
        (BOATS, 999, {"epochs": 9, "dropout": 0.1, "optimizer": gn.Momentum}, True),
        (BOATS, 1000, {}, False),
        (PRICE, 500, {}, False),
        (BOATS, 500, {"hidden": (256, 256)}, False),
        (BOATS, 500, {"optimizer": gn.LBFGS}, False),
    ],
)
def test_pairs_are_for_small_tables_with_classes(target, rows, choices, paired):
    assert recipe.pairs(target, rows, Options(**choices)) == paired


def test_the_mean_of_both_predicts():
    made = run(study())
    (ensemble,) = made.model.network.layers
    assert isinstance(ensemble, Ensemble)
    member = gn.Network(ensemble.members[0].layers, made.model.network.loss)
    X, R = made.study.parts["test"].X, coarsely(made.study.table)
    own = [
        {name[8:]: array for name, array in made.model.parameters.items() if name.startswith(who)}
        for who in ("member1.", "member2.")
    ]
    outputs = [member.predict(each, X) for each in own]
    assert_allclose(made.outputs, np.mean(outputs, axis=0), rtol=1e-5)
    coarse, fine = made.learned
    assert_allclose(outputs[0], member.predict(coarse.parameters, R @ X), rtol=1e-4, atol=1e-6)
    assert_allclose(own[1]["W1"], fine.parameters["W1"])
    # The coarse one cannot tell apart what R makes the same; the fine one can.
    null = np.eye(len(X)) - np.linalg.pinv(R) @ R
    assert np.abs(own[0]["W1"] @ null).max() < 1e-5 < np.abs(own[1]["W1"] @ null).max()


def test_both_learn_from_the_same_rows_with_seeds_of_their_own():
    made = run(study(seed=4))
    parts = [made.study.parts[name] for name in ("training", "validation")]
    network = recipe.network(made.study.target, made.study.training_rows, made.study.options)
    again = learning.learn(
        *(network, of_member(made.training, 1)),
        *((part.X, part.Y) for part in parts),
        anew=True,
    )
    assert made.training.seed == 4
    assert_allclose(again.parameters["W1"], made.model.parameters["member2.W1"])
    assert [one.anew for one in made.learned] == [3, 3]


def test_the_model_is_saved_and_predicts_from_raw_rows(tmp_path):
    made = run(study())
    gn.save(made.model, tmp_path / "pair.safetensors")
    model = gn.load(tmp_path / "pair.safetensors")
    test = made.study.parts["test"]
    assert_allclose(model.outputs(table()[test.rows]), made.outputs, rtol=1e-5)
    assert model.table == made.study.table
    assert (model.record["epochs"], model.record["fine"]["epochs"]) == (3, 3)


def test_what_is_asked_for_is_one_network():
    made = run(study(hidden=(4,)))
    assert made.model.network.layers[0] == gn.Dense(4)
    assert len(made.learned) == 1
    assert "fine" not in made.model.record
    mine = gn.Network([gn.Dense(1), gn.Sigmoid()], gn.BinaryCrossEntropy())
    assert run(study(), mine).model.network == mine


@pytest.mark.row(123)
@pytest.mark.parametrize(("number", "trained"), [(1, 1), (2, 2)])
def test_interrupted_it_leaves_the_coarse_network(number, trained):
    with pytest.warns(GlassnetWarning, match="interrupted by user"):
        made = run(study(), callbacks=(stopped_in_training(number, 1),))
    assert made.interrupted
    assert len(made.learned) == trained
    assert made.model.network.layers[0] == gn.Dense(256)
    R, test = coarsely(made.study.table).astype(np.float32), made.study.parts["test"]
    outputs = made.model.network.predict(made.learned[0].parameters, R @ test.X)
    assert_allclose(made.outputs, outputs, rtol=1e-4, atol=1e-6)


@pytest.mark.row(123)
def test_interrupted_while_the_fine_network_learns_anew_it_has_both(monkeypatch):
    usual, done = learning.refit, []

    def refit(*asked):
        done.append(usual(*asked))
        return replace(done[-1], stopped="interrupted") if len(done) == 2 else done[-1]

    monkeypatch.setattr(learning, "refit", refit)
    made = run(study())
    assert made.interrupted
    assert [one.anew for one in made.learned] == [3, None]
    best = made.learned[1].result.parameters
    assert_allclose(made.model.parameters["member2.W1"], best["W1"])
