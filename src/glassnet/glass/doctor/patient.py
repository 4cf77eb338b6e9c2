"""What the doctor looks at: a trace of the network on some examples, and what else is known."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Final, NamedTuple

import numpy as np

from glassnet.arrays import FloatArray
from glassnet.glass.doctor.diagnosis import Finding
from glassnet.graph import Node
from glassnet.layers.activation import Activation
from glassnet.layers.layer import Layer
from glassnet.namespace import numpy_namespace as xp
from glassnet.network import Network
from glassnet.tables import Finding as ColumnFinding
from glassnet.trace import Trace
from glassnet.training.history import History

FEW: Final = 20
"""With fewer examples than these, what they have in common says nothing."""


class Ratios(NamedTuple):
    """How far the first updates moved each weight, as a share of its own size."""

    rate: float
    each: Mapping[str, float]


@dataclass(frozen=True, eq=False)
class Patient:
    """A network with its numbers.

    Attributes
    ----------
    trace : Trace
        Of a sample of the training examples, both passes.
    A : array
        The outputs for that sample by the equations that predict.
    inputs, held : mapping of str to array
        All training and all validation examples, by source; `held` is empty without validation.
    held_trace : (A, Y) or None
        Outputs and labels of the validation examples.
    columns : mapping of str to array
        Raw columns of a table, or the rows of X, by name.
    leaks : tuple of ColumnFinding, or None
        Columns that give the label away; None where none were looked for.
    history : History or None
    last : bool
        Whether the parameters are those of the history's last epoch.
    ratios : Ratios or None
    """

    trace: Trace
    A: FloatArray
    inputs: Mapping[str, FloatArray]
    held: Mapping[str, FloatArray]
    held_outputs: tuple[FloatArray, FloatArray] | None
    columns: Mapping[str, FloatArray]
    scaled: bool
    leaks: tuple[ColumnFinding, ...] | None
    history: History | None
    last: bool
    ratios: Ratios | None

    @property
    def network(self) -> Network:
        return self.trace.network

    @property
    def Y(self) -> FloatArray:
        labels: FloatArray = self.trace["Y"]
        return labels

    @property
    def m(self) -> int:
        return int(self.Y.shape[-1])

    @cached_property
    def hidden(self) -> tuple[Node, ...]:
        """The activations that are not the output."""
        return tuple(
            node for node in self.network.graph.nodes[:-1] if isinstance(node.layer, Activation)
        )

    @cached_property
    def classes(self) -> bool:
        """Whether the labels are zeros and ones: a class, or one-hot classes."""
        return bool(np.all((self.Y == 0) | (self.Y == 1)))

    @cached_property
    def constant_cost(self) -> float:
        """The cost of always saying the mean label: the scale on which costs are large or small."""
        Y = self.Y
        mean = np.broadcast_to(Y.mean(axis=-1, keepdims=True), Y.shape)
        with np.errstate(all="ignore"):
            each = self.network.loss.each(xp, mean, Y)
        return float(np.sum(each) / self.m)

    def numbers(self) -> Iterator[tuple[str, FloatArray]]:
        """The inputs that are quantities, and not the indices that an embedding reads."""
        for source, X in self.inputs.items():
            readers = [n for n in self.network.graph.nodes if source in n.inputs.values()]
            quantity = all(type(node.layer).backward is not Layer.backward for node in readers)
            if quantity and X.dtype.kind == "f":
                yield source, X


Check = Callable[[Patient], Iterator[Finding]]


def place(node: Node) -> str:
    """``layer 2, ReLU()``."""
    return f"layer {node.prefix}{node.number}, {node.layer}"


def some(names: list[str], most: int = 3) -> str:
    """The first names, and how many more there are."""
    more = f" and {len(names) - most:,} more" if len(names) > most else ""
    return f"{', '.join(names[:most])}{more}"


def share(part: int, whole: int) -> str:
    """``3 of 8``."""
    return f"{part:,} of {whole:,}"


def by_unit(array: FloatArray) -> FloatArray:
    """(..., n, m) with all numbers of a unit in one row: (n, positions times m)."""
    rows: FloatArray = np.moveaxis(array, -2, 0).reshape(array.shape[-2], -1)
    return rows
