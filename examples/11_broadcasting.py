"""Broadcasting: a row or a column stands for a whole matrix.

    (m, n) ∘ (1, n):  the row is repeated m times        (m, n) ∘ (m, 1):  the column, n times

The course's example: calories from carbohydrates, protein and fat in 100 g of four foods, and
their shares: percentages = 100 A / column sums. And the trap: an array of shape (n,) is neither
a row nor a column, and b of shape (n,) turns Z into something else without a word.
"""

import numpy as np

import glassnet as gn
from glassnet.glass import labs

result = labs.broadcasting()
print(result)
assert np.allclose(np.sum(list(result.percentages.values()), axis=0), 100)

print("\nthe trap of rank 1, in NumPy:")
Z, b = np.zeros((3, 3)), np.array([10, 20, 30])
print(labs.expansion(Z.shape, b.shape))
print(f"  b {b.shape}: unit 0 of Z + b is {(Z + b)[0].tolist()}: every example got another b")
print(f"  b (3, 1): unit 0 of Z + b is {(Z + b.reshape(-1, 1))[0].tolist()}")

print("\nglassnet does not guess:")
network = gn.Network([gn.Dense(3)], loss=gn.SquaredError())
try:
    network.predict({"W1": np.ones((3, 2)), "b1": b}, np.ones((2, 3)))
except ValueError as error:
    print(error)
