"""Why weights start at random: units that begin as twins stay twins.

    W[l] ~ small random numbers,  b[l] = 0        and never  W[l] = 0

With equal weights all hidden units compute the same a, receive the same dz, and take the same
step; a hundred of them are worth one. Here the data are a XOR, which one unit cannot learn.
"""

import numpy as np

import glassnet as gn

random = np.random.default_rng(0)
X = random.uniform(-1, 1, (2, 400))
Y = (X[:1] * X[1:] > 0).astype(float)  # 1 where both signs are equal

network = gn.Network(
    [gn.Dense(8), gn.Tanh(), gn.Dense(1), gn.Sigmoid()], loss=gn.BinaryCrossEntropy()
)
print(f"{'W starts as':20} {'cost':>6}  {'right':>6}  hidden units that differ")
for scheme in (gn.Zeros(), gn.Constant(0.5), gn.Normal(0.01), gn.Glorot(), gn.InverseSqrt()):
    start = network.initialize((2,), seed=3, scheme=scheme)
    result = gn.train(network, X, Y, parameters=start, optimizer=gn.Adam(0.03), epochs=800)
    W1 = result.parameters["W1"]
    right = np.mean((network.predict(result.parameters, X) > 0.5) == Y)
    different = len(np.unique(W1.round(9), axis=0))
    print(f"{scheme!s:20} {result.history[-1].cost:6.3f}  {right:6.1%}  {different} of {len(W1)}")

print("\nW[1] after training from Constant(0.5): every row the same")
start = network.initialize((2,), scheme=gn.Constant(0.5))
result = gn.train(network, X, Y, parameters=start, optimizer=gn.Adam(0.03), epochs=800)
print(result.parameters["W1"][:3].round(3))
