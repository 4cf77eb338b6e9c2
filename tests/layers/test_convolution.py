"""Convolutions by hand, pixel by pixel, and what does not fit refused with its formula."""

import dataclasses

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.signal import correlate

import glassnet as gn
from glassnet.errors import HyperparameterError, ResourceLimitError, ShapeError
from glassnet.layers.convolution import Convolution
from glassnet.namespace import numpy_namespace as xp

KERNEL_LAYERS = [gn.Conv1D, gn.Conv2D, gn.ConvTranspose2D]


def network(*layers):
    return gn.Network(layers, gn.SquaredError())


def image(rows):
    """One image of one channel."""
    return np.array(rows, dtype=float)[:, :, None, None]


def test_a_kernel_by_hand():
    A = image([[1, 2, 3], [4, 5, 6]])
    W = np.array([[[[1.0]], [[10.0]]]])
    layer, b = gn.Conv2D(1, (1, 2)), np.array([[0.5]])
    Z = layer.forward(xp, A, W, b)["Z"]
    assert Z[..., 0, 0].tolist() == [[21.5, 32.5], [54.5, 65.5]]
    dZ = image([[1, 0], [0, 2]])
    made = layer.gradients(xp, dZ, A)
    assert made["dW"].ravel().tolist() == [1 * 1 + 2 * 5, 1 * 2 + 2 * 6]
    assert made["db"].tolist() == [[3.0]]
    back = layer.backward(xp, dZ, A, W)["dA"]
    assert back[..., 0, 0].tolist() == [[1, 10, 0], [0, 2, 20]]


@pytest.mark.parametrize("padding", ["valid", "same"])
def test_images_against_scipy(padding):
    random = np.random.default_rng(0)
    A, W = random.standard_normal((7, 11, 3, 2)), random.standard_normal((3, 5, 4, 3))
    Z = gn.Conv2D(4, (3, 5), padding=padding).forward(xp, A, W, np.zeros((4, 1)))["Z"]
    for unit, example in np.ndindex(4, 2):
        expected = sum(
            correlate(A[:, :, c, example], W[:, :, unit, c], mode=padding) for c in range(3)
        )
        np.testing.assert_allclose(Z[:, :, unit, example], expected, rtol=1e-12, atol=1e-13)


def test_pixel_by_pixel():
    layer = gn.Conv2D(4, (2, 3), stride=(2, 1), padding=((1, 0), (0, 2)), dilation=(1, 2), groups=2)
    random = np.random.default_rng(1)
    A, W = random.standard_normal((5, 7, 6, 2)), random.standard_normal((2, 3, 4, 3))
    b = random.standard_normal((4, 1))
    Z = layer.forward(xp, A, W, b)["Z"]
    padded = np.pad(A, ((1, 0), (0, 2), (0, 0), (0, 0)))
    assert Z.shape == (3, 5, 4, 2)
    for h, w, unit, example in np.ndindex(Z.shape):
        channels = slice(0, 3) if unit < 2 else slice(3, 6)
        window = padded[2 * h : 2 * h + 2, w : w + 5 : 2, channels, example]
        z = (window * W[:, :, unit]).sum() + b[unit, 0]
        assert Z[h, w, unit, example] == pytest.approx(z, rel=1e-12)


def test_a_causal_convolution_sees_nothing_later():
    layer = gn.Conv1D(2, 3, padding=(4, 0), dilation=2)
    random = np.random.default_rng(2)
    A, W = random.standard_normal((11, 3, 2)), random.standard_normal((3, 2, 3))
    Z = layer.forward(xp, A, W, np.zeros((2, 1)))["Z"]
    assert Z.shape == (11, 2, 2)
    later = np.concatenate([A[:6], random.standard_normal((5, 3, 2))])
    again = layer.forward(xp, later, W, np.zeros((2, 1)))["Z"]
    assert np.array_equal(again[:6], Z[:6])
    assert not np.any(again[6:] == Z[6:])


@st.composite
def sweeps(draw):
    size, stride, dilation = (draw(st.integers(1, 4)) for _ in range(3))
    padding = draw(
        st.sampled_from(["valid", "same"]) | st.tuples(st.integers(0, 3), st.integers(0, 3))
    )
    n = draw(st.integers(1 + dilation * (size - 1), 17))
    return gn.Conv1D(2, size, stride, padding, dilation), n


