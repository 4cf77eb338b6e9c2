"""Learners' own code: what is right is never blamed, what is wrong is named in words."""

# ruff: noqa: NPY002 (learners draw from NumPy's global source, as the course does)

import copy
import json
import math

import numpy as np
import pytest

import glassnet as gn
from glassnet.errors import HyperparameterError
from glassnet.glass.review.course_assignments import FORMS

# --- Right, in many styles ------------------------------------------------------------------------


def sigmoid_of_two(z):
    return np.where(z >= 0, 1 / (1 + np.exp(-np.abs(z))), 1 - 1 / (1 + np.exp(-np.abs(z))))


def sigmoid_by_tanh(x):
    return 0.5 * (1 + np.tanh(x / 2))


def sigmoid_of_the_hand_out(Z):
    A = 1 / (1 + np.exp(-Z))
    return A, Z


def relu_by_product(Z):
    return Z * (Z > 0)


def relu_by_half(Z):
    return (Z + np.abs(Z)) / 2


def tanh_by_exponentials(z):
    return 1 - 2 / (np.exp(2 * z) + 1)


def relu_derivative_as_bool(Z):
    return np.array(Z > 0)


def relu_derivative_of_the_course(z):
    return np.where(z >= 0, 1, 0)  # the lecture has 1 at 0


def relu_backward_of_the_hand_out(dA, cache):
    Z = cache
    dZ = np.array(dA, copy=True)
    dZ[Z <= 0] = 0
    assert dZ.shape == Z.shape
    return dZ


def sigmoid_backward_by_exponentials(dA, activation_cache):
    e = np.exp(-np.abs(activation_cache))
    return dA * e / (1 + e) ** 2


def linear_forward_einsum(A, W, b):
    return np.einsum("ij,jk->ik", W, A) + b, (A, W, b)


def linear_forward_loop(A_prev, W, b):
    Z = np.empty((len(W), A_prev.shape[1]))
    for i in range(len(W)):
        for j in range(A_prev.shape[1]):
            Z[i, j] = sum(W[i, k] * A_prev[k, j] for k in range(len(A_prev))) + b[i, 0]
    return [Z, [A_prev, W, b]]


def linear_forward_own_cache(A, W, b):
    return W @ A + b, {"A": A, "W": W, "b": b}


def linear_forward_float32(A, W, b):
    return (W.astype(np.float32) @ A.astype(np.float32) + b.astype(np.float32)), (A, W, b)


def linear_activation_forward_branches(A_prev, W, b, activation):
    Z = W.dot(A_prev) + b
    if activation == "sigmoid":
        A = 1.0 / (1.0 + np.exp(-Z))
    elif activation == "relu":
        A = np.maximum(Z, 0.0)
    return A, ((A_prev, W, b), Z)


def L_model_forward_zipped(X, params):
    A, caches, L = X, [], len(params) // 2
    for l, (W, b) in enumerate((params[f"W{l}"], params[f"b{l}"]) for l in range(1, L + 1)):
        Z = W @ A + b
        caches.append(((A, W, b), Z))
        A = 1 / (1 + np.exp(-Z)) if l == L - 1 else Z.clip(0)
    return A, tuple(caches)


def L_model_forward_own_cache(X, parameters):
    A, kept, L = X, {}, len(parameters) // 2
    for l in range(1, L + 1):
        Z = parameters[f"W{l}"] @ A + parameters[f"b{l}"]
        A = np.maximum(0, Z) if l < L else 1 / (1 + np.exp(-Z))
        kept[f"Z{l}"], kept[f"A{l}"] = Z, A
    return A, kept


def forward_propagation_other_order(X, parameters):
    W1, b1, W2, b2 = parameters.values()
    A1 = np.tanh(np.dot(W1, X) + b1)
    Z2 = np.dot(W2, A1) + b2
    A2 = 1 / (1 + np.exp(-Z2))
    return A2, {"A2": A2, "Z2": Z2, "A1": A1, "Z1": np.arctanh(A1), "X": X}


def compute_cost_mean(A2, Y):
    return np.mean(-Y * np.log(A2) - (1 - Y) * np.log(1 - A2))


