"""Reshaping: the same numbers under other axes."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from glassnet.domains import Count
from glassnet.errors import HyperparameterError
from glassnet.layers.layer import Array, Arrays, Layer, Namespace
from glassnet.shapes import LEADING, Mismatch


@dataclass(frozen=True)
class Flatten(Layer):
    """All values of an example in one column, so that a dense layer can read them.

    forward::

        A_flat = flat(A)

    backward::

        dA = like(dA_flat, A)

    Row by row, pixel by pixel, unit by unit: the value at (h, w, c) gets the row (h·W + w)·n_C + c.
    like(P, A) puts the values of P under the axes of A.

    Shapes
    ------
    A (..., n, m), A_flat (… · n, m).

    Examples
    --------
    >>> import numpy as np
    >>> Flatten().forward(np, A=np.arange(6.0).reshape(3, 2, 1))["A_flat"].shape
    (6, 1)
    """

    shapes = "A: ... n m -> A_flat: n_flat m"

    def sizes(self, known: Mapping[str, Any]) -> Mapping[str, int]:
        return {"n_flat": math.prod(known[LEADING]) * known["n"]}

    def forward(self, xp: Namespace, A: Array) -> Arrays:
        return {"A_flat": xp.reshape(A, (-1, A.shape[-1]))}

    def backward(self, xp: Namespace, dA_flat: Array, A: Array) -> Arrays:
        return {"dA": xp.reshape(dA_flat, A.shape)}


@dataclass(frozen=True)
class Reshape(Layer):
    """The values of an example under other axes, in the same order.

    forward::

        A_shaped = reshape(A, shape)

    backward::

        dA = like(dA_shaped, A)

    like(P, A) puts the values of P under the axes of A.

    Parameters
    ----------
    shape : tuple of int
        Of one example, without m: ``(7, 7, 16)`` makes an image of 16 channels.

    Shapes
    ------
    A (..., n, m), A_shaped (shape, m): the axes of `shape`, then m.

    Raises
    ------
    HyperparameterError
        `shape` has no axis, or one that is no whole number of at least 1.
    ShapeError
        An example has another number of values.

    Examples
    --------
    >>> import numpy as np
    >>> Reshape((3, 2)).forward(np, A=np.arange(6.0).reshape(6, 1))["A_shaped"].shape
    (3, 2, 1)
    """

    shape: tuple[Count, ...]

    def __post_init__(self) -> None:
        super().__post_init__()
        if not self.shape:
            raise HyperparameterError(
                "The 'shape' parameter of Reshape must name at least one axis. Got () instead.",
                expected="the axes of one example, without m",
                fix="pass e.g. shape=(n,)",
            )

    @property
    def shapes(self) -> str:
        return f"A: ... n m -> A_shaped: {' '.join(map(str, self.shape))} m"

    def sizes(self, known: Mapping[str, Any]) -> Mapping[str, int]:
        given, wanted = math.prod(known[LEADING]) * known["n"], math.prod(self.shape)
        if given != wanted:
            axes = " · ".join(map(str, self.shape))
            raise Mismatch(
                f"{axes} = {wanted} values of each example, not {given}",
                fix=f"reshape to axes whose product is {given}",
            )
        return {}

    def forward(self, xp: Namespace, A: Array) -> Arrays:
        return {"A_shaped": xp.reshape(A, (*self.shape, A.shape[-1]))}

    def backward(self, xp: Namespace, dA_shaped: Array, A: Array) -> Arrays:
        return {"dA": xp.reshape(dA_shaped, A.shape)}
