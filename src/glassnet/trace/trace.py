"""A trace: every number of one forward and backward pass, by the course's names."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final

from glassnet.errors import DataError, did_you_mean
from glassnet.graph import INPUT, gradient_name
from glassnet.layers.layer import Array
from glassnet.trace import views, written

if TYPE_CHECKING:
    import polars as pl

    from glassnet.network import Network

WEIGHTS: Final = "sample_weight"
"""The name of the weights w of the examples, where some count more than others."""


@dataclass(frozen=True, eq=False)
class Trace(Mapping[str, Array]):
    """The arrays that the engine computed and used: ``trace["Z2"]``, ``trace["dW1"]``.

    In the order in which they are computed: the input `X`, also called `A0`; of every layer its
    parameters, the mask of a dropout, Z and A; the labels `Y` and the loss of each example `L`
    (1, m); then backwards dA, dZ, dW and db. The cost J is ``trace.cost``. Traced without labels,
    it holds the forward pass alone; with sample weights, also those, of mean 1.

    ``trace.layer(2)``, ``trace.unit(2, 0)`` and ``trace.example(5)`` are traces of a part, one
    behind the other if wanted: no number is copied or computed. ``to_frame``, ``to_data``,
    ``to_json``, ``to_latex`` and ``to_html`` take the numbers elsewhere.

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
    >>> trace.layer(1).example(0)
    Trace(A0 (1, 1), W1 (1, 1), b1 (1, 1), Z1 (1, 1), dZ1 (1, 1), dW1 (1, 1), db1 (1, 1))
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
        order += ["Y", "L", WEIGHTS, gradient_name(graph.output)]
        names = dict.fromkeys([name for name in order if name in arrays] + list(arrays))
        ordered = {name: arrays[name] for name in names}
        if INPUT in arrays:
            ordered = {"X": arrays[INPUT]} | ordered
        return cls(network, ordered, cost)

    def layer(self, number: int | str) -> Trace:
        """The arrays of one layer: what it reads, has and makes, with their gradients.

        Parameters
        ----------
        number : int or str
            l; in a branch with its name in front, ``"image.2"``.

        Raises
        ------
        DataError
            There is no such layer.
        """
        names = views.of_layer(self.network.graph, self.arrays, number)
        return replace(self, arrays={name: self.arrays[name] for name in names})

    def unit(self, number: int | str, unit: int) -> Trace:
        """One unit of a layer: its row of each array that has its units; the others stay whole.

        Parameters
        ----------
        number : int or str
            l, as for `layer`.
        unit : int
            From 0.

        Raises
        ------
        DataError
            There is no such layer or unit.
        """
        own = self.layer(number)
        return replace(own, arrays=views.of_unit(self.network.graph, own.arrays, number, unit))

    def example(self, number: int) -> Trace:
        """One example: its column of each array that ends in examples.

        Parameters and their gradients, which belong to no single example, stay whole, and the
        cost stays that of all.

        Parameters
        ----------
        number : int
            From 0.

        Raises
        ------
        DataError
            There is no such example.
        """
        return replace(self, arrays=views.of_example(self.network.graph, self.arrays, number))

    def to_frame(self) -> pl.DataFrame:
        """Every number in a row of its own, as a polars table, which pandas and Arrow can take.

        Columns: `array`, `position` (time or pixel, where there is one), `unit`, `input` (of a
        weight), `example` (of data), `value`.
        """
        from glassnet.trace.frame import frame

        return frame(self.network.graph, self.arrays)

    def to_data(self) -> dict[str, Any]:
        """The cost, and of each array its name in the course, its shape and its numbers.

        A number that is not finite is None, as strict JSON has no other.
        """
        return written.data(self.arrays, self.cost)

    def to_json(self) -> str:
        """The same as one line of strict JSON."""
        return written.json_line(self.to_data())

    def to_latex(self) -> str:
        """The arrays as matrices of LaTeX's ``aligned``; long ones are shortened."""
        return written.as_latex(self.arrays, self.cost)

    def to_html(self) -> str:
        """The arrays as a table of HTML, safe in any page; long ones are shortened."""
        return written.as_html(self.arrays, self.cost)

    def _repr_html_(self) -> str:
        return self.to_html()

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
