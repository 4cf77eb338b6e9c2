"""The recipe: what `glassnet train` does where nothing is asked for.

One rule for all tables. The widths, rates and shares below come from trials on tables of 900 to
54,000 rows; what matters most is how numbers are encoded (`glassnet.experiments.encoding`).
"""

from __future__ import annotations

import math
from typing import Any

from glassnet.clipping import ClipNorm
from glassnet.errors import HyperparameterError
from glassnet.experiments.options import Options
from glassnet.experiments.study import Study
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
from glassnet.penalties import L2
from glassnet.schedules import Cosine, Schedule
from glassnet.tables import Classes, Quantity
from glassnet.training.stopping import EarlyStopping
from glassnet.training.training import Training

SMALL, LARGE = 1000, 5000
"""Training rows below which a table is small, and from which it is large."""


def refits(study: Study) -> bool:
    """Whether the network is trained again on training and validation rows together."""
    return study.training_rows < LARGE and study.options.optimizer is not LBFGS


def network(study: Study) -> Network:
    """Dense hidden layers, and the output and loss that belong to the target."""
    options, rows = study.options, study.training_rows
    hidden = (256, 256, 256) if rows >= LARGE else (256, 256)
    activation = options.activation or SiLU()
    rate = _dropout(study) if options.dropout is None else options.dropout
    layers: list[Layer] = []
    for units in hidden if options.hidden is None else options.hidden:
        layers += [Dense(units), activation]
        if rate and options.optimizer is not LBFGS:
            layers.append(Dropout(rate))
    output, loss = head(study.target)
    penalties = (L2(options.l2),) if options.l2 else ()
    return Network([*layers, Dense(len(study.target.names)), output], loss, penalties)


def head(target: Classes | Quantity) -> tuple[Activation, Loss]:
    """The output activation and loss of a target: a canonical pair."""
    if isinstance(target, Quantity):
        return Identity(), SquaredError()
    if len(target.labels) == 2:
        return Sigmoid(), BinaryCrossEntropy()
    return Softmax(), CategoricalCrossEntropy()


def training(study: Study) -> Training:
    """How long, in which steps, by which rule."""
    options, rows = study.options, study.training_rows
    stopping = EarlyStopping(patience=10)
    if options.optimizer is LBFGS:
        _refuse_with_lbfgs(options)
        return Training(LBFGS(), options.epochs or 200, None, stopping, seed=options.seed)
    epochs = options.epochs or 30
    batch_size = options.batch_size or 2 ** min(8, max(4, round(math.log2(rows / 10))))
    batch_size = min(batch_size, rows)
    optimizer = _optimizer(study)
    return Training(optimizer, epochs, batch_size, stopping, ClipNorm(1.0), seed=options.seed)


def _refuse_with_lbfgs(options: Options) -> None:
    for name in ("learning_rate", "batch_size", "dropout"):
        if (value := getattr(options, name)) is not None:
            raise HyperparameterError(
                f"The {name!r} parameter has no meaning for L-BFGS. Got {value} instead of None.",
                expected="L-BFGS takes all rows at once, without dropout, and finds its own steps",
                received=f"{name} = {value}",
                fix=f"leave {name} out, or choose another optimizer",
            )


def _optimizer(study: Study) -> Optimizer:
    """AdamW, or what was asked for; the learning rate warms up, then falls to 0."""
    kind: Any = study.options.optimizer or AdamW
    rate = study.options.learning_rate
    if kind is AdamW:
        small = study.training_rows < SMALL and isinstance(study.target, Classes)
        default = 5e-4 if small else 1e-3
        return AdamW(_falling(rate or default), weight_decay=0.1)
    optimizer: Optimizer = kind(_falling(rate or kind().learning_rate))
    return optimizer


def _falling(rate: float) -> Schedule:
    return Cosine(rate, warm_up=0.05)


def _dropout(study: Study) -> float:
    small = study.training_rows < SMALL
    if isinstance(study.target, Classes):
        return 0.5 if small else 0.3
    return 0.2 if small else 0.1
