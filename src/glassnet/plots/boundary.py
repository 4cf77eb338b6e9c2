"""Where a network changes its mind: its output over a plane of two inputs."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import ArrayLike

from glassnet.arrays import FloatArray
from glassnet.errors import DataError, HyperparameterError, shown
from glassnet.notation import number
from glassnet.plots.picture import COLOURS, INK, Picture, drawn, legend, styled

if TYPE_CHECKING:
    from matplotlib.axes import Axes

FINE = 220
"""Points along each side of the plane."""


@styled
def boundary(
    predict: Callable[[FloatArray], FloatArray],
    X: ArrayLike,
    Y: ArrayLike,
    *,
    inputs: tuple[int, int] = (0, 1),
    fixed: ArrayLike | None = None,
    names: Sequence[str] = (),
) -> Picture:
    """The outputs over two inputs, with the examples on top.

    One output unit is shown as it is, with the line at ½ where it is a probability; of several
    the largest counts.

    Parameters
    ----------
    predict : function
        Takes X (n_x, m) and returns A (n_y, m): ``lambda X: network.predict(parameters, X)``.
    X : array (n_x, m)
    Y : array (n_y, m)
        Labels; 0 and 1, or one-hot, are shown as classes.
    inputs : (int, int)
        Which two rows of X span the plane.
    fixed : array (n_x,), optional
        What the other inputs are held at; their medians by default.
    names : sequence of str
        Of the inputs.

    Returns
    -------
    Picture

    Raises
    ------
    DataError, HyperparameterError
        X has fewer than two rows, or `inputs` are none of them.

    Examples
    --------
    >>> import numpy as np
    >>> import glassnet as gn
    >>> X = np.random.default_rng(0).normal(size=(2, 50))
    >>> Y = (X.sum(axis=0, keepdims=True) > 0) * 1.0
    >>> network = gn.Network([gn.Dense(1), gn.Sigmoid()], loss=gn.BinaryCrossEntropy())
    >>> result = gn.train(network, X, Y)
    >>> picture = gn.plots.boundary(lambda X: network.predict(result.parameters, X), X, Y)
    """
    X, Y = np.asarray(X, dtype=np.float64), np.asarray(Y, dtype=np.float64)
    if X.ndim != 2 or len(X) < 2:
        raise DataError(
            "A boundary is drawn over two inputs.",
            expected="X (n_x, m) with n_x of at least 2",
            received=f"X {X.shape}",
            fix="for one input, plot A over X itself",
        )
    a, b = inputs if isinstance(inputs, tuple) and len(inputs) == 2 else (-1, -1)
    if not (0 <= a < len(X) and 0 <= b < len(X) and a != b):
        raise HyperparameterError(
            f"The 'inputs' parameter must be two different rows of X. Got {shown(inputs)} instead.",
            fix=f"pass two numbers from 0 to {len(X) - 1}",
        )
    middle = np.median(X, axis=1) if fixed is None else np.asarray(fixed, dtype=np.float64)
    sides = [_side(X[row]) for row in (a, b)]
    plane = np.repeat(middle[:, np.newaxis], FINE * FINE, axis=1)
    plane[a], plane[b] = (grid.ravel() for grid in np.meshgrid(*sides))
    A = np.asarray(predict(plane))
    picture, (axes,) = drawn(5.2, 4.2)
    if len(A) > 1:
        _areas(axes, sides, A)
    else:
        _levels(picture, axes, sides, A, Y)
    _points(axes, X[[a, b]], Y)
    called = [names[row] if row < len(names) else f"X[{row}]" for row in (a, b)]
    axes.set(xlabel=called[0], ylabel=called[1], title="output over two inputs")
    if len(X) > 2:
        where = "at their medians" if fixed is None else "held"
        axes.set_title(f"output over two of {len(X)} inputs, the others {where}")
    return picture


def _side(x: FloatArray) -> FloatArray:
    room = 0.06 * float(np.ptp(x)) or 1.0
    side: FloatArray = np.linspace(x.min() - room, x.max() + room, FINE)
    return side


def _areas(axes: Axes, sides: list[FloatArray], A: FloatArray) -> None:
    """Classes: the colour of the largest output."""
    from matplotlib.colors import ListedColormap

    best = A.argmax(axis=0).reshape(FINE, FINE)
    colours = ListedColormap([COLOURS[k % len(COLOURS)] for k in range(len(A))])
    axes.pcolormesh(
        *sides, best, cmap=colours, vmin=-0.5, vmax=len(A) - 0.5, alpha=0.22, rasterized=True
    )
    for k in range(len(A)):
        lead = A[k] - np.max(np.delete(A, k, axis=0), axis=0)
        axes.contour(*sides, lead.reshape(FINE, FINE), [0.0], colors=INK, linewidths=0.8)


def _levels(
    picture: Picture, axes: Axes, sides: list[FloatArray], A: FloatArray, Y: FloatArray
) -> None:
    """A number: shades; a probability: also the line at ½."""
    from matplotlib.colors import LinearSegmentedColormap

    values = A[0].reshape(FINE, FINE)
    share = _is_share(A, Y)
    cmap = LinearSegmentedColormap.from_list("two", ["#a9c4e0", "#ffffff", "#f1c6a0"])
    low, high = (0.0, 1.0) if share else (float(values.min()), float(values.max()))
    mesh = axes.pcolormesh(
        *sides, values, cmap=cmap if share else "cividis", vmin=low, vmax=high, rasterized=True
    )
    bar = picture.figure.colorbar(mesh, ax=axes, shrink=0.9, pad=0.02)
    bar.outline.set_visible(False)
    bar.set_label("P(y = 1)" if share else f"a, from {number(low)} to {number(high)}")
    if share and low < 0.5 < high:
        axes.contour(*sides, values, levels=[0.5], colors=INK, linewidths=1.6)


def _is_share(A: FloatArray, Y: FloatArray) -> bool:
    return bool(np.all((Y == 0) | (Y == 1)) and A.min() >= 0 and A.max() <= 1)


def _points(axes: Axes, X: FloatArray, Y: FloatArray) -> None:
    one_hot = len(Y) > 1
    classes = Y.argmax(axis=0) if one_hot else Y[0]
    if not one_hot and not np.all((Y == 0) | (Y == 1)):
        axes.plot(*X, ".", color=INK, ms=3, alpha=0.6)
        return
    for k in range(len(Y) if one_hot else 2):
        axes.plot(
            *X[:, classes == k],
            "os^Dv<>"[k % 7],
            color=COLOURS[k % len(COLOURS)],
            markeredgecolor="white",
            markeredgewidth=0.5,
            ms=4.5,
            label=f"class {k}" if one_hot else f"y = {k}",
        )
    legend(axes, loc="upper left", framealpha=0.85, frameon=True, edgecolor="none", fontsize=9)
