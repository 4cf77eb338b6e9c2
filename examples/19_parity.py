"""Circuit theory: is the number of ones odd? Depth against width, built by hand and learned.

    XOR(a, b) = max(0, a + b) − 2 max(0, a + b − 1)        for a, b of 0 and 1

A tree of XORs has log₂ n layers. In a single layer of AND gates under an OR, each of the 2ⁿ⁻¹ odd
inputs needs a gate of its own: that is a theorem about these gates. It is not one about neurons:
a neuron can add, and n of them, one after each count, make the zigzag 0, 1, 0, 1, … of the sum.
What can be built is one thing, what gradient descent finds is another; both are shown.
"""

from itertools import product

import numpy as np

import glassnet as gn

n = 8
X = np.array(list(product([0.0, 1.0], repeat=n))).T  # all 2ⁿ inputs: (8, 256)
Y = X.sum(axis=0, keepdims=True) % 2


def parameters(*layers):
    """W1, b1, W2, b2, … from the pairs (W, b)."""
    named = {}
    for number, (W, b) in enumerate(layers, start=1):
        named |= {f"W{number}": W, f"b{number}": np.reshape(b, (-1, 1))}
    return named


def hidden_layers(*units):
    return [layer for n_l in units for layer in (gn.Dense(n_l), gn.ReLU())]


pair = np.array([[1, 1], [1, 1]])  # both units of an XOR read a + b
join = np.array([[1, -2, 1, -2], [1, -2, 1, -2]])  # and so do those of the next, of two XORs
tree = parameters(
    (np.kron(np.eye(4), pair), [0, -1] * 4),
    (np.kron(np.eye(2), join), [0, -1] * 2),
    (join, [0, -1]),
    ([[1, -2]], [0]),
)
odd = X[:, Y[0] == 1].T  # the 128 odd inputs, a gate each
gates = parameters((2 * odd - 1, 1 - odd.sum(axis=1)), (np.ones((1, len(odd))), [0]))
turns = np.array([[1, -2, 2, -2, 2, -2, 2, -2]])
zigzag = parameters((np.ones((n, n)), -np.arange(n)), (turns, [0]))

print("built by hand               hidden units   for n = 16   right of 256")
for name, hidden, built, at_16 in (
    ("XOR tree, 3 hidden layers", (8, 4, 2), tree, 30),
    ("AND gates under an OR", (128,), gates, 2**15),
    ("zigzag of the sum", (8,), zigzag, 16),
):
    network = gn.Network([*hidden_layers(*hidden), gn.Dense(1)], loss=gn.SquaredError())
    right = np.sum(network.predict(built, X) == Y)
    print(f"{name:26} {sum(hidden):9} {at_16:14,} {right:12}")

print("\nlearned from 192 of the inputs, best of 2 starts    right of 192   of the other 64")
seen = np.random.default_rng(0).permutation(256) < 192
for hidden in ((8,), (128,), (8, 4, 2)):
    layers = [*hidden_layers(*hidden), gn.Dense(1), gn.Sigmoid()]
    learner = gn.Network(layers, loss=gn.BinaryCrossEntropy())
    scores = []
    for seed in range(2):
        result = gn.train(
            learner, X[:, seen], Y[:, seen], optimizer=gn.Adam(0.01), epochs=1000, seed=seed
        )
        right = (learner.predict(result.parameters, X) > 0.5) == Y
        scores.append((right[:, seen].sum(), right[:, ~seen].sum()))
    known, new = max(scores)
    print(f"hidden units {hidden!s:37} {known:14} {new:17}")
print("\nThe tree is there to be built; gradient descent did not find it from these starts.")
