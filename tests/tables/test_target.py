"""Targets: classes and quantities, inferred, encoded and back."""

import json

import numpy as np
import pandas as pd
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from glassnet.errors import (
    DataError,
    DataTypeError,
    GlassnetWarning,
    HyperparameterError,
    Malformed,
    ShapeError,
)
from glassnet.tables import Classes, Quantity, has_target, plan_target, target_from_data


@pytest.mark.row(20)
@pytest.mark.parametrize(
    ("values", "labels"),
    [
        (["b", "a", "c", "a"], ("a", "b", "c")),
        ([3, -7, 3, 100], (-7, 3, 100)),
        ([True, False, True], (False, True)),
        ([b"b", b"a", b"b"], (b"a", b"b")),
        ([1.0, 0.0, 1.0], (0.0, 1.0)),
        (np.array(["b", "a"]), ("a", "b")),
        (pd.Series(["b", "a"]), ("a", "b")),
        (pl.Series(["b", "a"]), ("a", "b")),
    ],
)
def test_labels_are_sorted_and_predictions_have_their_type(values, labels):
    target = plan_target(values, "classification")
    assert target.labels == labels
    assert [type(label) for label in target.labels] == [type(label) for label in labels]
    predicted = target.decode(target.encode(values))
    assert predicted.tolist() == list(values)
    assert target_from_data(json.loads(json.dumps(target.to_data()))) == target


@pytest.mark.parametrize(
    ("values", "task"),
    [
        (["a", "b"], "binary classification"),
        ([0, 1, 1, 0], "binary classification"),
        ([0.0, 1.0], "binary classification"),
        ([1, 2, 3] * 5, "classification"),
        ([1, 2, 3] * 4, "regression"),
        (list(range(21)) * 7, "regression"),
        ([1.5, 2.5] * 9, "regression"),
        ([14_999, 500_001, 500_001, 7], "regression"),
    ],
)
def test_the_task_follows_from_the_values(values, task):
    assert plan_target(values).task == task


def test_the_task_can_be_stated():
    assert plan_target([1, 2, 3] * 7, "regression").task == "regression"
    assert plan_target(list(range(21)), "classification").labels == tuple(range(21))
    assert plan_target([0, 1], "binary classification").labels == (0, 1)


def test_two_classes_are_one_row_of_y():
    target = plan_target(["no", "yes", "no"], name="alive")
    assert target.names == ("alive = yes",)
    assert target.encode(["yes", "no"], dtype=np.float32).tolist() == [[1.0, 0.0]]
    A = np.array([[0.5, 0.49, 0.9]])
    assert target.decode(A).tolist() == ["yes", "no", "yes"]
    np.testing.assert_allclose(target.probabilities(A), [[0.5, 0.51, 0.1], [0.5, 0.49, 0.9]])


@given(st.lists(st.integers(0, 6), min_size=1))
def test_more_classes_are_one_hot(codes):
    target = Classes("y", tuple("abcdefg"))
    values = ["abcdefg"[code] for code in codes]
    Y = target.encode(values)
    assert Y.shape == (7, len(codes))
    assert Y.T.flags.c_contiguous
    assert Y.sum(axis=0).tolist() == [1.0] * len(codes)
    assert target.decode(Y).tolist() == values
    assert target.probabilities(Y) is Y


@given(st.lists(st.floats(-1e9, 1e9), min_size=2, unique=True))
def test_quantities_come_back(values):
    target = plan_target([*values, 0.5], "regression")
    np.testing.assert_allclose(target.decode(target.encode(values)), values, rtol=1e-9, atol=1e-3)


def test_a_quantity_is_standardised_and_knows_its_cap():
    target = plan_target([1.5, 2.0, 5.0, 5.0], name="price")
    Y = target.encode([1.5, 2.0, 5.0, 5.0])
    assert Y.shape == (1, 4)
    assert Y.mean() == pytest.approx(0)
    assert Y.std() == pytest.approx(1)
    assert (target.lowest, target.highest, target.capped) == (1.5, 5.0, 0.5)
    assert plan_target([1.5, 2.0, 5.0]).capped == 0
    assert target_from_data(target.to_data()) == target


