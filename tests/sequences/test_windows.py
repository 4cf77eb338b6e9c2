"""Windows over a time series: which values stand where, and that none comes from the future."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import glassnet as gn
from glassnet.errors import DataError, DataTypeError, HyperparameterError, ShapeError
from glassnet.sequences import past_and_future, windows

SERIES = np.array([1.0, 2.0, 3.0, 5.0, 8.0, 13.0, 21.0])


def test_windows_worked_by_hand():
    X, Y = windows(SERIES, 3, 2)
    assert X[..., 0].tolist() == [[1, 2, 3], [2, 3, 5], [3, 5, 8]]
    assert Y.tolist() == [[5, 8], [8, 13], [13, 21]]


def test_several_numbers_for_each_time():
    X, Y = windows(np.column_stack([SERIES, -SERIES]), 2, 4)
    assert X.tolist() == [[[1, -1], [2, -2]], [[2, -2], [3, -3]]]
    assert Y[0].tolist() == [[3, -3], [5, -5], [8, -8], [13, -13]]
    assert Y[:, :, 0].tolist() == [[3, 5, 8, 13], [5, 8, 13, 21]]


def test_windows_copy_nothing_and_cannot_be_written_to():
    for dtype in (np.float32, np.float64):
        series = SERIES.astype(dtype)
        X, Y = windows(series, 3)
        assert X.dtype == Y.dtype == dtype
        assert np.shares_memory(X, series)
        assert not X.flags.writeable
        assert not Y.flags.writeable


def test_a_cut_worked_by_hand():
    past, future = past_and_future(SERIES, length=2, share=0.3)
    assert past.tolist() == [1, 2, 3, 5, 8]
    assert future.tolist() == [5, 8, 13, 21]
    X, Y = windows(future, 2)
    assert X[..., 0].tolist() == [[5, 8], [8, 13]]
    assert Y.tolist() == [[13], [21]]


@st.composite
def _problems(draw):
    length, horizon = draw(st.integers(1, 11)), draw(st.integers(1, 5))
    times = draw(st.integers(2 * (length + horizon), 60))
    return length, horizon, times, draw(st.floats(0.05, 0.95))


def _is_sound(cut_in_two, problem):
    """Whether no window of the past sees a time behind the cut, and the future predicts just
    those; the values of the series are its times."""
    length, horizon, times, share = problem
    cut = times - round(share * times)
    if not length + horizon <= cut <= times - horizon:
        return True
    past, future = cut_in_two(np.arange(times, dtype=float), length, share)
    (X, Y), (X_next, Y_next) = windows(past, length, horizon), windows(future, length, horizon)
    return (
        max(X.max(), Y.max()) < cut
        and np.array_equal(np.unique(Y_next), np.arange(cut, times))
        and np.all(X_next.max(axis=(1, 2)) < Y_next.min(axis=1))
        and np.all(X.max(axis=(1, 2)) < Y.min(axis=1))
    )


@given(_problems())
def test_no_window_of_the_past_sees_a_later_value(problem):
    assert _is_sound(past_and_future, problem)


@pytest.mark.parametrize(
    "wrong",
    [
        lambda series, length, share: (series, series[-round(share * len(series)) - length :]),
        lambda series, length, share: (series[:30], series[30:]),  # loses `length` predictions
        lambda series, length, share: (series[:31], series[30 - length :]),  # one value too many
    ],
)
def test_a_cut_that_leaks_or_loses_is_caught(wrong):
    assert _is_sound(past_and_future, (7, 3, 43, 13 / 43))
    assert not _is_sound(wrong, (7, 3, 43, 13 / 43))


def test_what_is_learnt_does_not_depend_on_the_future():
    """The scaling too: the same bits, whatever comes later."""
    rises = np.sin(np.arange(61.0))
    learnt = []
    for later in (0.0, 1e6):
        past, _ = past_and_future(np.concatenate([rises, np.full(13, later)]), 5, 13 / 74)
        model = gn.NetworkRegressor([gn.GRU(2, last=True)], max_iter=2, tol=0, random_state=0)
        X, Y = windows(past, 5)
        with pytest.warns(match="converged yet"):
            model.fit(X, Y[:, 0])
        learnt.append([model.scaling_.center, model.scaling_.scale, model.predict(X)])
    for one, other in zip(*learnt, strict=True):
        np.testing.assert_array_equal(one, other)


@pytest.mark.parametrize("parameter", ["length", "horizon"])
@pytest.mark.parametrize("value", [0, -1, 2.0, True, "3", None])
def test_counts_outside_their_domain(parameter, value):
    with pytest.raises(HyperparameterError, match=f"The '{parameter}' parameter must be an int"):
        windows(SERIES, **{"length": 2, parameter: value})


@pytest.mark.parametrize("share", [0, 1, 0.0, 1.0, -0.1, np.nan, True, "0.2", None])
def test_shares_outside_their_domain(share):
    with pytest.raises(HyperparameterError, match="The 'share' parameter must be a float"):
        past_and_future(SERIES, 2, share)


@pytest.mark.parametrize("call", [lambda s: windows(s, 2), lambda s: past_and_future(s, 2)])
@pytest.mark.parametrize(
    ("series", "error", "told"),
    [
        ([1.0, np.nan, 3.0, np.inf], DataError, "2 values .* the first at time 1"),
        ([[1.0, 2.0], [3.0, np.inf]], DataError, "contains inf"),
        (["a", "b", "c"], DataTypeError, "no numbers"),
        ([1j, 2j, 3j], DataTypeError, "Complex"),
        (3.0, ShapeError, r"shape \(\)"),
        (np.zeros((7, 0)), ShapeError, r"\(7, 0\)"),
        (np.zeros((7, 2, 1)), ShapeError, "window several series one by one"),
    ],
)
def test_other_series_are_refused(call, series, error, told):
    with pytest.raises(error, match=f"(?s){told}"):
        call(series)


def test_a_series_that_is_too_short():
    assert windows(SERIES, 5, 2)[0].shape == (1, 5, 1)
    with pytest.raises(DataError) as caught:
        windows(SERIES, 5, 3)
    assert str(caught.value).splitlines() == [
        "The series is too short for a single window of 5 and the next 3.",
        "  equation   m = T − length − horizon + 1",
        "  expected   at least 8 times",
        "  received   7 times",
        "  to fix     pass a longer series, or a smaller length= or horizon=",
    ]
    with pytest.raises(DataError, match="too short"):
        windows([], 1)
    for length, share in ((6, 0.2), (2, 0.01), (2, 0.99)):
        with pytest.raises(DataError, match=f"cannot be cut for windows of {length}"):
            past_and_future(SERIES, length, share)
