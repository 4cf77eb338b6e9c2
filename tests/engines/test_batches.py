"""Batches that lie in one array are a sequence of batches."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from glassnet.engines import Batches


@given(st.lists(st.integers(1, 5), max_size=8), st.data())
def test_batches_are_a_sequence_as_a_list_of_them_is(sizes, data):
    batches = Batches(np.arange(sum(sizes))[::-1], sizes)
    listed = [batch.tolist() for batch in batches]
    assert list(map(len, listed)) == sizes == [len(batch) for batch in batches]
    at = st.none() | st.integers(-10, 10)
    cut = slice(data.draw(at), data.draw(at))
    assert [batch.tolist() for batch in batches[cut]] == listed[cut]
    for index in range(-len(sizes), len(sizes)):
        assert batches[index].tolist() == listed[index]
    with pytest.raises(IndexError):
        batches[len(sizes)]
    with pytest.raises(ValueError, match="step of 2"):
        Batches(np.arange(4), [1] * 4)[::2]
