"""Activations against SciPy, hand-worked numbers and 50-digit decimals, and far from zero."""

import decimal
import math

import numpy as np
import pytest
import scipy.special as sp

import glassnet as gn
from glassnet.errors import HyperparameterError
from glassnet.namespace import numpy_namespace as xp

Z = np.linspace(-6, 6, 41).reshape(1, -1) + 0.01

ORACLES = {
    gn.Identity(): lambda z: z,
    gn.Sigmoid(): sp.expit,
    gn.Tanh(): lambda z: 2 * sp.expit(2 * z) - 1,
    gn.ReLU(): lambda z: np.clip(z, 0, None),
    gn.LeakyReLU(0.3): lambda z: np.maximum(z, 0) + 0.3 * np.minimum(z, 0),
    gn.Exponential(): lambda z: np.e**z,
    gn.ELU(0.6): lambda z: np.maximum(z, 0) + 0.6 * np.expm1(np.minimum(z, 0)),
    gn.SELU(): lambda z: (
        1.0507009873554805 * np.maximum(z, 0) + 1.7580993408473766 * np.expm1(np.minimum(z, 0))
    ),
    gn.Softplus(): lambda z: -sp.log_expit(-z),
    gn.GELU(): lambda z: z * sp.ndtr(z),
    gn.SiLU(): lambda z: z * sp.expit(z),
    gn.Mish(): lambda z: z * np.tanh(-sp.log_expit(-z)),
}
ACTIVATIONS = [*ORACLES, gn.Softmax()]


@pytest.mark.parametrize("activation", ORACLES, ids=repr)
def test_values(activation):
    np.testing.assert_allclose(activation.g(xp, Z), ORACLES[activation](Z), rtol=1e-13, atol=1e-15)


@pytest.mark.parametrize("activation", ORACLES, ids=repr)
def test_values_stay_within_what_the_activation_says(activation):
    A = activation.g(xp, np.linspace(-40, 40, 4001)[None, :])
    assert activation.low <= A.min()
    assert A.max() <= activation.high
    if activation.low > -math.inf:
        assert A.min() == pytest.approx(activation.low, abs=1e-12)


@pytest.mark.parametrize("leading", [(), (2,), (2, 5)], ids=len)
def test_softmax(leading):
    Z = np.random.default_rng(0).standard_normal((*leading, 3, 7))
    A = gn.Softmax().g(xp, Z)
    np.testing.assert_allclose(A, sp.softmax(Z, axis=-2), rtol=1e-14)
    np.testing.assert_allclose(A.sum(axis=-2), 1, rtol=1e-14)
    np.testing.assert_allclose(gn.Softmax().g(xp, Z + 100), A, rtol=1e-12)


@pytest.mark.row(65)
def test_softmax_of_one_class_is_always_one():
    Z = np.array([[-3.0, 0.0, 1e4]])
    np.testing.assert_array_equal(gn.Softmax().g(xp, Z), [[1, 1, 1]])
    made = gn.Softmax().backward(xp, np.ones((1, 3)), Z, np.ones((1, 3)))
    np.testing.assert_array_equal(made["dZ"], np.zeros((1, 3)))


def test_the_slope_at_the_kink():
    zero = np.zeros((1, 1))
    assert gn.ReLU().g_prime(xp, zero, zero) == 0
    assert gn.LeakyReLU(0.3).g_prime(xp, zero, zero) == 0.3


def test_slopes_worked_by_hand():
    half = np.full((1, 1), 0.5)
    assert gn.Sigmoid().g_prime(xp, 0 * half, half) == 0.25
    assert gn.Tanh().g_prime(xp, half, half) == 0.75
    assert gn.Softplus().g_prime(xp, 0 * half, half) == 0.5
    assert gn.GELU().g_prime(xp, 0 * half, 0 * half) == 0.5
    assert gn.SiLU().g_prime(xp, 0 * half, 0 * half) == 0.5
    assert gn.Mish().g_prime(xp, 0 * half, 0 * half) == pytest.approx(0.6)
    assert gn.ELU(1.0).g_prime(xp, half, half) == 1


