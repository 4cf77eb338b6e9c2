"""Windows along one, two and three axes: looking and going back are adjoint."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from glassnet.layers.sweeps import Sweep
from glassnet.layers.windows import back, from_strips, seen, strips
from glassnet.namespace import numpy_namespace as xp
from glassnet.shapes import Mismatch

RANDOM = np.random.default_rng(0)


@st.composite
def sweep_and_size(draw):
    k, s, d = draw(st.integers(1, 3)), draw(st.integers(1, 4)), draw(st.integers(1, 3))
    padding = draw(st.just("same") | st.tuples(st.integers(0, 3), st.integers(0, 3)))
    return Sweep("T", k, s, d, padding), draw(st.integers(1 + d * (k - 1), 9))


@pytest.mark.parametrize(("look", "go_back"), [(seen, back), (strips, from_strips)])
@given(axes=st.lists(sweep_and_size(), min_size=1, max_size=3))
def test_looking_and_going_back_are_adjoint(look, go_back, axes):
    sweeps, shape = tuple(sweep for sweep, _ in axes), tuple(n for _, n in axes)
    A = RANDOM.standard_normal((*shape, 2, 3))
    parts = look(xp, A, sweeps)
    assert {part.shape[:-2] for part in parts} == {
        tuple(sweep.positions(n) for sweep, n in axes),
    }
    others = [RANDOM.standard_normal(part.shape) for part in parts]
    there = sum(np.sum(part * other) for part, other in zip(parts, others, strict=True))
    returned = go_back(xp, others, sweeps, shape)
    assert returned.shape == A.shape
    assert np.sum(A * returned) == pytest.approx(there, rel=1e-9, abs=1e-9)


@given(sweep_and_size())
def test_positions_are_counted_right(given):
    sweep, n = given
    before, after = sweep.pads(n)
    starts = range(0, before + n + after - sweep.d * (sweep.k - 1), sweep.s)
    assert sweep.positions(n) == len(starts)
    if sweep.padding == "same":
        assert len(starts) == -(-n // sweep.s)


@given(sweep_and_size())
def test_a_transposed_sweep_makes_what_its_sweep_would_take(given):
    sweep, positions = given
    try:
        places = sweep.places(positions)
    except Mismatch:
        return
    assert sweep.positions(places) == positions


def test_looking_copies_nothing():
    A = RANDOM.standard_normal((5, 7, 2, 3))
    for part in seen(xp, A, (Sweep("H", 2, 2, 1, (0, 0)), Sweep("W", 3, 1, 2, (0, 0)))):
        assert np.shares_memory(part, A)
