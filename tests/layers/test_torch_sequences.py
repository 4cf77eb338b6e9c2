"""Forward and backward equal PyTorch's, in float64; skipped where PyTorch is not installed.

PyTorch has sequences (T, m, n) where glassnet has (T, n, m), rows for the gates that glassnet
names one by one, and two biases where glassnet has their sum.
"""

import numpy as np
import pytest
from tests.conformance import checks

import glassnet as gn

torch = pytest.importorskip("torch")
nn = torch.nn

T, M, N, UNITS = 11, 7, 3, 5
RTOL, ATOL = 1e-10, 1e-12
RANDOM = np.random.default_rng(0)
A = RANDOM.standard_normal((T, N, M))
LENGTHS = np.array([11, 1, 4, 7, 3, 10, 2])
MASK = (np.arange(T)[:, None, None] < LENGTHS).astype(int)


def close(ours, theirs):
    theirs = theirs.detach().numpy() if isinstance(theirs, torch.Tensor) else theirs
    np.testing.assert_allclose(ours, theirs, rtol=RTOL, atol=ATOL)


def tensor(array):
    return torch.tensor(np.ascontiguousarray(array), requires_grad=array.dtype.kind == "f")


def swapped(array):
    return np.swapaxes(array, -1, -2)


def recurrent_module(kind, **how):
    torch.manual_seed(0)
    return kind(N, UNITS, dtype=torch.float64, **how)


def rows(module, suffix, gates):
    """Of each gate: the weights of the state, those of the input, and its two biases."""
    parts = [getattr(module, f"{name}_l0{suffix}") for name in NAMES]
    return {
        gate: tuple(part.chunk(len(gates))[i] for part in parts) for i, gate in enumerate(gates)
    }


NAMES = ("weight_hh", "weight_ih", "bias_hh", "bias_ih")


def simple(take):
    hh, ih, bh, bi = take["a"]
    return {"Waa": hh, "Wax": ih, "ba": (bh + bi)[:, None]}


def lstm(take):
    return {
        name: value
        for gate, (hh, ih, bh, bi) in take.items()
        for name, value in (
            (f"W{gate}", torch.cat([hh, ih], 1)),
            (f"b{gate}", (bh + bi)[:, None]),
        )
    }


def gru(take):
    """PyTorch's z is the share of the old state, u that of the new one: σ(−x) = 1 − σ(x)."""
    parts = lstm({"r": take["r"], "u": tuple(-part for part in take["z"])})
    hh, ih, bh, bi = take["n"]
    return parts | {"Wca": hh, "bca": bh[:, None], "Wcx": ih, "bc": bi[:, None]}


KINDS = {
    "tanh": (gn.SimpleRNN, {}, nn.RNN, {}, "a", simple),
    "relu": (
        gn.SimpleRNN,
        {"activation": gn.ReLU()},
        nn.RNN,
        {"nonlinearity": "relu"},
        "a",
        simple,
    ),
    "lstm": (gn.LSTM, {}, nn.LSTM, {}, "ifco", lstm),
    "gru": (gn.ResetAfterGRU, {}, nn.GRU, {}, "rzn", gru),
}
each_kind = pytest.mark.parametrize("kind", KINDS)


class Pair:
    """A layer of glassnet and PyTorch's, with the same parameters."""

    def __init__(self, kind, suffix="", module=None, **form):
        make, own, theirs, how, gates, named = KINDS[kind]
        self.layer = make(UNITS, **own, **form)
        self.module = module or recurrent_module(theirs, **how)
        self.tensors = named(rows(self.module, suffix, gates))
        self.parameters = {name: each.detach().numpy() for name, each in self.tensors.items()}

    def both_ways(self, arrays, dOut, output="a"):
        return checks.both_ways(self.layer, {**arrays, **self.parameters}, {f"d{output}": dOut})

    def check_gradients(self, values, suffix=""):
        """What the chain rule makes of dW here is what PyTorch has for its own rows."""
        theirs = {name: getattr(self.module, f"{name}_l0{suffix}").grad for name in NAMES}
        ours = sum(
            (self.tensors[name] * torch.tensor(M * values[f"d{name}"])).sum()
            for name in self.tensors
        )
        leaves = [getattr(self.module, f"{name}_l0{suffix}") for name in NAMES]
        for name, gradient in zip(NAMES, torch.autograd.grad(ours, leaves), strict=True):
            close(gradient.numpy(), theirs[name])


@each_kind
def test_sequences_that_go_on_from_a_state(kind):
    pair = Pair(kind)
    dOut = RANDOM.standard_normal((T, UNITS, M))
    states = {f"{x}_prev": RANDOM.standard_normal((UNITS, M)) for x in pair.layer.states()}
    values = pair.both_ways({"A": A, **states}, dOut)
    x, begun = tensor(swapped(A)), [tensor(swapped(each)[None]) for each in states.values()]
    out, after = pair.module(x, tuple(begun) if kind == "lstm" else begun[0])
    out.backward(tensor(swapped(dOut)))
    close(swapped(values["a"]), out)
    close(swapped(values["dA"]), x.grad)
    pair.check_gradients(values)
    for state, theirs in zip(
        pair.layer.states(), after if kind == "lstm" else [after], strict=True
    ):
        close(swapped(values[f"{state}_next"]), theirs[0])


