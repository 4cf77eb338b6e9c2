"""Windows over a time series: some values in a row, and the values that come next."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from glassnet.arrays import FloatArray, as_float
from glassnet.errors import DataError, HyperparameterError, ShapeError, shown


def windows(series: ArrayLike, length: int, horizon: int = 1) -> tuple[FloatArray, FloatArray]:
    """Every `length` values in a row, and for each the `horizon` values that follow them.

    X[i, t] = series[i + t] and Y[i, h] = series[i + length + h]

    Parameters
    ----------
    series : array (T,) or (T, n_x)
        A number, or several, for each time, the earliest first.
    length : int
        How many times the network sees, at least 1.
    horizon : int
        How many times it predicts, at least 1.

    Returns
    -------
    X : array (m, length, n_x)
        m = T − length − horizon + 1; n_x is 1 for a series (T,).
    Y : array (m, horizon), for a series (T, n_x) an array (m, horizon, n_x)
        Both look at the series without a copy, and cannot be written to. An estimator takes the
        one column of horizon 1 as Y[:, 0].

    Raises
    ------
    DataError
        The series is shorter than one window and what follows it, or holds NaN or infinity.
    ShapeError
        The series has other axes.
    DataTypeError
        Its values are not numbers.
    HyperparameterError
        `length` or `horizon` is outside its domain.

    Notes
    -----
    Windows overlap: drawn at random for training and testing, those of the test would stand
    between others that were learnt. `past_and_future` splits the series first.

    Examples
    --------
    >>> X, Y = windows([1.0, 2.0, 3.0, 5.0, 8.0, 13.0], length=3, horizon=2)
    >>> X[:, :, 0].tolist(), Y.tolist()
    ([[1.0, 2.0, 3.0], [2.0, 3.0, 5.0]], [[5.0, 8.0], [8.0, 13.0]])
    """
    values = series_values(series)
    _check_count("length", length)
    _check_count("horizon", horizon)
    if len(values) < length + horizon:
        raise DataError(
            f"The series is too short for a single window of {length} and the next {horizon}.",
            equation="m = T − length − horizon + 1",
            expected=f"at least {length + horizon} times",
            received=f"{len(values)} times",
            fix="pass a longer series, or a smaller length= or horizon=",
        )
    stretches = np.lib.stride_tricks.sliding_window_view(values, length + horizon, axis=0)
    stretches = np.moveaxis(stretches, -1, 1)  # (m, length + horizon) and (n_x,) where it has one
    X, Y = stretches[:, :length], stretches[:, length:]
    return (X[..., None] if values.ndim == 1 else X), Y


def past_and_future(
    series: ArrayLike, length: int, share: float = 0.2
) -> tuple[FloatArray, FloatArray]:
    """A series cut in two: what to learn from, and what to predict.

    The future begins with the last `length` values of the past, which the first prediction
    needs. So the windows of the past hold no value from behind the cut, and those of the future
    predict every value behind it, and no other. A scaling that is learnt from the past, or from
    its windows, knows nothing of the future either.

    Parameters
    ----------
    series : array (T,) or (T, n_x)
        The earliest time first. No chance is involved: what is later is held out.
    length : int
        That of the windows.
    share : float
        In (0, 1): the part of all times behind the cut, rounded to whole times.

    Returns
    -------
    past, future : arrays
        Views of the series.

    Raises
    ------
    DataError
        No time is left behind the cut, or no window with a value to learn in front of it; or the
        series holds NaN or infinity.
    ShapeError, DataTypeError, HyperparameterError
        As for `windows`.

    Examples
    --------
    >>> past, future = past_and_future(range(10), length=2, share=0.3)
    >>> past.tolist(), future.tolist()
    ([0.0, 1.0, 2.0, 3.0, 4.0, 5.0, 6.0], [5.0, 6.0, 7.0, 8.0, 9.0])
    >>> windows(future, length=2)[1].ravel().tolist()
    [7.0, 8.0, 9.0]
    """
    values = series_values(series)
    _check_count("length", length)
    if isinstance(share, bool) or not isinstance(share, float | np.floating) or not 0 < share < 1:
        raise HyperparameterError(
            f"The 'share' parameter must be a float in the range (0.0, 1.0). Got {shown(share)} "
            "instead.",
            fix="pass e.g. share=0.2",
        )
    cut = len(values) - round(share * len(values))
    if not length < cut < len(values):
        raise DataError(
            f"A series of {len(values)} times cannot be cut for windows of {length}.",
            expected=f"at least {length + 1} times in front of the cut, 1 behind it",
            received=f"{cut} and {len(values) - cut}, with share = {share:g}",
            fix="pass a longer series, a smaller length= or another share=",
        )
    return values[:cut], values[cut - length :]


def series_values(series: ArrayLike) -> FloatArray:
    """The values of a series, once they are finite numbers on one or two axes.

    Raises
    ------
    DataError, ShapeError, DataTypeError
    """
    values = as_float("series", series)
    if values.ndim not in (1, 2) or 0 in values.shape[1:]:
        raise ShapeError(
            f"The series has shape {values.shape}.",
            expected="a series (T,), or (T, n_x) with several numbers for each time",
            received=f"{values.ndim} axes",
            fix="let time be the first axis; window several series one by one",
        )
    wrong = ~np.isfinite(values)
    if wrong.any():
        first = int(np.argwhere(wrong)[0, 0])
        raise DataError(
            f"The series contains {'NaN' if np.isnan(values[wrong][0]) else 'inf'}.",
            expected="finite numbers",
            received=f"{int(wrong.sum())} values that are NaN or infinite, the first at time "
            f"{first}, counted from 0",
            fix="fill them in from the times before, or pass a part without gaps",
        )
    return values


def _check_count(name: str, value: object) -> None:
    if isinstance(value, bool) or not isinstance(value, int | np.integer) or value < 1:
        raise HyperparameterError(
            f"The {name!r} parameter must be an int in the range [1, inf). Got {shown(value)} "
            "instead.",
            fix=f"pass e.g. {name}={12 if name == 'length' else 1}",
        )
