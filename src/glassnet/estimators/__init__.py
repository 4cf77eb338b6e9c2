"""Estimators: networks behind scikit-learn's contract.

`MLPClassifier` and `MLPRegressor` take the place of scikit-learn's classes of the same names;
`NetworkClassifier` and `NetworkRegressor` do the same for any list of layers. All of them train
by `glassnet.Training`: nothing here computes a gradient.
"""

try:
    import narwhals  # noqa: F401
    import polars  # noqa: F401
    import sklearn  # noqa: F401
except ImportError as error:
    raise ImportError(
        f"the estimators need scikit-learn, polars and narwhals, and {error.name} is not "
        "installed: pip install 'glassnet[app]'"
    ) from error

from glassnet.estimators.mlp import MLPClassifier, MLPRegressor
from glassnet.estimators.networks import NetworkClassifier, NetworkRegressor

__all__ = ["MLPClassifier", "MLPRegressor", "NetworkClassifier", "NetworkRegressor"]
