"""What all pooling layers with a window share: their fields and their shapes."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from glassnet.errors import HyperparameterError
from glassnet.layers.layer import Layer
from glassnet.layers.sweeps import Padding1D, Padding2D, PerAxis, Sweeps, sweeps
from glassnet.shapes import Mismatch


@dataclass(frozen=True)
class Pool(Layer):
    """A layer that shifts a window and makes one number of what it sees, unit by unit."""

    kernel_size: PerAxis
    stride: PerAxis | None = None
    padding: Padding1D | Padding2D = "valid"

    def __post_init__(self) -> None:
        super().__post_init__()
        for sweep in self.sweeps:
            if sweep.padding != "same" and max(sweep.padding) >= sweep.k:
                raise HyperparameterError(
                    f"The 'padding' parameter of {type(self).__name__} must be smaller than the "
                    f"window. Got {self.padding!r} instead.",
                    expected=f"less than {sweep.k} places, so that each window sees some data",
                    received=repr(self),
                    fix=f"pass padding={sweep.k // 2}, or 'same'",
                )

    @property
    @abstractmethod
    def axes(self) -> str:
        """The letters of the axes along which the window is shifted."""

    @property
    def sweeps(self) -> Sweeps:
        stride = self.kernel_size if self.stride is None else self.stride
        return sweeps(self.axes, self.kernel_size, stride, self.padding)

    @property
    def shapes(self) -> str:
        read, made = " ".join(self.axes), " ".join(f"{axis}_out" for axis in self.axes)
        return f"A: {read} n m -> A_pool: {made} n m"

    def sizes(self, known: Mapping[str, Any]) -> Mapping[str, int]:
        made = {f"{each.axis}_out": each.positions(known[each.axis]) for each in self.sweeps}
        for sweep in self.sweeps:
            if sweep.k > known[sweep.axis]:
                raise Mismatch(
                    f"a window of at most {sweep.axis} = {known[sweep.axis]} places, not {sweep.k}",
                    fix="use a smaller window, or a global pooling layer",
                )
        return made
