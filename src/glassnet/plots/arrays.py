"""Arrays of images and sequences: kernels, feature maps, gates over time."""

from __future__ import annotations

from collections.abc import Mapping
from math import ceil, sqrt
from typing import Final

import numpy as np
from numpy.typing import ArrayLike

from glassnet.arrays import FloatArray
from glassnet.equations import course_name
from glassnet.errors import DataError
from glassnet.notation import number
from glassnet.plots.picture import (
    COLOURS,
    SIGNED,
    Picture,
    drawn,
    legend,
    styled,
    unlabelled,
    whole_numbers,
)

MOST: Final = 36
"""So many images are drawn; of more, the first."""


@styled
def kernels(W: ArrayLike, channel: int | None = None) -> Picture:
    """The kernels of a convolution of images, one for each unit: blue above zero, red below.

    Parameters
    ----------
    W : array (k, k, units, channels)
        ``trace["W1"]``, or of the parameters.
    channel : int, optional
        Of the input; left out, the mean over all channels.

    Returns
    -------
    Picture

    Raises
    ------
    DataError
        W has not four axes.

    Examples
    --------
    >>> import numpy as np
    >>> import glassnet as gn
    >>> picture = gn.plots.kernels(np.random.default_rng(0).normal(size=(5, 5, 8, 1)))
    """
    W = _of_rank(4, "kernels", "W (k, k, units, channels)", W)
    units = W.mean(axis=-1) if channel is None else W[..., channel]
    which = "mean of the channels" if channel is None else f"channel {channel}"
    what = "1 channel" if W.shape[-1] == 1 else which
    return _images(np.moveaxis(units, -1, 0), f"{W.shape[2]} kernels, {what}", True)


@styled
def feature_maps(A: ArrayLike, example: int = 0) -> Picture:
    """What a layer makes of one image: one map for each unit.

    Parameters
    ----------
    A : array (H, W, units, m)
        ``trace["A1"]``.
    example : int

    Returns
    -------
    Picture

    Raises
    ------
    DataError
        A has not four axes.

    Examples
    --------
    >>> import numpy as np
    >>> import glassnet as gn
    >>> picture = gn.plots.feature_maps(np.random.default_rng(0).normal(size=(9, 9, 4, 2)))
    """
    A = _of_rank(4, "feature_maps", "A (H, W, units, m)", A)
    maps = np.moveaxis(A[..., example], -1, 0)
    signed = bool(A.min() < 0)
    return _images(maps, f"{len(maps)} feature maps of example {example}", signed)


@styled
def gates(arrays: Mapping[str, ArrayLike], *, example: int = 0, unit: int | None = None) -> Picture:
    """Arrays of a sequence over time: the gates and states of a recurrent layer.

    Parameters
    ----------
    arrays : mapping of str to array (T, units, m)
        A panel for each: ``{name: trace[name] for name in ("f1", "i1", "o1", "c1")}``.
    example : int
    unit : int, optional
        One unit as a line; left out, all units as rows of colours.

    Returns
    -------
    Picture

    Raises
    ------
    DataError
        There is no array, or one has not three axes.

    Examples
    --------
    >>> import numpy as np
    >>> import glassnet as gn
    >>> picture = gn.plots.gates({"f1": np.random.default_rng(0).random((9, 4, 2))})
    """
    whole = {k: _of_rank(3, "gates", "arrays (T, units, m)", A) for k, A in arrays.items()}
    if not whole:
        raise DataError("There is no array to show.", fix="pass e.g. {'f1': trace['f1']}")
    if unit is not None:
        picture, (axes,) = drawn(5.2, 3.2)
        for colour, (name, A) in zip([*COLOURS] * 9, whole.items(), strict=False):
            axes.plot(range(len(A)), A[:, unit, example], color=colour, label=course_name(name))
        whole_numbers(axes)
        axes.set(xlabel="time t", title=f"unit {unit} of example {example}")
        axes.grid(visible=True)
        legend(axes)
        return picture
    picture, panels = drawn(5.4, 0.5 + 1.5 * len(whole), len(whole), sharex=True)
    for axes, (name, A) in zip(panels, whole.items(), strict=True):
        values = A[..., example].T
        share = values.min() >= 0 and values.max() <= 1
        size = 1.0 if share else float(abs(values).max()) or 1.0
        image = axes.imshow(
            values,
            aspect="auto",
            interpolation="nearest",
            cmap="Blues" if share else SIGNED,
            vmin=0 if share else -size,
            vmax=size,
        )
        axes.set(title=course_name(name), ylabel="unit")
        axes.set_yticks(range(0, len(values), ceil(len(values) / 6)))
        bar = picture.figure.colorbar(image, ax=axes, pad=0.02)
        bar.outline.set_visible(False)
        bar.ax.tick_params(labelsize=8)
    whole_numbers(panels[-1])
    panels[-1].set_xlabel("time t")
    return picture


def _images(images: FloatArray, title: str, signed: bool) -> Picture:
    shown = images[:MOST]
    columns = min(6, ceil(sqrt(len(shown))) + 1, len(shown))
    rows = ceil(len(shown) / columns)
    picture, panels = drawn(max(0.95 * columns + 0.9, 3.4), 1.1 * rows + 0.6, rows, columns)
    unlabelled(panels)
    size = float(abs(shown).max()) or 1.0
    low = -size if signed else 0.0
    for axes, image in zip(panels, shown, strict=False):
        drawing = axes.imshow(
            image, cmap=SIGNED if signed else "Greys", vmin=low, vmax=size, interpolation="nearest"
        )
    for k, axes in enumerate(panels):
        axes.set_title(f"{k}", fontsize=8.5, pad=2, loc="center")
        axes.set_visible(k < len(shown))
    more = f", the first {MOST} shown" if len(images) > MOST else ""
    picture.figure.suptitle(f"{title}{more}", fontsize=10.5, x=0.02, ha="left")
    ticks = sorted({low, 0.0, size})
    bar = picture.figure.colorbar(drawing, ax=panels, shrink=0.8, ticks=ticks)
    bar.ax.set_yticklabels([number(tick) for tick in ticks], fontsize=8)
    bar.outline.set_visible(False)
    return picture


def _of_rank(axes: int, what: str, expected: str, given: ArrayLike) -> FloatArray:
    array: FloatArray = np.asarray(given)
    if array.ndim != axes or not array.size:
        raise DataError(
            f"{what} cannot be drawn of this array.",
            expected=expected,
            received=f"shape {array.shape}",
            fix="take the array of a layer of images or sequences from a trace",
        )
    return array
