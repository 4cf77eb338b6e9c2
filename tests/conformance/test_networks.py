"""Whole networks: gradients of the cost, sample weights, canonical pairs, and later layers."""

from dataclasses import dataclass
from itertools import product

import numpy as np
import pytest
from tests.conformance.later_layers import MaskedMean
from tests.conformance.test_wrong_layers import MeanInBackward, WithoutMean, WrongSlope
from tests.numeric import differences, relative_error

import glassnet as gn
from glassnet.dimensions import dimensions
from glassnet.engines import Data, Native, Reference
from glassnet.engines.compiled import missing
from glassnet.errors import HyperparameterError
from glassnet.layers.layer import Layer

NATIVE = None if missing() else Native()

M, N, UNITS = 7, 3, 5

LOSSES = (
    gn.SquaredError(),
    gn.AbsoluteError(),
    gn.Huber(0.3),
    gn.Quantile(0.8),
    gn.Quantile((0.1, 0.5, 0.9)),
    gn.BinaryCrossEntropy(),
    gn.BinaryCrossEntropy(label_smoothing=0.1),
    gn.CategoricalCrossEntropy(),
    gn.CategoricalCrossEntropy(label_smoothing=0.1),
    gn.Poisson(),
)
OUTPUTS = (
    gn.Identity(),
    gn.Sigmoid(),
    gn.Tanh(),
    gn.ReLU(),
    gn.LeakyReLU(),
    gn.Softmax(),
    gn.Exponential(),
    gn.ELU(),
    gn.SELU(),
    gn.Softplus(),
    gn.GELU(),
    gn.SiLU(),
    gn.Mish(),
)


def _belong_together(loss, output) -> bool:
    try:
        gn.Network([gn.Dense(1), output], loss)
    except HyperparameterError:
        return False
    return True


PAIRS = [pair for pair in product(LOSSES, OUTPUTS) if _belong_together(*pair)]


def labels_for(loss, shape: tuple[int, ...]) -> np.ndarray:
    """Random labels of the kind that the loss takes."""
    random = np.random.default_rng(2)
    match loss:
        case gn.BinaryCrossEntropy():
            return random.integers(0, 2, shape).astype(float)
        case gn.CategoricalCrossEntropy():
            classes = random.integers(0, shape[-2], (*shape[:-2], shape[-1]))
            return np.moveaxis(np.eye(shape[-2])[classes], -1, -2)
        case gn.Poisson():
            return random.poisson(2.0, shape).astype(float)
    return random.standard_normal(shape)


def parameters_for(network, input_shape, seed=4):
    """Parameters of which none is zero, b included."""
    random = np.random.default_rng(seed)
    shapes = {k: v.shape for k, v in network.initialize(input_shape).items()}
    return {name: 0.5 * random.standard_normal(shape) for name, shape in shapes.items()}


def check_network(network, X, Y, input_shape, sample_weight=None) -> None:
    """The reference engine is right, and every other that has kernels for the network equals it."""
    check_reference(network.on(Reference()), X, Y, input_shape, sample_weight)
    if NATIVE and not NATIVE.obstacle(network.graph):
        check_parity(network.on(NATIVE), X, Y, input_shape, sample_weight)


def check_parity(network, X, Y, input_shape, sample_weight) -> None:
    """Cost, predictions and gradients are those of the reference engine, in both types."""
    reference, weights = network.on(Reference()), {"sample_weight": sample_weight}
    for dtype, close in ((np.float64, 1e-12), (np.float32, 1e-5)):
        parameters = parameters_for(network, input_shape)
        data = {k: dtype(v) for k, v in X.items()} if isinstance(X, dict) else dtype(X)
        J = reference.cost(parameters, data, Y, **weights)
        assert network.cost(parameters, data, Y, **weights) == pytest.approx(J, rel=close)
        expected = reference.gradients(parameters, data, Y, **weights)
        gradients = network.gradients(parameters, data, Y, **weights)
        assert list(gradients) == list(expected)
        scale = max(float(abs(dW).max()) for dW in expected.values())
        for name, dW in expected.items():
            assert gradients[name].dtype == dtype
            np.testing.assert_allclose(gradients[name], dW, rtol=close, atol=close * scale)
        A = reference.predict(parameters, data)
        np.testing.assert_allclose(network.predict(parameters, data), A, rtol=close, atol=close)


