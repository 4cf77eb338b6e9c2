"""The catalogue: every layer of glassnet."""

import numpy as np
import pytest

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
    gn.Conv1D(5, 2),
    gn.Conv1D(5, 3, stride=2, padding=(4, 1), dilation=2),
    gn.Conv2D(5, (2, 3)),
    gn.Conv2D(2, (3, 2), stride=(2, 3), padding="same"),
    gn.Conv2D(2, 2, stride=3, padding=((1, 0), (2, 3)), dilation=(1, 2)),
    gn.ConvTranspose2D(5, (2, 3)),
    gn.ConvTranspose2D(2, (2, 3), stride=(3, 2), padding="same"),
    gn.ConvTranspose2D(2, 3, stride=2, padding=((1, 0), (2, 1)), dilation=(1, 2)),
    gn.MaxPool1D(2),
    gn.MaxPool1D(3, 1, padding=(2, 1)),
    gn.MaxPool2D((2, 3)),
    gn.MaxPool2D((3, 2), (1, 3), padding="same"),
    gn.AveragePool1D(2),
    gn.AveragePool1D(3, 2, padding="same"),
    gn.AveragePool2D((2, 3)),
    gn.AveragePool2D((3, 2), (1, 3), padding=(2, 1)),
    gn.GlobalMaxPool1D(),
    gn.GlobalMaxPool2D(),
    gn.GlobalAveragePool1D(),
    gn.GlobalAveragePool2D(),
    gn.Flatten(),
    gn.Reshape((1, 3)),
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
# What only connects, and groups, have no equations to execute in a docstring.
WITHOUT_EQUATIONS = (
    Concatenate(2),
    gn.Conv2D(34, 2, groups=17),
    gn.Conv1D(6, 3, padding="same", groups=3),
    gn.ConvTranspose2D(17, 2, stride=2, groups=17),
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


LEADING = {"table": (), "sequence": (2,), "image": (2, 11)}
# Layers whose shapes name every axis have no other axes to lead them; Reshape fits one size.
PLACED = [
    pytest.param(layer, axes, id=f"{_name(layer)}-{name}")
    for layer in CATALOGUE
    for name, axes in LEADING.items()
    if not axes or ("..." in layer.shapes and not isinstance(layer, gn.Reshape))
]


@pytest.fixture(params=WITH_EQUATIONS, ids=lambda layer: type(layer).__name__)
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


@pytest.fixture(params=[np.float32, np.float64], ids=["float32", "float64"])
def dtype(request):
    return request.param
