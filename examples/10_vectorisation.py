"""Vectorisation: the same sums, without the loop that you can see.

    for every unit and every example:  z = w₁ x₁ + … + wₙ xₙ + b        or at once:  Z = W X + b

The numbers are equal; the time is not. An explicit loop asks Python about every single product,
the matrix form hands all of them to compiled code. (The course measured 300 times; it depends on
the machine and the sizes.)
"""

import time

import numpy as np

import glassnet as gn

random = np.random.default_rng(0)
units, n, m = 20, 100, 500
W, b, X = random.normal(size=(units, n)), random.normal(size=(units, 1)), random.normal(size=(n, m))


def explicit_loop() -> np.ndarray:
    Z = np.zeros((units, m))
    for unit in range(units):
        for i in range(m):
            z = 0.0
            for k in range(n):
                z += W[unit, k] * X[k, i]
            Z[unit, i] = z + b[unit, 0]
    return Z


def vectorised() -> np.ndarray:
    return gn.Dense(units).forward(np, A=X, W=W, b=b)["Z"]  # W @ A + b


def seconds(function) -> float:
    began = time.perf_counter()
    function()
    return time.perf_counter() - began


assert np.allclose(explicit_loop(), vectorised(), rtol=1e-12, atol=1e-12)
slow, fast = seconds(explicit_loop), min(seconds(vectorised) for _ in range(20))
print(f"{units * n * m:,} products, {units * m:,} values of Z: all equal")
print(f"explicit loop   {1000 * slow:9.2f} ms")
print(f"Z = W X + b     {1000 * fast:9.2f} ms      {slow / fast:,.0f} times faster")
assert slow > fast
