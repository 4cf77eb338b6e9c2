"""A unit of a trace with its live numbers: forward, backward, gradients, update."""

import re
from dataclasses import dataclass

import numpy as np
import pytest
from tests.silent_layer import Convolution

import glassnet as gn
from glassnet.errors import DataError, HyperparameterError
from glassnet.layers.activation import Activation

W2 = [[0.31, -0.72]]
PARAMETERS = {"W1": [[1.0], [0.5]], "b1": [[0.2], [0.0]], "W2": W2, "b2": [[0.1]]}


def small():
    """z2 by hand: 0.31·1.2 − 0.72·0.5 + 0.1 = 0.112, and 0.31·2.2 − 0.72·1 + 0.1 = 0.062."""
    network = gn.Network(
        [gn.Dense(2), gn.ReLU(), gn.Dense(1), gn.Sigmoid()], gn.BinaryCrossEntropy()
    )
    return network.trace(PARAMETERS, [[1.0, 2.0]], [[1.0, 0.0]])


def test_the_output_unit_by_hand():
    assert str(gn.explain(small(), layer=2, unit=0, example=0)) == (
        """\
Forward: layer 2, unit 0, example 0
  Z[2] = W[2] A[1] + b[2]     Z[2] (1, 2)  W[2] (1, 2)  A[1] (2, 2)  b[2] (1, 1)
    z[2][0] = W[2][0] · a[1] + b[2][0]
            = 0.31·1.2 + (−0.72)·0.5 + 0.1 = 0.112
  A[2] = 1 / (1 + exp(−Z[2]))     A[2] (1, 2)  Z[2] (1, 2)
    a[2][0] = 1 / (1 + exp(−z[2][0]))
            = 1 / (1 + exp(−0.112)) = 0.528     y = 1
  L = −(Y ∗ log(A[2]) + (1 − Y) ∗ log(1 − A[2]))
    L of this example = 0.6387, and J of all 2 examples = 0.6817

Backward
  dZ[2] = A[2] − Y     dZ[2] (1, 2)
    dz[2][0] = a[2][0] − y = 0.528 − 1 = −0.472     """
        """(the long way: da · g′(z) = (−1.894) · 0.2492 = −0.472)

Gradients: over all examples
  dW[2] = (1/m) dZ[2] A[1]ᵀ     dW[2] (1, 2)  dZ[2] (1, 2)  A[1] (2, 2)
    dw[2][0, 0] = (1/m) dZ[2][0] · A[1][0]
                = (1/2)·((−0.472)·1.2 + 0.5155·2.2) = 0.2838
    dW[2][0] = 0.2838  0.1397
  db[2] = (1/m) Σᵢ dZ[2]     db[2] (1, 1)  dZ[2] (1, 2)
    db[2][0] = (1/m) Σᵢ dZ[2][0]
             = (1/2)·((−0.472) + 0.5155) = 0.02173

Update
  W[2] := W[2] − α dW[2]     (1, 2)
    w[2][0, 0] := w[2][0, 0] − α · dw[2][0, 0] = 0.31 − α · 0.2838
  b[2] := b[2] − α db[2]     (1, 1)
    b[2][0] := b[2][0] − α · db[2][0] = 0.1 − α · 0.02173"""
    )


def test_a_hidden_unit_by_hand():
    lines = gn.explain(small(), layer=1, unit=1, example=0).sections[1].lines
    assert lines == (
        "dA[1] = W[2]ᵀ dZ[2]     dA[1] (2, 2)  W[2] (1, 2)  dZ[2] (1, 2)",
        "  da[1][1] = w[2][:, 1] · dz[2]",
        "           = (−0.72)·(−0.472) = 0.3399",
        "dZ[1] = dA[1] ∗ (Z[1] > 0)     dZ[1] (2, 2)  dA[1] (2, 2)  Z[1] (2, 2)",
        "  dz[1][1] = da[1][1] · (z[1][1] > 0)",
        "           = 0.3399·(0.5 > 0) = 0.3399",
    )


