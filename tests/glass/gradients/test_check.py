"""Right gradients pass; every wrong one is found, and its cause is named."""

from dataclasses import dataclass

import numpy as np
import pytest
from tests.conformance.conftest import CATALOGUE

import glassnet as gn
from glassnet.errors import DataError, HyperparameterError, ShapeError
from glassnet.layers.dense import Dense
from glassnet.layers.layer import Layer
from glassnet.losses.loss import Loss
from glassnet.penalties import Penalty

random = np.random.default_rng(11)
X, Y = random.standard_normal((3, 7)), (random.random((1, 7)) > 0.5).astype(float)


def network(*hidden, penalties=()):
    layers = [*hidden, gn.Dense(1), gn.Sigmoid()]
    return gn.Network(layers, gn.BinaryCrossEntropy(), penalties)


PLAIN = network(gn.Dense(5), gn.Tanh())


# --- What is right is never blamed ----------------------------------------------------------------

# Layers that take only some sizes are given data.
SIZED = {
    "Reshape": (1, 3, 7),
    "Conv2D": (5, 3, 34, 7),
    "Conv1D": (5, 3, 7),
    "ConvTranspose2D": (3, 2, 17, 7),
}


def data_for(layer):
    """Data of the sizes that a layer can take, where it is particular."""
    if isinstance(layer, gn.Reshape) or getattr(layer, "groups", 1) > 1:
        return np.random.default_rng(1).standard_normal(SIZED[type(layer).__name__])
    return None


@pytest.mark.parametrize("layer", CATALOGUE, ids=repr)
def test_layers_of_the_library_pass(layer):
    check = gn.gradient_check(layer, X=data_for(layer), entries=30)
    assert check.passed, check
    assert check.worst.error < 1e-6


@pytest.mark.parametrize(
    "loss",
    [
        gn.BinaryCrossEntropy(),
        gn.BinaryCrossEntropy(0.2),
        gn.CategoricalCrossEntropy(),
        gn.SquaredError(),
        gn.AbsoluteError(),
        gn.Huber(0.7),
        gn.Poisson(),
        gn.Quantile(0.3),
    ],
    ids=repr,
)
def test_losses_of_the_library_pass(loss):
    check = gn.gradient_check(loss)
    assert check.passed, check
    names = [each.name for each in check.comparisons]
    assert names == (["dA"] if loss.canonical is None else ["dA", "dZ"])


@pytest.mark.parametrize("penalties", [(), (gn.L2(0.7),), (gn.L1(0.2), gn.L2(0.3))])
def test_networks_of_any_layers_pass(penalties):
    deep = network(
        gn.Dense(5),
        gn.ReLU(),
        gn.Dropout(0.4),
        gn.Residual([gn.Dense(5), gn.Tanh()]),
        gn.Parallel(left=gn.Dense(2), right=gn.Chain([gn.Dense(3), gn.GELU()]), join="concatenate"),
        penalties=penalties,
    )
    check = gn.gradient_check(deep, None, X, Y)
    assert check.passed, check


def test_networks_on_images_sequences_and_symbols_pass():
    own = np.random.default_rng(3)
    labels = (own.random((1, 7)) > 0.5).astype(float)
    end = [gn.Dense(1), gn.Sigmoid()]
    pixels = [gn.Conv2D(2, 3), gn.BatchNorm(), gn.ReLU(), gn.MaxPool2D(2), gn.Flatten(), *end]
    steps = [gn.LSTM(3, last=True), *end]
    symbols = [gn.Embedding(11, 3), gn.GRU(5, last=True), *end]
    for layers, data in (
        (pixels, own.standard_normal((8, 6, 3, 7))),
        (steps, own.standard_normal((5, 3, 7))),
        (symbols, own.integers(0, 11, (5, 1, 7))),
    ):
        check = gn.gradient_check(
            gn.Network(layers, gn.BinaryCrossEntropy()), None, data, labels, entries=20
        )
        assert check.passed, check


def test_float32_data_are_checked_in_float64():
    assert gn.gradient_check(PLAIN, None, X.astype(np.float32), Y).worst.error < 1e-8


