"""The opposite of a black box: every number of a network, with the equation that made it.

    z = w₁ a₁ + w₂ a₂ + … + b        a = σ(z)        dz = da ∗ σ′(z) = a − y

A trace is one forward and one backward pass in which nothing is thrown away.
"""

import math

import glassnet as gn

network = gn.Network(
    [gn.Dense(3), gn.Tanh(), gn.Dense(1), gn.Sigmoid()], loss=gn.BinaryCrossEntropy()
)
X = [[0.5, -1.0, 2.0, 0.0], [1.0, 0.3, -0.7, -2.0]]  # two features, four examples
Y = [[1, 0, 1, 0]]
parameters = network.initialize((2,), seed=3)
trace = network.trace(parameters, X, Y)

print("every array of one pass:")
for name, array in trace.items():
    print(f"  {name:4} {array.shape}")

print("\nthe equations that made them:")
for node in network.graph.nodes:
    for equation in node.equations("forward", "gradients", "backward"):
        print(f"  {equation}")

print("\nthe output unit, on example 2, number by number:")
i = 2
w, b = trace["W2"][0], trace["b2"][0, 0]
a = trace["A1"][:, i]
products = " + ".join(f"({w[k]:.2f})·({a[k]:.2f})" for k in range(3))
z = sum(w[k] * a[k] for k in range(3)) + b
print(f"  z = {products} + {b:.2f} = {z:.4f}      the trace says {trace['Z2'][0, i]:.4f}")
y_hat = 1 / (1 + math.exp(-z))
print(f"  a = σ({z:.4f}) = {y_hat:.4f}      the trace says {trace['A2'][0, i]:.4f}")
dz = y_hat - Y[0][i]
print(f"  dz = a − y = {dz:.4f}      the trace says {trace['dZ2'][0, i]:.4f}")
da, slope = trace["dA2"][0, i], y_hat * (1 - y_hat)
print(f"  dz, the long way: da · σ′(z) = {da:.4f} · {slope:.4f} = {da * slope:.4f}")

assert math.isclose(z, trace["Z2"][0, i])
assert math.isclose(dz, trace["dZ2"][0, i])
assert math.isclose(dz, da * slope)
print("\nall equal: there is nothing else inside")
