"""What the glass says of a network: complete, and true: its equations are executed here."""

import re
from dataclasses import dataclass

import numpy as np
import pytest
from numpy.testing import assert_allclose

import glassnet as gn
from glassnet.glass.describe import describe, parameter_count
from glassnet.graph import gradient_name
from glassnet.losses.loss import Loss

SMALL = gn.Network([gn.Dense(2), gn.ReLU(), gn.Dense(1), gn.Identity()], gn.SquaredError())


def test_every_section_of_a_small_network():
    assert (
        str(describe(SMALL, (3,), gn.Training(gn.GradientDescent(0.5), epochs=7)))
        == """\
Dimensions
  l  layer           parameters                makes        numbers
  0  input                                     A[0] (3, m)
  1  Dense(units=2)  W[1] (2, 3)  b[1] (2, 1)  Z[1] (2, m)  8
  1  ReLU()                                    A[1] (2, m)
  2  Dense(units=1)  W[2] (1, 2)  b[2] (1, 1)  Z[2] (1, m)  3
  2  Identity()                                A[2] (1, m)
  11 parameters; m is the number of examples

Forward
  Z[1] = W[1] A[0] + b[1]
  A[1] = max(Z[1], 0)
  Z[2] = W[2] A[1] + b[2]
  A[2] = Z[2]

Cost
  L = (A[2] − Y)² / 2
  J = (1/m) Σᵢ L     (SquaredError())

Backward
  dZ[2] = A[2] − Y     (Identity() with SquaredError())
  dW[2] = (1/m) dZ[2] A[1]ᵀ
  db[2] = (1/m) Σᵢ dZ[2]
  dA[1] = W[2]ᵀ dZ[2]
  dZ[1] = dA[1] ∗ (Z[1] > 0)
  dW[1] = (1/m) dZ[1] A[0]ᵀ
  db[1] = (1/m) Σᵢ dZ[1]

Update
  W := W − α ∗ dW
  GradientDescent(learning_rate=0.5)

Parameters (learned)
  name  shape   numbers
  W[1]  (2, 3)  6
  b[1]  (2, 1)  2
  W[2]  (1, 2)  2
  b[2]  (1, 1)  1

Hyper-parameters (chosen)
  name       value
  layers     Dense(units=2), ReLU(), Dense(units=1), Identity()
  L          2
  loss       SquaredError()
  optimizer  GradientDescent(learning_rate=0.5)
  epochs     7
  seed       0
  shuffle    True"""
    )


def test_a_penalty_is_in_the_cost_and_in_every_dW():
    network = gn.Network(SMALL.layers, SMALL.loss, [gn.L2(0.7)])
    told = describe(network, (3,)).to_data()
    assert told["Cost"][1:] == [
        "J = (1/m) Σᵢ L + (1/m) λ ∗ Σ W² / 2     (SquaredError())",
        "λ = 0.7, for every W of W[1], W[2]",
    ]
    assert "dW[2] = (1/m) dZ[2] A[1]ᵀ + (1/m) λ ∗ W[2]" in told["Backward"]
    assert "dW[1] = (1/m) dZ[1] A[0]ᵀ + (1/m) λ ∗ W[1]" in told["Backward"]
    assert "db[1] = (1/m) Σᵢ dZ[1]" in told["Backward"]
    assert {"name": "penalties", "value": "L2(strength=0.7)"} in told["Hyper-parameters (chosen)"]


def test_every_input_of_a_hybrid_network_is_shown():
    network = gn.Network(
        [gn.Parallel(image=gn.Dense(2), table=gn.Dense(3), join="concatenate"), gn.Dense(1)],
        gn.SquaredError(),
    )
    told = describe(network, {"image": (7,), "table": (5,)}).to_data()
    inputs = [row["makes"] for row in told["Dimensions"] if row["layer"] == "input"]
    assert inputs == ["image.A[0] (7, m)", "table.A[0] (5, m)"]
    assert "A[0] = [image.Z[1]; table.Z[1]]" in told["Forward"]
    assert "[image.dZ[1]; table.dZ[1]] = dA[0]" in told["Backward"]
    # W and b: 2·7 + 2, 3·5 + 3, 5 + 1
    assert parameter_count(network.dimensions({"image": (7,), "table": (5,)})) == 16 + 18 + 6


def test_a_short_cut_adds_to_the_gradient_of_what_it_leaves():
    network = gn.Network(
        [gn.Dense(2), gn.Residual([gn.Dense(2), gn.Tanh()]), gn.Dense(1)], gn.SquaredError()
    )
    told = describe(network, (2,)).to_data()
    assert "A_sum[2] = Z[1] + A[2]" in told["Forward"]
    back = told["Backward"]
    assert back[0] == "dZ[3] = Z[3] − Y"
    first, second = back.index("dZ[1] = dA_sum[2]"), back.index("dZ[1] = dZ[1] + W[2]ᵀ dZ[2]")
    assert first < second < back.index("dW[1] = (1/m) dZ[1] A[0]ᵀ")


