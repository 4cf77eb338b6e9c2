"""Linear collapse: hidden layers without an activation are one matrix."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from glassnet.glass.explanation import Section
from glassnet.glass.labs.symmetry import xor
from glassnet.initializers import Normal
from glassnet.layers.activations import Sigmoid, Tanh
from glassnet.layers.dense import Dense
from glassnet.layers.layer import Layer
from glassnet.losses.cross_entropies import BinaryCrossEntropy
from glassnet.network import Network
from glassnet.optimizers import Adam
from glassnet.training.training import train

if TYPE_CHECKING:
    from matplotlib.figure import Figure

UNITS = (6, 4, 1)


@dataclass(frozen=True)
class LinearCollapse:
    """Three linear layers beside the one that they are.

    Attributes
    ----------
    W, b : list
        W[3] W[2] W[1], and b of the same product.
    largest_difference : float
        Between the outputs of the three layers and of the one.
    right : dict of str to float
        The share of XOR that each learns.

    Examples
    --------
    >>> linear_collapse(epochs=1).largest_difference < 1e-12
    True
    """

    W: list[list[float]]
    b: list[list[float]]
    largest_difference: float
    right: dict[str, float]

    def __str__(self) -> str:
        rows = tuple((name, f"{share:.1%}") for name, share in self.right.items())
        lines = (
            f"W[3] W[2] W[1] is ({len(self.W)}, {len(self.W[0])}); the outputs of the three layers "
            f"and of this one differ by {self.largest_difference:.0e}",
        )
        title = "Linear collapse: how much of XOR each network learns"
        return str(Section(title, ("network", "right"), rows, lines))

    def to_data(self) -> dict[str, Any]:
        """Everything that is printed, as JSON has it."""
        return asdict(self)

    def figure(self) -> Figure:
        """What each network learns."""
        from glassnet.glass.labs.picture import panels

        figure, (axes,) = panels()
        axes.barh(list(self.right), [100 * share for share in self.right.values()])
        axes.axvline(50, color="0.5", linestyle=":")
        axes.set(xlabel="percent right, of XOR", xlim=(0, 100))
        axes.set_title("Depth without an activation", loc="right")
        axes.invert_yaxis()
        return figure


def linear_collapse(*, epochs: int = 500, seed: int = 0) -> LinearCollapse:
    """Multiply the weights of three linear layers, and train with and without an activation.

    W[3] (W[2] (W[1] x + b[1]) + b[2]) + b[3] = W x + b with W = W[3] W[2] W[1] and
    b = W[3] (W[2] b[1] + b[2]) + b[3]: whatever three such layers can do, one can.

    Parameters
    ----------
    epochs : int
    seed : int
        Of the weights.
    """
    deep = Network([*map(Dense, UNITS), Sigmoid()], BinaryCrossEntropy())
    one = Network([Dense(1), Sigmoid()], BinaryCrossEntropy())
    p = deep.initialize((2,), seed, scheme=Normal(0.8))
    p = {name: W + 0.1 for name, W in p.items()}  # b is not zero, so that it takes part
    W = p["W3"] @ p["W2"] @ p["W1"]
    b = p["W3"] @ (p["W2"] @ p["b1"] + p["b2"]) + p["b3"]
    X, Y = xor()
    apart = np.abs(deep.predict(p, X) - one.predict({"W1": W, "b1": b}, X))

    def right(*layers: Layer) -> float:
        network = Network(layers, BinaryCrossEntropy())
        result = train(network, X, Y, optimizer=Adam(0.03), epochs=epochs, seed=seed)
        return float(np.mean((network.predict(result.parameters, X) > 0.5) == Y))

    first, second, last = UNITS
    learned = {
        "one layer": right(Dense(1), Sigmoid()),
        "three layers": right(*map(Dense, UNITS), Sigmoid()),
        "three layers, tanh between": right(
            Dense(first), Tanh(), Dense(second), Tanh(), Dense(last), Sigmoid()
        ),
    }
    return LinearCollapse(W.tolist(), b.tolist(), float(apart.max()), learned)
