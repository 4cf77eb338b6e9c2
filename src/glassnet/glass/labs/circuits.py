"""Circuits: parity by a tree of XORs, by one layer of gates, by a zigzag, and by descent."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from itertools import product
from typing import TYPE_CHECKING, Any

import numpy as np

from glassnet.admission import Parameters
from glassnet.arrays import FloatArray
from glassnet.domains import Checked
from glassnet.errors import HyperparameterError
from glassnet.glass.explanation import Section
from glassnet.layers.activations import ReLU, Sigmoid
from glassnet.layers.dense import Dense
from glassnet.layers.layer import Layer
from glassnet.losses.cross_entropies import BinaryCrossEntropy
from glassnet.losses.quantities import SquaredError
from glassnet.network import Network
from glassnet.optimizers import Adam
from glassnet.training.training import train

if TYPE_CHECKING:
    from matplotlib.figure import Figure

MOST_BITS = 8


@dataclass(frozen=True)
class Built(Checked):
    """A network of ReLU units built by hand.

    Attributes
    ----------
    name : str
    hidden : tuple of int
        Units of each hidden layer.
    formula : str
        How many hidden units it takes for n bits.
    at_64 : int
        The same for n = 64.
    right : int
        Of all 2ⁿ inputs.

    Examples
    --------
    >>> [sum(each.hidden) for each in circuits(4, epochs=1, starts=1).built]
    [6, 8, 4]
    """

    name: str
    hidden: Sequence[int]
    formula: str
    at_64: int
    right: int


@dataclass(frozen=True)
class Learned(Checked):
    """What gradient descent found from one beginning.

    Attributes
    ----------
    hidden : tuple of int
        Units of each hidden layer.
    seed : int
    seen, new : float
        The share that is right, of the inputs learned from and of the others.

    Examples
    --------
    >>> circuits(4, epochs=1, starts=1).learned[0].hidden
    (4, 2)
    """

    hidden: Sequence[int]
    seed: int
    seen: float
    new: float


@dataclass(frozen=True)
class Circuits:
    """Parity of n bits: what can be built, and what was found.

    Attributes
    ----------
    n : int
    epochs : int
        Of each training: the same for all.
    built : tuple of Built
    learned : tuple of Learned

    Examples
    --------
    >>> result = circuits(4, epochs=1, starts=1)
    >>> {each.right for each in result.built}
    {16}
    """

    n: int
    epochs: int
    built: tuple[Built, ...]
    learned: tuple[Learned, ...]

    def __str__(self) -> str:
        built = tuple(
            (
                each.name,
                _units(each.hidden),
                str(sum(each.hidden)),
                each.formula,
                f"{each.at_64:,}",
                f"{each.right} of {2**self.n}",
            )
            for each in self.built
        )
        found = tuple(
            (_units(each.hidden), str(each.seed), f"{each.seen:.0%}", f"{each.new:.0%}")
            for each in self.learned
        )
        columns = ("", "hidden layers", "units", "for n bits", "for 64 bits", "right")
        return "\n\n".join(
            [
                str(Section(f"Built by hand: parity of {self.n} bits", columns, built, _SAID)),
                str(
                    Section(
                        f"Found by gradient descent: {self.epochs} epochs each, three quarters of "
                        "the inputs",
                        ("hidden layers", "seed", "right of these", "right of the others"),
                        found,
                        ("guessing is right half of the time",),
                    )
                ),
            ]
        )

    def to_data(self) -> dict[str, Any]:
        """Everything that is printed, as JSON has it."""
        return asdict(self)

    def figure(self) -> Figure:
        """Hidden units for n bits, on a logarithmic scale; what was found, beside it."""
        from glassnet.glass.labs.picture import panels

        figure, axes = panels(2)
        bits = np.array([2, 4, 8, 16, 32, 64])
        for each, units in zip(self.built, (2 * (bits - 1), 2.0 ** (bits - 1), bits), strict=True):
            axes[0].plot(bits, units, label=each.name, marker=".")
        axes[0].set(xlabel="bits", ylabel="hidden units", yscale="log", title="To be built")
        axes[0].legend(frameon=False)
        names = [f"{_units(each.hidden)}, seed {each.seed}" for each in self.learned]
        axes[1].barh(names, [100 * each.new for each in self.learned])
        axes[1].axvline(50, color="0.5", linestyle=":")
        axes[1].set(xlabel="percent right, of new inputs", xlim=(0, 100), title="Found by descent")
        axes[1].invert_yaxis()
        return figure


_SAID = (
    "2ⁿ⁻¹ is a theorem about one layer of AND gates, of inputs and their negations, under an OR:",
    "each odd input needs a gate of its own. It is none about one hidden layer of neurons: these",
    "can add, and n of them, each bending the line after one more count, make the zigzag 0, 1, 0,",
    "1, … of the sum; n threshold units do, too. The tree needs log₂ n hidden layers, and each of",
    "its units reads two or four others instead of all n.",
)


def circuits(n: int = 8, *, epochs: int = 600, starts: int = 2, seed: int = 0) -> Circuits:
    """Build parity as networks, try them on all 2ⁿ inputs, and let gradient descent look for it.

    XOR(a, b) = max(0, a + b) − 2 max(0, a + b − 1) for a, b of 0 and 1: two ReLU units.

    Parameters
    ----------
    n : int
        Bits: 2, 4 or 8.
    epochs : int
        Of each training, the same for all.
    starts : int
        How many beginnings of each network.
    seed : int
        The first of them, and which inputs are learned from.

    Raises
    ------
    HyperparameterError
        `n` is not 2, 4 or 8.

    Source: J. Håstad, "Computational limitations of small-depth circuits" (1987), for circuits of
    AND, OR and NOT; M. Minsky, S. Papert, "Perceptrons" (1969), for parity.
    """
    if n not in (2, 4, MOST_BITS):
        raise HyperparameterError(
            f"The 'n' parameter of circuits must be 2, 4 or {MOST_BITS}. Got {n!r} instead.",
            fix="the tree joins pairs of pairs, and all 2ⁿ inputs are tried",
        )
    X = np.array(list(product([0.0, 1.0], repeat=n))).T
    Y = X.sum(axis=0, keepdims=True) % 2
    built = tuple(
        Built(name, _hidden(made), formula, at_64, _right(made, X, Y))
        for name, made, formula, at_64 in (
            ("XOR tree", tree(n), "2 (n − 1)", 126),
            ("AND gates under an OR", gates(X, Y), "2ⁿ⁻¹", 2**63),
            ("zigzag of the sum", zigzag(n), "n", 64),
        )
    )
    learned = tuple(
        _learn(each.hidden, X, Y, epochs, start)
        for each in built
        for start in range(seed, seed + starts)
    )
    return Circuits(n, epochs, built, learned)


def tree(n: int) -> Parameters:
    """XORs of pairs, then XORs of these: log₂ n hidden layers, 2 (n − 1) units."""
    both = np.array([[1.0, 1.0], [1.0, 1.0]])  # both units of an XOR read a + b
    join = np.array([[1.0, -2.0, 1.0, -2.0]] * 2)  # and those of the next read two XORs
    layers, pairs = [(np.kron(np.eye(n // 2), both), n // 2)], n // 4
    while pairs:
        layers.append((np.kron(np.eye(pairs), join), pairs))
        pairs //= 2
    named = [(W, np.tile([[0.0], [-1.0]], (count, 1))) for W, count in layers]
    return _numbered([*named, (np.array([[1.0, -2.0]]), np.zeros((1, 1)))])


def gates(X: FloatArray, Y: FloatArray) -> Parameters:
    """One unit for each odd input: 1 there, and 0 everywhere else."""
    odd = X[:, Y[0] == 1].T
    first = (2 * odd - 1, 1 - odd.sum(axis=1, keepdims=True))
    return _numbered([first, (np.ones((1, len(odd))), np.zeros((1, 1)))])


def zigzag(n: int) -> Parameters:
    """n units that read the sum, and turn it after each count."""
    turns = np.array([[1.0, *(2.0 * (-1) ** k for k in range(1, n))]])
    first = (np.ones((n, n)), -np.arange(float(n)).reshape(-1, 1))
    return _numbered([first, (turns, np.zeros((1, 1)))])


def _numbered(layers: Sequence[tuple[FloatArray, FloatArray]]) -> Parameters:
    named: Parameters = {}
    for l, (W, b) in enumerate(layers, start=1):
        named |= {f"W{l}": W, f"b{l}": b}
    return named


def _hidden(parameters: Parameters) -> tuple[int, ...]:
    return tuple(len(parameters[f"W{l}"]) for l in range(1, len(parameters) // 2))


def _layers(hidden: Sequence[int]) -> list[Layer]:
    return [layer for units in hidden for layer in (Dense(units), ReLU())]


def _right(parameters: Parameters, X: FloatArray, Y: FloatArray) -> int:
    network = Network([*_layers(_hidden(parameters)), Dense(1)], SquaredError())
    return int(np.sum(network.predict(parameters, X) == Y))


def _learn(hidden: Sequence[int], X: FloatArray, Y: FloatArray, epochs: int, seed: int) -> Learned:
    order = np.random.default_rng(seed).permutation(X.shape[1])
    seen, new = np.split(order, [3 * X.shape[1] // 4])
    network = Network([*_layers(hidden), Dense(1), Sigmoid()], BinaryCrossEntropy())
    result = train(network, X[:, seen], Y[:, seen], optimizer=Adam(0.01), epochs=epochs, seed=seed)
    right = (network.predict(result.parameters, X) > 0.5) == Y
    return Learned(tuple(hidden), seed, float(right[:, seen].mean()), float(right[:, new].mean()))


def _units(hidden: Sequence[int]) -> str:
    return " → ".join(map(str, hidden))