def test_a_convolution_is_a_sum_over_the_offsets_of_its_kernel():
    layers = [gn.Conv2D(2, 3), gn.ReLU(), gn.MaxPool2D(2), gn.Flatten(), gn.Dense(1)]
    network = gn.Network(layers, gn.SquaredError(), [gn.L2(0.7)])
    told = describe(network, (7, 11, 1)).to_data()
    assert told["Forward"][0] == "Z[1] = Σₒ W[1][o] seen(A[0], o) + b[1]"
    assert "A_pool[1] = maxₒ seen(A[1], o)" in told["Forward"]
    assert "dW[1][o] = (1/m) Σₚ dZ[1] seen(A[0], o)ᵀ + (1/m) λ ∗ W[1][o]" in told["Backward"]
    assert "dA_pool[1] = like(dA_flat[1], A_pool[1])" in told["Backward"]
    assert not [line for line in told["Backward"] if line.startswith("dA[0]")]


# The equations, read as a person would and executed.

TOKEN = re.compile(
    r"\(1/m\)|Σᵢ|[\w.]*[A-Za-z]\w*\[\d+\](?:′\d+)?|λ\d?|tanh|sign|max|exp|Y|\d+(?:\.\d+)?|[ᵀ²+−∗/>(),]"
)
SIGNS = {"ᵀ": ".T", "²": "**2", "−": "-", "∗": "*"}
OPERATORS = {"+", "−", "∗", "/", ">", ",", "(", None}


def executed(expression, values):
    """The value of an expression in the course's notation: a product is what stands together."""
    text, before = "", None
    for token in TOKEN.findall(expression):
        starts = token not in {"+", "−", "∗", "/", ">", ",", ")", "ᵀ", "²"}
        if starts and before not in OPERATORS | {"tanh", "sign", "max", "exp", "Σᵢ"}:
            text += " * " if before == "(1/m)" or before.startswith("λ") else " @ "
        if token == "Σᵢ":
            text += "rowsum * "
        elif token in values:
            text += f"v[{token!r}]"
        elif token == "(1/m)":
            text += "(1 / m)"
        else:
            text += SIGNS.get(token, token)
        before = token
    names = {"v": values, "m": values["m"], "rowsum": RowSum(), "tanh": np.tanh, "exp": np.exp}
    names |= {"sign": np.sign, "max": np.maximum}
    return eval(text, names)


class RowSum:
    __array_ufunc__ = None

    def __mul__(self, array):
        return array.sum(axis=-1, keepdims=True)

    def __rmul__(self, factor):
        return Factor(factor)


class Factor:
    """(1/m) Σᵢ: a factor that waits for what is to be summed."""

    __array_ufunc__ = None

    def __init__(self, factor):
        self.factor = factor

    def __mul__(self, array):
        return self.factor * array.sum(axis=-1, keepdims=True)


def execute(lines, values):
    for line in lines:
        target, _, expression = line.split("     (")[0].partition(" = ")
        value = executed(expression, values)
        if target.startswith("["):
            start = 0
            for name in target[1:-1].split("; "):
                stop = start + len(values[re.sub(r"d([A-Z])", r"\1", name)])
                values[name] = value[start:stop]
                start = stop
        elif expression.startswith("["):
            raise AssertionError(line)
        else:
            values[target] = value


def course(name):
    return re.sub(r"(\d+)$", r"[\1]", name)


NETWORKS = {
    "plain": [gn.Dense(3), gn.Tanh(), gn.Dense(2), gn.ReLU(), gn.Dense(1), gn.Sigmoid()],
    "residual": [
        *(gn.Dense(3), gn.Tanh(), gn.Residual([gn.Dense(3), gn.Tanh(), gn.Dense(3)])),
        *(gn.Dense(1), gn.Sigmoid()),
    ],
    "residual at the entrance": [gn.Residual([gn.Dense(4), gn.Tanh()]), gn.Dense(1), gn.Sigmoid()],
    "added branches": [
        *(
            gn.Dense(5),
            gn.Parallel(a=gn.Chain([gn.Dense(2), gn.Tanh()]), b=gn.Dense(2), join="add"),
        ),
        *(gn.Dense(1), gn.Sigmoid()),
    ],
    "concatenated branches": [
        gn.Dense(5),
        gn.Tanh(),
        gn.Parallel(a=gn.Chain([gn.Dense(2), gn.Tanh()]), b=gn.Dense(3), join="concatenate"),
        *(gn.Dense(1), gn.Sigmoid()),
    ],
}


