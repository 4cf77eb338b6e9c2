"""A network: layers and a loss, described once, and what can be computed with them."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final

import numpy as np
from numpy.typing import ArrayLike

from glassnet.admission import (
    Inputs,
    InputShape,
    Parameters,
    admit_inputs,
    admit_labels,
    admit_parameters,
    admit_shapes,
    check_pass,
)
from glassnet.arrays import FloatArray, check_finite
from glassnet.dimensions import Dimensions, dimensions
from glassnet.domains import Checked
from glassnet.engines import Engine, Noise, Plan, plan
from glassnet.ensemble import Average
from glassnet.equations import course_name
from glassnet.errors import (
    DivergenceError,
    HyperparameterError,
    shown,
)
from glassnet.graph import Combinator, Graph
from glassnet.initializers import Glorot, Initializer
from glassnet.layers.activation import Activation
from glassnet.layers.layer import Layer
from glassnet.losses.loss import Loss
from glassnet.memory import check_memory
from glassnet.penalties import Penalty
from glassnet.pieces import admit_states, check_pieces
from glassnet.seeds import Seed, check_seed, seed_source
from glassnet.trace import WEIGHTS, Trace

CHOSEN: Final = "chosen by the caller"


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
        if not self.graph.nodes:
            raise HyperparameterError(
                "A network needs at least one layer. Got none.", fix="begin with Dense(units)"
            )
        last, (low, high) = self.graph.nodes[-1].layer, self.bounds
        if low < self.loss.low or high > self.loss.high:
            kind = self.loss.canonical
            raise HyperparameterError(
                f"{type(self.loss).__name__} does not belong behind {last}.",
                expected=f"outputs between {self.loss.low} and {self.loss.high}",
                received=f"outputs between {low} and {high}",
                fix=f"end the network with {kind.__name__ if kind else Activation.__name__}()",
            )

    def __reduce__(self) -> tuple[Callable[..., Network], tuple[object, ...]]:
        """A network is copied and pickled by its description, and the engine it was given."""
        description = (self.layers, self.loss, self.penalties)
        if self._plan.reason == CHOSEN:
            return _on, (*description, self.engine)
        return Network, description

    @cached_property
    def graph(self) -> Graph:
        """The network as engines take it: its layers in order, every array named."""
        return Graph.of(self.layers, self.loss, self.penalties)

    @property
    def bounds(self) -> tuple[float, float]:
        """Between which numbers every output lies, whatever the input and the parameters."""
        return _bounds(self.graph, self.graph.output)

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
        return dimensions(self.graph, admit_shapes(self.graph, input_shape))

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
        numbers = sum(math.prod(shape) for at in placed for shape in at.parameters.values())
        check_memory("Drawing the parameters", 8 * numbers, "give the layers fewer units")
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
        ResourceLimitError
            The outputs of the layers need more memory than there is.
        """
        prompt: FloatArray | None = self.engine.prompt_prediction(self.graph, parameters, X)
        if prompt is not None:
            return prompt
        inputs = admit_inputs(self.graph, X)
        parameters = self._admitted(parameters, inputs)
        A: FloatArray = self.engine.predict(self.graph, parameters, inputs)
        self._check_output(parameters, A)
        return A

    def predict_piece(
        self,
        parameters: Mapping[str, ArrayLike],
        X: Inputs,
        states: Mapping[str, FloatArray] | None = None,
    ) -> tuple[FloatArray, dict[str, FloatArray]]:
        """The outputs for the next piece of a sequence, and the states to go on from.

        A sequence that is predicted piece by piece gives the same numbers as in one piece.

        Parameters
        ----------
        parameters : dict of str to array
        X : array (T, n_x, m), or dict of arrays
            The next T steps of the same m sequences.
        states : dict of str to array, optional
            What the call for the piece before returned; left out, the sequences begin.

        Raises
        ------
        HyperparameterError
            A layer reads what is still to come, so that no piece can be predicted without it.
        DataError, ShapeError, DivergenceError
            As for `predict`; or `states` are not those of this network and these sequences.

        Examples
        --------
        >>> import glassnet as gn
        >>> network = gn.Network([gn.SimpleRNN(2)], loss=gn.SquaredError())
        >>> parameters, X = network.initialize((4, 1)), [[[1.0]], [[2.0]], [[0.5]], [[3.0]]]
        >>> whole = network.predict(parameters, X)
        >>> first, states = network.predict_piece(parameters, X[:3])
        >>> rest, states = network.predict_piece(parameters, X[3:], states)
        >>> bool((rest == whole[3:]).all()), {name: state.shape for name, state in states.items()}
        (True, {'a_prev1': (2, 1)})
        """
        check_pieces(self.graph)
        inputs = admit_inputs(self.graph, X)
        parameters = self._admitted(parameters, inputs)
        begun = {} if states is None else admit_states(self.graph, states, inputs, parameters)
        made = self.engine.look(self.graph, parameters, {**inputs, **begun})
        A = made[self.graph.output]
        self._check_output(parameters, A)
        return A, {name: made[after] for name, after in self.graph.states.items()}

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
            An array (n_x, m) may be a sparse matrix of SciPy.
        Y : array (..., n_y, m)
        sample_weight : array (1, m), (m,) or (..., 1, m), optional
            How much each example counts: the mean of L becomes the weighted mean. Where the
            labels are sequences, every time may have a weight of its own, such as the mask of
            padded ones; an example then counts as its heaviest time.
        """
        if sample_weight is None:
            prompt = self.engine.prompt_cost(self.graph, parameters, X, Y)
            if prompt is not None:
                return prompt
        data = admit_labels(self.graph, admit_inputs(self.graph, X), Y, sample_weight)
        parameters = self._admitted(parameters, data.inputs, data.Y)
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
        if sample_weight is None:
            prompt = self.engine.prompt_gradients(self.graph, parameters, X, Y)
            if prompt is not None:
                check_seed(seed)
                return prompt
        data = admit_labels(self.graph, admit_inputs(self.graph, X), Y, sample_weight)
        parameters = self._admitted(parameters, data.inputs, data.Y)
        _, gradients = self.engine.gradients(self.graph, parameters, data, self._noise(seed))
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
        inputs = admit_inputs(self.graph, X)
        if Y is None:
            parameters = self._admitted(parameters, inputs)
            return Trace.of(self, self.engine.look(self.graph, parameters, inputs), None)
        data = admit_labels(self.graph, inputs, Y, sample_weight)
        parameters = self._admitted(parameters, inputs, data.Y)
        J, arrays = self.engine.trace(self.graph, parameters, data, self._noise(seed))
        given = {"Y": data.Y} if data.weights is None else {"Y": data.Y, WEIGHTS: data.weights}
        return Trace.of(self, arrays | given, J)

    @property
    def engine(self) -> Engine:
        """The engine that runs this network."""
        return self._plan.engine

    def plan(self) -> Plan:
        """The engine that runs this network, and the reason for it.

        Examples
        --------
        >>> import glassnet as gn
        >>> network = gn.Network([gn.Dense(1)], loss=gn.SquaredError())
        >>> network.on(gn.Reference()).plan().reason
        'chosen by the caller'
        """
        return self._plan

    def on(self, engine: Engine) -> Network:
        """The same network, run by the engine given. It equals this one and is saved as this one.

        Raises
        ------
        HyperparameterError
            The engine cannot run it; the message names the layer.

        Examples
        --------
        >>> import glassnet as gn
        >>> network = gn.Network([gn.Dense(1)], loss=gn.SquaredError())
        >>> network.on(gn.Reference()).engine.name, network.on(gn.Reference()) == network
        ('reference', True)
        """
        if not isinstance(engine, Engine):
            raise HyperparameterError(
                f"The 'engine' parameter must be an Engine. Got {shown(engine)} instead.",
                fix="pass gn.Native() or gn.Reference()",
            )
        if why := engine.obstacle(self.graph):
            raise HyperparameterError(
                f"The {engine.name} engine cannot run this network: {why}.",
                expected="layers, loss and penalties of the library's own that have kernels",
                received=shown(self),
                fix="leave the choice to the network, or pass gn.Reference()",
            )
        return _on(self.layers, self.loss, self.penalties, engine)

    @cached_property
    def _plan(self) -> Plan:
        return plan(self.graph)

    def _noise(self, seed: Seed) -> Noise | None:
        """Where the masks of dropout come from, where there is some."""
        check_seed(seed)
        noisy = any(node.noise for node in self.graph.nodes)
        return Noise.drawn(seed_source(seed)) if noisy else None

    def _admitted(
        self,
        parameters: Mapping[str, ArrayLike],
        inputs: Mapping[str, FloatArray],
        labels: FloatArray | None = None,
    ) -> Parameters:
        """The parameters as engines take them, once they fit the data, and the pass the memory."""
        admitted = admit_parameters(self.graph, parameters, inputs, labels)
        check_pass(self.graph, inputs)
        return admitted

    def _check_output(self, parameters: Parameters, A: FloatArray) -> None:
        if np.all(np.isfinite(A)):
            return
        for name, array in parameters.items():
            check_finite(name, array)
        raise DivergenceError(
            "The network's output is NaN or infinite although its input is finite.",
            expected="finite outputs",
            received=f"{np.sum(~np.isfinite(A))} such values in {course_name(self.graph.output)}",
            fix="the parameters are too large: train with a smaller learning rate",
        )

    def _scheme_behind(self, index: int) -> Initializer:
        """What the activation that follows a layer wants its weights to be drawn by."""
        for node in self.graph.nodes[index + 1 :]:
            if isinstance(node.layer, Activation):
                return node.layer.initializer
            if node.parameters:
                break
        return Glorot()


def _bounds(graph: Graph, name: str) -> tuple[float, float]:
    """Between which numbers an array lies: an activation says so, and a mean lies between."""
    node = next((node for node in graph.nodes if node.output == name), None)
    if node is not None and isinstance(node.layer, Activation):
        return node.layer.low, node.layer.high
    if node is not None and isinstance(node.layer, Average):
        lows, highs = zip(*(_bounds(graph, each) for each in node.inputs.values()), strict=True)
        return min(lows), max(highs)
    return -math.inf, math.inf


def _on(
    layers: Sequence[Layer | Combinator], loss: Loss, penalties: Sequence[Penalty], engine: Engine
) -> Network:
    """The network that an engine was chosen for: no field, so no part of what it is."""
    network = Network(layers, loss, penalties)
    network.__dict__["_plan"] = Plan(engine, CHOSEN)
    return network