@given(sweeps())
def test_backward_is_the_adjoint_of_forward(given):
    layer, n = given
    random = np.random.default_rng(3)
    A, W = random.standard_normal((n, 3, 2)), random.standard_normal((layer.kernel_size, 2, 3))
    Z = layer.forward(xp, A, W, np.zeros((2, 1)))["Z"]
    dZ = random.standard_normal(Z.shape)
    dA = layer.backward(xp, dZ, A, W)["dA"]
    dW = layer.gradients(xp, dZ, A)["dW"]
    assert np.sum(dZ * Z) == pytest.approx(np.sum(dA * A), rel=1e-10, abs=1e-10)
    assert np.sum(dZ * Z) == pytest.approx(2 * np.sum(dW * W), rel=1e-10, abs=1e-10)
    assert Z.shape[0] == network(layer).dimensions((n, 3))[0].output[0]
    if layer.padding == "same":
        assert Z.shape[0] == -(-n // layer.stride)


def test_a_transposed_convolution_is_backward_of_a_convolution():
    random = np.random.default_rng(4)
    how = {"kernel_size": (3, 2), "stride": (2, 3), "padding": 1, "dilation": (1, 2), "groups": 2}
    there, back = gn.Conv2D(4, **how), gn.ConvTranspose2D(6, **how)
    A, W = random.standard_normal((5, 7, 4, 3)), random.standard_normal((3, 2, 4, 3))
    large = np.zeros((*network(back).dimensions((5, 7, 4))[0].output[:-1], 3))
    turned = np.concatenate([np.swapaxes(W[:, :, :2], 2, 3), np.swapaxes(W[:, :, 2:], 2, 3)], 2)
    np.testing.assert_allclose(
        back.forward(xp, A, turned, np.zeros((6, 1)))["Z"],
        there.backward(xp, A, large, W)["dA"],
        rtol=1e-12,
    )


def test_data_may_lie_in_any_order_in_memory():
    random = np.random.default_rng(5)
    examples_first = random.standard_normal((3, 7, 5, 2))
    A = np.moveaxis(examples_first, 0, -1)
    W, b = random.standard_normal((3, 2, 4, 2)), np.ones((4, 1))
    layer = gn.Conv2D(4, (3, 2))
    there = layer.forward(xp, A, W, b)["Z"]
    assert np.array_equal(there, layer.forward(xp, np.ascontiguousarray(A), W, b)["Z"])


@pytest.mark.row(61)
@pytest.mark.parametrize(
    ("layer", "shape", "formula"),
    [
        (gn.Conv2D(2, 5), (7, 3, 1), "W_out|floor((3 + 0 + 0 − 1·(5 − 1) − 1)/1) + 1 = −1"),
        (gn.Conv2D(2, 3, padding=1, dilation=5), (7, 11, 1), "H_out|((7 + 1 + 1 − 5·(3 − 1) −"),
        (gn.Conv1D(2, 3, stride=4, dilation=6), (11, 1), "T_out|((11 + 0 + 0 − 6·(3 − 1) − 1)/4)"),
    ],
)
def test_a_kernel_larger_than_the_image(layer, shape, formula):
    axis, numbers = formula.split("|")
    with pytest.raises(ShapeError) as caught:
        network(layer).initialize(shape)
    assert numbers in caught.value.expected
    assert caught.value.expected.startswith(f"{axis} = floor((")


@pytest.mark.row(61)
def test_the_whole_text_of_a_kernel_too_large():
    with pytest.raises(ShapeError) as caught:
        network(gn.Dense(3), gn.Conv2D(2, (5, 3), padding=((1, 0), (0, 0)))).initialize((3, 7, 1))
    assert str(caught.value) == (
        "layer 2 of 2, Conv2D(units=2, kernel_size=(5, 3), stride=1, padding=((1, 0), (0, 0)), "
        "dilation=1, groups=1) can make nothing of Z[1] (3, 7, 3, m).\n"
        "  equation   Z[2] = Σₒ W[2][o] seen(Z[1], o) + b[2]\n"
        "  expected   H_out = floor((H + p + p′ − d(k − 1) − 1)/s) + 1 of at least 1, not "
        "floor((3 + 1 + 0 − 1·(5 − 1) − 1)/1) + 1 = 0\n"
        "  received   Z[1] (3, 7, 3, m)\n"
        "  to fix     use a kernel of at most 4 along H, padding, or data with H of at least 4"
    )


@pytest.mark.row(61)
@pytest.mark.parametrize(
    ("layer", "n", "k"),
    [(gn.Conv1D(2, 4, padding=(1, 0)), 3, 3), (gn.Conv1D(2, 3, dilation=2), 5, 2)],
)
def test_the_fix_of_a_kernel_too_large_is_right(layer, n, k):
    network(layer).initialize((n, 1))
    told = f"kernel of at most {k} along T, padding, or data with T of at least {n}"
    with pytest.raises(ShapeError, match=told):
        network(layer).initialize((n - 1, 1))
    network(dataclasses.replace(layer, kernel_size=k)).initialize((n - 1, 1))


@pytest.mark.row(61)
def test_a_transposed_convolution_cut_off_by_its_padding():
    with pytest.raises(ShapeError) as caught:
        network(gn.ConvTranspose2D(2, (2, 3), stride=2, padding=(3, 0))).initialize((2, 7, 1))
    assert caught.value.expected == (
        "H_out = (H − 1)s + d(k − 1) + 1 − p − p′ of at least 1, not "
        "(2 − 1)·2 + 1·(2 − 1) + 1 − 3 − 3 = −2"
    )


@pytest.mark.row(62)
@pytest.mark.parametrize("kind", KERNEL_LAYERS)
@pytest.mark.parametrize(
    ("field", "wrong"),
    [
        *[("stride", wrong) for wrong in (0, -1, 2.5, True, "1", (), (1, 2, 3), None)],
        *[("dilation", wrong) for wrong in (0, (1, 0), None)],
        *[("groups", wrong) for wrong in (0, -2, (1, 1))],
        *[("padding", wrong) for wrong in (-1, (-1, 0), ((1, -1), (0, 0)), "full", 0.5, True)],
        *[("kernel_size", wrong) for wrong in (0, (3, 0), (3, 3, 3), "3")],
    ],
)
def test_fields_outside_their_domain(kind, field, wrong):
    fields = {"units": 4, "kernel_size": 3, field: wrong}
    with pytest.raises(HyperparameterError, match=f"The '{field}' parameter of {kind.__name__}"):
        kind(**fields)


@pytest.mark.row(62)
@pytest.mark.parametrize("kind", KERNEL_LAYERS)
def test_groups_must_divide_units_and_channels(kind):
    with pytest.raises(HyperparameterError) as caught:
        kind(10, 3, groups=4)
    assert caught.value.what == (
        f"The 'groups' parameter of {kind.__name__} must divide 'units'. Got groups=4 and 10 units."
    )
    assert caught.value.fix == "pass groups=2"
    shape = (5, 5, 6)[-1 - len(kind(4, 3).axes) :]
    with pytest.raises(HyperparameterError) as caught:
        network(kind(8, 3, groups=4)).initialize(shape)
    assert "must divide the units of what it reads. Got groups=4 and 6 units." in str(caught.value)


@pytest.mark.row(60)
def test_a_kernel_of_another_shape_is_refused():
    deep = network(gn.Conv2D(4, 3, groups=2))
    start = deep.initialize((5, 5, 6))
    assert start["W1"].shape == (3, 3, 4, 3)
    X = np.ones((5, 5, 6, 2))
    for shape in ((3, 3, 4, 6), (2, 3, 4, 3), (3, 4, 3)):
        with pytest.raises(ShapeError, match=r"W(\[1\])? "):
            deep.predict({**start, "W1": np.ones(shape)}, X)


@pytest.mark.row(66)
def test_sizes_that_no_machine_holds():
    with pytest.raises(ResourceLimitError, match="Drawing the parameters needs"):
        network(gn.Conv2D(2**31, (2**16, 2**16), padding="same")).initialize((5, 5, 1))
    huge = network(gn.ConvTranspose2D(1, 1, stride=2**31))
    start, X = huge.initialize((2, 2, 1)), np.ones((2, 2, 1, 3))
    for run in (huge.predict, huge.trace):
        with pytest.raises(ResourceLimitError, match="The forward pass needs"):
            run(start, X)


def test_a_stride_beyond_the_image_costs_nothing():
    layer = gn.Conv2D(1, 2, stride=10**12)
    A, W = np.ones((3, 3, 1, 1)), np.ones((2, 2, 1, 1))
    Z = layer.forward(xp, A, W, np.zeros((1, 1)))["Z"]
    assert Z.tolist() == [[[[4.0]]]]
    assert layer.backward(xp, Z, A, W)["dA"][..., 0, 0].tolist() == [
        [4, 4, 0],
        [4, 4, 0],
        [0, 0, 0],
    ]


def test_the_equations_belong_to_one_class():
    assert gn.Conv1D.forward is gn.Conv2D.forward is Convolution.forward
