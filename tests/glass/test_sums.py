"""Explanations of convolutional, recurrent and hybrid networks: their sums."""

import numpy as np
import pytest

import glassnet as gn
from glassnet.glass.place import inner_axes
from glassnet.trace.views import layers_of

M = 5


def convolution():
    """Z = 1·1 + 0·2 + 0·4 − 1·5 + 0.5 = −3.5 at the left, and the same at the right."""
    network = gn.Network([gn.Conv2D(1, 2), gn.LeakyReLU()], gn.SquaredError())
    image = np.array([[1.0, 2, 3], [4, 5, 6]]).reshape(2, 3, 1, 1)
    W = np.array([[1.0, 0], [0, -1]]).reshape(2, 2, 1, 1)
    return network.trace({"W1": W, "b1": [[0.5]]}, image, np.zeros((1, 2, 1, 1)))


def recurrent():
    """a⟨0⟩ = 1, a⟨1⟩ = 0.5·1 + 2 = 2.5; dz⟨1⟩ = 2·(5 − 4), dz⟨0⟩ = 0.5·2."""
    network = gn.Network(
        [gn.SimpleRNN(1, last=True, activation=gn.ReLU()), gn.Dense(1)], gn.SquaredError()
    )
    parameters = {"Waa1": [[0.5]], "Wax1": [[1.0]], "ba1": [[0.0]], "W2": [[2.0]], "b2": [[0.0]]}
    return network.trace(parameters, np.array([1.0, 2.0]).reshape(2, 1, 1), [[4.0]])


def test_a_pixel_of_a_convolution_by_hand():
    forward, backward, gradients, update, *maps = gn.explain(
        convolution(), layer=1, position=(0, 1)
    ).sections
    assert forward.lines[:3] == (
        "Z[1] = Σₒ W[1][o] seen(A[0], o) + b[1]     "
        "Z[1] (1, 2, 1, 1)  W[1] (2, 2, 1, 1)  A[0] (2, 3, 1, 1)  b[1] (1, 1)",
        "  z[1][0, 1, 0] = Σₒ W[1][i, j, 0] · a[0][i, j+1, 0] + b[1][0]",
        "                = 1·2 + 0·3 + 0·5 + (−1)·6 + 0.5 = −3.5",
    )
    assert backward.lines[-1] == "                 = (−0.035)·0.01 = −0.00035"
    assert gradients.lines == (
        "dW[1][o] = (1/m) Σₚ dZ[1] seen(A[0], o)ᵀ     "
        "dW[1] (2, 2, 1, 1)  dZ[1] (1, 2, 1, 1)  A[0] (2, 3, 1, 1)",
        "  dw[1][1, 1, 0, 0] = (1/m) Σₚ dZ[1][0, w, 0] · a[0][1, w+1, 0]",
        "                    = (1/1)·((−0.00035)·5 + (−0.00035)·6) = −0.00385",
        "  dW[1][:, :, 0] = −0.00105  −0.00175  −0.00315  −0.00385",
        "db[1] = (1/m) Σᵢ Σₚ dZ[1]     db[1] (1, 1)  dZ[1] (1, 2, 1, 1)",
        "  db[1][0] = (1/m) Σᵢ Σₚ dz[1][h, w, 0]",
        "           = (1/1)·((−0.00035) + (−0.00035)) = −0.0007",
    )
    assert update.lines[1].endswith(" = −1 − α · (−0.00385)")
    assert [section.title for section in maps] == [
        "W[1], the kernel of unit 0 for channel 0",
        "Z[1], the map of unit 0, example 0",
        "A[1], the map of unit 0, example 0",
    ]


def test_a_recurrent_unit_by_hand():
    forward, backward, gradients, _, times = gn.explain(recurrent(), layer=1).sections
    assert forward.title == "Forward: layer 1, unit 0, example 0, position (1,)"
    assert forward.lines[1:] == (
        "  z[1][1, 0] = Waa[1][0] · a[1][0, :] + Wax[1][0] · a[0][1, :] + ba[1][0]",
        "             = 0.5·1 + 1·2 + 0 = 2.5",
        "a[1]⟨t⟩ = max(z[1]⟨t⟩, 0)     a[1] (2, 1, 1)  z[1] (2, 1, 1)",
        "  a[1][1, 0] = max(z[1][1, 0], 0)",
        "             = max(2.5, 0) = 2.5",
        "a_next[1] = a[1]⟨last⟩     a_next[1] (1, 1)  a[1] (2, 1, 1)",
        "  a_next[1][0] = a[1][1, 0]",
        "               = 2.5",
    )
    assert backward.lines[-2:] == (
        "  dz[1][1, 0] = (da_next[1][0] + waa[1][:, 0] · 0) · (z[1][1, 0] > 0)",
        "              = (2 + 0)·(2.5 > 0) = 2",
    )
    assert [line for line in gradients.lines if line.startswith("   ")] == [
        "                = (1/1)·(2·1) = 2",
        "                = (1/1)·(1·1 + 2·2) = 5",
        "            = (1/1)·(1 + 2) = 3",
    ]
    assert gradients.lines[1] == "  dwaa[1][0, 0] = (1/m) Σₜ dz[1][t, 0] · a[1][t−1, 0]"
    assert times.title == "Unit 0 at every time, example 0"


