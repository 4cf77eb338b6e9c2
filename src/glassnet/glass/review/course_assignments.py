"""The functions of the course as assignments: arguments of distinct sizes, and special numbers."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import cache
from itertools import pairwise
from typing import Any, Final

import numpy as np

from glassnet import course
from glassnet.arrays import FloatArray
from glassnet.glass.review.assignment import Assignment, Case
from glassnet.glass.review.outcome import Alone, Cache, Form, Keys, Layers

PRIMES: Final = (5, 7, 3, 1)
SQUARE: Final = (4, 4, 4, 1)
ONE: Final = (3, 2, 1)
MANY: Final = 211
"""Examples of a prediction: of a few, a wrong A is often on the right side of ½."""
AT_ZERO, CERTAIN, HALF = "at z = 0", "where a is exactly 0 or 1", "at a = ½"

FORMS: Final[Mapping[str, Form]] = {
    "sigmoid": Alone("A"),
    "relu": Alone("A"),
    "tanh": Alone("A"),
    "leaky_relu": Alone("A"),
    "sigmoid_derivative": "slope",
    "relu_derivative": "slope",
    "tanh_derivative": "slope",
    "leaky_relu_derivative": "slope",
    "sigmoid_backward": "dZ",
    "relu_backward": "dZ",
    "layer_sizes": ("n_x", "n_h", "n_y"),
    "initialize_with_zeros": ("w", "b"),
    "initialize_parameters": Keys(),
    "initialize_parameters_deep": Keys(),
    "linear_forward": ("Z", Cache(("cached A", "cached W", "cached b"))),
    "linear_activation_forward": (
        "A",
        Cache((("cached A_prev", "cached W", "cached b"), "cached Z")),
    ),
    "L_model_forward": (
        "AL",
        Cache(Layers((("cached A{p}", "cached W{l}", "cached b{l}"), "cached Z{l}"))),
    ),
    "forward_propagation": ("A2", Cache(Keys("cached "))),
    "compute_cost": "cost",
    "linear_backward": ("dA_prev", "dW", "db"),
    "linear_activation_backward": ("dA_prev", "dW", "db"),
    "L_model_backward": Keys(),
    "backward_propagation": Keys(),
    "update_parameters": Keys(),
    "predict": "predictions",
    "predict with tanh": "predictions",
    "predict of one neuron": "predictions",
    "propagate": (Keys(), "cost"),
    "optimize": (Keys(), Keys("last "), "costs"),
}


@cache
def course_assignment(name: str) -> Assignment:
    """The assignment of one of the names in FORMS."""
    cases = tuple(_CASES[name]())
    reference = _OTHER.get(name) or getattr(course, name)
    return Assignment(name, reference, cases, results=FORMS[name])


def _predict_with_tanh(parameters: Any, X: Any) -> Any:
    return course.predict(X, parameters, activation="tanh")


def _predict_of_one_neuron(w: Any, b: Any, X: Any) -> Any:
    return course.predict(X, {"W1": w.T, "b1": np.full((1, 1), b)})


_OTHER: Final[Mapping[str, Callable[..., Any]]] = {
    "predict with tanh": _predict_with_tanh,
    "predict of one neuron": _predict_of_one_neuron,
}


class _Network:
    """Random numbers of a network of these sizes; b is not zero, so that a forgotten b shows."""

    def __init__(self, sizes: Sequence[int], m: int, hidden: str = "relu") -> None:
        random = np.random.default_rng([*sizes, m])
        self.sizes, self.m = sizes, m
        self.X = random.standard_normal((sizes[0], m))
        self.Y = (np.arange(m) % 3 != 1).astype(float).reshape(1, m)
        self.parameters: dict[str, FloatArray] = {}
        for l, (n_prev, n) in enumerate(pairwise(sizes), start=1):
            self.parameters[f"W{l}"] = random.standard_normal((n, n_prev)) * 0.8
            self.parameters[f"b{l}"] = random.standard_normal((n, 1)) * 0.5
        self.AL, self.caches = course.L_model_forward(
            self.X, self.parameters, activation="tanh" if hidden == "tanh" else "relu"
        )
        self.grads = {
            f"d{name}": random.standard_normal(W.shape) for name, W in self.parameters.items()
        }
        self.dA = random.standard_normal((sizes[1], m))


def _networks() -> list[_Network]:
    return [_Network(PRIMES, 11), _Network(SQUARE, 4), _Network(ONE, 1)]


def _two_layers() -> list[_Network]:
    sizes = ((5, 7, 1), 11), ((4, 4, 1), 4), ((3, 2, 1), 1)
    return [_Network(units, m, "tanh") for units, m in sizes]


def _activation() -> list[Case]:
    random = np.random.default_rng(3)
    zero = {"Z": np.array([[-1.5, 0.0, 2.0]])}
    return [
        Case({"Z": 2 * random.standard_normal((3, 5))}),
        Case({"Z": 2 * random.standard_normal((4, 4))}),
        Case({"Z": np.array([0.3, -2.0, 1.1])}),
        Case(zero, edge=AT_ZERO),
        Case({"Z": np.array([[-800.0, 800.0]])}, edge="at z = ±800"),
    ]


def _activation_backward() -> list[Case]:
    random = np.random.default_rng(4)
    shapes = (3, 5), (4, 4)
    drawn = [{name: random.standard_normal(shape) for name in ("dA", "cache")} for shape in shapes]
    zero = {"dA": np.array([[1.0, -2.0, 3.0]]), "cache": np.array([[0.0, 0.0, 1.0]])}
    cases = [(arguments, "") for arguments in drawn] + [(zero, AT_ZERO)]
    return [
        Case(arguments, {"Z": arguments["cache"], "activation_cache": arguments["cache"]}, edge)
        for arguments, edge in cases
    ]


def _linear_forward() -> list[Case]:
    cases = []
    for each in _networks():
        arguments = {"A": each.X, "W": each.parameters["W1"], "b": each.parameters["b1"]}
        cases.append(Case(arguments, {"A_prev": each.X}))
    return cases


def _linear_activation_forward() -> list[Case]:
    return [
        Case(
            {
                "A_prev": each.X,
                "W": each.parameters["W1"],
                "b": each.parameters["b1"],
                "activation": activation,
            }
        )
        for each in _networks()
        for activation in ("relu", "sigmoid")
    ]


def _model_forward() -> list[Case]:
    return [Case({"X": each.X, "parameters": each.parameters}) for each in _networks()]


def _two_layers_forward() -> list[Case]:
    return [Case({"X": each.X, "parameters": each.parameters}) for each in _two_layers()]


def _cost() -> list[Case]:
    random = np.random.default_rng(5)
    cases = []
    for m, AL in (
        (11, random.uniform(0.05, 0.95, (1, 11))),
        (4, random.uniform(0.05, 0.95, (1, 4))),
        (3, np.array([[0.0, 1.0, 0.7]])),
    ):
        Y = np.array([[1.0, 0.0, 0.0, 1.0, 1.0, 1.0, 0.0, 1.0, 0.0, 1.0, 1.0]])[:, :m]
        others = {"A2": AL, "A": AL, "Y_hat": AL, "parameters": _two_layers()[0].parameters}
        cases.append(Case({"AL": AL, "Y": Y}, others, CERTAIN if m == 3 else ""))
    return cases


def _linear_backward() -> list[Case]:
    cases = []
    for each in _networks():
        linear_cache, _ = each.caches[0]
        cases.append(Case({"dZ": each.dA, "cache": linear_cache}, {"linear_cache": linear_cache}))
    return cases


def _linear_activation_backward() -> list[Case]:
    return [
        Case({"dA": each.dA, "cache": each.caches[0], "activation": activation})
        for each in _networks()
        for activation in ("relu", "sigmoid")
    ]


def _model_backward() -> list[Case]:
    cases = [Case({"AL": each.AL, "Y": each.Y, "caches": each.caches}) for each in _networks()]
    parameters = {"W1": np.array([[900.0, 0.0]]), "b1": np.array([[1.0]])}
    X, Y = np.array([[1.0, -1.0, 0.0], [0.5, 2.0, 1.0]]), np.array([[1.0, 0.0, 1.0]])
    AL, caches = course.L_model_forward(X, parameters)
    return [*cases, Case({"AL": AL, "Y": Y, "caches": caches}, edge=CERTAIN)]


def _two_layers_backward() -> list[Case]:
    cases = []
    for each in _two_layers():
        _, cache = course.forward_propagation(each.X, each.parameters)
        cases.append(
            Case({"parameters": each.parameters, "cache": cache, "X": each.X, "Y": each.Y})
        )
    parameters = {
        "W1": np.array([[0.5, -0.3]]),
        "b1": np.array([[0.1]]),
        "W2": np.array([[9e3]]),
        "b2": np.array([[0.0]]),
    }
    X, Y = np.array([[1.0, -1.0], [0.5, 2.0]]), np.array([[1.0, 1.0]])
    _, certain = course.forward_propagation(X, parameters)
    edge = {"parameters": parameters, "cache": certain, "X": X, "Y": Y}
    return [*cases, Case(edge, edge=CERTAIN)]


def _update() -> list[Case]:
    return [
        Case({"parameters": each.parameters, "grads": each.grads, "learning_rate": alpha})
        for each, alpha in zip([*_networks(), *_two_layers()], (0.3, 1.2, 0.01) * 2, strict=True)
    ]


def _predict() -> list[Case]:
    half = {"W1": np.zeros((1, 2)), "b1": np.zeros((1, 1))}
    cases = [
        Case({"X": each.X, "parameters": each.parameters}, {"y": each.Y, "Y": each.Y})
        for each in [*_networks(), _Network(PRIMES, MANY)]
    ]
    return [*cases, Case({"X": np.ones((2, 3)), "parameters": half}, {"y": None, "Y": None}, HALF)]


def _predict_deep_tanh() -> list[Case]:
    shapes = {"W1": (3, 2), "b1": (3, 1), "W2": (1, 3), "b2": (1, 1)}
    half = {name: np.zeros(shape) for name, shape in shapes.items()}
    networks = [*_two_layers(), _Network((5, 7, 1), MANY, "tanh")]
    cases = [Case({"parameters": each.parameters, "X": each.X}) for each in networks]
    return [*cases, Case({"parameters": half, "X": np.ones((2, 3))}, edge=HALF)]


def _predict_one() -> list[Case]:
    cases = [
        Case({name: arguments[name] for name in ("w", "b", "X")})
        for arguments in _one_neuron(_Network((5, 1), MANY))
    ]
    return [*cases, Case({"w": np.zeros((2, 1)), "b": 0.0, "X": np.ones((2, 3))}, edge=HALF)]


def _one_neuron(*more: _Network) -> list[dict[str, Any]]:
    arguments = []
    for each in (_Network((5, 1), 11), _Network((4, 1), 4), _Network((3, 1), 1), *more):
        w, b = each.parameters["W1"].T, float(each.parameters["b1"][0, 0])
        arguments.append({"w": w, "b": b, "X": each.X, "Y": each.Y})
    return arguments


def _propagate() -> list[Case]:
    certain = {"w": np.array([[900.0]]), "b": 0.0, "X": np.array([[1.0, -1.0]])}
    edge = Case({**certain, "Y": np.array([[1.0, 0.0]])}, edge=CERTAIN)
    return [*map(Case, _one_neuron()), edge]


def _optimize() -> list[Case]:
    return [
        Case({**arguments, "num_iterations": 101, "learning_rate": 0.05})
        for arguments in _one_neuron()
    ]


_CASES: Mapping[str, Callable[[], list[Case]]] = {
    **dict.fromkeys(
        (
            *("sigmoid", "relu", "tanh", "leaky_relu", "sigmoid_derivative"),
            *("relu_derivative", "tanh_derivative", "leaky_relu_derivative"),
        ),
        _activation,
    ),
    "sigmoid_backward": _activation_backward,
    "relu_backward": _activation_backward,
    "layer_sizes": lambda: [Case({"X": each.X, "Y": each.Y}) for each in _networks()],
    "initialize_with_zeros": lambda: [Case({"dim": 5}), Case({"dim": 1})],
    "initialize_parameters": lambda: [
        Case({"n_x": 23, "n_h": 29, "n_y": 3}),
        Case({"n_x": 2, "n_h": 5, "n_y": 1}),
    ],
    "initialize_parameters_deep": lambda: [
        Case({"layer_dims": [23, 29, 31, 3]}, {"layers_dims": [23, 29, 31, 3]}),
        Case({"layer_dims": [2, 5, 1]}, {"layers_dims": [2, 5, 1]}),
    ],
    "linear_forward": _linear_forward,
    "linear_activation_forward": _linear_activation_forward,
    "L_model_forward": _model_forward,
    "forward_propagation": _two_layers_forward,
    "compute_cost": _cost,
    "linear_backward": _linear_backward,
    "linear_activation_backward": _linear_activation_backward,
    "L_model_backward": _model_backward,
    "backward_propagation": _two_layers_backward,
    "update_parameters": _update,
    "predict": _predict,
    "predict with tanh": _predict_deep_tanh,
    "predict of one neuron": _predict_one,
    "propagate": _propagate,
    "optimize": _optimize,
}
