"""How a table is split and how finely its numbers are encoded, by the recipe."""

from __future__ import annotations

from collections.abc import Collection
from typing import Final

from glassnet.tables import Classes, Number, Quantity, TablePlan, frame_from, plan_table

FEWEST: Final = 4
MOST: Final = 64


def bins(target: Classes | Quantity, rows: int, plan: TablePlan) -> int:
    """Into how many bins each number is cut: few where rows are few or columns many.

    A label says less than a quantity, and so tells fewer bins apart.

    Parameters
    ----------
    target : Classes or Quantity
    rows : int
        In training.
    plan : TablePlan
        Of the same rows, without bins.

    Examples
    --------
    >>> from glassnet.tables import plan_table
    >>> plan = plan_table({"a": [1.5, 2.0], "b": [3.0, 5.5]})
    >>> boats = Classes("boat", ("canoe", "ferry"))
    >>> [bins(boats, rows, plan) for rows in (100, 1000, 100_000)]
    [4, 25, 32]
    """
    most = 32 if isinstance(target, Classes) else MOST
    return max(FEWEST, min(most, rows // 40, _room(plan)))


def plan(target: Classes | Quantity, training: object, drop: Collection[str] = ()) -> TablePlan:
    """The plan of a table of training rows, with as many bins as suit it.

    Examples
    --------
    >>> table = {"size": [float(i * i) for i in range(200)]}
    >>> boats = Classes("boat", ("canoe", "ferry"))
    >>> [column.details for column in plan(boats, table).used]
    ['(x − 13233.5) / 11869.6; 5 bins between quantiles']
    """
    frame = frame_from(training)
    simple = plan_table(frame, drop=drop)
    return plan_table(frame, drop=drop, bins=bins(target, frame.height, simple))


def fine_plan(training: object, drop: Collection[str] = ()) -> TablePlan:
    """The plan of a table for a pair of networks: as many bins as there is room for.

    Examples
    --------
    >>> table = {"size": [float(i * i) for i in range(200)]}
    >>> [column.details for column in fine_plan(table).used]
    ['(x − 13233.5) / 11869.6; 199 bins between quantiles']
    """
    frame = frame_from(training)
    room = _room(plan_table(frame, drop=drop))
    return plan_table(frame, drop=drop, bins=max(FEWEST, min(MOST, room)))


def _room(plan: TablePlan) -> int:
    """How many bins a number may have, that all of them stay within 512."""
    return 512 // max(1, sum(isinstance(column, Number) for column in plan.used))


def validation_share(rows: int) -> float:
    """The share of rows that choose the epoch: fewer suffice where there are many."""
    return 0.1 if rows >= 5000 else 0.15
