"""Solvers: the parameters of an estimator as a `Training`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from glassnet.errors import warn
from glassnet.estimators.pace import Pace
from glassnet.optimizers import LBFGS, Adam, GradientDescent, Momentum, Nesterov, Optimizer
from glassnet.schedules import Schedule
from glassnet.training.stopping import EarlyStopping
from glassnet.training.training import Training

if TYPE_CHECKING:
    from glassnet.estimators.parameters import Parameters

USUAL_BATCH = 200


def training_of(
    chosen: Parameters, m: int, pace: Pace, epochs: int, keep: EarlyStopping | None, seed: int
) -> Training:
    """How an estimator with these parameters trains on m examples."""
    full = is_lbfgs(chosen)
    return Training(
        optimizer=_lbfgs(chosen) if full else _optimizer(chosen, pace),
        epochs=epochs,
        batch_size=None if full else batch_size(chosen, m),
        stopping=keep,
        clip=chosen.clip,
        average=chosen.average,
        seed=seed,
        shuffle=chosen.shuffle,
    )


def is_lbfgs(chosen: Parameters) -> bool:
    """Whether the solver takes all examples at once, and cannot go on from batch to batch."""
    return isinstance(chosen.solver, LBFGS) or (
        isinstance(chosen.solver, str) and chosen.solver == "lbfgs"
    )


def has_batches(chosen: Parameters) -> bool:
    """Whether the solver can learn from one batch after another.

    Raises
    ------
    AttributeError
        As scikit-learn hides a method that the parameters exclude.
    """
    if is_lbfgs(chosen):
        raise AttributeError(
            "partial_fit is only available for stochastic optimizers. "
            f"{chosen.solver} is not stochastic."
        )
    return True


def batch_size(chosen: Parameters, m: int) -> int:
    """Examples per update, at most m."""
    if isinstance(chosen.batch_size, str):
        return min(USUAL_BATCH, m)
    if chosen.batch_size > m:
        warn(
            "Got `batch_size` less than 1 or larger than sample size. It is going to be clipped: "
            f"{chosen.batch_size} to {m}."
        )
    return min(chosen.batch_size, m)


def pace_of(chosen: Parameters, m: int) -> Pace:
    """The pace of a new training on m examples."""
    adaptive = isinstance(chosen.learning_rate, str) and chosen.solver == "sgd"
    return Pace(
        rate=chosen.learning_rate_init,
        rule=str(chosen.learning_rate) if adaptive else "constant",
        first_rate=chosen.learning_rate_init,
        power=chosen.power_t,
        # v here is a mean of gradients, v there their sum: 1/(1 − momentum) times as large.
        step=1 / (1 - chosen.momentum),
        examples=m,
        tolerance=chosen.tol,
        patience=chosen.n_iter_no_change,
    )


def _optimizer(chosen: Parameters, pace: Pace) -> Optimizer:
    if isinstance(chosen.solver, Optimizer):
        return chosen.solver
    schedule = chosen.learning_rate if isinstance(chosen.learning_rate, Schedule) else None
    if chosen.solver == "adam":
        return Adam(schedule or pace.rate, chosen.beta_1, chosen.beta_2, chosen.epsilon)
    rate = schedule or pace.rate * pace.step
    if chosen.momentum == 0:
        return GradientDescent(rate)
    return (Nesterov if chosen.nesterovs_momentum else Momentum)(rate, chosen.momentum)


def _lbfgs(chosen: Parameters) -> LBFGS:
    if isinstance(chosen.solver, LBFGS):
        return chosen.solver
    return LBFGS(tolerance=chosen.tol, cost_tolerance=FLATTEST, evaluations=chosen.max_fun)


FLATTEST = 2.220446049250313e-09
"""The relative decrease of the cost below which SciPy's L-BFGS ends of itself."""
