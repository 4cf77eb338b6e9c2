"""The ONNX standard's vectors for convolution, pooling and reshaping; none is skipped silently.

ONNX has (m, channels, *places), as PyTorch; W is (n_C, n_C_prev/groups, *kernel), and that of a
transposed convolution (n_C_prev, n_C/groups, *kernel).
"""

import numpy as np
import pytest
from tests.onnx_vectors import vectors

import glassnet as gn
from glassnet.namespace import numpy_namespace as xp

CONVOLUTIONS = vectors("Conv", "ConvTranspose")
POOLS = vectors("MaxPool", "AveragePool", "GlobalMaxPool", "GlobalAveragePool")
SHAPES = vectors("Flatten", "Reshape")

THREE_AXES = "a volume: there are layers for one and two axes"
COUNTED = "padding counts in the mean; here it never does"
DILATED = "a window with gaps; pooling has none here"
LARGER = "the result is larger by an output_padding, which there is not"
EXAMPLES_MIXED = "examples and their values change places, which no layer may do"
NOT_HERE = {
    "convtranspose_1d": "a transposed convolution of sequences, which there is not",
    "convtranspose_3d": THREE_AXES,
    "convtranspose_kernel_shape": LARGER,
    "convtranspose_output_shape": LARGER,
    "convtranspose_pad": LARGER,
    "averagepool_2d_ceil_last_window_starts_on_pad": COUNTED,
    "averagepool_2d_pads_count_include_pad": COUNTED,
    "averagepool_2d_precomputed_pads_count_include_pad": COUNTED,
    "averagepool_2d_dilations": DILATED,
    "averagepool_3d_default": THREE_AXES,
    "averagepool_3d_dilations_large_count_include_pad_is_0_ceil_mode_is_False": THREE_AXES,
    "averagepool_3d_dilations_large_count_include_pad_is_0_ceil_mode_is_True": THREE_AXES,
    "averagepool_3d_dilations_large_count_include_pad_is_1_ceil_mode_is_False": THREE_AXES,
    "averagepool_3d_dilations_large_count_include_pad_is_1_ceil_mode_is_True": THREE_AXES,
    "averagepool_3d_dilations_small": THREE_AXES,
    "maxpool_2d_dilations": DILATED,
    "maxpool_3d_default": THREE_AXES,
    "maxpool_3d_dilations": THREE_AXES,
    "maxpool_3d_dilations_use_ref_impl": THREE_AXES,
    "maxpool_3d_dilations_use_ref_impl_large": THREE_AXES,
    "flatten_axis0": EXAMPLES_MIXED,
    "flatten_axis2": EXAMPLES_MIXED,
    "flatten_axis3": EXAMPLES_MIXED,
    "flatten_negative_axis1": EXAMPLES_MIXED,
    "flatten_negative_axis2": EXAMPLES_MIXED,
    "flatten_negative_axis4": EXAMPLES_MIXED,
    "reshape_allowzero_reordered": "arrays without a value",
    "reshape_negative_extended_dims": EXAMPLES_MIXED,
    "reshape_one_dim": EXAMPLES_MIXED,
    "reshape_reordered_all_dims": EXAMPLES_MIXED,
}
ALL = (*CONVOLUTIONS, *POOLS, *SHAPES)


def here(found):
    return [pytest.param(vector, id=vector.name) for vector in found if vector.name not in NOT_HERE]


def test_every_vector_is_run_or_listed():
    assert len(CONVOLUTIONS) == 17
    assert len(POOLS) == 43
    assert len(SHAPES) == 19
    assert set(NOT_HERE) < {vector.name for vector in ALL}


def ours(array):
    """(m, channels, *places) → (*places, channels, m)."""
    return np.moveaxis(array, (0, 1), (-1, -2))


def padding(vector, places, kernel, strides, dilations):
    """The pairs (before, after) that auto_pad, pads and ceil_mode amount to."""
    how, pads = vector.attributes.get("auto_pad", "NOTSET"), vector.attributes.get("pads")
    pairs = []
    for axis, (n, k, s, d) in enumerate(zip(places, kernel, strides, dilations, strict=True)):
        before = pads[axis] if pads else 0
        after = pads[axis + len(places)] if pads else 0
        if how == "SAME_LOWER":
            both = max((-(-n // s) - 1) * s + d * (k - 1) + 1 - n, 0)
            before, after = both - both // 2, both // 2
        if vector.attributes.get("ceil_mode"):
            over = (n + before + after - d * (k - 1) - 1) % s
            # A last window that would begin behind the data is left out.
            reaches = n + before + after - over - d * (k - 1) - 1 + s < n + before
            after += (s - over) % s if reaches else 0
        pairs.append((before, after))
    if how == "SAME_UPPER":
        return "same"
    return pairs[0] if len(pairs) == 1 else tuple(pairs)


def window(vector, places, kernel):
    axes = len(places)
    strides = tuple(vector.attributes.get("strides", [1] * axes))
    dilations = tuple(vector.attributes.get("dilations", [1] * axes))
    pads = padding(vector, places, kernel, strides, dilations)
    single = axes == 1
    return {
        "kernel_size": kernel[0] if single else tuple(kernel),
        "stride": strides[0] if single else strides,
        "padding": pads,
    }, dilations


@pytest.mark.parametrize("vector", here(CONVOLUTIONS))
def test_convolutions(vector):
    X, W, *bias = vector.inputs
    assert len(bias) == 0
    groups = vector.attributes.get("group", 1)
    how, dilations = window(vector, X.shape[2:], W.shape[2:])
    if vector.operator == "Conv":
        units, kernel = W.shape[0], np.moveaxis(W, (0, 1), (-2, -1))
        layer = gn.Conv2D(units, **how, dilation=dilations, groups=groups)
    else:
        blocks = np.split(W, groups)  # each (n_C_prev/groups, n_C/groups, *kernel)
        kernel = np.concatenate([np.moveaxis(each, (0, 1), (-1, -2)) for each in blocks], axis=-2)
        units = kernel.shape[-2]
        layer = gn.ConvTranspose2D(units, **how, dilation=dilations, groups=groups)
    Z = layer.forward(xp, ours(X), kernel, np.zeros((units, 1), X.dtype))["Z"]
    assert Z.dtype == np.float32
    np.testing.assert_allclose(Z, ours(vector.outputs[0]), rtol=1e-6)


@pytest.mark.parametrize("vector", here(POOLS))
def test_pools(vector):
    (X,) = vector.inputs
    A = ours(X).astype(np.float64)
    if vector.operator.startswith("Global"):
        layer = getattr(gn, f"{vector.operator}2D")()
        expected = np.moveaxis(vector.outputs[0][..., 0, 0], 0, -1)
    else:
        how, dilations = window(vector, X.shape[2:], vector.attributes["kernel_shape"])
        assert set(dilations) == {1}
        assert not vector.attributes.get("count_include_pad")
        layer = getattr(gn, f"{vector.operator}{len(dilations)}D")(**how)
        expected = ours(vector.outputs[0])  # where a second output is, it has only indices
    np.testing.assert_allclose(layer.forward(xp, A)["A_pool"], expected, rtol=1e-6, atol=1e-7)


@pytest.mark.parametrize("vector", here(SHAPES))
def test_shapes(vector):
    X, expected = np.moveaxis(vector.inputs[0], 0, -1), np.moveaxis(vector.outputs[0], 0, -1)
    layer = gn.Flatten() if vector.operator == "Flatten" else gn.Reshape(expected.shape[:-1])
    (made,) = layer.forward(xp, X).values()
    assert np.array_equal(made, expected)
