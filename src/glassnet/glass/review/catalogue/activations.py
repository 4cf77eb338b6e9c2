"""Mistakes in the activations, their derivatives and their backward steps."""

from __future__ import annotations

from glassnet.glass.review.mistake import Mistake

SIGMOID = "A = 1 / (1 + np.exp(-Z))"
RELU = "A = np.maximum(0, Z)"
TANH = "A = np.tanh(Z)"
LEAKY = "A = np.where(Z > 0, Z, 0.01 * Z)"
SIGMOID_SLOPE = "slope = A * (1 - A)"
RELU_SLOPE = "slope = np.where(Z > 0, 1.0, 0.0)"
TANH_SLOPE = "slope = 1 - A**2"
LEAKY_SLOPE = "slope = np.where(Z > 0, 1.0, 0.01)"
SIGMOID_BACKWARD = "dZ = dA * s * (1 - s)"
RELU_BACKWARD = "dZ = np.where(Z > 0, dA, 0)"

ACTIVATIONS = (
    Mistake(SIGMOID, "A = 1 / (1 + np.exp(Z))", "the sign in the exponent: it is exp(−z)"),
    Mistake(SIGMOID, "A = 1 / 1 + np.exp(-Z)", "the parentheses around 1 + exp(−z) are missing"),
    Mistake(SIGMOID, "A = 1 / (1 - np.exp(-Z))", "a minus where it is 1 + exp(−z)"),
    Mistake(SIGMOID, "A = np.tanh(Z)", "this is tanh, not the sigmoid"),
    *(
        Mistake(line, "A = Z", "the activation is missing: this is Z itself")
        for line in (SIGMOID, RELU, TANH, LEAKY)
    ),
    Mistake(RELU, "A = np.minimum(0, Z)", "the minimum in the place of the maximum"),
    Mistake(RELU, "A = np.abs(Z)", "the absolute value: ReLU makes negative numbers 0"),
    Mistake(RELU, "A = np.where(Z > 0, 1.0, 0.0)", "this is the derivative of ReLU, not ReLU"),
    Mistake(RELU, "A = np.where(Z > 0, Z, 0.01 * Z)", "this is leaky ReLU, not ReLU"),
    Mistake(RELU, "A = np.max(Z)", "np.max is one number of the whole array; np.maximum compares"),
    Mistake(RELU, "Z[Z < 0] = 0\nA = Z", "Z is overwritten, which the backward pass needs"),
    Mistake(TANH, "A = 1 / (1 + np.exp(-Z))", "this is the sigmoid, not tanh"),
    Mistake(TANH, "A = 2 / (1 + np.exp(-Z)) - 1", "2 σ(z) − 1 is tanh(z/2): it is 2 σ(2z) − 1"),
    Mistake(LEAKY, "A = np.where(Z > 0, Z, 0.1 * Z)", "the slope below 0 is 0.1, not 0.01"),
    Mistake(LEAKY, "A = np.where(Z > 0, Z, 0.01)", "below 0 it is 0.01 z, not 0.01"),
    Mistake(LEAKY, "A = np.where(Z > 0, Z, -0.01 * Z)", "below 0 it is + 0.01 z"),
    Mistake(LEAKY, "A = np.maximum(0, Z)", "this is ReLU, not leaky ReLU"),
    Mistake(LEAKY, "A = np.minimum(0.01 * Z, Z)", "the minimum in the place of the maximum"),
    Mistake(SIGMOID_SLOPE, "slope = Z * (1 - Z)", "Z in the place of A: σ′ is a (1 − a)"),
    Mistake(SIGMOID_SLOPE, "slope = A * (1 + A)", "a plus where it is a (1 − a)"),
    Mistake(SIGMOID_SLOPE, "slope = A", "this is σ itself, not σ′"),
    Mistake(SIGMOID_SLOPE, "slope = sigmoid(A) * (1 - sigmoid(A))", "the sigmoid is taken twice"),
    Mistake(RELU_SLOPE, "slope = np.where(Z >= 0, 1.0, 0.0)", "at z = 0 the slope is taken as 1"),
    Mistake(RELU_SLOPE, "slope = np.where(Z < 0, 1.0, 0.0)", "the sides of 0 are exchanged"),
    Mistake(RELU_SLOPE, "slope = np.maximum(0, Z)", "this is ReLU itself, not its derivative"),
    Mistake(TANH_SLOPE, "slope = 1 - Z**2", "Z in the place of A: tanh′ is 1 − a²"),
    Mistake(TANH_SLOPE, "slope = 1 - A", "the square is missing: tanh′ is 1 − a²"),
    Mistake(TANH_SLOPE, "slope = A * (1 - A)", "this is σ′; tanh′ is 1 − a²"),
    Mistake(LEAKY_SLOPE, "slope = np.where(Z > 0, 1.0, 0.0)", "below 0 the slope is 0.01, not 0"),
    Mistake(LEAKY_SLOPE, "slope = np.where(Z > 0, 1.0, 0.01 * Z)", "the slope below 0 is 0.01"),
    Mistake(LEAKY_SLOPE, "slope = np.where(Z >= 0, 1.0, 0.01)", "at z = 0 the slope is taken as 1"),
    Mistake(SIGMOID_BACKWARD, "dZ = s * (1 - s)", "dA is missing: dZ = dA ∗ σ′(Z)"),
    Mistake(SIGMOID_BACKWARD, "dZ = dA * Z * (1 - Z)", "Z in the place of A: σ′ is a (1 − a)"),
    Mistake(SIGMOID_BACKWARD, "dZ = dA * s", "the factor (1 − a) of σ′ is missing"),
    Mistake(SIGMOID_BACKWARD, "dZ = dA", "the factor σ′(Z) is missing"),
    Mistake(SIGMOID_BACKWARD, "dZ = np.dot(dA, (s * (1 - s)).T)", "np.dot where ∗ is meant"),
    Mistake(SIGMOID_BACKWARD, "dA *= s * (1 - s)\ndZ = dA", "dA is overwritten"),
    Mistake(RELU_BACKWARD, "dZ = np.where(Z > 0, 1.0, 0.0)", "dA is missing: dZ = dA ∗ g′(Z)"),
    Mistake(RELU_BACKWARD, "dZ = np.where(dA > 0, dA, 0)", "it asks where dA > 0, not where Z > 0"),
    Mistake(RELU_BACKWARD, "dZ = np.where(Z >= 0, dA, 0)", "at z = 0 the slope is taken as 1"),
    Mistake(RELU_BACKWARD, "dZ = dA * np.maximum(0, Z)", "ReLU itself in the place of its slope"),
    Mistake(RELU_BACKWARD, "dZ = np.where(Z > 0, 0, dA)", "the sides of 0 are exchanged"),
    Mistake(RELU_BACKWARD, "dZ = dA", "the factor g′(Z) is missing"),
    Mistake(RELU_BACKWARD, "dA[Z <= 0] = 0\ndZ = dA", "dA is overwritten: take a copy of it"),
)
