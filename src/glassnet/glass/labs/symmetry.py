"""Symmetry: units that begin as twins stay twins, on the same data from several beginnings."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from glassnet.arrays import FloatArray
from glassnet.glass.explanation import Section
from glassnet.initializers import Constant, Glorot, Initializer, Normal, Zeros
from glassnet.layers.activations import Sigmoid, Tanh
from glassnet.layers.dense import Dense
from glassnet.losses.cross_entropies import BinaryCrossEntropy
from glassnet.network import Network
from glassnet.optimizers import Adam
from glassnet.training.training import train

if TYPE_CHECKING:
    from matplotlib.figure import Figure


@dataclass(frozen=True)
class Start:
    """One beginning, and what came of it.

    Attributes
    ----------
    scheme : str
    costs : tuple of float
        J of every epoch.
    right : float
        The share of examples that are predicted rightly at the end.
    different : int
        How many hidden units differ from each other at the end.

    Examples
    --------
    >>> symmetry(units=3, epochs=1).starts[0].scheme
    'zeros'
    """

    scheme: str
    costs: tuple[float, ...]
    right: float
    different: int


@dataclass(frozen=True)
class Symmetry:
    """The same training from several beginnings.

    Attributes
    ----------
    units : int
        Of the hidden layer.
    starts : tuple of Start

    Examples
    --------
    >>> zeros, equal, small, glorot = symmetry(units=3, epochs=2).starts
    >>> zeros.different, equal.different, glorot.different
    (1, 1, 3)
    """

    units: int
    starts: tuple[Start, ...]

    def __str__(self) -> str:
        rows = tuple(
            (
                each.scheme,
                f"{each.costs[-1]:.3f}",
                f"{each.right:.1%}",
                f"{each.different} of {self.units}",
            )
            for each in self.starts
        )
        columns = ("W starts as", "J at the end", "right", "hidden units that differ")
        half = "J of a network that always says ½: 0.693"
        return str(Section("Symmetry: XOR from four beginnings", columns, rows, (half,)))

    def to_data(self) -> dict[str, Any]:
        """Everything that is printed, and every cost, as JSON has it."""
        return asdict(self)

    def figure(self) -> Figure:
        """The cost of every epoch."""
        from glassnet.glass.labs.picture import panels

        figure, (axes,) = panels()
        for each in self.starts:
            axes.plot(each.costs, label=each.scheme)
        axes.set(xlabel="epoch", ylabel="J", title="The same data, four beginnings", ylim=(0, None))
        axes.legend(frameon=False, loc="center right", bbox_to_anchor=(1, 0.4))
        return figure


def symmetry(units: int = 8, *, epochs: int = 800, seed: int = 3) -> Symmetry:
    """Train on XOR from zero, equal, small random and Glorot weights.

    With equal weights all hidden units compute the same a, receive the same dz and take the same
    step: a hundred of them are worth one, and one unit cannot learn XOR.

    Parameters
    ----------
    units : int
        Of the hidden layer.
    epochs : int
    seed : int
        Of the random beginnings.
    """
    X, Y = xor()
    network = Network([Dense(units), Tanh(), Dense(1), Sigmoid()], BinaryCrossEntropy())
    schemes: dict[str, Initializer] = {
        "zeros": Zeros(),
        "all 0.5": Constant(0.5),
        "N(0, 1) · 0.01": Normal(0.01),
        "Glorot": Glorot(),
    }
    starts = []
    for name, scheme in schemes.items():
        start = network.initialize((2,), seed, scheme=scheme)
        result = train(network, X, Y, parameters=start, optimizer=Adam(0.03), epochs=epochs)
        W1 = result.parameters["W1"]
        right = float(np.mean((network.predict(result.parameters, X) > 0.5) == Y))
        different = len(np.unique(W1.round(9), axis=0))
        starts.append(Start(name, tuple(result.history["cost"]), right, different))
    return Symmetry(units, tuple(starts))


def xor(m: int = 400) -> tuple[FloatArray, FloatArray]:
    """Points of a square; the label is 1 where both numbers have the same sign."""
    X = np.random.default_rng(0).uniform(-1, 1, (2, m))
    return X, (X[:1] * X[1:] > 0).astype(float)