def check_reference(network, X, Y, input_shape, sample_weight) -> None:
    """`gradients` agrees with central differences of the cost; the trace shows the same arrays.

    The cost is that of a trace with the same seed, so that masks are the same in both.
    """
    parameters = parameters_for(network, input_shape)
    weights = {"sample_weight": sample_weight}
    gradients = network.gradients(parameters, X, Y, **weights)
    assert list(gradients) == [
        ".".join([*name.split(".")[:-1], "d" + name.split(".")[-1]]) for name in parameters
    ]
    for (name, W), dW in zip(parameters.items(), gradients.values(), strict=True):

        def cost(W, name=name):
            return network.trace({**parameters, name: W}, X, Y, **weights).cost

        error = relative_error(dW, differences(cost, W))
        assert error <= 1e-6, f"d{name} is off by {error:.1e}"
    trace = network.trace(parameters, X, Y, **weights)
    for name, dW in gradients.items():
        np.testing.assert_array_equal(trace[name], dW)
    if not any(node.noise for node in network.graph.nodes):
        assert trace.cost == network.cost(parameters, X, Y, **weights)
        np.testing.assert_array_equal(trace[network.graph.output], network.predict(parameters, X))


def normal(*shape: int) -> np.ndarray:
    return np.random.default_rng(1).standard_normal(shape)


def test_no_pair_was_forgotten():
    kinds = {type(loss) for loss in LOSSES}
    public = {getattr(gn, name) for name in gn.__all__}
    assert kinds == {
        each
        for each in public
        if isinstance(each, type) and issubclass(each, gn.Loss) and each is not gn.Loss
    }
    fitting = {(type(loss).__name__, type(output).__name__) for loss, output in PAIRS}
    assert ("BinaryCrossEntropy", "Softmax") in fitting
    assert ("BinaryCrossEntropy", "Tanh") not in fitting
    assert ("Poisson", "Softplus") in fitting
    assert ("Poisson", "Identity") not in fitting
    for loss in LOSSES:
        assert not loss.canonical or (type(loss).__name__, loss.canonical.__name__) in fitting


@pytest.mark.parametrize(("loss", "output"), PAIRS, ids=repr)
def test_every_loss_with_every_output_that_fits(loss, output):
    units = 3
    rows = 1 if isinstance(loss, gn.Quantile) and isinstance(loss.quantile, tuple) else units
    network = gn.Network([gn.Dense(UNITS), gn.Tanh(), gn.Dense(units), output], loss)
    check_network(network, normal(N, M), labels_for(loss, (rows, M)), (N,))


@pytest.mark.parametrize("loss", [loss for loss in LOSSES if loss.canonical], ids=repr)
def test_dz_of_a_canonical_pair_is_da_times_the_slope(loss):
    network = gn.Network([gn.Dense(3), loss.canonical()], loss)
    assert network.graph.canonical
    Y = labels_for(loss, (3, M))
    trace = network.trace(parameters_for(network, (N,)), normal(N, M), Y)
    A, dA, dZ = trace["A1"], trace["dA1"], trace["dZ1"]
    if isinstance(loss, gn.CategoricalCrossEntropy):
        jacobian = np.einsum("km,kj->kjm", A, np.eye(3)) - np.einsum("km,jm->kjm", A, A)
        chained = np.einsum("km,kjm->jm", dA, jacobian)
    else:
        chained = dA * loss.canonical().g_prime(np, trace["Z1"], A)
    np.testing.assert_allclose(dZ, chained, rtol=0, atol=1e-12)
    if not getattr(loss, "label_smoothing", 0):
        np.testing.assert_array_equal(dZ, A - Y)
    losses = loss.each(np, A, Y).sum(axis=0, keepdims=True)
    np.testing.assert_allclose(trace["L"], losses, rtol=1e-12)
    assert trace.cost == pytest.approx(losses.mean(), rel=1e-12)