def compute_cost_dots(AL, Y):
    m = Y.shape[1]
    cost = -1 / m * (np.dot(Y, np.log(AL).T) + np.dot(1 - Y, np.log(1 - AL).T))
    return np.squeeze(cost)


def compute_cost_epsilon(AL, Y):
    eps = 1e-8
    return float(-np.mean(Y * np.log(AL + eps) + (1 - Y) * np.log(1 - AL + eps)))


def compute_cost_with_parameters(A2, Y, parameters):
    return float(-np.sum(np.log(np.where(Y == 1, A2, 1 - A2))) / A2.shape[1])


def compute_cost_loop(AL, Y):
    return (
        sum(-math.log(a if y else 1 - a) for a, y in zip(AL[0], Y[0], strict=True) if 0 < a < 1)
        / Y.size
    )


def linear_backward_mean(dZ, cache):
    A_prev, W, _ = cache
    db = dZ.mean(axis=1).reshape(-1, 1)
    return W.T @ dZ, dZ @ A_prev.T / dZ.shape[1], db


def linear_backward_ones(dZ, linear_cache):
    A_prev, W, _ = linear_cache
    m = A_prev.shape[1]
    return np.dot(dZ.T, W).T, np.dot(A_prev, dZ.T).T / m, dZ @ np.ones((m, 1)) / m


def L_model_backward_of_the_hand_out(AL, Y, caches):
    grads, L = {}, len(caches)
    Y = Y.reshape(AL.shape)
    dAL = -(np.divide(Y, AL) - np.divide(1 - Y, 1 - AL))
    for l in reversed(range(L)):
        (A_prev, W, _), Z = caches[l]
        dA = dAL if l == L - 1 else grads["dA" + str(l + 1)]
        s = 1 / (1 + np.exp(-Z))
        dZ = dA * s * (1 - s) if l == L - 1 else dA * (Z > 0)
        grads["dW" + str(l + 1)] = dZ @ A_prev.T / Y.shape[1]
        grads["db" + str(l + 1)] = np.sum(dZ, axis=1, keepdims=True) / Y.shape[1]
        grads["dA" + str(l)] = W.T @ dZ
    return grads


def L_model_backward_of_2017(AL, Y, caches):
    """dA is numbered as in the first hand-out, one higher."""
    grads = gn.course.L_model_backward(AL, Y, caches)
    return {
        (f"dA{int(name[2:]) + 1}" if name.startswith("dA") else name): gradient
        for name, gradient in grads.items()
    }


def L_model_backward_gradients_only(AL, Y, caches):
    grads = gn.course.L_model_backward(AL, Y, caches)
    return {name: grads[name] for name in reversed(grads) if name[1] in "Wb"}


def backward_propagation_power(parameters, cache, X, Y):
    m = X.shape[1]
    dZ2 = cache["A2"] - Y
    dZ1 = parameters["W2"].T.dot(dZ2) * (1 - np.power(cache["A1"], 2))
    return {
        "dW1": 1 / m * dZ1.dot(X.T),
        "db1": 1 / m * np.sum(dZ1, axis=1, keepdims=True),
        "dW2": 1 / m * dZ2.dot(cache["A1"].T),
        "db2": 1 / m * np.sum(dZ2, axis=1, keepdims=True),
        "dZ1": dZ1,
    }


def update_parameters_deepcopy(params, grads, learning_rate):
    parameters = copy.deepcopy(params)
    for key in parameters:
        parameters[key] -= learning_rate * grads["d" + key]
    return parameters


def update_parameters_default(parameters, grads, learning_rate=1.2):
    return {name: W - learning_rate * grads[f"d{name}"] for name, W in parameters.items()}


def update_parameters_of_two_layers(parameters, grads, learning_rate=1.2):
    W1, b1, W2, b2 = (parameters[name] for name in ("W1", "b1", "W2", "b2"))
    W1, W2 = W1 - learning_rate * grads["dW1"], W2 - learning_rate * grads["dW2"]
    b1, b2 = b1 - learning_rate * grads["db1"], b2 - learning_rate * grads["db2"]
    return {"W1": W1, "b1": b1, "W2": W2, "b2": b2}


def predict_round(X, parameters):
    return np.round(gn.course.L_model_forward(X, parameters)[0])