@pytest.mark.row(72, 73)
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("activation", ACTIVATIONS, ids=repr)
def test_far_from_zero_nothing_overflows(activation, dtype):
    Z = np.array([[-1e4, -1000, -100, 0, 100, 1000, 1e4]], dtype=dtype)
    Z = np.vstack([Z, Z[:, ::-1]])
    if isinstance(activation, gn.Exponential):
        Z = np.clip(Z, None, 80)
    # The input is a layer's output here, so that the engine asks for its gradient too.
    network = gn.Network([gn.Dense(2), activation], gn.AbsoluteError())
    trace = network.trace({"W1": np.eye(2), "b1": np.zeros((2, 1))}, Z, np.full(Z.shape, -2e4))
    A, dZ = trace["A1"], trace["dZ1"]
    assert np.isfinite(A).all()
    assert np.isfinite(dZ).all()
    assert A.dtype == dZ.dtype == dtype
    if isinstance(activation, gn.Sigmoid | gn.Tanh | gn.Softmax):
        saturated = np.abs(Z) >= 1000
        assert (dZ[saturated] == 0).all()
        assert set(A[saturated].tolist()) <= {-1.0, 0.0, 1.0}


@pytest.mark.row(72)
def test_softmax_of_the_largest_numbers():
    Z = np.full((3, 1), 3e38, dtype=np.float32)
    np.testing.assert_allclose(gn.Softmax().g(xp, Z), 1 / 3, rtol=1e-6)
    Z = np.array([[1e4], [-1e4]])
    np.testing.assert_array_equal(gn.Softmax().g(xp, Z), [[1], [0]])


def _exact(function, z: float) -> float:
    with decimal.localcontext(decimal.Context(prec=60)):
        return float(function(decimal.Decimal(z)))


@pytest.mark.row(74)
@pytest.mark.parametrize("z", [-1e-3, -1e-8, -1e-12, 1e-12, -30.0, -45.0, 3.0])
def test_small_results_keep_all_their_digits(z):
    four = 4 * np.finfo(float).eps
    at = np.array([[z]])
    softplus = _exact(lambda z: (1 + z.exp()).ln(), z)
    assert gn.Softplus().g(xp, at).item() == pytest.approx(softplus, rel=four, abs=0)
    elu = _exact(lambda z: z if z > 0 else z.exp() - 1, z)
    assert gn.ELU().g(xp, at).item() == pytest.approx(elu, rel=four, abs=0)
    log_loss = _exact(lambda z: (1 + (-abs(z)).exp()).ln(), z)
    L = gn.BinaryCrossEntropy().each_from_Z(xp, -abs(at), np.zeros((1, 1))).item()
    assert pytest.approx(log_loss, rel=four, abs=0) == L


def test_the_initializers_that_suit():
    he = {gn.ReLU, gn.LeakyReLU, gn.ELU, gn.Softplus, gn.GELU, gn.SiLU, gn.Mish}
    for activation in ACTIVATIONS:
        kind = type(activation)
        expected = gn.He if kind in he else gn.LeCun if kind is gn.SELU else gn.Glorot
        assert type(activation.initializer) is expected


@pytest.mark.row(37)
@pytest.mark.parametrize("make", [gn.LeakyReLU, gn.ELU])
@pytest.mark.parametrize("value", [-0.1, math.nan, math.inf, "0.1", None, True, 1j, [0.1]])
def test_slopes_outside_their_domain(make, value):
    with pytest.raises(HyperparameterError, match=r"in the range \[0.0, inf\). Got"):
        make(value)


def test_the_canonical_classes_have_their_ranges():
    assert (gn.Sigmoid.low, gn.Sigmoid.high) == (0, 1)
    assert (gn.Tanh.low, gn.Tanh.high) == (-1, 1)
    assert (gn.Identity.low, gn.Identity.high) == (-math.inf, math.inf)
