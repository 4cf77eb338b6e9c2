"""The parameters that all estimators share, each with its domain, declared once."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Any, Literal

import numpy as np

from glassnet.averaging import EMA
from glassnet.clipping import Clip
from glassnet.domains import Count, Interval, Natural, NonNegative, Positive, Share, checked_fields
from glassnet.errors import HyperparameterError
from glassnet.estimators.constraints import constraints
from glassnet.estimators.faults import invalid
from glassnet.estimators.fitted import Fitted
from glassnet.initializers import Initializer
from glassnet.losses.loss import Loss
from glassnet.optimizers import LBFGS, Optimizer
from glassnet.penalties import Penalty
from glassnet.schedules import Schedule

Seed = Annotated[int, Interval("[0, 4294967295]")]
Forever = Annotated[float, Interval("[inf, inf]")]
Scorer = str | Callable[..., float]
ClassWeight = Mapping[Any, Any] | Literal["balanced"] | None
ClassLoss = Loss | None
QuantityLoss = Literal["squared_error", "absolute_error", "poisson"] | Loss


class _Constraints:
    """`_parameter_constraints`, made of the annotated fields when somebody asks for them."""

    def __get__(self, estimator: object, owner: type) -> Mapping[str, list[Any]]:
        return constraints(owner)


@dataclass(kw_only=True, eq=False, repr=False)
class Parameters(Fitted):
    """How to train, whatever the network.

    Parameters
    ----------
    solver : {"adam", "sgd", "lbfgs"}, Optimizer or LBFGS
        How gradients become updates. An `Optimizer` object brings its own learning rate, and
        the parameters of the named solvers are not looked at.
    alpha : float
        λ of the L2 penalty on the weights, at least 0. It is divided by the number of training
        examples (their weights), at every batch size.
    batch_size : "auto" or int
        Examples per update; ``"auto"`` is 200, or all of them where there are fewer. L-BFGS
        always takes all.
    learning_rate : {"constant", "invscaling", "adaptive"} or Schedule
        How the rate of ``"sgd"`` changes; a `Schedule` serves ``"adam"`` too.
    learning_rate_init : float
        The first learning rate, above 0.
    power_t : float
        The exponent of ``"invscaling"``, at least 0.
    max_iter : int
        How often all examples are seen, at most; with L-BFGS, the most iterations.
    shuffle : bool
        Whether the examples come in a new random order in every epoch.
    random_state : int, RandomState, Generator or None
        Of the first parameters, the order of the examples, the masks of dropout and the rows
        held out. The same integer gives the same bits, on any number of threads.
    tol : float
        The improvement that counts, at least 0: of the cost in the units of y, or of y with
        spread 1 where it has less; of the score with early stopping. For L-BFGS, the largest
        gradient.
    verbose : bool or int
        Whether to print a line after every epoch.
    warm_start : bool
        Whether `fit` goes on from the parameters of the last one.
    momentum : float
        In [0, 1), of ``"sgd"``.
    nesterovs_momentum : bool
        Whether that momentum looks ahead.
    early_stopping : bool
        Whether a part of the rows is held out, and training ends when their score has not
        improved. The parameters of the best epoch are kept.
    validation_fraction : float
        That part, in [0, 1).
    beta_1, beta_2 : float
        In [0, 1): how much ``"adam"`` keeps of earlier gradients, and of their squares.
    epsilon : float
        Above 0: keeps the division of ``"adam"`` finite.
    n_iter_no_change : int or inf
        For how many epochs in a row there may be no improvement.
    max_fun : int
        The most evaluations of the cost by L-BFGS.
    standardize : bool
        Whether features are centred and scaled before the network, by the training rows and
        their weights, and a regression's target behind it. Sparse features are scaled only.
    categorical_features : "from_dtype" or None
        How the columns of a table that are no numbers, or lack values, are treated: encoded as
        `glassnet.tables` does, or refused.
    initializer : Initializer, optional
        How the weights of layers start that name none themselves; left out, by Glorot's scheme
        in the MLPs, else by the activation behind them.
    penalties : sequence of Penalty
        Besides `alpha`.
    clip : ClipNorm or ClipValue, optional
        A limit for the gradients.
    average : EMA, optional
        Predict with averaged parameters.
    monitor : str or scorer, optional
        What judges an epoch: ``"validation_cost"``, ``"cost"``, ``"score"`` or a scorer of
        scikit-learn. Left out, the score with early stopping, else the validation cost.
    metrics : sequence of str or scorers
        What `history_` records beside the costs.
    callbacks : sequence of functions
        Each takes the `Moment` after an epoch.
    progress : bool
        Whether to show a bar while training.
    n_ensemble : int
        How many networks are trained, each from a seed of its own; their outputs are averaged.
    n_threads : int, optional
        The most threads of the native engine; left out, as many as the process may use. Their
        number changes the time, and no bit of the result.
    """

    solver: Literal["adam", "sgd", "lbfgs"] | Optimizer | LBFGS = "adam"
    alpha: NonNegative = 0.0001
    batch_size: Literal["auto"] | Count = "auto"
    learning_rate: Literal["constant", "invscaling", "adaptive"] | Schedule = "constant"
    learning_rate_init: Positive = 0.001
    power_t: NonNegative = 0.5
    max_iter: Count = 200
    shuffle: bool = True
    random_state: Seed | np.random.RandomState | np.random.Generator | None = None
    tol: NonNegative = 1e-4
    verbose: bool | Natural = False
    warm_start: bool = False
    momentum: Share = 0.9
    nesterovs_momentum: bool = True
    early_stopping: bool = False
    validation_fraction: Share = 0.1
    beta_1: Share = 0.9
    beta_2: Share = 0.999
    epsilon: Positive = 1e-8
    n_iter_no_change: Count | Forever = 10
    max_fun: Count = 15000
    standardize: bool = True
    categorical_features: Literal["from_dtype"] | None = "from_dtype"
    initializer: Initializer | None = None
    penalties: Sequence[Penalty] = ()
    clip: Clip | None = None
    average: EMA | None = None
    monitor: Scorer | None = None
    metrics: Sequence[Scorer] = ()
    callbacks: Sequence[Callable[..., None]] = ()
    progress: bool = False
    n_ensemble: Count = 1
    n_threads: Count | None = None

    _parameter_constraints = _Constraints()

    def check_parameters(self) -> None:
        """Refuse what is outside its domain, in scikit-learn's words.

        Raises
        ------
        InvalidParameter
        """
        try:
            checked_fields(self)
        except HyperparameterError as error:
            raise invalid(error) from None
