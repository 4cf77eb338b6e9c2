"""scikit-learn's own checks, with no expected failure and none skipped."""

import pytest
from sklearn.exceptions import ConvergenceWarning, SkipTestWarning
from sklearn.utils import estimator_checks as checks

from glassnet.errors import GlassnetWarning
from glassnet.estimators import (
    MLPClassifier,
    MLPRegressor,
    NetworkClassifier,
    NetworkRegressor,
)

CLASSES = (MLPClassifier, MLPRegressor, NetworkClassifier, NetworkRegressor)
SOLVERS = ("adam", "sgd", "lbfgs")
# As many epochs as scikit-learn gives its own networks in these checks.
ESTIMATORS = [kind(solver=solver, max_iter=100) for kind in CLASSES for solver in SOLVERS]

# Beside those that `check_estimator` runs.
BESIDE = (
    checks.check_param_validation,
    checks.check_dataframe_column_names_consistency,
    checks.check_inplace_ensure_writeable,
)

# The checks stop training early and hold columns constant on purpose.
pytestmark = [
    pytest.mark.filterwarnings(f"ignore::{ConvergenceWarning.__module__}.ConvergenceWarning"),
    pytest.mark.filterwarnings(f"ignore::{GlassnetWarning.__module__}.GlassnetWarning"),
]


@pytest.fixture(autouse=True)
def array_api(monkeypatch):
    """Without it a check is skipped."""
    monkeypatch.setenv("SCIPY_ARRAY_API", "1")


@pytest.mark.filterwarnings(f"error::{SkipTestWarning.__module__}.SkipTestWarning")
@checks.parametrize_with_checks(ESTIMATORS)
def test_check_estimator(estimator, check):
    try:
        check(estimator)
    except pytest.skip.Exception as skipped:  # scikit-learn's SkipTest is unittest's
        raise AssertionError(f"skipped: {skipped}") from skipped


@pytest.mark.parametrize("check", BESIDE, ids=lambda check: check.__name__)
@pytest.mark.parametrize("estimator", ESTIMATORS, ids=str)
def test_checks_beside(estimator, check):
    check(type(estimator).__name__, estimator)
