"""The loss is how wrong one prediction is; the cost is the mean of the losses.

    L = −(y log ŷ + (1 − y) log(1 − ŷ))        J = (1/m) Σ L

Only one of the two terms counts for each example: −log ŷ where y is 1, −log(1 − ŷ) where it is 0.
A confident mistake is expensive.
"""

import math

import numpy as np

import glassnet as gn

network = gn.Network([gn.Dense(1), gn.Sigmoid()], loss=gn.BinaryCrossEntropy())
parameters = {"W1": [[1.0]], "b1": [[0.0]]}  # ŷ = σ(x): x is the network's opinion
X = np.array([[4.0, 1.0, 0.0, -1.0, -4.0, 4.0]])
Y = np.array([[1, 1, 1, 1, 1, 0]])

trace = network.trace(parameters, X, Y)
losses = []
print(" y     ŷ       L   by hand")
for i, y in enumerate(Y[0]):
    y_hat, loss = trace["A1"][0, i], trace["L"][0, i]
    losses.append(-math.log(y_hat) if y == 1 else -math.log(1 - y_hat))
    print(f" {y}  {y_hat:.3f}  {loss:.3f}     {losses[i]:.3f}   {'▪' * round(8 * loss)}")

mean = sum(losses) / len(losses)
print(f"\nJ = {trace.cost:.6f}, and the mean of the losses is {mean:.6f}")
assert math.isclose(trace.cost, mean)

certain = network.cost(parameters, [[1000.0]], [[0]])
print(f"certain and wrong (z = 1000): J = {certain:.0f}, not infinite: L is computed from z")
