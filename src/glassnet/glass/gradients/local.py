"""One layer by itself: its `gradients` and `backward` against differences of its `forward`.

Nothing else of the network takes part, so what is wrong here is this layer's own fault.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace

import numpy as np

from glassnet.arrays import FloatArray
from glassnet.equations import course_name
from glassnet.glass.gradients.comparison import Comparison, compare
from glassnet.glass.gradients.differences import chosen_entries
from glassnet.graph import Node, gradient_name
from glassnet.layers.layer import Arrays, Layer
from glassnet.namespace import numpy_namespace as xp


@dataclass(frozen=True)
class Limits:
    """How exact a check is: the tolerance, the entries looked at in each array, and the seed."""

    tolerance: float
    most: int
    seed: int


@dataclass(frozen=True)
class Local:
    """A layer in its place: everything that it reads, and the gradient that comes back to it.

    `values` holds its inputs, its parameters and its masks; `other` the same for another batch,
    which has the same examples in the opposite order. `letters` say how an array is called where
    the layer stands by itself.
    """

    node: Node
    values: Mapping[str, FloatArray]
    other: Mapping[str, FloatArray]
    dA: FloatArray
    limits: Limits
    letters: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def of(
        cls,
        node: Node,
        values: Mapping[str, FloatArray],
        dA: FloatArray | None,
        limits: Limits,
        letters: Mapping[str, str] | None = None,
    ) -> Local:
        """The layer among the `values` of a forward pass; `dA` is drawn where there is none."""
        random = np.random.default_rng([limits.seed, 1])
        names = [*node.inputs.values(), *node.parameters.values(), *node.noise.values()]
        own = {name: values[name] for name in names}
        by_example = [*node.inputs.values(), *node.noise.values()]
        other = {name: own[name][..., ::-1] for name in by_example}
        if dA is None:
            dA = random.standard_normal(values[node.output].shape)
        return cls(node, own, {**own, **other}, dA, limits, letters or {})

    def called(self, name: str) -> str:
        """How a text calls an array: ``"dZ[2]"``, or ``"dZ"``."""
        return self.letters.get(name, course_name(name))

    @property
    def m(self) -> int:
        return int(self.dA.shape[-1])

    def forward(self, values: Mapping[str, FloatArray]) -> Arrays:
        """What the layer makes beside what it reads, and the gradient of what it makes."""
        made = self.node.call("forward", xp, values)
        return {**values, **made, gradient_name(self.node.output): self.dA}

    def backward(self, values: Arrays) -> Arrays:
        """The layer's own gradients, from the arrays of a forward pass."""
        made = self.node.call("gradients", xp, values)
        if not self.has_backward:  # of what it reads there is no gradient, as of indices
            return made
        return made | self.node.call("backward", xp, values | made)

    @property
    def has_backward(self) -> bool:
        """Whether the layer gives a gradient of what it reads, or tries to."""
        return type(self.node.layer).backward is not Layer.backward

    @property
    def real_inputs(self) -> list[str]:
        """What the layer reads that has a gradient: indices and masks have none."""
        whole = self.node.layer.integers()
        return [name for local, name in self.node.inputs.items() if local not in whole]

    def compare(self) -> list[Comparison]:
        """Each gradient that the layer has to give, beside its differences."""
        return list(self._compare(self.values))

    def compare_with_the_batch_before(self) -> list[Comparison]:
        """The same gradients, beside the differences of the batch that ran before."""
        return list(self._compare(self.other))

    def remembers(self) -> bool:
        """Whether a forward pass of another batch, in between, changes the gradients."""
        kept = self.forward(self.values)
        before = self.backward(dict(kept))
        self.forward(self.other)
        after = self.backward(dict(kept))
        return any(not np.array_equal(before[name], after[name]) for name in before)

    def minds_the_order(self) -> bool:
        """Whether the same examples, in the opposite order, get other gradients."""
        made = self.backward(self.forward(self.values))
        opposite = replace(self, values=self.other, dA=self.dA[..., ::-1])
        again = opposite.backward(opposite.forward(self.other))
        for name in self.node.trainable:
            if not _close(made.get(gradient_name(name)), again.get(gradient_name(name))):
                return True
        for name in self.real_inputs:
            after = again.get(gradient_name(name))
            turned = None if after is None else after[..., ::-1]
            if not _close(made.get(gradient_name(name)), turned):
                return True
        return False

    def _compare(self, values: Mapping[str, FloatArray]) -> Iterator[Comparison]:
        self.forward(self.other)
        made = self.backward(self.forward(self.values))
        shares = dict.fromkeys(self.node.trainable, 1 / self.m)
        if self.has_backward:
            shares |= dict.fromkeys(self.real_inputs, 1.0)
        for name, share in shares.items():
            point = np.asarray(values[name], dtype=np.float64)

            def scalar(array: FloatArray, name: str = name) -> float:
                output = self.node.call("forward", xp, {**values, name: array})[self.node.output]
                return float(np.sum(self.dA * output))

            random = np.random.default_rng(self.limits.seed)
            yield compare(
                gradient_name(name),
                made.get(gradient_name(name)),
                scalar,
                point,
                chosen_entries(point.shape, self.limits.most, random),
                self.limits.tolerance,
                share,
            )


def _close(one: FloatArray | None, other: FloatArray | None) -> bool:
    if one is None or other is None:
        return one is other
    return one.shape == other.shape and np.allclose(one, other, rtol=1e-8, atol=1e-12)
