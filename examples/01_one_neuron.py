"""One neuron: the price of a house from its size.

    a = max(0, w x + b)

A straight line that never goes below zero: no house costs less than nothing. That is a whole
neural network, of one neuron, and its activation is called ReLU.
"""

import numpy as np

import glassnet as gn

random = np.random.default_rng(1)
size = random.uniform(40, 240, (1, 60))  # m², (n_x, m) = (1, 60)
price = np.maximum(0, 3.1 * size - 110) + random.normal(0, 15, size.shape)  # in 1,000

X, Y = size / 100, price / 100  # numbers of about 1 are easy to learn from

network = gn.Network([gn.Dense(1), gn.ReLU()], loss=gn.SquaredError())
start = {"W1": [[1.0]], "b1": [[0.0]]}
result = gn.train(network, X, Y, parameters=start, optimizer=gn.GradientDescent(0.3), epochs=500)

w, b = result.parameters["W1"].item(), result.parameters["b1"].item()
print("made with  price = max(0, 3.10 size − 110)")
print(f"learned    price = max(0, {w:.2f} size − {-100 * b:.0f})")
print(f"cost       {result.history[0].cost:.3f} → {result.history[-1].cost:.3f}")
print()
print("size   price")
for example in (30, 60, 120, 200):
    (answer,) = 100 * network.predict(result.parameters, [[example / 100]])[0]
    print(f"{example:4}  {answer:6.0f}  {'▪' * round(answer / 12)}")
