"""The course's functions: its published numbers, plain NumPy, and the library's own trace."""

import inspect
from collections import Counter

import numpy as np
import pytest

import glassnet as gn
from glassnet import course
from glassnet.errors import DataError, HyperparameterError, ShapeError


def close(a, b, tolerance=1e-12):
    np.testing.assert_allclose(a, b, rtol=tolerance, atol=tolerance)


def published(a, b):
    """Equal to the eight decimals that the course's notebooks print."""
    np.testing.assert_allclose(a, b, rtol=0, atol=6e-9)


def randn(seed, *shapes):
    random = np.random.RandomState(seed)
    return [random.randn(*shape) for shape in shapes]


def problem(layer_dims=(5, 4, 3, 1), m=7, seed=0):
    """A network as large as the sizes say, with data and labels."""
    random = np.random.RandomState(seed)
    X = random.randn(layer_dims[0], m)
    Y = (random.rand(layer_dims[-1], m) > 0.5).astype(float)
    return X, Y, course.initialize_parameters_deep(layer_dims, seed, gn.He())


def library(layer_dims, hidden=gn.ReLU):
    layers = [layer for n in layer_dims[1:-1] for layer in (gn.Dense(n), hidden())]
    return gn.Network([*layers, gn.Dense(layer_dims[-1]), gn.Sigmoid()], gn.BinaryCrossEntropy())


# --- The numbers that the course publishes --------------------------------------------------------


def test_published_activations():
    published(course.sigmoid(np.array([0, 2])), [0.5, 0.88079708])
    published(course.sigmoid_derivative(np.array([1, 2, 3])), [0.19661193, 0.10499359, 0.04517666])


def test_published_initialisation():
    parameters = course.initialize_parameters(3, 2, 1)
    published(
        parameters["W1"],
        [[0.01624345, -0.00611756, -0.00528172], [-0.01072969, 0.00865408, -0.02301539]],
    )
    published(parameters["W2"], [[0.01744812, -0.00761207]])
    parameters = course.initialize_parameters_deep([5, 4, 3], seed=3)
    published(
        parameters["W1"],
        [
            [0.01788628, 0.0043651, 0.00096497, -0.01863493, -0.00277388],
            [-0.00354759, -0.00082741, -0.00627001, -0.00043818, -0.00477218],
            [-0.01313865, 0.00884622, 0.00881318, 0.01709573, 0.00050034],
            [-0.00404677, -0.0054536, -0.01546477, 0.00982367, -0.01101068],
        ],
    )
    assert not np.any(parameters["b1"])


def test_the_scheme_of_the_cat_pictures_divides_by_the_root_of_the_layer_before():
    random = np.random.RandomState(1)
    W1, W2 = random.randn(4, 9) / np.sqrt(9), random.randn(1, 4) / np.sqrt(4)
    parameters = course.initialize_parameters_deep([9, 4, 1], seed=1, scheme=gn.InverseSqrt())
    close(parameters["W1"], W1)
    close(parameters["W2"], W2)


def test_published_forward_pass():
    A, W, b = randn(1, (3, 2), (1, 3), (1, 1))
    Z, cache = course.linear_forward(A, W, b)
    published(Z, [[3.26295337, -1.23429987]])
    assert all(kept is given for kept, given in zip(cache, (A, W, b), strict=True))

    A_prev, W, b = randn(2, (3, 2), (1, 3), (1, 1))
    A, (linear_cache, Z) = course.linear_activation_forward(A_prev, W, b, "sigmoid")
    published(A, [[0.96890023, 0.11013289]])
    published(course.linear_activation_forward(A_prev, W, b, "relu")[0], [[3.43896131, 0.0]])
    close(Z, W @ A_prev + b)
    assert len(linear_cache) == 3

    shapes = (5, 4), (4, 5), (4, 1), (3, 4), (3, 1), (1, 3), (1, 1)
    X, *arrays = randn(6, *shapes)
    parameters = dict(zip(("W1", "b1", "W2", "b2", "W3", "b3"), arrays, strict=True))
    AL, caches = course.L_model_forward(X, parameters)
    published(AL, [[0.03921668, 0.70498921, 0.19734387, 0.04728177]])
    assert len(caches) == 3


