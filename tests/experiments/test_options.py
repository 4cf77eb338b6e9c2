"""The choices of a person, checked when they are made."""

import math

import pytest

import glassnet as gn
from glassnet.errors import HyperparameterError
from glassnet.experiments import Options

WRONG = {
    "task": ["clustering", 1],
    "drop": ["x", None],
    "hidden": [(0,), (-1,), (2.5,), (True,), 64, "64"],
    "activation": ["relu", gn.Dense(2)],
    "epochs": [0, -1, 2.5, True],
    "batch_size": [0, -1],
    "learning_rate": [0.0, -1.0, math.inf, math.nan],
    "l2": [-0.1, math.inf, None],
    "dropout": [1.0, -0.1, math.nan],
    "test": [0.0, 1.0, math.nan],
    "validation": [0.0, 1.0, -1],
    "seed": [-1, 0.5, None],
}


@pytest.mark.row(37, 38, 40, 42, 44)
@pytest.mark.parametrize(("name", "value"), [(n, v) for n, values in WRONG.items() for v in values])
def test_a_wrong_choice_is_refused_by_name(name, value):
    with pytest.raises(HyperparameterError, match=rf"^The '{name}' parameter of Options must be "):
        Options(**{name: value})


def test_left_open_or_chosen():
    assert Options().hidden is None
    assert Options(hidden=[]).hidden == ()
    assert Options(hidden=[3, 2]).hidden == (3, 2)
    assert Options(drop=["a"]).drop == ("a",)
