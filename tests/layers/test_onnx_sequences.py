"""The ONNX standard's vectors for recurrent and normalisation layers.

The standard has float32 arrays with examples in front; here the same numbers are computed with in
float64, so that what is left is the rounding of the vectors themselves.
"""

import numpy as np
import pytest
from tests.conformance import checks
from tests.onnx_vectors import vectors

import glassnet as gn


def close(ours, theirs):
    np.testing.assert_allclose(ours, theirs, rtol=2e-6, atol=2e-7)


INPUTS = {
    "RNN": "X W R B sequence_lens initial_h",
    "GRU": "X W R B sequence_lens initial_h",
    "LSTM": "X W R B sequence_lens initial_h initial_c P",
    "BatchNormalization": "X scale B input_mean input_var",
    "LayerNormalization": "X Scale B",
}


def inputs_of(vector):
    """By the standard's names, in float64; what is left out is not there."""
    given = zip(INPUTS[vector.operator].split(), vector.inputs, strict=False)
    return {name: array.astype(float) for name, array in given if array is not None}


def of(*operators):
    return pytest.mark.parametrize("vector", vectors(*operators), ids=lambda each: each.name)


def gates(inputs, letters):
    """Of each gate of the first direction: weights of the state, of the input, their biases."""
    W, R = inputs["W"][0], inputs["R"][0]
    both = inputs.get("B", np.zeros((1, 2 * len(W))))[0]
    parts = [np.split(part, len(letters)) for part in (R, W, *np.split(both, 2))]
    return {letter: tuple(part[i] for part in parts) for i, letter in enumerate(letters)}


def simple(inputs):
    R, W, *biases = gates(inputs, "a")["a"]
    return gn.SimpleRNN(len(R)), {"Waa": R, "Wax": W, "ba": sum(biases)[:, None]}


def stacked(taken):
    return {
        name: value
        for gate, (R, W, *biases) in taken.items()
        for name, value in (
            (f"W{gate}", np.concatenate([R, W], axis=1)),
            (f"b{gate}", sum(biases)[:, None]),
        )
    }


def lstm(inputs):
    taken = gates(inputs, "iofc")
    return gn.LSTM(len(taken["i"][0])), stacked(taken)


def gru(inputs):
    """The standard's z is the share of the old state, u that of the new one."""
    taken = gates(inputs, "zrc")
    taken["u"] = tuple(-part for part in taken.pop("z"))
    return gn.GRU(len(taken["c"][0])), stacked(taken)


MAKE = {"RNN": simple, "LSTM": lstm, "GRU": gru}


def test_the_vectors_are_there():
    assert len(vectors(*MAKE)) == 12


@of(*MAKE)
def test_recurrent(vector):
    inputs, examples_first = inputs_of(vector), vector.attributes.get("layout", 0)
    if "P" in inputs:
        pytest.skip("gates that look at the cell are another layer")
    assert set(vector.attributes) <= {"hidden_size", "layout"}
    assert set(inputs) <= {"X", "W", "R", "B"}
    layer, parameters = MAKE[vector.operator](inputs)
    A = np.moveaxis(inputs["X"], 0, -1) if examples_first else np.swapaxes(inputs["X"], 1, 2)
    made = checks.call(layer, "forward", {"A": A, **parameters})
    Y, Y_h = vector.outputs
    last = made["a_next"].T
    close(last[:, None] if examples_first else last[None], Y_h)
    if Y is not None:
        close(np.moveaxis(made["a"], -1, 0)[:, :, None], Y)


@of("BatchNormalization")
def test_batch_normalisation(vector):
    inputs, attributes = inputs_of(vector), dict(vector.attributes)
    training = attributes.pop("training_mode", 0)
    slots = {"gamma": "scale", "beta": "B", "mu_run": "input_mean", "var_run": "input_var"}
    arrays = {ours: inputs[theirs][:, None] for ours, theirs in slots.items()}
    arrays["A"] = np.moveaxis(inputs["X"], (0, 1), (-1, -2))
    method = "forward" if training else "predict"
    made = checks.call(gn.BatchNorm(**attributes), method, arrays)
    Y, *running = vector.outputs
    close(np.moveaxis(made["Z"], (-1, -2), (0, 1)), Y)
    assert len(running) == 2 * training
    for name, theirs in zip(("mu_run_next", "var_run_next"), running, strict=False):
        close(made[name][:, 0], theirs)


@of("LayerNormalization")
def test_layer_normalisation(vector):
    inputs, attributes = inputs_of(vector), dict(vector.attributes)
    axis = attributes.pop("axis", -1) % inputs["X"].ndim
    units = int(np.prod(inputs["X"].shape[axis:]))
    arrays = {
        "A": inputs["X"].reshape(-1, units).T,
        "gamma": inputs["Scale"].reshape(units, 1),
        "beta": inputs["B"].reshape(units, 1),
    }
    made = checks.call(gn.LayerNorm(**attributes), "forward", arrays)
    close(made["Z"].T.reshape(inputs["X"].shape), vector.outputs[0])
    close(made["mu"].ravel(), vector.outputs[1].ravel())
