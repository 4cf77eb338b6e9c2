"""Training again on all rows that are not held out, where rows are few.

A validation part is needed to see when to stop, but in a small table its rows are missed, and
its verdict on single epochs is noise. So the epoch is chosen with care, and the network is then
trained anew on training and validation rows together, for as long.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from glassnet.arrays import FloatArray
from glassnet.network import Network
from glassnet.training.task import Task
from glassnet.training.training import Moment, Result, Training

ERRORS = 2.0
"""By how many standard errors the last epoch must be worse than the best to be given up."""


def refit(
    network: Network,
    training: Training,
    first: Result,
    learn: tuple[FloatArray, ...],
    check: tuple[FloatArray, ...],
) -> Result:
    """The training on both parts, as long as `first` says.

    `learn` and `check` are those of the first training: (X, Y), or both with sample weights.
    """
    last = epochs_to_train(network, first, check[0], check[1]) - 1
    X, Y, *weights = (np.concatenate(both, axis=-1) for both in zip(learn, check, strict=True))

    def stop(moment: Moment) -> None:
        moment.control.stop = moment.epoch.number >= last

    task = Task.of(network, X, Y, sample_weight=weights[0] if weights else None)
    return replace(training, stopping=None).run(task, callbacks=(stop,))


def epochs_to_train(network: Network, first: Result, X: FloatArray, Y: FloatArray) -> int:
    """All epochs of the first training, or those up to its best one.

    The last epoch, where the learning rate has come to rest, is given up only if its losses on
    the validation rows exceed those of the best epoch by more than two standard errors of their
    differences, row by row.
    """
    best, last = (
        np.sum(network.loss.each(np, network.predict(parameters, X), Y), axis=0)
        for parameters in (first.parameters, first.state.predicting)
    )
    worse = last - best
    error = np.std(worse) / np.sqrt(len(worse))
    epochs = len(first.history)
    if first.best_epoch is None or np.mean(worse) <= ERRORS * error:
        return epochs
    return first.best_epoch + 1
