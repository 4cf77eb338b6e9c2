"""Every check catches the layers that it is there to catch."""

from dataclasses import dataclass

import numpy as np
import pytest
from tests.conformance import checks

from glassnet import (
    GRU,
    LSTM,
    BatchNorm,
    Dense,
    Dropout,
    Embedding,
    Identity,
    LayerNorm,
    ReLU,
    SelfAttention,
    Sigmoid,
    SimpleRNN,
    Tanh,
)
from glassnet.layers.dense import over_positions
from glassnet.layers.layer import Layer


class WithoutMean(Dense):
    def gradients(self, xp, dZ, A):
        return {name: dZ.shape[-1] * each for name, each in super().gradients(xp, dZ, A).items()}


class WrongTranspose(Dense):
    def gradients(self, xp, dZ, A):
        return {**super().gradients(xp, dZ, A), "dW": over_positions(xp, A @ dZ.mT) / dZ.shape[-1]}


class WithoutSumOverPositions(Dense):
    def gradients(self, xp, dZ, A):
        return {**super().gradients(xp, dZ, A), "dW": dZ @ A.mT / dZ.shape[-1]}


class OnlyTheFirstPosition(Dense):
    def gradients(self, xp, dZ, A):
        while dZ.ndim > 2:
            dZ, A = dZ[0], A[0]
        return super().gradients(xp, dZ, A)


class ForgottenBias(Dense):
    def gradients(self, xp, dZ, A):
        return {"dW": super().gradients(xp, dZ, A)["dW"]}


class MeanInBackward(Dense):
    def backward(self, xp, dZ, W):
        return {"dA": W.T @ dZ / dZ.shape[-1]}


class WrongSlope(Sigmoid):
    def g_prime(self, xp, Z, A):
        return A


class WrongSlopeAtHalf(ReLU):
    def g_prime(self, xp, Z, A):
        return Z > 0.5


class ForgottenScale(Dropout):
    def backward(self, xp, dA_kept, D):
        return {"dA": dA_kept * D}


class LyingShapes(Dense):
    shapes = "A: ... n m, W: units n, b: units 1 -> Z: ... n m"


class Float64Leak(Tanh):
    def g(self, xp, Z):
        return xp.tanh(Z) + xp.zeros(Z.shape)


class Float64LeakBackward(Tanh):
    def g_prime(self, xp, Z, A):
        return xp.asarray(1 - A**2, dtype=xp.float64)


class LyingForward(Tanh):
    """The hyperbolic tangent.

    forward::

        A = tanh(2 * Z)

    backward::

        dZ = dA * (1 - A**2)
    """


class LyingBackward(Tanh):
    """The hyperbolic tangent.

    forward::

        A = tanh(Z)

    backward::

        dZ = dA * (1 - A)
    """


class SilentBackward(Tanh):
    """The hyperbolic tangent.

    forward::

        A = tanh(Z)
    """


class HalfTold(Dense):
    """A dense layer.

    forward::

        Z = W @ A + b

    gradients::

        dW = dZ @ A.T / m

    backward::

        dA = W.T @ dZ
    """


class LyingPrediction(Dropout):
    """Dropout.

    forward::

        A_kept = A * D / (1 - rate)

    predict::

        A_kept = A * (1 - rate)

    backward::

        dA = dA_kept * D / (1 - rate)
    """


class WritesForward(ReLU):
    def g(self, xp, Z):
        Z *= Z > 0
        return Z


class WritesBackward(Tanh):
    def backward(self, xp, dA, Z, A):
        dA *= 1 - A**2
        return {"dZ": dA}


class WritesGradients(Dense):
    def gradients(self, xp, dZ, A):
        A += 1
        return super().gradients(xp, dZ, A)


class DrawsInside(Identity):
    def g(self, xp, Z):
        return Z + np.random.default_rng().random()


class CentresTheBatch(Identity):
    def g(self, xp, Z):
        return Z - Z[..., :1]


