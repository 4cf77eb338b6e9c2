"""Entering: what a caller passes for a network with several entrances, checked branch by branch."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.utils.validation import check_array

from glassnet.dimensions import dimensions
from glassnet.errors import DataError, ShapeError, did_you_mean, listed
from glassnet.estimators.branches import Branches, mask_of, masked_by
from glassnet.estimators.reading import FLOATS, cells_named, check_axes, check_finite
from glassnet.graph import INPUT, Graph
from glassnet.presence import MASK, output_masks
from glassnet.shapes import EXAMPLES, written
from glassnet.sparse import is_sparse


def has_branches(X: Any, graph: Graph) -> bool:
    """Whether X has to be read branch by branch: by its own form, or for what reads it."""
    own = isinstance(X, Mapping) and not is_sparse(X)
    read = bool({*graph.sources} - {INPUT} or graph.integers)
    return own or read or _is_structured(X) or _differ_in_length(X)


def read_branches(
    X: Any, graph: Graph, known: Mapping[str, tuple[int, ...]] | None = None
) -> Branches:
    """The array of every entrance, examples first.

    Parameters
    ----------
    X : dict of arrays, structured array, or what stands for a single entrance
        An array for each branch. Where its layers read a mask, a branch may be a list of
        sequences (T, n) of different lengths: they are padded, and the mask says so.
    graph : Graph
        Of the network.
    known : dict of tuples, optional
        The shapes of the examples that the network was fitted to.

    Raises
    ------
    DataError, DataTypeError, ShapeError
    """
    known, entrances = known or {}, [_called(source) for source in graph.sources]
    given = _by_name(X, entrances)
    masks = {mask_of(name): name for name in entrances if mask_of(name) in entrances}
    padding = {name: mask for mask, name in masks.items() if mask not in given}
    _check_names(given, entrances, [mask for mask in masks if mask not in given])
    whole = {_called(source) for source in graph.integers}
    arrays: dict[str, NDArray[Any]] = {}
    for name, values in given.items():
        if name in padding:
            least = known.get(name, (0,))[0]
            arrays |= zip(
                (name, padding[name]), padded(name, values, least, name in whole), strict=True
            )
        else:
            arrays[name] = _array(name, values, name in whole)
    _check_counts(arrays)
    _check_joined(graph, arrays, padding)
    read = Branches({name: arrays[name] for name in entrances})
    if known:
        _check_shapes(read.example, known, set(masks) | set(masks.values()))
    return read


def padded(
    name: str, values: Any, least: int, whole: bool
) -> tuple[NDArray[Any], NDArray[np.bool_]]:
    """Sequences (T, n) as one array (m, T, n) with zeros behind them, and the mask (m, T, 1).

    Examples
    --------
    >>> X, mask = padded("tides", [[[1.0], [2.0]], [[3.0]]], least=0, whole=False)
    >>> X[..., 0].tolist(), mask[..., 0].tolist()
    ([[1.0, 2.0], [3.0, 0.0]], [[True, True], [True, False]])
    """
    told = _told(name)
    sequences = [_sequence(told, i, each, whole) for i, each in enumerate(values)]
    if not sequences:
        raise DataError(
            f"Found array with 0 sample(s) (shape=(0,)) in {told} while a minimum of 1 is "
            "required.",
            expected="sequences (T, n), one or more",
            received="none",
            fix="pass a list of arrays, one for each example",
        )
    width = sequences[0].shape[1]
    for i, each in enumerate(sequences):
        if each.shape[1] != width:
            raise ShapeError(
                f"The sequences of {told} differ in their features.",
                expected=f"(T, {width}) for every one, as sequence 0 is",
                received=f"{each.shape} in sequence {i}",
                fix="give every time the same features; only the number of times may differ",
            )
    lengths = np.array([len(each) for each in sequences])
    mask = np.arange(max(least, lengths.max())) < lengths[:, None]
    X = np.zeros((*mask.shape, width), np.result_type(*{each.dtype for each in sequences}))
    X[mask] = np.concatenate(sequences)
    return X, mask[..., None]


def _sequence(told: str, number: int, values: Any, whole: bool) -> NDArray[Any]:
    called = f"sequence {number} of {told}"
    one = np.asarray(values)
    if one.ndim != 2:
        raise ShapeError(
            f"{called} has {one.ndim} axes.",
            expected="(T, n): times, and features at each",
            received=str(one.shape),
            fix="add an axis for the only feature: [x[:, None] for x in X]"
            if one.ndim == 1
            else "pass one array (T, n) for each example",
        )
    if not len(one):
        raise ShapeError(
            f"{called} is empty.",
            expected="one time or more",
            received=str(one.shape),
            fix="leave out examples without a time, of X and of y",
        )
    return one if whole else _numbers(called, one)


def _array(name: str, values: Any, whole: bool) -> NDArray[Any]:
    if _differ_in_length(values):
        raise DataError(
            f"The sequences of {_told(name)} differ in length, and no layer reads a mask.",
            expected="a recurrent layer with masked=True, or sequences of one length",
            received=f"lengths {listed(sorted({len(each) for each in values}))}",
            fix="give the layers that read them masked=True, as in GRU(8, last=True, masked=True)",
        )
    read = np.asarray(values) if whole else _numbers(_told(name), values)
    check_axes(_told(name), read.shape)
    return read


def _numbers(name: str, values: Any) -> NDArray[Any]:
    with cells_named(name, values):
        read = check_array(
            values, dtype=FLOATS, allow_nd=True, ensure_all_finite=False, input_name=name
        )
    check_finite(read, None, name)
    array: NDArray[Any] = read
    return array


def _by_name(X: Any, entrances: Sequence[str]) -> dict[str, Any]:
    if isinstance(X, Mapping):
        return dict(X)
    if _is_structured(X):
        return {name: X[name] for name in X.dtype.names}
    inputs = [name for name in entrances if name.rpartition(".")[2] != MASK]
    if inputs != [INPUT]:
        raise DataError(
            "X is a single array, but the network has branches.",
            expected=f"a dict with an array for each of {listed(inputs)}",
            received=f"a {type(X).__name__}",
            fix="pass X={" + ", ".join(f"{name!r}: ..." for name in inputs) + "}",
        )
    return {INPUT: X}


def _check_names(given: Mapping[str, Any], entrances: Sequence[str], made: Sequence[str]) -> None:
    wanted = [name for name in entrances if name not in made]
    missing = [name for name in wanted if name not in given]
    unknown = [name for name in given if name not in entrances]
    if not missing and not unknown:
        return
    fix = "pass an array for each branch, and nothing else"
    if missing and unknown:
        fix = f"rename {unknown[0]!r}; {did_you_mean(str(unknown[0]), missing)}"
    raise DataError(
        f"X lacks the branch {missing[0]!r}."
        if missing
        else f"X has a branch {unknown[0]!r} that the network does not read.",
        expected=f"a dict with {listed(wanted)}",
        received=f"a dict with {listed(given) or 'nothing'}",
        fix=fix,
    )


def _check_counts(arrays: Mapping[str, NDArray[Any]]) -> None:
    counts = {name: len(X) for name, X in arrays.items()}
    if len(set(counts.values())) > 1:
        raise DataError(
            "The branches of X have inconsistent numbers of samples.",
            expected="the same examples in every branch, in the same order",
            received=listed(f"{name} {count}" for name, count in counts.items()),
            fix="take the same rows of each",
        )


def _check_joined(
    graph: Graph, arrays: Mapping[str, NDArray[Any]], masks: Mapping[str, str]
) -> None:
    """Refuse sequences that are joined time by time, but differ in length."""
    joined = [mask for mask in _joined(graph, arrays, masks) if mask in masks.values()]
    lengths = {_told(masked_by(mask)): arrays[mask].sum(axis=(1, 2)) for mask in joined}
    for (one, these), (other, those) in pairwise(lengths.items()):
        if np.any(these != those):
            i = int(np.argmax(these != those))
            raise DataError(
                f"sequence {i} is not as long in {one} as in {other}, and their times are joined.",
                expected=f"as many in {one} as in {other}: the outputs have the times of both",
                received=f"{these[i]} times in {one}, {those[i]} in {other}",
                fix=f"bring them to the same times; or pass arrays, and {masks[one]!r} and "
                f"{masks[other]!r} to say which are there",
            )


def _joined(
    graph: Graph, arrays: Mapping[str, NDArray[Any]], masks: Mapping[str, str]
) -> tuple[str, ...]:
    """The masks whose times the outputs have; where lengths differ, as if they were one."""
    own = {name: X.shape[1:] for name, X in arrays.items()}
    padded = {*masks, *masks.values()}
    longest = max((own[name][0] for name in padded), default=0)
    alike = {name: (longest, *s[1:]) if name in padded else s for name, s in own.items()}
    for shapes in (own, alike):
        with suppress(ShapeError):
            sources = {source: (*shapes[_called(source)], EXAMPLES) for source in graph.sources}
            return output_masks(dimensions(graph, sources))
    return ()  # what is wrong is said when the network is built


def _check_shapes(
    shapes: Mapping[str, tuple[int, ...]],
    known: Mapping[str, tuple[int, ...]],
    free: set[str],
) -> None:
    """Refuse examples of other shapes than in the fit; masked sequences may have other lengths."""
    for name, shape in shapes.items():
        first = 1 if name in free else 0
        if shape[first:] != known[name][first:]:
            called = "X" if name == INPUT else f"X[{name!r}]"
            raise ShapeError(
                f"{called} has examples of shape {shape}, but was fitted with examples of shape "
                f"{known[name]}.",
                expected=f"{called} {written(('m', *known[name]))}",
                received=f"{called} {written(('m', *shape))}",
                fix="bring the examples to the shape of the fit",
            )


def _called(source: str) -> str:
    """The name of an entrance: a branch's own, without the letter of what enters there."""
    return source.removesuffix(f".{INPUT}")


def _told(name: str) -> str:
    """What a caller calls an entrance."""
    return "X" if name == INPUT else name


def _differ_in_length(X: Any) -> bool:
    """Whether X holds sequences (T, n) of more than one length."""
    several = isinstance(X, list | tuple) or (isinstance(X, np.ndarray) and X.dtype.kind == "O")
    sequences = several and len(X) and np.ndim(X[0]) == 2
    return bool(sequences) and len({len(each) for each in X}) > 1


def _is_structured(X: Any) -> bool:
    return isinstance(X, np.ndarray) and X.dtype.names is not None
