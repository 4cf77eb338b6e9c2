"""A trace: every number of one forward and backward pass, by the course's names."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from glassnet.errors import DataError, did_you_mean
from glassnet.graph import INPUT, gradient_name
from glassnet.layers.layer import Array

if TYPE_CHECKING:
    from glassnet.network import Network


@dataclass(frozen=True, eq=False)
class Trace(Mapping[str, Array]):
    """The arrays that the engine computed and used: ``trace["Z2"]``, ``trace["dW1"]``.

    In the order in which they are computed: the input `X`, also called `A0`; of every layer its
    parameters, the mask of a dropout, Z and A; the labels `Y` and the loss of each example `L`
    (1, m); then backwards dA, dZ, dW and db. The cost J is ``trace.cost``. Traced without labels,
    it holds the forward pass alone.

    Attributes
    ----------
    network : Network
        What was traced.
    arrays : mapping of str to array
        By name, in the order above.
    cost : float or None
        J; None without labels.

    Examples
    --------
    >>> import glassnet as gn
    >>> network = gn.Network([gn.Dense(1)], loss=gn.SquaredError())
    >>> trace = network.trace({"W1": [[2.0]], "b1": [[0.0]]}, [[1.0]], [[3.0]])
    >>> trace["Z1"].tolist(), trace["dW1"].tolist(), trace.cost
    ([[2.0]], [[-1.0]], 0.5)
    """

    network: Network
    arrays: Mapping[str, Array]
    cost: float | None

    @classmethod
    def of(cls, network: Network, arrays: Mapping[str, Array], cost: float | None) -> Trace:
        """The trace of arrays in any order."""
        graph = network.graph
        order = [*graph.sources]
        for node in graph.nodes:
            order += node.parameters.values()
            order += node.noise.values()
            order.append(node.output)
        order += ["Y", "L", gradient_name(graph.output)]
        names = dict.fromkeys([name for name in order if name in arrays] + list(arrays))
        ordered = {name: arrays[name] for name in names}
        if INPUT in arrays:
            ordered = {"X": arrays[INPUT]} | ordered
        return cls(network, ordered, cost)

    def __getitem__(self, name: str) -> Array:
        try:
            return self.arrays[name]
        except KeyError:
            raise UnknownArray(
                f"The trace has no array called {name!r}.",
                expected=", ".join(self.arrays),
                fix=did_you_mean(name, self.arrays),
            ) from None

    def __iter__(self) -> Iterator[str]:
        return iter(self.arrays)

    def __len__(self) -> int:
        return len(self.arrays)

    def __repr__(self) -> str:
        return "Trace(" + ", ".join(f"{name} {a.shape}" for name, a in self.arrays.items()) + ")"


class UnknownArray(DataError, KeyError):
    """A trace was asked for an array that it does not have."""

    __str__ = Exception.__str__
