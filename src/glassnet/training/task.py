"""What is trained on what: checked once, before the first update."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TypeAlias

from numpy.typing import ArrayLike

from glassnet.arrays import FloatArray
from glassnet.engines import Data, State
from glassnet.graph import INPUT
from glassnet.network import Inputs, Network, Seed
from glassnet.training.batches import examples_first_in_memory

Metric: TypeAlias = Callable[[FloatArray, FloatArray], float]
Labelled: TypeAlias = tuple[Inputs, ArrayLike] | tuple[Inputs, ArrayLike, ArrayLike]


@dataclass(frozen=True)
class Task:
    """A network, its data, and what is measured after every epoch."""

    network: Network
    data: Data
    validation: Data | None
    metrics: tuple[Metric, ...]

    @classmethod
    def of(
        cls,
        network: Network,
        X: Inputs,
        Y: ArrayLike,
        validation: Labelled | None = None,
        sample_weight: ArrayLike | None = None,
        metrics: tuple[Metric, ...] = (),
    ) -> Task:
        """The task, once data, labels and weights fit the network and each other.

        Raises
        ------
        DataError, ShapeError
        """
        data = network.data(network.inputs(X), Y, sample_weight)
        held = None
        if validation is not None:
            inputs = network.inputs(validation[0], "X_val")
            weight = validation[2] if len(validation) == 3 else None
            held = network.data(inputs, validation[1], weight, name="Y_val")
        return cls(network, examples_first_in_memory(data), held, metrics)

    def parameters(
        self, given: Mapping[str, ArrayLike] | None, seed: Seed
    ) -> Mapping[str, FloatArray]:
        """The parameters to start from: those given, or new ones."""
        if given is None:
            shapes = {
                name.removesuffix(f".{INPUT}"): X.shape[:-1] for name, X in self.data.inputs.items()
            }
            given = self.network.initialize(shapes, seed)
        return self.network.checked(given, self.data.inputs)

    def figures(self, state: State) -> tuple[float | None, dict[str, float]]:
        """The validation cost, and the metrics by name, of the state's predictions."""
        network, parameters = self.network, state.predicting
        measured = self.validation or self.data
        metrics = {}
        if self.metrics:
            A = network.engine.predict(network.graph, parameters, measured.inputs)
            metrics = {metric.__name__: float(metric(A, measured.Y)) for metric in self.metrics}
        if self.validation is None:
            return None, metrics
        return network.engine.cost(network.graph, parameters, self.validation), metrics
