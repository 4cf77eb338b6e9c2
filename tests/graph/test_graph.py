"""The graph: every array named as the course names it."""

from dataclasses import dataclass

import pytest
from tests.conformance.later_layers import MaskedMean

import glassnet as gn
from glassnet.errors import HyperparameterError
from glassnet.graph import Graph, gradient_name
from glassnet.layers.layer import Layer


def graph(*layers, loss=None):
    return Graph.of(layers, loss or gn.SquaredError())


def names(made: Graph) -> list[str]:
    return [node.output for node in made.nodes]


def test_an_activation_shares_the_number_of_the_layer_before():
    made = graph(gn.Dense(5), gn.Tanh(), gn.Dense(1), gn.Sigmoid())
    assert names(made) == ["Z1", "A1", "Z2", "A2"]
    assert made.parameters == ("W1", "b1", "W2", "b2")
    assert made.weights == ("W1", "W2")
    assert (made.sources, made.output, made.depth) == (("A0",), "A2", 2)
    assert [dict(node.inputs) for node in made.nodes] == [
        {"A": "A0"},
        {"Z": "Z1"},
        {"A": "A1"},
        {"Z": "Z2"},
    ]


def test_layers_without_activation():
    made = graph(gn.Dense(5), gn.Dense(1))
    assert names(made) == ["Z1", "Z2"]
    assert dict(made.nodes[1].inputs) == {"A": "Z1"}


def test_two_arrays_of_one_number_keep_apart():
    made = graph(gn.Dense(5), gn.ReLU(), gn.Tanh(), gn.Dropout(0.1), gn.Dropout(0.2), gn.Dense(1))
    assert names(made) == ["Z1", "A1", "A1_2", "A_kept1", "A_kept1_2", "Z2"]
    assert dict(made.nodes[4].noise) == {"D": "D1_2"}


def test_activations_in_front_of_all_layers():
    made = graph(gn.Tanh(), gn.Dense(1))
    assert names(made)[0] == "A0_2"
    assert made.learned == {"Z1"}


def test_branches_have_names_of_their_own():
    made = graph(
        gn.Parallel(
            image=gn.Chain([gn.Dense(5), gn.ReLU()]), table=gn.Dense(3), join="concatenate"
        ),
        gn.Dense(1),
    )
    assert made.sources == ("image.A0", "table.A0")
    assert names(made) == ["image.Z1", "image.A1", "table.Z1", "A0", "Z1"]
    assert made.parameters == ("image.W1", "image.b1", "table.W1", "table.b1", "W1", "b1")
    assert dict(made.nodes[3].inputs) == {"A_1": "image.A1", "A_2": "table.Z1"}


def test_a_residual_reads_twice():
    made = graph(gn.Dense(5), gn.Residual([gn.Tanh(), gn.Dense(5)]), gn.Dense(1))
    assert names(made) == ["Z1", "A1", "Z2", "A_sum2", "Z3"]
    assert dict(made.nodes[3].inputs) == {"A_1": "Z1", "A_2": "Z2"}


def test_every_name_is_used_once():
    block = gn.Residual([gn.Parallel(a=gn.Dense(3), b=gn.Identity(), join="add"), gn.Tanh()])
    made = graph(gn.Dense(3), block, gn.Dropout(0.1), block, gn.Dense(1))
    everything = [*names(made), *made.parameters]
    assert len(set(everything)) == len(everything)


@dataclass(frozen=True)
class Square(Layer):
    shapes = "A: n m -> S: n m"

    def forward(self, xp, A):
        return {"S": A**2, "cache": 2 * A}

    def backward(self, xp, dS, cache):
        return {"dA": dS * cache}


@dataclass(frozen=True)
class Cube(Layer):
    shapes = "A: n m -> C: n m"

    def forward(self, xp, A):
        return {"C": A**3, "cache": 3 * A**2}

    def backward(self, xp, dC, cache):
        return {"dA": dC * cache}


@dataclass(frozen=True)
class Untidy(Cube):
    """It makes an array that nothing of its own asks for."""

    def backward(self, xp, dC, A):
        return {"dA": dC * 3 * A**2}


@dataclass(frozen=True)
class Pair(Layer):
    """Its W1 is W11 in layer 1, which is also the W of layer 11."""

    shapes = "A: n m, W1: n 1 -> Z: n m"

    def initializers(self):
        return {"W1": gn.Constant(1.0)}

    def forward(self, xp, A, W1):
        return {"Z": A * W1}

    def gradients(self, xp, dZ, A):
        return {"dW1": xp.mean(dZ * A, axis=-1, keepdims=True)}

    def backward(self, xp, dZ, W1):
        return {"dA": dZ * W1}


def test_what_two_layers_keep_for_themselves_keeps_apart():
    network = gn.Network([gn.Dense(1), Square(), Cube(), gn.Dense(1)], gn.SquaredError())
    assert names(network.graph) == ["Z1", "S1", "C1_2", "Z2"]
    parameters = {"W1": [[3.0]], "b1": [[0.0]], "W2": [[1.0]], "b2": [[0.0]]}
    trace = network.trace(parameters, [[0.5]], [[0.0]])
    assert (trace["cache1"].item(), trace["cache1_2"].item()) == (3.0, 3 * 2.25**2)
    # J = ½ z⁶·², so dJ/dW1 = 6 z¹¹ · x with z = 1.5, x = 0.5.
    assert trace["dW1"].item() == pytest.approx(6 * 1.5**11 * 0.5)


