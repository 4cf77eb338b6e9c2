"""Which times of the outputs are there: the masks of the branches whose times they have."""

import numpy as np
import pytest

import glassnet as gn
from glassnet.presence import output_masks, presence

TIMES = {"a": (7, 2), "a.mask": (7, 1)}
BOTH = TIMES | {"b": (7, 3), "b.mask": (7, 1)}


def masked(units=2, **how):
    return gn.GRU(units, masked=True, **how)


@pytest.mark.parametrize(
    ("layers", "shapes", "masks"),
    [
        ([masked()], {"A0": (7, 2), "mask": (7, 1)}, ("mask",)),
        ([gn.Dense(3), masked(), masked(), gn.Tanh()], {"A0": (7, 2), "mask": (7, 1)}, ("mask",)),
        ([masked(last=True)], {"A0": (7, 2), "mask": (7, 1)}, ()),
        ([gn.GRU(3)], (7, 2), ()),
        ([masked(), gn.Conv1D(2, 3)], {"A0": (7, 2), "mask": (7, 1)}, ()),
        ([masked(), gn.Conv1D(2, 3, padding="same")], {"A0": (7, 2), "mask": (7, 1)}, ("mask",)),
        ([gn.Residual([masked()])], {"A0": (7, 2), "mask": (7, 1)}, ("mask",)),
        ([gn.SelfAttention(2, masked=True)], {"A0": (7, 2), "mask": (7, 1)}, ("mask",)),
        ([gn.Parallel(a=masked(), b=masked(), join="add")], BOTH, ("a.mask", "b.mask")),
        ([gn.Parallel(a=masked(), b=gn.Dense(2), join="add")], TIMES | {"b": (7, 3)}, ("a.mask",)),
        ([gn.Parallel(a=masked(last=True), b=masked(last=True), join="add")], BOTH, ()),
        (
            [gn.Parallel(a=masked(), b=masked(), join="add"), masked()],
            BOTH | {"mask": (7, 1)},
            ("a.mask", "b.mask", "mask"),
        ),
    ],
)
def test_the_masks_whose_times_the_outputs_have(layers, shapes, masks):
    network = gn.Network(layers, loss=gn.SquaredError())
    assert output_masks(network.dimensions(shapes)) == masks


def test_a_time_is_there_where_one_branch_has_it():
    layers = [gn.Parallel(a=masked(), b=masked(), join="add")]
    placed = gn.Network(layers, loss=gn.SquaredError()).dimensions(BOTH)
    a, b = np.array([1, 1, 0, 0]), np.array([1, 0, 1, 0])
    assert presence(placed, {"a.mask": a, "b.mask": b}).tolist() == [True, True, True, False]
    placed = gn.Network([gn.GRU(2)], loss=gn.SquaredError()).dimensions((7, 2))
    assert presence(placed, {}) is None