def test_published_cost():
    close(course.compute_cost([[0.8, 0.9, 0.4]], [[1, 1, 0]]), 0.2797765635793422)
    close(course.compute_cost([[0.8, 0.9, 0.4]], [[1, 1, 1]]), 0.41493159961539694)


def test_published_backward_steps():
    dZ, A, W, b = randn(1, (1, 2), (3, 2), (1, 3), (1, 1))
    dA_prev, dW, db = course.linear_backward(dZ, (A, W, b))
    published(
        dA_prev,
        [[0.51822968, -0.19517421], [-0.40506361, 0.15255393], [2.37496825, -0.89445391]],
    )
    published(dW, [[-0.10076895, 1.40685096, 1.64992505]])
    published(db, [[0.50629448]])

    dA, A, W, b, Z = randn(2, (1, 2), (3, 2), (1, 3), (1, 1), (1, 2))
    cache = (A, W, b), Z
    dA_prev, dW, db = course.linear_activation_backward(dA, cache, "sigmoid")
    published(
        dA_prev,
        [[0.11017994, 0.01105339], [0.09466817, 0.00949723], [-0.05743092, -0.00576154]],
    )
    published(dW, [[0.10266786, 0.09778551, -0.01968084]])
    published(db, [[-0.05729622]])
    dA_prev, dW, db = course.linear_activation_backward(dA, cache, "relu")
    published(dA_prev, [[0.44090989, 0.0], [0.37883606, 0.0], [-0.2298228, 0.0]])
    published(dW, [[0.44513824, 0.37371418, -0.10478989]])
    published(db, [[-0.20837892]])


def test_published_backward_pass():
    """The course's own case hands in an AL that is no output of a sigmoid: 1.79 and 0.44."""
    shapes = (1, 2), (4, 2), (3, 4), (3, 1), (3, 2), (3, 2), (1, 3), (1, 1), (1, 2)
    AL, A1, W1, b1, Z1, A2, W2, b2, Z2 = randn(3, *shapes)
    caches = [((A1, W1, b1), Z1), ((A2, W2, b2), Z2)]
    grads = course.L_model_backward(AL, np.array([[1, 0]]), caches)
    assert list(grads) == ["dA1", "dW2", "db2", "dA0", "dW1", "db1"]
    published(
        grads["dA1"],
        [[0.12913162, -0.44014127], [-0.14175655, 0.48317296], [0.01663708, -0.05670698]],
    )
    published(
        grads["dA0"],
        [[0.0, 0.52257901], [0.0, -0.3269206], [0.0, -0.32070404], [0.0, -0.74079187]],
    )
    published(
        grads["dW1"],
        [
            [0.41010002, 0.07807203, 0.13798444, 0.10502167],
            [0.0, 0.0, 0.0, 0.0],
            [0.05283652, 0.01005865, 0.01777766, 0.0135308],
        ],
    )
    published(grads["dW2"], [[-0.39202432, -0.13325855, -0.04601089]])
    published(grads["db1"], [[-0.22007063], [0.0], [-0.02835349]])
    published(grads["db2"], [[0.15187861]])


def test_published_update():
    names, shapes = ("W1", "b1", "W2", "b2"), ((3, 4), (3, 1), (1, 3), (1, 1))
    parameters = dict(zip(names, randn(2, *shapes), strict=True))
    grads = dict(zip(("dW1", "db1", "dW2", "db2"), randn(3, *shapes), strict=True))
    after = course.update_parameters(parameters, grads, 0.1)
    published(after["W1"][0], [-0.59562069, -0.09991781, -2.14584584, 1.82662008])
    published(after["b1"], [[-0.04659241], [-1.28888275], [0.53405496]])
    published(after["W2"], [[-0.55569196, 0.0354055, 1.32964895]])
    published(after["b2"], [[-0.84610769]])


