"""A network: layers and a loss, described once, and what can be computed with them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import ArrayLike

from glassnet.arrays import FloatArray, as_data, as_float, check_examples, in_type
from glassnet.dimensions import Dimensions, dimensions, place
from glassnet.domains import Checked
from glassnet.engines import Data, Engine, Reference
from glassnet.equations import course_name
from glassnet.errors import (
    DataError,
    DivergenceError,
    HyperparameterError,
    ShapeError,
    did_you_mean,
    listed,
    shown,
)
from glassnet.graph import INPUT, Combinator, Graph
from glassnet.initializers import Glorot, Initializer
from glassnet.layers.activation import Activation
from glassnet.layers.layer import Layer
from glassnet.losses import Loss
from glassnet.penalties import Penalty
from glassnet.shapes import EXAMPLES
from glassnet.trace import Trace

Parameters: TypeAlias = dict[str, FloatArray]
Inputs: TypeAlias = ArrayLike | Mapping[str, ArrayLike]
InputShape: TypeAlias = tuple[int, ...] | Mapping[str, tuple[int, ...]]
Seed: TypeAlias = int | np.random.Generator | np.random.RandomState


@dataclass(frozen=True)
class Network(Checked):
    """Layers that follow each other, and the loss of what comes out.

    J = (1/m) Σ L + (1/m) Σ penalty(W)

    A network holds no arrays. Its parameters are a flat dict under the course's names, which may
    come from `initialize`, from training, or from anywhere else.

    Parameters
    ----------
    layers : sequence of Layer
        From the input to the output; kept as a tuple.
    loss : Loss
    penalties : sequence of Penalty
        L1 or L2 of the weights, added to the cost.

    Raises
    ------
    HyperparameterError
        There is no layer, or the last activation can take values for which the loss has no
        meaning.

    Examples
    --------
    >>> import glassnet as gn
    >>> network = gn.Network(
    ...     [gn.Dense(4), gn.Tanh(), gn.Dense(1), gn.Sigmoid()], loss=gn.BinaryCrossEntropy()
    ... )
    >>> parameters = network.initialize((2,), seed=3)
    >>> {name: array.shape for name, array in parameters.items()}
    {'W1': (4, 2), 'b1': (4, 1), 'W2': (1, 4), 'b2': (1, 1)}
    >>> network.predict(parameters, [[0.5, 1.0, 2.0], [1.0, 0.0, 1.0]]).shape
    (1, 3)
    """

    layers: Sequence[Layer | Combinator]
    loss: Loss
    penalties: Sequence[Penalty] = ()

    def __post_init__(self) -> None:
        super().__post_init__()
        if not self.layers:
            raise HyperparameterError(
                "A network needs at least one layer. Got none.", fix="begin with Dense(units)"
            )
        last = self.graph.nodes[-1].layer
        low, high = (last.low, last.high) if isinstance(last, Activation) else (-np.inf, np.inf)
        if low < self.loss.low or high > self.loss.high:
            kind = self.loss.canonical
            raise HyperparameterError(
                f"{type(self.loss).__name__} does not belong behind {last}.",
                expected=f"outputs between {self.loss.low} and {self.loss.high}",
                received=f"outputs between {low} and {high}",
                fix=f"end the network with {kind.__name__ if kind else Activation.__name__}()",
            )

    @cached_property
    def graph(self) -> Graph:
        """The network as engines take it: its layers in order, every array named."""
        return Graph.of(self.layers, self.loss, self.penalties)

    def dimensions(self, input_shape: InputShape) -> tuple[Dimensions, ...]:
        """The shape of every array, before anything runs.

        Parameters
        ----------
        input_shape : tuple of int, or dict of tuples
            Of one example, without m: ``(n_x,)``, ``(T, n_x)``, ``(H, W, n_C)``.

        Raises
        ------
        ShapeError
            A layer cannot take what the one before it makes.
        """
        if not isinstance(input_shape, Mapping):
            input_shape = {INPUT: input_shape}
        for shape in input_shape.values():
            _check_input_shape(shape)
        named = {self._source(name): (*shape, EXAMPLES) for name, shape in input_shape.items()}
        self._check_sources(named)
        return dimensions(self.graph, named)

    def initialize(
        self,
        input_shape: InputShape,
        seed: Seed = 0,
        *,
        scheme: Initializer | None = None,
        dtype: type[np.floating[Any]] = np.float64,
    ) -> Parameters:
        """Parameters to start from.

        Each layer's W is drawn by its own initialiser; else by `scheme`; else by the scheme that
        suits the activation behind it. b starts at zero.

        Parameters
        ----------
        input_shape : tuple of int, or dict of tuples
            Of one example, without m.
        seed : int, numpy.random.Generator or numpy.random.RandomState
            The same integer gives the same parameters.
        scheme : Initializer, optional
            For the weights of every layer that names none, e.g. ``Normal(0.01)``.
        dtype : type
            float64 or float32.

        Returns
        -------
        dict of str to array

        Examples
        --------
        >>> import glassnet as gn
        >>> network = gn.Network([gn.Dense(1)], loss=gn.SquaredError())
        >>> network.initialize((2,), seed=0, scheme=gn.Zeros())
        {'W1': array([[0., 0.]]), 'b1': array([[0.]])}
        """
        random = seed_source(seed)
        if scheme is not None and not isinstance(scheme, Initializer):
            raise HyperparameterError(
                f"The 'scheme' parameter must be an Initializer or None. Got {shown(scheme)} "
                "instead.",
                fix="pass e.g. scheme=He()",
            )
        if dtype not in (np.float32, np.float64):
            raise HyperparameterError(
                f"The 'dtype' parameter must be float32 or float64. Got {shown(dtype)} instead.",
                fix="pass e.g. dtype=np.float32",
            )
        parameters: Parameters = {}
        placed = self.dimensions(input_shape)
        for index, at in enumerate(placed):
            for local, own in at.node.layer.initializers().items():
                name = at.node.name(local)
                initializer = own or scheme or self._scheme_behind(index)
                parameters[name] = initializer.draw(random, at.shapes[name]).astype(dtype)
        return parameters

    def predict(self, parameters: Mapping[str, ArrayLike], X: Inputs) -> FloatArray:
        """The outputs A[L] of the network, (n[L], m).

        Raises
        ------
        ShapeError
            X or a parameter does not fit; the message names the layer.
        DataError
            X holds NaN or infinity, or a parameter is missing.
        DivergenceError
            An output is NaN or infinite although X is not: the parameters are too large.
        """
        inputs = self.inputs(X)
        parameters = self.checked(parameters, inputs)
        A: FloatArray = self.engine.predict(self.graph, parameters, inputs)
        if not np.all(np.isfinite(A)):
            raise DivergenceError(
                "The network's output is NaN or infinite although its input is finite.",
                expected="finite outputs",
                received=f"{np.sum(~np.isfinite(A))} such values in "
                f"{course_name(self.graph.output)}",
                fix="the parameters are too large: train with a smaller learning rate",
            )
        return A

    def cost(
        self,
        parameters: Mapping[str, ArrayLike],
        X: Inputs,
        Y: ArrayLike,
        *,
        sample_weight: ArrayLike | None = None,
    ) -> float:
        """J of the predictions, penalties included (dropout is off).

        Parameters
        ----------
        parameters : dict of str to array
        X : array (..., n_x, m), or dict of arrays
        Y : array (..., n_y, m)
        sample_weight : array (1, m) or (m,), optional
            How much each example counts: the mean of L becomes the weighted mean.
        """
        inputs = self.inputs(X)
        parameters = self.checked(parameters, inputs)
        data = self.data(inputs, Y, sample_weight)
        return self.engine.cost(self.graph, parameters, data)

    def gradients(
        self,
        parameters: Mapping[str, ArrayLike],
        X: Inputs,
        Y: ArrayLike,
        *,
        sample_weight: ArrayLike | None = None,
        seed: Seed = 0,
    ) -> Parameters:
        """dJ/dW and dJ/db of every layer: ``{"dW1": ..., "db1": ..., ...}``.

        `seed` draws the masks of dropout, where there is some.
        """
        inputs = self.inputs(X)
        parameters = self.checked(parameters, inputs)
        data = self.data(inputs, Y, sample_weight)
        _, gradients = self.engine.gradients(self.graph, parameters, data, seed_source(seed))
        return gradients

    def trace(
        self,
        parameters: Mapping[str, ArrayLike],
        X: Inputs,
        Y: ArrayLike | None = None,
        *,
        sample_weight: ArrayLike | None = None,
        seed: Seed = 0,
    ) -> Trace:
        """Every array of one forward pass and, with labels, of the backward pass.

        Examples
        --------
        >>> import glassnet as gn
        >>> network = gn.Network([gn.Dense(1), gn.Sigmoid()], loss=gn.BinaryCrossEntropy())
        >>> trace = network.trace({"W1": [[1.0]], "b1": [[0.0]]}, [[0.0, 2.0]], [[1.0, 1.0]])
        >>> trace["A1"].round(3).tolist(), trace["dZ1"].round(3).tolist()
        ([[0.5, 0.881]], [[-0.5, -0.119]])
        """
        inputs = self.inputs(X)
        parameters = self.checked(parameters, inputs)
        if Y is None:
            return Trace.of(self, self.engine.look(self.graph, parameters, inputs), None)
        data = self.data(inputs, Y, sample_weight)
        J, arrays = self.engine.trace(self.graph, parameters, data, seed_source(seed))
        return Trace.of(self, arrays | {"Y": data.Y}, J)

    @property
    def engine(self) -> Engine:
        """The engine that runs this network."""
        return Reference()

    def checked(
        self, parameters: Mapping[str, ArrayLike], inputs: Mapping[str, FloatArray]
    ) -> Parameters:
        """The parameters in the type of the data, once they fit the network and the inputs.

        Raises
        ------
        DataError
            Parameters are missing, superfluous, or no numbers.
        ShapeError
            A parameter or an input does not fit its layer.
        """
        known = self.graph.parameters
        if not isinstance(parameters, Mapping):
            raise DataError(
                "The parameters are no dict of arrays.",
                expected=listed(known),
                received=shown(parameters),
                fix="pass network.initialize(...), or result.parameters of a training",
            )
        missing = [name for name in known if name not in parameters]
        extra = [name for name in parameters if name not in known]
        if missing or extra:
            raise DataError(
                "These parameters do not belong to this network.",
                expected=listed(known),
                received=f"missing: {listed(missing) or 'none'}; "
                f"unknown: {listed(extra) or 'none'}",
                fix=did_you_mean(extra[0], missing)
                if extra and missing
                else "name them as expected",
            )
        dtype = np.result_type(*inputs.values())
        arrays = {name: in_type(name, as_float(name, parameters[name]), dtype) for name in known}
        shapes = {name: array.shape for name, array in arrays.items()}
        dimensions(self.graph, {name: X.shape for name, X in inputs.items()}, shapes)
        return arrays

    def data(
        self,
        inputs: Mapping[str, FloatArray],
        Y: ArrayLike,
        sample_weight: ArrayLike | None = None,
        name: str = "Y",
    ) -> Data:
        """Inputs, labels and weights as engines take them, once they fit each other.

        Raises
        ------
        ShapeError, DataError
        """
        dtype = np.result_type(*inputs.values())
        labels = in_type(name, as_data(name, Y), dtype)
        arrays = {("X" if key == INPUT else key): X for key, X in inputs.items()}
        check_examples(**arrays, **{name: labels})
        self._check_labels(name, labels, inputs)
        self.loss.check(np, labels)
        m = labels.shape[-1]
        if sample_weight is None:
            return Data(inputs, labels, None, m)
        weights = in_type("sample_weight", _weights(sample_weight, m), dtype)
        return Data(inputs, labels, weights, m)

    def inputs(self, X: Inputs, name: str = "X") -> dict[str, FloatArray]:
        """The data that enter the network, by the names of its sources.

        Raises
        ------
        DataError, ShapeError
        """
        given = X if isinstance(X, Mapping) else {INPUT: X}
        label = {source: name if source == INPUT else f"{name}[{source!r}]" for source in given}
        named = {self._source(key): as_data(label[key], array) for key, array in given.items()}
        self._check_sources(named)
        check_examples(**named)
        return named

    def _source(self, name: str) -> str:
        return name if name == INPUT else f"{name}.{INPUT}"

    def _check_sources(self, named: Mapping[str, Any]) -> None:
        if set(named) != set(self.graph.sources):
            sources = [source.removesuffix(f".{INPUT}") for source in self.graph.sources]
            single = sources == [INPUT]
            raise ShapeError(
                "The inputs do not fit the entrance of this network.",
                expected="one array" if single else f"a dict with {listed(sources)}",
                received=listed(named) if set(named) != {INPUT} else "one array",
                fix="pass the array itself" if single else "name an array for each branch",
            )

    def _check_labels(
        self, name: str, labels: FloatArray, inputs: Mapping[str, FloatArray]
    ) -> None:
        placed = dimensions(self.graph, {source: X.shape for source, X in inputs.items()})
        output, units = placed[-1].output, self.loss.units(labels)
        if (*output[:-2], output[-2]) != (*labels.shape[:-2], units):
            raise ShapeError(
                f"The labels {name} of shape {labels.shape} do not fit the network's output.",
                equation=f"dZ = {course_name(self.graph.output)} − {name}"
                if self.graph.canonical
                else None,
                expected=f"{name} {(*output[:-1], EXAMPLES)}, as "
                f"{place(self.graph, placed[-1].node)} makes it".replace("'", ""),
                received=f"{name} {labels.shape}",
                fix=f"give the last layer {units} unit{'s' * (units > 1)}, or encode the labels "
                f"with {output[-2]} row{'s' * (output[-2] > 1)}",
            )

    def _scheme_behind(self, index: int) -> Initializer:
        """What the activation that follows a layer wants its weights to be drawn by."""
        for node in self.graph.nodes[index + 1 :]:
            if isinstance(node.layer, Activation):
                return node.layer.initializer
            if node.parameters:
                break
        return Glorot()


def seed_source(seed: Seed) -> Any:
    """The random source of a seed: a new Generator for an integer, else the source itself.

    Raises
    ------
    HyperparameterError
    """
    if isinstance(seed, np.random.Generator | np.random.RandomState):
        return seed
    if isinstance(seed, bool) or not isinstance(seed, int | np.integer) or seed < 0:
        raise HyperparameterError(
            "The 'seed' parameter must be an int in the range [0, inf), a numpy.random.Generator "
            f"or a numpy.random.RandomState. Got {shown(seed)} instead.",
            fix="pass a whole number, e.g. seed=0",
        )
    return np.random.default_rng(seed)


def _check_input_shape(shape: tuple[int, ...]) -> None:
    sizes = shape if isinstance(shape, tuple | list) else ()
    if not sizes or not all(isinstance(n, int | np.integer) and n > 0 for n in sizes):
        raise ShapeError(
            "The input_shape is no shape of one example.",
            expected="a tuple of whole numbers of at least 1: (n_x,), (T, n_x) or (H, W, n_C)",
            received=shown(shape),
            fix="pass X.shape[:-1]",
        )


def _weights(sample_weight: ArrayLike, m: int) -> FloatArray:
    """w_i · m / Σw, (1, m)."""
    given = np.asarray(sample_weight)
    weights = as_data("sample_weight", given[None, :] if given.ndim == 1 else given)
    if weights.shape != (1, m):
        raise ShapeError(
            f"sample_weight has shape {given.shape}.",
            expected=f"(1, {m}) or ({m},): one weight for each example",
            received=f"{given.shape}",
            fix="pass one weight for each column of X",
        )
    if np.any(weights < 0) or not np.any(weights > 0):
        raise DataError(
            "sample_weight must be positive: every weight is zero, or one is negative.",
            expected="weights of at least 0, not all of them zero",
            received=f"weights between {weights.min():g} and {weights.max():g}",
            fix="drop the examples that should not count, instead of negative weights",
        )
    return np.asarray(weights * (m / weights.sum()))
