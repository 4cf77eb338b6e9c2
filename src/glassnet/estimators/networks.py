"""`NetworkClassifier` and `NetworkRegressor`: scikit-learn's contract around any layers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import KW_ONLY, dataclass
from typing import Final

from glassnet.estimators.assembly import AnyLayer, is_whole, output_activation
from glassnet.estimators.classifier import Classifier
from glassnet.estimators.documented import documented
from glassnet.estimators.parameters import ClassWeight, QuantityLoss
from glassnet.estimators.regressor import Regressor
from glassnet.layers.activations import ReLU, Sigmoid, Softmax
from glassnet.layers.dense import Dense
from glassnet.losses.loss import Loss

USUAL: Final = (Dense(100), ReLU())


@documented
@dataclass(eq=False, repr=False)
class NetworkClassifier(Classifier):
    """Any layers that tell classes apart, behind scikit-learn's contract.

    X has the examples first, (m, n), (m, T, n) or (m, H, W, n_C); the network sees them last. Where
    the layers begin with `Parallel` it is a dict, or a structured array, with an array for each
    branch; where they read a mask it may be a list of sequences (T, n) of different lengths.
    Layers that pass on every time learn y (m, T) or (m, T, k), or a list of arrays for a list of
    sequences, and predict the same.

    Parameters
    ----------
    layers : sequence of Layer or Combinator
        From the input on. Where they end in `Sigmoid` or `Softmax` they are the
        whole network; else the output layer that the target asks for is added.
    loss : Loss, optional
        Left out, binary cross-entropy for two classes and for several labels at once,
        categorical cross-entropy for more classes.
    class_weight : dict or "balanced", optional
        What the weights of each class are multiplied by. ``"balanced"`` gives all classes the
        same sum.

    Raises
    ------
    InvalidParameterError
        In `fit`: a parameter is outside its domain.
    ShapeError
        In `fit`: the layers cannot take X, or end in other outputs than y asks for.

    Examples
    --------
    >>> import glassnet as gn
    >>> X, y = [[0.0], [1.0], [2.0], [3.0]], ["low", "low", "high", "high"]
    >>> model = gn.NetworkClassifier([gn.Dense(8), gn.Tanh()], solver="lbfgs", random_state=0)
    >>> model.fit(X, y).network_.layers
    (Dense(units=8), Tanh(), Dense(units=1), Sigmoid())

    Source: as `MLPClassifier`.
    """

    layers: Sequence[AnyLayer] = USUAL
    _: KW_ONLY
    loss: Loss | None = None
    class_weight: ClassWeight = None

    many_axes = True

    def _layers(self) -> Sequence[AnyLayer]:
        return self.layers

    def _is_whole(self, layers: Sequence[AnyLayer]) -> bool:
        return is_whole(layers, (Sigmoid, Softmax))


@documented
@dataclass(eq=False, repr=False)
class NetworkRegressor(Regressor):
    """Any layers that predict numbers, behind scikit-learn's contract.

    X has the examples first, (m, n), (m, T, n) or (m, H, W, n_C); the network sees them last. Where
    the layers begin with `Parallel` it is a dict, or a structured array, with an array for each
    branch; where they read a mask it may be a list of sequences (T, n) of different lengths.
    Layers that pass on every time learn y (m, T) or (m, T, k), or a list of arrays for a list of
    sequences, and predict the same.

    Parameters
    ----------
    layers : sequence of Layer or Combinator
        From the input on. Where they end in the output activation of the loss they are the
        whole network; else the output layer that the target asks for is added.
    loss : {"squared_error", "absolute_error", "poisson"} or Loss
        Its output activation follows: the exponential for ``"poisson"``, else the identity.

    Raises
    ------
    InvalidParameterError
        In `fit`: a parameter is outside its domain.
    ShapeError
        In `fit`: the layers cannot take X, or end in other outputs than y asks for.

    Examples
    --------
    >>> import glassnet as gn
    >>> X, y = [[0.0], [1.0], [2.0], [3.0]], [1.0, 3.0, 5.0, 7.0]
    >>> model = gn.NetworkRegressor([gn.Dense(1), gn.Identity()], solver="lbfgs", alpha=0)
    >>> model.fit(X, y).predict([[10.0]]).round(2).tolist()
    [21.0]

    Source: as `MLPClassifier`.
    """

    layers: Sequence[AnyLayer] = USUAL
    _: KW_ONLY
    loss: QuantityLoss = "squared_error"

    many_axes = True

    def _layers(self) -> Sequence[AnyLayer]:
        return self.layers

    def _is_whole(self, layers: Sequence[AnyLayer]) -> bool:
        return is_whole(layers, (type(output_activation(self._loss(layers))),))
