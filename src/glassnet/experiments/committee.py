"""A committee: networks that learn from different rows, put together as one.

Every row is learned from by most of the members, and chooses the epoch of at most one: no row is
lost to validation, and what one part of the rows says about single epochs, which is mostly noise,
decides about one member only. What the members get wrong in different ways cancels.

Source: Krogh, Vedelsby, "Neural network ensembles, cross validation, and active learning" (1995).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from glassnet.arrays import FloatArray
from glassnet.combine import Chain
from glassnet.ensemble import Ensemble
from glassnet.experiments import recipe
from glassnet.experiments.options import Options
from glassnet.network import Network
from glassnet.tables import Classes, Quantity
from glassnet.training.task import Task
from glassnet.training.training import Callback, Result, Training

if TYPE_CHECKING:
    from numpy.typing import NDArray


@dataclass(frozen=True, eq=False)
class Committee:
    """Members that were trained one by one, as one network.

    Attributes
    ----------
    network : Network
        The ensemble of the members.
    parameters : mapping of str to array
        Of all members, under the ensemble's names.
    results : tuple of Result
        The training of each member.
    """

    network: Network
    parameters: Mapping[str, FloatArray]
    results: tuple[Result, ...]


def committee(
    target: Classes | Quantity,
    X: FloatArray,
    Y: FloatArray,
    options: Options = recipe.DEFAULT,
    *,
    members: int | None = None,
    sample_weight: FloatArray | None = None,
    callbacks: tuple[Callback, ...] = (),
) -> Committee:
    """Train members by the recipe, each with another fold of the rows to choose its epoch.

    Parameters
    ----------
    target : Classes or Quantity
        What Y means.
    X : array (n_x, m)
    Y : array (n_y, m)
        As `target` encodes it.
    options : Options
        `validation` is the share of a fold, a tenth where nothing is asked for.
    members : int, optional
        No more than there are folds; left out, the recipe decides by the number of rows.
    sample_weight : array (m,), optional
    callbacks : tuple of functions
        Each takes the `Moment` after an epoch of any member.

    Returns
    -------
    Committee
        Ctrl-C ends it with the members that there are by then.

    Examples
    --------
    >>> X = np.linspace(-1, 1, 90)[np.newaxis]
    >>> line = Quantity("y", 0.0, 1.0, lowest=-2.0, highest=2.0, capped=0.0)
    >>> made = committee(line, X, 2 * X, Options(hidden=(), epochs=60), members=3)
    >>> made.network.predict(made.parameters, [[0.5]]).shape, len(made.results)
    ((1, 1), 3)
    """
    fold = folds(Y, max(2, round(1 / (options.validation or 0.1))), options.seed)
    rows = int(np.sum(fold != 0))
    network = recipe.network(target, rows, options)
    training = recipe.training(target, rows, options)
    results: list[Result] = []
    for number in range(members or min(recipe.members(rows), fold.max() + 1)):
        task = _task(network, X, Y, sample_weight, fold == number)
        results.append(of_member(training, number).run(task, callbacks=callbacks))
        if results[-1].stopped == "interrupted":
            break
    whole, parameters = together(network, [result.parameters for result in results])
    return Committee(whole, parameters, tuple(results))


def together(
    network: Network, members: Sequence[Mapping[str, FloatArray]]
) -> tuple[Network, Mapping[str, FloatArray]]:
    """What several networks of one kind have learnt, as one ensemble and its parameters."""
    ensemble = Ensemble([Chain(network.layers)] * len(members))
    whole = Network([ensemble], network.loss, network.penalties)
    return whole, ensemble.parameters(members)


def folds(Y: FloatArray, count: int, seed: int) -> NDArray[np.int64]:
    """The number of the fold of each row, (m,): drawn at random, every class keeps its share.

    >>> fold = folds(np.array([[0.0, 0.0, 0.0, 1.0, 1.0, 1.0]]), 3, seed=0)
    >>> sorted(fold[:3].tolist()), sorted(fold[3:].tolist())
    ([0, 1, 2], [0, 1, 2])
    """
    drawn = np.random.default_rng(seed).permutation(Y.shape[-1])
    order = np.lexsort((drawn, *Y)) if np.isin(Y, (0, 1)).all() else np.argsort(drawn)
    fold = np.empty(len(order), dtype=np.int64)
    fold[order] = np.arange(len(order)) % min(count, len(order))
    return fold


def _task(network: Network, X: Any, Y: Any, weight: Any, check: NDArray[np.bool_]) -> Task:
    learn = ~check
    if weight is None:
        return Task.of(network, X[:, learn], Y[:, learn], validation=(X[:, check], Y[:, check]))
    validation = (X[:, check], Y[:, check], weight[check])
    return Task.of(network, X[:, learn], Y[:, learn], validation, sample_weight=weight[learn])


def of_member(training: Training, number: int) -> Training:
    """The training with another seed for each member."""
    seeds = np.random.SeedSequence([training.seed, number])
    return replace(training, seed=int(seeds.generate_state(1)[0]))
