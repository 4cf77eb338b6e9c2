"""Circuit theory: is the number of ones odd? Depth against width, built by hand and learned.

    XOR(a, b) = max(0, a + b) − 2 max(0, a + b − 1)        for a, b of 0 and 1

A tree of XORs has log₂ n layers. In a single layer of AND gates under an OR, each of the 2ⁿ⁻¹ odd
inputs needs a gate of its own: that is a theorem about these gates. It is not one about neurons:
a neuron can add, and n of them, one after each count, make the zigzag 0, 1, 0, 1, … of the sum.
What can be built is one thing, what gradient descent finds is another; both are shown.
"""

import numpy as np

from glassnet.glass import labs
from glassnet.glass.labs.circuits import tree

print(labs.circuits(8))

print("\nthe tree for 4 bits, layer by layer, at 1 0 1 1:")
A, parameters = np.array([[1.0], [0.0], [1.0], [1.0]]), tree(4)
for l in (1, 2):
    A = np.maximum(0, parameters[f"W{l}"] @ A + parameters[f"b{l}"])
    print(f"  A[{l}] = {A.ravel().tolist()}")
print(f"  odd: {(parameters['W3'] @ A + parameters['b3']).item():g}")
