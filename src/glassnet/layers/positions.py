"""Positions: what tells the times of a sequence apart for layers that see all at once."""

from __future__ import annotations

from dataclasses import dataclass

from glassnet.layers.layer import Array, Arrays, Layer, Namespace


@dataclass(frozen=True)
class PositionalEncoding(Layer):
    """Adds to every time t waves of t, each unit with a wavelength of its own.

    forward::

        angle = t / 10000**((k - k % 2) / n)
        A_pos = A + where(k % 2 == 0, sin(angle), cos(angle))

    backward::

        dA = dA_pos

    t is the time and k the unit, both counted from 0.

    Shapes
    ------
    A and A_pos (T, n, m).

    Examples
    --------
    >>> import numpy as np
    >>> PositionalEncoding().forward(np, A=np.zeros((2, 2, 1)))["A_pos"].round(3)[..., 0].tolist()
    [[0.0, 1.0], [0.841, 0.54]]

    Source: Vaswani and others, "Attention is all you need" (2017), section 3.5.
    """

    shapes = "A: T n m -> A_pos: T n m"

    def forward(self, xp: Namespace, A: Array) -> Arrays:
        T, n, _ = A.shape
        t = xp.arange(T, dtype=xp.float64)[:, None, None]
        k = xp.arange(n, dtype=xp.float64)[:, None]
        angle = t / 10000 ** ((k - k % 2) / n)
        waves = xp.where(k % 2 == 0, xp.sin(angle), xp.cos(angle))
        return {"A_pos": A + xp.astype(waves, A.dtype)}

    def backward(self, xp: Namespace, dA_pos: Array) -> Arrays:
        return {"dA": dA_pos}
