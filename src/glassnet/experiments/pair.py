"""A pair: two networks that read the same numbers finely and coarsely, as one.

A network that reads a number at each of its values finds what single values say, and noise; one
that knows only the two halves of a number misses both. They err in different ways, and in the
mean of their probabilities that cancels.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from scipy.linalg import block_diag

from glassnet.arrays import FloatArray
from glassnet.experiments.committee import of_member, together
from glassnet.experiments.learning import Learning, learn
from glassnet.network import Network
from glassnet.tables import PiecewiseLinear, TablePlan
from glassnet.training.training import Callback, Training


def coarsely(plan: TablePlan) -> FloatArray:
    """R: what the coarse one of a pair reads is R X, in which each number has two bins.

    R puts the bins on either side of the middle edge together, each by its width. The other rows
    of X stay as they are.

    Parameters
    ----------
    plan : TablePlan
        Of X (n_x, m).

    Returns
    -------
    array (n_r, n_x)

    Examples
    --------
    >>> from glassnet.tables import plan_table
    >>> size = {"size": [float(i * i) for i in range(11)]}
    >>> fine, coarse = plan_table(size, bins=10), plan_table(size, bins=2)
    >>> coarsely(fine).shape
    (3, 11)
    >>> read = coarsely(fine) @ fine.encode(size)
    >>> np.array_equal(read[0], fine.encode(size)[0]), coarse.used[0].edges
    (True, (0.0, 25.0, 100.0))
    >>> np.ptp(read[1:], axis=1)
    array([1., 1.])
    """
    columns = (
        _halves(column) if isinstance(column, PiecewiseLinear) else np.eye(len(column.names))
        for column in plan.used
    )
    R: FloatArray = block_diag(*columns)
    return R


def learn_pair(
    network: Network,
    training: Training,
    R: FloatArray,
    seen: tuple[FloatArray, FloatArray],
    check: tuple[FloatArray, FloatArray],
    callbacks: tuple[Callback, ...] = (),
) -> tuple[tuple[Learning, ...], Network, Mapping[str, FloatArray]]:
    """Train the coarse network, then the fine one; how, and what predicts with which parameters.

    Ctrl-C leaves the best of the coarse one, or the coarse one alone.

    Parameters
    ----------
    network : Network
        Of which both are one; its first layer is `Dense`.
    training : Training
    R : array (n_r, n_x)
        As `coarsely` makes it.
    seen, check : tuple of X and Y
        What is learned from, and what chooses the epoch.
    callbacks : tuple of functions
    """
    R = R.astype(seen[0].dtype)
    coarse = learn(
        *(network, training, (R @ seen[0], seen[1]), (R @ check[0], check[1])),
        anew=True,
        callbacks=callbacks,
    )
    parameters = reading(R, coarse.parameters)
    if coarse.interrupted:
        return (coarse,), network, parameters
    fine = learn(network, of_member(training, 1), seen, check, anew=True, callbacks=callbacks)
    if fine.result.stopped == "interrupted":
        return (coarse, fine), network, parameters
    return (coarse, fine), *together(network, [parameters, fine.parameters])


def reading(R: FloatArray, parameters: Mapping[str, FloatArray]) -> dict[str, FloatArray]:
    """The parameters of a network that learnt from R X, as those of one that reads X.

    W[1] (R X) = (W[1] R) X: to read coarsely is to have weights that neighbouring bins share.

    Examples
    --------
    >>> reading(np.array([[0.25, 0.75]]), {"W1": np.array([[4.0]]), "b1": np.zeros((1, 1))})["W1"]
    array([[1., 3.]])
    """
    return {**parameters, "W1": parameters["W1"] @ R}


def _halves(column: PiecewiseLinear) -> FloatArray:
    widths = np.diff(column.edges)
    own, middle = len(column.number.names), len(widths) // 2
    R = np.zeros((own + 2, own + len(widths)))
    R[:own, :own] = np.eye(own)
    for row, bins in ((own, slice(0, middle)), (own + 1, slice(middle, None))):
        R[row, own:][bins] = widths[bins] / widths[bins].sum()
    return R
