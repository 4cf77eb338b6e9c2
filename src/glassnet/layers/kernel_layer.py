"""What all layers with a kernel share: their fields, their shapes, and three sums over offsets."""

from __future__ import annotations

import math
from abc import abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from glassnet.domains import Count
from glassnet.errors import HyperparameterError
from glassnet.initializers import Initializer, Zeros
from glassnet.layers.layer import Array, Layer, Namespace
from glassnet.layers.sweeps import Padding1D, Padding2D, PerAxis, Sweeps, sweeps
from glassnet.layers.windows import from_strips, strips, total
from glassnet.shapes import Mismatch


@dataclass(frozen=True)
class KernelLayer(Layer):
    """A layer whose W holds a matrix W[o] (n_C, n) for every offset o of a kernel.

    With several groups, units and inputs are divided into as many parts, and each part of the
    units reads its part of the inputs: a matrix W[o] has then n/groups columns.
    """

    units: Count
    kernel_size: PerAxis
    stride: PerAxis = 1
    padding: Padding1D | Padding2D = "valid"
    dilation: PerAxis = 1
    groups: Count = 1
    initializer: Initializer | None = None

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.units % self.groups:
            raise self._indivisible("'units'", self.units)

    @property
    @abstractmethod
    def axes(self) -> str:
        """The letters of the axes along which the kernel is shifted."""

    @property
    def sweeps(self) -> Sweeps:
        return sweeps(self.axes, self.kernel_size, self.stride, self.padding, self.dilation)

    @property
    def shapes(self) -> str:
        read, made = " ".join(self.axes), " ".join(f"{axis}_out" for axis in self.axes)
        kernel = " ".join(str(sweep.k) for sweep in self.sweeps)
        n = "n" if self.groups == 1 else "n_group"
        return f"A: {read} n m, W: {kernel} units {n}, b: units 1 -> Z: {made} units m"

    def initializers(self) -> Mapping[str, Initializer | None]:
        return {"W": self.initializer, "b": Zeros()}

    def sizes(self, known: Mapping[str, Any]) -> Mapping[str, int]:
        made = {f"{sweep.axis}_out": self._made(sweep, known[sweep.axis]) for sweep in self.sweeps}
        if self.groups == 1:
            return made
        n = known["n"]
        if n % self.groups:
            raise self._indivisible("the units of what it reads", n)
        if known.get("n_group", n // self.groups) != n // self.groups:
            raise Mismatch(
                f"W with n/groups = {known['n_group']} columns for n = {n} units",
                fix=f"initialise W with {n // self.groups} columns, or change 'groups'",
            )
        return {**made, "n_group": n // self.groups}

    @abstractmethod
    def _made(self, sweep: Any, n: int) -> int:
        """The size of what is made along an axis of n places."""

    def _indivisible(self, what: str, units: int) -> HyperparameterError:
        return HyperparameterError(
            f"The 'groups' parameter of {type(self).__name__} must divide {what}. "
            f"Got groups={self.groups} and {units} units.",
            expected=f"groups of which {units} is a multiple",
            received=repr(self),
            fix=f"pass groups={math.gcd(self.groups, units)}",
        )

    # W below is (..., p, q/groups): it turns the q units of A into p. `turned` makes of it the
    # kernel of the way back, in which p and q have changed places.

    def _correlated(self, xp: Namespace, A: Array, W: Array) -> Array:
        """Σₒ W[o] seen(A, o)."""
        parts = zip(_rows(xp, W, self.groups), self._strips(xp, A), strict=True)
        return _together(xp, total(w @ P for w, P in parts))

    def _spread(self, xp: Namespace, dZ: Array, W: Array, shape: Sequence[int]) -> Array:
        """Σₒ back(W[o]ᵀ dZ, o), an array with the leading axes of `shape`."""
        dZ = _apart(xp, dZ, self.groups)
        parts = [w.mT @ dZ for w in _rows(xp, W, self.groups)]
        return _together(xp, from_strips(xp, parts, self.sweeps, shape))

    def _products(self, xp: Namespace, dZ: Array, A: Array) -> Array:
        """dZ seen(A, o)ᵀ, summed over positions and examples, for every offset o."""
        positions, kernel = tuple(range(len(self.axes))), [sweep.k for sweep in self.sweeps]
        dZ = _apart(xp, dZ, self.groups)
        rows = xp.stack([xp.sum(dZ @ P.mT, axis=positions) for P in self._strips(xp, A)])
        *_, g, p, q = rows.shape
        each = xp.reshape(rows, (-1, g, p, kernel[-1], q // kernel[-1]))
        return xp.reshape(xp.permute_dims(each, (0, 3, 1, 2, 4)), (*kernel, g * p, -1))

    def _strips(self, xp: Namespace, A: Array) -> list[Array]:
        return strips(xp, _apart(xp, A, self.groups), self.sweeps)


def turned(xp: Namespace, W: Array, groups: int) -> Array:
    """Every matrix W[o] transposed, group by group."""
    *kernel, p, q = W.shape
    blocks = xp.reshape(W, (*kernel, groups, p // groups, q)).mT
    return xp.reshape(blocks, (*kernel, groups * q, p // groups))


def _rows(xp: Namespace, W: Array, groups: int) -> Sequence[Array]:
    """W as strips are multiplied by it: the offsets along the last axis beside each other."""
    *_, k, p, q = W.shape
    each = xp.permute_dims(xp.reshape(W, (-1, k, groups, p // groups, q)), (0, 2, 3, 1, 4))
    rows: Sequence[Array] = xp.unstack(xp.reshape(each, (-1, groups, p // groups, k * q)))
    return rows


def _apart(xp: Namespace, A: Array, groups: int) -> Array:
    """(..., n, m) → (..., groups, n/groups, m)."""
    *leading, n, m = A.shape
    return xp.reshape(A, (*leading, groups, n // groups, m))


def _together(xp: Namespace, A: Array) -> Array:
    """(..., groups, n/groups, m) → (..., n, m)."""
    *leading, groups, n, m = A.shape
    return xp.reshape(A, (*leading, groups * n, m))
