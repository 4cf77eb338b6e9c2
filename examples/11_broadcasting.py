"""Broadcasting: a row or a column stands for a whole matrix.

    (m, n) ∘ (1, n):  the row is repeated m times        (m, n) ∘ (m, 1):  the column, n times

The course's example: calories from carbohydrates, protein and fat in 100 g of four foods, and
their shares: percentages = 100 A / column sums. And the trap: an array of shape (n,) is neither
a row nor a column, and b of shape (n,) turns Z into something else without a word.
"""

import numpy as np

import glassnet as gn

foods = ["apples", "beef", "eggs", "potatoes"]
A = np.array([[56.0, 0.0, 4.4, 68.0], [1.2, 104.0, 52.0, 8.0], [1.8, 135.0, 99.0, 0.9]])

calories = A.sum(axis=0, keepdims=True)  # (1, 4): keepdims keeps it a row
percentages = 100 * A / calories  # (3, 4) / (1, 4)
print(f"{'':15}" + "".join(f"{food:>10}" for food in foods))
for row, kind in enumerate(["carbohydrates", "protein", "fat"]):
    print(f"{kind:15}" + "".join(f"{share:9.1f}%" for share in percentages[row]))
assert np.allclose(percentages.sum(axis=0), 100)

print("\nwhat fits what:")
for left, right in [((3, 4), (1, 4)), ((3, 4), (3, 1)), ((3, 4), (1, 1)), ((4, 3), (3, 2))]:
    try:
        print(f"  {left} ∘ {right} → {np.broadcast_shapes(left, right)}")
    except ValueError:
        print(f"  {left} ∘ {right} → no: axes must be equal, or one of them 1")

print("\nthe trap of rank 1, in NumPy:")
Z, b = np.zeros((3, 3)), np.array([10, 20, 30])
print(f"  b {b.shape}: unit 0 of Z + b is {(Z + b)[0].tolist()}: every example got another b")
print(f"  b (3, 1): unit 0 of Z + b is {(Z + b.reshape(-1, 1))[0].tolist()}")

print("\nglassnet does not guess:")
network = gn.Network([gn.Dense(3)], loss=gn.SquaredError())
try:
    network.predict({"W1": np.ones((3, 2)), "b1": b}, np.ones((2, 3)))
except ValueError as error:
    print(error)