def test_published_logistic_regression():
    w, b = np.array([[1.0], [2.0]]), 1.5
    X, Y = np.array([[1.0, -2.0, -1.0], [3.0, 0.5, -3.2]]), np.array([[1, 1, 0]])
    grads, cost = course.propagate(w, b, X, Y)
    published(grads["dw"], [[0.25071532], [-0.06604096]])
    close(grads["db"], -0.1250040450043965)
    close(cost, 0.15900537707692405)
    params, grads, costs = course.optimize(w, b, X, Y, num_iterations=100, learning_rate=0.009)
    published(params["w"], [[0.80956046], [2.0508202]])
    close(params["b"], 1.5948713189708588)
    published(grads["dw"], [[0.17860505], [-0.04840656]])
    close(grads["db"], -0.08888460336847771)
    published(costs, [0.15900538])


def test_optimize_prints_every_hundredth_cost(capsys):
    _, _, costs = course.optimize([[0.0]], 0.0, [[1.0, -1.0]], [[1, 0]], 201, 0.1, print_cost=True)
    assert len(costs) == 3
    assert costs[0] == pytest.approx(np.log(2))
    assert capsys.readouterr().out.splitlines()[0] == "Cost after iteration 0: 0.693147"


# --- Independent oracles --------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["sigmoid", "relu", "tanh", "leaky_relu"])
def test_derivatives_are_those_of_central_differences(name):
    Z = np.array([[-3.1, -0.4, 0.2], [0.9, 2.5, 4.0]])
    g, derivative = getattr(course, name), getattr(course, f"{name}_derivative")
    close(derivative(Z), (g(Z + 1e-5) - g(Z - 1e-5)) / 2e-5, 1e-8)
    assert derivative(Z).dtype == float
    assert g(0.5).shape == derivative(0.5).shape == ()


def test_relu_has_slope_zero_at_zero():
    assert course.relu_derivative(0.0) == 0
    assert course.leaky_relu_derivative(0.0) == 0.01


def test_gradients_are_those_of_central_differences():
    X, Y, parameters = problem()
    _, caches = course.L_model_forward(X, parameters)
    grads = course.L_model_backward(course.L_model_forward(X, parameters)[0], Y, caches)

    def cost(name, index, step):
        moved = parameters[name].copy()
        moved[index] += step
        AL, _ = course.L_model_forward(X, {**parameters, name: moved})
        return course.compute_cost(AL, Y)

    for name, array in parameters.items():
        for index in np.ndindex(array.shape):
            slope = (cost(name, index, 1e-5) - cost(name, index, -1e-5)) / 2e-5
            assert grads[f"d{name}"][index] == pytest.approx(slope, rel=1e-6, abs=1e-9)


@pytest.mark.parametrize("layer_dims", [(2, 1), (3, 5, 1), (5, 7, 3, 2)])
def test_every_number_is_that_of_the_trace(layer_dims):
    X, Y, parameters = problem(layer_dims)
    trace = library(layer_dims).trace(parameters, X, Y)
    AL, caches = course.L_model_forward(X, parameters)
    grads = course.L_model_backward(AL, Y, caches)
    for l, ((A_prev, W, b), Z) in enumerate(caches, start=1):
        close(Z, trace[f"Z{l}"])
        close(A_prev, trace[f"A{l - 1}"])
        assert W is parameters[f"W{l}"]
        assert b is parameters[f"b{l}"]
    close(course.compute_cost(AL, Y), trace.cost)
    for name, gradient in grads.items():
        if name != "dA0":  # the library saves that product
            close(gradient, trace[name])