@pytest.mark.parametrize("penalties", [(), (gn.L2(0.7),), (gn.L2(0.7), gn.L1(0.3))], ids=len)
@pytest.mark.parametrize("name", NETWORKS)
def test_the_equations_as_printed_give_the_gradients(name, penalties):
    network = gn.Network(NETWORKS[name], gn.BinaryCrossEntropy(), penalties)
    random = np.random.default_rng(3)
    X, Y = random.normal(size=(4, 7)), random.integers(0, 2, (1, 7)).astype(float)
    parameters = network.initialize((4,), seed=1)
    told = describe(network, (4,)).to_data()
    values = {course(name): array for name, array in parameters.items()}
    values |= {"A[0]": X, "Y": Y, "m": 7}
    for line in told["Cost"]:
        if match := re.match(r"(λ\d?) = ([\d.]+)", line):
            values[match[1]] = float(match[2])
    # [a; b] is what np.concatenate makes.
    for line in told["Forward"]:
        target, _, expression = line.partition(" = ")
        if expression.startswith("["):
            parts = [values[name] for name in expression[1:-1].split("; ")]
            values[target] = np.concatenate(parts)
        else:
            execute([line], values)
    output = course(network.graph.output)
    assert_allclose(values[output], network.predict(parameters, X), rtol=1e-12)
    execute(told["Backward"], values)
    for own, gradient in network.gradients(parameters, X, Y).items():
        learned = own if own.rpartition(".")[2].startswith("d") else gradient_name(own)
        assert_allclose(values[course(learned)], gradient, rtol=1e-10, atol=1e-14, err_msg=own)


@pytest.mark.parametrize(
    ("last", "loss", "share"),
    [
        (gn.Sigmoid(), gn.BinaryCrossEntropy(label_smoothing=0.2), "2"),
        (gn.Softmax(), gn.CategoricalCrossEntropy(label_smoothing=0.2), "n"),
    ],
)
def test_smoothed_labels_are_said(last, loss, share):
    text = str(gn.explain(gn.Network([gn.Dense(3), last], loss), input_shape=(2,)))
    assert f"Y′ = (1 − 0.2) ∗ Y + 0.2 / {share}\n" in text
    assert "dZ[1] = A[1] − Y′ " in text


@dataclass(frozen=True)
class Silent(Loss):
    """A loss of somebody's own that states no equations."""

    def each(self, xp, A, Y):
        return xp.abs(A - Y)

    def dA(self, xp, A, Y):
        return xp.sign(A - Y)


def test_a_loss_without_equations_is_named():
    told = describe(gn.Network([gn.Dense(1)], Silent()), (2,)).to_data()
    assert told["Cost"] == ["L = Silent()", "J = (1/m) Σᵢ L     (Silent())"]
    assert told["Backward"][0] == "dZ[1] = dA of Silent()"


def test_the_update_is_shown_with_its_numbers():
    training = gn.Training(gn.AdamW(gn.Cosine(0.1), weight_decay=0.25))
    assert describe(SMALL, (3,), training).to_data()["Update"] == [
        "W := (1 − α ∗ 0.25) ∗ W     (not b)",
        "v := 0.9 ∗ v + (1 − 0.9) ∗ dW",
        "s := 0.999 ∗ s + (1 − 0.999) ∗ dW²",
        "v\u0302 = v / (1 − 0.9ᵗ)",
        "ŝ = s / (1 − 0.999ᵗ)",
        "W := W − α ∗ v\u0302 / (√ŝ + 1e-08)",
        repr(training.optimizer),
    ]
    assert len(describe(SMALL, (3,), gn.Training(gn.LBFGS())).to_data()["Update"]) == 1
    assert "Update" not in describe(SMALL, (3,)).to_data()


def test_statistics_are_told_from_what_is_learned():
    network = gn.Network([gn.Dense(2), gn.BatchNorm()], gn.SquaredError())
    sections = {section.title: section for section in describe(network, (3,)).sections}
    learned = [row[0] for row in sections["Parameters (learned)"].rows]
    carried = [row[0] for row in sections["Statistics (carried from batch to batch)"].rows]
    assert learned == ["W[1]", "b[1]", "gamma[2]", "beta[2]"]
    assert carried == ["mu_run[2]", "var_run[2]"]
    assert "Z[2] = gamma[2] ∗ A_norm[2] + beta[2]" in sections["Forward"].lines


def test_branches_that_are_multiplied():
    network = gn.Network(
        [gn.Dense(2), gn.Parallel(a=gn.Dense(2), b=gn.Dense(2), join="multiply")],
        gn.SquaredError(),
    )
    sections = {section.title: section for section in describe(network, (3,)).sections}
    assert "A_product[1] = a.Z[1] ∗ b.Z[1]" in sections["Forward"].lines
    assert "a.dZ[1] = dA_product[1] ∗ b.Z[1]" in sections["Backward"].lines


def test_a_recurrent_layer_is_its_equations_in_time():
    network = gn.Network([gn.LSTM(2), gn.Dense(1)], gn.SquaredError())
    sections = {section.title: section for section in describe(network, (5, 3)).sections}
    assert "c[1]⟨t⟩ = f[1]⟨t⟩ ∗ c[1]⟨t−1⟩ + i[1]⟨t⟩ ∗ g[1]⟨t⟩" in sections["Forward"].lines
    assert "dWf[1] = (1/m) Σₜ df[1]⟨t⟩ [a[1]⟨t−1⟩; A[0]⟨t⟩]ᵀ" in sections["Backward"].lines
