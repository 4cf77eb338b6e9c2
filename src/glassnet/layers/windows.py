"""Windows: what the offsets of a kernel see of an array, and how their gradients go back.

Every function works on the leading axes of an array, one for each sweep, and leaves those behind
them alone. `seen` and `strips` look, `back` and `from_strips` are their adjoints: for all A and P,
Σₒ ⟨seen(A, o), P[o]⟩ = ⟨A, back(P)⟩.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import reduce
from itertools import product
from operator import add

from glassnet.layers.layer import Array, Namespace
from glassnet.layers.sweeps import Sweep, Sweeps


def seen(xp: Namespace, A: Array, sweeps: Sweeps, fill: float = 0.0) -> list[Array]:
    """For each offset of the kernel, what it sees of A at every position; `fill` is the padding."""
    return _slices(_padded(xp, _examples_together(xp, A), sweeps, fill), sweeps, A.shape)


def back(xp: Namespace, parts: Sequence[Array], sweeps: Sweeps, shape: Sequence[int]) -> Array:
    """The sum over offsets of each part put where its offset has seen it.

    `shape` is that of what was seen. What lands on padding is dropped.
    """
    for axis, sweep in reversed(list(enumerate(sweeps))):
        parts = [
            _back_along(xp, parts[start : start + sweep.k], axis, sweep, shape[axis])
            for start in range(0, len(parts), sweep.k)
        ]
    return parts[0]


def strips(xp: Namespace, A: Array, sweeps: Sweeps) -> list[Array]:
    """What `seen` gives, with the offsets along the last sweep below each other as units.

    So a sum over all offsets becomes one over those along the other sweeps, of fewer and larger
    matrix products. Copying all offsets would ask for k times the memory, and was not faster.
    """
    *others, last = range(len(sweeps))
    padded = _padded(xp, _examples_together(xp, A), sweeps, 0.0)
    below = _slices(padded, sweeps, A.shape, axes=[last])
    return _slices(xp.concat(below, axis=-2), sweeps, A.shape, axes=others)


def from_strips(
    xp: Namespace, parts: Sequence[Array], sweeps: Sweeps, shape: Sequence[int]
) -> Array:
    """The adjoint of `strips`: an array of `shape` from the gradients of all strips."""
    n, k = parts[0].shape[-2] // sweeps[-1].k, sweeps[-1].k
    each = [part[..., i * n : (i + 1) * n, :] for part in parts for i in range(k)]
    return back(xp, each, sweeps, shape)


def total(arrays: Iterable[Array]) -> Array:
    """Their sum, in order."""
    return reduce(add, arrays)


def _slices(
    padded: Array, sweeps: Sweeps, shape: Sequence[int], axes: Sequence[int] | None = None
) -> list[Array]:
    """For each offset along `axes`, the places that it sees; views, without a copy."""
    ways = []
    for axis, sweep in enumerate(sweeps):
        stop = (sweep.positions(shape[axis]) - 1) * sweep.s + 1
        at = [slice(i * sweep.d, i * sweep.d + stop, sweep.s) for i in range(sweep.k)]
        ways.append(at if axes is None or axis in axes else [slice(None)])
    return [padded[(*way, ...)] for way in product(*ways)]


def _padded(xp: Namespace, A: Array, sweeps: Sweeps, fill: float) -> Array:
    for axis, sweep in enumerate(sweeps):
        A = _between(xp, A, axis, *sweep.pads(A.shape[axis]), fill)
    return A


def _between(
    xp: Namespace, A: Array, axis: int, before: int, after: int, fill: float = 0.0
) -> Array:
    """A with so many places of the value `fill` before and after it."""
    if before == after == 0:
        return A
    ends = [
        xp.full((*A.shape[:axis], places, *A.shape[axis + 1 :]), fill, dtype=A.dtype)
        for places in (before, after)
    ]
    return xp.concat([ends[0], A, ends[1]], axis=axis)


def _back_along(xp: Namespace, parts: Sequence[Array], axis: int, sweep: Sweep, n: int) -> Array:
    """`back` along one axis, onto n places.

    Offset i has seen the places i·d, i·d + s, i·d + 2s, …: all with the same remainder by s. The
    places of each remainder are summed by themselves, and then put between each other.
    """
    before, after = sweep.pads(n)
    s, d = min(sweep.s, before + n + after), sweep.d
    rounds = -(-(before + n + after) // s)
    phases: list[Array] = []
    for remainder in range(s):
        shifted = [
            _between(xp, part, axis, i * d // s, rounds - i * d // s - part.shape[axis])
            for i, part in enumerate(parts)
            if i * d % s == remainder
        ]
        phases.append(total(shifted) if shifted else xp.zeros_like(phases[0]))
    shape = (*parts[0].shape[:axis], rounds * s, *parts[0].shape[axis + 1 :])
    whole = xp.reshape(xp.stack(phases, axis=axis + 1), shape) if s > 1 else phases[0]
    return whole[(*(slice(None),) * axis, slice(before, before + n), ...)]


def _examples_together(xp: Namespace, A: Array) -> Array:
    """A with the values of all examples at one place beside each other in memory.

    Data come with each example by itself; slices and small matrix products of such an array are
    several times slower than this copy. What is in order already is not copied.
    """
    return xp.reshape(xp.reshape(A, (-1,)), A.shape)
