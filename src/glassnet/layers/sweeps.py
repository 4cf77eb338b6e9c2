"""Sweeps: how a kernel is shifted along the axes of space or time.

A kernel of k places that is shifted along an axis of n places in steps of s sees, with its offset
i, every s-th place from i·d on. It fits floor((n + p + p′ − d(k − 1) − 1)/s) + 1 times, p and p′
being the places added in front and behind. A sweep describes one axis: a layer for sequences has
one of them, a layer for images two, and what is written here and in `windows` serves any number.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal, TypeAlias

from glassnet.domains import Count, Natural
from glassnet.shapes import Mismatch

Padding1D: TypeAlias = Literal["valid", "same"] | Natural | tuple[Natural, Natural]
Padding2D: TypeAlias = (
    Literal["valid", "same"]
    | Natural
    | tuple[Natural, Natural]
    | tuple[tuple[Natural, Natural], tuple[Natural, Natural]]
)
PerAxis: TypeAlias = Count | tuple[Count, Count]


@dataclass(frozen=True)
class Sweep:
    """A kernel's way along one axis.

    Attributes
    ----------
    axis : str
        Its name in shape strings: T, H or W.
    k, s, d : int
        Kernel, stride, dilation.
    padding : "same" or (int, int)
        Places added in front and behind; "same" adds what gives ceil(n/s) positions.
    """

    axis: str
    k: int
    s: int
    d: int
    padding: Literal["same"] | tuple[int, int]

    @property
    def reach(self) -> int:
        """How many places the kernel spans, those between its offsets included."""
        return self.d * (self.k - 1) + 1

    def pads(self, n: int) -> tuple[int, int]:
        """(p, p′) on an axis of n places."""
        if self.padding != "same":
            return self.padding
        both = max((-(-n // self.s) - 1) * self.s + self.reach - n, 0)
        return both // 2, both - both // 2

    def positions(self, n: int) -> int:
        """How many times the kernel fits on an axis of n places.

        Raises
        ------
        Mismatch
            Not once.
        """
        (p, q), axis, k, s, d = self.pads(n), self.axis, self.k, self.s, self.d
        fits = (n + p + q - self.reach) // s + 1
        if fits < 1:
            raise Mismatch(
                f"{axis}_out = floor(({axis} + p + p′ − d(k − 1) − 1)/s) + 1 of at least 1, not "
                f"floor(({n} + {p} + {q} − {d}·({k} − 1) − 1)/{s}) + 1 = {_signed(fits)}",
                fix=f"use a kernel of at most {(n + p + q - 1) // d + 1} along {axis}, padding, "
                f"or data with {axis} of at least {self.reach - p - q}",
            )
        return fits

    def places(self, positions: int) -> int:
        """How many places a transposed sweep makes of so many positions.

        Raises
        ------
        Mismatch
            None: the padding cuts all of them off.
        """
        axis, k, s, d = self.axis, self.k, self.s, self.d
        if self.padding == "same":
            return positions * s
        p, q = self.padding
        n = (positions - 1) * s + self.reach - p - q
        if n < 1:
            raise Mismatch(
                f"{axis}_out = ({axis} − 1)s + d(k − 1) + 1 − p − p′ of at least 1, not "
                f"({positions} − 1)·{s} + {d}·({k} − 1) + 1 − {p} − {q} = {_signed(n)}",
                fix=f"use less padding, or a larger kernel along {axis}",
            )
        return n


Sweeps: TypeAlias = tuple[Sweep, ...]


def sweeps(
    axes: str,
    kernel_size: int | tuple[int, ...],
    stride: int | tuple[int, ...],
    padding: Padding1D | Padding2D,
    dilation: int | tuple[int, ...] = 1,
) -> Sweeps:
    """A sweep for each axis, from what a layer says for all of them or for each.

    >>> sweeps("HW", (5, 3), 2, "valid")[1]
    Sweep(axis='W', k=3, s=2, d=1, padding=(0, 0))
    """

    def each(value: Any) -> tuple[Any, ...]:
        return value if isinstance(value, tuple) else (value,) * len(axes)

    paddings: tuple[Any, ...] = (padding,) if len(axes) == 1 else each(padding)
    ends = ((0, 0) if p == "valid" else (p, p) if isinstance(p, int) else p for p in paddings)
    fields = zip(axes, each(kernel_size), each(stride), each(dilation), ends, strict=True)
    return tuple(Sweep(*field) for field in fields)


def _signed(number: int) -> str:
    return str(number).replace("-", "−")