def predict_for_accuracy(X, y, parameters):
    return 1 * (gn.course.L_model_forward(X, parameters)[0] > 0.5)


def predict_of_week_three(parameters, X):
    A2, _ = gn.course.forward_propagation(X, parameters)
    return A2 > 0.5


def predict_of_week_two(w, b, X):
    Y_prediction = np.zeros((1, X.shape[1]))
    A = 1 / (1 + np.exp(-(np.dot(w.T, X) + b)))
    for i in range(A.shape[1]):
        Y_prediction[0, i] = 1 if A[0, i] > 0.5 else 0
    return Y_prediction


def propagate_dots(w, b, X, Y):
    m = X.shape[1]
    A = 1 / (1 + np.exp(-(w.T @ X + b)))
    cost = -(Y @ np.log(A).T + (1 - Y) @ np.log(1 - A).T) / m
    return {"db": np.mean(A - Y), "dw": X @ (A - Y).T / m}, np.squeeze(cost)


def optimize_in_place(w, b, X, Y, num_iterations, learning_rate, print_cost=False):
    w, costs = w.copy(), []
    for i in range(num_iterations):
        grads, cost = propagate_dots(w, b, X, Y)
        w -= learning_rate * grads["dw"]
        b = b - learning_rate * grads["db"]
        if i % 100 == 0:
            costs.append(cost)
    return {"w": w, "b": b}, grads, costs


def initialize_parameters_generator(n_x, n_h, n_y):
    random = np.random.default_rng(0)
    return {
        "W1": random.normal(0, 0.01, (n_h, n_x)),
        "b1": np.zeros((n_h, 1)),
        "W2": random.normal(0, 0.01, (n_y, n_h)),
        "b2": np.zeros((n_y, 1)),
    }


def initialize_parameters_deep_he(layers_dims):
    np.random.seed(1)
    parameters = {}
    for l in range(1, len(layers_dims)):
        scale = np.sqrt(2 / layers_dims[l - 1])
        shape = layers_dims[l], layers_dims[l - 1]
        parameters[f"W{l}"] = np.random.randn(*shape) * scale
        parameters[f"b{l}"] = np.zeros((layers_dims[l], 1))
    return parameters


def initialize_parameters_deep_uniform(layer_dims):
    return {
        name: value
        for l in range(1, len(layer_dims))
        for name, value in (
            (f"W{l}", np.random.uniform(-0.3, 0.3, (layer_dims[l], layer_dims[l - 1]))),
            (f"b{l}", np.zeros((layer_dims[l], 1), dtype=np.float32)),
        )
    }


def layer_sizes_by_len(X, Y):
    return len(X), 4, len(Y)


def initialize_with_zeros_column(dim):
    return np.zeros(shape=(dim, 1)), 0


RIGHT = {
    "sigmoid": (sigmoid_of_two, sigmoid_by_tanh, sigmoid_of_the_hand_out),
    "relu": (relu_by_product, relu_by_half),
    "tanh": (tanh_by_exponentials, np.tanh),
    "leaky_relu": (lambda Z: np.maximum(0.01 * Z, Z),),
    "sigmoid_derivative": (lambda x: np.exp(-x) / (1 + np.exp(-x)) ** 2,),
    "relu_derivative": (relu_derivative_as_bool, relu_derivative_of_the_course),
    "tanh_derivative": (lambda z: 1 / np.cosh(z) ** 2,),
    "leaky_relu_derivative": (lambda Z: np.where(Z <= 0, 0.01, 1),),
    "sigmoid_backward": (sigmoid_backward_by_exponentials,),
    "relu_backward": (relu_backward_of_the_hand_out,),
    "layer_sizes": (layer_sizes_by_len,),
    "initialize_with_zeros": (initialize_with_zeros_column,),
    "initialize_parameters": (initialize_parameters_generator,),
    "initialize_parameters_deep": (
        initialize_parameters_deep_he,
        initialize_parameters_deep_uniform,
    ),
    "linear_forward": (
        linear_forward_einsum,
        linear_forward_loop,
        linear_forward_own_cache,
        linear_forward_float32,
    ),
    "linear_activation_forward": (linear_activation_forward_branches,),
    "L_model_forward": (L_model_forward_zipped, L_model_forward_own_cache),
    "forward_propagation": (forward_propagation_other_order,),
    "compute_cost": (
        compute_cost_mean,
        compute_cost_dots,
        compute_cost_epsilon,
        compute_cost_with_parameters,
        compute_cost_loop,
    ),
    "linear_backward": (linear_backward_mean, linear_backward_ones),
    "linear_activation_backward": (gn.course.linear_activation_backward,),
    "L_model_backward": (
        L_model_backward_of_the_hand_out,
        L_model_backward_of_2017,
        L_model_backward_gradients_only,
    ),
    "backward_propagation": (backward_propagation_power,),
    "update_parameters": (
        update_parameters_deepcopy,
        update_parameters_default,
        update_parameters_of_two_layers,
    ),
    "predict": (predict_round, predict_for_accuracy),
    "predict with tanh": (predict_of_week_three,),
    "predict of one neuron": (predict_of_week_two,),
    "propagate": (propagate_dots,),
    "optimize": (optimize_in_place,),
}


