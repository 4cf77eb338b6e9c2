"""The learning rate: too small, right, too large, and the error where it is far too large."""

from __future__ import annotations

import warnings
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from glassnet.errors import DivergenceError, GlassnetWarning
from glassnet.glass.explanation import Section
from glassnet.layers.dense import Dense
from glassnet.losses.quantities import SquaredError
from glassnet.network import Network
from glassnet.notation import number
from glassnet.optimizers import GradientDescent
from glassnet.training.task import Task
from glassnet.training.training import Training

if TYPE_CHECKING:
    from matplotlib.figure import Figure


@dataclass(frozen=True)
class Run:
    """One learning rate.

    Attributes
    ----------
    learning_rate : float
    verdict : str
        In a word.
    costs : tuple of float
        J before each update, as far as it went.
    error : str
        Of the training, where it diverged; else empty.

    Examples
    --------
    >>> [run.verdict for run in learning_rate(epochs=400).runs]
    ['too small', 'right', 'too large', 'far too large']
    """

    learning_rate: float
    verdict: str
    costs: tuple[float, ...]
    error: str


@dataclass(frozen=True)
class LearningRates:
    """The same training at several learning rates.

    Attributes
    ----------
    least : float
        The cost of the best line there is, computed without gradient descent.
    limit : float
        2 / the largest curvature of J: from there on every step makes it worse.
    runs : tuple of Run

    Examples
    --------
    >>> result = learning_rate(epochs=400)
    >>> result.runs[1].costs[-1] < 1.01 * result.least
    True
    """

    least: float
    limit: float
    runs: tuple[Run, ...]

    def __str__(self) -> str:
        rows = tuple(
            (
                number(run.learning_rate),
                run.verdict,
                number(run.costs[0]),
                number(run.costs[-1]),
                str(len(run.costs)),
            )
            for run in self.runs
        )
        lines = [
            f"the least cost there is: {number(self.least)}",
            f"α has to be below 2 / (largest curvature of J) = {number(self.limit)}",
        ]
        for run in self.runs:
            if run.error:
                lines += [f"α = {number(run.learning_rate)} ended with", *run.error.splitlines()]
        columns = ("α", "verdict", "first J", "last J", "updates")
        return str(Section("The learning rate", columns, rows, tuple(lines)))

    def to_data(self) -> dict[str, Any]:
        """Everything that is printed, and every cost, as JSON has it."""
        return asdict(self)

    def figure(self) -> Figure:
        """The cost of every update."""
        from glassnet.glass.labs.picture import panels

        figure, (axes,) = panels()
        for run in self.runs:
            label = f"α = {number(run.learning_rate)}: {run.verdict}"
            axes.plot(run.costs[:60], label=label, marker=".", markersize=3)
        axes.axhline(self.least, color="0.5", linestyle=":")
        axes.set(xlabel="update", ylabel="J", yscale="log", title="The same data, four rates")
        axes.set_ylim(self.least / 2, 1e6 * self.least)
        axes.legend(frameon=False)
        return figure


def learning_rate(*, epochs: int = 400, seed: int = 0) -> LearningRates:
    """Fit a line by gradient descent at four learning rates: W := W − α dW.

    For a line and the squared error the limit is known: J is a parabola, and each step multiplies
    the distance to its bottom, along the direction of curvature c, by 1 − αc. Above α = 2/c that
    is less than −1, and the steps grow until the numbers are infinite.

    Parameters
    ----------
    epochs : int
        How many updates, at most.
    seed : int
        Of the data.
    """
    random = np.random.default_rng(seed)
    X = random.standard_normal((1, 50)) * 2 + 1
    Y = 3 * X + 2 + random.standard_normal(X.shape)
    network = Network([Dense(1)], SquaredError())
    task = Task.of(network, X, Y)
    design = np.vstack([X, np.ones_like(X)])
    solution, *_ = np.linalg.lstsq(design.T, Y.T, rcond=None)
    best = {"W1": solution[:1].T, "b1": solution[1:].T}
    limit = 2 / float(np.linalg.eigvalsh(design @ design.T / X.shape[1]).max())
    rates = (
        (limit / 1000, "too small"),
        (limit / 2, "right"),
        (limit * 1.02, "too large"),
        (limit * 20, "far too large"),
    )
    runs = tuple(_run(task, rate, verdict, epochs) for rate, verdict in rates)
    return LearningRates(network.cost(best, X, Y), limit, runs)


def _run(task: Task, rate: float, verdict: str, epochs: int) -> Run:
    costs: list[float] = []
    training = Training(GradientDescent(rate), epochs=epochs)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", GlassnetWarning)  # that the cost grows is the point here
        try:
            costs.extend(moment.epoch.cost for moment in training.moments(task))
        except DivergenceError as error:
            return Run(rate, verdict, tuple(costs), str(error))
    return Run(rate, verdict, tuple(costs), "")
