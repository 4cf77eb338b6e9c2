"""Optimisers: how gradients become updates.

Each states its update as equations on named arrays: W and dW are a parameter and its gradient, α
is the learning rate of the moment, t counts the updates from 1. What it remembers of earlier
gradients (v, s) comes in and goes out by name, one array of W's shape each, zero at first.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import Any, ClassVar

from glassnet.domains import Checked, Count, NonNegative, Positive, Share
from glassnet.layers.layer import Array, Arrays, Namespace
from glassnet.schedules import Constant, Schedule


@dataclass(frozen=True)
class Optimizer(Checked, ABC):
    """An update rule. `learning_rate` is a number, or a schedule of numbers.

    The docstring of a rule states the equations of its methods (see :mod:`glassnet.equations`);
    alpha is the learning rate of the moment, t counts the updates from 1.
    """

    learning_rate: Positive | Schedule

    remembers: ClassVar[tuple[str, ...]] = ()

    @abstractmethod
    def update(self, xp: Namespace, *arrays: Any, **memory: Any) -> Arrays:
        """The new W, and what the optimiser remembers, by name."""

    def shrink(self, alpha: float) -> float:
        """The factor by which weights (not b) are multiplied before the update."""
        return 1.0

    @property
    def schedule(self) -> Schedule:
        rate = self.learning_rate
        return rate if isinstance(rate, Schedule) else Constant(rate)


@dataclass(frozen=True)
class GradientDescent(Optimizer):
    """A step against the gradient.

    update::

        W = W - alpha * dW

    Parameters
    ----------
    learning_rate : float or Schedule
        α > 0, or how it changes from update to update.

    Examples
    --------
    >>> import numpy as np
    >>> W, dW = np.array([[1.0]]), np.array([[0.5]])
    >>> GradientDescent(0.1).update(np, W, dW, alpha=0.1, t=1)["W"].tolist()
    [[0.95]]

    Source: Cauchy (1847).
    """

    learning_rate: Positive | Schedule = 0.01

    def update(self, xp: Namespace, W: Array, dW: Array, alpha: float, t: int) -> Arrays:
        return {"W": W - alpha * dW}


@dataclass(frozen=True)
class Momentum(Optimizer):
    """A step against the mean of the last gradients, v.

    update::

        v = beta * v + (1 - beta) * dW
        W = W - alpha * v

    Parameters
    ----------
    learning_rate : float or Schedule
        α > 0, or how it changes from update to update.
    beta : float
        β in [0, 1): the share of v that is kept; about 1/(1 − β) gradients are averaged.

    Examples
    --------
    >>> import numpy as np
    >>> one = np.ones((1, 1))
    >>> made = Momentum(0.1).update(np, one, one, alpha=0.1, t=1, v=0 * one)
    >>> made["v"].round(3).tolist(), made["W"].round(3).tolist()
    ([[0.1]], [[0.99]])

    Source: Polyak (1964); in the course's form, an exponentially weighted average.
    """

    learning_rate: Positive | Schedule = 0.1
    beta: Share = 0.9

    remembers = ("v",)

    def update(self, xp: Namespace, W: Array, dW: Array, alpha: float, t: int, v: Array) -> Arrays:
        v = self.beta * v + (1 - self.beta) * dW
        return {"W": W - alpha * v, "v": v}


@dataclass(frozen=True)
class Nesterov(Optimizer):
    """Momentum that looks ahead.

    update::

        v = beta * v + (1 - beta) * dW
        W = W - alpha * (beta * v + (1 - beta) * dW)

    Parameters
    ----------
    learning_rate : float or Schedule
        α > 0, or how it changes from update to update.
    beta : float
        β in [0, 1): the share of v that is kept; about 1/(1 − β) gradients are averaged.

    Examples
    --------
    >>> import numpy as np
    >>> one = np.ones((1, 1))
    >>> Nesterov(0.1).update(np, one, one, alpha=0.1, t=1, v=0 * one)["W"].round(3).tolist()
    [[0.981]]

    Source: Nesterov (1983), in the form of Sutskever, Martens, Dahl, Hinton, "On the importance of
    initialization and momentum in deep learning" (2013).
    """

    learning_rate: Positive | Schedule = 0.1
    beta: Share = 0.9

    remembers = ("v",)

    def update(self, xp: Namespace, W: Array, dW: Array, alpha: float, t: int, v: Array) -> Arrays:
        v = self.beta * v + (1 - self.beta) * dW
        return {"W": W - alpha * (self.beta * v + (1 - self.beta) * dW), "v": v}


@dataclass(frozen=True)
class RMSprop(Optimizer):
    """Each gradient divided by its usual size, the root of s.

    update::

        s = beta * s + (1 - beta) * dW ** 2
        W = W - alpha * dW / (sqrt(s) + epsilon)

    Parameters
    ----------
    learning_rate : float or Schedule
        α > 0, or how it changes from update to update.
    beta : float
        β in [0, 1): the share of s that is kept; about 1/(1 − β) squares are averaged.
    epsilon : float
        ε > 0: keeps the division finite where the gradients are almost 0.

    Examples
    --------
    >>> import numpy as np
    >>> one = np.ones((1, 1))
    >>> RMSprop(0.01).update(np, one, one, alpha=0.01, t=1, s=0 * one)["W"].round(4).tolist()
    [[0.9684]]

    Source: Tieleman, Hinton, "Neural networks for machine learning", lecture 6.5 (2012).
    """

    learning_rate: Positive | Schedule = 0.001
    beta: Share = 0.9
    epsilon: Positive = 1e-8

    remembers = ("s",)

    def update(self, xp: Namespace, W: Array, dW: Array, alpha: float, t: int, s: Array) -> Arrays:
        s = self.beta * s + (1 - self.beta) * dW**2
        return {"W": W - alpha * dW / (xp.sqrt(s) + self.epsilon), "s": s}


@dataclass(frozen=True)
class Adam(Optimizer):
    """Momentum, divided by the usual size of the gradient.

    update::

        v = beta_1 * v + (1 - beta_1) * dW
        s = beta_2 * s + (1 - beta_2) * dW ** 2
        v_hat = v / (1 - beta_1 ** t)
        s_hat = s / (1 - beta_2 ** t)
        W = W - alpha * v_hat / (sqrt(s_hat) + epsilon)

    v_hat and s_hat undo the start at zero.

    Parameters
    ----------
    learning_rate : float or Schedule
        α > 0, or how it changes from update to update.
    beta_1 : float
        β₁ in [0, 1): the share of v, the mean of the gradients, that is kept.
    beta_2 : float
        β₂ in [0, 1): the share of s, the mean of their squares, that is kept.
    epsilon : float
        ε > 0: keeps the division finite where the gradients are almost 0.

    Examples
    --------
    >>> import numpy as np
    >>> one = np.ones((1, 1))
    >>> Adam().update(np, one, one, alpha=0.001, t=1, v=0 * one, s=0 * one)["W"].round(6).tolist()
    [[0.999]]

    Source: Kingma, Ba, "Adam: a method for stochastic optimization" (2015), algorithm 1.
    """

    learning_rate: Positive | Schedule = 0.001
    beta_1: Share = 0.9
    beta_2: Share = 0.999
    epsilon: Positive = 1e-8

    remembers = ("v", "s")

    def update(
        self, xp: Namespace, W: Array, dW: Array, alpha: float, t: int, v: Array, s: Array
    ) -> Arrays:
        return _adam(self, xp, W, dW, alpha, t, v, s)


@dataclass(frozen=True)
class AdamW(Optimizer):
    """Adam with decoupled weight decay.

    shrink::

        W = (1 - alpha * weight_decay) * W

    update::

        v = beta_1 * v + (1 - beta_1) * dW
        s = beta_2 * s + (1 - beta_2) * dW ** 2
        v_hat = v / (1 - beta_1 ** t)
        s_hat = s / (1 - beta_2 ** t)
        W = W - alpha * v_hat / (sqrt(s_hat) + epsilon)

    Unlike an L2 penalty it shrinks every weight by the same share, however large its gradients.

    Parameters
    ----------
    learning_rate : float or Schedule
        α > 0, or how it changes from update to update.
    beta_1 : float
        β₁ in [0, 1): the share of v, the mean of the gradients, that is kept.
    beta_2 : float
        β₂ in [0, 1): the share of s, the mean of their squares, that is kept.
    epsilon : float
        ε > 0: keeps the division finite where the gradients are almost 0.
    weight_decay : float
        Of at least 0: the share of each weight that an update takes away, times α. b is spared.

    Examples
    --------
    >>> AdamW(weight_decay=0.1).shrink(0.5)
    0.95

    Source: Loshchilov, Hutter, "Decoupled weight decay regularization" (2019), algorithm 2.
    """

    learning_rate: Positive | Schedule = 0.001
    beta_1: Share = 0.9
    beta_2: Share = 0.999
    epsilon: Positive = 1e-8
    weight_decay: NonNegative = 0.01

    remembers = ("v", "s")

    def shrink(self, alpha: float) -> float:
        return 1 - alpha * self.weight_decay

    def update(
        self, xp: Namespace, W: Array, dW: Array, alpha: float, t: int, v: Array, s: Array
    ) -> Arrays:
        return _adam(self, xp, W, dW, alpha, t, v, s)


def _adam(
    rule: Adam | AdamW,
    xp: Namespace,
    W: Array,
    dW: Array,
    alpha: float,
    t: int,
    v: Array,
    s: Array,
) -> Arrays:
    v = rule.beta_1 * v + (1 - rule.beta_1) * dW
    s = rule.beta_2 * s + (1 - rule.beta_2) * dW**2
    v_hat, s_hat = v / (1 - rule.beta_1**t), s / (1 - rule.beta_2**t)
    return {"W": W - alpha * v_hat / (xp.sqrt(s_hat) + rule.epsilon), "v": v, "s": s}


@dataclass(frozen=True)
class LBFGS(Checked):
    """Limited-memory BFGS, by SciPy: a curved step from the last few gradients of the full batch.

    One epoch is one iteration, which evaluates cost and gradient of all examples once or a few
    times. It has no learning rate, takes no mini-batches and no dropout; on small tables it
    reaches a lower cost than the others, to many digits.

    Parameters
    ----------
    history : int
        How many gradients are remembered, at least 1.
    tolerance : float
        Training ends where the largest gradient is smaller than this, at least 0.
    cost_tolerance : float
        Training ends where an iteration lowers the cost by a smaller share than this, at least 0.
    evaluations : int, optional
        Training ends after so many evaluations of the cost, at least 1; left out, 50 times as
        many as there are epochs.

    Examples
    --------
    >>> import glassnet as gn
    >>> network = gn.Network([gn.Dense(1)], loss=gn.SquaredError())
    >>> found = gn.train(network, [[0.0, 1.0]], [[1.0, 3.0]], optimizer=LBFGS(), epochs=50)
    >>> found.parameters["W1"].round(3).tolist(), found.parameters["b1"].round(3).tolist()
    ([[2.0]], [[1.0]])

    Source: Liu, Nocedal, "On the limited memory BFGS method for large scale optimization" (1989).
    """

    history: Count = 10
    tolerance: NonNegative = 1e-9
    cost_tolerance: NonNegative = 0.0
    evaluations: Count | None = None