def test_a_kink_is_no_fault():
    relu = network(gn.Dense(5), gn.ReLU())
    start = relu.initialize((3,))
    check = gn.gradient_check(relu, start, np.zeros((3, 7)), Y)  # every Z[1] is exactly 0
    assert check.passed, check
    assert "db1: 5 entries at a kink of the cost" in str(check)


def test_large_costs_and_small_gradients_pass():
    wide = gn.Network([gn.Dense(2), gn.Dense(1)], gn.SquaredError())
    assert gn.gradient_check(wide, None, 1e4 * X, 1e6 + Y).passed
    assert gn.gradient_check(wide, None, 1e-6 * X, 1e-6 * Y).passed


def test_numbers_with_a_wide_range_pass():
    assert gn.gradient_check(PLAIN, None, X * np.array([[1.0], [300.0], [1e-3]]), Y).passed


@pytest.mark.parametrize("seed", range(20))
def test_no_false_alarm_at_other_numbers(seed):
    own = np.random.default_rng(seed)
    X, Y = own.standard_normal((3, 7)), (own.random((1, 7)) > 0.5).astype(float)
    relu = network(gn.Dense(5), gn.ReLU(), gn.Dense(3), gn.LeakyReLU(), penalties=(gn.L1(0.5),))
    check = gn.gradient_check(relu, relu.initialize((3,), seed), X, Y, seed=seed)
    assert check.passed, check


# --- A wrong layer is found, and why --------------------------------------------------------------


class WithoutMean(Dense):
    def gradients(self, xp, dZ, A):
        return {name: dZ.shape[-1] * each for name, each in super().gradients(xp, dZ, A).items()}


class MeanTwice(Dense):
    def gradients(self, xp, dZ, A):
        return {name: each / dZ.shape[-1] for name, each in super().gradients(xp, dZ, A).items()}


class MeanInBackward(Dense):
    def backward(self, xp, dZ, W):
        return {"dA": W.T @ dZ / dZ.shape[-1]}


class WrongSign(Dense):
    def gradients(self, xp, dZ, A):
        return {name: -each for name, each in super().gradients(xp, dZ, A).items()}


class TwiceTheBias(Dense):
    def gradients(self, xp, dZ, A):
        made = super().gradients(xp, dZ, A)
        return {**made, "db": 2 * made["db"]}


class ThreeTimesTheBias(Dense):
    def gradients(self, xp, dZ, A):
        made = super().gradients(xp, dZ, A)
        return {**made, "db": 3.7 * made["db"]}


class Transposed(Dense):
    def gradients(self, xp, dZ, A):
        return {**super().gradients(xp, dZ, A), "dW": A @ dZ.mT / dZ.shape[-1]}


class WithoutSum(Dense):
    def gradients(self, xp, dZ, A):
        return {**super().gradients(xp, dZ, A), "db": dZ / dZ.shape[-1]}


class WithoutKeepdims(Dense):
    def gradients(self, xp, dZ, A):
        return {**super().gradients(xp, dZ, A), "db": xp.sum(dZ, axis=-1) / dZ.shape[-1]}


class SumOverUnits(Dense):
    def gradients(self, xp, dZ, A):
        db = xp.sum(dZ, axis=0, keepdims=True) / dZ.shape[-1]
        return {**super().gradients(xp, dZ, A), "db": db}


class ForgottenBias(Dense):
    def gradients(self, xp, dZ, A):
        return {"dW": super().gradients(xp, dZ, A)["dW"]}


class ZeroGradient(Dense):
    def gradients(self, xp, dZ, A):
        made = super().gradients(xp, dZ, A)
        return {**made, "dW": 0 * made["dW"]}


class WithoutSlope(gn.Tanh):
    def g_prime(self, xp, Z, A):
        return xp.ones_like(Z)


class SlopeOfSigmoid(gn.Tanh):
    def g_prime(self, xp, Z, A):
        return A * (1 - A)


class SlopeAtA(gn.Sigmoid):
    def g_prime(self, xp, Z, A):
        again = self.g(xp, A)
        return again * (1 - again)