def two_layers(loss=None, penalties=()):
    return gn.Network(
        [gn.Dense(UNITS), gn.Tanh(), gn.Dense(2), gn.Sigmoid()],
        loss or gn.BinaryCrossEntropy(),
        penalties,
    )


@pytest.mark.parametrize(
    "penalties", [(gn.L2(0.7),), (gn.L1(0.3),), (gn.L1(0.3), gn.L2(0.7))], ids=repr
)
def test_penalties(penalties):
    network = two_layers(penalties=penalties)
    X, Y = normal(N, M), labels_for(network.loss, (2, M))
    check_network(network, X, Y, (N,))
    parameters = parameters_for(network, (N,))
    plain = two_layers().cost(parameters, X, Y)
    penalty = sum(
        each.strength * (np.abs(W).sum() if isinstance(each, gn.L1) else (W**2).sum() / 2)
        for each in penalties
        for W in (parameters["W1"], parameters["W2"])
    )
    assert network.cost(parameters, X, Y) == pytest.approx(plain + penalty / M, rel=1e-12)


@pytest.mark.parametrize("penalties", [(), (gn.L2(0.7),)], ids=["plain", "L2"])
@pytest.mark.parametrize("loss", [gn.BinaryCrossEntropy(), gn.SquaredError()], ids=repr)
def test_sample_weights(loss, penalties):
    network = two_layers(loss, penalties)
    X, Y = normal(N, M), labels_for(loss, (2, M))
    weights = np.array([0.5, 2.0, 0.0, 1.0, 3.0, 0.25, 1.0])
    check_network(network, X, Y, (N,), weights)


@pytest.mark.parametrize(("loss", "output"), [PAIRS[0], PAIRS[-1]], ids=repr)
def test_a_weight_counts_how_often_the_example_is_there(loss, output):
    network = gn.Network([gn.Dense(UNITS), gn.Tanh(), gn.Dense(2), output], loss)
    parameters = parameters_for(network, (N,))
    X, Y = normal(N, M), labels_for(loss, (2, M))
    times = [1, 2, 0, 1, 3, 1, 0]
    repeated = np.repeat(np.arange(M), times)
    J = network.cost(parameters, X, Y, sample_weight=times)
    assert pytest.approx(network.cost(parameters, X[:, repeated], Y[:, repeated]), rel=1e-13) == J
    gradients = network.gradients(parameters, X, Y, sample_weight=[times])
    expected = network.gradients(parameters, X[:, repeated], Y[:, repeated])
    for name, dW in expected.items():
        np.testing.assert_allclose(gradients[name], dW, rtol=1e-11, atol=1e-14)


def test_equal_weights_change_nothing():
    network = two_layers()
    parameters, X = parameters_for(network, (N,)), normal(N, M)
    Y = labels_for(network.loss, (2, M))
    sevens = network.cost(parameters, X, Y, sample_weight=np.full((1, M), 7.0))
    assert sevens == pytest.approx(network.cost(parameters, X, Y), rel=1e-15)


@pytest.mark.parametrize("leading", [(2,), (2, 11)], ids=["sequence", "image"])
@pytest.mark.parametrize(
    "loss", [gn.SquaredError(), gn.BinaryCrossEntropy(), gn.CategoricalCrossEntropy()], ids=repr
)
def test_sequences_and_images(loss, leading):
    network = gn.Network([gn.Dense(UNITS), gn.ReLU(), gn.Dense(3), loss.canonical()], loss)
    X = normal(*leading, N, M)
    check_network(network, X, labels_for(loss, (*leading, 3, M)), (*leading, N), np.arange(M) + 1)