@each_kind
def test_the_last_state_of_sequences_of_different_lengths(kind):
    pair = Pair(kind, masked=True, last=True)
    dOut = RANDOM.standard_normal((UNITS, M))
    values = pair.both_ways({"A": A, "mask": MASK}, dOut, "a_next")
    x = tensor(swapped(A))
    packed = nn.utils.rnn.pack_padded_sequence(x, LENGTHS, enforce_sorted=False)
    _, after = pair.module(packed)
    last = (after[0] if kind == "lstm" else after)[0]
    last.backward(tensor(swapped(dOut)))
    close(swapped(values["a_next"]), last)
    close(swapped(values["dA"]), x.grad)
    pair.check_gradients(values)


@each_kind
def test_both_directions_of_sequences_of_different_lengths(kind):
    module = recurrent_module(KINDS[kind][2], bidirectional=True, **KINDS[kind][3])
    pairs = [
        Pair(kind, suffix, module, masked=True, reverse=bool(suffix)) for suffix in ("", "_reverse")
    ]
    dOut = RANDOM.standard_normal((T, 2 * UNITS, M)) * MASK
    halves = np.split(dOut, 2, axis=1)
    both = [
        pair.both_ways({"A": A, "mask": MASK}, half)
        for pair, half in zip(pairs, halves, strict=True)
    ]
    x = tensor(swapped(A))
    packed = nn.utils.rnn.pack_padded_sequence(x, LENGTHS, enforce_sorted=False)
    out, _ = nn.utils.rnn.pad_packed_sequence(module(packed)[0])
    out.backward(tensor(swapped(dOut)))
    close(swapped(np.concatenate([each["a"] for each in both], axis=1) * MASK), out)
    close(swapped(sum(each["dA"] for each in both)), x.grad)
    for pair, values, suffix in zip(pairs, both, ("", "_reverse"), strict=True):
        pair.check_gradients(values, suffix)


@each_kind
@pytest.mark.parametrize("steps", [1, 3, 4])
def test_truncated_back_propagation_is_a_state_without_gradient(kind, steps):
    pair = Pair(kind, truncate=steps)
    dOut = RANDOM.standard_normal((T, UNITS, M))
    values = pair.both_ways({"A": A}, dOut)
    x, state, outs = tensor(swapped(A)), None, []
    for piece in x.split(steps):
        out, state = pair.module(piece, state)
        outs.append(out)
        state = tuple(each.detach() for each in state) if kind == "lstm" else state.detach()
    torch.cat(outs).backward(tensor(swapped(dOut)))
    close(swapped(values["a"]), torch.cat(outs))
    close(swapped(values["dA"]), x.grad)
    pair.check_gradients(values)


def test_a_truncation_longer_than_the_sequence_is_none():
    dOut = RANDOM.standard_normal((T, UNITS, M))
    whole, cut = (Pair("gru", truncate=k).both_ways({"A": A}, dOut) for k in (None, T))
    np.testing.assert_array_equal(whole["dA"], cut["dA"])


def test_the_reset_gate_in_front_by_autograd():
    """PyTorch has no such layer: its automatic derivative of the published equations."""
    layer = gn.GRU(UNITS)
    arrays = checks.arrays_for(layer, ()) | {"A": A}
    dOut = RANDOM.standard_normal((T, UNITS, M))
    values = checks.both_ways(layer, arrays, {"da": dOut})
    p = {name: tensor(array) for name, array in arrays.items()}
    a, outs = p["a_prev"], []
    for x in p["A"]:
        z = torch.sigmoid(-(p["Wu"] @ torch.cat([a, x]) + p["bu"]))
        r = torch.sigmoid(p["Wr"] @ torch.cat([a, x]) + p["br"])
        n = torch.tanh(p["Wc"] @ torch.cat([r * a, x]) + p["bc"])
        a = z * a + (1 - z) * n
        outs.append(a)
    out = torch.stack(outs)
    out.backward(tensor(dOut))
    close(values["a"], out)
    close(values["dA"], p["A"].grad)
    for name in layer.initializers():
        close(M * values[f"d{name}"], p[name].grad)