class SlopeOfZ(gn.Tanh):
    def g_prime(self, xp, Z, A):
        return 1 - Z**2


class ForgottenSquare(gn.Tanh):
    def g_prime(self, xp, Z, A):
        return 1 - A


class OddSlope(gn.Tanh):
    def g_prime(self, xp, Z, A):
        return 1 - A**2 + 0.1 * Z**3


class Unexplained(Dense):
    def backward(self, xp, dZ, W):
        return {"dA": W.T @ dZ + 0.1 * dZ[:1] ** 2}


CACHE: dict[str, object] = {}


class LastCache(gn.Tanh):
    """Keeps what its last forward pass made."""

    def g(self, xp, Z):
        CACHE["last"] = xp.tanh(Z)
        return xp.tanh(Z)

    def g_prime(self, xp, Z, A):
        return 1 - CACHE["last"] ** 2


class FirstCache(gn.Tanh):
    """Keeps what its first forward pass made."""

    def g(self, xp, Z):
        CACHE.setdefault("first", xp.tanh(Z))
        return xp.tanh(Z)

    def g_prime(self, xp, Z, A):
        return 1 - CACHE["first"] ** 2


@pytest.fixture(autouse=True)
def _empty_cache():
    CACHE.clear()


WRONG = [
    (WithoutMean(5), "dW", "the 1/m is missing: {} is m = 7 times too large"),
    (
        MeanTwice(5),
        "dW",
        "(1/m) with m = 7 stands there once too often: {} is m times too small",
    ),
    (
        MeanInBackward(5),
        "dA",
        "(1/m) with m = 7 stands there once too often: {} is m times too small",
    ),
    (WrongSign(5), "db", "the sign: −{} is right"),
    (TwiceTheBias(5), "db", "a factor 2 too much: {} is twice what it has to be"),
    (ThreeTimesTheBias(5), "db", "{} is 3.7 times too large in every entry"),
    (Transposed(5), "dW", "{0} is transposed: {0}ᵀ has the right numbers"),
    (Transposed(11), "dW", "{0} is transposed: {0}ᵀ has the right numbers"),  # a square one
    (
        WithoutSum(5),
        "db",
        "the sum over the examples is missing: sum({}, axis=-1, keepdims=True) is right",
    ),
    (WithoutKeepdims(5), "db", "keepdims is missing: {}.reshape(-1, 1) has the right numbers"),
    (
        SumOverUnits(5),
        "db",
        "the sum is over the wrong axis: {} is sum(dZ, axis=-1, keepdims=True) / m, "
        "over the examples",
    ),
    (ForgottenBias(5), "db", "{} is not among the gradients: return it under its name"),
    (
        ZeroGradient(5),
        "dW",
        "{} is zero everywhere: it is never computed, or what it is made of is cut off",
    ),
    (
        Unexplained(5),
        "dA",
        "{} of Unexplained(units=5) is explained by nothing that was tried: compare its equation "
        "with that of `forward`",
    ),
]


@pytest.mark.parametrize(("layer", "name", "cause"), WRONG, ids=lambda x: type(x).__name__)
def test_a_wrong_layer_is_found_and_its_cause_named(layer, name, cause):
    check = gn.gradient_check(layer)
    assert not check.passed
    assert check.worst.name in {each.name for each in check.comparisons if not each.right}
    assert name in {each.name for each in check.comparisons if not each.right}
    assert cause.format(name) in check.diagnosis, check


def test_a_matrix_of_another_shape_is_named_where_a_penalty_cannot_be_added_to_it():
    subject = gn.Network([Transposed(5), gn.Tanh(), Dense(1)], gn.SquaredError(), [gn.L2(0.3)])
    check = gn.gradient_check(subject, None, np.ones((3, 7)), np.ones((1, 7)))
    assert check.diagnosis == ("dW[1] is transposed: dW[1]ᵀ has the right numbers",)


