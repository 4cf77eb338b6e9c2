"""The scaling of arrays, as a model keeps it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np

from glassnet.arrays import FloatArray
from glassnet.domains import Checked, Positive
from glassnet.errors import HyperparameterError
from glassnet.plain import from_plain, malformed, to_plain


@dataclass(frozen=True)
class Standardization(Checked):
    """x becomes (x − center) / scale, feature by feature, in arrays (..., n, m).

    Parameters
    ----------
    center, scale : tuple of float, (n,)
        Every scale above 0.

    Examples
    --------
    >>> Standardization((1.0, 0.0), (2.0, 1.0)).apply(np.array([[3.0], [5.0]])).tolist()
    [[1.0], [5.0]]
    """

    center: tuple[float, ...]
    scale: tuple[Positive, ...]

    def __post_init__(self) -> None:
        super().__post_init__()
        finite = all(np.isfinite(self.center))
        if not finite or len(self.center) != len(self.scale) or not self.center:
            raise HyperparameterError(
                "A Standardization needs a finite center and a scale for every feature.",
                expected="as many centers as scales, one or more",
                received=f"{len(self.center)} centers, {len(self.scale)} scales",
                fix="pass both for every feature",
            )

    def apply(self, X: FloatArray) -> FloatArray:
        """The scaled features, in the type of X."""
        center, scale = (np.asarray(a, X.dtype)[:, None] for a in (self.center, self.scale))
        scaled: FloatArray = (X - center) / scale
        return scaled

    def to_data(self) -> dict[str, Any]:
        """The scaling as plain JSON data."""
        plain: dict[str, Any] = to_plain(self)
        return plain


Scalings: TypeAlias = Standardization | Mapping[str, Standardization]


def scaling_to_data(scaling: Scalings | None) -> dict[str, Any] | None:
    """A scaling, or that of each branch by its name, as plain JSON data."""
    if scaling is None:
        return None
    if isinstance(scaling, Standardization):
        return scaling.to_data()
    return {"branches": {name: part.to_data() for name, part in scaling.items()}}


def scaling_from_data(data: object) -> Scalings | None:
    """What `scaling_to_data` turned into `data`.

    Raises
    ------
    Malformed
    """
    if data is None:
        return None
    if not isinstance(data, dict) or set(data) != {"branches"}:
        return from_plain(Standardization, data, "scaling")
    branches = data["branches"]
    if not isinstance(branches, dict):
        raise malformed("scaling.branches", "an object with a scaling for each branch", branches)
    return {
        name: from_plain(Standardization, part, f"scaling.{name}")
        for name, part in branches.items()
    }
