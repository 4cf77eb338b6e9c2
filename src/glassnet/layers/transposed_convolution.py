"""Transposed convolution: from a small image to a larger one."""

from __future__ import annotations

from dataclasses import dataclass

from glassnet.layers.dense import over_examples, over_positions
from glassnet.layers.kernel_layer import KernelLayer, turned
from glassnet.layers.layer import Array, Arrays, Namespace
from glassnet.layers.sweeps import Padding2D, PerAxis, Sweep


@dataclass(frozen=True)
class ConvTranspose2D(KernelLayer):
    """A convolution the other way round: every pixel draws the kernel, and the drawings add up.

    forward::

        Z = sum(back(W[o] @ A, o) for o in offsets) + b

    gradients::

        dW[o] = sum(seen(dZ, o) @ A.mT, axis=positions) / m
        db = sum(sum(dZ, axis=positions), axis=-1, keepdims=True) / m

    backward::

        dA = sum(W[o].T @ seen(dZ, o) for o in offsets)

    o, seen and back are those of :class:`Conv2D`: what is forward there is backward here.

    Parameters
    ----------
    units : int
        n_C, how many feature maps the layer makes.
    kernel_size : int or (int, int)
        k, height and width of the kernel.
    stride : int or (int, int)
        s, how far from each other neighbouring pixels draw.
    padding : "valid", "same", int, (int, int) or ((int, int), (int, int))
        What is cut off of the borders of the result: nothing; as much as leaves H_out = s·H; p on
        every side; for height and width; above and below, left and right.
    dilation : int or (int, int)
        d, the distance between the pixels of a drawing.
    groups : int
        Into how many parts units and channels are divided; each part of the units reads its own
        part of the channels.
    initializer : Initializer, optional
        How W starts. Left out, the activation that follows chooses. b starts at zero.

    Shapes
    ------
    A (H, W, n_C_prev, m), W (f_h, f_w, n_C, n_C_prev/groups), b (n_C, 1), Z (H_out, W_out, n_C, m),
    H_out = (H − 1)s + d(k − 1) + 1 − p − p′.

    Raises
    ------
    HyperparameterError
        A field is out of its range, or `groups` divides units or channels with a remainder.
    ShapeError
        The padding cuts off the whole result.

    Examples
    --------
    >>> import numpy as np
    >>> cross = np.array([[0, 1, 0], [1, 1, 1], [0, 1, 0.0]]).reshape(3, 3, 1, 1)
    >>> pixel = np.array([[2.0]]).reshape(1, 1, 1, 1)
    >>> made = ConvTranspose2D(1, 3).forward(np, A=pixel, W=cross, b=np.zeros((1, 1)))
    >>> made["Z"][..., 0, 0].tolist()
    [[0.0, 2.0, 0.0], [2.0, 2.0, 2.0], [0.0, 2.0, 0.0]]

    Source: Zeiler, Krishnan, Taylor, Fergus, "Deconvolutional networks" (2010).
    """

    kernel_size: PerAxis
    stride: PerAxis = 1
    padding: Padding2D = "valid"
    dilation: PerAxis = 1

    axes = "HW"

    def _made(self, sweep: Sweep, n: int) -> int:
        return sweep.places(n)

    def forward(self, xp: Namespace, A: Array, W: Array, b: Array) -> Arrays:
        places = [sweep.places(n) for sweep, n in zip(self.sweeps, A.shape, strict=False)]
        return {"Z": self._spread(xp, A, turned(xp, W, self.groups), places) + b}

    def gradients(self, xp: Namespace, dZ: Array, A: Array) -> Arrays:
        m = dZ.shape[-1]
        return {
            "dW": turned(xp, self._products(xp, A, dZ), self.groups) / m,
            "db": over_positions(xp, over_examples(xp, dZ)) / m,
        }

    def backward(self, xp: Namespace, dZ: Array, W: Array) -> Arrays:
        return {"dA": self._correlated(xp, dZ, turned(xp, W, self.groups))}
