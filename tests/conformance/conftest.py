"""The catalogue: every layer of glassnet, and the one of the tests that stands for later ones."""

import numpy as np
import pytest
from tests.conformance.later_layers import Convolution

import glassnet as gn
from glassnet.combine import Add, Concatenate, Multiply
from glassnet.ensemble import Average

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
    gn.BatchNorm(0.8, 0.01),
    gn.LayerNorm(0.01),
    gn.Embedding(11, 5),
    gn.PositionalEncoding(),
    gn.SelfAttention(6, heads=2),
    gn.SimpleRNN(5),
    gn.LSTM(5),
    gn.GRU(5),
    gn.ResetAfterGRU(5),
    Add(2),
    Multiply(3),
    Average(3),
)
# What only connects, and what loops, has no equations to execute in its docstring.
WITHOUT_EQUATIONS = (
    Concatenate(2),
    Convolution(5),
)
# The same layers in their other forms: what their docstrings say of these, they say in words.
FORMS = (
    {"last": True},
    {"reverse": True},
    {"masked": True},
    {"masked": True, "reverse": True, "last": True},
)
VARIANTS = (
    *(gn.SimpleRNN(5, **form) for form in FORMS),
    *(gn.LSTM(5, **form) for form in FORMS),
    *(gn.GRU(5, **form) for form in FORMS),
    *(gn.ResetAfterGRU(5, **form) for form in FORMS),
    gn.SimpleRNN(5, activation=gn.ReLU()),
    gn.SelfAttention(6, heads=3, masked=True),
)
CATALOGUE = WITH_EQUATIONS + WITHOUT_EQUATIONS + VARIANTS


def _name(layer) -> str:
    return type(layer).__name__ if layer not in VARIANTS else repr(layer)


def _those(wanted):
    return pytest.fixture(params=[each for each in CATALOGUE if wanted(each)], ids=_name)


@pytest.fixture(params=CATALOGUE, ids=_name)
def layer(request):
    return request.param


@pytest.fixture(params=WITH_EQUATIONS, ids=_name)
def layer_with_equations(request):
    return request.param


@_those(lambda layer: layer.statistics())
def layer_with_statistics(request):
    return request.param


@_those(lambda layer: layer.states())
def layer_with_states(request):
    return request.param


@_those(lambda layer: "mask" in layer.integers())
def layer_with_mask(request):
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
