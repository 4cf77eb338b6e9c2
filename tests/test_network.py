"""Networks: predictions worked by hand, the course's costs, and inputs that are refused."""

import copy
import pickle
import threading
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest

import glassnet as gn
from glassnet.errors import DataError, DivergenceError, HyperparameterError, ShapeError

CATS = Path(__file__).parents[2] / "shared" / "data"


def logistic():
    return gn.Network([gn.Dense(1), gn.Sigmoid()], gn.BinaryCrossEntropy())


def test_logistic_regression_by_hand():
    """The course's check of propagate: w = [1, 2], b = 2 (here in its convention, columns)."""
    parameters = {"W1": [[1.0, 2.0]], "b1": [[2.0]]}
    X, Y = [[1.0, 2.0, -1.0], [3.0, 4.0, -3.2]], [[1.0, 0.0, 1.0]]
    assert logistic().cost(parameters, X, Y) == pytest.approx(5.801545319394553, rel=1e-13)
    gradients = logistic().gradients(parameters, X, Y)
    np.testing.assert_allclose(gradients["dW1"], [[0.99845601, 2.39507239]], rtol=1e-8)
    np.testing.assert_allclose(gradients["db1"], [[0.00145557813678]], rtol=1e-10)


def test_a_network_holds_no_arrays():
    network = logistic()
    assert network == logistic()
    assert hash(network) == hash(logistic())
    assert eval(repr(network), vars(gn)) == network


def test_predictions_in_parts_are_those_of_the_whole():
    random = np.random.default_rng(0)
    X = random.standard_normal((3, 20_011))
    network = gn.Network(
        [gn.Dense(5), gn.Tanh(), gn.Dense(2), gn.Softmax()], gn.CategoricalCrossEntropy()
    )
    parameters = network.initialize((3,))
    A = network.predict(parameters, X)
    assert A.shape == (2, 20_011)
    Z = parameters["W2"] @ np.tanh(parameters["W1"] @ X)
    expected = np.exp(Z) / np.exp(Z).sum(axis=0)
    np.testing.assert_allclose(A, expected, rtol=1e-12)


def test_float32_data_are_computed_in_float32():
    network = gn.Network(
        [gn.Dense(5), gn.Tanh(), gn.Dense(1), gn.Sigmoid()], gn.BinaryCrossEntropy(), [gn.L2(0.1)]
    )
    X, Y = np.ones((3, 7), np.float32), np.ones((1, 7))
    parameters = network.initialize((3,))
    assert network.predict(parameters, X).dtype == np.float32
    weights = np.arange(7.0)
    for W in network.gradients(parameters, X, Y, sample_weight=weights).values():
        assert W.dtype == np.float32
    trace = network.trace(parameters, X, Y, sample_weight=weights)
    assert {array.dtype for array in trace.values()} == {np.dtype(np.float32)}


def test_nothing_that_is_given_is_written_to():
    network = gn.Network([gn.Dense(3), gn.ReLU(), gn.Dense(1)], gn.SquaredError())
    parameters, X, Y = network.initialize((2,)), np.ones((2, 5)), np.ones((1, 5))
    given = [*parameters.values(), X, Y]
    before = [array.copy() for array in given]
    for array in given:
        array.flags.writeable = False
    network.predict(parameters, X)
    network.gradients(parameters, X, Y)
    gn.train(network, X, Y, parameters=parameters, epochs=3)
    for array, unchanged in zip(given, before, strict=True):
        np.testing.assert_array_equal(array, unchanged)


