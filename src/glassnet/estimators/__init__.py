"""Estimators: networks behind scikit-learn's contract.

`MLPClassifier` and `MLPRegressor` take the place of scikit-learn's classes of the same names;
`NetworkClassifier` and `NetworkRegressor` do the same for any list of layers. All of them train
by `glassnet.Training`: nothing here computes a gradient.
"""

from importlib.util import find_spec

# Looked for, and imported only where a table is read: polars takes as long as many a fit.
for needed in ("sklearn", "polars", "narwhals"):
    if find_spec(needed) is None:
        raise ImportError(
            f"the estimators need scikit-learn, polars and narwhals, and {needed} is not "
            "installed: pip install 'glassnet[app]'"
        )

from glassnet.estimators.mlp import MLPClassifier, MLPRegressor  # noqa: E402
from glassnet.estimators.networks import NetworkClassifier, NetworkRegressor  # noqa: E402

__all__ = ["MLPClassifier", "MLPRegressor", "NetworkClassifier", "NetworkRegressor"]
