"""Clipping: norms and values within their limit."""

import numpy as np
import pytest

import glassnet as gn
from glassnet.errors import HyperparameterError

GRADIENTS = {"dW1": np.array([[3.0, -4.0]]), "db1": np.array([[12.0]])}


def test_the_norm_over_all_gradients_together():
    clipped = gn.ClipNorm(6.5).apply(np, GRADIENTS)
    np.testing.assert_allclose(clipped["dW1"], [[1.5, -2.0]], rtol=1e-15)
    np.testing.assert_allclose(clipped["db1"], [[6.0]], rtol=1e-15)


@pytest.mark.row(79)
@pytest.mark.parametrize(("dtype", "large"), [(np.float32, 3e38), (np.float64, 1.7e308)])
def test_a_norm_that_would_overflow_or_vanish(dtype, large):
    for value in (large, 1e20, 1e-30):
        gradients = {"dW1": np.full((2, 2), value, dtype), "db1": np.zeros((2, 1), dtype)}
        clipped = gn.ClipNorm(1e-35).apply(np, gradients)
        np.testing.assert_allclose(clipped["dW1"] * 1e35, 0.5, rtol=1e-3)
        assert clipped["dW1"].dtype == dtype
    nothing = gn.ClipNorm(1.0).apply(np, {"dW1": np.zeros((2, 2), dtype)})
    assert nothing["dW1"].tolist() == [[0, 0], [0, 0]]


def test_what_is_within_the_limit_stays():
    for clip in (gn.ClipNorm(13.0), gn.ClipValue(12.0)):
        clipped = clip.apply(np, GRADIENTS)
        for name, gradient in GRADIENTS.items():
            np.testing.assert_array_equal(clipped[name], gradient)


def test_values():
    clipped = gn.ClipValue(3.5).apply(np, GRADIENTS)
    assert clipped["dW1"].tolist() == [[3.0, -3.5]]
    assert clipped["db1"].tolist() == [[3.5]]


def test_float32_stays():
    small = {"dW1": np.full((2, 2), 100, dtype=np.float32)}
    for clip in (gn.ClipNorm(1.0), gn.ClipValue(1.0)):
        assert clip.apply(np, small)["dW1"].dtype == np.float32


def test_a_clipped_step_is_no_longer_than_the_limit():
    network = gn.Network([gn.Dense(1)], gn.SquaredError())
    start = {"W1": np.zeros((1, 1)), "b1": np.zeros((1, 1))}
    result = gn.train(
        network,
        [[300.0, -200.0]],
        [[5000.0, 1000.0]],
        parameters=start,
        optimizer=gn.GradientDescent(0.5),
        clip=gn.ClipNorm(2.0),
        epochs=1,
    )
    step = np.concatenate([W.ravel() for W in result.parameters.values()])
    assert np.linalg.norm(step) == pytest.approx(1.0, rel=1e-12)


@pytest.mark.row(50)
@pytest.mark.parametrize("limit", [0.0, -1.0, float("nan"), float("inf"), "1", None])
@pytest.mark.parametrize("make", [gn.ClipNorm, gn.ClipValue])
def test_limits_outside_their_domain(make, limit):
    with pytest.raises(HyperparameterError, match=r"'limit' parameter .* \(0.0, inf\)"):
        make(limit)
