"""The graph: every array named as the course names it."""

import pytest

import glassnet as gn
from glassnet.errors import HyperparameterError
from glassnet.graph import Graph, gradient_name


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
    assert dict(made.nodes[3].inputs) == {"image": "image.A1", "table": "table.Z1"}


def test_a_residual_reads_twice():
    made = graph(gn.Dense(5), gn.Residual([gn.Tanh(), gn.Dense(5)]), gn.Dense(1))
    assert names(made) == ["Z1", "A1", "Z2", "A_sum2", "Z3"]
    assert dict(made.nodes[3].inputs) == {"A": "Z1", "B": "Z2"}


def test_every_name_is_used_once():
    block = gn.Residual([gn.Parallel(a=gn.Dense(3), b=gn.Identity(), join="add"), gn.Tanh()])
    made = graph(gn.Dense(3), block, gn.Dropout(0.1), block, gn.Dense(1))
    everything = [*names(made), *made.parameters]
    assert len(set(everything)) == len(everything)


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