@pytest.mark.parametrize(
    ("layer", "formula"),
    [
        (WithoutSlope(), "1 for g′: the factor is missing"),
        (SlopeOfSigmoid(), "the derivative of the sigmoid, {a} (1 − {a})"),
        (SlopeAtA(), "g′({a}) for g′({z}): the derivative is taken at {a}"),
        (SlopeOfZ(), "1 − {z}²: the formula of tanh wants {a} in it"),
        (ForgottenSquare(), "1 − {a}: the formula of tanh has {a}² there"),
    ],
    ids=repr,
)
def test_a_wrong_derivative_is_named_alone_and_inside_a_network(layer, formula):
    (cause,) = gn.gradient_check(layer).diagnosis
    assert cause == f"dZ = dA ∗ g′(Z): {layer} takes {formula.format(z='Z', a='A')}"
    check = gn.gradient_check(network(gn.Dense(5), layer, gn.Dense(3), gn.ReLU()), None, X, Y)
    assert [each.name for each in check.comparisons if not each.right] == ["dW1", "db1"]
    told = formula.format(z="Z[1]", a="A[1]")
    assert check.diagnosis == (f"dZ[1] = dA[1] ∗ g′(Z[1]): {layer} takes {told}",)


def test_another_derivative_is_told_with_both_its_numbers():
    (cause,) = gn.gradient_check(OddSlope()).diagnosis
    assert cause.startswith(
        "dZ = dA ∗ g′(Z): g′ of OddSlope() is not the derivative of its g; at z = "
    )
    told = cause.replace("−", "-").replace(",", "").replace(";", "").split()
    z = float(told[told.index("z") + 2])
    assert float(told[told.index("is", 12) + 1]) == pytest.approx(
        1 - np.tanh(z) ** 2 + 0.1 * z**3, rel=1e-2
    )
    assert float(told[-1]) == pytest.approx(1 - np.tanh(z) ** 2, rel=1e-2)


@pytest.mark.parametrize("layer", [LastCache(), FirstCache()], ids=repr)
def test_a_stale_cache_is_named(layer):
    (cause,) = gn.gradient_check(layer).diagnosis
    assert str(layer) in cause
    assert cause.endswith("take what `backward` and `gradients` are given")
    assert ("keeps values of its own" if "Last" in repr(layer) else "a stale cache: dZ") in cause
    CACHE.clear()
    check = gn.gradient_check(network(gn.Dense(5), layer), None, X, Y)
    assert not check.passed
    assert str(layer) in check.diagnosis[0]


def test_a_cache_of_this_very_batch_is_found_as_well():
    stale = network(gn.Dense(5), FirstCache())
    start = stale.initialize((3,), 1)
    stale.gradients(start, X, Y)
    check = gn.gradient_check(stale, start, X, Y)
    assert not check.passed
    assert check.diagnosis[0].startswith("a stale cache: FirstCache() gives the same examples")


def test_the_layer_at_fault_is_named_where_all_below_it_are_wrong():
    deep = network(gn.Dense(5), gn.Tanh(), MeanInBackward(3), gn.ReLU())
    check = gn.gradient_check(deep, None, X, Y)
    assert [each.name for each in check.comparisons if not each.right] == ["dW1", "db1"]
    assert check.diagnosis == (
        "(1/m) with m = 7 stands there once too often: dA[1] is m times too small",
    )


@dataclass(frozen=True)
class Scale(Layer):
    """A layer with another parameter than W, on sequences."""

    shapes = "A: ... n m, g: n 1 -> Z: ... n m"

    def initializers(self):
        return {"g": gn.Constant(1.0)}

    def forward(self, xp, A, g):
        return {"Z": g * A}

    def gradients(self, xp, dZ, A):
        return {"dg": xp.sum(dZ * A, axis=-1, keepdims=True) / dZ.shape[-1]}

    def backward(self, xp, dZ, g):
        return {"dA": g * dZ}


def test_leading_axes_that_are_not_summed_are_named():
    assert gn.gradient_check(Scale()).passed
    check = gn.gradient_check(Scale(), X=np.random.default_rng(0).normal(size=(2, 3, 7)))
    assert check.diagnosis == (
        "the sum over the leading axes is missing: dg is one matrix for each position",
    )


