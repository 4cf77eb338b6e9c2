"""Dimensions: the course's table of shapes, and what does not fit refused with its equation."""

from dataclasses import dataclass

import numpy as np
import pytest

import glassnet as gn
from glassnet.dimensions import KEPT, dimensions
from glassnet.errors import ShapeError
from glassnet.shapes import Mismatch


def network(*layers):
    return gn.Network(layers, gn.SquaredError())


def test_the_table_of_a_deep_network():
    units = [12288, 20, 7, 5, 1]
    layers = [layer for n in units[1:] for layer in (gn.Dense(n), gn.ReLU())]
    placed = network(*layers).dimensions((units[0],))
    for index, (n, before) in enumerate(zip(units[1:], units, strict=False)):
        at, number = placed[2 * index], index + 1
        assert at.shapes[f"W{number}"] == (n, before)
        assert at.shapes[f"b{number}"] == (n, 1)
        assert at.output == (n, "m")
        assert list(at.parameters) == [f"W{number}", f"b{number}"]


def test_leading_axes_pass_through():
    placed = network(gn.Dense(5), gn.Dropout(0.1), gn.Dense(2)).dimensions((11, 13, 3))
    assert placed[-1].output == (11, 13, 2, "m")
    assert placed[0].parameters == {"W1": (5, 3), "b1": (5, 1)}


def test_a_concatenation_adds_the_units():
    joined = gn.Parallel(a=gn.Dense(3), b=gn.Dense(5), join="concatenate")
    placed = network(joined, gn.Dense(1)).dimensions({"a": (2,), "b": (7,)})
    assert placed[-1].shapes["A0"] == (8, "m")
    assert placed[-1].shapes["W1"] == (1, 8)


@pytest.mark.row(60)
def test_the_error_of_the_design():
    parameters = {
        "W1": [[0.0] * 2] * 4,
        "b1": [[0.0]] * 4,
        "W2": [[0.0] * 5],
        "b2": [[0.0]],
        "W3": [[0.0]],
        "b3": [[0.0]],
    }
    deep = network(gn.Dense(4), gn.Tanh(), gn.Dense(1), gn.Tanh(), gn.Dense(1))
    with pytest.raises(ShapeError) as caught:
        deep.predict(parameters, [[0.0] * 400] * 2)
    assert str(caught.value) == (
        "layer 2 of 3, Dense(units=1) cannot take A[1] of shape (4, 400).\n"
        "  equation   Z[2] = W[2] A[1] + b[2]\n"
        "  expected   A[1] (..., n, m) with n = 5 (W[2] is (1, 5))\n"
        "  received   A[1] (4, 400)\n"
        "  to fix     initialise W[2] as (1, 4), or make A[1] with 5 rows"
    )


@pytest.mark.row(60)
@pytest.mark.parametrize(
    ("wrong", "lines"),
    [
        (
            {"W1": [[0.0] * 2] * 5},
            ["W[1] of shape (5, 2)", "units = 4", "initialise W[1] as (4, 2)"],
        ),
        ({"b1": [[0.0]] * 5}, ["b[1] of shape (5, 1)", "units = 4", "initialise b[1] as (4, 1)"]),
        ({"b1": [[0.0, 0.0]] * 4}, ["b[1] of shape (4, 2)", "initialise b[1] as (4, 1)"]),
        ({"W1": [[[0.0] * 2] * 4]}, ["W[1] of shape (1, 4, 2)", "2 axes (units, n)"]),
    ],
)
def test_parameters_that_do_not_fit(wrong, lines):
    parameters = {"W1": [[0.0] * 2] * 4, "b1": [[0.0]] * 4} | wrong
    with pytest.raises(ShapeError) as caught:
        network(gn.Dense(4)).predict(parameters, [[1.0], [2.0]])
    text = str(caught.value)
    assert "layer 1 of 1, Dense(units=4) cannot take" in text
    assert "Z[1] = W[1] A[0] + b[1]" in text
    for line in lines:
        assert line in text


