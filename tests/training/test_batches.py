"""Batches: every example once, none of them empty."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from glassnet.engines import Data
from glassnet.training.batches import epoch_batches, examples_first_in_memory


@pytest.mark.row(67)
@given(st.integers(1, 60), st.integers(1, 70))
def test_every_example_is_seen_once_and_no_batch_is_empty(m, batch_size):
    batches = epoch_batches(m, batch_size, np.random.default_rng(0))
    seen = np.concatenate([np.arange(m)[batch] for batch in batches])
    assert sorted(seen.tolist()) == list(range(m))
    sizes = [len(np.arange(m)[batch]) for batch in batches]
    assert all(size == batch_size for size in sizes[:-1])
    assert 1 <= sizes[-1] <= batch_size


@pytest.mark.row(41)
def test_a_batch_no_smaller_than_the_data_is_all_of_them_in_order():
    for batch_size in (None, 7, 100):
        batches = epoch_batches(7, batch_size, np.random.default_rng(0))
        assert batches == [slice(None)]


def test_the_order_is_that_of_the_random_source():
    one, two, other = (
        np.concatenate(epoch_batches(50, 7, np.random.default_rng(seed))) for seed in (1, 1, 2)
    )
    np.testing.assert_array_equal(one, two)
    assert (one != other).any()


def test_examples_become_contiguous_and_stay_equal():
    X, Y = np.arange(42.0).reshape(2, 3, 7), np.arange(7.0)[None, :]
    data = examples_first_in_memory(Data({"A0": X}, Y, None, 7))
    np.testing.assert_array_equal(data.inputs["A0"], X)
    np.testing.assert_array_equal(data.Y, Y)
    assert np.moveaxis(data.inputs["A0"], -1, 0).flags.c_contiguous
    assert data.inputs["A0"][..., 0].flags.c_contiguous