def test_dropout_with_the_same_masks():
    network = gn.Network(
        [gn.Dense(UNITS), gn.Tanh(), gn.Dropout(0.4), gn.Dense(2)], gn.SquaredError()
    )
    X, Y = normal(N, M), normal(2, M)
    check_network(network, X, Y, (N,))
    trace = network.trace(parameters_for(network, (N,)), X, Y)
    np.testing.assert_array_equal(trace["A_kept1"], trace["A1"] * trace["D1"] / 0.6)


def test_residual_and_chain():
    network = gn.Network(
        [
            gn.Dense(UNITS),
            gn.Residual([gn.Tanh(), gn.Chain([gn.Dense(UNITS), gn.SiLU()])]),
            gn.Residual([gn.Residual([gn.Dense(UNITS), gn.Tanh()])]),
            gn.Dense(1),
        ],
        gn.SquaredError(),
    )
    check_network(network, normal(N, M), normal(1, M), (N,))


def test_a_residual_at_the_entrance():
    network = gn.Network([gn.Residual([gn.Dense(N), gn.Tanh()]), gn.Dense(1)], gn.SquaredError())
    check_network(network, normal(N, M), normal(1, M), (N,))


def test_a_trace_has_no_gradient_of_what_depends_on_no_parameter():
    network = gn.Network([gn.Residual([gn.Dense(N), gn.Tanh()]), gn.Dense(1)], gn.SquaredError())
    trace = network.trace(parameters_for(network, (N,)), normal(N, M), normal(1, M))
    assert "dA0" not in trace
    assert {"dA1", "dA_sum1", "dZ1"} <= set(trace)


@pytest.mark.parametrize(
    "twice",
    [
        gn.Residual([]),
        gn.Parallel(one=gn.Chain([]), other=gn.Chain([]), join="add"),
        gn.Parallel(one=gn.Chain([]), other=gn.Chain([]), join="concatenate"),
        gn.Ensemble([gn.Chain([]), gn.Chain([])]),
    ],
    ids=["residual", "add", "concatenate", "average"],
)
def test_one_array_joined_with_itself(twice):
    network = gn.Network([gn.Dense(UNITS), twice, gn.Dense(1)], gn.SquaredError())
    check_network(network, normal(N, M), normal(1, M), (N,))


@pytest.mark.parametrize("join", ["concatenate", "add"])
@pytest.mark.parametrize(
    "names",
    [("A_sum", "B"), ("A", "B"), ("x", "dx"), ("n", "m"), ("xp", "self"), ("A_2", "A_1")],
    ids="-".join,
)
def test_branches_may_be_called_like_arrays(names, join):
    first, second = names
    branches = {first: gn.Chain([gn.Dense(2), gn.Tanh()]), second: gn.Dense(2)}
    network = gn.Network([gn.Parallel(join=join, **branches), gn.Dense(1)], gn.SquaredError())
    X = {first: normal(N, M), second: normal(2, M)}
    check_network(network, X, normal(1, M), {first: (N,), second: (2,)})


@pytest.mark.parametrize("join", ["concatenate", "add"])
def test_branches_with_inputs_of_their_own(join):
    network = gn.Network(
        [
            gn.Parallel(
                image=gn.Chain([gn.Dense(UNITS), gn.ReLU()]),
                table=gn.Chain([gn.Dense(UNITS), gn.Tanh(), gn.Dense(UNITS)]),
                join=join,
            ),
            gn.Dense(1),
            gn.Sigmoid(),
        ],
        gn.BinaryCrossEntropy(),
    )
    X = {"image": normal(N, M), "table": normal(2, M)}
    shapes = {"image": (N,), "table": (2,)}
    check_network(network, X, labels_for(network.loss, (1, M)), shapes)


def test_branches_that_share_an_input_and_nest():
    inner = gn.Parallel(one=gn.Dense(2), other=gn.Identity(), join="concatenate")
    network = gn.Network(
        [
            gn.Dense(UNITS),
            gn.Tanh(),
            gn.Parallel(left=gn.Chain([inner, gn.Dense(3)]), right=gn.Dense(3), join="add"),
            gn.Dense(1),
        ],
        gn.SquaredError(),
        (gn.L2(0.3),),
    )
    check_network(network, normal(N, M), normal(1, M), (N,))


