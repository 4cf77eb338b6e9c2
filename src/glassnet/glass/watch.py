"""A watch: the sizes of weights and gradients, written down after every epoch."""

from __future__ import annotations

import numpy as np

from glassnet.arrays import FloatArray
from glassnet.engines import Noise
from glassnet.graph import gradient_name
from glassnet.training.moment import Moment
from glassnet.training.task import Task


class Watch:
    """A callback of `train` that writes down, after every epoch, how large each W and dW is.

    The gradients are those of all training examples, computed once more for the watch; with
    dropout, under masks of its own.

    Parameters
    ----------
    task : Task
        What is trained.

    Attributes
    ----------
    epochs : list of int
        From 1.
    weights, gradients : dict of str to list of float
        √ mean(W²) and √ mean(dW²) after each epoch, by the parameter's name.
    moved : dict of str to list of float
        ‖ΔW‖ / ‖W‖ from one epoch to the next, from the second on.

    Examples
    --------
    >>> import glassnet as gn
    >>> network = gn.Network([gn.Dense(1)], loss=gn.SquaredError())
    >>> watch = Watch(gn.Task.of(network, [[1.0, 2.0]], [[2.0, 4.0]]))
    >>> result = gn.train(network, [[1.0, 2.0]], [[2.0, 4.0]], epochs=3, callbacks=(watch,))
    >>> watch.epochs, list(watch.gradients)
    ([1, 2, 3], ['W1'])
    """

    def __init__(self, task: Task) -> None:
        self._task = task
        self._before: dict[str, FloatArray] = {}
        self.epochs: list[int] = []
        self.weights: dict[str, list[float]] = {}
        self.gradients: dict[str, list[float]] = {}
        self.moved: dict[str, list[float]] = {}

    def __call__(self, moment: Moment) -> None:
        """Write down where the training stands."""
        network, data = self._task.network, self._task.data
        parameters, noise = moment.state.parameters, Noise.of(moment.epoch.number)
        _, gradients = network.engine.gradients(network.graph, parameters, data, noise)
        self.epochs.append(moment.epoch.number + 1)
        for name in network.graph.weights:
            W, before = parameters[name], self._before.get(name)
            self.weights.setdefault(name, []).append(_size(W))
            self.gradients.setdefault(name, []).append(_size(gradients[gradient_name(name)]))
            moved = self.moved.setdefault(name, [])
            if before is not None:
                moved.append(_size(W - before) / (_size(before) or 1.0))
            self._before[name] = W


def _size(array: FloatArray) -> float:
    return float(np.sqrt(np.mean(np.square(array, dtype=np.float64))))