@pytest.mark.row(56, 60)
def test_data_with_another_number_of_units():
    model = network(gn.Dense(1))
    with pytest.raises(ShapeError) as caught:
        model.predict(model.initialize((4,)), [[1.0, 2.0]])
    assert "cannot take A[0] of shape (1, 2)" in str(caught.value)
    assert "with n = 4 (W[1] is (1, 4))" in str(caught.value)


@pytest.mark.row(37, 66)
@pytest.mark.parametrize("shape", [3, (), (0,), (-2,), (2.5,), ("2",), None, (3, 0)])
def test_input_shapes_that_are_none(shape):
    with pytest.raises(ShapeError, match=r"input_shape(.|\n)*to fix     pass X.shape\[:-1\]"):
        network(gn.Dense(1)).initialize(shape)


@pytest.mark.parametrize(
    ("layers", "shape", "expected"),
    [
        ([gn.Parallel(a=gn.Dense(1), b=gn.Dense(1), join="add")], (3,), "a dict with a, b"),
        ([gn.Dense(1)], {"a": (3,)}, "one array"),
    ],
)
def test_inputs_for_another_entrance(layers, shape, expected):
    told = rf"entrance of this network.\n  equation   .*\n  expected   {expected}"
    with pytest.raises(ShapeError, match=told):
        network(*layers).initialize(shape)


@dataclass(frozen=True)
class Shorter(gn.Identity):
    """The first times left out."""

    steps: int

    shapes = "Z: T n m -> A: T_out n m"

    def sizes(self, known):
        return {"T_out": known["T"] - self.steps}


@pytest.mark.row(60)
def test_an_output_of_no_time():
    with pytest.raises(ShapeError) as caught:
        network(gn.Dense(2), Shorter(5)).initialize((3, 1))
    assert str(caught.value) == (
        "layer 1 of 1, Shorter(steps=5) can make nothing of Z[1] (3, 2, m).\n"
        "  expected   A[1] of at least 1 along every axis, not (-2, 2, m)\n"
        "  received   Z[1] (3, 2, m)\n"
        "  to fix     change the sizes of this layer, or of what it reads"
    )


@dataclass(frozen=True)
class Filled(Shorter):
    """The first times left out.

    forward::

        A = later(Z)
    """

    fix: str | None = None

    def sizes(self, known):
        if known["T"] <= self.steps:
            formula = f"T − steps = {known['T']} − {self.steps}"
            raise Mismatch(f"T_out = {formula} of at least 1", fix=self.fix)
        return super().sizes(known)


@pytest.mark.row(60)
@pytest.mark.parametrize("fix", [None, "take fewer steps"])
def test_a_formula_without_meaning(fix):
    told = ", fix='take fewer steps'" if fix else ""
    with pytest.raises(ShapeError) as caught:
        network(gn.Dense(1), Filled(5, fix)).initialize((3, 1))
    assert str(caught.value) == (
        f"layer 1 of 1, Filled(steps=5{told}) can make nothing of Z[1] (3, 1, m).\n"
        "  equation   A[1] = later(Z[1])\n"
        "  expected   T_out = T − steps = 3 − 5 of at least 1\n"
        "  received   Z[1] (3, 1, m)\n"
        f"  to fix     {fix or 'change the sizes of this layer, or of what it reads'}"
    )


@dataclass(frozen=True)
class Switch(gn.Dense):
    n: bool = True


def test_a_switch_is_no_size():
    assert network(Switch(4)).dimensions((3,))[0].shapes["W1"] == (4, 3)


def test_of_weights_that_contradict_each_other_the_one_that_does_not_fit_the_data_is_named():
    network = gn.Network([gn.LSTM(4)], gn.SquaredError())
    parameters = {**network.initialize((6, 3)), "Wi1": np.ones((4, 5))}
    with pytest.raises(ShapeError) as caught:
        network.predict(parameters, np.ones((6, 3, 7)))
    assert str(caught.value) == (
        "layer 1 of 1, LSTM(units=4) cannot take Wi[1] of shape (4, 5).\n"
        "  equation   i[1]⟨t⟩ = sigmoid(Wi[1] [a[1]⟨t−1⟩; A[0]⟨t⟩] + bi[1])\n"
        "  expected   Wi[1] (units, units+n) with units+n = 7 (LSTM(units=4))\n"
        "  received   Wi[1] (4, 5)\n"
        "  to fix     initialise Wi[1] as (4, 7)"
    )


