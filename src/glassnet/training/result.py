"""The result of a training, and what must be the same for another to go on from it."""

from __future__ import annotations

import hashlib
import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

import numpy as np

from glassnet import __version__
from glassnet.admission import Parameters
from glassnet.engines import Data, State
from glassnet.sparse import dense
from glassnet.training.history import History

if TYPE_CHECKING:
    from glassnet.network import Network
    from glassnet.training.training import Training

SAMPLE: Final = 256
"""How many examples the fingerprint of the data looks at."""
ROOM: Final = 2**20
"""Bytes of the sample that are copied at once, where an example is not more."""


@dataclass(frozen=True)
class Result:
    """What training leaves.

    Attributes
    ----------
    parameters : dict of str to array
        Those of the best epoch with early stopping, else the last ones: if Ctrl-C came inside an
        epoch, those of its last update.
    history : History
        One record for each epoch.
    stopped : str
        Why it ended: ``"epochs"``, ``"early stopping"``, ``"converged"``, ``"callback"``,
        ``"interrupted"``, ``"evaluations"`` where L-BFGS has used up those that it may have, or
        ``"line search failed"`` where it found no lower cost although the gradient is not small;
        a warning then has SciPy's words.
    best_epoch : int or None
        The epoch that the parameters are from, with early stopping; None where the monitored
        figure never improved, and the parameters are the last ones.
    state : State
        Of the last whole epoch, to go on from with ``resume=``.
    fingerprint : mapping of str to str
        Network, hyper-parameters and data, which must be the same to go on.
    updates : int
        How many there were in all; 0 where Ctrl-C came before the first.

    Examples
    --------
    >>> import glassnet as gn
    >>> network = gn.Network([gn.Dense(1)], loss=gn.SquaredError())
    >>> result = gn.train(network, [[1.0, 2.0]], [[2.0, 4.0]], epochs=5)
    >>> result.stopped, len(result.history), result.parameters["W1"].shape
    ('epochs', 5, (1, 1))
    """

    parameters: Parameters = field(repr=False)
    history: History
    stopped: str
    best_epoch: int | None
    state: State = field(repr=False)
    fingerprint: Mapping[str, str] = field(default_factory=dict, repr=False)
    updates: int = 0


def fingerprint(training: Training, network: Network, data: Data) -> dict[str, str]:
    """What decides the coming updates, but for the number of epochs.

    The data are told by their sizes, their type and a SHA-256 of a sample of their examples.
    """
    batch_size = min(training.batch_size or data.m, data.m)
    return {
        "layers": repr(network.layers),
        "loss": repr(network.loss),
        "penalties": repr(tuple(network.penalties)),
        "optimizer": repr(training.optimizer),
        "batch_size": str(batch_size),
        "clip": repr(training.clip),
        "average": repr(training.average),
        "seed": str(training.seed),
        "shuffle": str(training.shuffle),
        "m": str(data.m),
        "n": ", ".join(str(X.shape[-2]) for X in data.inputs.values()),
        "dtype": str(data.Y.dtype),
        "X, Y": _digest(data),
        "version of glassnet": __version__,
    }


def _digest(data: Data) -> str:
    digest = hashlib.sha256()
    for array in (*data.inputs.values(), data.Y, data.weights):
        if array is None:
            continue
        sample = array[..., :: -(-data.m // SAMPLE)]
        at_once = max(1, ROOM // (math.prod(array.shape[:-1]) * array.dtype.itemsize))
        for start in range(0, sample.shape[-1], at_once):
            some = dense(sample[..., start : start + at_once])
            digest.update(np.moveaxis(some, -1, 0).tobytes())
    return digest.hexdigest()[:16]
