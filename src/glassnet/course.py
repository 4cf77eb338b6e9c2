"""The functions of the course "Neural Networks and Deep Learning", under the course's names.

Every function here calls the layer, the loss or the initialiser of glassnet that has the same
equation, takes and returns what the course's assignments do, and changes none of its arguments.
So a learner can replace their own functions by these, one at a time, and see which of the numbers
change; or put one of their own among these (``course.linear_backward = my_linear_backward``: the
functions find each other by name, which is why they stand in one file)::

    initialize_parameters_deep → L_model_forward → compute_cost → L_model_backward
                                        ↑                               ↓
                                        └────── update_parameters ──────┘

Examples are columns: X is (n_x, m), Y is (1, m), W[l] is (n[l], n[l−1]), b[l] is (n[l], 1). What
the forward pass keeps for the backward pass has the course's form, (linear_cache,
activation_cache) with linear_cache = (A_prev, W, b) and activation_cache = Z.

In three places these functions differ from the assignments' hand-outs:

- `sigmoid` and `relu` give A alone, as in the first assignments; the (A, Z) of ``dnn_utils`` is
  what `linear_activation_forward` makes of it;
- seeds are arguments, and the default is the one that the assignment sets;
- `predict` takes (X, parameters) and prints nothing.

>>> import numpy as np
>>> X, Y = np.array([[0.5, -1.0, 2.0], [1.0, 0.0, -1.0]]), np.array([[1, 0, 1]])
>>> parameters = initialize_parameters_deep([2, 3, 1])
>>> for iteration in range(500):
...     AL, caches = L_model_forward(X, parameters)
...     grads = L_model_backward(AL, Y, caches)
...     parameters = update_parameters(parameters, grads, learning_rate=0.5)
>>> predict(X, parameters)
array([[1, 0, 1]])

Source: A. Ng, K. Katanforoosh, Y. Bensouda Mourri, "Neural Networks and Deep Learning",
deeplearning.ai (2017), assignments of weeks 2 to 4.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Literal, TypeAlias

import numpy as np
from numpy.typing import ArrayLike, NDArray

from glassnet.admission import Parameters, admit_inputs, admit_parameters
from glassnet.arrays import FloatArray, as_data, as_float
from glassnet.equations import equations
from glassnet.errors import DataError, HyperparameterError, ShapeError, did_you_mean, listed, shown
from glassnet.graph import gradient_name
from glassnet.initializers import Initializer, Normal, Zeros
from glassnet.layers.activation import Activation
from glassnet.layers.activations import Identity, LeakyReLU, ReLU, Sigmoid, Tanh
from glassnet.layers.dense import Dense
from glassnet.losses.cross_entropies import BinaryCrossEntropy
from glassnet.namespace import numpy_namespace as xp
from glassnet.network import Network
from glassnet.optimizers import GradientDescent
from glassnet.shapes import Axes, Mismatch, Shape, Sizes, match, parse, written

Name: TypeAlias = Literal["sigmoid", "relu", "tanh", "leaky_relu", "linear"]
LinearCache: TypeAlias = tuple[FloatArray, FloatArray, FloatArray]
Cache: TypeAlias = tuple[LinearCache, FloatArray]
Seed: TypeAlias = int | np.random.RandomState

ACTIVATIONS: dict[str, Activation] = {
    "sigmoid": Sigmoid(),
    "relu": ReLU(),
    "tanh": Tanh(),
    "leaky_relu": LeakyReLU(),
    "linear": Identity(),
}
LOSS = BinaryCrossEntropy()
SMALL = Normal(0.01)


# --- Activations ----------------------------------------------------------------------------------


def sigmoid(Z: ArrayLike) -> FloatArray:
    """A = 1 / (1 + exp(−Z)), of a number or an array of any shape. See `glassnet.Sigmoid`.

    >>> sigmoid([0, 2]).round(8).tolist()
    [0.5, 0.88079708]
    """
    return _g("sigmoid", Z)


def relu(Z: ArrayLike) -> FloatArray:
    """A = max(0, Z), of a number or an array of any shape. See `glassnet.ReLU`.

    >>> relu([-2, 3]).tolist()
    [0.0, 3.0]
    """
    return _g("relu", Z)


def tanh(Z: ArrayLike) -> FloatArray:
    """A = tanh(Z), of a number or an array of any shape. See `glassnet.Tanh`.

    >>> tanh([0, 1]).round(4).tolist()
    [0.0, 0.7616]
    """
    return _g("tanh", Z)


def leaky_relu(Z: ArrayLike) -> FloatArray:
    """A = Z where Z > 0, else 0.01 Z, of any shape. See `glassnet.LeakyReLU`.

    >>> leaky_relu([-2, 3]).tolist()
    [-0.02, 3.0]
    """
    return _g("leaky_relu", Z)


def sigmoid_derivative(Z: ArrayLike) -> FloatArray:
    """σ′(Z) = a (1 − a), with a = σ(Z).

    >>> sigmoid_derivative([1, 2, 3]).round(8).tolist()
    [0.19661193, 0.10499359, 0.04517666]
    """
    return _g_prime("sigmoid", Z)


def relu_derivative(Z: ArrayLike) -> FloatArray:
    """g′(Z) = 1 where Z > 0, else 0 (at 0, too).

    >>> relu_derivative([-2, 0, 3]).tolist()
    [0.0, 0.0, 1.0]
    """
    return _g_prime("relu", Z)


def tanh_derivative(Z: ArrayLike) -> FloatArray:
    """g′(Z) = 1 − a², with a = tanh(Z).

    >>> tanh_derivative([0, 1]).round(4).tolist()
    [1.0, 0.42]
    """
    return _g_prime("tanh", Z)


def leaky_relu_derivative(Z: ArrayLike) -> FloatArray:
    """g′(Z) = 1 where Z > 0, else 0.01 (at 0, too).

    >>> leaky_relu_derivative([-2, 0, 3]).tolist()
    [0.01, 0.01, 1.0]
    """
    return _g_prime("leaky_relu", Z)


def sigmoid_backward(dA: ArrayLike, cache: ArrayLike) -> FloatArray:
    """dZ = dA ∗ σ′(Z); `cache` is Z. Both (n, m).

    >>> sigmoid_backward([[1.0, -2.0]], [[0.0, 0.0]]).tolist()
    [[0.25, -0.5]]
    """
    return _activation_backward("sigmoid_backward", "sigmoid", dA, cache)


def relu_backward(dA: ArrayLike, cache: ArrayLike) -> FloatArray:
    """dZ = dA where Z > 0, else 0; `cache` is Z. Both (n, m).

    >>> relu_backward([[1.0, -2.0]], [[-3.0, 3.0]]).tolist()
    [[0.0, -2.0]]
    """
    return _activation_backward("relu_backward", "relu", dA, cache)


# --- Initialisation -------------------------------------------------------------------------------


def layer_sizes(X: ArrayLike, Y: ArrayLike, n_h: int = 4) -> tuple[int, int, int]:
    """(n_x, n_h, n_y): the rows of X, the hidden units that are asked for, the rows of Y.

    >>> layer_sizes([[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]], [[0, 1, 1]])
    (2, 4, 1)
    """
    X, Y = as_data("X", X), as_data("Y", Y)
    return X.shape[0], Dense(n_h).units, Y.shape[0]


def initialize_with_zeros(dim: int) -> tuple[FloatArray, float]:
    """w = 0 (dim, 1) and b = 0: right for logistic regression, which has one neuron only.

    >>> initialize_with_zeros(2)
    (array([[0.],
           [0.]]), 0.0)
    """
    return initialize_parameters_deep([dim, 1], scheme=Zeros())["W1"].T, 0.0


def initialize_parameters(
    n_x: int,
    n_h: int,
    n_y: int,
    seed: Seed = 1,
    scheme: Initializer = SMALL,
) -> Parameters:
    """The parameters of a network with one hidden layer: W random and small, b zero.

    >>> initialize_parameters(3, 2, 1)["W1"].round(8)
    array([[ 0.01624345, -0.00611756, -0.00528172],
           [-0.01072969,  0.00865408, -0.02301539]])

    See Also
    --------
    initialize_parameters_deep : for any number of layers.
    """
    return initialize_parameters_deep([n_x, n_h, n_y], seed, scheme)


def initialize_parameters_deep(
    layer_dims: Sequence[int],
    seed: Seed = 3,
    scheme: Initializer = SMALL,
) -> Parameters:
    """The parameters of a network of L layers: W random, b zero.

    Parameters
    ----------
    layer_dims : sequence of int
        n[0] = n_x, n[1], …, n[L].
    seed : int or numpy.random.RandomState
        An int means ``numpy.random.RandomState(seed)``, the source that the course draws from.
    scheme : Initializer
        0.01 · N(0, 1), as in the step-by-step assignment. The assignment on cat pictures divides
        by √n[l−1] instead: ``glassnet.InverseSqrt()``, with seed 1.

    Returns
    -------
    dict
        ``{"W1": (n[1], n[0]), "b1": (n[1], 1), …}``

    Raises
    ------
    HyperparameterError
        A layer has no unit, or there are fewer than two numbers in `layer_dims`.

    Examples
    --------
    >>> parameters = initialize_parameters_deep([5, 4, 3])
    >>> parameters["W1"][0].round(8).tolist()
    [0.01788628, 0.0043651, 0.00096497, -0.01863493, -0.00277388]
    >>> parameters["b2"].tolist()
    [[0.0], [0.0], [0.0]]
    """
    if len(layer_dims) < 2:
        raise HyperparameterError(
            "initialize_parameters_deep needs the sizes of two layers or more.",
            expected="layer_dims = [n_x, n[1], …, n[L]]",
            received=f"layer_dims = {shown(list(layer_dims))}",
            fix="name the input as well, e.g. [2, 4, 1]",
        )
    n_x, *units = layer_dims
    random = np.random.RandomState(seed) if isinstance(seed, int) else seed
    return _network(units).initialize((Dense(n_x).units,), random, scheme=scheme)


# --- Forward propagation --------------------------------------------------------------------------


@np.errstate(all="ignore")
def linear_forward(A: ArrayLike, W: ArrayLike, b: ArrayLike) -> tuple[FloatArray, LinearCache]:
    """Z = W A + b.

    Parameters
    ----------
    A : array (n_prev, m)
        Of the layer before, or X.
    W : array (n, n_prev)
    b : array (n, 1)

    Returns
    -------
    Z : array (n, m)
    cache : tuple
        (A, W, b)

    Raises
    ------
    ShapeError
        The shapes do not fit each other, or one of them is of rank 1.

    Examples
    --------
    >>> Z, cache = linear_forward(A=[[3.0], [4.0]], W=[[2.0, -1.0]], b=[[0.5]])
    >>> Z
    array([[2.5]])
    """
    shapes = "W: n n_prev, b: n 1, A: n_prev m -> Z: n m"
    W, b, A = _fit("linear_forward", _equation(Dense, "forward"), shapes, W, b, A)
    return Dense(len(W)).forward(xp, A, W, b)["Z"], (A, W, b)


def linear_activation_forward(
    A_prev: ArrayLike, W: ArrayLike, b: ArrayLike, activation: Name
) -> tuple[FloatArray, Cache]:
    """A = g(W A_prev + b).

    Parameters
    ----------
    A_prev, W, b : array
        As in `linear_forward`.
    activation : str
        g: ``"sigmoid"``, ``"relu"``, ``"tanh"``, ``"leaky_relu"`` or ``"linear"``.

    Returns
    -------
    A : array (n, m)
    cache : tuple
        (linear_cache, activation_cache), which are (A_prev, W, b) and Z.

    Raises
    ------
    ShapeError, HyperparameterError

    Examples
    --------
    >>> A, (linear_cache, Z) = linear_activation_forward([[3.0]], [[2.0]], [[-7.0]], "relu")
    >>> Z, A
    (array([[-1.]]), array([[0.]]))
    """
    Z, linear_cache = linear_forward(A_prev, W, b)
    return _g(activation, Z), (linear_cache, Z)


def L_model_forward(
    X: ArrayLike, parameters: Mapping[str, ArrayLike], *, activation: Name = "relu"
) -> tuple[FloatArray, list[Cache]]:
    """A[l] = g(W[l] A[l−1] + b[l]) with A[0] = X: g is ReLU, and the sigmoid in the last layer.

    Parameters
    ----------
    X : array (n_x, m)
    parameters : dict
        W1, b1, …, WL, bL.
    activation : str
        g of the hidden layers.

    Returns
    -------
    AL : array (n[L], m)
    caches : list
        One cache of `linear_activation_forward` for each layer.

    Raises
    ------
    ShapeError
        X or a parameter does not fit; the message names the layer.
    DataError
        A parameter is missing, or has another name.

    Examples
    --------
    >>> parameters = {"W1": [[2.0]], "b1": [[0.0]], "W2": [[1.0]], "b2": [[-2.0]]}
    >>> AL, caches = L_model_forward([[1.0, -1.0]], parameters)
    >>> AL.round(4).tolist(), len(caches)
    ([[0.5, 0.1192]], 2)
    """
    A, L = _checked(X, parameters)
    caches = []
    for number in range(1, L + 1):
        g: Name = "sigmoid" if number == L else activation
        A, cache = linear_activation_forward(
            A, parameters[f"W{number}"], parameters[f"b{number}"], g
        )
        caches.append(cache)
    return A, caches


def forward_propagation(
    X: ArrayLike, parameters: Mapping[str, ArrayLike]
) -> tuple[FloatArray, dict[str, FloatArray]]:
    """Z[1], A[1] = tanh(Z[1]), Z[2], A[2] = σ(Z[2]): the network of the third week.

    Returns
    -------
    A2 : array (1, m)
    cache : dict
        Z1, A1, Z2 and A2.

    >>> A2, cache = forward_propagation([[0.3, 2.0]], initialize_parameters(1, 4, 1, seed=2))
    >>> list(cache), cache["Z1"].shape
    (['Z1', 'A1', 'Z2', 'A2'], (4, 2))
    """
    A2, ((_, Z1), ((A1, _, _), Z2)) = L_model_forward(X, parameters, activation="tanh")
    return A2, {"Z1": Z1, "A1": A1, "Z2": Z2, "A2": A2}


# --- Cost -----------------------------------------------------------------------------------------


@np.errstate(all="ignore")
def compute_cost(AL: ArrayLike, Y: ArrayLike) -> float:
    """J = −(1/m) Σ (y log a + (1 − y) log(1 − a)).

    Parameters
    ----------
    AL : array (1, m)
        Probabilities. One that is exactly 0 or 1 is held off by the precision of its type, so
        that J is finite: a certainty that is wrong costs 36 in float64.
    Y : array (1, m)
        Labels 0 and 1.

    Raises
    ------
    ShapeError
        AL and Y differ in shape.
    DataError
        AL holds something that is no probability, or Y something that is no label.

    Examples
    --------
    >>> round(compute_cost([[0.8, 0.9, 0.4]], [[1, 1, 0]]), 10)
    0.2797765636
    """
    AL, Y = _labelled("compute_cost", AL, Y)
    wrong = ~((AL >= 0) & (AL <= 1))
    if np.any(wrong):
        raise DataError(
            "compute_cost cannot take this AL: not every value is a probability.",
            equation="J = −(1/m) Σ (y log a + (1 − y) log(1 − a))",
            expected="0 ≤ a ≤ 1",
            received=f"{np.sum(wrong)} other values, the first is {AL[wrong][0]:g}",
            fix="end the network with the sigmoid; where a is NaN, take a smaller learning rate",
        )
    return float(xp.sum(LOSS.each(xp, AL, Y)) / Y.shape[1])


# --- Backward propagation -------------------------------------------------------------------------


@np.errstate(all="ignore")
def linear_backward(
    dZ: ArrayLike, cache: tuple[ArrayLike, ArrayLike, ArrayLike]
) -> tuple[FloatArray, FloatArray, FloatArray]:
    """dW = (1/m) dZ A_prevᵀ, db = (1/m) Σ dZ, dA_prev = Wᵀ dZ.

    Parameters
    ----------
    dZ : array (n, m)
    cache : tuple
        (A_prev, W, b), as `linear_forward` returns it.

    Returns
    -------
    dA_prev : array (n_prev, m)
    dW : array (n, n_prev)
    db : array (n, 1)

    Raises
    ------
    ShapeError
        dZ does not fit the cache, or the cache is not of that form.

    Examples
    --------
    >>> cache = [[1.0, 3.0]], [[2.0]], [[0.0]]
    >>> dA_prev, dW, db = linear_backward([[1.0, -1.0]], cache)
    >>> dA_prev.tolist(), dW.tolist(), db.tolist()
    ([[2.0, -2.0]], [[-1.0]], [[0.0]])
    """
    A_prev, W, b = _unpacked("linear_backward", cache, "A_prev", "W", "b")
    shapes = "W: n n_prev, b: n 1, A_prev: n_prev m, dZ: n m -> dA_prev: n_prev m"
    W, b, A_prev, dZ = _fit(
        "linear_backward", _equation(Dense, "backward"), shapes, W, b, A_prev, dZ
    )
    layer = Dense(len(W))
    gradients = layer.gradients(xp, dZ, A_prev)
    return layer.backward(xp, dZ, W)["dA"], gradients["dW"], gradients["db"]


def linear_activation_backward(
    dA: ArrayLike, cache: Cache, activation: Name
) -> tuple[FloatArray, FloatArray, FloatArray]:
    """dZ = dA ∗ g′(Z), and then `linear_backward`.

    Parameters
    ----------
    dA : array (n, m)
    cache : tuple
        (linear_cache, activation_cache), as `linear_activation_forward` returns it.
    activation : str
        The g of the forward pass.

    Returns
    -------
    dA_prev : array (n_prev, m)
    dW : array (n, n_prev)
    db : array (n, 1)

    Raises
    ------
    ShapeError, HyperparameterError

    Examples
    --------
    >>> A, cache = linear_activation_forward([[1.0, 3.0]], [[2.0]], [[-4.0]], "relu")
    >>> dA_prev, dW, db = linear_activation_backward([[1.0, -1.0]], cache, "relu")
    >>> dA_prev.tolist(), dW.tolist(), db.tolist()
    ([[0.0, -2.0]], [[-1.5]], [[-0.5]])
    """
    function = "linear_activation_backward"
    linear_cache, Z = _unpacked(function, cache, "linear_cache", "activation_cache")
    return linear_backward(_activation_backward(function, activation, dA, Z), linear_cache)


def L_model_backward(
    AL: ArrayLike, Y: ArrayLike, caches: Sequence[Cache], *, activation: Name = "relu"
) -> dict[str, FloatArray]:
    """dZ[L] = A[L] − Y; from the last layer to the first: dW[l], db[l], dA[l−1].

    dZ[L] = A[L] − Y is what the course's dA[L] = −(Y/A[L] − (1−Y)/(1−A[L])), times σ′(Z[L]), comes
    to, and stays exact where that would divide by zero.

    Parameters
    ----------
    AL : array (1, m)
    Y : array (1, m)
        Labels 0 and 1.
    caches : list
        Of `L_model_forward`.
    activation : str
        g of the hidden layers.

    Returns
    -------
    dict
        dA0, dW1, db1, …, dA{L−1}, dWL, dbL.

    Raises
    ------
    ShapeError
        AL and Y differ in shape, or do not fit the caches.
    DataError
        A label is neither 0 nor 1.

    Examples
    --------
    >>> AL, caches = L_model_forward([[1.0, 3.0]], {"W1": [[0.0]], "b1": [[0.0]]})
    >>> grads = L_model_backward(AL, [[1, 0]], caches)
    >>> {name: gradient.tolist() for name, gradient in grads.items()}
    {'dA0': [[0.0, 0.0]], 'dW1': [[0.5]], 'db1': [[0.0]]}
    """
    if not caches:
        raise ShapeError(
            "L_model_backward has no caches.",
            expected="one cache for each layer, as L_model_forward returns them",
            received=shown(caches),
            fix="run L_model_forward(X, parameters) first",
        )
    *hidden, last = caches
    linear_cache, ZL = _unpacked("L_model_backward", last, "linear_cache", "activation_cache")
    gradients = linear_backward(_output_gradient(AL, Y, ZL), linear_cache)
    grads = _named(len(caches), gradients)
    for number in range(len(hidden), 0, -1):
        dA, cache = grads[f"dA{number}"], hidden[number - 1]
        grads |= _named(number, linear_activation_backward(dA, cache, activation))
    return grads


def backward_propagation(
    parameters: Mapping[str, ArrayLike],
    cache: Mapping[str, ArrayLike],
    X: ArrayLike,
    Y: ArrayLike,
) -> dict[str, FloatArray]:
    """dW1, db1, dW2 and db2 of the network of the third week: tanh, then the sigmoid.

    `cache` is that of `forward_propagation`.

    >>> X, Y, parameters = [[0.3, 2.0]], [[0, 1]], initialize_parameters(1, 4, 1, seed=2)
    >>> A2, cache = forward_propagation(X, parameters)
    >>> list(backward_propagation(parameters, cache, X, Y))
    ['dW2', 'db2', 'dW1', 'db1']
    """
    A1, Z1, Z2 = cache["A1"], cache["Z1"], cache["Z2"]
    caches: Any = [
        ((X, parameters["W1"], parameters["b1"]), Z1),
        ((A1, parameters["W2"], parameters["b2"]), Z2),
    ]
    grads = L_model_backward(cache["A2"], Y, caches, activation="tanh")
    return {name: grads[name] for name in grads if not name.startswith("dA")}


# --- Update and prediction ------------------------------------------------------------------------


@np.errstate(all="ignore")
def update_parameters(
    parameters: Mapping[str, ArrayLike], grads: Mapping[str, ArrayLike], learning_rate: float
) -> Parameters:
    """W := W − α dW, b := b − α db: one step of gradient descent.

    Parameters
    ----------
    parameters : dict
        W1, b1, …; left as they are.
    grads : dict
        dW1, db1, …; others, such as dA1, are not looked at.
    learning_rate : float
        α, positive.

    Returns
    -------
    dict
        The new parameters.

    Raises
    ------
    ShapeError
        A gradient has another shape than its parameter: NumPy would broadcast the two.
    DataError
        A gradient is missing.
    HyperparameterError
        α is not positive.

    Examples
    --------
    >>> update_parameters({"W1": [[1.0]], "b1": [[0.0]]}, {"dW1": [[0.5]], "db1": [[-1.0]]}, 0.1)
    {'W1': array([[0.95]]), 'b1': array([[0.1]])}
    """
    descent = GradientDescent(learning_rate)
    updated: Parameters = {}
    for name, before in parameters.items():
        gradient = gradient_name(name)
        if gradient not in grads:
            raise DataError(
                f"update_parameters has no gradient for {name}.",
                equation=f"{name} := {name} − α {gradient}",
                expected=gradient,
                received=listed(grads),
                fix=did_you_mean(gradient, grads),
            )
        shapes = f"{name}: n n_prev, {gradient}: n n_prev -> {name}_new: n n_prev"
        equation = f"{name} := {name} − α {gradient}"
        W, dW = _fit("update_parameters", equation, shapes, before, grads[gradient])
        updated[name] = descent.update(xp, W, dW, alpha=learning_rate, t=1)["W"]
    return updated


def predict(
    X: ArrayLike, parameters: Mapping[str, ArrayLike], *, activation: Name = "relu"
) -> NDArray[np.int_]:
    """1 where A[L] > ½, else 0: (1, m).

    Parameters
    ----------
    X : array (n_x, m)
    parameters : dict
    activation : str
        g of the hidden layers: ``"tanh"`` for the network of the third week.

    Raises
    ------
    ShapeError, DataError

    Examples
    --------
    >>> predict([[-1.0, 2.0]], {"W1": [[1.0]], "b1": [[0.0]]})
    array([[0, 1]])
    """
    AL, _ = L_model_forward(X, parameters, activation=activation)
    return (AL > 0.5).astype(np.int_)


# --- Logistic regression: one neuron, w (n_x, 1) and a number b -----------------------------------


def propagate(w: ArrayLike, b: float, X: ArrayLike, Y: ArrayLike) -> tuple[dict[str, Any], float]:
    """A = σ(wᵀX + b), J, dw = (1/m) X (A − Y)ᵀ and db = (1/m) Σ (A − Y).

    Parameters
    ----------
    w : array (n_x, 1)
        A column: W1 of the other functions is wᵀ.
    b : float
    X : array (n_x, m)
    Y : array (1, m)

    Returns
    -------
    grads : dict
        dw (n_x, 1) and db, a number.
    cost : float

    Raises
    ------
    ShapeError, DataError

    Examples
    --------
    >>> grads, cost = propagate([[0.0]], 0.0, [[1.0, 3.0]], [[1, 0]])
    >>> grads["dw"].tolist(), float(grads["db"]), round(cost, 6)
    ([[0.5]], 0.0, 0.693147)
    """
    AL, caches = L_model_forward(X, _one_neuron("propagate", w, b, X))
    grads = L_model_backward(AL, Y, caches)
    return {"dw": grads["dW1"].T, "db": grads["db1"][0, 0]}, compute_cost(AL, Y)


def optimize(
    w: ArrayLike,
    b: float,
    X: ArrayLike,
    Y: ArrayLike,
    num_iterations: int = 100,
    learning_rate: float = 0.009,
    print_cost: bool = False,
) -> tuple[dict[str, Any], dict[str, Any], list[float]]:
    """w := w − α dw and b := b − α db, `num_iterations` times.

    Parameters
    ----------
    w, b, X, Y
        As in `propagate`.
    num_iterations : int
    learning_rate : float
        α.
    print_cost : bool
        Whether every hundredth cost is printed, too.

    Returns
    -------
    params : dict
        w and b.
    grads : dict
        The last dw and db.
    costs : list of float
        Every hundredth cost, from the first on.

    Raises
    ------
    ShapeError, DataError, HyperparameterError

    Examples
    --------
    >>> params, grads, costs = optimize([[0.0]], 0.0, [[-1.0, 3.0]], [[0, 1]], 200, 0.1)
    >>> [round(cost, 3) for cost in costs]
    [0.693, 0.048]
    """
    params: dict[str, Any] = {"w": w, "b": b}
    grads: dict[str, Any] = {}
    costs = []
    for iteration in range(num_iterations):
        grads, cost = propagate(params["w"], params["b"], X, Y)
        matrices = {"w": params["w"], "b": [[params["b"]]]}
        steps = {"dw": grads["dw"], "db": [[grads["db"]]]}
        params = update_parameters(matrices, steps, learning_rate)
        params["b"] = params["b"][0, 0]
        if iteration % 100 == 0:
            costs.append(cost)
            if print_cost:
                print(f"Cost after iteration {iteration}: {cost:f}")
    return params, grads, costs


# --- What the functions above share ---------------------------------------------------------------


def _network(units: Sequence[int]) -> Network:
    """The course's model: [LINEAR → RELU] × (L − 1) → LINEAR → SIGMOID."""
    *hidden, last = units
    layers = [layer for n in hidden for layer in (Dense(n), ReLU())]
    return Network((*layers, Dense(last), Sigmoid()), LOSS)


