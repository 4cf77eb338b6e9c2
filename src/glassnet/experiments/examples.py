"""A study of examples that are no rows of a table: images, a series, a text."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from glassnet.arrays import FloatArray
from glassnet.clipping import ClipNorm
from glassnet.errors import HyperparameterError, shown
from glassnet.experiments.options import Options
from glassnet.experiments.scores import score
from glassnet.optimizers import LBFGS, Adam, Optimizer
from glassnet.schedules import OneCycle
from glassnet.tables import Classes, Quantity
from glassnet.tables.several import Several
from glassnet.training.stopping import EarlyStopping
from glassnet.training.training import Training

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from glassnet.model.plan import Plan
    from glassnet.network import Network

DEFAULT: Final = Options()


@dataclass(frozen=True, eq=False)
class Share:
    """Some of the examples, as they were and as the network sees them.

    Attributes
    ----------
    rows : array of int, (m,)
        Their places, from 0.
    labels : array
        What is to be predicted, in its own values.
    X, Y : arrays (..., n, m)
    """

    rows: NDArray[np.int64]
    labels: Any
    X: NDArray[Any]
    Y: FloatArray


@dataclass(frozen=True, eq=False)
class Examples:
    """What is to be learned from what, before anything is learned.

    Attributes
    ----------
    source : str
        Where the data are from, for people.
    unit : str
        What one example is called: ``"image"``, ``"value"``, ``"character"``.
    options : Options
    plan : Plan
        How raw data become X; made from the training examples alone.
    target : Classes, Quantity or Several
    parts : mapping
        ``training``, ``validation`` and ``test``.
    network : Network
    training : Training
        Both by the recipe for such examples, or as the options ask.
    baselines : mapping
        The test scores of what must be beaten.
    facts : tuple of (str, str)
        What was understood, a name and words each.
    beside : str
        What the baselines are, in a sentence.
    """

    source: str
    unit: str
    options: Options
    plan: Plan
    target: Classes | Quantity | Several
    parts: Mapping[str, Share]
    network: Network
    training: Training
    baselines: Mapping[str, Mapping[str, float]]
    facts: tuple[tuple[str, str], ...]
    beside: str

    @property
    def training_rows(self) -> int:
        """How many examples are learned from."""
        return len(self.parts["training"].rows)

    def score(self, A: FloatArray) -> dict[str, float]:
        """The scores of outputs A for the test part."""
        return score(self.target, self.parts["test"].labels, A)


def scored(
    target: Classes | Quantity | Several, test: Share, outputs: Mapping[str, FloatArray]
) -> dict[str, dict[str, float]]:
    """The scores of several outputs for the test part, by the names of who made them."""
    return {name: score(target, test.labels, A) for name, A in outputs.items()}


def training(
    options: Options, m: int, *, rate: float, epochs: int, batch_size: int, patience: int = 10
) -> Training:
    """By the recipe of such examples, or as the options ask; of m examples."""
    return Training(
        optimizer(options, rate),
        options.epochs or epochs,
        min(options.batch_size or batch_size, m),
        EarlyStopping(patience=patience),
        ClipNorm(1.0),
        seed=options.seed,
    )


def optimizer(options: Options, rate: float) -> Optimizer:
    """Adam, or what was asked for; the learning rate rises to `rate`, then falls to 0.

    Raises
    ------
    HyperparameterError
        For L-BFGS, which takes all examples at once.
    """
    kind: Any = options.optimizer or Adam
    if kind is LBFGS:
        raise HyperparameterError(
            "L-BFGS takes all examples at once, which is too slow for data of this kind.",
            expected="an optimizer that learns from batches",
            received="optimizer = lbfgs",
            fix="leave it out, or choose adamw",
        )
    made: Optimizer = kind(OneCycle(options.learning_rate or rate))
    return made


def refuse(options: Options, what: str, *names: str) -> None:
    """Refuse options that mean nothing for data of a kind.

    Raises
    ------
    HyperparameterError
    """
    for name in names:
        if (value := getattr(options, name)) != getattr(DEFAULT, name):
            raise HyperparameterError(
                f"The {name!r} parameter has no meaning for {what}.",
                expected="options that the network of such data has",
                received=f"{name} = {shown(value)}",
                fix=f"leave {name} out",
            )
