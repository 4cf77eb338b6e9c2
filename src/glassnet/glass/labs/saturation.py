"""Saturation: how much a unit learns, the further its z is from 0."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from glassnet.glass.explanation import Section
from glassnet.layers.activation import Activation
from glassnet.layers.activations import ReLU, Sigmoid, Tanh
from glassnet.namespace import numpy_namespace as xp
from glassnet.notation import number

if TYPE_CHECKING:
    from matplotlib.figure import Figure

DISTANCES: Final = (0.0, 1.0, 2.0, 5.0, 10.0, 20.0)
TARGET: Final = 0.5
RATE: Final = 0.5
MOST_STEPS: Final = 10_000


@dataclass(frozen=True)
class Saturation:
    """Slopes, and steps, of three activations.

    Attributes
    ----------
    z : tuple of float
        Where the unit begins.
    slopes : dict of str to tuple of float
        g′(z).
    steps : dict of str to tuple of (int or None)
        How many steps of gradient descent bring z back to within 0.1 of where it belongs; None
        where `most_steps` are not enough.
    most_steps : int

    Examples
    --------
    >>> result = saturation()
    >>> [round(slope, 4) for slope in result.slopes["Sigmoid"]]
    [0.25, 0.1966, 0.105, 0.0066, 0.0, 0.0, 0.1966]
    """

    z: tuple[float, ...]
    slopes: dict[str, tuple[float, ...]]
    steps: dict[str, tuple[int | None, ...]]
    most_steps: int

    def __str__(self) -> str:
        columns = ("", *(f"z = {number(z)}" for z in self.z))
        slopes = tuple(
            (
                f"g′ of {name}",
                *(f"{slope:.0e}" if 0 < slope < 0.01 else number(round(slope, 3)) for slope in row),
            )
            for name, row in self.slopes.items()
        )
        steps = tuple(
            (f"steps of {name}", *(self._counted(count) for count in row))
            for name, row in self.steps.items()
        )
        told = (
            f"steps: of z := z − {RATE} (a − y) g′(z), y = g({TARGET}), until z is {TARGET} ± 0.1",
        )
        return str(Section("Saturation: how fast a unit learns", columns, slopes + steps, told))

    def _counted(self, steps: int | None) -> str:
        return f"> {self.most_steps:,}" if steps is None else f"{steps:,}"

    def to_data(self) -> dict[str, Any]:
        """Everything that is printed, as JSON has it."""
        return asdict(self)

    def figure(self) -> Figure:
        """g and g′ of the three."""
        from glassnet.glass.labs.picture import panels

        figure, axes = panels(2)
        Z = np.linspace(-10, 10, 401)[np.newaxis]
        for g in _ACTIVATIONS:
            A = g.g(xp, Z)
            name = type(g).__name__
            axes[0].plot(Z[0], A[0], label=name)
            axes[1].plot(Z[0], g.g_prime(xp, Z, A)[0].astype(float), label=name)
        axes[0].set(xlabel="z", title="g(z)", ylim=(-1.2, 3))
        axes[1].set(xlabel="z", title="g′(z): how much of the gradient passes")
        axes[1].legend(frameon=False)
        return figure


_ACTIVATIONS: Final[tuple[Activation, ...]] = (Sigmoid(), Tanh(), ReLU())


def saturation() -> Saturation:
    """The slope of sigmoid, tanh and ReLU at growing z, and how long a unit takes to come back.

    dz = (a − y) g′(z): where g is flat, nothing of the error arrives. Sigmoid and tanh are flat
    far from 0 to both sides, ReLU below 0: the last column begins there, at z = −1.
    """
    z = (*DISTANCES, -1.0)
    Z = np.array([z])
    slopes, steps = {}, {}
    for g in _ACTIVATIONS:
        name = type(g).__name__
        slopes[name] = tuple(g.g_prime(xp, Z, g.g(xp, Z))[0].astype(float).tolist())
        steps[name] = _steps(g, Z)
    return Saturation(z, slopes, steps, MOST_STEPS)


def _steps(g: Activation, Z: np.ndarray[Any, Any]) -> tuple[int | None, ...]:
    y = g.g(xp, np.full_like(Z, TARGET))
    reached = np.full(Z.shape, -1)
    for step in range(MOST_STEPS + 1):
        there = np.abs(Z - TARGET) <= 0.1
        reached[there & (reached < 0)] = step
        A = g.g(xp, Z)
        Z = Z - RATE * (A - y) * g.g_prime(xp, Z, A)
    return tuple(None if count < 0 else int(count) for count in reached[0])
