"""Gradient descent: walk downhill on the cost, step by step.

    w := w − α dJ/dw        b := b − α dJ/db

First by hand, in a loop of two lines; then by the library, which must take the same steps; then
beside the optimisers that came later.
"""

import numpy as np
from sklearn.datasets import load_breast_cancer
from sklearn.preprocessing import StandardScaler

import glassnet as gn

data = load_breast_cancer()
X, Y = StandardScaler().fit_transform(data.data).T, data.target[np.newaxis]
network = gn.Network([gn.Dense(1), gn.Sigmoid()], loss=gn.BinaryCrossEntropy())
start = network.initialize(X.shape[:1], scheme=gn.Zeros())
alpha, steps = 0.5, 100

W, b = start["W1"], start["b1"]
for _ in range(steps):
    gradients = network.gradients({"W1": W, "b1": b}, X, Y)
    W, b = W - alpha * gradients["dW1"], b - alpha * gradients["db1"]
print(f"by hand, {steps} steps:   J = {network.cost({'W1': W, 'b1': b}, X, Y):.6f}")

result = gn.train(
    network, X, Y, parameters=start, optimizer=gn.GradientDescent(alpha), epochs=steps
)
print(f"gn.train, {steps} steps:  J = {network.cost(result.parameters, X, Y):.6f}")
assert np.allclose(W, result.parameters["W1"], rtol=1e-12)
print("the weights are equal, too\n")

print("J after           10        100      1,000 steps")
later = gn.Momentum(0.5), gn.Nesterov(0.5), gn.RMSprop(0.02), gn.Adam(0.1)
for optimizer in (gn.GradientDescent(0.5), *later):
    result = gn.train(network, X, Y, parameters=start, optimizer=optimizer, epochs=1001)
    costs = result.history["cost"]
    print(f"{type(optimizer).__name__:15} {costs[10]:.4f}    {costs[100]:.4f}    {costs[1000]:.4f}")