def _checked(X: ArrayLike, parameters: Mapping[str, ArrayLike]) -> tuple[FloatArray, int]:
    """X as floating-point numbers, and L, once the parameters fit it and each other."""
    L = max(1, len(parameters) // 2)
    units = [len(np.atleast_1d(parameters.get(f"W{number}", 0))) for number in range(1, L + 1)]
    network = _network(units)
    inputs = admit_inputs(network.graph, X)
    admit_parameters(network.graph, parameters, inputs)
    (A0,) = inputs.values()
    return A0, L


def _one_neuron(function: str, w: ArrayLike, b: float, X: ArrayLike) -> dict[str, FloatArray]:
    """w (n_x, 1) and a number b, as W1 (1, n_x) and b1 (1, 1)."""
    shapes = "w: n_x 1, X: n_x m -> Z: 1 m"
    w, _ = _fit(function, "Z = wᵀ X + b", shapes, w, X)
    return {"W1": w.T, "b1": np.full((1, 1), b, w.dtype)}


def _activation(name: str) -> Activation:
    if name not in ACTIVATIONS:
        raise HyperparameterError(
            f"The 'activation' parameter must be one of {listed(map(repr, ACTIVATIONS))}. "
            f"Got {shown(name)} instead.",
            fix=did_you_mean(str(name), ACTIVATIONS),
        )
    return ACTIVATIONS[name]


@np.errstate(all="ignore")
def _g(activation: str, Z: ArrayLike) -> FloatArray:
    """A = g(Z), in the shape of Z, whatever that is."""
    layer = _activation(activation)
    values = as_float("Z", np.atleast_2d(Z))
    return np.asarray(layer.g(xp, values)).reshape(np.shape(Z))


def _g_prime(activation: str, Z: ArrayLike) -> FloatArray:
    """g′(Z), in the shape of Z: dZ for dA = 1."""
    values = np.atleast_2d(Z)
    ones = np.ones_like(as_float("Z", values))
    return _activation_backward(activation, activation, ones, values).reshape(np.shape(Z))


@np.errstate(all="ignore")
def _activation_backward(function: str, activation: str, dA: ArrayLike, Z: ArrayLike) -> FloatArray:
    layer = _activation(activation)
    shapes = "Z: n m, dA: n m -> dZ: n m"
    Z, dA = _fit(function, _equation(type(layer), "backward"), shapes, Z, dA)
    dZ: FloatArray = layer.backward(xp, dA, Z, layer.g(xp, Z))["dZ"]
    return dZ


@np.errstate(all="ignore")
def _output_gradient(AL: ArrayLike, Y: ArrayLike, ZL: ArrayLike) -> FloatArray:
    """dZ[L] = (A[L] − Y) · σ′(Z[L]) / (A[L] (1 − A[L])).

    The quotient is 1 where A[L] is σ(Z[L]), as a forward pass leaves it. The course's own test
    hands in another A[L], and the published gradients come from there.
    """
    AL, Y = _labelled("L_model_backward", AL, Y)
    shapes = "ZL: n m, AL: n m -> dZL: n m"
    ZL, AL = _fit("L_model_backward", "dZ[L] = A[L] − Y", shapes, ZL, AL)
    A, g_prime = LOSS.canonical().g(xp, ZL), LOSS.canonical().g_prime
    slope, own_slope = g_prime(xp, ZL, A), g_prime(xp, ZL, AL)
    differ = (AL != A) & (own_slope != 0)
    quotient = np.divide(slope, own_slope, out=np.ones_like(AL), where=differ)
    dZL: FloatArray = LOSS.dZ(xp, AL, Y) * quotient
    return dZL


def _labelled(function: str, AL: ArrayLike, Y: ArrayLike) -> tuple[FloatArray, FloatArray]:
    """AL and Y, once they fit each other and Y holds labels."""
    shapes = "AL: n m, Y: n m -> L: n m"
    AL, Y = _fit(function, "L = −(y log a + (1 − y) log(1 − a))", shapes, AL, Y)
    LOSS.check(xp, Y)
    return AL, Y.astype(AL.dtype, copy=False)


def _named(
    number: int, gradients: tuple[FloatArray, FloatArray, FloatArray]
) -> dict[str, FloatArray]:
    dA_prev, dW, db = gradients
    return {f"dA{number - 1}": dA_prev, f"dW{number}": dW, f"db{number}": db}


def _unpacked(function: str, cache: Any, *names: str) -> Any:
    if not isinstance(cache, tuple | list) or len(cache) != len(names):
        size = f" of {len(cache)}" if isinstance(cache, tuple | list) else ""
        raise ShapeError(
            f"{function} cannot take this cache.",
            expected=f"a tuple ({', '.join(names)})",
            received=f"a {type(cache).__name__}{size}",
            fix="a layer's cache is (linear_cache, activation_cache); linear_cache is "
            "(A_prev, W, b); pass the one that is expected",
        )
    return cache


def _equation(layer: type, method: str) -> str:
    """The layer's own equation, as errors show it."""
    return str(equations(layer)[method][0])


def _fit(function: str, equation: str, shapes: str, *arrays: ArrayLike) -> tuple[FloatArray, ...]:
    """The arrays as floating-point numbers, once they have the shapes of a shape string.

    Raises
    ------
    ShapeError
        Names the first that does not fit those before it.
    """
    sizes: Sizes = {}
    fitted: dict[str, FloatArray] = {}
    reads = parse(shapes).reads
    for (name, axes), array in zip(reads.items(), arrays, strict=True):
        shape = np.shape(array)
        try:
            sizes = match(axes, shape, sizes)
        except Mismatch as mismatch:
            others = {other: (reads[other], fits.shape) for other, fits in fitted.items()}
            known = ", ".join(f"{other} is {has}" for other, (_, has) in others.items())
            raise ShapeError(
                f"{function} cannot take {name} of shape {shape}.",
                equation=equation,
                expected=f"{name} {mismatch.expected}" + (f" ({known})" if known else ""),
                received=f"{name} {shape}",
                fix=_fix(name, axes, shape, sizes, others),
            ) from None
        fitted[name] = as_float(name, array)
    return tuple(fitted.values())


def _fix(
    name: str, axes: Axes, shape: Shape, sizes: Sizes, others: Mapping[str, tuple[Axes, Shape]]
) -> str:
    """What to do about an array of this shape, where `sizes` of its axes are known."""
    sizes = {**sizes, "1": 1}
    wanted = tuple(sizes.get(axis, axis) for axis in axes)
    if len(shape) == 1:
        return f"{name}.reshape({'-1, 1' if axes[-1] == '1' else '1, -1'}) has both axes"
    if len(shape) != len(axes):
        return f"make {name} {written(wanted)}"
    if wanted == shape[::-1]:
        return f"pass {name}.T"
    fixes = [f"make {name} {written(wanted)}"]
    own = {**sizes, **dict(zip(axes, shape, strict=True)), "1": 1}
    for other, (other_axes, has) in others.items():
        instead = tuple(own[axis] for axis in other_axes)
        if instead != has:
            fixes.append(f"{other} {written(instead)}")
    return ", or ".join(fixes)