@pytest.mark.row(132)
def test_eight_threads_predict_what_one_does():
    network = gn.Network([gn.Dense(5), gn.Tanh(), gn.Dense(1)], gn.SquaredError())
    parameters, X = network.initialize((3,)), np.random.default_rng(0).standard_normal((3, 101))
    expected, made = network.predict(parameters, X), [None] * 8

    def work(place):
        made[place] = network.predict(parameters, X)

    threads = [threading.Thread(target=work, args=(place,)) for place in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for A in made:
        np.testing.assert_array_equal(A, expected)


@pytest.mark.row(3)
@pytest.mark.parametrize("value", [np.nan, np.inf])
def test_predictions_for_what_is_not_finite(value):
    network = logistic()
    with pytest.raises(DataError, match=r"Input X contains (NaN|inf)"):
        network.predict(network.initialize((2,)), [[1.0, value], [0.0, 0.0]])


@pytest.mark.row(4)
def test_labels_that_are_not_finite():
    network = logistic()
    with pytest.raises(DataError, match="Input Y contains NaN"):
        network.cost(network.initialize((1,)), [[1.0, 2.0]], [[1.0, np.nan]])


@pytest.mark.row(23, 24)
@pytest.mark.parametrize(
    ("weights", "message"),
    [
        ([0, 0, 0], "every weight is zero"),
        ([1, -1, 1], "one is negative(.|\n)*between -1 and 1"),
        ([1, np.nan, 1], "Input sample_weight contains NaN"),
        ([1, np.inf, 1], "Input sample_weight contains inf"),
        ([1, 1], r"sample_weight has shape \(2,\)(.|\n)*\(1, 3\) or \(3,\)"),
        ([[1, 1, 1], [1, 1, 1]], r"sample_weight has shape \(2, 3\)"),
        ([[1], [1], [1]], r"sample_weight has shape \(3, 1\)"),
        (1.0, "sample_weight has shape"),
        (["a", "b", "c"], "sample_weight holds values that are no numbers"),
    ],
)
def test_sample_weights_that_are_none(weights, message):
    network = logistic()
    with pytest.raises((DataError, ShapeError), match=message):
        network.cost(network.initialize((1,)), [[1.0] * 3], [[1.0] * 3], sample_weight=weights)


@pytest.mark.row(15, 16)
@pytest.mark.parametrize(("Y", "weights"), [([[1, 1, 1]], None), ([[1, 0, 1]], [1, 0, 1])])
def test_one_class_alone_is_learned(Y, weights):
    X = [[1.0, -2.0, 3.0]]
    result = gn.train(logistic(), X, Y, sample_weight=weights, optimizer=gn.Adam(0.1))
    assert np.isfinite(result.history["cost"]).all()
    assert logistic().predict(result.parameters, X)[0, [0, 2]].min() > 0.9


@pytest.mark.row(13, 14)
def test_one_example_of_one_unit_is_enough():
    result = gn.train(logistic(), [[2.0]], [[1.0]], epochs=5)
    assert result.history["cost"][-1] < result.history["cost"][0]


@pytest.mark.row(65)
def test_no_unit_is_refused_and_one_class_is_certain():
    one = gn.Network([gn.Dense(1), gn.Softmax()], gn.CategoricalCrossEntropy())
    assert one.predict(one.initialize((2,)), [[3.0], [4.0]]).tolist() == [[1.0]]
    with pytest.raises(HyperparameterError):
        gn.Dense(0)


@pytest.mark.row(69)
def test_class_numbers_instead_of_one_hot_labels():
    network = gn.Network([gn.Dense(3), gn.Softmax()], gn.CategoricalCrossEntropy())
    parameters, X = network.initialize((1,)), [[1.0, 2.0]]
    with pytest.raises(ShapeError, match=r"labels Y of shape \(1, 2\)(.|\n)*Y \(3, m\)"):
        network.cost(parameters, X, [[0, 2]])
    with pytest.raises(DataError, match="one-hot labels"):
        network.cost(parameters, X, [[0, 3], [0, 0], [1, 0]])


@pytest.mark.row(59)
def test_labels_for_other_examples():
    network = logistic()
    with pytest.raises(ShapeError, match=r"inconsistent numbers of samples: \[3, 2\]"):
        network.cost(network.initialize((1,)), [[1.0] * 3], [[1.0] * 2])
    branches = gn.Network(
        [gn.Parallel(a=gn.Dense(1), b=gn.Dense(1), join="add")], gn.SquaredError()
    )
    with pytest.raises(ShapeError, match="inconsistent numbers of samples"):
        branches.predict({}, {"a": [[1.0] * 3], "b": [[1.0] * 2]})


def test_labels_for_other_units():
    network = logistic()
    with pytest.raises(ShapeError) as caught:
        network.cost(network.initialize((1,)), [[1.0] * 3], [[1.0] * 3] * 2)
    assert str(caught.value) == (
        "The labels Y of shape (2, 3) do not fit the network's output.\n"
        "  equation   dZ = A[1] − Y\n"
        "  expected   Y (1, m), as layer 1 of 1, Sigmoid() makes it\n"
        "  received   Y (2, 3)\n"
        "  to fix     give the last layer 2 units, or encode the labels with 1 row"
    )


@pytest.mark.parametrize(
    ("change", "received"),
    [
        (lambda p: {"W1": p["W1"]}, "missing: b1; unknown: none"),
        (lambda p: {**p, "W7": p["W1"]}, "missing: none; unknown: W7"),
        (lambda p: {"W1": p["W1"], "b_1": p["b1"]}, "missing: b1; unknown: b_1"),
        (lambda p: None, "None"),
    ],
)
def test_parameters_of_another_network(change, received):
    network = logistic()
    with pytest.raises(DataError) as caught:
        network.predict(change(network.initialize((1,))), [[1.0]])
    assert caught.value.received == received
    assert caught.value.expected == "W1, b1"
    assert caught.value.fix


def test_parameters_that_are_too_large():
    network = gn.Network([gn.Dense(1)], gn.SquaredError())
    with pytest.raises(DivergenceError, match="output is NaN or infinite although its input"):
        network.predict({"W1": [[1e308, 1e308]], "b1": [[0.0]]}, [[10.0], [10.0]])


@pytest.mark.row(72)
def test_minus_infinity_for_every_class_is_a_divergence():
    network = gn.Network([gn.Dense(2), gn.Softmax()], gn.CategoricalCrossEntropy())
    with pytest.raises(DivergenceError):
        network.predict({"W1": [[-1e308], [-1e308]], "b1": [[0.0], [0.0]]}, [[1e9]])


@pytest.mark.row(37)
@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: gn.Network([], gn.SquaredError()), "at least one layer"),
        (lambda: gn.Network([3], gn.SquaredError()), "'layers' parameter of Network"),
        (lambda: gn.Network(gn.Dense(1), gn.SquaredError()), "'layers' parameter of Network"),
        (lambda: gn.Network([gn.Dense(1)], "mse"), "'loss' parameter of Network"),
        (
            lambda: gn.Network([gn.Dense(1)], gn.BinaryCrossEntropy()),
            r"BinaryCrossEntropy does not belong behind Dense(.|\n)*end the network with Sigmoid",
        ),
        (
            lambda: gn.Network([gn.Dense(1), gn.Identity()], gn.Poisson()),
            r"outputs between 0.0 and inf(.|\n)*end the network with Exponential\(\)",
        ),
    ],
)
def test_networks_that_make_no_sense(make, message):
    with pytest.raises(HyperparameterError, match=message):
        make()


