"""What a person may choose about an experiment; whatever is left open, the recipe chooses."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from glassnet.domains import Checked, Count, Natural, NonNegative, OpenShare, Positive, Share
from glassnet.layers.activation import Activation
from glassnet.optimizers import LBFGS, Optimizer
from glassnet.penalties import L2


@dataclass(frozen=True)
class Options(Checked):
    """The choices of an experiment; None leaves one to `glassnet.experiments.recipe`.

    Attributes
    ----------
    task : str, optional
        ``"classification"``, ``"binary classification"`` or ``"regression"``.
    drop : tuple of str
        Columns that are not to be learned from.
    hidden : tuple of int, optional
        Units of each hidden layer; ``()`` is a linear model.
    activation : Activation, optional
        Of the hidden layers.
    epochs, batch_size : int, optional
    learning_rate : float, optional
        The largest of the schedule.
    optimizer : subclass of Optimizer, or LBFGS, optional
    l2 : float
        λ of the penalty on the weights.
    dropout : float, optional
        The share of hidden values that are dropped while learning.
    test : float
        The share of rows held out for the final figures.
    validation : float, optional
        The share of the other rows that choose the epoch.
    seed : int
        Draws the held-out rows, the first parameters, the batches and the masks.
    """

    task: Literal["classification", "binary classification", "regression"] | None = None
    drop: tuple[str, ...] = ()
    hidden: tuple[Count, ...] | None = None
    activation: Activation | None = None
    epochs: Count | None = None
    batch_size: Count | None = None
    learning_rate: Positive | None = None
    optimizer: type[Optimizer] | type[LBFGS] | None = None
    l2: NonNegative = 0.0
    dropout: Share | None = None
    test: OpenShare = 0.2
    validation: OpenShare | None = None
    seed: Natural = 0

    @property
    def penalties(self) -> tuple[L2, ...]:
        """What the cost adds for the weights: `l2`, where it is above 0."""
        return (L2(self.l2),) if self.l2 else ()
