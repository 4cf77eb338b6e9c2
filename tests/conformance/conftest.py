"""The catalogue: every layer of glassnet, and the two of the tests that stand for later ones."""

import numpy as np
import pytest
from tests.conformance.later_layers import Convolution, Recurrent

import glassnet as gn
from glassnet.combine import Add, Concatenate

WITH_EQUATIONS = (
    gn.Dense(5),
    gn.Dropout(0.4),
    gn.Identity(),
    gn.Sigmoid(),
    gn.Tanh(),
    gn.ReLU(),
    gn.LeakyReLU(0.2),
    gn.Softmax(),
    gn.Exponential(),
    gn.ELU(0.7),
    gn.SELU(),
    gn.Softplus(),
    gn.GELU(),
    gn.SiLU(),
    gn.Mish(),
)
# What only connects, and what loops, has no equations to execute in its docstring.
WITHOUT_EQUATIONS = (
    Concatenate(2),
    Add(2),
    Convolution(5),
    Recurrent(5),
)
CATALOGUE = WITH_EQUATIONS + WITHOUT_EQUATIONS


def _name(layer) -> str:
    return type(layer).__name__


@pytest.fixture(params=CATALOGUE, ids=_name)
def layer(request):
    return request.param


@pytest.fixture(params=WITH_EQUATIONS, ids=_name)
def layer_with_equations(request):
    return request.param


@pytest.fixture
def catalogue():
    return CATALOGUE


@pytest.fixture(params=[(), (2,), (2, 11)], ids=["table", "sequence", "image"])
def leading(request):
    return request.param


@pytest.fixture(params=[np.float32, np.float64], ids=["float32", "float64"])
def dtype(request):
    return request.param
