"""The array namespace of the reference engine: NumPy's, and erf, which NumPy lacks."""

from __future__ import annotations

from typing import Any

import numpy as np


class NumpyNamespace:
    """Every function of NumPy, under the same name, and ``erf`` of SciPy, loaded at first use."""

    def __getattr__(self, name: str) -> Any:
        return getattr(np, name)

    def erf(self, Z: Any) -> Any:
        """The error function, 2/√π ∫₀ᶻ exp(−t²) dt."""
        from scipy.special import erf

        return erf(Z)


numpy_namespace = NumpyNamespace()
