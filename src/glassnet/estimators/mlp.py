"""`MLPClassifier` and `MLPRegressor`: in the place of scikit-learn's, with what those lack."""

from __future__ import annotations

from dataclasses import KW_ONLY, dataclass

from glassnet.estimators.classifier import Classifier
from glassnet.estimators.multilayer import USUAL, Activations, Multilayer, Sizes
from glassnet.estimators.parameters import ClassWeight, QuantityLoss
from glassnet.estimators.regressor import Regressor
from glassnet.losses.loss import Loss


@dataclass(eq=False, repr=False)
class MLPClassifier(Classifier, Multilayer):
    """A network of dense layers that tells classes apart.

    Examples
    --------
    >>> from glassnet import MLPClassifier
    """

    hidden_layer_sizes: Sizes = USUAL
    activation: Activations = "relu"
    _: KW_ONLY
    loss: Loss | None = None
    class_weight: ClassWeight = None


@dataclass(eq=False, repr=False)
class MLPRegressor(Regressor, Multilayer):
    """A network of dense layers that predicts numbers.

    Examples
    --------
    >>> from glassnet import MLPRegressor
    """

    loss: QuantityLoss = "squared_error"
    hidden_layer_sizes: Sizes = USUAL
    activation: Activations = "relu"