@pytest.mark.row(83)
def test_numpy_told_to_raise_stops_nothing():
    network = gn.Network(
        [gn.Dense(5), gn.SiLU(), gn.Dropout(0.2), gn.Dense(1), gn.Sigmoid()],
        gn.BinaryCrossEntropy(),
        [gn.L2(0.1)],
    )
    X = np.array([[1e3, -1e3, 1e-30, 0.0], [1.0, 2.0, 3.0, 1e-200]])
    Y = np.array([[1.0, 0.0, 1.0, 0.0]])
    with np.errstate(all="raise"):
        for dtype in (np.float64, np.float32):
            data = X.astype(np.float64) if dtype is np.float64 else np.float32(X.clip(1e-30))
            result = gn.train(
                network,
                data,
                Y,
                epochs=5,
                validation=(data, Y),
                average=gn.EMA(),
                clip=gn.ClipNorm(1.0),
                sample_weight=[1e-40, 1, 1, 1],
            )
            network.predict(result.parameters, data)
            network.trace({**result.parameters, "b1": np.full((5, 1), 1e-60)}, data, Y)
            plain = gn.Network(network.layers[:2] + network.layers[3:], network.loss)
            gn.train(plain, data, Y, optimizer=gn.LBFGS(), epochs=3)


# The course's networks on the course's cats.


