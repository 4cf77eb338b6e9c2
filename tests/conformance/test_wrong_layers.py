"""Every check catches the layers that it is there to catch."""

from dataclasses import dataclass

import numpy as np
import pytest
from tests.conformance import checks

from glassnet import Dense, Dropout, Identity, ReLU, Sigmoid, Tanh
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
    ],
    ids=repr,
)
def test_gradients_catches(layer):
    checks.check_shapes(layer, (2,))
    with pytest.raises(AssertionError, match="is off by"):
        checks.check_gradients(layer, (2,))


@pytest.mark.parametrize(
    "layer",
    [LyingForward(), LyingBackward(), SilentBackward(), HalfTold(5), LyingPrediction(0.4)],
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


@pytest.mark.parametrize("layer", [CentresTheBatch(), PositionInTheBatch()], ids=repr)
def test_examples_apart_catches(layer):
    checks.check_shapes(layer)
    with pytest.raises(AssertionError):
        checks.check_examples_apart(layer)