@dataclass(frozen=True)
class PositionInTheBatch(Layer):
    shapes = "A: ... n m -> Z: ... n m"

    def forward(self, xp, A):
        return {"Z": A * xp.arange(A.shape[-1])}

    def backward(self, xp, dZ):
        return {"dA": dZ * xp.arange(dZ.shape[-1])}


class NeverMoves(BatchNorm):
    def forward(self, xp, A, gamma, beta, mu_run, var_run):
        made = super().forward(xp, A, gamma, beta, mu_run, var_run)
        return made | {"mu_run_next": mu_run}


class LearnsByTheRunningMean(BatchNorm):
    def forward(self, xp, A, gamma, beta, mu_run, var_run):
        made = super().forward(xp, A, gamma, beta, mu_run, var_run)
        return made | {"Z": gamma * (A - mu_run) + beta}


class PredictsByTheBatch(BatchNorm):
    def predict(self, xp, A, gamma, beta, mu_run, var_run):
        return {"Z": self.forward(xp, A, gamma, beta, mu_run, var_run)["Z"]}


class ForgottenMean(BatchNorm):
    """As if the mean and the variance did not depend on the examples."""

    def backward(self, xp, dZ, A_norm, var, gamma):
        return {"dA": gamma * dZ / xp.sqrt(var + self.epsilon)}


class OverTheExamples(LayerNorm):
    """Normalises over the examples where it should over the units."""

    def forward(self, xp, A, gamma, beta):
        return {
            "Z": gamma * (A - xp.mean(A, axis=-1, keepdims=True)) + beta,
            "A_norm": A,
            "var": xp.ones_like(A),
        }


class NoMemory(SimpleRNN):
    """Its gradient does not go back in time."""

    def gradients(self, xp, A, z, a, Waa, da=None, da_next=None, a_prev=None, mask=None):
        return super().gradients(xp, A, z, a, 0 * Waa, da, da_next, a_prev, mask)


class ForgetsTheCell(LSTM):
    def forward(self, xp, A, Wf, bf, Wi, bi, Wc, bc, Wo, bo, a_prev=None, c_prev=None, mask=None):
        return super().forward(xp, A, Wf, bf, Wi, bi, Wc, bc, Wo, bo, a_prev, None, mask)


class BeginsWithOnes(SimpleRNN):
    def forward(self, xp, A, Waa, Wax, ba, a_prev=None, mask=None):
        if a_prev is None:
            a_prev = xp.ones((self.units, A.shape[-1]))
        return super().forward(xp, A, Waa, Wax, ba, a_prev, mask)


class IgnoresTheMask(GRU):
    def forward(self, xp, A, Wu, bu, Wr, br, Wc, bc, a_prev=None, mask=None):
        return super().forward(xp, A, Wu, bu, Wr, br, Wc, bc, a_prev)


class IgnoresTheMaskBehind(SimpleRNN):
    def gradients(self, xp, A, z, a, Waa, da=None, da_next=None, a_prev=None, mask=None):
        return super().gradients(xp, A, z, a, Waa, da, da_next, a_prev)


class MultipliesByTheMask(SimpleRNN):
    """The state is lost where the mask is 0."""

    def forward(self, xp, A, Waa, Wax, ba, a_prev=None, mask=None):
        made = super().forward(xp, A, Waa, Wax, ba, a_prev, mask)
        return made | {"a": made["a"] * mask, "a_next": made["a_next"] * mask[-1, ...]}


class LooksAtPadding(SelfAttention):
    def forward(self, xp, A, Wq, bq, Wk, Wv, bv, Wo, bo, mask=None):
        return super().forward(xp, A, Wq, bq, Wk, Wv, bv, Wo, bo)


class LooksUpTheNext(Embedding):
    def gradients(self, xp, dZ, A):
        return super().gradients(xp, dZ, (A + 1) % self.symbols)


