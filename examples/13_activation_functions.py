"""Activation functions: which there are, what their slopes do, and why there must be one.

    σ′ = a (1 − a)      tanh′ = 1 − a²      ReLU′ = 1 if z > 0 else 0      leaky′ = 1 or 0.01

Sigmoid at the output for yes or no; ReLU in hidden layers; tanh where values should be centred.
"""

import numpy as np

import glassnet as gn
from glassnet.glass import labs

BARS = " ▁▂▃▄▅▆▇█"


def drawn(values):
    """A row of numbers as a row of bars, from 0 or the least up to the greatest."""
    low, high = min(0, values.min()), values.max()
    return "".join(BARS[round(8 * (v - low) / (high - low))] for v in values)


Z = np.linspace(-6, 6, 41)[np.newaxis]
print(f"{'z from −6 to 6':14}   {'g(z)':41}   {'g′(z)':41}   least … most g′")
for g in (gn.Sigmoid(), gn.Tanh(), gn.ReLU(), gn.LeakyReLU(), gn.Identity()):
    A = g.g(np, Z)
    slope = g.g_prime(np, Z, A).astype(float)
    least, most = slope.min(), slope.max()
    print(f"{type(g).__name__:14}   {drawn(A[0])}   {drawn(slope[0])}   {least:.2g} … {most:.2g}")

print("\nWithout them, depth is worth nothing: three linear layers are one.")
print(labs.linear_collapse())

print("\nFar from 0 a unit hardly learns, for its slope is nearly 0.")
print(labs.saturation())

X = np.random.default_rng(0).normal(size=(3, 100))
print("\nTen layers multiply their slopes: how much of the gradient reaches the first?")
for g in (gn.Sigmoid(), gn.Tanh(), gn.ReLU()):
    layers = [layer for _ in range(10) for layer in (gn.Dense(30), g)]
    network = gn.Network([*layers, gn.Dense(1)], loss=gn.SquaredError())
    trace = network.trace(network.initialize((3,), seed=0), X, np.ones((1, 100)))
    first, last = (np.mean(np.abs(trace[name])) for name in ("dZ1", "dZ10"))
    print(f"{type(g).__name__:14} |dZ[1]| / |dZ[10]| = {first / last:.0e}")
