"""Branches: examples made of several arrays, one for each entrance of a network."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from glassnet.estimators.scaling import Scaling
from glassnet.graph import INPUT
from glassnet.presence import MASK


@dataclass(frozen=True, eq=False)
class Branches:
    """Arrays by the names of a network's entrances, examples first.

    They are taken, counted and split as one array is.

    Examples
    --------
    >>> X = Branches({"image": np.zeros((5, 8, 8, 1)), "table": np.ones((5, 3))})
    >>> len(X), X[1:3].example
    (5, {'image': (8, 8, 1), 'table': (3,)})
    """

    arrays: Mapping[str, NDArray[Any]]

    def __len__(self) -> int:
        return len(next(iter(self.arrays.values())))

    def __getitem__(self, chosen: Any) -> Branches:
        return Branches({name: X[chosen] for name, X in self.arrays.items()})

    @property
    def shape(self) -> tuple[int]:
        """(m,), from which scikit-learn takes the number of examples."""
        return (len(self),)

    @property
    def example(self) -> dict[str, tuple[int, ...]]:
        """The shape of one example."""
        return {name: tuple(map(int, X.shape[1:])) for name, X in self.arrays.items()}

    @property
    def dtype(self) -> np.dtype[Any]:
        """The type in which they are computed with: float64 where all numbers are whole."""
        kinds = {X.dtype for X in self.arrays.values() if X.dtype.kind == "f"}
        return np.result_type(*kinds) if kinds else np.dtype(np.float64)

    def examples_last(self) -> dict[str, NDArray[Any]]:
        """The arrays as a network takes them."""
        return {name: np.moveaxis(X, 0, -1) for name, X in self.arrays.items()}


@dataclass(frozen=True, eq=False)
class BranchScaling:
    """A scaling for each branch of numbers; symbols and masks stay as they are."""

    parts: Mapping[str, Scaling]

    @classmethod
    def of(cls, X: Branches, weights: NDArray[Any] | None) -> BranchScaling:
        """Mean and standard deviation of each feature, where its sequence has a time."""
        parts = {}
        for name, array in X.arrays.items():
            if array.dtype.kind != "f":
                continue
            mask = X.arrays.get(mask_of(name))
            if mask is None:
                parts[name] = Scaling.of(array, weights)
                continue
            there = mask[..., 0] != 0
            each = None if weights is None else np.repeat(weights, there.sum(axis=1))
            parts[name] = Scaling.of(array[there], each)
        return cls(parts)

    def apply(self, X: Branches) -> Branches:
        """The scaled branches."""
        parts = self.parts
        arrays = X.arrays.items()
        return Branches({name: parts[name].apply(A) if name in parts else A for name, A in arrays})


def mask_of(name: str) -> str:
    """What the mask of a branch is called; that of the input without branches is ``"mask"``."""
    return MASK if name == INPUT else f"{name}.{MASK}"


def masked_by(mask: str) -> str:
    """The branch that a mask belongs to.

    >>> masked_by("tides.mask"), masked_by("mask")
    ('tides', 'A0')
    """
    return mask.removesuffix(MASK).removesuffix(".") or INPUT


def type_of(inputs: Any, usual: np.dtype[Any]) -> np.dtype[Any]:
    """The type in which a network computes with its inputs; `usual` where all are symbols."""
    if not isinstance(inputs, dict):
        dtype: np.dtype[Any] = inputs.dtype
        return dtype
    kinds = {X.dtype for X in inputs.values() if X.dtype.kind == "f"}
    return np.result_type(*kinds) if kinds else usual
