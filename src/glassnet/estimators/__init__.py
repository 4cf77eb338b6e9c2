"""Estimators: networks behind scikit-learn's contract.

`MLPClassifier` and `MLPRegressor` take the place of scikit-learn's classes of the same names;
`NetworkClassifier` and `NetworkRegressor` do the same for any list of layers. All of them train
by `glassnet.Training`: nothing here computes a gradient.
"""

try:
    import sklearn  # noqa: F401
except ImportError as error:
    raise ImportError(
        "the estimators of glassnet need scikit-learn: pip install 'glassnet[app]'"
    ) from error

from glassnet.estimators.mlp import MLPClassifier, MLPRegressor
from glassnet.estimators.networks import NetworkClassifier, NetworkRegressor

__all__ = ["MLPClassifier", "MLPRegressor", "NetworkClassifier", "NetworkRegressor"]
