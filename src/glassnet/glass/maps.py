"""Kernels and feature maps as lines of text: the darker, the larger."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import numpy as np

from glassnet.arrays import FloatArray
from glassnet.equations import course_name
from glassnet.graph import Node
from glassnet.notation import number
from glassnet.trace import Trace

MOST_UNITS: Final = 4
MOST_PIXELS: Final = 14
SHADES: Final = " ░▒▓█"


def maps(node: Node, trace: Trace) -> Iterator[str]:
    """The units of a convolution that answer most to the image: kernel, and where it answered."""
    W, A = trace[node.name("W")], trace[node.output][..., 0]
    strength = np.abs(A).mean(axis=(0, 1))
    chosen = np.argsort(-strength, kind="stable")[:MOST_UNITS]
    yield (
        f"{len(chosen)} of {A.shape[-1]} units, those with the largest mean |"
        f"{course_name(node.output)}|; the darker, the larger"
    )
    for unit in chosen:
        kernel = W[:, :, unit].mean(axis=-1)
        values = A[..., unit]
        ends = f"{number(float(values.min()))} … {number(float(values.max()))}"
        size = f"{A.shape[0]} × {A.shape[1]}"
        yield f"unit {unit}   kernel (mean of its channels), map {size}: {ends}"
        yield from _beside(list(shaded(kernel)), list(shaded(smaller(values))))


def shaded(image: FloatArray) -> Iterator[str]:
    """An image as lines, each pixel two letters wide.

    >>> list(shaded(np.array([[0.0, 1.0], [0.5, 0.0]])))
    ['  ██', '▒▒  ']
    """
    low, high = float(image.min()), float(image.max())
    steps = (image - low) / ((high - low) or 1.0) * (len(SHADES) - 1)
    for line in np.rint(steps).astype(int):
        yield "".join(2 * SHADES[shade] for shade in line)


def smaller(image: FloatArray) -> FloatArray:
    """An image of at most 14 pixels a side: the largest value of each block.

    >>> smaller(np.arange(32.0).reshape(1, 32)).shape
    (1, 11)
    """
    step = -(-max(image.shape) // MOST_PIXELS)
    rows, columns = (range(0, size, step) for size in image.shape)
    blocks = [[image[i : i + step, j : j + step].max() for j in columns] for i in rows]
    return np.array(blocks)


def _beside(left: list[str], right: list[str]) -> Iterator[str]:
    width = len(left[0])
    for at in range(max(len(left), len(right))):
        beside = left[at] if at < len(left) else ""
        yield f"  {beside:<{width}}   {right[at] if at < len(right) else ''}".rstrip()