def test_every_function_of_the_course_has_a_right_variant():
    assert RIGHT.keys() == FORMS.keys()


@pytest.mark.parametrize(
    ("name", "mine"),
    [(name, mine) for name, variants in RIGHT.items() for mine in variants],
    ids=lambda value: getattr(value, "__name__", value),
)
def test_a_right_function_in_another_style_is_not_blamed(name, mine):
    review = gn.review(mine, name)
    assert review.passed, review
    assert not review.wrong
    assert not review.causes
    assert review.right


@pytest.mark.parametrize("name", [name for name in FORMS if " " not in name])
def test_the_course_itself_is_right(name):
    review = gn.review(getattr(gn.course, name))
    assert review.passed, review
    assert not review.cautions


# --- Wrong, as learners write it ------------------------------------------------------------------


def test_the_teachers_example_word_for_word():
    def L_model_backward(AL, Y, caches):
        grads, L, m = {}, len(caches), Y.shape[1]
        dZ = AL - Y
        for l in range(L, 0, -1):
            (A_prev, W, _), Z = caches[l - 1]
            if l < L:
                dZ = grads[f"dA{l}"] * (Z > 0)
            grads[f"dW{l}"] = 1 / m * np.dot(dZ, A_prev.T)
            grads[f"db{l}"] = 1 / m * dZ
            grads[f"dA{l - 1}"] = np.dot(W.T, dZ)
        return grads

    assert str(gn.review(L_model_backward)) == (
        "dW1, dW2, dW3: right.   db1, db2, db3: wrong.\n"
        "db3 is (1, 11): expected (1, 1), shape (n[3], 1).\n"
        "Most likely: the sum over the examples is missing. "
        "`db = np.sum(dZ, axis=1, keepdims=True) / m` reproduces the right numbers."
    )


def test_a_mistake_in_one_layer_is_told_with_its_number():
    def L_model_backward(AL, Y, caches):
        grads = gn.course.L_model_backward(AL, Y, caches)
        return {**grads, "db2": grads["db2"].ravel()}

    assert str(gn.review(L_model_backward)) == (
        "dW1, db1, dW2, dW3, db3: right.   db2: wrong.\n"
        "db2 is (3,): expected (3, 1), shape (n[2], 1).\n"
        "Most likely: keepdims=True is missing: this is of rank 1. "
        "`db2 = np.sum(dZ2, axis=1, keepdims=True) / m` reproduces the right numbers."
    )


def test_two_mistakes_are_both_named():
    def backward_propagation(parameters, cache, X, Y):
        m = X.shape[1]
        A1, A2, W2 = cache["A1"], cache["A2"], parameters["W2"]
        dZ2 = A2 - Y
        dW2 = np.dot(dZ2, A1.T)
        db2 = 1 / m * np.sum(dZ2, axis=1, keepdims=True)
        dZ1 = np.multiply(np.dot(W2.T, dZ2), 1 - np.power(cache["Z1"], 2))
        dW1 = 1 / m * np.dot(dZ1, X.T)
        db1 = 1 / m * np.sum(dZ1, axis=1, keepdims=True)
        return {"dW1": dW1, "db1": db1, "dW2": dW2, "db2": db2}

    review = gn.review(backward_propagation)
    assert review.right == ("db2",)
    told = str(review).splitlines()
    assert set(told[2:]) == {
        "Most likely, for dW1, db1: Z[1] in the place of A[1]: 1 − A[1]². "
        "`dZ1 = np.dot(W2.T, dZ2) * (1 - A1**2)` reproduces the right numbers.",
        "Most likely, for dW2: the 1/m is missing. "
        "`dW2 = np.dot(dZ2, A1.T) / m` reproduces the right numbers.",
    }