def test_the_network_of_the_third_week_is_the_library_with_tanh():
    X, Y, parameters = problem((2, 4, 1))
    trace = library((2, 4, 1), gn.Tanh).trace(parameters, X, Y)
    A2, cache = course.forward_propagation(X, parameters)
    grads = course.backward_propagation(parameters, cache, X, Y)
    assert A2 is cache["A2"]
    for name, array in {**cache, **grads}.items():
        close(array, trace[name])
    labels = course.predict(X, parameters, activation="tanh")
    assert labels.tolist() == (A2 > 0.5).astype(int).tolist()


def test_training_is_that_of_the_library():
    X, Y, parameters = problem((2, 4, 1))
    result = gn.train(
        library((2, 4, 1)), X, Y, parameters=parameters, optimizer=gn.GradientDescent(0.3), epochs=9
    )
    for _ in range(9):
        AL, caches = course.L_model_forward(X, parameters)
        grads = course.L_model_backward(AL, Y, caches)
        parameters = course.update_parameters(parameters, grads, 0.3)
    for name, array in parameters.items():
        close(array, result.parameters[name])


# --- A learner's own functions among ours ---------------------------------------------------------


def own_linear_activation_forward(A_prev, W, b, activation):
    Z = np.dot(W, A_prev) + b
    A = 1 / (1 + np.exp(-Z)) if activation == "sigmoid" else np.maximum(0, Z)
    return A, ((A_prev, W, b), Z)


def own_linear_backward(dZ, cache):
    A_prev, W, _ = cache
    m = A_prev.shape[1]
    dW, db = np.dot(dZ, A_prev.T) / m, np.sum(dZ, axis=1, keepdims=True) / m
    return np.dot(W.T, dZ), dW, db


def own_linear_activation_backward(dA, cache, activation):
    linear_cache, Z = cache
    if activation == "relu":
        dZ = np.array(dA, copy=True)
        dZ[Z <= 0] = 0
    else:
        s = 1 / (1 + np.exp(-Z))
        dZ = dA * s * (1 - s)
    return own_linear_backward(dZ, linear_cache)


@pytest.mark.parametrize(
    ("ours", "own"),
    [
        ("linear_activation_forward", own_linear_activation_forward),
        ("linear_backward", own_linear_backward),
        ("linear_activation_backward", own_linear_activation_backward),
    ],
)
def test_own_functions_fit_into_the_place_of_ours(monkeypatch, ours, own):
    X, Y, parameters = problem()
    trace = library((5, 4, 3, 1)).trace(parameters, X, Y)
    monkeypatch.setattr(course, ours, own)
    AL, caches = course.L_model_forward(X, parameters)
    grads = course.L_model_backward(AL, Y, caches)
    for name in ("dW1", "db1", "dW2", "db2", "dW3", "db3"):
        close(grads[name], trace[name])


def test_our_functions_fit_into_a_model_of_ones_own():
    """The course's two_layer_model, line by line, with its own gradient of the cost."""
    X, Y, parameters = problem((3, 5, 1))
    W1, b1, W2, b2 = parameters.values()
    A1, cache1 = course.linear_activation_forward(X, W1, b1, "relu")
    A2, cache2 = course.linear_activation_forward(A1, W2, b2, "sigmoid")
    dA2 = -(np.divide(Y, A2) - np.divide(1 - Y, 1 - A2))
    dA1, dW2, db2 = course.linear_activation_backward(dA2, cache2, "sigmoid")
    _, dW1, db1 = course.linear_activation_backward(dA1, cache1, "relu")
    trace = library((3, 5, 1)).trace(parameters, X, Y)
    for name, gradient in {"dW1": dW1, "db1": db1, "dW2": dW2, "db2": db2}.items():
        close(gradient, trace[name])


# --- Inputs that are kept, and numbers that stay finite -------------------------------------------


def test_nothing_that_comes_in_is_changed():
    X, Y, parameters = problem()
    arrays = {"X": X, "Y": Y, **parameters}
    before = {name: array.copy() for name, array in arrays.items()}
    for array in arrays.values():
        array.setflags(write=False)
    AL, caches = course.L_model_forward(X, parameters)
    AL.setflags(write=False)
    grads = course.L_model_backward(AL, Y, caches)
    course.update_parameters(parameters, grads, 0.1)
    course.predict(X, parameters)
    course.compute_cost(AL, Y)
    for name, array in arrays.items():
        assert np.array_equal(array, before[name])