@pytest.mark.parametrize("leading", [(), (T,), (2, T)], ids=["table", "sequence", "image"])
def test_batch_normalisation(leading):
    layer = gn.BatchNorm(momentum=0.8, epsilon=0.01)
    arrays = checks.arrays_for(layer, leading)
    values = checks.both_ways(layer, arrays)
    kind = (nn.BatchNorm1d, nn.BatchNorm1d, nn.BatchNorm2d)[len(leading)]
    n = arrays["A"].shape[-2]
    module = kind(n, eps=0.01, momentum=0.2, dtype=torch.float64)
    for name, theirs in (
        ("gamma", module.weight),
        ("beta", module.bias),
        ("mu_run", module.running_mean),
        ("var_run", module.running_var),
    ):
        theirs.data = torch.tensor(arrays[name][:, 0])
    x = tensor(np.moveaxis(arrays["A"], (-1, -2), (0, 1)))
    module.eval()
    predicted = checks.call(layer, "predict", arrays)["Z"]
    close(np.moveaxis(predicted, (-1, -2), (0, 1)), module(x))
    module.train()
    out = module(x)
    out.backward(tensor(np.moveaxis(values["dZ"], (-1, -2), (0, 1))))
    close(np.moveaxis(values["Z"], (-1, -2), (0, 1)), out)
    close(np.moveaxis(values["dA"], (-1, -2), (0, 1)), x.grad)
    close(M * values["dgamma"][:, 0], module.weight.grad)
    close(M * values["dbeta"][:, 0], module.bias.grad)
    close(values["mu_run_next"][:, 0], module.running_mean)
    # PyTorch divides the variance that it keeps by one less than the numbers that it is of.
    count = arrays["A"].size / n
    bessel = arrays["var_run"] * 0.8 + 0.2 * values["var"] * count / (count - 1)
    close(bessel[:, 0], module.running_var)


@pytest.mark.parametrize("leading", [(), (T,), (2, T)], ids=["table", "sequence", "image"])
def test_layer_normalisation(leading):
    layer = gn.LayerNorm(epsilon=0.01)
    arrays = checks.arrays_for(layer, leading)
    values = checks.both_ways(layer, arrays)
    module = nn.LayerNorm(arrays["A"].shape[-2], eps=0.01, dtype=torch.float64)
    module.weight.data = torch.tensor(arrays["gamma"][:, 0])
    module.bias.data = torch.tensor(arrays["beta"][:, 0])
    x = tensor(swapped(arrays["A"]))
    out = module(x)
    out.backward(tensor(swapped(values["dZ"])))
    close(swapped(values["Z"]), out)
    close(swapped(values["dA"]), x.grad)
    close(M * values["dgamma"][:, 0], module.weight.grad)
    close(M * values["dbeta"][:, 0], module.bias.grad)


@pytest.mark.parametrize("leading", [(), (T,)], ids=["table", "sequence"])
def test_embedding(leading):
    arrays = checks.arrays_for(layer := gn.Embedding(13, UNITS), leading)
    values = checks.both_ways(layer, arrays)
    module = nn.Embedding(13, UNITS, dtype=torch.float64)
    module.weight.data = tensor(arrays["W"].T)
    out = module(torch.tensor(arrays["A"][..., 0, :]))
    out.backward(tensor(swapped(values["dZ"])))
    close(swapped(values["Z"]), out)
    close(M * values["dW"].T, module.weight.grad)


@pytest.mark.parametrize("heads", [1, 2, 3])
@pytest.mark.parametrize("masked", [False, True])
def test_self_attention(heads, masked):
    n = 6
    layer = gn.SelfAttention(n, heads, masked=masked)
    arrays = checks.arrays_for(layer, ()) | {"A": RANDOM.standard_normal((T, n, M))}
    arrays |= {name: RANDOM.standard_normal((n, n)) for name in ("Wq", "Wk", "Wv")}
    if masked:
        arrays["mask"] = MASK
    values = checks.both_ways(layer, arrays)
    module = nn.MultiheadAttention(n, heads, dtype=torch.float64)
    weights = [arrays[f"W{letter}"] for letter in "qkv"]
    module.in_proj_weight.data = torch.tensor(np.concatenate(weights))
    biases = [arrays["bq"], np.zeros((n, 1)), arrays["bv"]]
    module.in_proj_bias.data = torch.tensor(np.concatenate(biases)[:, 0])
    module.out_proj.weight.data = torch.tensor(arrays["Wo"])
    module.out_proj.bias.data = torch.tensor(arrays["bo"][:, 0])
    x = tensor(swapped(arrays["A"]))
    padding = torch.tensor(MASK[:, 0].T == 0) if masked else None
    out, shares = module(x, x, x, key_padding_mask=padding, average_attn_weights=False)
    out.backward(tensor(swapped(values["dZ"])))
    close(swapped(values["Z"]), out)
    close(np.moveaxis(values["P"], -1, 0), shares)
    close(swapped(values["dA"]), x.grad)
    for theirs, ours in zip(module.in_proj_weight.grad.chunk(3), "qkv", strict=True):
        close(M * values[f"dW{ours}"], theirs)
    close(M * values["dbq"][:, 0], module.in_proj_bias.grad[:n])
    close(M * values["dbv"][:, 0], module.in_proj_bias.grad[2 * n :])
    close(M * values["dWo"], module.out_proj.weight.grad)
    close(M * values["dbo"][:, 0], module.out_proj.bias.grad)
