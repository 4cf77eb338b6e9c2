"""Small data, and estimators that are quick to fit."""

import numpy as np
import pytest

import glassnet as gn

KINDS = {
    "MLPClassifier": lambda **how: gn.MLPClassifier(**({"hidden_layer_sizes": (5,)} | how)),
    "MLPRegressor": lambda **how: gn.MLPRegressor(**({"hidden_layer_sizes": (5,)} | how)),
    "NetworkClassifier": lambda **how: gn.NetworkClassifier([gn.Dense(5), gn.ReLU()], **how),
    "NetworkRegressor": lambda **how: gn.NetworkRegressor([gn.Dense(5), gn.ReLU()], **how),
}


@pytest.fixture(params=KINDS)
def make(request):
    """Makes an estimator of each kind, which trains for two epochs."""

    def made(**how):
        return KINDS[request.param](**({"max_iter": 2, "random_state": 0} | how))

    return made


@pytest.fixture
def X():
    return np.random.default_rng(3).normal(size=(23, 3))


@pytest.fixture
def y(X):
    return (X[:, 0] + X[:, 1] > 0).astype(int)


def pytest_collection_modifyitems(items):
    """Few epochs do not converge, and need not."""
    ignored = pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")
    for item in items:
        if item.path.parent.name == "estimators":
            item.add_marker(ignored)
