"""The compiled part: whether there is one, for which processors, and its program of each graph."""

from __future__ import annotations

import weakref
from functools import cache, cached_property
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from glassnet.engines.compilation import Description, obstacle
from glassnet.graph import Graph, gradient_name

try:
    import glassnet.engines._native as compiled_part
except ImportError:  # installed without a compiler
    _native: Any = None
else:
    _native = compiled_part


INTERFACE: Final = 3
"""That of native/src/module.cpp: raised wherever what passes between the two parts changes."""


def missing() -> str | None:
    """Why there is no native engine in this installation; None where there is one."""
    if not _native:
        return "glassnet was installed without its compiled part"
    if getattr(_native, "interface", 0) != INTERFACE:
        return "its compiled part was built for another version: install glassnet again"
    return None


def instruction_sets() -> tuple[str, ...]:
    """The instruction sets of this processor for which there are kernels, the fastest first."""
    return () if missing() else tuple(_native.instruction_sets())


def flushes_small_numbers() -> bool:
    """Whether some library has told this thread's processor to take subnormal numbers for zero."""
    return bool(np.float64(5e-324) * np.float64(1) == 0)


class Programs:
    """The programs of one network, made once for each type of number."""

    def __init__(self, description: Description) -> None:
        self.names, self.noisy = description.names, description.noisy
        self.gradients = tuple(map(gradient_name, description.names))
        self.known = set(description.names)
        self._description, self._fastest = description, instruction_sets()[0]
        self._programs: dict[tuple[Any, str], Any] = {}

    def program(self, dtype: np.dtype[Any], instructions: str | None) -> Any:
        key = (dtype, instructions or self._fastest)
        if key not in self._programs:
            kind = _native.Program32 if dtype == np.float32 else _native.Program64
            self._programs[key] = kind(*self._description.arguments, key[1])
        return self._programs[key]

    @cached_property
    def dual(self) -> Programs:
        """Those of the same network with its first layer in its dual form."""
        return Programs(self._description.dual())


@cache
def _programs() -> dict[int, Programs | None]:
    return {}


def programs_of(graph: Graph) -> Programs | None:
    """The programs of a graph, kept as long as the graph is."""
    known, key = _programs(), id(graph)
    if key not in known:
        known[key] = None if obstacle(graph) else Programs(Description.of(graph))
        weakref.finalize(graph, known.pop, key, None)
    return known[key]


@cache
def linear() -> Programs:
    """Those of X ↦ W X + b."""
    return Programs(Description.linear())


def combination(
    S: NDArray[Any], X: NDArray[Any], instructions: str | None, threads: int
) -> NDArray[Any]:
    """S X, for X with an example in each row."""
    made = np.empty((len(S), X.shape[1]), X.dtype)
    _native.combination(S, X, made, instructions or instruction_sets()[0], threads)
    return made