def test_a_saturated_output_has_a_finite_cost_and_the_exact_gradient():
    X, Y = np.array([[-1e6, 1e6, 1e6, -1e6]]), np.array([[1, 1, 0, 0]])
    parameters = {"W1": np.array([[1.0]]), "b1": np.array([[0.0]])}
    AL, caches = course.L_model_forward(X, parameters)
    assert AL.tolist() == [[0.0, 1.0, 1.0, 0.0]]
    assert course.compute_cost(AL, Y) == pytest.approx(2 * 36.04 / 4, rel=1e-3)
    grads = course.L_model_backward(AL, Y, caches)
    close(grads["dW1"], (AL - Y) @ X.T / 4)
    close(grads["dW1"], library((1, 1)).gradients(parameters, X, Y)["dW1"])


def test_certain_probabilities_from_elsewhere_stay_finite():
    cache = (np.ones((1, 2)), np.ones((1, 1)), np.zeros((1, 1))), np.zeros((1, 2))
    grads = course.L_model_backward([[0.0, 1.0]], [[0, 0]], [cache])
    assert all(np.all(np.isfinite(gradient)) for gradient in grads.values())


def test_overflow_does_not_warn():
    assert course.sigmoid(-1e4) == 0
    assert course.sigmoid_derivative(1e4) == 0
    Z, cache = course.linear_forward([[1e300]], [[1e300]], [[0.0]])
    assert np.isinf(Z)
    course.linear_backward(Z, cache)


def test_float32_stays_float32():
    X, Y, parameters = problem()
    parameters = {name: array.astype(np.float32) for name, array in parameters.items()}
    AL, caches = course.L_model_forward(X.astype(np.float32), parameters)
    grads = course.L_model_backward(AL, Y, caches)
    after = course.update_parameters(parameters, grads, 0.1)
    kinds = Counter(array.dtype for array in [AL, *grads.values(), *after.values()])
    assert set(kinds) == {np.dtype(np.float32)}


def test_a_random_state_is_advanced_by_the_draw():
    random = np.random.RandomState(3)
    first, second = (course.initialize_parameters_deep([2, 1], random) for _ in range(2))
    assert not np.array_equal(first["W1"], second["W1"])
    assert np.array_equal(first["W1"], course.initialize_parameters_deep([2, 1], 3)["W1"])


# --- Errors ---------------------------------------------------------------------------------------


def message(kind, function, *arguments, **named):
    with pytest.raises(kind) as error:
        function(*arguments, **named)
    lines = str(error.value).splitlines()
    assert len(lines) <= 5
    return "\n".join(lines)


def test_a_weight_of_the_wrong_shape_is_named():
    assert message(
        ShapeError, course.linear_forward, np.ones((3, 7)), np.ones((4, 5)), np.ones((4, 1))
    ) == (
        "linear_forward cannot take A of shape (3, 7).\n"
        "  equation   Z = W A + b\n"
        "  expected   A (n_prev, m) with n_prev = 5 (W is (4, 5), b is (4, 1))\n"
        "  received   A (3, 7)\n"
        "  to fix     make A (5, m), or W (4, 3)"
    )


def test_a_bias_of_rank_one_is_refused_with_the_fix():
    assert message(
        ShapeError, course.linear_forward, np.ones((3, 7)), np.ones((4, 3)), np.ones(4)
    ) == (
        "linear_forward cannot take b of shape (4,).\n"
        "  equation   Z = W A + b\n"
        "  expected   b 2 axes (n, 1) (W is (4, 3))\n"
        "  received   b (4,)\n"
        "  to fix     b.reshape(-1, 1) has both axes"
    )


