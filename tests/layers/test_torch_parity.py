"""Forward and backward equal PyTorch's, in float64; skipped where PyTorch is not installed."""

import numpy as np
import pytest

import glassnet as gn
from glassnet.dimensions import dimensions
from glassnet.graph import Graph
from glassnet.namespace import numpy_namespace as xp

torch = pytest.importorskip("torch")
functional = torch.nn.functional

M, RTOL = 7, 1e-10


def check(layer, shape, theirs):
    """`theirs` takes PyTorch's A, and W and b where the layer has them, and makes its output.

    PyTorch has (m, channels, *places) where glassnet has (*places, channels, m).
    """
    random = np.random.default_rng(0)
    (at,) = dimensions(Graph.of([layer], gn.SquaredError()), {"A0": (*shape, M)})
    # Whole numbers: many of them are equal, and all sums are exact in any order.
    A = random.integers(-3, 4, (*shape, M)).astype(float)
    parameters = {name[0]: random.standard_normal(size) for name, size in at.parameters.items()}
    values = {"A": A, **parameters}
    made = layer.forward(xp, **values)
    (output,) = made
    start = random.standard_normal(made[output].shape)
    values |= made | {f"d{output}": start}

    given = {
        name: torch.tensor(swapped(name, a), requires_grad=True)
        for name, a in {"A": A, **parameters}.items()
    }
    expected = theirs(**given)
    expected.backward(torch.tensor(swapped("A", start)))

    close(swapped("A", made[output]), expected)
    node = at.node
    gradients = node.call("gradients", xp, {node.name(k): v for k, v in values.items()})
    back = node.call("backward", xp, {node.name(k): v for k, v in values.items()})
    close(swapped("A", back["dA0"]), given["A"].grad)
    for name in parameters:
        close(M * swapped(name, gradients[f"d{name}1"]), given[name].grad)


def swapped(name, array):
    """As PyTorch has it: examples first, then channels; W (n_C, n_C_prev, *kernel); b (n_C,)."""
    if name == "b":
        return array[:, 0]
    if name == "W":
        return np.moveaxis(array, (-2, -1), (0, 1))
    return np.moveaxis(array, (-1, -2), (0, 1))


def close(ours, theirs):
    np.testing.assert_allclose(ours, theirs.detach().numpy(), rtol=RTOL, atol=1e-12)


KERNELS = [
    {"kernel_size": (3, 2)},
    {"kernel_size": (2, 3), "stride": 2},
    {"kernel_size": (3, 3), "stride": (2, 3), "padding": (1, 2)},
    {"kernel_size": (2, 3), "padding": 1, "dilation": (3, 2)},
    {"kernel_size": (3, 2), "stride": (3, 1), "padding": (2, 1), "dilation": 2, "groups": 2},
    {"kernel_size": (1, 5), "stride": (5, 2), "groups": 4},
]


def their_way(how):
    """The fields as PyTorch's functions call them."""
    return {name: value for name, value in how.items() if name != "kernel_size"}


@pytest.mark.parametrize("how", KERNELS, ids=str)
def test_conv2d(how):
    check(
        gn.Conv2D(8, **how),
        (11, 13, 4),
        lambda A, W, b: functional.conv2d(A, W, b, **their_way(how)),
    )


@pytest.mark.parametrize("how", KERNELS, ids=str)
def test_conv1d(how):
    line = {name: value[1] if isinstance(value, tuple) else value for name, value in how.items()}
    check(
        gn.Conv1D(8, **line), (13, 4), lambda A, W, b: functional.conv1d(A, W, b, **their_way(line))
    )


@pytest.mark.filterwarnings("ignore:Using padding='same'")  # it copies, which is its matter
@pytest.mark.parametrize("kernel_size", [(3, 5), (2, 4), (4, 3)])
@pytest.mark.parametrize("dilation", [1, 2])
def test_same_padding(kernel_size, dilation):
    layer = gn.Conv2D(3, kernel_size, padding="same", dilation=dilation)

    def theirs(A, W, b):
        return functional.conv2d(A, W, b, padding="same", dilation=dilation)

    check(layer, (5, 7, 2), theirs)


