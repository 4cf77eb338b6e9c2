"""Parts of a trace: of a layer, a unit, an example, in networks of every kind."""

import numpy as np
import pytest
from tests.silent_layer import Convolution

import glassnet as gn
from glassnet.errors import DataError

M = 7


def traced(layers, shape, *, loss=None, labels=None):
    network = gn.Network(layers, loss or gn.SquaredError())
    random = np.random.default_rng(1)
    X = random.normal(size=(*shape, M))
    A = network.predict(network.initialize(shape), X)
    return network.trace(network.initialize(shape), X, random.normal(size=A.shape))


def dense():
    return traced([gn.Dense(3), gn.Tanh(), gn.Dense(2)], (5,))


def test_a_layer_has_what_it_reads_has_and_makes():
    trace = dense()
    assert list(trace.layer(2)) == ["A1", "W2", "b2", "Z2", "dZ2", "dW2", "db2", "dA1"]
    assert list(trace.layer(1)) == [
        *("A0", "W1", "b1", "Z1", "A1", "dA1", "dZ1", "dW1", "db1"),
    ]
    assert trace.layer(2)["W2"] is trace["W2"]


def test_a_unit_has_its_rows_and_reads_everything():
    trace = dense()
    unit = trace.unit(1, 2)
    assert {name: array.shape for name, array in unit.items()} == {
        **{"A0": (5, M), "W1": (1, 5), "b1": (1, 1), "Z1": (1, M), "A1": (1, M)},
        **{"dA1": (1, M), "dZ1": (1, M), "dW1": (1, 5), "db1": (1, 1)},
    }
    for name in ("W1", "b1", "Z1", "A1", "dZ1", "dW1", "db1", "dA1"):
        np.testing.assert_array_equal(unit[name], trace[name][2:3])


def test_an_example_has_its_columns_and_all_parameters():
    trace = dense()
    one = trace.example(4)
    for name, array in one.items():
        learned = name.removeprefix("d")[0] in "Wb"
        np.testing.assert_array_equal(array, trace[name] if learned else trace[name][:, 4:5])
    assert one.cost == trace.cost
    assert one.unit(1, 2)["Z1"].item() == trace["Z1"][2, 4]


def test_an_example_is_not_mistaken_for_an_input():
    """W1 is (3, M): its last axis has as many columns as there are examples."""
    trace = traced([gn.Dense(3)], (M,))
    one = trace.example(0)
    assert one["W1"].shape == one["dW1"].shape == (3, M)
    assert one["A0"].shape == (M, 1)


def test_a_convolution():
    trace = traced([Convolution(3), gn.Tanh()], (5, 4, 2))
    unit = trace.unit(1, 1)
    np.testing.assert_array_equal(unit["W1"], trace["W1"][:, :, 1:2])
    np.testing.assert_array_equal(unit["Z1"], trace["Z1"][:, :, 1:2])
    assert unit["A0"].shape == (5, 4, 2, M)
    assert unit.example(3)["A1"].shape == (4, 3, 1, 1)


def test_a_recurrent_layer_and_what_it_keeps_besides():
    trace = traced([gn.SimpleRNN(3)], (5, 2))
    assert "dz1" in trace.layer(1)
    unit = trace.unit(1, 1)
    shapes = {name: unit[name].shape for name in ("Waa1", "Wax1", "ba1", "a1", "dz1")}
    assert shapes == {
        **{"Waa1": (1, 3), "Wax1": (1, 2), "ba1": (1, 1), "a1": (5, 1, M), "dz1": (5, 1, M)},
    }


def test_branches_have_their_name_in_front():
    branches = gn.Parallel(
        image=gn.Chain([gn.Dense(3), gn.ReLU()]), table=gn.Dense(2), join="concatenate"
    )
    network = gn.Network([branches, gn.Dense(1)], gn.SquaredError())
    parameters = network.initialize({"image": (4,), "table": (5,)})
    X = {"image": np.ones((4, M)), "table": np.ones((5, M))}
    trace = network.trace(parameters, X, np.ones((1, M)))
    assert "image.W1" in trace.layer("image.1")
    assert not [name for name in trace.layer("table.1") if name.startswith("image")]
    assert "W1" in trace.layer(1)
    assert "image.W1" not in trace.layer(1)
    with pytest.raises(DataError) as caught:
        trace.layer("imag.1")
    assert str(caught.value) == (
        "The network has no layer 'imag.1'.\n"
        "  expected   one of the layers image.1, table.1, 0, 1\n"
        "  received   layer 'imag.1'\n"
        "  to fix     did you mean 'image.1'?"
    )


@pytest.mark.parametrize(
    ("look", "what", "last"),
    [
        (lambda trace: trace.unit(2, 2), "unit of layer 2 with the number 2", 1),
        (lambda trace: trace.unit(2, -1), "unit of layer 2 with the number -1", 1),
        (lambda trace: trace.example(M), f"example with the number {M}", M - 1),
        (lambda trace: trace.example(0.5), "example with the number 0.5", M - 1),
    ],
)
def test_a_place_that_is_not_there(look, what, last):
    with pytest.raises(DataError) as caught:
        look(dense())
    told = str(caught.value)
    assert told.startswith(f"There is no {what}.\n  expected   a whole number from 0 to {last}\n")
    assert told.endswith("to fix     count from 0, as Python does")


def test_a_trace_without_labels_has_parts_too():
    network = gn.Network([gn.Dense(3), gn.Dropout(0.5)], gn.SquaredError())
    trace = network.trace(network.initialize((2,)), np.ones((2, M)))
    assert list(trace.layer(1)) == ["A0", "W1", "b1", "Z1", "A_kept1"]
    assert trace.unit(1, 1).example(2)["A_kept1"].shape == (1, 1)