@dataclass(frozen=True)
class Cubed(Loss):
    factor: float = 1.0

    def each(self, xp, A, Y):
        return (A - Y) ** 4

    def dA(self, xp, A, Y):
        return self.factor * 4 * (A - Y) ** 3


def test_a_loss_of_ones_own():
    assert gn.gradient_check(Cubed()).passed
    check = gn.gradient_check(Cubed(-1.0))
    assert check.diagnosis == ("the sign: −dA is right",)
    assert gn.gradient_check(Cubed(1 / 7)).diagnosis == (
        "(1/m) with m = 7 stands there once too often: dA is m times too small",
    )
    wrong = gn.Network([gn.Dense(1)], Cubed(-1.0))
    assert gn.gradient_check(wrong, None, X, Y).diagnosis == ("the sign: −dA is right",)


@dataclass(frozen=True)
class LyingL2(Penalty):
    def cost(self, xp, W):
        return self.strength / 2 * xp.sum(W**2)

    def dW(self, xp, W):
        return 0.3 * self.strength * W


def test_a_penalty_whose_derivative_is_another():
    lying = network(gn.Dense(5), gn.Tanh(), penalties=(LyingL2(0.9),))
    check = gn.gradient_check(lying, None, X, Y)
    assert check.diagnosis == (
        "dW[1]: the dW of LyingL2(strength=0.9) is not the derivative of its cost",
        "dW[2]: the dW of LyingL2(strength=0.9) is not the derivative of its cost",
    )


# --- A backward pass of one's own -----------------------------------------------------------------


def own(change):
    """The gradients of a network with L2, as somebody changed them, and what is found."""
    penalized = network(gn.Dense(5), gn.Tanh(), penalties=(gn.L2(0.9),))
    start = penalized.initialize((3,), 2)
    right = penalized.gradients(start, X, Y)
    changed = {name: change(name, start.get(name[1:]), dW) for name, dW in right.items()}
    return gn.gradient_check(penalized, start, X, Y, gradients=changed)


def test_right_gradients_of_ones_own_pass():
    check = own(lambda name, W, dW: dW)
    assert check.passed
    assert check.subject == "your own backward pass"


@pytest.mark.parametrize(
    ("change", "cause"),
    [
        (lambda W: -0.9 * W / 7, "the L2 term is missing: add (1/m) λ {}"),
        (
            lambda W: 0.9 * W - 0.9 * W / 7,
            "the L2 term is not divided by m: (1/m) λ {} is right",
        ),
        (lambda W: -1.8 * W / 7, "the L2 term has the wrong sign: + (1/m) λ {} is right"),
        (
            lambda W: 0.9 * W / 7,
            "the L2 term is twice what it has to be: the derivative of (λ/2) w² is λ w",
        ),
        (
            lambda W: -0.45 * W / 7,
            "the L2 term is half of what it has to be: the derivative of (λ/2) w² is λ w",
        ),
    ],
)
def test_a_wrong_penalty_term_is_named(change, cause):
    check = own(lambda name, W, dW: dW + change(W) if name.startswith("dW") else dW)
    assert check.diagnosis == (
        f"dW[1]: {cause.format('W[1]')}",
        f"dW[2]: {cause.format('W[2]')}",
    )


def test_one_wrong_entry_is_found_and_nothing_else_is_blamed():
    def change(name, W, dW):
        if name == "dW1":
            dW = dW.copy()
            dW[3, 1] += 1e-3
        return dW

    check = own(change)
    assert check.worst.name == "dW1"
    assert check.worst.at == (3, 1)
    assert check.worst.backward - check.worst.differences == pytest.approx(1e-3, rel=1e-5)
    assert [each.right for each in check.comparisons] == [False, True, True, True]
    assert check.diagnosis == (
        "dW[1] is explained by nothing that was tried: look at the equations that make it",
    )


def test_a_number_that_is_nan_is_wrong():
    check = own(lambda name, W, dW: dW * np.nan if name == "db2" else dW)
    assert not check.passed
    assert check.worst.name == "db2"


