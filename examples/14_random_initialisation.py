"""Why weights start at random: units that begin as twins stay twins.

    W[l] ~ small random numbers,  b[l] = 0        and never  W[l] = 0

With equal weights all hidden units compute the same a, receive the same dz, and take the same
step; a hundred of them are worth one. Here the data are a XOR, which one unit cannot learn.
"""

import glassnet as gn
from glassnet.glass import labs

print(labs.symmetry())

print("\nW[1] after 20 updates from Constant(0.5): every row the same")
network = gn.Network(
    [gn.Dense(8), gn.Tanh(), gn.Dense(1), gn.Sigmoid()], loss=gn.BinaryCrossEntropy()
)
X, Y = [[0.0, 0.0, 1.0, 1.0], [0.0, 1.0, 0.0, 1.0]], [[0.0, 1.0, 1.0, 0.0]]
start = network.initialize((2,), scheme=gn.Constant(0.5))
result = gn.train(network, X, Y, parameters=start, optimizer=gn.Adam(0.03), epochs=20)
print(result.parameters["W1"][:3].round(3))
