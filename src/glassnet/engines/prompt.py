"""The short way into the compiled part, for arrays in which admission would find nothing to change.

Whoever passes arrays of NumPy in one floating type, under the right names, that fit and are finite
has what engines take. That they fit is seen by the compiled part, which looks at every array of
every call. Where anything is otherwise there is no answer, and admission says what is wrong.
Nothing is kept between two calls, so that arrays may be changed in place.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from glassnet.engines.call import is_plain, rows_of, units_of
from glassnet.engines.compiled import Programs, programs_of
from glassnet.engines.cores import cores
from glassnet.graph import INPUT, Graph
from glassnet.layers.layer import Arrays

if TYPE_CHECKING:
    from glassnet.engines.native import Native

ROOM: Final = 2**20
"""Bytes of all values together up to which admission would be a good part of the time. What needs
more is for admission, which asks whether there is so much memory."""

ALONE: Final = 2**18
"""Multiply-adds in one pass up to which the compiled part shares a call among no threads."""


class Prompt(NamedTuple):
    """A call of which only the compiled part can still say that its arrays do not fit."""

    program: Any
    programs: Programs
    parameters: list[NDArray[Any]]
    rows: list[NDArray[Any]]
    units: int
    threads: int

    @classmethod
    def of(cls, engine: Native, graph: Graph, parameters: object, X: object) -> Prompt | None:
        programs = programs_of(graph)
        if programs is None or graph.sources != (INPUT,) or not is_plain(X):
            return None
        if type(parameters) is not dict or parameters.keys() != programs.known:
            return None
        arrays = [parameters[name] for name in programs.names]
        if not all(map(is_plain, arrays)):
            return None
        sizes, m = units_of(graph, parameters, {INPUT: len(X)}), X.shape[1]
        if m * sum(sizes.values()) * X.itemsize > ROOM:
            return None
        alone = m * sum(W.size for W in arrays) < ALONE
        return cls(
            programs.program(X.dtype, engine.instructions),
            programs,
            arrays,
            [rows_of(X)],
            sizes[graph.output],
            engine.threads or (1 if alone else cores()),
        )

    def predict(self) -> NDArray[Any] | None:
        """The outputs, where all of them are finite."""
        (rows,) = self.rows
        out = np.empty((len(rows), self.units), rows.dtype)
        try:
            if not self.program.finite(self.rows):
                return None
            self.program.predict(self.parameters, self.rows, out, self.threads)
            return out.T if self.program.finite([out]) else None
        except (TypeError, ValueError):  # of another type, in another order, or of other shapes
            return None

    def cost(self, graph: Graph, Y: object) -> float | None:
        """J, by the equations that predict."""
        labels = self._labels(graph, Y)
        try:
            if labels is None or not self.program.finite([*self.rows, labels]):
                return None
            J: float = self.program.cost(
                self.parameters, self.rows, labels, None, float(len(labels)), self.threads
            )
        except (TypeError, ValueError):
            return None
        return J

    def gradients(self, graph: Graph, Y: object) -> Arrays | None:
        """The gradients of J, where no mask has to be drawn for them."""
        labels = None if self.programs.noisy else self._labels(graph, Y)
        made = [np.empty(W.shape, W.dtype) for W in self.parameters]
        try:
            if labels is None or not self.program.finite([*self.rows, labels]):
                return None
            self.program.gradients(
                *(self.parameters, self.rows, labels, None, float(len(labels))),
                *(None, 0, made, self.threads),
            )
        except (TypeError, ValueError):
            return None
        return dict(zip(self.programs.gradients, made, strict=True))

    def _labels(self, graph: Graph, Y: object) -> NDArray[Any] | None:
        """The rows of labels that the loss can take."""
        if not is_plain(Y) or graph.loss.units(Y) != self.units:
            return None
        try:
            graph.loss.check(np, Y)
        except ValueError:
            return None
        return rows_of(Y)