def test_a_gradient_that_is_left_out_is_missing():
    check = gn.gradient_check(PLAIN, None, X, Y, gradients={"dW1": np.zeros((5, 3))})
    assert "db1    5 of 5    it is missing" in str(check)
    assert "db[2] is not among the gradients: return it under its name" in check.diagnosis


# --- What it says ---------------------------------------------------------------------------------


def test_the_text_in_full():
    simple = gn.Network([gn.Dense(1)], gn.SquaredError())
    parameters = {"W1": [[2.0]], "b1": [[0.5]]}
    check = gn.gradient_check(
        simple, parameters, [[1.0, 3.0]], [[3.0, 5.0]], gradients={"dW1": [[4.0]], "db1": [[0.5]]}
    )
    # A = 2.5 and 6.5, A − Y = −0.5 and 1.5: dW = (−0.5 + 4.5) / 2 = 2, db = 1 / 2.
    told = str(check).splitlines()
    assert told[:3] == [
        "Gradients of your own backward pass: wrong: dW1",
        "  array  entries  worst at  backward  differences  relative error",
        "  dW1    1 of 1   [0, 0]    4         2            3e-01",
    ]
    assert told[3].startswith("  db1    1 of 1   [0, 0]    0.5       0.5          ")
    assert told[4:] == [
        "  most likely: the 1/m is missing: dW[1] is m = 2 times too large",
    ]


def test_as_data():
    import json

    told = json.loads(json.dumps(gn.gradient_check(PLAIN, None, X, Y).to_data()))
    assert told["passed"]
    assert [each["name"] for each in told["arrays"]] == ["dW1", "db1", "dW2", "db2"]
    missing = gn.gradient_check(ForgottenBias(5)).to_data()
    assert json.loads(json.dumps(missing))["arrays"][1]["fault"] == "it is missing"


def test_a_large_network_is_sampled():
    wide = network(gn.Dense(41), gn.Tanh())
    check = gn.gradient_check(wide, None, X, Y, entries=13)
    assert [each.entries for each in check.comparisons] == [13, 13, 13, 1]
    assert "13 of 123" in str(check)


def test_nothing_is_changed():
    start = PLAIN.initialize((3,), 5)
    arrays = [X, Y, *start.values()]
    before = [array.copy() for array in arrays]
    gn.gradient_check(PLAIN, start, X, Y)
    assert all(np.array_equal(*both) for both in zip(arrays, before, strict=True))


# --- What it refuses ------------------------------------------------------------------------------


def test_a_network_needs_data():
    with pytest.raises(HyperparameterError) as caught:
        gn.gradient_check(PLAIN, PLAIN.initialize((3,)))
    assert str(caught.value) == (
        "gradient_check of a network needs X and Y. Got one of them, or none.\n"
        "  to fix     gradient_check(network, parameters, X, Y)"
    )


def test_other_subjects_are_refused():
    with pytest.raises(
        HyperparameterError, match=r"must be a Network, a Layer or a Loss"
    ) as caught:
        gn.gradient_check(gn.Chain([gn.Dense(3), gn.Tanh()]))
    assert "to fix     put several layers into a network" in str(caught.value)


def test_gradients_of_other_names_are_refused():
    with pytest.raises(DataError, match=r"not those of the network's parameters") as caught:
        gn.gradient_check(PLAIN, None, X, Y, gradients={"dw1": np.zeros((5, 3))})
    assert "did you mean 'dW1'?" in str(caught.value)


def test_arrays_that_do_not_fit_are_refused():
    with pytest.raises(ShapeError):
        gn.gradient_check(PLAIN, PLAIN.initialize((2,)), X, Y)


def test_a_layer_without_gradients_is_refused():
    @dataclass(frozen=True)
    class Indices(Layer):
        shapes = "A: n m -> Z: n m"

        def forward(self, xp, A):
            return {"Z": A}

    with pytest.raises(HyperparameterError, match=r"has no gradient to check"):
        gn.gradient_check(Indices())
