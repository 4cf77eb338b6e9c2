"""Every check catches the layers that it is there to catch."""

from dataclasses import dataclass, replace
from typing import ClassVar

import numpy as np
import pytest
from tests.conformance import checks

from glassnet import (
    GRU,
    LSTM,
    AveragePool2D,
    BatchNorm,
    Conv2D,
    ConvTranspose2D,
    Dense,
    Dropout,
    Embedding,
    GlobalMaxPool2D,
    Identity,
    LayerNorm,
    MaxPool2D,
    ReLU,
    SelfAttention,
    Sigmoid,
    SimpleRNN,
    Tanh,
)
from glassnet.errors import ModelFileError
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


class RoundsUp(Conv2D):
    def sizes(self, known):
        return {name: size + 1 for name, size in super().sizes(known).items()}


class PaddingAtTheOtherEnd(Conv2D):
    def backward(self, xp, dZ, A, W):
        swapped = replace(self, padding=tuple(pair[::-1] for pair in self.padding))
        return Conv2D.backward(swapped, xp, dZ, A, W)


class FlippedBack(Conv2D):
    def backward(self, xp, dZ, A, W):
        return super().backward(xp, dZ, A, W[::-1, ::-1])


class SwappedOffsets(ConvTranspose2D):
    def gradients(self, xp, dZ, A):
        made = super().gradients(xp, dZ, A)
        return {**made, "dW": xp.flip(made["dW"], axis=1)}


class EverywhereTheMean(AveragePool2D):
    def backward(self, xp, dA_pool, A):
        return super().backward(xp, dA_pool * self._count(xp, A) / 4, A)


class ToAllOfThem(MaxPool2D):
    def backward(self, xp, dA_pool, A, A_pool):
        return AveragePool2D(self.kernel_size).backward(xp, dA_pool, A)


class TrueConvolution(Conv2D):
    __doc__ = Conv2D.__doc__

    def forward(self, xp, A, W, b):
        return super().forward(xp, A, W[::-1, ::-1], b)

    def gradients(self, xp, dZ, A):
        made = super().gradients(xp, dZ, A)
        return {**made, "dW": made["dW"][::-1, ::-1]}

    def backward(self, xp, dZ, A, W):
        return super().backward(xp, dZ, A, W[::-1, ::-1])


class CountsPadding(AveragePool2D):
    __doc__ = AveragePool2D.__doc__

    def _count(self, xp, A):
        return 9.0


class PadsInPlace(MaxPool2D):
    def forward(self, xp, A):
        A[0] = -xp.inf
        return super().forward(xp, A)


class LargestOfTheBatch(GlobalMaxPool2D):
    def forward(self, xp, A):
        largest = super().forward(xp, A)["A_pool"]
        return {"A_pool": largest - xp.max(largest, axis=-1, keepdims=True)}


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
    [
        WrongTranspose(5),
        WithoutSumOverPositions(5),
        ForgottenBias(5),
        LyingShapes(5),
        RoundsUp(2, 3),
    ],
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
        PaddingAtTheOtherEnd(2, 2, padding=((1, 0), (0, 1))),
        FlippedBack(2, 2),
        SwappedOffsets(2, (1, 2)),
        EverywhereTheMean((3, 2), (1, 2), padding=1),
        ToAllOfThem((1, 2)),
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
        TrueConvolution(2, (1, 3)),
        CountsPadding(3, 2, padding=1),
        LyingInTime(5),
    ],
    ids=repr,
)
def test_docstring_catches(layer):
    checks.check_gradients(layer)
    with pytest.raises(AssertionError):
        checks.check_docstring(layer)


@pytest.mark.parametrize(
    "layer",
    [WritesForward(), WritesBackward(), WritesGradients(5), DrawsInside(), PadsInPlace(2)],
    ids=repr,
)
def test_pure_catches(layer):
    checks.check_shapes(layer)
    with pytest.raises(AssertionError, match=r"wrote to|is not a function"):
        checks.check_pure(layer)


@pytest.mark.parametrize(
    "layer",
    [
        CentresTheBatch(),
        PositionInTheBatch(),
        LargestOfTheBatch(),
        PredictsByTheBatch(),
        OverTheExamples(),
    ],
    ids=repr,
)
def test_examples_apart_catches(layer):
    checks.check_shapes(layer)
    with pytest.raises(AssertionError):
        checks.check_examples_apart(layer)


@dataclass(frozen=True)
class Renamed(Conv2D):
    """Its fields are not what it was made from."""

    def __post_init__(self):
        super().__post_init__()
        object.__setattr__(self, "units", self.units + 1)


@dataclass(frozen=True)
class Counted(Identity):
    """It holds a number that is no field."""

    made: ClassVar[list[int]] = []

    def __post_init__(self):
        object.__setattr__(self, "start", len(self.made))
        self.made.append(self.start)

    def g(self, xp, Z):
        return Z + self.start


@pytest.mark.parametrize("kind", [lambda: Renamed(2, 2), Counted], ids=["Renamed", "Counted"])
def test_saved_catches(kind, tmp_path):
    layer = kind()
    with pytest.raises((AssertionError, ModelFileError)):
        checks.check_saved(layer, tmp_path / "it.safetensors", (type(layer),))


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