def test_the_first_time_has_none_before_it_and_hears_from_the_next():
    forward, backward, *_ = gn.explain(recurrent(), layer=1, position=(0,)).sections
    assert forward.lines[1:3] == (
        "  z[1][0, 0] = Waa[1][0] · 0 + Wax[1][0] · a[0][0, :] + ba[1][0]",
        "             = 0 + 1·1 + 0 = 1",
    )
    assert backward.lines[-2:] == (
        "  dz[1][0, 0] = (0 + waa[1][:, 0] · dz[1][1, :]) · (z[1][0, 0] > 0)",
        "              = (0 + 0.5·2)·(1 > 0) = 1",
    )


def test_gates_of_the_lstm():
    told = str(gn.explain(traced(*NETWORKS["lstm"]), layer=1, unit=1, example=2, position=(3,)))
    for line in (
        "f[1][3, 1] = sigmoid(Wf[1][1] · [a[1][2, :]; a[0][3, :]] + bf[1][1])",
        "c[1][3, 1] = f[1][3, 1] · c[1][2, 1] + i[1][3, 1] · g[1][3, 1]",
        "dc[1][3, 1] = da_all[1][3, 1] · o[1][3, 1] · (1 − tanh(c[1][3, 1])²) + "
        "dc[1][4, 1] · f[1][4, 1]",
    ):
        assert f"    {line}\n" in told


def test_a_hybrid_network_from_its_branches_to_their_join_and_back():
    trace = traced(*NETWORKS["hybrid"])
    forward, backward = gn.explain(trace, layer=0, unit=3).sections
    assert forward.lines[0].startswith("A[0] = [image.A_pool[1]; series.a_next[1]]     ")
    assert forward.lines[1] == "  a[0][3] = series.a_next[1][0]"
    assert backward.lines[-1].startswith("  series.da_next[1][0] = da[0][3] = ")
    lines = gn.explain(trace, layer="series.1", unit=0).sections[1].lines
    assert lines[0].startswith("  series.da_next[1][0] = da[0][3] = ")
    assert (
        gn.explain(trace, layer="image.1", unit=2)
        .sections[0]
        .lines[1]
        .startswith(
            "  image.z[1][0, 0, 2] = Σₒ image.W[1][i, j, 2] · image.a[0][i, j, 0] + image.b[1][2]"
        )
    )


def test_where_several_read_an_array_no_one_equation_is_its_gradient():
    network = gn.Network([gn.Dense(3), gn.Residual([gn.Dense(3), gn.Tanh()])], gn.SquaredError())
    trace = traced(network, (2,))
    told = str(gn.explain(trace, layer=2, unit=1).sections[1])
    assert "dZ[1]: the sum of what Dense(units=3), Add(arrays=2) send back" in told


def test_a_sum_that_is_too_long_says_how_long():
    network = gn.Network([gn.Conv1D(1, 2)], gn.SquaredError())
    trace = network.trace(network.initialize((5002, 1)), np.ones((5002, 1, 11)))
    trace = network.trace(
        {"W1": np.ones((2, 1, 1)), "b1": [[0.0]]}, trace["X"], np.zeros((5001, 1, 11))
    )
    lines = gn.explain(trace, layer=1).sections[2].lines
    assert lines[1] == (
        "  dw[1][0, 0, 0] = 10,002     (a sum of 55,011 products: too long to be written)"
    )


def dense(*layers):
    return gn.Network([*layers, gn.Dense(2)], gn.SquaredError())


