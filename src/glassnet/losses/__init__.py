"""Losses: how wrong one example is; the cost J is their mean.

Every loss states L(A, Y), per example, and dA = ∂L/∂A. The loss of an example is the sum over
its output units (and over time or pixels, where there are such). A loss also names the
activation with which it belongs together, its canonical pair: with it both L and
dZ = A − Y are computed from Z, where nothing overflows and nothing is divided by almost zero.
"""