def test_a_bias_that_lies_on_its_side_is_transposed():
    text = message(
        ShapeError, course.linear_forward, np.ones((3, 7)), np.ones((4, 3)), np.ones((1, 4))
    )
    assert "b (n, 1) with n = 4" in text
    assert text.endswith("pass b.T")


def test_the_layer_of_a_wrong_shape_is_named():
    X, _, parameters = problem((2, 5, 1))
    text = message(ShapeError, course.L_model_forward, X, {**parameters, "W2": np.ones((1, 4))})
    assert text.startswith("layer 2 of 2")
    assert "Z[2] = W[2] A[1] + b[2]" in text


@pytest.mark.parametrize("wrong", [{"W1": 1}, {"W1": 1, "b1": 1, "W3": 1, "b3": 1}, {}])
def test_missing_and_misnamed_parameters(wrong):
    parameters = {name: np.ones((1, 1)) for name in wrong}
    assert "missing: " in message(DataError, course.L_model_forward, [[1.0]], parameters)


def test_the_wrong_number_of_axes():
    text = message(ShapeError, course.linear_forward, np.ones((2, 3, 7)), [[1.0]], [[0.0]])
    assert text.endswith("make A (1, m)")


def test_the_wrong_cache_is_refused():
    A, cache = course.linear_activation_forward([[1.0]], [[1.0]], [[0.0]], "relu")
    text = message(ShapeError, course.linear_backward, A, cache)
    assert "expected   a tuple (A_prev, W, b)" in text
    assert "received   a tuple of 2" in text
    text = message(ShapeError, course.linear_activation_backward, A, cache[0], "relu")
    assert "expected   a tuple (linear_cache, activation_cache)" in text
    message(ShapeError, course.linear_activation_backward, A, None, "relu")
    text = message(ShapeError, course.L_model_backward, A, A, [])
    assert "one cache for each layer" in text


def test_a_gradient_that_would_broadcast_is_refused():
    parameters, grads = {"b1": np.zeros((4, 1))}, {"db1": np.zeros((1, 4))}
    text = message(ShapeError, course.update_parameters, parameters, grads, 0.1)
    assert text.startswith("update_parameters cannot take db1 of shape (1, 4).")
    assert "b1 := b1 − α db1" in text
    assert text.endswith("pass db1.T")


def test_other_mistakes():
    text = message(DataError, course.update_parameters, {"W1": [[1.0]]}, {"dw1": [[1.0]]}, 0.1)
    assert "did you mean 'dw1'?" in text
    message(HyperparameterError, course.update_parameters, {}, {}, 0)
    text = message(
        HyperparameterError, course.linear_activation_forward, [[1]], [[1]], [[1]], "Relu"
    )
    assert "did you mean 'relu'?" in text
    message(HyperparameterError, course.initialize_parameters_deep, [3])
    message(HyperparameterError, course.initialize_parameters_deep, [3, 0, 1])
    message(HyperparameterError, course.initialize_parameters_deep, [0, 1])
    message(ShapeError, course.compute_cost, [[0.5, 0.5]], [0, 1])
    message(ShapeError, course.compute_cost, [[0.5, 0.5]], [[0], [1]])
    assert "1.5" in message(DataError, course.compute_cost, [[0.5, 1.5]], [[0, 1]])
    assert "nan" in message(DataError, course.compute_cost, [[0.5, np.nan]], [[0, 1]])
    message(DataError, course.compute_cost, [[0.5, 0.5]], [[0, 2]])
    message(ShapeError, course.sigmoid_backward, [[1.0, 2.0]], [[1.0]])
    text = message(ShapeError, course.propagate, [[1.0, 2.0]], 0.0, [[1.0], [2.0]], [[1]])
    assert "Z = wᵀ X + b" in text


def test_every_public_function_is_documented_by_an_example():
    functions = [
        function
        for name, function in inspect.getmembers(course, inspect.isfunction)
        if not name.startswith("_") and function.__module__.startswith("glassnet.course")
    ]
    assert len(functions) == 27
    for function in functions:
        assert ">>>" in function.__doc__, function.__name__
