"""Slopes of functions whose derivative is known."""

import numpy as np
import pytest

from glassnet.glass.gradients.differences import careful_slope, chosen_entries, slope


@pytest.mark.parametrize("at", [-2.0, 0.3, 1.0])
def test_smooth_functions(at):
    point = np.array([[at, 5.0]])
    for found in (slope, careful_slope):
        cubic = found(lambda w: float(w[0, 0] ** 3 + w[0, 1]), point, (0, 0))
        assert cubic.value == pytest.approx(3 * at**2, rel=1e-7)
        assert not cubic.kink
    assert point.tolist() == [[at, 5.0]]


def test_a_curve_that_is_too_sharp_for_the_usual_step():
    point = np.array([1e-6])

    def sharp(w):
        return float(np.sin(1e5 * w[0]))

    exact = 1e5 * np.cos(0.1)
    assert abs(slope(sharp, point, (0,)).value / exact - 1) > 1e-2
    assert careful_slope(sharp, point, (0,)).value == pytest.approx(exact, rel=1e-3)


def test_a_kink_has_two_sides():
    found = careful_slope(lambda w: float(np.maximum(w[0], 0)), np.zeros(1), (0,))
    assert (found.left, found.right) == pytest.approx((0.0, 1.0))
    assert found.kink
    assert found.allows(0.0, 1e-6, 1.0)
    assert found.allows(1.0, 1e-6, 1.0)
    assert not found.allows(1.1, 1e-6, 1.0)
    assert not found.allows(-0.1, 1e-6, 1.0)


def test_rounding_is_allowed_for_and_nothing_more():
    found = slope(lambda w: 1e9 + float(w[0]), np.zeros(1), (0,))
    assert found.noise > 1e-3
    assert found.allows(1.0, 1e-6, 1.0)
    assert not found.allows(2.0, 1e-6, 1.0)


def test_entries_are_all_or_some_of_them():
    random = np.random.default_rng(0)
    assert chosen_entries((2, 3), 6, random) == [(0, 0), (0, 1), (0, 2), (1, 0), (1, 1), (1, 2)]
    some = chosen_entries((41, 3), 13, random)
    assert len(set(some)) == 13
    assert some == sorted(some)
