"""The parameters that all estimators share, each with its domain, declared once."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Any, Literal

import numpy as np
from sklearn.base import BaseEstimator

from glassnet.averaging import EMA
from glassnet.clipping import Clip
from glassnet.domains import Count, Interval, Natural, NonNegative, Positive, Share, checked_fields
from glassnet.errors import HyperparameterError
from glassnet.estimators.constraints import constraints
from glassnet.estimators.faults import invalid
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
class Parameters(BaseEstimator):
    """How to train, whatever the network."""

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