def cats():
    h5py = pytest.importorskip("h5py")
    path = CATS / "train_catvnoncat.h5"
    if not path.exists():
        pytest.skip("the cat pictures are not at hand")
    with h5py.File(path) as file:
        pictures, labels = file["train_set_x"][:], file["train_set_y"][:]
    return pictures.reshape(len(pictures), -1).T / 255, labels[None, :]


def costs_of(network, scheme, epochs):
    X, Y = cats()
    start = network.initialize((12288,), np.random.RandomState(1), scheme=scheme)
    result = gn.train(
        network, X, Y, parameters=start, optimizer=gn.GradientDescent(0.0075), epochs=epochs
    )
    return result.history["cost"]


def test_the_courses_two_layer_cat_network():
    layers = [gn.Dense(7), gn.ReLU(), gn.Dense(1), gn.Sigmoid()]
    costs = costs_of(gn.Network(layers, gn.BinaryCrossEntropy()), gn.Normal(0.01), 101)
    assert costs[0] == pytest.approx(0.693049735659989, abs=1e-13)
    assert costs[100] == pytest.approx(0.6464320953428849, abs=1e-11)


def test_the_courses_deep_cat_network():
    hidden = [layer for units in (20, 7, 5) for layer in (gn.Dense(units), gn.ReLU())]
    network = gn.Network([*hidden, gn.Dense(1), gn.Sigmoid()], gn.BinaryCrossEntropy())
    costs = costs_of(network, gn.InverseSqrt(), 101)
    assert costs[0] == pytest.approx(0.771749, abs=5e-7)
    assert costs[100] == pytest.approx(0.672053, abs=5e-7)


def flower():
    """The course's planar data: 400 points on the petals of a flower."""
    random = np.random.RandomState(1)
    m, N, D, rays = 400, 200, 2, 4
    X, Y = np.zeros((m, D)), np.zeros((m, 1))
    for j in range(2):
        at = range(N * j, N * (j + 1))
        t = np.linspace(j * 3.12, (j + 1) * 3.12, N) + random.randn(N) * 0.2
        r = rays * np.sin(4 * t) + random.randn(N) * 0.2
        X[at] = np.c_[r * np.sin(t), r * np.cos(t)]
        Y[at] = j
    return X.T, Y.T


def test_the_courses_planar_network():
    layers = [gn.Dense(4), gn.Tanh(), gn.Dense(1), gn.Sigmoid()]
    network = gn.Network(layers, gn.BinaryCrossEntropy())
    X, Y = flower()
    start = network.initialize((2,), np.random.RandomState(2), scheme=gn.Normal(0.01))
    result = gn.train(
        network, X, Y, parameters=start, optimizer=gn.GradientDescent(1.2), epochs=7001
    )
    expected = [0.693048, 0.288083, 0.254385, 0.233864, 0.226792, 0.222644, 0.219731, 0.217504]
    assert result.history["cost"][::1000] == pytest.approx(expected, abs=5e-7)


