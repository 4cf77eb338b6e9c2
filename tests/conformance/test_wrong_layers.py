"""Every check catches the layers that it is there to catch."""

from dataclasses import dataclass, replace
from typing import ClassVar

import numpy as np
import pytest
from tests.conformance import checks

from glassnet import (
    AveragePool2D,
    Conv2D,
    ConvTranspose2D,
    Dense,
    Dropout,
    GlobalMaxPool2D,
    Identity,
    MaxPool2D,
    ReLU,
    Sigmoid,
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
    "layer", [CentresTheBatch(), PositionInTheBatch(), LargestOfTheBatch()], ids=repr
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
