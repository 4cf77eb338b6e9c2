"""Held-out rows: seeded, stratified, never too few."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from glassnet.errors import DataError, GlassnetWarning, HyperparameterError
from glassnet.tables import split_rows


@given(
    st.integers(5, 211),
    st.floats(0.3, 0.7),
    st.integers(0, 2**32),
    st.booleans(),
)
def test_every_row_is_on_one_side(rows, share, seed, stratify):
    target = np.arange(rows) % 2
    training, held_out = split_rows(target, share, seed, stratify=stratify)
    assert sorted([*training, *held_out]) == list(range(rows))
    most = rows - 2 if stratify else rows  # each of the two classes keeps a row in training
    assert len(held_out) == min(round(share * rows), most)
    assert training.tolist() == sorted(training)
    assert held_out.tolist() == sorted(held_out)


def test_the_same_seed_draws_the_same_rows():
    target = np.random.default_rng(3).integers(0, 3, 997)
    first, again, other = (split_rows(target, 0.2, seed, stratify=True)[1] for seed in (5, 5, 6))
    assert np.array_equal(first, again)
    assert not np.array_equal(first, other)


@given(st.lists(st.integers(2, 61), min_size=2, max_size=5), st.floats(0.2, 0.8))
def test_every_class_keeps_its_share(counts, share):
    target = np.repeat(np.arange(len(counts)), counts)
    if round(share * len(target)) < 2:
        return
    _, held_out = split_rows(target, share, 0, stratify=True)
    for label, count in enumerate(counts):
        held = int((target[held_out] == label).sum())
        assert held < count
        assert abs(held - share * count) < 2


@pytest.mark.row(36)
def test_a_class_of_one_row_goes_to_training_with_a_warning():
    target = ["a"] * 7 + ["b"] * 5 + ["rare"]
    with pytest.warns(GlassnetWarning, match="classes with a single row: 'rare'; they are in"):
        training, _ = split_rows(target, 0.3, 1, stratify=True)
    assert 12 in training


@pytest.mark.parametrize("target", [[b"a", b"b"] * 7, [True, False] * 7, [1.5, 2.5] * 7])
def test_labels_of_every_type_are_stratified(target):
    _, held_out = split_rows(target, 0.5, 1, stratify=True)
    assert sum(target[i] == target[0] for i in held_out) in (3, 4)


@pytest.mark.row(46)
@pytest.mark.parametrize(("rows", "share"), [(5, 0.2), (3, 0.3), (1, 0.5)])
def test_a_validation_set_of_less_than_two_rows_is_too_small(rows, share):
    with pytest.raises(DataError, match=r"validation set is too small: [01] of \d rows"):
        split_rows(list(range(rows)), share, 0, stratify=False)


@pytest.mark.row(46)
def test_training_is_never_empty():
    with pytest.raises(DataError, match="the training set is empty: all 3 rows"):
        split_rows([1, 2, 3], 0.9, 0, stratify=False)


@pytest.mark.parametrize("share", [0.0, 1.0, -0.5, float("nan")])
def test_the_share_lies_between_0_and_1(share):
    with pytest.raises(HyperparameterError, match="cannot be held out") as caught:
        split_rows([1, 2, 3], share, 0, stratify=False)
    assert caught.value.expected == "0 < share < 1"