def transposed(W, groups):
    """W of a transposed convolution as PyTorch has it: (n_C_prev, n_C/groups, *kernel)."""
    units, n, *kernel = W.shape
    blocks = W.reshape(groups, units // groups, n, *kernel).transpose(1, 2)
    return blocks.reshape(groups * n, units // groups, *kernel)


@pytest.mark.parametrize("how", KERNELS, ids=str)
def test_conv_transpose2d(how):
    groups = how.get("groups", 1)
    check(
        gn.ConvTranspose2D(8, **how),
        (5, 7, 4),
        lambda A, W, b: functional.conv_transpose2d(A, transposed(W, groups), b, **their_way(how)),
    )


WINDOWS = [(2, None, 0), (3, 2, 0), (3, 1, 1), ((2, 5), (3, 2), (1, 2)), ((3, 1), (1, 3), 0)]


@pytest.mark.parametrize("window", WINDOWS, ids=str)
def test_max_pool2d(window):
    size, stride, padding = window
    if padding == 0:
        padding = "valid"
    check(
        gn.MaxPool2D(size, stride, padding),
        (11, 13, 3),
        lambda A: functional.max_pool2d(A, size, stride, 0 if padding == "valid" else padding),
    )


@pytest.mark.parametrize("window", WINDOWS, ids=str)
def test_average_pool2d(window):
    size, stride, padding = window
    check(
        gn.AveragePool2D(size, stride, padding),
        (11, 13, 3),
        lambda A: functional.avg_pool2d(A, size, stride, padding, count_include_pad=False),
    )


@pytest.mark.parametrize("window", [(2, None, 0), (3, 2, 1), (5, 1, 2)], ids=str)
def test_pools_of_sequences(window):
    size, stride, padding = window
    check(gn.MaxPool1D(*window), (13, 3), lambda A: functional.max_pool1d(A, *window))
    check(
        gn.AveragePool1D(*window),
        (13, 3),
        lambda A: functional.avg_pool1d(A, size, stride, padding, count_include_pad=False),
    )


def test_global_pools():
    check(
        gn.GlobalMaxPool2D(),
        (5, 3, 2),
        lambda A: functional.adaptive_max_pool2d(A, 1)[..., 0, 0],
    )
    check(gn.GlobalMaxPool1D(), (5, 2), lambda A: functional.adaptive_max_pool1d(A, 1)[..., 0])
    check(gn.GlobalAveragePool2D(), (5, 3, 2), lambda A: A.mean(dim=(-2, -1)))
    check(gn.GlobalAveragePool1D(), (5, 2), lambda A: A.mean(dim=-1))


def test_a_network_of_all_of_them():
    layers = [
        *(gn.Conv2D(4, 3, padding="same"), gn.ReLU(), gn.MaxPool2D(2)),
        *(gn.Conv2D(6, (3, 2), groups=2), gn.Tanh(), gn.AveragePool2D(2, 1)),
        *(gn.Flatten(), gn.Dense(5), gn.Softmax()),
    ]
    network = gn.Network(layers, gn.CategoricalCrossEntropy())
    random = np.random.default_rng(1)
    X = random.standard_normal((11, 13, 3, M))
    Y = np.eye(5)[random.integers(0, 5, M)].T
    parameters = network.initialize(X.shape[:-1], seed=2)
    given = {k: torch.tensor(v, requires_grad=True) for k, v in parameters.items()}

    def kernel(W):
        return W.permute(2, 3, 0, 1)

    A = torch.tensor(swapped("A", X))
    A = functional.conv2d(A, kernel(given["W1"]), given["b1"][:, 0], padding="same")
    A = functional.max_pool2d(torch.relu(A), 2)
    A = torch.tanh(functional.conv2d(A, kernel(given["W2"]), given["b2"][:, 0], groups=2))
    A = functional.avg_pool2d(A, 2, 1).permute(2, 3, 1, 0).reshape(-1, M)
    Z = given["W3"] @ A + given["b3"]
    J = functional.cross_entropy(Z.T, torch.tensor(Y.argmax(axis=0)))
    J.backward()
    assert network.cost(parameters, X, Y) == pytest.approx(float(J.detach()), rel=RTOL)
    for name, dW in network.gradients(parameters, X, Y).items():
        np.testing.assert_allclose(dW, given[name[1:]].grad.numpy(), rtol=RTOL, atol=1e-13)
