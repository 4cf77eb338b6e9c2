"""Places: the times of a sequence, or pixels of an image, where each has a target of its own."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from glassnet.admission import InputShape
from glassnet.arrays import FloatArray
from glassnet.dimensions import Dimensions
from glassnet.errors import DataError, ShapeError
from glassnet.estimators.assembly import AnyLayer
from glassnet.estimators.branches import Branches, masked_by
from glassnet.estimators.cells import check_no_gaps
from glassnet.estimators.rows import Rows
from glassnet.estimators.weights import Weights
from glassnet.graph import INPUT
from glassnet.layers.dense import Dense
from glassnet.losses.quantities import SquaredError
from glassnet.network import Network
from glassnet.presence import presence
from glassnet.shapes import written
from glassnet.sparse import is_sparse

Places = tuple[int, ...]
SEQUENCES = (list, tuple, np.ndarray)


def placed(layers: Sequence[AnyLayer], shape: InputShape) -> tuple[Dimensions, ...]:
    """The shapes of layers with one unit behind them, for one example.

    Of layers that cannot take the example there are none; what is wrong is said when they are
    built.
    """
    try:
        return Network((*layers, Dense(1)), SquaredError()).dimensions(shape)
    except ShapeError:
        return ()


def passed_on(ends: Sequence[Dimensions]) -> Places:
    """The places that layers pass on for an example: (T,), (H, W), or () where it is one answer."""
    return tuple(ends[-1].output[:-2]) if ends else ()


def places_in(y: Any, passed: Places) -> Places:
    """The places that y (m, ...) has targets for.

    >>> places_in(np.zeros((5, 7)), (7,)), places_in(np.zeros((5, 3)), (7,))
    ((7,), ())
    """
    shape = np.shape(y)
    return passed if passed and shape[1 : len(passed) + 1] == passed else shape[1:-1]


def mask_over(X: Any, ends: Sequence[Dimensions]) -> NDArray[np.bool_] | None:
    """Which times of each example's outputs are there, (m, T), where masks say so of them."""
    there = presence(ends, X.arrays) if ends and isinstance(X, Branches) else None
    return None if there is None else there[..., 0]


def is_several(y: Any) -> bool:
    """Whether each item of y is a row of targets: a list or an array of them.

    >>> is_several([["up", "down"], ["up"]]), is_several(["up", "down"])
    (True, False)
    """
    if getattr(y, "ndim", 1) > 1:
        return not is_sparse(y)
    return isinstance(y, SEQUENCES) and len(y) > 0 and np.ndim(y[0]) > 0


def other_places(places: Places, then: Places) -> DataError:
    """The error of targets for other places than those of the fit."""
    return DataError(
        f"y has targets for {_told(places)}, but this estimator was fitted with {_told(then)}.",
        expected=f"y {written(('m', *then))}, or with an axis for its columns behind it",
        received=f"y {written(('m', *places))}",
        fix="fit a new estimator to this y",
    )


def padded_targets(y: Any, there: NDArray[np.bool_]) -> NDArray[Any]:
    """Targets of sequences of different lengths as one array (m, T, ...).

    What stands where nothing is there is one of the targets, and weighs nothing.

    Raises
    ------
    DataError
        An example has more targets than times, or fewer; or one of them is missing.

    Examples
    --------
    >>> padded_targets([["up", "down"], ["up"]], np.array([[True, True], [True, False]])).tolist()
    [['up', 'down'], ['up', 'up']]
    """
    m, T = there.shape
    items = [np.asarray(each) for each in (y if isinstance(y, list | tuple) else np.asarray(y))]
    if len(items) != m:
        raise DataError(
            f"Found input variables with inconsistent numbers of samples: [{m}, {len(items)}]",
            expected=f"the targets of {m} sequences, as X has",
            received=f"those of {len(items)}",
            fix="pass one array of targets for each sequence",
        )
    lengths = there.sum(axis=1)
    for i, each in enumerate(items):
        if each.ndim == 0 or len(each) not in (T, lengths[i]):
            raise DataError(
                f"sequence {i} of X has {lengths[i]} times, but other targets.",
                expected=f"{lengths[i]} targets in y[{i}], one for each time",
                received=f"{len(each)}" if each.ndim else "a single one",
                fix="give every time a target; or leave out those without one, of X and of y",
            )
    whole = np.array([len(each) == T for each in items])
    known = there | whole[:, np.newaxis]
    values = np.concatenate(items)
    padded = np.zeros((m, T, *values.shape[1:]), values.dtype)
    padded[known] = values
    check_no_gaps(padded)
    padded[~known] = values[0]
    return padded


def weights_of_places(
    weights: Weights | None, places: Places, there: NDArray[np.bool_] | None
) -> Weights | None:
    """The weight of every place, (m, ...): that of its example, or 0 where no time is.

    >>> weights_of_places(np.array([2.0, 3.0]), (2,), np.array([[True, True], [True, False]]))
    array([[2., 2.],
           [3., 0.]])
    """
    if weights is not None:
        own = weights.reshape(-1, *(1 for _ in places))
        weights = np.broadcast_to(own, (len(weights), *places))
    if there is None:
        return weights
    return there.astype(np.float64) if weights is None else weights * there


def _told(places: Places) -> str:
    return f"{' × '.join(map(str, places))} places" if places else "each example as a whole"


def as_examples(A: FloatArray, rows: Rows) -> tuple[FloatArray, Rows]:
    """Outputs (..., n, m) and rows as if each place that counts were an example.

    >>> A = np.arange(6.0).reshape(3, 1, 2)  # three times, one output, two examples
    >>> y, weights = np.array([[0, 1, 2], [3, 4, 5]]), np.array([[1.0, 1, 0], [1, 1, 1]])
    >>> A, rows = as_examples(A, Rows(None, y, weights))
    >>> A.tolist(), rows.y.tolist()
    ([[0.0, 2.0, 1.0, 3.0, 5.0]], [0, 1, 3, 4, 5])
    """
    first = np.moveaxis(A, -1, 0)
    places = first.shape[:-1]
    weights = np.ones(places) if rows.weights is None else rows.weights
    there = weights > 0
    y = rows.y[there]
    return first[there].T, Rows(np.empty((len(y), 0)), y, weights[there])


def lengths_in(X: Any, masks: Sequence[str]) -> list[int] | None:
    """How long the sequences of a list are, of the branches that have these masks; None where they
    are arrays, with a mask or without.

    >>> lengths_in([[[1.0], [2.0]], [[3.0]]], ["mask"])
    [2, 1]
    >>> lengths_in(np.zeros((2, 5, 1)), ["mask"]), lengths_in([[[1.0]]], [])
    (None, None)
    """
    given = X if isinstance(X, Mapping) else {INPUT: X}
    if any(mask in given for mask in masks):
        return None
    for values in (given.get(masked_by(mask)) for mask in masks):
        if isinstance(values, list | tuple) or (
            isinstance(values, np.ndarray) and values.dtype.kind == "O"
        ):
            return [len(each) for each in values]
    return None
