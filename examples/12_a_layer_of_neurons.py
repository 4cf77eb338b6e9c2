"""A layer is its neurons, stacked: one line of algebra instead of two loops.

    neuron k on example i:  z = w[k] · x[i] + b[k],  a = g(z)
    the layer:              Z[1] = W[1] X + b[1],    A[1] = g(Z[1])

The rows of W are the neurons, the columns of X are the examples.
"""

import math

import numpy as np

import glassnet as gn

network = gn.Network(
    [gn.Dense(4), gn.Tanh(), gn.Dense(1), gn.Sigmoid()], loss=gn.BinaryCrossEntropy()
)
parameters = network.initialize((3,), seed=1)
X = np.random.default_rng(0).normal(size=(3, 5))
trace = network.trace(parameters, X)


def neuron(w, b, x, g):
    """One neuron, on one example."""
    z = sum(w[j] * x[j] for j in range(len(x))) + b
    return g(z)


def layer(W, b, A, g):
    """Every neuron on every example, one after the other."""
    return [[neuron(W[k], b[k, 0], A[:, i], g) for i in range(A.shape[1])] for k in range(len(W))]


A1 = np.array(layer(parameters["W1"], parameters["b1"], X, math.tanh))
A2 = np.array(layer(parameters["W2"], parameters["b2"], A1, lambda z: 1 / (1 + math.exp(-z))))

print(f"X {X.shape}   W[1] {parameters['W1'].shape}   b[1] {parameters['b1'].shape}")
for name, by_neuron in (("A1", A1), ("A2", A2)):
    difference = np.max(np.abs(by_neuron - trace[name]))
    print(f"{name} {trace[name].shape}: largest difference {difference:.0e}")
    assert difference < 1e-14
print("the layer is its neurons")