def test_the_sum_of_squares_and_what_penalties_add():
    network = gn.Network([gn.Dense(1)], gn.SquaredError(), [gn.L2(0.5)])
    trace = network.trace({"W1": [[2.0]], "b1": [[0.0]]}, [[1.0, 3.0]], [[0.0, 0.0]])
    # dW = ½ (2·1 + 6·3) = 10, and λ/m · W = 0.5/2 · 2 = 0.5 more.
    assert gn.explain(trace, layer=1).sections[2].lines[1:4] == (
        "  dw[1][0, 0] = (1/m) dZ[1][0] · A[0][0]",
        "              = (1/2)·(2·1 + 6·3) = 10.5",
        "                (penalties add 0.5)",
    )


def test_long_sums_are_shortened():
    network = gn.Network([gn.Dense(1)], gn.SquaredError())
    parameters = {"W1": np.arange(1.0, 9.0)[np.newaxis], "b1": [[0.5]]}
    lines = gn.explain(network.trace(parameters, np.ones((8, 1))), layer=1).sections[0].lines
    assert lines[2] == "          = 8·1 + 7·1 + 6·1 + 5·1 + 10 from 4 more + 0.5 = 36.5"


def hybrid():
    branches = gn.Parallel(
        image=gn.Chain([Convolution(3), gn.GELU()]),
        other=gn.Chain([Convolution(3), gn.LeakyReLU()]),
        join="add",
    )
    return gn.Network(
        [
            branches,
            gn.Residual([gn.Dense(3), gn.Tanh()]),
            gn.Dropout(0.3),
            gn.Dense(2),
            gn.Softmax(),
        ],
        gn.CategoricalCrossEntropy(),
        [gn.L1(0.1)],
    ), {"image": (4, 5, 2), "other": (4, 5, 2)}


NETWORKS = {
    "dense": (gn.Network([gn.Dense(5), gn.SELU(), gn.Dense(3)], gn.Huber()), (7,)),
    "softmax": (
        gn.Network(
            [gn.Dense(5), gn.Mish(), gn.Dense(3), gn.Softmax()], gn.CategoricalCrossEntropy()
        ),
        (7,),
    ),
    "poisson": (gn.Network([gn.Dense(3), gn.Exponential()], gn.Poisson()), (2,)),
    "convolution": (gn.Network([Convolution(3), gn.ReLU()], gn.SquaredError()), (4, 5, 2)),
    "sequence": (
        gn.Network([gn.SimpleRNN(3), gn.Dense(2), gn.Sigmoid()], gn.BinaryCrossEntropy()),
        (5, 2),
    ),
    "hybrid": hybrid(),
}
M = 7


def traced(name, dtype=np.float64):
    network, shape = NETWORKS[name]
    random = np.random.default_rng(3)
    draw = lambda size: random.uniform(0.1, 0.9, (*size, M)).astype(dtype)  # noqa: E731
    X = {k: draw(v) for k, v in shape.items()} if isinstance(shape, dict) else draw(shape)
    parameters = network.initialize(shape, 1, dtype=dtype)
    A = network.predict(parameters, X)
    Y = np.moveaxis(np.eye(A.shape[-2], dtype=dtype)[np.arange(M) % A.shape[-2]], 0, -1)
    Y = np.broadcast_to(Y, A.shape)
    return network.trace(parameters, X, Y)


@pytest.mark.parametrize("dtype", [np.float64, np.float32])
@pytest.mark.parametrize("name", NETWORKS)
def test_every_unit_of_every_network_is_what_its_equation_says(name, dtype):
    """Where the numbers put into an equation came to something else, a line would say so."""
    trace = traced(name, dtype)
    layers = {f"{node.prefix}{node.number}" for node in trace.network.graph.nodes}
    for layer in layers:
        for unit in range(2 if layer == "2" else 3):
            told = str(gn.explain(trace, layer=layer, unit=unit, example=4))
            assert "the engine adds" not in told, told
            assert ("penalties add" in told) == (name == "hybrid" and layer in "12")


@pytest.mark.parametrize("name", NETWORKS)
def test_every_number_that_stands_behind_the_last_sign_is_in_the_trace(name):
    trace = traced(name)
    values = {gn_number(v) for array in trace.values() for v in array.ravel()} | {
        gn_number(trace.cost)
    }
    for line in str(gn.explain(trace, layer=trace.network.graph.depth and 1)).splitlines():
        found = re.search(r"^ {4}.* = ([−\de.,]+)$", line)
        if found and "α" not in line:
            assert found[1] in values, line


