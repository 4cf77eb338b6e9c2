"""Numbers for tests: central differences, and how far two arrays are apart."""

from collections.abc import Callable

import numpy as np


def differences(function: Callable[[np.ndarray], float], point: np.ndarray, step: float = 1e-5):
    """The gradient of a function at a point, by central differences."""
    gradient = np.zeros(point.shape)
    for index in np.ndindex(point.shape):
        ahead, behind = point.copy(), point.copy()
        ahead[index] += step
        behind[index] -= step
        gradient[index] = (function(ahead) - function(behind)) / (2 * step)
    return gradient


def relative_error(one: np.ndarray, other: np.ndarray) -> float:
    """‖one − other‖ / (‖one‖ + ‖other‖), the course's measure of a gradient check."""
    apart, together = np.linalg.norm(one - other), np.linalg.norm(one) + np.linalg.norm(other)
    return float(apart / together) if together > 1e-12 else float(apart)