def test_asking_again_gives_the_same_and_other_shapes_are_not_mistaken_for_them():
    graph = network(gn.Dense(3), gn.ReLU(), gn.Dense(1)).graph
    first = dimensions(graph, {"A0": (2, 5)})
    assert dimensions(graph, {"A0": (2, 5)}) == first
    assert dimensions(graph, {"A0": (2, 7)})[-1].output == (1, 7)
    assert dimensions(graph, {"A0": (4, 5)})[0].parameters["W1"] == (3, 4)
    given = {"W1": (3, 2), "b1": (3, 1), "W2": (1, 3), "b2": (1, 1)}
    assert dimensions(graph, {"A0": (2, 5)}, given) == first
    for _ in range(2):
        with pytest.raises(ShapeError):
            dimensions(graph, {"A0": (2, 5)}, given | {"W1": (3, 4)})


def test_of_many_shapes_not_all_answers_are_kept():
    graph = network(gn.Dense(1)).graph
    for m in range(1, 3 * KEPT):
        assert dimensions(graph, {"A0": (2, m)})[0].output == (1, m)
    assert len(graph.placed) <= KEPT


def test_a_mask_behind_a_layer_that_passes_on_fewer_times():
    layers = [gn.Conv1D(2, 3), gn.GRU(4, last=True, masked=True), gn.Dense(1)]
    shapes = {"A0": (7, 2), "mask": (7, 1)}
    with pytest.raises(ShapeError) as caught:
        network(*layers).dimensions(shapes)
    assert caught.value.expected == "mask (T, 1, m) with T = 5 (Z[1] is (5, 2, m))"
    assert caught.value.fix == (
        'let the layers before it pass on every time (padding="same", stride=1), or pass a mask '
        "of 5 times"
    )
    network(gn.Conv1D(2, 3, padding="same"), *layers[1:]).dimensions(shapes)


@pytest.mark.row(60)
@pytest.mark.parametrize(
    ("layers", "shape", "fix"),
    [
        (
            [gn.Residual([gn.Conv2D(3, 5)])],
            (7, 11, 3),
            'let the layers before it pass on every pixel (padding="same", stride=1)',
        ),
        (
            [gn.Dense(3), gn.Residual([gn.MaxPool1D(2)])],
            (7, 2),
            'let the layers before it pass on every time (padding="same", stride=1)',
        ),
        ([gn.Residual([gn.Conv2D(5, 1)])], (7, 11, 3), "make Z[1] with 3 rows"),
        (
            [gn.Parallel(a=gn.Dense(1), b=gn.Dense(5), join="add")],
            {"a": (2,), "b": (3,)},
            "make b.Z[1] with 1 row",
        ),
        (
            [gn.Parallel(image=gn.Conv2D(3, 5), table=gn.Dense(2), join="concatenate")],
            {"image": (7, 11, 1), "table": (2,)},
            "let both end in units alone: by Flatten(), a global pooling, or last=True",
        ),
        (
            [gn.Parallel(a=gn.Chain([]), b=gn.Chain([]), join="multiply")],
            {"a": (7, 2), "b": (5, 2)},
            "pass a b.A[0] of 7 times",
        ),
        ([gn.GRU(3, masked=True)], {"A0": (7, 2), "mask": (5, 1)}, "pass a mask of 7 times"),
        ([gn.GRU(3, masked=True)], {"A0": (7, 2), "mask": (7, 5)}, "give mask one row: (7, 1, m)"),
        ([gn.Embedding(11, 5)], (7,), "give A[0] one row: (7, 1, m)"),
    ],
)
def test_what_to_do_with_an_array_that_does_not_fit(layers, shape, fix):
    with pytest.raises(ShapeError) as caught:
        network(*layers).dimensions(shape)
    assert caught.value.fix == fix
