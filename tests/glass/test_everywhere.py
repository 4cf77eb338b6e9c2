"""A unit at all its positions: what is written are the numbers of the trace."""

import numpy as np
import pytest

import glassnet as gn
from glassnet.notation import number


def traced(layers, shape, m=3):
    network = gn.Network([*layers, gn.Dense(1), gn.Sigmoid()], loss=gn.BinaryCrossEntropy())
    X = np.random.default_rng(0).normal(size=(*shape, m))
    return network.trace(network.initialize(shape, seed=0), X)


def titled(explanation, words):
    (section,) = [each for each in explanation.sections if words in each.title]
    return section


def written(A):
    return tuple((str(i), *map(number, row)) for i, row in enumerate(A.tolist()))


def test_kernels_and_maps_of_a_unit():
    trace = traced([gn.Conv2D(5, (3, 2)), gn.Tanh(), gn.MaxPool2D(2), gn.Flatten()], (11, 7, 2))
    told = gn.explain(trace, layer=1, unit=3, example=2)
    for channel in (0, 1):
        kernel = titled(told, f"the kernel of unit 3 for channel {channel} of 2")
        assert kernel.rows == written(trace["W1"][:, :, 3, channel])
        assert kernel.columns == ("", "0", "1")
    for name, title in (("Z1", "Z[1]"), ("A1", "A[1]"), ("A_pool1", "A_pool[1]")):
        section = titled(told, f"{title}, the map of unit 3, example 2")
        assert section.rows == written(trace[name][:, :, 3, 2])
    assert told.to_data()["A[1], the map of unit 3, example 2"][0]["0"] == number(
        float(trace["A1"][0, 0, 3, 2])
    )


def test_large_maps_and_many_channels_are_cut():
    trace = traced([gn.Conv2D(2, (3, 3)), gn.ReLU(), gn.Flatten()], (31, 5, 7))
    told = gn.explain(trace, layer=1, unit=1)
    assert len([each for each in told.sections if "kernel of unit 1" in each.title]) == 4
    section = titled(told, "Z[1], the map")
    assert len(section.rows) == 24
    assert section.lines == ("the first (24, 3) of (29, 3)",)


@pytest.mark.parametrize(
    ("layer", "names"),
    [
        (gn.LSTM(5), ("f1", "i1", "g1", "o1", "c1", "a1")),
        (gn.LSTM(5, last=True), ("f1", "i1", "g1", "o1", "c1", "a1")),
        (gn.SimpleRNN(5), ("z1", "a1")),
    ],
)
def test_gates_and_states_at_every_time(layer, names):
    trace = traced([layer], (7, 2))
    section = titled(gn.explain(trace, layer=1, unit=4, example=1), "Unit 4 at every time")
    assert section.columns == ("t", *(f"{name[0]}[1]" for name in names))
    columns = np.stack([trace[name][:, 4, 1] for name in names], axis=-1)
    assert section.rows == written(columns)


def test_a_kernel_over_time():
    trace = traced([gn.Conv1D(3, 4), gn.ReLU(), gn.Flatten()], (41, 2))
    told = gn.explain(trace, layer=1, unit=2)
    assert titled(told, "kernel of unit 2").rows == written(trace["W1"][:, 2, :])
    section = titled(told, "Unit 2 at every time")
    assert section.rows == written(
        np.stack([trace["Z1"][:, 2, 0], trace["A1"][:, 2, 0]], axis=-1)[:24]
    )
    assert section.lines == ("the first 24 of 38 times",)


def test_tables_have_no_positions():
    trace = traced([gn.Dense(3), gn.ReLU()], (2,))
    titles = [section.title for section in gn.explain(trace, layer=1, unit=1).sections]
    assert len(titles) == 1
    assert titles[0].startswith("Forward")
