"""Splits the rows of a table into training and held-out rows."""

from __future__ import annotations

import warnings
from typing import TYPE_CHECKING

import numpy as np

from glassnet.errors import DataError, GlassnetWarning, HyperparameterError, listed
from glassnet.tables.frames import codes_of, series_from

if TYPE_CHECKING:
    import polars as pl
    from numpy.typing import NDArray


def split_rows(
    target: object, share: float, seed: int | np.random.Generator, *, stratify: bool
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Draws the rows that are held out of training.

    Parameters
    ----------
    target : series, array or list, (m,)
        The target of every row.
    share : float, 0 < share < 1
        The share of rows to hold out.
    seed : int or numpy.random.Generator
        The same seed draws the same rows.
    stratify : bool
        Whether every class is to have the same share on both sides: True for classification. A
        class of a single row goes to training, with a warning.

    Returns
    -------
    training, held_out : arrays of int, together (m,)
        Row numbers from 0, ascending.

    Raises
    ------
    HyperparameterError
        For a share outside its interval.
    DataError
        If fewer than two rows would be held out, or none left for training.

    Examples
    --------
    >>> training, held_out = split_rows(["a", "a", "b", "b"], 0.5, seed=0, stratify=True)
    >>> len(training), len(held_out)
    (2, 2)
    """
    if not 0 < share < 1:
        raise HyperparameterError(
            f"share = {share} of the rows cannot be held out.",
            expected="0 < share < 1",
            received=f"share = {share}",
            fix="use 0.2",
        )
    labels = series_from(target, "target")
    rows, random = len(labels), np.random.default_rng(seed)
    wanted = round(share * rows)
    order = random.permutation(rows)
    held_out = _stratified(labels, order, wanted) if stratify else order[:wanted]
    if len(held_out) < 2 or len(held_out) == rows:
        raise DataError(
            f"the validation set is too small: {len(held_out)} of {rows} rows."
            if len(held_out) < 2
            else f"the training set is empty: all {rows} rows would be held out.",
            expected="two rows or more held out, one or more left for training",
            received=f"share = {share} of {rows} rows",
            fix="use a larger share (--test, --validation), or more rows",
        )
    training = np.setdiff1d(np.arange(rows), held_out)
    return training, np.sort(held_out)


def _stratified(labels: pl.Series, order: NDArray[np.int64], wanted: int) -> NDArray[np.int64]:
    """The first rows of each class in `order`: as many of each as keeps its share.

    Whole rows cannot keep a share exactly: the classes with the largest remainders get one more,
    until `wanted` rows are held out. Each class keeps a row in training.
    """
    codes = codes_of(labels)
    counts = np.bincount(codes)
    _warn_of_singles(labels)
    exact = counts * (wanted / len(labels))
    quota = np.minimum(np.floor(exact).astype(np.int64), np.maximum(counts - 1, 0))
    for code in np.argsort(-(exact - np.floor(exact)), kind="stable"):
        if quota.sum() < wanted and quota[code] < counts[code] - 1:
            quota[code] += 1
    by_class = order[np.argsort(codes[order], kind="stable")]
    place_in_class = np.arange(len(codes)) - np.repeat(np.cumsum(counts) - counts, counts)
    return by_class[place_in_class < np.repeat(quota, counts)]


def _warn_of_singles(labels: pl.Series) -> None:
    single = labels.filter(labels.is_unique()).drop_nulls().sort().to_list()
    if single:
        warnings.warn(
            f"classes with a single row: {listed(map(repr, single))}; they are in training only,"
            " so the held-out rows cannot say whether they are learnt",
            GlassnetWarning,
            stacklevel=3,
        )