class LyingInTime(SimpleRNN):
    """A recurrent layer that says that its state is of the same time.

    forward::

        z[t] = Waa @ a[t-1] + Wax @ A[t] + ba
        a[t] = tanh(z[t])

    gradients::

        dz[t] = (da[t] + Waa.T @ dz[t+1]) * (1 - a[t]**2)
        dWaa = sum(dz[t] @ a[t].T for t in times) / m
        dWax = sum(dz[t] @ A[t].T for t in times) / m
        dba = sum(sum(dz[t], axis=-1, keepdims=True) for t in times) / m

    backward::

        dA[t] = Wax.T @ dz[t]
    """


@pytest.mark.parametrize(
    "layer",
    [WrongTranspose(5), WithoutSumOverPositions(5), ForgottenBias(5), LyingShapes(5)],
    ids=repr,
)
def test_shapes_catches(layer):
    with pytest.raises(AssertionError):
        checks.check_shapes(layer, (2,))


@pytest.mark.parametrize("layer", [Float64Leak(), Float64LeakBackward()], ids=repr)
def test_types_catches(layer):
    checks.check_shapes(layer, (2,), np.float64)
    with pytest.raises(AssertionError, match="float64"):
        checks.check_shapes(layer, (2,), np.float32)


@pytest.mark.parametrize(
    "layer",
    [
        WithoutMean(5),
        OnlyTheFirstPosition(5),
        MeanInBackward(5),
        WrongSlope(),
        WrongSlopeAtHalf(),
        ForgottenScale(0.4),
        ForgottenMean(),
        NoMemory(5),
        NoMemory(5, last=True),
        NoMemory(5, reverse=True),
        LooksUpTheNext(11, 5),
        IgnoresTheMaskBehind(5, masked=True),
    ],
    ids=repr,
)
def test_gradients_catches(layer):
    checks.check_shapes(layer, (2,))
    with pytest.raises(AssertionError, match="is off by"):
        checks.check_gradients(layer, (2,))


@pytest.mark.parametrize(
    "layer",
    [
        LyingForward(),
        LyingBackward(),
        SilentBackward(),
        HalfTold(5),
        LyingPrediction(0.4),
        LyingInTime(5),
    ],
    ids=repr,
)
def test_docstring_catches(layer):
    checks.check_gradients(layer)
    with pytest.raises(AssertionError):
        checks.check_docstring(layer)


@pytest.mark.parametrize(
    "layer", [WritesForward(), WritesBackward(), WritesGradients(5), DrawsInside()], ids=repr
)
def test_pure_catches(layer):
    checks.check_shapes(layer)
    with pytest.raises(AssertionError, match=r"wrote to|is not a function"):
        checks.check_pure(layer)


@pytest.mark.parametrize(
    "layer",
    [CentresTheBatch(), PositionInTheBatch(), PredictsByTheBatch(), OverTheExamples()],
    ids=repr,
)
def test_examples_apart_catches(layer):
    checks.check_shapes(layer)
    with pytest.raises(AssertionError):
        checks.check_examples_apart(layer)


@pytest.mark.parametrize(
    ("layer", "fault"),
    [
        (NeverMoves(), "stays as it was"),
        (LearnsByTheRunningMean(), "forward of .* reads"),
        (PredictsByTheBatch(), "does not read"),
    ],
    ids=repr,
)
def test_statistics_catches(layer, fault):
    checks.check_shapes(layer)
    with pytest.raises(AssertionError, match=fault):
        checks.check_statistics(layer)


@pytest.mark.parametrize(
    ("layer", "fault"),
    [(ForgetsTheCell(5), "in pieces"), (BeginsWithOnes(5), "begin with zeros")],
    ids=repr,
)
def test_states_catches(layer, fault):
    checks.check_shapes(layer)
    with pytest.raises(AssertionError, match=fault):
        checks.check_states(layer)


@pytest.mark.parametrize(
    "layer",
    [
        IgnoresTheMask(5, masked=True),
        IgnoresTheMask(5, masked=True, last=True),
        IgnoresTheMaskBehind(5, masked=True),
        MultipliesByTheMask(5, masked=True, last=True),
        LooksAtPadding(6, heads=2, masked=True),
    ],
    ids=repr,
)
def test_mask_catches(layer):
    checks.check_shapes(layer)
    with pytest.raises(AssertionError):
        checks.check_mask(layer)
