"""The history: records by number, columns by name."""

import math

import pytest

import glassnet as gn
from glassnet import Epoch, History
from glassnet.errors import DataError, GlassnetWarning


def test_columns_and_records():
    epochs = [Epoch(0, 3.0, 4.0, {"accuracy": 0.5}), Epoch(1, 2.0, 3.5, {"accuracy": 0.75})]
    history = History(epochs)
    assert history["cost"] == [3.0, 2.0]
    assert history["validation_cost"] == [4.0, 3.5]
    assert history["accuracy"] == [0.5, 0.75]
    assert history["metrics"] == [epoch.metrics for epoch in epochs]
    assert history["monitored"] == [4.0, 3.5]
    assert (history[0], history[-1]) == tuple(epochs)
    assert history[:1] == epochs[:1]
    assert history[::-1] == epochs[::-1]
    assert list(history) == epochs
    assert repr(history) == "History(2 epochs)"


def test_a_history_is_no_window_on_the_list_that_it_was_made_of():
    first = History([Epoch(0, 3.0)])
    second = History(first)
    second.append(Epoch(1, 2.0))
    assert (len(first), len(second)) == (1, 2)


@pytest.mark.parametrize("key", [2, -3])
def test_an_epoch_that_is_not_there(key):
    with pytest.raises(IndexError):
        History([Epoch(0, 3.0), Epoch(1, 2.0)])[key]


def test_a_metric_that_is_called_like_a_figure_of_every_epoch_stands_for_it():
    epochs = [Epoch(0, 3.0, metrics={"cost": 7.0}), Epoch(1, 2.0)]
    assert History(epochs)["cost"] == [epoch["cost"] for epoch in epochs] == [7.0, 2.0]


def test_a_column_is_a_copy():
    history = History([Epoch(0, 3.0)])
    history["cost"].append(2.0)
    assert history["cost"] == [3.0]


def test_epochs_that_were_learnt_together():
    made = History.of_columns(5, [3.0, 2.0], [0.1, 0.05], 4.0, {"r2": 0.5}, 7.0)
    assert list(made) == [
        Epoch(5, 3.0, 4.0, {"r2": 0.5}, 0.1, 7.0),
        Epoch(6, 2.0, 4.0, {"r2": 0.5}, 0.05, 7.0),
    ]
    before = History([Epoch(4, 3.5)])
    before.extend(made)
    assert [epoch.number for epoch in before] == [4, 5, 6]
    assert list(before)[1:] == list(made)


def test_what_is_monitored():
    assert Epoch(0, 3.0).monitored == 3.0
    assert Epoch(0, 3.0, 0.0).monitored == 0.0


def test_records_are_frozen():
    with pytest.raises(AttributeError):
        Epoch(0, 3.0).cost = 1.0


def test_a_cost_that_grows_is_said():
    X, Y = [[1.0, 2.0, 3.0]], [[0.0, 1.0, 1.0]]
    network = gn.Network([gn.Dense(1), gn.Sigmoid()], gn.BinaryCrossEntropy())
    with pytest.warns(GlassnetWarning, match=r"The cost grew from .* try a smaller learning rate"):
        gn.train(network, X, Y, optimizer=gn.GradientDescent(1e6), epochs=2)


def test_plain_data_and_back():
    kept = History([Epoch(0, 3.0, 2.0, {"r2": 0.5}, 0.1, 7.0), Epoch(1, 1.0, None, {}, None, 9.0)])
    data = kept.to_data()
    assert data[0] == {
        "number": 0, "cost": 3.0, "validation_cost": 2.0, "metrics": {"r2": 0.5},
        "learning_rate": 0.1,
    }  # fmt: skip
    back = History.from_data(data)
    assert back[0] == Epoch(0, 3.0, 2.0, {"r2": 0.5}, 0.1)
    assert back[1] == Epoch(1, 1.0)


def test_a_cost_that_was_not_finite():
    (epoch,) = History.from_data(
        [{"number": 0, "cost": None, "validation_cost": None, "metrics": {}, "learning_rate": 0.1}]
    )
    assert math.isnan(epoch.cost)


@pytest.mark.parametrize(
    "data", [3, ["x"], [{"number": 0}], [{**History([Epoch(0, 1.0)]).to_data()[0], "cost": "x"}]]
)
def test_what_is_no_history(data):
    with pytest.raises(DataError, match="The history of a training is malformed"):
        History.from_data(data)
