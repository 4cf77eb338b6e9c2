"""`MLPClassifier` and `MLPRegressor`: in the place of scikit-learn's, with what those lack."""

from __future__ import annotations

from dataclasses import KW_ONLY, dataclass

from glassnet.estimators.classifier import Classifier
from glassnet.estimators.documented import documented
from glassnet.estimators.hidden import USUAL, Activations, Sizes
from glassnet.estimators.multilayer import Multilayer
from glassnet.estimators.parameters import ClassWeight, QuantityLoss
from glassnet.estimators.regressor import Regressor
from glassnet.losses.loss import Loss


@documented
@dataclass(eq=False, repr=False)
class MLPClassifier(Classifier, Multilayer):
    """Dense layers that tell classes apart: in the place of scikit-learn's class of this name.

    J = (1/Σw) Σ w L + (alpha/2Σw) Σ ‖W‖², over standardised features.

    Every parameter and fitted attribute of scikit-learn's class is here with its meaning; the
    page :doc:`/from-scikit-learn` names what differs, and why.

    Parameters
    ----------
    hidden_layer_sizes : sequence of int, or int
        Units of each hidden layer; ``()`` is a linear model.
    activation : str, Activation, or a sequence of them
        Of the hidden layers, or one for each: ``"identity"``, ``"logistic"``, ``"tanh"``,
        ``"relu"``, ``"leaky_relu"``, ``"elu"``, ``"selu"``, ``"gelu"``, ``"silu"``, ``"mish"``,
        ``"softplus"``, or an object such as ``LeakyReLU(0.2)``.
    loss : Loss, optional
        Left out, binary cross-entropy for two classes and for several labels at once,
        categorical cross-entropy for more classes.
    class_weight : dict or "balanced", optional
        What the weights of each class are multiplied by. ``"balanced"`` gives all classes the
        same sum.

    Raises
    ------
    InvalidParameterError
        In `fit`: a parameter is outside its domain. It is scikit-learn's, and a
        `HyperparameterError`.

    Examples
    --------
    >>> from glassnet import MLPClassifier
    >>> X, y = [[0.0], [1.0], [2.0], [3.0]], ["low", "low", "high", "high"]
    >>> model = MLPClassifier((8,), solver="lbfgs", random_state=0).fit(X, y)
    >>> model.predict([[0.5], [2.5]]).tolist()
    ['low', 'high']
    >>> sorted(model.parameters_)
    ['W1', 'W2', 'b1', 'b2']

    Source: Rumelhart, Hinton, Williams, "Learning representations by back-propagating errors"
    (1986); the contract is that of scikit-learn: Buitinck and others, "API design for machine
    learning software" (2013).
    """

    hidden_layer_sizes: Sizes = USUAL
    activation: Activations = "relu"
    _: KW_ONLY
    loss: Loss | None = None
    class_weight: ClassWeight = None


@documented
@dataclass(eq=False, repr=False)
class MLPRegressor(Regressor, Multilayer):
    """Dense layers that predict numbers: in the place of scikit-learn's class of this name.

    J = (1/Σw) Σ w L + (alpha/2Σw) Σ ‖W‖², over standardised features and targets.

    Every parameter and fitted attribute of scikit-learn's class is here with its meaning; the
    page :doc:`/from-scikit-learn` names what differs, and why.

    Parameters
    ----------
    loss : {"squared_error", "absolute_error", "poisson"} or Loss
        Its output activation follows: the exponential for ``"poisson"``, else the identity.
    hidden_layer_sizes : sequence of int, or int
        Units of each hidden layer; ``()`` is a linear model.
    activation : str, Activation, or a sequence of them
        Of the hidden layers, or one for each: ``"identity"``, ``"logistic"``, ``"tanh"``,
        ``"relu"``, ``"leaky_relu"``, ``"elu"``, ``"selu"``, ``"gelu"``, ``"silu"``, ``"mish"``,
        ``"softplus"``, or an object such as ``LeakyReLU(0.2)``.

    Raises
    ------
    InvalidParameterError
        In `fit`: a parameter is outside its domain. It is scikit-learn's, and a
        `HyperparameterError`.

    Examples
    --------
    >>> from glassnet import MLPRegressor
    >>> X, y = [[0.0], [1.0], [2.0], [3.0]], [1.0, 3.0, 5.0, 7.0]
    >>> model = MLPRegressor(hidden_layer_sizes=(), solver="lbfgs", alpha=0, tol=1e-9)
    >>> model.fit(X, y).predict([[10.0]]).round(3).tolist()
    [21.0]

    Source: as `MLPClassifier`.
    """

    loss: QuantityLoss = "squared_error"
    hidden_layer_sizes: Sizes = USUAL
    activation: Activations = "relu"
