"""Convolution: a dense layer that is shifted along a sequence, or over an image."""

from __future__ import annotations

from dataclasses import dataclass

from glassnet.domains import Count
from glassnet.layers.dense import over_examples, over_positions
from glassnet.layers.kernel_layer import KernelLayer
from glassnet.layers.layer import Array, Arrays, Namespace
from glassnet.layers.sweeps import Padding1D, Padding2D, PerAxis, Sweep


@dataclass(frozen=True)
class Convolution(KernelLayer):
    """The equations of a convolution along any number of axes.

    The kernel is not flipped, as in every framework: a cross-correlation, strictly speaking.
    """

    def _made(self, sweep: Sweep, n: int) -> int:
        return sweep.positions(n)

    def forward(self, xp: Namespace, A: Array, W: Array, b: Array) -> Arrays:
        return {"Z": self._correlated(xp, A, W) + b}

    def gradients(self, xp: Namespace, dZ: Array, A: Array) -> Arrays:
        m = dZ.shape[-1]
        return {
            "dW": self._products(xp, dZ, A) / m,
            "db": over_positions(xp, over_examples(xp, dZ)) / m,
        }

    def backward(self, xp: Namespace, dZ: Array, A: Array, W: Array) -> Arrays:
        return {"dA": self._spread(xp, dZ, W, A.shape)}


@dataclass(frozen=True)
class Conv2D(Convolution):
    """A convolution of images: the same small dense layer at every place of the image.

    forward::

        Z = sum(W[o] @ seen(A, o) for o in offsets) + b

    gradients::

        dW[o] = sum(dZ @ seen(A, o).mT, axis=positions) / m
        db = sum(sum(dZ, axis=positions), axis=-1, keepdims=True) / m

    backward::

        dA = sum(back(W[o].T @ dZ, o) for o in offsets)

    o = (i, j) runs over the offsets of the kernel, and seen(A, o) is what the offset sees:
    A[i·d : i·d + s·H_out : s, j·d : j·d + s·W_out : s], a view of the padded image in which the
    course's matrix A stands at every pixel. back(P, o) is the way back: P where o has seen it,
    zeros everywhere else.

    Parameters
    ----------
    units : int
        n_C, how many feature maps the layer makes.
    kernel_size : int or (int, int)
        k, height and width of the kernel.
    stride : int or (int, int)
        s, by how many pixels it is shifted.
    padding : "valid", "same", int, (int, int) or ((int, int), (int, int))
        Zeros around the image: none; as many as make H_out = ceil(H/s); p on every side; for
        height and width; above and below, left and right.
    dilation : int or (int, int)
        d, the distance between the pixels that the kernel sees.
    groups : int
        Into how many parts units and channels are divided; each part of the units reads its own
        part of the channels. n_C_prev groups: one kernel for each channel ("depthwise").
    initializer : Initializer, optional
        How W starts. Left out, the activation that follows chooses. b starts at zero.

    Shapes
    ------
    A (H, W, n_C_prev, m), W (f_h, f_w, n_C, n_C_prev/groups), b (n_C, 1), Z (H_out, W_out, n_C, m),
    H_out = floor((H + p + p′ − d(k − 1) − 1)/s) + 1.

    Raises
    ------
    HyperparameterError
        A field is out of its range, or `groups` divides units or channels with a remainder.
    ShapeError
        The kernel is larger than the padded image.

    Examples
    --------
    >>> import numpy as np
    >>> edge = np.array([1.0, -1.0]).reshape(1, 2, 1, 1)
    >>> image = np.array([[0, 0, 5, 5], [0, 5, 5, 5.0]]).reshape(2, 4, 1, 1)
    >>> Conv2D(1, (1, 2)).forward(np, A=image, W=edge, b=np.zeros((1, 1)))["Z"][..., 0, 0].tolist()
    [[0.0, -5.0, 0.0], [-5.0, 0.0, 0.0]]

    Source: LeCun, Bottou, Bengio, Haffner, "Gradient-based learning applied to document
    recognition" (1998).
    """

    kernel_size: PerAxis
    stride: PerAxis = 1
    padding: Padding2D = "valid"
    dilation: PerAxis = 1

    axes = "HW"


@dataclass(frozen=True)
class Conv1D(Convolution):
    """A convolution of sequences: the same small dense layer at every time.

    forward::

        Z = sum(W[o] @ seen(A, o) for o in offsets) + b

    gradients::

        dW[o] = sum(dZ @ seen(A, o).mT, axis=positions) / m
        db = sum(sum(dZ, axis=positions), axis=-1, keepdims=True) / m

    backward::

        dA = sum(back(W[o].T @ dZ, o) for o in offsets)

    o runs over the offsets of the kernel, and seen(A, o) is what the offset sees:
    A[o·d : o·d + s·T_out : s], a view of the padded sequence. back(P, o) is the way back: P where
    o has seen it, zeros everywhere else.

    Parameters
    ----------
    units : int
        n_C, how many features the layer makes.
    kernel_size : int
        k, the length of the kernel.
    stride : int
        s, by how many steps it is shifted.
    padding : "valid", "same", int or (int, int)
        Zeros around the sequence: none; as many as make T_out = ceil(T/s); p at both ends; before
        and after. ``(d * (k - 1), 0)`` lets no time see a later one.
    dilation : int
        d, the distance between the steps that the kernel sees.
    groups : int
        Into how many parts units and channels are divided; each part of the units reads its own
        part of the channels.
    initializer : Initializer, optional
        How W starts. Left out, the activation that follows chooses. b starts at zero.

    Shapes
    ------
    A (T, n_C_prev, m), W (f, n_C, n_C_prev/groups), b (n_C, 1), Z (T_out, n_C, m),
    T_out = floor((T + p + p′ − d(k − 1) − 1)/s) + 1.

    Raises
    ------
    HyperparameterError
        A field is out of its range, or `groups` divides units or channels with a remainder.
    ShapeError
        The kernel is longer than the padded sequence.

    Examples
    --------
    >>> import numpy as np
    >>> mean = np.full((2, 1, 1), 0.5)
    >>> series = np.array([1.0, 3.0, 7.0]).reshape(3, 1, 1)
    >>> Conv1D(1, 2).forward(np, A=series, W=mean, b=np.zeros((1, 1)))["Z"].ravel().tolist()
    [2.0, 5.0]

    Source: Waibel, Hanazawa, Hinton, Shikano, Lang, "Phoneme recognition using time-delay neural
    networks" (1989).
    """

    kernel_size: Count
    stride: Count = 1
    padding: Padding1D = "valid"
    dilation: Count = 1

    axes = "T"
