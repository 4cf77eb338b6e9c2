"""The catalogue: every layer of glassnet, and one of the tests that stands for later ones."""

import numpy as np
import pytest
from tests.conformance.later_layers import Recurrent

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
)
# What only connects, what loops, and groups have no equations to execute in a docstring.
WITHOUT_EQUATIONS = (
    Concatenate(2),
    Add(2),
    gn.Conv2D(34, 2, groups=17),
    gn.Conv1D(26, 3, padding="same", groups=13),
    gn.ConvTranspose2D(17, 2, stride=2, groups=17),
    Recurrent(5),
)
CATALOGUE = WITH_EQUATIONS + WITHOUT_EQUATIONS


LEADING = {"table": (), "sequence": (2,), "image": (2, 11)}
# Layers whose shapes name every axis have no other axes to lead them; Reshape fits one size.
PLACED = [
    pytest.param(layer, axes, id=f"{type(layer).__name__}-{name}")
    for layer in CATALOGUE
    for name, axes in LEADING.items()
    if not axes or ("..." in layer.shapes and not isinstance(layer, gn.Reshape))
]


@pytest.fixture(params=WITH_EQUATIONS, ids=lambda layer: type(layer).__name__)
def layer_with_equations(request):
    return request.param


@pytest.fixture
def catalogue():
    return CATALOGUE


@pytest.fixture(params=[np.float32, np.float64], ids=["float32", "float64"])
def dtype(request):
    return request.param
