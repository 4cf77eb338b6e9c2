"""What is trained on what: checked once, before the first update."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TypeAlias

from numpy.typing import ArrayLike

from glassnet.admission import Inputs, admit_inputs, admit_labels, admit_parameters
from glassnet.arrays import FloatArray
from glassnet.dimensions import dimensions
from glassnet.engines import Data, State
from glassnet.errors import DataError, HyperparameterError, shown
from glassnet.graph import INPUT
from glassnet.network import Network
from glassnet.seeds import Seed
from glassnet.sparse import is_sparse

Metric: TypeAlias = Callable[[FloatArray, FloatArray], float]
Labelled: TypeAlias = tuple[Inputs, ArrayLike] | tuple[Inputs, ArrayLike, ArrayLike | None]


@dataclass(frozen=True)
class Task:
    """A network, its data, and what is measured after every epoch; `of` checks and makes one.

    Attributes
    ----------
    network : Network
        What is trained.
    data : Data
        The training examples: inputs (..., n, m) by name, labels Y (..., n_y, m), weights (1, m).
    validation : Data or None
        Examples that are measured and never learnt from, in the same form.
    metrics : tuple of functions
        Each takes (A, Y) and returns a number; its name is the function's.

    Examples
    --------
    >>> import glassnet as gn
    >>> network = gn.Network([gn.Dense(1)], loss=gn.SquaredError())
    >>> task = Task.of(network, [[1.0, 2.0]], [[2.0, 4.0]], validation=([[3.0]], [[6.0]]))
    >>> task.data.m, task.validation.m
    (2, 1)
    """

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
        data = admit_labels(network.graph, admit_inputs(network.graph, X), Y, sample_weight)
        _check_metrics(metrics)
        held = None
        if validation is not None:
            if not isinstance(validation, tuple | list) or len(validation) not in (2, 3):
                raise DataError(
                    "The validation data are no pair of inputs and labels.",
                    expected="validation=(X_val, Y_val), or (X_val, Y_val, sample_weight)",
                    received=shown(validation),
                    fix="put both in one tuple",
                )
            inputs = admit_inputs(network.graph, validation[0], "X_val")
            weight = validation[2] if len(validation) == 3 else None
            held = admit_labels(network.graph, inputs, validation[1], weight, name="Y_val")
            # λ/m has the m of the training set, or the two costs could not be compared.
            held = replace(held, total=data.total)
        return cls(network, data, held, metrics)

    def parameters(
        self, given: Mapping[str, ArrayLike] | None, seed: Seed
    ) -> Mapping[str, FloatArray]:
        """The parameters to start from: those given, or new ones."""
        if given is None:
            shapes = {
                name.removesuffix(f".{INPUT}"): X.shape[:-1] for name, X in self.data.inputs.items()
            }
            given = self.network.initialize(shapes, seed)
        if self.validation is not None:
            admit_parameters(self.network.graph, given, self.validation.inputs)
        return admit_parameters(self.network.graph, given, self.data.inputs, self.data.Y)

    def bytes_per_example(self) -> int:
        """What both passes hold for one example: every array of the forward pass, and its d.

        Also the example itself, where it is kept sparse.
        """
        inputs = {name: X.shape for name, X in self.data.inputs.items()}
        placed = dimensions(self.network.graph, inputs)
        numbers = 2 * sum(math.prod(at.output[:-1]) for at in placed)
        numbers += sum(X.shape[0] for X in self.data.inputs.values() if is_sparse(X))
        return int(numbers * self.data.Y.dtype.itemsize)

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


def _check_metrics(metrics: Sequence[Metric]) -> None:
    names = [getattr(metric, "__name__", None) for metric in metrics]
    if None in names or len(set(names)) < len(names):
        raise HyperparameterError(
            "The 'metrics' parameter must be a sequence of functions of (A, Y), each with a name "
            f"of its own. Got {shown(metrics)} instead.",
            fix="write each metric as a def",
        )
