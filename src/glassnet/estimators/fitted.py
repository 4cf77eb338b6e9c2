"""What fitting leaves on an estimator."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.base import BaseEstimator

from glassnet.arrays import FloatArray
from glassnet.engines import State
from glassnet.estimators.pace import Pace
from glassnet.estimators.targets import Target
from glassnet.graph import Combinator
from glassnet.layers.layer import Layer
from glassnet.network import Network
from glassnet.training.history import History


class Fitted(BaseEstimator):
    """The attributes of a fitted estimator.

    Attributes
    ----------
    network_ : Network
    parameters_ : dict of str to array
        Under the network's names, of the scaled features.
    scaling_ : Scaling or BranchScaling
        Between the features and the network.
    table_ : TablePlan or None
        How a table becomes features; None where X was made of numbers.
    history_ : History
        One record for each epoch since the network began: a warm start and a partial fit go on.
        Of several networks, the first one's, as are `loss_curve_` and what follows from it.
    histories_ : tuple of History
        Of every network of an ensemble, in the last fit.
    input_shape_ : tuple of int, or dict of tuples
        Of one example: (n,), (T, n) or (H, W, n_C); of each branch, where there are several.
    n_features_in_ : int
    feature_names_in_ : array of str
        Where X had names.
    loss_curve_ : list of float
        The cost of every epoch so far.
    loss_, best_loss_ : float
        The last of them, and the lowest; the latter is None where a validation score judges.
    validation_scores_, best_validation_score_ : list of float, float
        With early stopping; else None.
    n_iter_ : int
        The epochs of the last fit.
    t_ : int
        How many examples the solver has seen, each as often as it was seen.
    n_layers_, n_outputs_ : int
        Layers, the input among them; units of the last one.
    out_activation_ : str
        What the last layer's units do.
    """

    network_: Network
    parameters_: dict[str, FloatArray]
    scaling_: Any
    table_: Any  # its class comes with polars, which plain numbers do not need
    history_: History
    histories_: tuple[History, ...]
    input_shape_: Any
    n_features_in_: int
    feature_names_in_: NDArray[Any]
    loss_curve_: list[float]
    loss_: float
    best_loss_: float | None
    validation_scores_: list[float] | None
    best_validation_score_: float | None
    n_iter_: int
    t_: int
    n_layers_: int
    n_outputs_: int
    out_activation_: str

    _places: tuple[int, ...] = ()
    _y_names: list[str] | None
    _dtype: np.dtype[Any]
    _target: Target
    _one: Network
    _entered: tuple[Layer | Combinator, ...]
    _members: tuple[dict[str, FloatArray], ...]
    _state: State | None
    _pace: Pace
    _seed: int

    def __getstate__(self) -> dict[str, Any]:
        state: dict[str, Any] = super().__getstate__()
        return {name: value for name, value in state.items() if name != "_fitting"}

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.input_tags.sparse = True
        return tags
