"""The time of one step against the size of the network and of the batch, on the native engine."""

from __future__ import annotations

import json
import sys
import time

import numpy as np

import glassnet as gn

SIZES = (
    *((4, 16), (8, 32), (16, 64), (32, 32), (32, 128), (64, 64), (64, 256), (128, 128)),
    *((128, 512), (256, 256), (512, 256), (512, 512), (1024, 512), (2048, 512)),
)
"""n and m: the network is n-n-n-1."""
LEAST_SECONDS = 0.3

threads = int(sys.argv[1])
points = []
for n, m in SIZES:
    random = np.random.default_rng(0)
    X = random.standard_normal((8 * m, n), dtype=np.float32).T
    Y = (X[:1] > 0).astype(np.float32)
    layers = [gn.Dense(n), gn.ReLU(), gn.Dense(n), gn.ReLU(), gn.Dense(1), gn.Sigmoid()]
    network = gn.Network(layers, loss=gn.BinaryCrossEntropy()).on(gn.Native(threads))
    start = network.initialize((n,), dtype=np.float32)
    epochs, seconds = 1, 0.0
    while seconds < LEAST_SECONDS:
        epochs = max(2 * epochs, int(1.2 * epochs * LEAST_SECONDS / (seconds or LEAST_SECONDS)))
        times = []
        for _ in range(3):
            began = time.perf_counter()
            gn.train(network, X, Y, parameters=start, batch_size=m, epochs=epochs)
            times.append(time.perf_counter() - began)
        seconds = min(times)
    multiply_adds = m * (3 * (2 * n * n + n) - n * n)
    points.append(
        {
            "network": f"{n}-{n}-{n}-1",
            "m": m,
            "multiply_adds": multiply_adds,
            "microseconds": 1e6 * seconds / (8 * epochs),
            "gigaflops": 2 * multiply_adds * 8 * epochs / seconds / 1e9,
        }
    )
print(json.dumps({"points": points}))