def gn_number(value):
    from glassnet.notation import number

    return number(float(value))


@dataclass(frozen=True)
class Liar(Activation):
    """Says another equation than it computes.

    forward::

        A = Z + 1

    backward::

        dZ = dA
    """

    def g(self, xp, Z):
        return Z + 2

    def g_prime(self, xp, Z, A):
        return 2 * xp.ones_like(Z)


def test_an_equation_that_lies_is_caught():
    network = gn.Network([gn.Dense(1), Liar()], gn.SquaredError())
    trace = network.trace({"W1": [[1.0]], "b1": [[0.0]]}, [[3.0]], [[1.0]])
    forward, backward, *_ = gn.explain(trace, layer=1).sections
    assert forward.lines[-3].strip() == "(the engine adds 1)"
    assert backward.lines[-1].strip() == "(the engine adds 4)"


def test_a_position_in_an_image():
    told = str(gn.explain(traced("convolution"), layer=1, unit=2, example=3, position=(1, 2)))
    assert told.startswith("Forward: layer 1, unit 2, example 3, position (1, 2)\n")
    assert "a[1][1, 2, 2] = max(z[1][1, 2, 2], 0)" in told


def test_gradients_of_sequences_are_also_summed_over_time():
    lines = gn.explain(traced("sequence"), layer=2).sections[2].lines
    assert lines[1] == "  dw[2][0, 0] = (1/m) Σₜ dZ[2][t, 0] · a[1][t, 0]"
    assert "from 31 more) = " in lines[2]


def test_what_enters_without_a_gradient_below():
    network = gn.Network([gn.Embedding(5, 3), gn.Dense(2)], gn.SquaredError())
    X = np.random.default_rng(0).integers(0, 5, (4, 1, M))
    parameters = network.initialize((4, 1))
    trace = network.trace(parameters, X, np.ones((4, 2, M)))
    assert "dW[1]" in str(gn.explain(trace, layer=1))


def test_without_labels_there_is_the_forward_pass():
    network = gn.Network([gn.Dense(2), gn.Dropout(0.5)], gn.SquaredError())
    explained = gn.explain(network.trace(network.initialize((3,)), np.ones((3, 2))), layer=1)
    assert [section.title for section in explained.sections] == [
        "Forward: layer 1, unit 0, example 0"
    ]
    assert "A_kept[1] = A[0]" not in str(explained)
    assert "A_kept[1] = Z[1]" in str(explained)


def test_all_arrays_in_one_table():
    (section,) = gn.explain(small()).sections
    rows = {row[0]: row[1:] for row in section.rows}
    assert rows["dZ2"] == ("dZ[2]", "(1, 2)", "−0.472", "0.02173", "0.5155", "0%")
    assert section.lines == ("J = 0.6817",)


@pytest.mark.parametrize(
    ("options", "what"),
    [
        ({"layer": 3}, "The network has no layer 3."),
        ({"layer": 2, "unit": 1}, "There is no unit of layer 2 with the number 1."),
        ({"layer": 2, "example": 2}, "There is no example with the number 2."),
    ],
)
def test_places_that_are_not_there(options, what):
    with pytest.raises(DataError) as caught:
        gn.explain(small(), **options)
    assert str(caught.value).splitlines()[0] == what


def test_a_position_that_is_not_there():
    with pytest.raises(DataError, match="no position along axis 1 with the number 9"):
        gn.explain(traced("convolution"), layer=1, position=(0, 9))
    with pytest.raises(HyperparameterError) as caught:
        gn.explain(small(), layer=1, position=(0,))
    assert str(caught.value) == (
        "The 'position' parameter of explain must be a tuple of 0 for this layer. Got (0,) "
        "instead.\n"
        "  expected   a place in the axes () in front of (units, examples)\n"
        "  to fix     pass e.g. position=(), or leave it out"
    )


def test_something_else_of_a_trace():
    for options in ({"data": "dW", "layer": 1}, {"data": "dZ"}, {"data": 3}):
        with pytest.raises(HyperparameterError, match="a layer, or its dZ"):
            gn.explain(small(), **options)
