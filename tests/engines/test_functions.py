"""The native engine's exp, log, tanh and their relatives, in units in the last place."""

import numpy as np
import pytest
from scipy.special import ndtr

from glassnet.engines.compiled import instruction_sets, missing

pytestmark = pytest.mark.skipif(missing() is not None, reason=str(missing()))

WIDER = {np.float32: np.float64, np.float64: np.longdouble}
RANDOM = np.random.default_rng(0)
AROUND_ZERO = np.concatenate([RANDOM.normal(0, 0.1, 30_000), RANDOM.normal(0, 1e-5, 10_000)])
FUNCTIONS = {
    "exp": (np.exp, np.concatenate([RANDOM.uniform(-80, 80, 60_000), AROUND_ZERO])),
    "expm1": (np.expm1, np.concatenate([RANDOM.uniform(-40, 80, 60_000), AROUND_ZERO])),
    "log": (np.log, np.concatenate([np.exp(RANDOM.uniform(-60, 60, 60_000)), 1 + AROUND_ZERO / 2])),
    "log1p": (np.log1p, np.concatenate([RANDOM.uniform(-0.99, 9, 60_000), AROUND_ZERO])),
    "tanh": (np.tanh, np.concatenate([RANDOM.uniform(-10, 10, 60_000), AROUND_ZERO])),
    "sigmoid": (
        lambda x: 1 / (1 + np.exp(-x)),
        np.concatenate([RANDOM.uniform(-60, 60, 60_000), AROUND_ZERO]),
    ),
}


def of(name, x, instructions):
    from glassnet.engines import _native

    y = np.empty_like(x)
    _native.function([*FUNCTIONS, "normal", "sqrt"].index(name), x, y, instructions)
    return y


@pytest.mark.parametrize("instructions", instruction_sets())
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("name", FUNCTIONS)
def test_errors_are_at_most_two_units_in_the_last_place(name, dtype, instructions):
    if np.finfo(WIDER[dtype]).eps >= np.finfo(dtype).eps:
        pytest.skip("this machine has no longer numbers to compare with")
    function, x = FUNCTIONS[name]
    x = x.astype(dtype)
    exact = function(x.astype(WIDER[dtype]))
    unit = np.spacing(abs(exact).astype(dtype)).astype(WIDER[dtype])
    error = abs(of(name, x, instructions).astype(WIDER[dtype]) - exact) / unit
    assert error.max() <= 2


@pytest.mark.parametrize("instructions", instruction_sets())
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_roots_of_all_sizes_that_a_second_moment_has(dtype, instructions):
    lowest, highest = np.log2(np.finfo(dtype).smallest_subnormal), np.log2(np.finfo(dtype).max)
    x = np.exp2(RANDOM.uniform(lowest, highest, 60_000)).astype(dtype)
    exact = np.sqrt(x)
    error = abs(of("sqrt", x, instructions) - exact) / np.spacing(exact)
    assert error.max() <= 2
    assert of("sqrt", np.zeros(20, dtype), instructions).tolist() == [0.0] * 20


@pytest.mark.parametrize("instructions", instruction_sets())
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_the_share_of_a_normal_below(dtype, instructions):
    x = np.concatenate([RANDOM.uniform(-9, 9, 60_000), AROUND_ZERO]).astype(dtype)
    error = abs(of("normal", x, instructions) - ndtr(x.astype(np.float64)))
    assert error.max() <= 2 * np.finfo(dtype).eps


@pytest.mark.parametrize("instructions", instruction_sets())
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("name", FUNCTIONS)
def test_the_ends_of_the_line(name, dtype, instructions):
    tiny, huge = np.finfo(dtype).tiny, np.finfo(dtype).max
    x = np.array([0, -0.0, tiny, -tiny, 1, -1, huge, -huge, np.inf, -np.inf, np.nan], dtype)
    with np.errstate(all="ignore"):
        expected = FUNCTIONS[name][0](x)
    np.testing.assert_allclose(of(name, x, instructions), expected, rtol=1e-6)