def test_an_m_too_much_in_dZ1_as_in_the_forum():
    def backward_propagation(parameters, cache, X, Y):
        m = X.shape[1]
        dZ2 = cache["A2"] - Y
        s1 = np.dot(parameters["W2"].T, dZ2)
        s2 = 1 - np.power(cache["A1"], 2)
        dZ1 = 1 / m * s1 * s2
        return {
            "dW1": 1 / m * np.dot(dZ1, X.T),
            "db1": 1 / m * np.sum(dZ1, axis=1, keepdims=True),
            "dW2": 1 / m * np.dot(dZ2, cache["A1"].T),
            "db2": 1 / m * np.sum(dZ2, axis=1, keepdims=True),
        }

    review = gn.review(backward_propagation)
    assert review.right == ("dW2", "db2")
    assert [cause.text for cause in review.causes] == ["a 1/m that does not belong there"]


def test_the_cost_of_a_row_times_a_column_as_in_the_forum():
    def compute_cost(A2, Y):
        m = Y.shape[1]
        return (-1 / m) * np.sum(Y * np.log(A2).T + (1 - Y) * np.log(1 - A2).T)

    (cause,) = gn.review(compute_cost).causes
    assert cause.text.startswith("a row and a column make an (m, m) table")

    def compute_cost(A2, Y):
        table = np.dot(Y.T, np.log(A2)) + np.dot((1 - Y).T, np.log(1 - A2))
        return -np.sum(table) / Y.shape[1]

    assert gn.review(compute_cost).causes == (cause,)


def test_X_in_every_layer_raises_and_is_named():
    def L_model_forward(X, parameters):
        caches, L = [], len(parameters) // 2
        for l in range(1, L + 1):
            A_prev, W, b = X, parameters[f"W{l}"], parameters[f"b{l}"]
            Z = np.dot(W, A_prev) + b
            A = np.maximum(0, Z) if l < L else 1 / (1 + np.exp(-Z))
            caches.append(((A_prev, W, b), Z))
        return A, caches

    assert str(gn.review(L_model_forward)) == (
        "L_model_forward: wrong.\n"
        "It raises ValueError: shapes (3,7) and (5,11) not aligned: 7 (dim 1) != 5 (dim 0).\n"
        "Most likely: every layer reads X: A_prev has to be the A before. `A_prev = A` reproduces "
        "the right numbers."
    )


def test_W1_in_the_loop_raises_and_is_named_with_the_other_operator_too():
    def forward(multiply):
        def L_model_forward(X, parameters):
            A, caches, L = X, [], len(parameters) // 2
            for l in range(1, L):
                A_prev = A
                Z = multiply(parameters["W" + str(1)], A_prev) + parameters["b" + str(l)]
                A = np.maximum(0, Z)
                caches.append(((A_prev, parameters["W" + str(1)], parameters["b" + str(l)]), Z))
            Z = multiply(parameters["W" + str(L)], A) + parameters["b" + str(L)]
            caches.append(((A, parameters["W" + str(L)], parameters["b" + str(L)]), Z))
            return 1 / (1 + np.exp(-Z)), caches

        return L_model_forward

    for multiply in (np.dot, np.matmul):
        (cause,) = gn.review(forward(multiply)).causes
        assert cause.text == "W[1] in every layer: it is 'W' + str(l)"


def test_A_in_the_place_of_Z_in_the_cache():
    def linear_activation_forward(A_prev, W, b, activation):
        Z = W @ A_prev + b
        A = 1 / (1 + np.exp(-Z)) if activation == "sigmoid" else np.maximum(0, Z)
        return A, ((A_prev, W, b), A)

    review = gn.review(linear_activation_forward)
    assert review.right == ("A", "cached A_prev", "cached W", "cached b")
    assert review.wrong == ("cached Z",)
    (cause,) = review.causes
    assert cause.text == "A in the place of Z: the backward pass needs g′(Z)"


