"""A call of the compiled part: arrays in the order that it takes, every example a row whose numbers
lie side by side."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, TypeAlias, TypeGuard

import numpy as np
from numpy.typing import NDArray

from glassnet.combine import Concatenate
from glassnet.engines.compiled import programs_of
from glassnet.engines.cores import cores
from glassnet.engines.engine import Data
from glassnet.graph import Graph
from glassnet.layers.dense import Dense
from glassnet.layers.layer import Array
from glassnet.sparse import Sparse, is_sparse

if TYPE_CHECKING:
    from glassnet.engines.native import Native

FEWEST: Final = 256
"""Numbers of a sparse example from which on its zeros may be left out in the engine too."""

RARE: Final = 8
"""Of so many numbers at most one is not zero, where zeros are left out: else dense products win."""

SparseRows: TypeAlias = tuple[NDArray[Any], NDArray[Any], NDArray[Any], int]

_FLOATS: Final = frozenset({np.dtype(np.float32), np.dtype(np.float64)})


@dataclass(frozen=True)
class Call:
    """What every call of the compiled part needs."""

    program: Any
    names: tuple[str, ...]
    noisy: bool
    parameters: list[NDArray[Any]]
    inputs: list[NDArray[Any] | SparseRows]
    widths: tuple[int, ...]
    m: int
    dtype: np.dtype[Any]
    instructions: str | None
    threads: int

    @classmethod
    def of(
        cls,
        engine: Native,
        graph: Graph,
        parameters: Mapping[str, Array],
        inputs: Mapping[str, Array],
        Y: Array | None = None,
    ) -> Call | None:
        """None where the reference engine has to do it."""
        arrays = [*inputs.values(), *parameters.values(), *([] if Y is None else [Y])]
        dtype = arrays[0].dtype
        if dtype not in _FLOATS or not all(
            (isinstance(array, np.ndarray) or is_sparse(array))
            and array.dtype == dtype
            and array.ndim == 2
            for array in arrays
        ):
            return None
        programs = programs_of(graph)
        if programs is None:
            return None
        return cls(
            programs.program(dtype, engine.instructions),
            programs.names,
            programs.noisy,
            [in_order(parameters[name]) for name in programs.names],
            [
                sparse_rows(X) if is_sparse(X) else rows_of(X)
                for X in (inputs[name] for name in graph.sources)
            ],
            tuple(inputs[name].shape[0] for name in graph.sources),
            inputs[graph.sources[0]].shape[-1],
            dtype,
            engine.instructions,
            engine.threads or cores(),
        )

    def labels(self, data: Data) -> NDArray[Any]:
        return rows_of(data.Y)

    def units(self, graph: Graph) -> dict[str, int]:
        """The units of every value of the graph, by name; first its sources, then in order."""
        inputs = dict(zip(graph.sources, self.widths, strict=True))
        return units_of(graph, dict(zip(self.names, self.parameters, strict=True)), inputs)


def units_of(
    graph: Graph, parameters: Mapping[str, Array], inputs: Mapping[str, int]
) -> dict[str, int]:
    """The units of every value of the graph, by name; first its sources, then in order."""
    sizes = dict(inputs)
    for node in graph.nodes:
        if node.parameters:
            sizes[node.output] = len(parameters[node.parameters["W"]])
        else:
            read = [sizes[each] for each in node.inputs.values()]
            sizes[node.output] = sum(read) if type(node.layer) is Concatenate else read[0]
    return sizes


def is_plain(array: object) -> TypeGuard[NDArray[Any]]:
    """Whether it is an array (n, m) of NumPy itself that engines take as it is."""
    return type(array) is np.ndarray and array.ndim == 2 and array.dtype in _FLOATS


def weights_of(data: Data) -> tuple[NDArray[Any] | None, float]:
    weights = data.weights
    line = None if weights is None else np.require(weights[0], data.Y.dtype, ["C", "A"])
    return line, float(data.total)


def leaves_zeros_out(graph: Graph, name: str, X: Sparse) -> bool:
    """Whether the compiled part takes this sparse input as it is: the input of dense layers alone,
    and of many numbers, almost all of them zero."""
    readers = [node.layer for node in graph.nodes if name in node.inputs.values()]
    (n, m), only_dense = X.shape, all(type(layer) is Dense for layer in readers)
    return only_dense and n >= FEWEST and RARE * X.nnz <= n * m


def sparse_rows(X: Sparse) -> SparseRows:
    """The numbers of X that are not zero, example by example; their places, where every example
    starts, and n."""
    numbers = np.require(X.data, requirements=["C", "A"])
    places = np.require(X.indices, np.int32, ["C", "A"])
    return numbers, places, np.require(X.indptr, np.int64, ["C", "A"]), X.shape[0]


def rows_of(X: Array) -> NDArray[Any]:
    """(m, n), every row contiguous; copied where it is not so in memory."""
    rows: NDArray[Any] = X.T
    if rows.flags.carray:
        return rows
    side_by_side = rows.shape[1] == 1 or rows.strides[1] == rows.itemsize
    forward = rows.shape[0] == 1 or rows.strides[0] >= rows.itemsize
    whole = rows.strides[0] % rows.itemsize == 0
    if side_by_side and forward and whole and rows.flags.aligned:
        return rows
    return np.require(rows, requirements=["C", "A"])


def in_order(W: Array) -> NDArray[Any]:
    as_it_is = W.flags.c_contiguous and W.flags.aligned
    return W if as_it_is else np.require(W, requirements=["C", "A"])


def copied(W: Array, dtype: np.dtype[Any]) -> NDArray[Any]:
    return np.array(W, dtype=dtype, order="C", copy=True)