@pytest.mark.row(32)
def test_a_constant_quantity_is_warned_of():
    with pytest.warns(GlassnetWarning, match="the target 'y' is constant: every row holds 2.5"):
        target = plan_target([2.5, 2.5])
    assert target.scale == 1


@pytest.mark.row(4)
@pytest.mark.parametrize("values", [[1.5, None, float("nan")], ["a", None, None]])
def test_missing_targets_are_counted(values):
    with pytest.raises(DataError, match="Input y contains NaN") as caught:
        plan_target(values)
    assert "missing in 2 of 3 rows, first in row 2." in caught.value.what
    assert has_target(values).tolist() == [True, False, False]


@pytest.mark.row(2, 4)
def test_an_infinite_target_is_refused():
    with pytest.raises(DataError, match="'y' holds inf in row 2"):
        plan_target([1.5, float("inf")])


@pytest.mark.row(21)
def test_an_unseen_label_is_named_with_the_likely_one():
    target = plan_target(["<=50K", ">50K"], name="income")
    with pytest.raises(DataError) as caught:
        target.encode(["<=50K", "<=50K."])
    assert caught.value.what == (
        "the target 'income' holds labels that training did not have: '<=50K.', first in row 2."
    )
    assert caught.value.fix == "did you mean '<=50K'?"


@pytest.mark.row(11, 15, 17)
@pytest.mark.parametrize(
    ("values", "task", "error", "text"),
    [
        ([], None, DataError, "holds 0 sample(s) while a minimum of 1 is required."),
        (["a", "a"], None, DataError, "has one class only."),
        ([3, 3], "classification", DataError, "has one class only."),
        ([1.5, 2.0], "classification", DataError, "Unknown label type: continuous."),
        (["a", "b", "c"], "binary classification", DataError, "is not binary."),
        ([f"n{i}" for i in range(41)], None, DataError, "has a class of its own in most rows."),
        (["a", "b"], "regression", DataTypeError, "is neither classes nor a quantity."),
        ([[1], [2]], None, DataTypeError, "is neither classes nor a quantity."),
    ],
)
def test_targets_that_cannot_be_learnt(values, task, error, text):
    with pytest.raises(error) as caught:
        plan_target(values, task)
    assert text in caught.value.what
    assert "'y'" in caught.value.what
    assert caught.value.fix


def test_a_misspelt_task_is_corrected():
    with pytest.raises(HyperparameterError, match=r"'task' parameter .* 'regresion'") as caught:
        plan_target([1.5, 2.5], "regresion")
    assert caught.value.fix == "did you mean 'regression'?"


@pytest.mark.parametrize("shape", [(2, 3), (3,)])
def test_predictions_of_another_shape_are_refused(shape):
    for target in (Classes("y", (0, 1)), Quantity("y", 0.0, 1.0, 0.0, 1.0, 0.0)):
        with pytest.raises(ShapeError, match=r"n_y = 1\n"):
            target.decode(np.zeros(shape))


@pytest.mark.row(95)
@pytest.mark.parametrize(
    "data",
    [
        None,
        {"kind": "os"},
        {"kind": "classes", "name": "y"},
        {"kind": "classes", "name": "y", "labels": []},
        {"kind": "classes", "name": "y", "labels": ["a", "a"]},
        {"kind": "classes", "name": "y", "labels": ["a", None]},
        {"kind": "classes", "name": "y", "labels": ["a", {"hex": "zz"}]},
        {**Quantity("y", 0.0, 1.0, 0.0, 1.0, 0.0).to_data(), "scale": -1.0},
    ],
)
def test_data_that_are_no_target_are_malformed(data):
    with pytest.raises(Malformed, match="target"):
        target_from_data(data)


def test_numbers_too_small_to_differ_have_scale_1():
    target = plan_target([0.0, 5e-324, 0.0], "regression", name="y")
    assert target.scale == 1.0
    assert target.decode(target.encode([5e-324])).tolist() == [5e-324]