def test_logistic_regression_agrees_with_scikit_learn():
    from sklearn.datasets import load_breast_cancer
    from sklearn.linear_model import LogisticRegression
    from sklearn.preprocessing import StandardScaler

    X, y = load_breast_cancer(return_X_y=True)
    X = StandardScaler().fit_transform(X[:, :5])
    model = LogisticRegression(C=np.inf, tol=1e-12, max_iter=10_000, solver="newton-cholesky")
    model.fit(X, y)
    rule = gn.LBFGS(tolerance=1e-10, cost_tolerance=0.0, history=20)
    result = gn.train(logistic(), X.T, y[None, :], optimizer=rule, epochs=2000)
    assert result.stopped == "converged"
    np.testing.assert_allclose(result.parameters["W1"], model.coef_, rtol=1e-6)
    np.testing.assert_allclose(result.parameters["b1"][0], model.intercept_, rtol=1e-6)


def test_ridge_agrees_with_its_closed_form():
    random = np.random.default_rng(0)
    X, Y = random.standard_normal((3, 50)), random.standard_normal((2, 50))
    X -= X.mean(axis=1, keepdims=True)
    network = gn.Network([gn.Dense(2)], gn.SquaredError(), [gn.L2(7.0)])
    rule = gn.LBFGS(tolerance=1e-12, cost_tolerance=0.0)
    result = gn.train(network, X, Y, optimizer=rule, epochs=200)
    expected = np.linalg.solve(X @ X.T + 7 * np.eye(3), X @ Y.T).T
    np.testing.assert_allclose(result.parameters["W1"], expected, rtol=1e-8)
    np.testing.assert_allclose(result.parameters["b1"], Y.mean(axis=1, keepdims=True), rtol=1e-8)


def test_a_network_is_copied_and_pickled_by_its_description():
    network = gn.Network([gn.Dense(3), gn.ReLU(), gn.Dense(1)], gn.SquaredError(), [gn.L2(0.1)])
    assert network.graph.depth == 2
    assert pickle.loads(pickle.dumps(network)) == copy.deepcopy(network) == network


def test_a_network_of_empty_chains_is_refused():
    with pytest.raises(HyperparameterError, match="at least one layer"):
        gn.Network([gn.Chain([])], gn.SquaredError())


def test_thousands_of_equal_layers_are_named_in_proportion():
    graph = gn.Network([gn.Tanh()] * 5000, gn.SquaredError()).graph
    assert [node.output for node in graph.nodes[:2]] == ["A0_2", "A0_3"]
    assert len({node.output for node in graph.nodes}) == 5000


def test_a_layer_may_read_a_second_input_by_its_name():
    """As a mask over time will: `X` and the side input come in one dict."""

    @dataclass(frozen=True)
    class Gate(gn.Layer):
        shapes = "A: n m, gate: 1 m -> A_open: n m"

        def forward(self, xp, A, gate):
            return {"A_open": A * gate}

        def backward(self, xp, dA_open, gate):
            return {"dA": dA_open * gate}

    network = gn.Network([gn.Dense(3), Gate(), gn.Dense(1)], gn.SquaredError())
    shapes = {"A0": (2,), "gate": (1,)}
    parameters = network.initialize(shapes)
    X = {"A0": np.ones((2, 5)), "gate": np.array([[0.0, 1.0, 0.0, 1.0, 1.0]])}
    A = network.predict(parameters, X)
    np.testing.assert_allclose(A[0, [0, 2]], parameters["b2"].item())
    assert abs(A[0, 1] - A[0, 0]) > 1e-3
    assert network.gradients(parameters, X, np.zeros((1, 5)))["dW1"].shape == (3, 2)


SEQUENCES = gn.Network([gn.Dense(1), gn.Identity()], gn.SquaredError(), (gn.L2(0.3),))


def sequences():
    random = np.random.default_rng(0)
    return random.standard_normal((5, 2, 7)), random.standard_normal((5, 1, 7))


