"""The ONNX standard's vectors for recurrent and normalisation layers.

The standard has float32 arrays with examples in front; here the same numbers are computed with in
float64, so that what is left is the rounding of the vectors themselves.
"""

import numpy as np
import pytest
from tests.conformance import checks
from tests.onnx_vectors import names, vector

import glassnet as gn


def close(ours, theirs):
    np.testing.assert_allclose(ours, theirs, rtol=2e-6, atol=2e-7)


def wide(arrays):
    return {name: array.astype(float) for name, array in arrays.items()}


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


RECURRENT = {
    **dict.fromkeys((*names("test_simple_rnn"), *names("test_rnn")), simple),
    **dict.fromkeys(names("test_lstm"), lstm),
    **dict.fromkeys(names("test_gru"), gru),
}
# Gates that look at the cell are another layer.
del RECURRENT["test_lstm_with_peepholes"]


def test_the_vectors_are_there():
    assert len(RECURRENT) == 11


@pytest.mark.parametrize("name", RECURRENT)
def test_recurrent(name):
    given = vector(name)
    inputs, examples_first = wide(given.inputs), given.attributes.get("layout", 0)
    assert set(given.attributes) <= {"hidden_size", "layout"}
    assert set(inputs) <= {"X", "W", "R", "B"}
    layer, parameters = RECURRENT[name](inputs)
    A = np.moveaxis(inputs["X"], 0, -1) if examples_first else np.swapaxes(inputs["X"], 1, 2)
    made = checks.call(layer, "forward", {"A": A, **parameters})
    assert set(given.outputs) <= {"Y", "Y_h"}
    last = made["a_next"].T
    close(last[:, None] if examples_first else last[None], given.outputs["Y_h"])
    if "Y" in given.outputs:
        close(np.moveaxis(made["a"], -1, 0)[:, :, None], given.outputs["Y"])


@pytest.mark.parametrize("name", names("test_batchnorm"))
def test_batch_normalisation(name):
    given = vector(name)
    inputs, training = wide(given.inputs), given.attributes.pop("training_mode", 0)
    layer = gn.BatchNorm(**given.attributes)
    slots = {"gamma": "scale", "beta": "B", "mu_run": "input_mean", "var_run": "input_var"}
    arrays = {ours: inputs[theirs][:, None] for ours, theirs in slots.items()}
    arrays["A"] = np.moveaxis(inputs["X"], (0, 1), (-1, -2))
    made = checks.call(layer, "forward" if training else "predict", arrays)
    close(np.moveaxis(made["Z"], (-1, -2), (0, 1)), given.outputs["Y"])
    if training:
        close(made["mu_run_next"][:, 0], given.outputs["running_mean"])
        close(made["var_run_next"][:, 0], given.outputs["running_var"])


@pytest.mark.parametrize("name", names("test_layer_normalization"))
def test_layer_normalisation(name):
    given = vector(name)
    inputs, axis = wide(given.inputs), given.attributes.pop("axis", -1)
    axis %= inputs["X"].ndim
    units = int(np.prod(inputs["X"].shape[axis:]))
    made = checks.call(
        gn.LayerNorm(**given.attributes),
        "forward",
        {
            "A": inputs["X"].reshape(-1, units).T,
            "gamma": inputs["Scale"].reshape(units, 1),
            "beta": inputs["B"].reshape(units, 1),
        },
    )
    close(made["Z"].T.reshape(inputs["X"].shape), given.outputs["Y"])
    close(made["mu"].ravel(), given.outputs["Mean"].ravel())
