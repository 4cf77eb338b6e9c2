"""The contract of an engine: what runs a graph's equations on arrays.

An engine is given everything by name and keeps nothing: parameters, data and the state of the
training go in, new ones come out, and what came in is never written to.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar, Final

from glassnet.averaging import EMA
from glassnet.clipping import Clip
from glassnet.engines.noise import Noise
from glassnet.graph import Graph
from glassnet.layers.layer import Array, Arrays
from glassnet.optimizers import Optimizer

SHARD: Final = 8192
"""Sums over more examples than this are taken shard after shard, in the order of the examples:
memory stays bounded, float32 keeps its digits, and every engine adds in the same order."""


@dataclass(frozen=True)
class Data:
    """Examples with their labels.

    Attributes
    ----------
    inputs : mapping of str to array
        By the names of the graph's sources: ``{"A0": X}``, arrays (..., n, m); whole numbers
        where the graph has `integers`. An array (n, m) may be a csc_array of SciPy, of which an
        engine makes the examples dense that it works on.
    Y : array (..., n, m)
    weights : array (1, m) or (..., 1, m), optional
        w · m / total: of each example, or of each of its times or pixels.
    total : float
        m of the whole training set; or Σw where examples are weighted, each by its heaviest time.
        Penalties are divided by it.
    """

    inputs: Mapping[str, Array]
    Y: Array
    weights: Array | None
    total: float

    @property
    def m(self) -> int:
        return int(self.Y.shape[-1])


@dataclass(frozen=True)
class State:
    """Where a training stands after `t` updates.

    `carried` is what the engine that made it needs to go on with the same bits as without a pause.
    It says nothing that is not in the rest: other engines leave it out.
    """

    parameters: Mapping[str, Array]
    memory: Mapping[str, Mapping[str, Array]]
    average: Mapping[str, Array] | None
    t: int
    carried: object = None

    @classmethod
    def before(
        cls,
        parameters: Mapping[str, Array],
        remembers: tuple[str, ...],
        averaged: bool,
        statistics: Collection[str] = (),
    ) -> State:
        """The state before the first update; nothing is remembered of `statistics`."""
        moved = {name: W for name, W in parameters.items() if name not in statistics}
        memory = {v: {name: 0 * W for name, W in moved.items()} for v in remembers}
        return cls(parameters, memory, parameters if averaged else None, t=0)

    @property
    def predicting(self) -> Mapping[str, Array]:
        """The parameters to predict with: the averaged ones, where there are such."""
        return self.parameters if self.average is None else self.average


@dataclass(frozen=True)
class Rule:
    """How gradients become new parameters: clip, then update, then average."""

    optimizer: Optimizer
    clip: Clip | None = None
    average: EMA | None = None


class NonFinite(Exception):
    """An array became NaN or infinite at update number `update` (from 0) of the call.

    `state` is the last in which every parameter was finite.
    """

    def __init__(self, array: str, value: float, update: int, state: State) -> None:
        super().__init__(array, value, update)
        self.array, self.value, self.update, self.state = array, value, update, state


class Engine(ABC):
    """Runs the equations of a graph."""

    name: ClassVar[str]
    hears: ClassVar[bool] = False
    """Whether `learn` hears Ctrl-C between its updates, so that a call may have many."""

    def obstacle(self, graph: Graph) -> str | None:
        """What in the graph this engine cannot run, in words; None where there is nothing."""
        return None

    @abstractmethod
    def predict(
        self, graph: Graph, parameters: Mapping[str, Array], inputs: Mapping[str, Array]
    ) -> Array:
        """The network's output for these inputs, by the equations that predict."""

    def prompt_prediction(
        self, graph: Graph, parameters: Mapping[str, object], X: object
    ) -> Array | None:
        """`predict` without admission, of float arrays of one type that fit, under the right names,
        all finite.

        None where something is otherwise, or the engine has no short way: admission then says
        what is wrong.
        """
        return None

    def prompt_cost(
        self, graph: Graph, parameters: Mapping[str, object], X: object, Y: object
    ) -> float | None:
        """`cost` in the same way."""
        return None

    def prompt_gradients(
        self, graph: Graph, parameters: Mapping[str, object], X: object, Y: object
    ) -> Arrays | None:
        """`gradients` in the same way, without J, where nothing has to be drawn."""
        return None

    @abstractmethod
    def look(
        self, graph: Graph, parameters: Mapping[str, Array], inputs: Mapping[str, Array]
    ) -> Arrays:
        """Every array of the pass that predicts, by name."""

    @abstractmethod
    def cost(self, graph: Graph, parameters: Mapping[str, Array], data: Data) -> float:
        """J, by the equations that predict."""

    @abstractmethod
    def gradients(
        self, graph: Graph, parameters: Mapping[str, Array], data: Data, noise: Noise | None
    ) -> tuple[float, Arrays]:
        """J and its gradients, ``{"dW1": ..., ...}``, by the equations that learn.

        The examples of a graph with `statistics` are taken all at once.
        """

    @abstractmethod
    def trace(
        self, graph: Graph, parameters: Mapping[str, Array], data: Data, noise: Noise | None
    ) -> tuple[float, Arrays]:
        """J and every array of one forward and backward pass, by name.

        `L` is the loss of each example, and the last dA is there too where the canonical
        pair has no need of it.
        """

    @abstractmethod
    def learn(
        self,
        graph: Graph,
        rule: Rule,
        state: State,
        data: Data,
        batches: Sequence[Array | slice],
        rates: Sequence[float],
        noise: Noise | None,
    ) -> tuple[State, list[float]]:
        """One update for each batch; the new state, and the cost of every batch before its update.

        Cutting the batches into several calls changes no bit.

        Trainable parameters are moved along their gradients; statistics, in the averaged
        parameters too, become what the learning equations have made of them.

        Parameters
        ----------
        batches : sequence of index arrays or slices
            The examples of each batch.
        rates : sequence of float
            The learning rate of each update.
        noise : Noise or None
            Where masks come from; the state says which update is the first.

        Raises
        ------
        NonFinite
            A cost, gradient or new parameter is NaN or infinite.
        Interrupted
            Ctrl-C, where the engine hears it between two updates.
        """