@pytest.mark.parametrize(
    "loss", [gn.SquaredError(), gn.BinaryCrossEntropy(), gn.CategoricalCrossEntropy()], ids=repr
)
def test_an_ensemble_trained_as_one(loss):
    small = gn.Chain([gn.Dense(3), loss.canonical()])
    large = gn.Chain([gn.Dense(UNITS), gn.Tanh(), gn.Dense(3), loss.canonical()])
    network = gn.Network([gn.Ensemble([small, large])], loss, (gn.L2(0.3),))
    check_network(network, normal(N, M), labels_for(loss, (3, M)), (N,))


@pytest.mark.parametrize("wrong", [WithoutMean(UNITS), MeanInBackward(UNITS)], ids=repr)
def test_a_wrong_layer_in_a_network_is_caught(wrong):
    network = gn.Network([gn.Dense(UNITS), gn.Tanh(), wrong], gn.SquaredError())
    with pytest.raises(AssertionError, match="is off by"):
        check_network(network, normal(N, M), normal(UNITS, M), (N,))


def test_a_wrong_slope_behind_a_loss_that_is_not_its_own_is_caught():
    network = gn.Network([gn.Dense(1), WrongSlope()], gn.SquaredError())
    with pytest.raises(AssertionError, match="is off by"):
        check_network(network, normal(N, M), normal(1, M), (N,))


def test_a_wrong_loss_is_caught():
    class Halved(gn.SquaredError):
        def dZ(self, xp, A, Y):
            return (A - Y) / 2

    network = gn.Network([gn.Dense(1), gn.Identity()], Halved())
    with pytest.raises(AssertionError, match="is off by"):
        check_network(network, normal(N, M), normal(1, M), (N,))


def convolutional():
    return gn.Network(
        [gn.Conv2D(UNITS, 2), gn.ReLU(), gn.MaxPool2D((1, 2)), gn.Flatten(), gn.Dense(2)],
        gn.SquaredError(),
        (gn.L2(0.1),),
    )


def test_a_convolution_runs_through_the_network():
    network = convolutional()
    shapes = {name: array.shape for name, array in network.initialize((3, 5, N)).items()}
    assert shapes == {
        "W1": (2, 2, UNITS, N),
        "b1": (UNITS, 1),
        "W2": (2, 2 * 2 * UNITS),
        "b2": (2, 1),
    }
    assert network.dimensions((3, 5, N))[2].output == (2, 2, UNITS, "m")
    check_network(network, normal(3, 5, N, M), normal(2, M), (3, 5, N))


def test_an_image_is_made_from_a_column():
    network = gn.Network(
        [gn.Dense(6), gn.Reshape((1, 3, 2)), gn.ConvTranspose2D(2, 2, stride=2), gn.Sigmoid()],
        gn.BinaryCrossEntropy(),
    )
    Y = labels_for(network.loss, (2, 6, 2, M))
    check_network(network, normal(N, M), Y, (N,), np.arange(M) + 1)


def test_branches_of_an_image_a_sequence_and_a_table():
    network = gn.Network(
        [
            gn.Parallel(
                image=gn.Chain([gn.Conv2D(UNITS, (2, 3)), gn.Tanh(), gn.GlobalAveragePool2D()]),
                series=gn.Chain([gn.Conv1D(3, 2, padding=(1, 0)), gn.Tanh(), gn.GlobalMaxPool1D()]),
                table=gn.Dense(2),
                join="concatenate",
            ),
            gn.Dense(1),
        ],
        gn.SquaredError(),
    )
    X = {"image": normal(3, 5, 2, M), "series": normal(5, 2, M), "table": normal(N, M)}
    check_network(network, X, normal(1, M), {name: x.shape[:-1] for name, x in X.items()})


def recurrent():
    return gn.Network(
        [gn.Dense(2), gn.SimpleRNN(UNITS), gn.SimpleRNN(3), gn.Dense(1), gn.Sigmoid()],
        gn.BinaryCrossEntropy(),
    )