def test_an_array_that_would_replace_another_is_refused():
    network = gn.Network([gn.Dense(1), Square(), Untidy()], gn.SquaredError())
    with pytest.raises(ValueError, match=r"Untidy\(\) makes cache1, which another layer has made"):
        network.predict(network.initialize((1,)), [[1.0]])


def test_numbers_in_letters_keep_apart_from_numbers_of_layers():
    made = graph(Pair(), *[gn.Dense(2)] * 10)
    assert made.parameters[0] == "W11"
    assert made.parameters[-2:] == ("W11_2", "b11_2")
    assert len(set(made.parameters)) == len(made.parameters)


def test_the_same_branches_twice():
    block = gn.Parallel(a=gn.Dense(2), b=gn.Dense(2), join="add")
    made = graph(block, block)
    assert made.parameters[::2] == ("a.W1", "b.W1", "a.W1_2", "b.W1_2")


def test_further_data_enter_under_their_own_names():
    made = graph(gn.Dense(2), MaskedMean())
    assert made.sources == ("A0", "mask")
    assert dict(made.nodes[1].inputs) == {"A": "Z1", "mask": "mask"}
    branches = gn.Parallel(
        one=gn.Chain([gn.Dense(2), MaskedMean()]), other=MaskedMean(), join="concatenate"
    )
    assert graph(branches).sources == ("one.A0", "one.mask", "other.A0", "other.mask")
    shared = graph(gn.Parallel(a=gn.Dense(2), join="add"), MaskedMean(), MaskedMean())
    assert shared.sources == ("a.A0", "mask")


def test_what_depends_on_no_parameter_needs_no_gradient():
    made = graph(gn.Dropout(0.1), gn.Dense(5), gn.ReLU(), gn.Dense(1))
    assert made.learned == {"Z1", "A1", "Z2"}


@pytest.mark.parametrize(
    ("output", "loss", "canonical"),
    [
        (gn.Sigmoid(), gn.BinaryCrossEntropy(), True),
        (gn.Softmax(), gn.CategoricalCrossEntropy(), True),
        (gn.Identity(), gn.SquaredError(), True),
        (gn.Exponential(), gn.Poisson(), True),
        (gn.Sigmoid(), gn.SquaredError(), False),
        (gn.Identity(), gn.AbsoluteError(), False),
    ],
    ids=repr,
)
def test_canonical_pairs(output, loss, canonical):
    assert graph(gn.Dense(1), output, loss=loss).canonical is canonical


def test_gradient_names():
    assert [gradient_name(name) for name in ("W1", "image.W1", "a.b.Z2")] == [
        "dW1",
        "image.dW1",
        "a.b.dZ2",
    ]


def test_equations_are_written_with_the_names_of_the_network():
    made = graph(gn.Dense(5), gn.Tanh(), gn.Dense(1))
    assert list(made.nodes[2].equations("forward")) == ["Z[2] = W[2] A[1] + b[2]"]
    assert list(made.nodes[2].equations("gradients")) == [
        "dW[2] = (1/m) dZ[2] A[1]ᵀ",
        "db[2] = (1/m) Σᵢ dZ[2]",
    ]
    assert list(made.nodes[1].equations("backward")) == ["dZ[1] = dA[1] ∗ (1 − A[1]²)"]


@pytest.mark.row(68)
def test_a_thousand_layers_in_a_row():
    network = gn.Network([gn.Dense(2), gn.Tanh()] * 1000, gn.SquaredError())
    parameters = network.initialize((2,))
    assert network.predict(parameters, [[1.0], [2.0]]).shape == (2, 1)
    assert network.graph.depth == 1000


@pytest.mark.row(68)
def test_layers_nested_ten_thousand_deep():
    deep = gn.Dense(1)
    for _ in range(10_000):
        deep = gn.Chain([deep])
    with pytest.raises(HyperparameterError, match="nested too deeply"):
        gn.Network([deep], gn.SquaredError())


def test_what_is_carried_on_and_what_is_whole():
    made = graph(
        gn.Embedding(7, 3),
        gn.Bidirectional(gn.LSTM(2, masked=True)),
        gn.BatchNorm(),
        gn.GRU(2, masked=True),
    )
    assert made.sources == ("A0", "mask")
    assert made.integers == {"A0": 7, "mask": 2}
    # The layer that reads from the end keeps no state: its sequence cannot come in pieces.
    assert made.states == {
        "a_prev2": "a_next2",
        "c_prev2": "c_next2",
        "a_prev5": "a_next5",
    }
    assert made.statistics == {"mu_run4": "mu_run_next4", "var_run4": "var_run_next4"}
    assert set(made.parameters) - set(made.trainable) == set(made.statistics)


def test_the_smallest_reader_of_whole_numbers_decides():
    branches = gn.Parallel(a=gn.Embedding(7, 2), b=gn.Embedding(5, 2), join="add")
    made = Graph.of([gn.Chain([branches])], gn.SquaredError())
    assert made.integers == {"a.A0": 7, "b.A0": 5}
    shared = gn.Network([gn.Residual([]), gn.Dense(1)], gn.SquaredError())
    assert shared.graph.integers == {}
