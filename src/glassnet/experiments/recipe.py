"""The recipe: what `glassnet train` does where nothing is asked for.

One rule for all tables. The widths, rates and shares below come from trials on tables of 900 to
54,000 rows; what matters most is how numbers are encoded (`glassnet.experiments.encoding`).
"""

from __future__ import annotations

import math
from typing import Any

from glassnet.averaging import EMA
from glassnet.clipping import ClipNorm
from glassnet.errors import HyperparameterError
from glassnet.experiments.options import Options
from glassnet.layers.activation import Activation
from glassnet.layers.activations import Identity, Sigmoid, Softmax
from glassnet.layers.dense import Dense
from glassnet.layers.dropout import Dropout
from glassnet.layers.layer import Layer
from glassnet.layers.smooth_activations import SiLU
from glassnet.losses.cross_entropies import BinaryCrossEntropy, CategoricalCrossEntropy
from glassnet.losses.loss import Loss
from glassnet.losses.quantities import SquaredError
from glassnet.network import Network
from glassnet.optimizers import LBFGS, AdamW, Optimizer
from glassnet.schedules import Cosine, Schedule
from glassnet.tables import Classes, Quantity
from glassnet.training.stopping import EarlyStopping
from glassnet.training.training import Training

DEFAULT: Options = Options()
FEW, SMALL, LARGE = 200, 1000, 5000
"""Training rows below which they are few, below which a table is small, from which it is large."""


def refits(rows: int, options: Options) -> bool:
    """Whether the network is trained again on training and validation rows together."""
    return rows < LARGE and options.optimizer is not LBFGS


def pairs(target: Classes | Quantity, rows: int, options: Options) -> bool:
    """Whether two networks learn, one of them coarsely, and their mean predicts.

    In fewer rows single values are noise. Where layers or L-BFGS are asked for, that is one
    network and no other.
    """
    free = options.hidden is None and options.optimizer is not LBFGS
    return free and FEW <= rows < SMALL and isinstance(target, Classes)


def members(rows: int) -> int:
    """How many networks a committee has: where rows are few, more of them cost little."""
    return 10 if rows < LARGE else 4


def network(target: Classes | Quantity, rows: int, options: Options = DEFAULT) -> Network:
    """Dense hidden layers, and the output and loss that belong to the target.

    Parameters
    ----------
    target : Classes or Quantity
    rows : int
        In training.
    options : Options
        What was asked for.

    Examples
    --------
    >>> network(Classes("boat", ("canoe", "ferry")), 800).layers[-2:]
    (Dense(units=1), Sigmoid())
    """
    hidden = (256, 256, 256) if rows >= LARGE else (256, 256)
    activation = options.activation or SiLU()
    rate = _dropout(target, rows) if options.dropout is None else options.dropout
    layers: list[Layer] = []
    for units in hidden if options.hidden is None else options.hidden:
        layers += [Dense(units), activation]
        if rate and options.optimizer is not LBFGS:
            layers.append(Dropout(rate))
    output, loss = head(target)
    return Network([*layers, Dense(len(target.names)), output], loss, options.penalties)


def head(target: Classes | Quantity) -> tuple[Activation, Loss]:
    """The output activation and loss of a target: a canonical pair."""
    if isinstance(target, Quantity):
        return Identity(), SquaredError()
    if len(target.labels) == 2:
        return Sigmoid(), BinaryCrossEntropy()
    return Softmax(), CategoricalCrossEntropy()


def training(target: Classes | Quantity, rows: int, options: Options = DEFAULT) -> Training:
    """How long, in which steps, by which rule; the parameters are those of `network`."""
    stopping = EarlyStopping(patience=10)
    if options.optimizer is LBFGS:
        _refuse_with_lbfgs(options)
        return Training(LBFGS(), options.epochs or 200, None, stopping, seed=options.seed)
    classes = isinstance(target, Classes)
    batch_size = options.batch_size or 2 ** min(8, max(4, round(math.log2(rows / 10))))
    return Training(
        _optimizer(target, options),
        options.epochs or (20 if classes else 30),
        min(batch_size, rows),
        stopping,
        ClipNorm(1.0),
        EMA(0.998) if classes else None,
        options.seed,
    )


def _refuse_with_lbfgs(options: Options) -> None:
    for name in ("learning_rate", "batch_size", "dropout"):
        if (value := getattr(options, name)) is not None:
            raise HyperparameterError(
                f"The {name!r} parameter has no meaning for L-BFGS. Got {value} instead of None.",
                expected="L-BFGS takes all rows at once, without dropout, and finds its own steps",
                received=f"{name} = {value}",
                fix=f"leave {name} out, or choose another optimizer",
            )


def _optimizer(target: Classes | Quantity, options: Options) -> Optimizer:
    """AdamW, or what was asked for; the learning rate warms up, then falls to 0."""
    kind: Any = options.optimizer or AdamW
    rate = options.learning_rate
    if kind is AdamW:
        decay = 1.0 if isinstance(target, Classes) else 0.1
        return AdamW(_falling(rate or 1e-3), weight_decay=decay)
    optimizer: Optimizer = kind(_falling(rate or kind().learning_rate))
    return optimizer


def _falling(rate: float) -> Schedule:
    return Cosine(rate, warm_up=0.05)


def _dropout(target: Classes | Quantity, rows: int) -> float:
    if rows >= SMALL:
        return 0.1
    return 0.3 if isinstance(target, Classes) else 0.2
