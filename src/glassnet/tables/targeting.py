"""Infers what the target column is: classes, or a quantity."""

from __future__ import annotations

import warnings
from typing import TYPE_CHECKING, Final, Literal

import numpy as np
import polars as pl

from glassnet.errors import (
    DataError,
    DataTypeError,
    GlassnetWarning,
    HyperparameterError,
    did_you_mean,
    shown,
)
from glassnet.tables.frames import named, series_from
from glassnet.tables.numbers import center_and_scale, numbers_of
from glassnet.tables.target import Classes, Quantity, present

if TYPE_CHECKING:
    from numpy.typing import NDArray

Task = Literal["classification", "binary classification", "regression"]

TASKS: Final = ("classification", "binary classification", "regression")

MOST_CLASSES: Final = 20
"""The most different whole numbers that are taken for classes."""

ROWS_PER_CLASS: Final = 5
"""The fewest rows per whole number, on average, for the numbers to be taken for classes."""


def plan_target(values: object, task: Task | None = None, *, name: str = "y") -> Classes | Quantity:
    """Infers the target from its training rows.

    Text, bytes, True and False are classes. Numbers are classes if there are two of them, both
    whole, or if all are whole, at most 20 different ones, with five rows or more each on average;
    else they are a quantity.

    Parameters
    ----------
    values : series, array or list, (m,)
        The target of every training row.
    task : {"classification", "binary classification", "regression"}, optional
        What it is, where the rule above is wrong.
    name : str
        What a target without a name is called.

    Returns
    -------
    Classes or Quantity

    Raises
    ------
    DataError
        For no rows, missing or infinite values, a single class, more than two where the task is
        binary, or text that differs in most rows.
    DataTypeError
        For text where the task is regression, for dates, lists and the like.
    HyperparameterError
        For a task of another name.

    Examples
    --------
    >>> plan_target(["yes", "no", "yes"], name="survived")
    Classes(name='survived', labels=('no', 'yes'), one_hot=False)
    >>> plan_target([1.5, 2.5, 5.0]).task
    'regression'
    """
    _check_task(task)
    target = series_from(values, named(values, name))
    if target.is_empty():
        raise DataError(
            f"the target {target.name!r} holds 0 sample(s) while a minimum of 1 is required.",
            expected="one row or more",
            received="0 rows",
            fix="check the file, or the filter that made the table",
        )
    target = present(target)
    labelled = target.dtype in (pl.String, pl.Binary, pl.Boolean)
    if not labelled and not target.dtype.is_numeric():
        raise _neither(target)
    if task is None:
        _check_repeated(target, labelled)
        task = "classification" if labelled or _is_few_whole(target) else "regression"
    if task == "regression":
        return _quantity(target)
    classes = _classes(target)
    if task == "binary classification" and len(classes.labels) != 2:
        raise DataError(
            f"the target {target.name!r} is not binary.",
            expected="two classes",
            received=f"{len(classes.labels)} classes, e.g. {shown(classes.labels[:5])}",
            fix="use task='classification'",
        )
    return classes


def has_target(values: object) -> NDArray[np.bool_]:
    """Which rows have a target, (m,): the others are to be left out.

    Examples
    --------
    >>> has_target([1.0, None, float("nan")])
    array([ True, False, False])
    """
    return series_from(values, "y").is_not_null().to_numpy()


def _is_few_whole(target: pl.Series) -> bool:
    y = numbers_of(target)
    distinct = len(np.unique(y))
    few = distinct == 2 or (
        distinct <= MOST_CLASSES and distinct * ROWS_PER_CLASS <= len(y) and distinct > 1
    )
    return few and bool(np.all(y == np.round(y)))


def _check_repeated(target: pl.Series, labelled: bool) -> None:
    """Refuses text that looks like names, not classes, unless the task is stated."""
    distinct = target.n_unique() if labelled else 0
    if distinct > MOST_CLASSES and 2 * distinct > len(target):
        raise DataError(
            f"the target {target.name!r} has a class of its own in most rows.",
            expected="classes that occur in several rows each, or numbers",
            received=f"{distinct} classes in {len(target)} rows, e.g. {shown(target[0])}",
            fix="choose another target, turn text into numbers, or use task='classification'",
        )


def _classes(target: pl.Series) -> Classes:
    labels = target.unique().sort().to_list()
    whole = not target.dtype.is_float() or bool((target == target.round()).all())
    if not whole:
        raise DataError(
            f"Unknown label type: continuous. The target {target.name!r} holds fractions.",
            expected="classes: text, booleans or whole numbers",
            received=f"e.g. {shown(labels[:3])}",
            fix="use task='regression'",
        )
    if len(labels) == 1:
        raise DataError(
            f"the target {target.name!r} has one class only.",
            expected="two classes or more",
            received=f"{shown(labels[0])} in all {len(target)} rows",
            fix="check the target column, and the filter that chose the rows",
        )
    return Classes(target.name, tuple(labels))


def _quantity(target: pl.Series) -> Quantity:
    if not target.dtype.is_numeric() and target.dtype != pl.Boolean:
        raise _neither(target)
    y = numbers_of(target)
    lowest, highest = float(y.min()), float(y.max())
    if lowest == highest:
        warnings.warn(
            f"the target {target.name!r} is constant: every row holds {lowest:g}",
            GlassnetWarning,
            stacklevel=3,
        )
    at_highest = int((y == highest).sum())
    capped = at_highest / len(y) if at_highest > 1 else 0.0
    return Quantity(target.name, *center_and_scale(y), lowest, highest, capped)


def _neither(target: pl.Series) -> DataTypeError:
    return DataTypeError(
        f"the target {target.name!r} is neither classes nor a quantity.",
        expected="text, booleans or whole numbers for classes; numbers for regression",
        received=f"values of type {target.dtype}, e.g. {shown(target[0])}",
        fix="use task='classification' for text, or turn the values into numbers",
    )


def _check_task(task: str | None) -> None:
    if task is not None and task not in TASKS:
        raise HyperparameterError(
            f"The 'task' parameter of plan_target cannot be {task!r}.",
            expected=" or ".join(map(repr, TASKS)),
            received=repr(task),
            fix=did_you_mean(str(task), TASKS),
        )