def test_a_cache_that_is_overwritten():
    def relu(Z):
        Z[Z < 0] = 0
        return Z

    review = gn.review(relu)
    assert review.wrong == ("the arguments",)
    assert "It writes to Z, which its caller still has." in str(review)
    assert review.causes[0].text == "Z is overwritten, which the backward pass needs"


def test_inputs_that_are_written_to():
    def update_parameters(parameters, grads, learning_rate):
        new = copy.copy(parameters)
        for l in range(len(new) // 2):
            new[f"W{l + 1}"] -= learning_rate * grads[f"dW{l + 1}"]
            new[f"b{l + 1}"] = new[f"b{l + 1}"] - learning_rate * grads[f"db{l + 1}"]
        return new

    review = gn.review(update_parameters)
    assert review.wrong == ("the arguments",)
    assert review.faults[0].startswith("It writes to parameters['W1'], parameters['W2']")
    assert review.causes[0].text == "`-=` writes into the caller's W: make a new array"


def test_an_update_of_two_layers_is_no_mistake_but_told():
    review = gn.review(update_parameters_of_two_layers, "update_parameters")
    assert review.right == ("W1", "b1", "W2", "b2")
    assert review.cautions == ("it updates two layers and no more: right for a network of two.",)


def test_a_loop_that_leaves_out_the_last_layer_is_a_mistake():
    def update_parameters(parameters, grads, learning_rate):
        return {
            f"{letter}{l}": parameters[f"{letter}{l}"] - learning_rate * grads[f"d{letter}{l}"]
            for l in range(1, len(parameters) // 2)
            for letter in "Wb"
        }

    review = gn.review(update_parameters)
    assert set(review.wrong) == {"W2", "b2"}
    assert review.faults == ("W2 is missing.",)


def test_a_dict_that_is_filled_anew_is_no_mistake_but_told():
    def update_parameters(parameters, grads, learning_rate):
        for name in list(parameters):
            parameters[name] = parameters[name] - learning_rate * grads["d" + name]
        return parameters

    review = gn.review(update_parameters)
    assert review.passed
    assert review.cautions == (
        "it puts other arrays into parameters, which its caller still has: copy the dict first.",
    )


def test_the_natural_log_of_zero_is_no_mistake_but_told():
    review = gn.review(compute_cost_mean, "compute_cost")
    assert review.passed
    (caution,) = review.cautions
    assert caution.startswith("where a is exactly 0 or 1, cost is inf: expected ")
    assert caution.endswith("The natural log of zero: a prediction of exactly 0 or 1 has no log.")


def test_the_other_slope_at_zero_is_no_mistake_but_told():
    review = gn.review(relu_derivative_of_the_course, "relu_derivative")
    assert review.cautions == (
        "at z = 0, slope[0, 1] is 1: expected 0. At z = 0 the slope is taken as 1.",
    )


def test_a_cost_with_axes_is_no_mistake_but_told():
    review = gn.review(lambda AL, Y: np.atleast_2d(compute_cost_mean(AL, Y)), "compute_cost")
    assert review.passed
    assert "cost is (1, 1), not a number: np.squeeze(cost) takes the axes away." in review.cautions


def test_a_cache_of_ones_own_form_is_told():
    review = gn.review(linear_forward_own_cache, "linear_forward")
    assert review.cautions == (
        "The cache has a form of its own, so it was not looked at: your backward pass has to take "
        "it.",
    )


def test_no_return():
    def linear_backward(dZ, cache):
        (_, _, _) = cache

    assert str(gn.review(linear_backward)) == (
        "linear_backward: wrong.\nIt returns None: expected (dA_prev, dW, db)."
    )


def test_a_cost_that_is_not_returned():
    review = gn.review(lambda AL, Y: None, "compute_cost")
    assert review.faults == ("Cost is None: is there a `return`?",)


def test_what_nothing_explains_is_said():
    random = np.random.default_rng(0)
    review = gn.review(lambda Z: np.maximum(0, Z) + random.random(Z.shape), "relu")
    assert review.hints == ("No mistake of the catalogue explains A.",)
    assert not review.causes


@pytest.mark.parametrize(
    ("mine", "hint"),
    [
        (lambda Z: 3 * np.maximum(0, Z), "Every number of A is 3 times the right one."),
        (lambda Z: -np.maximum(0, Z), "The sign: −A has the right numbers."),
        (lambda Z: np.maximum(0, Z).T, "A is transposed: A.T has the right numbers."),
    ],
)
def test_without_the_catalogue_a_simple_cause_is_found(mine, hint):
    assert hint in gn.review(mine, "relu").hints


def test_it_does_not_run_the_learners_arrays_into_ours():
    before = gn.review(update_parameters_deepcopy, "update_parameters")
    gn.review(lambda parameters, grads, learning_rate: parameters.clear(), "update_parameters")
    assert gn.review(update_parameters_deepcopy, "update_parameters") == before


def test_numpys_random_state_is_left_alone():
    np.random.seed(5)
    expected = np.random.rand()
    np.random.seed(5)
    gn.review(initialize_parameters_deep_uniform, "initialize_parameters_deep")
    assert np.random.rand() == expected


# --- First parameters -----------------------------------------------------------------------------


def initializer(W, b):
    def initialize_parameters_deep(layer_dims):
        parameters = {}
        for l in range(1, len(layer_dims)):
            parameters[f"W{l}"] = W(layer_dims[l], layer_dims[l - 1])
            parameters[f"b{l}"] = b(layer_dims[l])
        return parameters

    return initialize_parameters_deep


def small(*shape):
    return np.random.randn(*shape) * 0.01


def column(n):
    return np.zeros((n, 1))


@pytest.mark.parametrize(
    ("W", "b", "fault", "cause"),
    [
        (
            lambda n, n_prev: np.zeros((n, n_prev)),
            column,
            "W1 is 0 everywhere: expected random numbers.",
            "the units of a layer begin as twins and stay twins: draw W at random",
        ),
        (
            lambda n, n_prev: np.full((n, n_prev), 0.5),
            column,
            "W1 is 0.5 everywhere: expected random numbers.",
            "the units of a layer begin as twins and stay twins: draw W at random",
        ),
        (
            lambda n, n_prev: np.tile(small(1, n_prev), (n, 1)),
            column,
            "W1 has equal rows.",
            "the units of a layer begin as twins: draw every entry",
        ),
        (
            lambda n, n_prev: np.random.rand(n, n_prev) * 0.01,
            column,
            "W1 has no negative number.",
            "np.random.rand draws from 0 to 1; np.random.randn draws from N(0, 1)",
        ),
        (
            lambda n, n_prev: np.random.randn(n, n_prev),
            column,
            "W1 has a standard deviation of 0.97",
            "the factor is missing that makes W small, 0.01 or 1/√n_prev",
        ),
        (
            lambda n, n_prev: small(n_prev, n),
            column,
            "W1 is (23, 29): expected (29, 23).",
            "the sizes are exchanged: W is (n[l], n[l−1]), b is (n[l], 1)",
        ),
        (small, lambda n: np.zeros(n), "b1 is (29,): expected (29, 1).", "a rank-1 array: give"),
        (
            small,
            lambda n: np.zeros((1, n)),
            "b1 is (1, 29): expected (29, 1).",
            "the sizes are exchanged",
        ),
        (small, lambda n: np.random.randn(n, 1), "b1 is not zero.", "b starts at zero"),
        (
            lambda n, n_prev: small(29, 23),
            column,
            "W2 is (29, 23): expected (31, 29).",
            "the sizes are those of another layer, or fixed numbers",
        ),
    ],
)
def test_wrong_first_parameters(W, b, fault, cause):
    review = gn.review(initializer(W, b))
    assert not review.passed
    assert review.faults[0].startswith(fault)
    assert review.causes[0].text.startswith(cause)
    assert review.causes[0].line in (
        "W = np.random.randn(n, n_prev) * 0.01",
        "b = np.zeros((n, 1))",
    )


def test_a_layer_that_is_not_initialised():
    def initialize_parameters_deep(layer_dims):
        every = initializer(small, column)(layer_dims)
        return dict(list(every.items())[:-2])

    review = gn.review(initialize_parameters_deep)
    assert "W3 is missing." in review.faults
    assert review.right == ("W1", "b1")


# --- A teacher's own assignment -------------------------------------------------------------------


def test_an_assignment_of_ones_own():
    random = np.random.default_rng(2)
    A, Y = random.normal(size=(3, 5)), random.normal(size=(3, 5))
    mse = gn.Assignment(
        "squared_error",
        lambda A, Y: {"cost": np.mean((A - Y) ** 2), "dA": 2 * (A - Y) / A.size},
        [{"A": A, "Y": Y}],
    )
    assert gn.review(lambda A, Y: mse.reference(A, Y), mse).right == ("cost", "dA")
    review = gn.review(lambda A, Y: {"cost": np.mean((A - Y) ** 2), "dA": (A - Y) / A.size}, mse)
    assert review.wrong == ("dA",)
    assert review.hints == ("Every number of dA is 0.5 times the right one.",)


def test_a_tolerance_of_ones_own():
    def about(tolerance):
        return gn.Assignment(
            "round", lambda x: x, [{"x": np.array([[1.0, 2.0]])}], tolerance=tolerance
        )

    assert gn.review(lambda x: x + 0.01, about(0.01)).passed
    assert not gn.review(lambda x: x + 0.01, about(0.001)).passed


def test_results_have_the_names_that_the_teacher_gives():
    pair = gn.Assignment(
        "two", lambda x: (x, 2 * x), [{"x": np.ones((1, 3))}], results=("once", "twice")
    )
    assert gn.review(lambda x: (x, x), pair).wrong == ("twice",)
    unnamed = gn.Assignment("two", pair.reference, pair.cases)
    assert gn.review(lambda x: (x, x), unnamed).wrong == ("result[1]",)


def test_an_assignment_without_cases_is_refused():
    with pytest.raises(HyperparameterError) as caught:
        gn.Assignment("empty", np.tanh, [])
    assert str(caught.value) == (
        "The 'cases' parameter of Assignment must hold the arguments of at least one call. "
        'Got [] instead.\n  to fix     pass e.g. cases=[{"Z": np.array([[0.5, -1.0]])}]'
    )


def test_an_unknown_function_is_refused():
    def linear_bckward(dZ, cache):
        return dZ

    with pytest.raises(HyperparameterError) as caught:
        gn.review(linear_bckward)
    assert str(caught.value) == (
        "The course has no function called 'linear_bckward'.\n"
        "  expected   the name of a function of glassnet.course\n"
        "  received   'linear_bckward'\n"
        "  to fix     did you mean 'linear_backward'? Or say which one it is: review(mine, "
        '"linear_backward")'
    )
    with pytest.raises(HyperparameterError, match=r"must be a function. Got 3 instead"):
        gn.review(3)


def test_as_data():
    told = json.loads(json.dumps(gn.review(lambda Z: np.minimum(0, Z), "relu").to_data()))
    assert told == {
        "function": "relu",
        "passed": False,
        "right": [],
        "wrong": ["A"],
        "faults": [told["faults"][0]],
        "causes": [
            {
                "cause": "the minimum in the place of the maximum",
                "right_line": "A = np.maximum(0, Z)",
                "arrays": ["A"],
            }
        ],
        "hints": [],
        "cautions": [],
    }


def test_an_activation_that_is_wrong_in_the_learners_own_layer_is_named():
    def linear_activation_forward(A_prev, W, b, activation):
        Z = W @ A_prev + b
        A = np.where(Z > 0, Z, 0.01 * Z) if activation == "relu" else 1 / (1 + np.exp(-Z))
        return A, ((A_prev, W, b), Z)

    review = gn.review(linear_activation_forward)
    assert [cause.text for cause in review.causes] == ["this is leaky ReLU, not ReLU"]


def test_a_forgotten_b_is_seen_in_predictions_too():
    def predict(parameters, X):
        A1 = np.tanh(parameters["W1"] @ X + parameters["b1"])
        return (1 / (1 + np.exp(-parameters["W2"] @ A1)) > 0.5).astype(int)

    review = gn.review(predict)
    assert review.wrong == ("predictions",)
    assert [cause.text for cause in review.causes] == ["b is missing: Z = W A + b"]
