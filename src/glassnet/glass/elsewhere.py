"""Where a number stands that an equation speaks of: at another time, behind a window of a kernel,
in an array before it was given another shape.

A place that is not there, such as the time before the first one or the padding of an image, is
None: the number is zero.
"""

from __future__ import annotations

import ast
from collections.abc import Sequence
from typing import Any

import numpy as np

from glassnet.glass.sizes import Sizes
from glassnet.glass.worked import Index, NotElementwise


def at_time(
    sizes: Sizes, t: int | str, name: str, shift: int | None, index: Index
) -> tuple[str, Index | None]:
    """The array and the place that `name` ⟨t + shift⟩ means; the last time without a shift.

    Before the first time stands the state that came in, as an array of its own.

    Raises
    ------
    NotElementwise
        The engine keeps no such array.
    """
    array, reverse = sizes.array(name), sizes.constants.get("reverse", False)
    if shift is None:
        return name, (0 if reverse else sizes.read(name).shape[0] - 1, *index)
    step = -shift if reverse else shift
    if isinstance(t, str):
        at = f"{t}{'−' if step < 0 else '+'}1" if step else t
        return name, (at, *index)
    t, T = t + step, sizes.read("A").shape[0]
    if not 0 <= t < T:
        came_in = shift < 0 and sizes.array(f"{name}_prev") is not None
        return f"{name}_prev", index if came_in else None
    done = T - 1 - t if reverse else t
    if name[0] == "d" and shift > 0 and _is_cut(sizes, done):
        return name, None
    if array is not None:
        return name, (t, *index)
    if name != "da":
        raise NotElementwise
    # Only the last state is passed on: nothing above reads the others.
    last = done == T - 1 and sizes.array("da_next") is not None
    return "da_next", index if last else None


def _is_cut(sizes: Sizes, done: int) -> bool:
    """Whether truncation keeps the gradient of a time from the one before it."""
    every = sizes.constants.get("truncate")
    return every is not None and done % every == 0


def before_reshaping(sizes: Sizes, inside: ast.expr, index: Any) -> Index:
    """Where a number stood before its example was given another shape."""
    shape, made = sizes.of(inside), sizes.made
    place = np.ravel_multi_index(index[:-1], made[:-1])
    return (*map(int, np.unravel_index(place, shape[:-1])), index[-1])


def through_window(
    sizes: Sizes, o: Index, function: str, inside: ast.expr, position: Sequence[Any]
) -> Index | None:
    """The place that the offset o sees from a position; or the position that sees a place."""
    if function == "seen":
        return sizes.windows(sizes.of(inside)[:-2]).seen(tuple(position), o)
    return sizes.windows(sizes.made[:-2]).back(tuple(position), o)


def in_kernel(sizes: Sizes, o: Index, name: str, index: Index) -> Index | None:
    """A place in W[o]: with groups a matrix that is zero where a unit does not read an input."""
    row, column = index
    array, groups = sizes.read(name), sizes.groups
    if groups == 1 or column is None or row is None:
        return (*o, row, column)
    assert isinstance(row, int)
    assert isinstance(column, int)
    group, own = divmod(column, array.shape[-1])
    return (*o, row, own) if row // (array.shape[-2] // groups) == group else None


def without_groups(sizes: Sizes, row: int, column: int) -> tuple[int, int]:
    """A place in W[o] without groups of one with them."""
    if sizes.groups == 1:
        return row, column
    *_, units, columns = sizes.made
    return row, column + row // (units // sizes.groups) * columns
