"""Initialisers: the course's own draws, variances, and the choice of the scheme."""

import math

import numpy as np
import pytest

import glassnet as gn
from glassnet.errors import HyperparameterError
from glassnet.initializers import Initializer, fans

SHAPES = [(211, 307), (3, 3, 23, 31)]


def random(seed=1):
    return np.random.RandomState(seed)


def test_the_courses_draws():
    """np.random.seed(3); W1 = np.random.randn(4, 3) * 0.01; b1 = np.zeros((4, 1)); W2 = ..."""
    network = gn.Network(
        [gn.Dense(4), gn.Tanh(), gn.Dense(1), gn.Sigmoid()], gn.BinaryCrossEntropy()
    )
    made = network.initialize((3,), seed=random(3), scheme=gn.Normal(0.01))
    source = np.random.RandomState(3)
    np.testing.assert_array_equal(made["W1"], source.randn(4, 3) * 0.01)
    np.testing.assert_array_equal(made["b1"], np.zeros((4, 1)))
    np.testing.assert_array_equal(made["W2"], source.randn(1, 4) * 0.01)
    assert made["W1"][0].round(8).tolist() == [0.01788628, 0.0043651, 0.00096497]


def test_the_courses_deep_draws():
    """np.random.seed(1); W = np.random.randn(n[l], n[l-1]) / np.sqrt(n[l-1])."""
    network = gn.Network([gn.Dense(5), gn.ReLU(), gn.Dense(2)], gn.SquaredError())
    made = network.initialize((3,), seed=random(1), scheme=gn.InverseSqrt())
    source = np.random.RandomState(1)
    np.testing.assert_array_equal(made["W1"], source.randn(5, 3) / np.sqrt(3))
    np.testing.assert_array_equal(made["W2"], source.randn(2, 5) / np.sqrt(5))


@pytest.mark.parametrize("shape", SHAPES, ids=len)
@pytest.mark.parametrize(
    ("scheme", "variance", "uniform"),
    [
        (gn.Normal(0.3), lambda fan_in, fan_out: 0.09, False),
        (gn.InverseSqrt(), lambda fan_in, fan_out: 1 / fan_in, False),
        (gn.LeCun(), lambda fan_in, fan_out: 1 / fan_in, True),
        (gn.He(), lambda fan_in, fan_out: 2 / fan_in, False),
        (gn.Glorot(), lambda fan_in, fan_out: 2 / (fan_in + fan_out), True),
    ],
    ids=lambda value: repr(value) if isinstance(value, Initializer) else "",
)
def test_variances(scheme, variance, uniform, shape):
    W = scheme.draw(random(), shape)
    expected = variance(*fans(shape))
    deviations = np.abs(W).max() / math.sqrt(expected)
    assert W.shape == shape
    assert W.dtype == np.float64
    assert W.var() == pytest.approx(expected, rel=0.05)
    assert abs(W.mean()) < 5 * math.sqrt(expected / W.size)
    assert (deviations <= math.sqrt(3)) == uniform


def test_fans():
    assert fans((5, 3)) == (3, 5)
    assert fans((2, 7, 5, 3)) == (42, 70)


def test_constants():
    np.testing.assert_array_equal(gn.Zeros().draw(random(), (2, 3)), np.zeros((2, 3)))
    np.testing.assert_array_equal(gn.Constant(-1.5).draw(random(), (2, 3)), np.full((2, 3), -1.5))


@pytest.mark.parametrize("shape", [(5, 3), (3, 5), (5, 5), (2, 7, 5, 3)], ids=str)
def test_orthogonal(shape):
    W = gn.Orthogonal().draw(random(), shape)
    assert W.shape == shape
    tall = shape[-2] >= shape[-1]
    product = W.mT @ W if tall else W @ W.mT
    np.testing.assert_allclose(
        product, np.broadcast_to(np.eye(min(shape[-2:])), product.shape), atol=1e-12
    )


def test_orthogonal_has_no_preferred_sign():
    corners = [gn.Orthogonal().draw(random(seed), (2, 2))[0, 0] for seed in range(200)]
    assert 60 < sum(corner > 0 for corner in corners) < 140


def test_who_chooses_the_scheme():
    """The layer's own initialiser, else `scheme`, else what the activation behind it wants."""

    class Ones(Initializer):
        def draw(self, random, shape):
            return np.ones(shape)

    network = gn.Network(
        [gn.Dense(7, Ones()), gn.ReLU(), gn.Dense(5), gn.Dropout(0.5), gn.ReLU(), gn.Dense(1)],
        gn.SquaredError(),
    )
    chosen, given = network.initialize((3,), seed=random()), random()
    assert (chosen["W1"] == 1).all()
    np.testing.assert_array_equal(chosen["W2"], gn.He().draw(given, (5, 7)))
    np.testing.assert_array_equal(chosen["W3"], gn.Glorot().draw(given, (1, 5)))
    same = network.initialize((3,), scheme=gn.Constant(0.5))
    assert (same["W1"] == 1).all()
    assert (same["W2"] == 0.5).all()
    assert (same["b2"] == 0).all()


def test_seeds():
    network = gn.Network([gn.Dense(5)], gn.SquaredError())
    one, two = network.initialize((3,), seed=1), network.initialize((3,), seed=1)
    np.testing.assert_array_equal(one["W1"], two["W1"])
    assert (one["W1"] != network.initialize((3,), seed=2)["W1"]).all()
    generated = network.initialize((3,), seed=np.random.default_rng(1))
    np.testing.assert_array_equal(generated["W1"], one["W1"])
    assert network.initialize((3,), dtype=np.float32)["W1"].dtype == np.float32


@pytest.mark.row(49)
@pytest.mark.parametrize("seed", [-1, "1", 1.5, None, True, [1]])
def test_seeds_that_are_none(seed):
    network = gn.Network([gn.Dense(5)], gn.SquaredError())
    with pytest.raises(HyperparameterError, match=r"'seed' parameter must be .* Got"):
        network.initialize((3,), seed=seed)


@pytest.mark.row(49)
def test_large_seeds_are_accepted():
    network = gn.Network([gn.Dense(5)], gn.SquaredError())
    assert network.initialize((3,), seed=2**32)["W1"].shape == (5, 3)
    assert network.initialize((3,), seed=np.int64(5))["W1"].shape == (5, 3)


@pytest.mark.row(37)
@pytest.mark.parametrize("scale", [-1.0, math.nan, math.inf, "0.01", None])
def test_scales_outside_their_domain(scale):
    with pytest.raises(HyperparameterError, match="'scale' parameter of Normal"):
        gn.Normal(scale)


@pytest.mark.row(37)
@pytest.mark.parametrize("extra", [{"scheme": "he"}, {"dtype": int}, {"dtype": "f2"}], ids=repr)
def test_schemes_and_types_that_are_none(extra):
    (name,) = extra
    with pytest.raises(HyperparameterError, match=f"'{name}' parameter must be .* Got"):
        gn.Network([gn.Dense(5)], gn.SquaredError()).initialize((3,), **extra)