def test_a_recurrent_layer_runs_through_the_network():
    network = recurrent()
    names = ["W1", "b1", "Waa2", "Wax2", "ba2", "Waa3", "Wax3", "ba3", "W4", "b4"]
    assert list(network.initialize((5, N))) == names
    Y = labels_for(network.loss, (5, 1, M))
    check_network(network, normal(5, N, M), Y, (5, N))
    assert set(network.graph.weights) == {name for name in names if name.startswith("W")}


@pytest.mark.parametrize(
    ("network", "input_shape", "output_shape"),
    [(convolutional(), (3, 5, N), (2,)), (recurrent(), (5, N), (5, 1))],
    ids=["convolution", "recurrent"],
)
def test_later_layers_learn(network, input_shape, output_shape):
    X, Y = normal(*input_shape, M), labels_for(network.loss, (*output_shape, M))
    result = gn.train(
        network, X, Y, optimizer=gn.Adam(0.02), epochs=30, batch_size=5, average=gn.EMA()
    )
    first, last = result.history["cost"][0], result.history["cost"][-1]
    assert last < 0.8 * first
    assert network.predict(result.parameters, X).shape == (*output_shape, M)
    quasi_newton = gn.train(network, X, Y, optimizer=gn.LBFGS(), epochs=10)
    assert quasi_newton.history["cost"][-1] < first


def test_an_embedding_has_no_gradient_of_its_indices():
    network = gn.Network(
        [gn.Embedding(7, 3), gn.Tanh(), gn.Dense(1)], gn.SquaredError(), (gn.L2(0.1),)
    )
    X = np.random.default_rng(3).integers(0, 7, (5, 1, M))
    check_network(network, X, normal(5, 1, M), (5, 1))


@dataclass(frozen=True)
class Rounded(Layer):
    """A layer without a gradient of what it reads."""

    shapes = "A: ... n m -> Z: ... n m"

    def forward(self, xp, A):
        return {"Z": xp.round(A)}


def test_nothing_below_a_layer_without_backward_can_learn():
    network = gn.Network([gn.Dense(1), Rounded()], gn.SquaredError())
    parameters, X = network.initialize((5, 2)), np.ones((5, 2, M))
    with pytest.raises(HyperparameterError) as caught:
        network.gradients(parameters, X, np.ones((5, 1, M)))
    assert str(caught.value) == (
        "Rounded() has no gradient of what it reads, which the layers below it need to learn.\n"
        "  expected   no layer with parameters below it\n"
        "  received   a network in which there is one\n"
        "  to fix     begin the network, or its branch, with this layer"
    )


def masked(X, mask, Y, network):
    """Inputs as admission hands them to an engine, and parameters that fit them."""
    shapes = {"A0": (*X.shape[:-1], "m"), "mask": (*mask.shape[:-1], "m")}
    random = np.random.default_rng(4)
    parameters = {
        name: random.standard_normal(shape)
        for at in dimensions(network.graph, shapes)
        for name, shape in at.parameters.items()
    }
    return parameters, Data({"A0": X, "mask": mask}, Y, None, M)


def test_a_layer_reads_a_mask_beside_what_the_layer_before_it_makes():
    network = gn.Network(
        [gn.Dense(UNITS), MaskedMean(), gn.Dense(2), gn.Identity()], gn.SquaredError()
    )
    graph = network.graph
    assert graph.sources == ("A0", "mask")
    mask = np.random.default_rng(5).integers(0, 2, (4, 1, M)).astype(float)
    mask[0] = 1
    parameters, data = masked(normal(4, N, M), mask, normal(2, M), network)
    J, arrays = Reference().trace(graph, parameters, data, None)
    assert "dmask" not in arrays
    for name, W in parameters.items():

        def cost(W, name=name):
            return Reference().cost(graph, {**parameters, name: W}, data)

        assert relative_error(arrays[f"d{name}"], differences(cost, W)) <= 1e-6
    assert pytest.approx(Reference().cost(graph, parameters, data), rel=1e-14) == J