def test_a_step_without_weight_is_not_there():
    X, Y = sequences()
    weights = np.ones((5, 1, 7))
    weights[3:] = 0
    parameters = SEQUENCES.initialize((5, 2), 1)
    all_of_it = SEQUENCES.cost(parameters, X, Y, sample_weight=weights)
    assert all_of_it == pytest.approx(SEQUENCES.cost(parameters, X[:3], Y[:3]), rel=1e-14)
    gradients = SEQUENCES.gradients(parameters, X, Y, sample_weight=weights)
    for name, dW in SEQUENCES.gradients(parameters, X[:3], Y[:3]).items():
        np.testing.assert_allclose(gradients[name], dW, rtol=1e-13)


def test_the_same_weight_at_every_step_is_the_weight_of_the_example():
    X, Y = sequences()
    weights = np.array([2.0, 0.0, 1.0, 5.0, 1.0, 3.0, 0.5])
    parameters = SEQUENCES.initialize((5, 2), 1)
    steps = np.broadcast_to(weights, (5, 1, 7))
    assert SEQUENCES.cost(parameters, X, Y, sample_weight=steps) == pytest.approx(
        SEQUENCES.cost(parameters, X, Y, sample_weight=weights), rel=1e-14
    )


def test_a_step_of_weight_two_is_there_twice():
    X, Y = sequences()
    weights = np.ones((5, 1, 7))
    weights[2] = 2
    parameters, twice = SEQUENCES.initialize((5, 2), 1), [0, 1, 2, 2, 3, 4]
    plain = gn.Network(SEQUENCES.layers, SEQUENCES.loss)
    weighted = plain.cost(parameters, X, Y, sample_weight=weights)
    # The heaviest step decides how much an example counts: here each counts as two.
    assert 2 * weighted == pytest.approx(plain.cost(parameters, X[twice], Y[twice]), rel=1e-14)


def test_the_loss_in_a_trace_is_that_of_each_example():
    X, Y = sequences()
    parameters = SEQUENCES.initialize((5, 2), 1)
    trace = SEQUENCES.trace(parameters, X, Y)
    np.testing.assert_allclose(
        trace["L"], ((trace["A1"] - Y) ** 2 / 2).sum(axis=(0, 1))[None], rtol=1e-13
    )


def test_weights_that_fit_neither_examples_nor_steps():
    X, Y = sequences()
    with pytest.raises(ShapeError) as caught:
        SEQUENCES.cost(SEQUENCES.initialize((5, 2)), X, Y, sample_weight=np.ones((4, 1, 7)))
    assert str(caught.value) == (
        "sample_weight has shape (4, 1, 7).\n"
        "  equation   J = (1/m) Σᵢ w ∗ L\n"
        "  expected   (1, 7) or (7,): one weight for each example, or (5, 1, 7): one for each "
        "step\n"
        "  received   (4, 1, 7)\n"
        "  to fix     pass one weight for each column of X"
    )


def test_labels_without_the_times_of_the_output():
    X, _ = sequences()
    with pytest.raises(ShapeError) as caught:
        SEQUENCES.cost(SEQUENCES.initialize((5, 2)), X, np.ones((1, 7)))
    assert str(caught.value).splitlines()[1:3] == [
        "  equation   dZ = A[1] − Y",
        "  expected   Y (5, 1, m), as layer 1 of 1, Identity() makes it",
    ]
    assert "a label for every time or pixel" in str(caught.value)
    bare = gn.Network([gn.Dense(1)], gn.Huber(2.0))
    with pytest.raises(ShapeError, match=r"equation   E = \|Z\[1\] − Y"):
        bare.cost(bare.initialize((5, 2)), X, np.ones((1, 7)))


def test_examples_that_do_not_meet():
    network = logistic()
    with pytest.raises(ShapeError) as caught:
        network.cost(network.initialize((1,)), [[1.0] * 3], [[1.0] * 2])
    assert str(caught.value).splitlines()[1] == (
        "  equation   column i of X and of Y is example i = 1 … m"
    )
