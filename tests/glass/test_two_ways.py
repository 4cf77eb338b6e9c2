"""dZ by dA · g′(Z) and by A − Y, and where the 1/m is."""

import numpy as np
import pytest

import glassnet as gn
from glassnet.errors import DataError

PAIRS = [
    (gn.Sigmoid(), gn.BinaryCrossEntropy(), 1),
    (gn.Sigmoid(), gn.BinaryCrossEntropy(label_smoothing=0.2), 3),
    (gn.Softmax(), gn.CategoricalCrossEntropy(), 3),
    (gn.Identity(), gn.SquaredError(), 2),
    (gn.Exponential(), gn.Poisson(), 1),
]


def traced(g, loss, units, **options):
    network = gn.Network([gn.Dense(5), gn.Tanh(), gn.Dense(units), g], loss)
    random = np.random.default_rng(1)
    X, Y = random.normal(size=(2, 11)), np.eye(units)[:, np.arange(11) % units]
    return network.trace(network.initialize((2,), 4), X, Y, **options)


@pytest.mark.parametrize("weights", [None, np.arange(1, 12)])
@pytest.mark.parametrize(("g", "loss", "units"), PAIRS)
def test_both_ways_are_equal_for_every_pair(g, loss, units, weights):
    trace = traced(g, loss, units, sample_weight=weights)
    ways, table, _ = gn.explain(trace, "dZ", layer=2, unit=units - 1, example=3).sections
    assert len(table.rows) == 8
    long, short = (
        table.columns.index(name)
        for name in (
            "by its matrix" if units == 3 and isinstance(g, gn.Softmax) else "dA · g′(Z)",
            "A − Y" if weights is None else "w (A − Y)",
        )
    )
    assert all(row[long] == row[short] for row in table.rows)
    told = next(line for line in ways.lines if "differ by at most" in line)
    difference = float(told.split()[-1].rstrip(".").replace("−", "-"))
    assert difference <= 1e-12


def test_the_text_by_hand():
    network = gn.Network([gn.Dense(1), gn.Sigmoid()], gn.BinaryCrossEntropy())
    trace = network.trace({"W1": [[0.0]], "b1": [[0.0]]}, [[1.0, 3.0]], [[1.0, 0.0]])
    assert str(gn.explain(trace, "dZ", layer=1)) == (
        """\
Two ways to dZ: layer 1, unit 0, example 0
  dZ[1] = A[1] − Y     dZ[1] (1, 2)
    dz[1][0] = a[1][0] − y = 0.5 − 1 = −0.5     (the long way: da · g′(z) = (−2) · 0.25 = −0.5)
  Over all 2 numbers of dZ[1] both differ by at most 0.
  ∂L/∂A of BinaryCrossEntropy divides by what the slope of Sigmoid multiplies with: it cancels.

Side by side
  example  dA  g′(Z)  dA · g′(Z)  A    Y  A − Y
  0        −2  0.25   −0.5        0.5  1  −0.5
  1        2   0.25   0.5         0.5  0  0.5

Where the 1/m is
  J = (1/m) Σᵢ L, so every gradient of J has this 1/m once. dZ[1] is of one example each, """
        """∂L/∂Z: it has none.
  The 1/m stands where the examples are summed:
  dW[1] = (1/m) dZ[1] A[0]ᵀ     dW[1] (1, 1)  dZ[1] (1, 2)  A[0] (1, 2)
    dw[1][0, 0] = (1/m) dZ[1][0] · A[0][0]
                = (1/2)·((−0.5)·1 + 0.5·3) = 0.5
  db[1] = (1/m) Σᵢ dZ[1]     db[1] (1, 1)  dZ[1] (1, 2)
    db[1][0] = (1/m) Σᵢ dZ[1][0]
             = (1/2)·((−0.5) + 0.5) = 0
  With another 1/m in dZ[1], these would be 2 times too small."""
    )


def test_where_the_long_way_loses_its_digits_it_is_said():
    network = gn.Network([gn.Dense(1), gn.Sigmoid()], gn.BinaryCrossEntropy())
    trace = network.trace({"W1": [[50.0]], "b1": [[0.0]]}, [[1.0, 0.0]], [[0.0, 1.0]])
    told = str(gn.explain(trace, "dZ", layer=1))
    assert (
        "Where a is rounded to 0 or 1, the long way loses digits; the engine takes A − Y." in told
    )


def test_a_hidden_layer_and_a_pair_that_is_none_have_one_way():
    trace = traced(gn.Sigmoid(), gn.BinaryCrossEntropy(), 1)
    told = str(gn.explain(trace, "dZ", layer=1, unit=2))
    assert "dZ[1] = dA[1] ∗ (1 − A[1]²)" in told
    assert (
        "A − Y is of the output layer alone: here are no labels, and dA comes from above." in told
    )
    trace = traced(gn.Tanh(), gn.SquaredError(), 1)
    told = str(gn.explain(trace, "dZ", layer=2))
    assert (
        "Tanh() and SquaredError() are no pair whose product is A − Y: there is no shorter form."
        in told
    )


def test_a_layer_without_dZ():
    network = gn.Network([gn.SimpleRNN(1)], gn.SquaredError())
    X = np.ones((2, 1, 3))
    with pytest.raises(DataError) as caught:
        gn.explain(network.trace(network.initialize((2, 1)), X, X), "dZ", layer=1)
    assert str(caught.value) == (
        "Layer 1 of this trace has no dZ.\n"
        "  expected   a layer that makes a Z, traced with labels\n"
        "  received   the gradients da[1], dz[1], dWaa[1], dWax[1], dba[1]\n"
        "  to fix     trace with Y, or look with explain(trace, layer=...)"
    )


@pytest.mark.parametrize(
    ("loss", "equation"),
    [(gn.SquaredError(), "Z[1] − Y"), (gn.Huber(2.0), "max(−2, min(Z[1] − Y, 2))")],
)
def test_an_output_without_an_activation(loss, equation):
    network = gn.Network([gn.Dense(1)], loss)
    trace = network.trace({"W1": [[2.0]], "b1": [[0.0]]}, [[1.0, 3.0]], [[1.0, 6.0]])
    assert gn.explain(trace, "dZ", layer=1).sections[0].lines == (
        f"dZ[1] = {equation}     (∂L/∂Z[1])     dZ[1] (1, 2)",
        "  dz[1][0] = 1     (z[1][0] = 2, y = 1)",
        "No activation stands behind Z[1]: it is the output, and its gradient is ∂L/∂A.",
    )


def test_a_hidden_layer_without_an_activation():
    network = gn.Network([gn.Dense(1), gn.Dense(1)], gn.SquaredError())
    parameters = {"W1": [[2.0]], "b1": [[0.0]], "W2": [[3.0]], "b2": [[0.0]]}
    lines = gn.explain(network.trace(parameters, [[1.0]], [[5.0]]), "dZ", layer=1).sections[0].lines
    assert lines[2:] == (
        "           = 3·1 = 3",
        "No activation stands behind Z[1]: its gradient is what comes from above.",
    )