NETWORKS = {
    "same padding, stride": (
        dense(gn.Conv2D(3, (3, 2), stride=2, padding="same"), gn.ReLU()),
        (5, 6, 2),
    ),
    "padding, dilation": (
        dense(gn.Conv2D(2, (3, 2), stride=(2, 1), padding=1, dilation=(1, 2)), gn.Conv2D(3, 2)),
        (7, 6, 2),
    ),
    "groups": (dense(gn.Conv2D(4, 2, groups=2), gn.Conv2D(4, 1, groups=4)), (3, 4, 2)),
    "transposed": (dense(gn.Dense(2), gn.ConvTranspose2D(2, 3, stride=2, padding=1)), (3, 2, 2)),
    "transposed, groups": (
        dense(gn.Dense(2), gn.ConvTranspose2D(4, (3, 2), stride=2, padding="same", groups=2)),
        (2, 3, 2),
    ),
    "pools": (
        dense(
            *(gn.Conv2D(2, 2), gn.ReLU(), gn.MaxPool2D(3, stride=2, padding=1), gn.Dense(2)),
            *(gn.AveragePool2D(3, stride=2, padding=1), gn.Dense(2), gn.Flatten()),
        ),
        (7, 7, 1),
    ),
    "series": (
        dense(
            *(gn.Conv1D(4, 3, padding=(4, 0), dilation=2), gn.MaxPool1D(2), gn.Dense(2)),
            *(gn.AveragePool1D(2), gn.GlobalMaxPool1D()),
        ),
        (9, 2),
    ),
    "global": (dense(gn.Conv2D(2, 2), gn.GlobalAveragePool2D()), (4, 4, 1)),
    "reshaped": (dense(gn.Dense(6), gn.Reshape((3, 2))), (4,)),
    "rnn": (dense(gn.SimpleRNN(3), gn.SimpleRNN(2, reverse=True)), (5, 2)),
    "rnn, truncated": (dense(gn.SimpleRNN(3, truncate=2, activation=gn.ReLU())), (5, 2)),
    "lstm": (dense(gn.LSTM(3), gn.LSTM(2, last=True, reverse=True, truncate=2)), (5, 2)),
    "gru": (dense(gn.Embedding(7, 3), gn.GRU(3, truncate=3), gn.GRU(2, last=True)), (5, 1)),
    "reset after": (dense(gn.Dense(2), gn.ResetAfterGRU(3, reverse=True)), (5, 2)),
    "attention": (
        dense(gn.Embedding(7, 4), gn.PositionalEncoding(), gn.SelfAttention(4, 2), gn.LayerNorm()),
        (3, 1),
    ),
    "batch norm": (dense(gn.Conv2D(2, 2), gn.BatchNorm(), gn.ReLU(), gn.Flatten()), (3, 4, 2)),
    "hybrid": (
        dense(
            gn.Parallel(
                image=gn.Chain([gn.Conv2D(3, 2), gn.ReLU(), gn.GlobalAveragePool2D()]),
                series=gn.Chain([gn.LSTM(2, last=True)]),
                join="concatenate",
            ),
            *(gn.Residual([gn.Dense(5), gn.GELU()]), gn.Dropout(0.4)),
        ),
        {"image": (4, 4, 1), "series": (5, 2)},
    ),
}


def traced(network, shape):
    random = np.random.default_rng(3)
    symbols = any(isinstance(layer, gn.Embedding) for layer in network.layers)

    def draw(size):
        return random.integers(0, 7, (*size, M)) if symbols else random.normal(size=(*size, M))

    X = {k: draw(v) for k, v in shape.items()} if isinstance(shape, dict) else draw(shape)
    parameters = network.initialize(shape, 1)
    parameters = {
        name: array + random.uniform(0, 0.2, array.shape) for name, array in parameters.items()
    }
    return network.trace(parameters, X, random.normal(size=network.predict(parameters, X).shape))


@pytest.mark.parametrize("name", NETWORKS)
def test_the_numbers_of_every_equation_are_those_of_the_engine(name):
    """Where they came to something else, a line would say so: at both ends and in between."""
    trace = traced(*NETWORKS[name])
    for layer, nodes in layers_of(trace.network.graph).items():
        axes = inner_axes(trace, nodes[0])
        places = {tuple(0 for _ in axes), tuple(n - 1 for n in axes), tuple(n // 2 for n in axes)}
        for place in places:
            for unit in {0, trace[nodes[0].output].shape[-2] - 1}:
                told = gn.explain(trace, layer=layer, unit=unit, example=M - 2, position=place)
                assert "the engine adds" not in str(told), told


@pytest.mark.parametrize("name", sorted(set(NETWORKS) - {"attention"}))
def test_no_gradient_of_a_parameter_stands_without_its_sum(name):
    """Attention's dQ, dK and dV, products over heads, are shown as they are."""
    trace = traced(*NETWORKS[name])
    for layer in layers_of(trace.network.graph):
        for section in gn.explain(trace, layer=layer).sections[2:3]:
            numbers = [line for line in section.lines if line.startswith("     ")]
            learned = [line for line in section.lines if line[0] != " "]
            assert len(numbers) == len(learned), section


def test_another_equation_than_the_layer_computes_is_noticed():
    """An equation with the wrong time, in the place of the right one."""

    class Late(gn.SimpleRNN):
        @property
        def equations(self):
            from glassnet.equations import read

            return {
                **super().equations,
                "gradients": read("dWax = sum(dz[t] @ A[t-1].T for t in times) / m"),
            }

    trace = traced(dense(Late(3)), (5, 2))
    assert "the engine adds" in str(gn.explain(trace, layer=1))
