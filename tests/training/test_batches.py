"""Batches: every example once, none of them empty."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from glassnet.engines import Data
from glassnet.training.batches import (
    batches_in_order,
    count,
    examples_first_in_memory,
    shuffled_batches,
)


@pytest.mark.row(67)
@given(st.integers(1, 60), st.integers(1, 70), st.integers(1, 2))
def test_every_example_is_seen_once_and_no_batch_is_too_small(m, batch_size, least):
    in_order = batches_in_order(m, batch_size, least)
    sizes = [count(batch, m) for batch in in_order]
    for batches in (in_order, shuffled_batches(sizes, 0, [3])):
        seen = [np.arange(m)[batch] for batch in batches]
        assert sorted(np.concatenate(seen).tolist()) == list(range(m))
        assert [len(each) for each in seen] == sizes
    assert all(size == batch_size for size in sizes[:-1])
    assert min(least, m) <= sizes[-1] <= max(batch_size, least) + least - 1


@pytest.mark.row(41)
def test_a_batch_no_smaller_than_the_data_is_all_of_them_in_order():
    for batch_size in (None, 7, 100):
        assert batches_in_order(7, batch_size) == [slice(None)]


def test_the_order_is_that_of_the_seed_and_the_epoch():
    def order(seed, epoch):
        return shuffled_batches([20, 20, 10], seed, [epoch]).order.tolist()

    assert order(1, 4) == order(1, 4)
    assert order(1, 4) != order(2, 4)
    assert order(1, 4) != order(1, 5)
    both = shuffled_batches([20, 20, 10], 1, [4, 5])
    assert both.order.tolist() == order(1, 4) + order(1, 5)
    assert both.sizes == [20, 20, 10] * 2


def test_examples_become_contiguous_and_stay_equal():
    X, Y = np.arange(42.0).reshape(2, 3, 7), np.arange(7.0)[None, :]
    data = examples_first_in_memory(Data({"A0": X}, Y, None, 7))
    np.testing.assert_array_equal(data.inputs["A0"], X)
    np.testing.assert_array_equal(data.Y, Y)
    assert np.moveaxis(data.inputs["A0"], -1, 0).flags.c_contiguous
    assert data.inputs["A0"][..., 0].flags.c_contiguous
