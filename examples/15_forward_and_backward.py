"""Forward and backward propagation in a deep network, written out, against the library's.

    Z[l] = W[l] A[l−1] + b[l]        A[l] = g(Z[l])
    dZ[l] = dA[l] ∗ g′(Z[l])         dA[l−1] = W[l]ᵀ dZ[l]
    dW[l] = (1/m) dZ[l] A[l−1]ᵀ      db[l] = (1/m) Σ dZ[l]

The loops below are all there is to it, for any number of layers.
"""

import numpy as np

import glassnet as gn

n = [3, 5, 4, 2, 1]  # n[0] = n_x, then the layers
L, m = len(n) - 1, 50
random = np.random.default_rng(0)
X, Y = random.normal(size=(n[0], m)), random.integers(0, 2, (1, m))

hidden = [layer for units in n[1:-1] for layer in (gn.Dense(units), gn.Tanh())]
network = gn.Network([*hidden, gn.Dense(1), gn.Sigmoid()], loss=gn.BinaryCrossEntropy())

print("the dimensions, before anything has run:")
for at in network.dimensions((n[0],)):
    shapes = "   ".join(f"{name} {shape}" for name, shape in at.shapes.items()).replace("'", "")
    print(f"  {at.node.layer!s:15} {shapes}")

p = network.initialize((n[0],), seed=1)

A = {0: X}
for l in range(1, L + 1):
    Z = p[f"W{l}"] @ A[l - 1] + p[f"b{l}"]
    A[l] = np.tanh(Z) if l < L else 1 / (1 + np.exp(-Z))

dZ, gradients = A[L] - Y, {}
for l in range(L, 0, -1):
    gradients[f"dW{l}"] = dZ @ A[l - 1].T / m
    gradients[f"db{l}"] = dZ.sum(axis=1, keepdims=True) / m
    dZ = (p[f"W{l}"].T @ dZ) * (1 - A[l - 1] ** 2)  # tanh′ = 1 − a²

print("\nlargest difference from the library's gradients:")
theirs = network.gradients(p, X, Y)
for name, gradient in sorted(gradients.items()):
    difference = np.max(np.abs(gradient - theirs[name]))
    print(f"  {name} {gradient.shape!s:7} {difference:.0e}")
    assert difference < 1e-14

nudge = np.zeros((4, 5))
nudge[1, 2] = 1e-6
up, down = (network.cost({**p, "W2": p["W2"] + sign * nudge}, X, Y) for sign in (1, -1))
slope = (up - down) / 2e-6
print(f"\ndW[2][1, 2] is {theirs['dW2'][1, 2]:.9f}; the cost's own slope there is {slope:.9f}")
