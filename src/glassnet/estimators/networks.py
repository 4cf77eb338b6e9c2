"""`NetworkClassifier` and `NetworkRegressor`: scikit-learn's contract around any layers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import KW_ONLY, dataclass
from typing import Final

from glassnet.estimators.assembly import AnyLayer, is_whole, output_activation
from glassnet.estimators.classifier import Classifier
from glassnet.estimators.parameters import ClassWeight, QuantityLoss
from glassnet.estimators.regressor import Regressor
from glassnet.layers.activations import ReLU, Sigmoid, Softmax
from glassnet.layers.dense import Dense
from glassnet.losses.loss import Loss

USUAL: Final = (Dense(100), ReLU())


@dataclass(eq=False, repr=False)
class NetworkClassifier(Classifier):
    """Any network that tells classes apart.

    Examples
    --------
    >>> from glassnet import NetworkClassifier
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


@dataclass(eq=False, repr=False)
class NetworkRegressor(Regressor):
    """Any network that predicts numbers.

    Examples
    --------
    >>> from glassnet import NetworkRegressor
    """

    layers: Sequence[AnyLayer] = USUAL
    _: KW_ONLY
    loss: QuantityLoss = "squared_error"

    many_axes = True

    def _layers(self) -> Sequence[AnyLayer]:
        return self.layers

    def _is_whole(self, layers: Sequence[AnyLayer]) -> bool:
        return is_whole(layers, (type(output_activation(self._loss(layers))),))
