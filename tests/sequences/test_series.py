"""The plan of a series: scaled by what was learnt from, read by its last window."""

import numpy as np
import pytest

import glassnet as gn
from glassnet.errors import DataError, HyperparameterError, Malformed, ShapeError
from glassnet.sequences import SeriesPlan
from glassnet.tables import Quantity, Several

PLAN = SeriesPlan("tide", length=3, horizon=2, center=4.0, scale=2.0)


def test_examples_worked_by_hand():
    X, values = PLAN.examples([2.0, 4.0, 6.0, 8.0, 10.0, 0.0])
    assert X[:, 0].T.tolist() == [[-1, 0, 1], [0, 1, 2]]
    assert values.T.tolist() == [[8, 10], [10, 0]]
    assert PLAN.encode([9.0, 2.0, 4.0, 6.0])[:, 0, 0].tolist() == [-1, 0, 1]


def test_what_is_learnt_is_the_change():
    X, Y = PLAN.labelled([2.0, 4.0, 6.0, 8.0, 10.0, 0.0])
    assert X[:, 0].T.tolist() == [[-1, 0, 1], [0, 1, 2]]
    assert Y.T.tolist() == [[1, 2], [1, -4]]


def test_a_network_that_has_learnt_nothing_says_as_now():
    network = gn.Network([gn.GRU(2, last=True), gn.Dense(2)], loss=gn.SquaredError())
    zeros = {name: np.zeros_like(W) for name, W in network.initialize((3, 1)).items()}
    steps = [Quantity(f"tide +{i}", 4.0, 2.0, lowest=0, highest=9, capped=0.0) for i in (1, 2)]
    model = gn.Model(network, zeros, (3, 1), plan=PLAN, target=Several(tuple(steps)))
    np.testing.assert_allclose(model.predict([1.0, 5.0, 7.0, 9.5]), [[9.5], [9.5]])


def test_a_plan_is_plain_data_and_back():
    assert SeriesPlan.from_data(PLAN.to_data()) == PLAN
    for change in ({"length": 0}, {"scale": 0.0}, {"center": "x"}, {"code": 1}):
        with pytest.raises(Malformed):
            SeriesPlan.from_data({**PLAN.to_data(), **change})
    with pytest.raises(HyperparameterError):
        SeriesPlan("tide", 3, 1, float("nan"), 1.0)


def test_what_is_refused():
    with pytest.raises(DataError, match="shorter than the window of 3"):
        PLAN.encode([1.0, 2.0])
    with pytest.raises(ShapeError, match="The series has shape"):
        PLAN.encode([[1.0, 2.0], [1.0, 2.0], [1.0, 2.0]])
    with pytest.raises(DataError, match="NaN"):
        PLAN.encode([1.0, 2.0, float("nan"), 3.0])
