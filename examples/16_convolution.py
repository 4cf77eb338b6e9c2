"""Convolution: a small dense layer that looks at every place of an image with the same weights.

    Z = Σᵢⱼ W[i, j] A[i : i + H_out, j : j + W_out] + b

A is the course's matrix (n_C, m) at every pixel, and (i, j) runs over the offsets of the kernel.
The digits are MNIST's where its files lie in ../shared/data, else those of scikit-learn.
"""

from pathlib import Path

import numpy as np

import glassnet as gn
from glassnet.images import read_idx, shifted

DATA = Path(__file__).parents[2] / "shared" / "data"


def digits():
    """Images (m, H, W, 1) with values from 0 to 1, and the digit that each of them shows."""
    if (DATA / "mnist-t10k-images-idx3-ubyte.gz").exists():
        images = read_idx(DATA / "mnist-t10k-images-idx3-ubyte.gz")[..., None] / 255
        return images, read_idx(DATA / "mnist-t10k-labels-idx1-ubyte.gz")
    from sklearn.datasets import load_digits

    small, labels = load_digits(return_X_y=True)
    large = small.reshape(-1, 8, 8).repeat(3, axis=1).repeat(3, axis=2)  # each pixel 3 × 3 times
    return large[..., None] / 16, labels


def columns(images, labels):
    """X (H, W, 1, m) and Y (10, m), as networks take them: examples last."""
    X = np.moveaxis(images, 0, -1).astype(np.float32)
    return X, np.eye(10, dtype=np.float32)[:, labels]


images, labels = digits()
order = np.random.default_rng(0).permutation(len(labels))
learn, held = np.split(order, [len(order) * 4 // 5])

network = gn.Network(
    [
        *(gn.Conv2D(8, (5, 5)), gn.ReLU(), gn.MaxPool2D(2)),
        *(gn.Conv2D(16, (5, 5)), gn.ReLU(), gn.MaxPool2D(2)),
        *(gn.Flatten(), gn.Dropout(0.3), gn.Dense(10), gn.Softmax()),
    ],
    loss=gn.CategoricalCrossEntropy(),
)
for at in network.dimensions(images.shape[1:]):
    name, made, shape = (
        type(at.node.layer).__name__,
        at.node.output,
        str(at.output).replace("'", ""),
    )
    print(f"{name:9} {made:10} {shape:20}", *at.parameters.values())

# Every digit once as it is, and once moved by up to two pixels.
moved = np.concatenate([images[learn], shifted(images[learn], 2, seed=1)])
X, Y = columns(moved, np.tile(labels[learn], 2))
rate = gn.OneCycle(0.004)
result = gn.train(network, X, Y, optimizer=gn.Adam(rate), epochs=5, batch_size=64, seed=1)

X, Y = columns(images[held], labels[held])
A = network.predict(result.parameters, X)
right = np.mean(A.argmax(axis=0) == labels[held])
print(f"\nright on the {len(held):,} of {len(labels):,} digits held out: {right:.2%}")

W, b = result.parameters["W1"], result.parameters["b1"]
z = sum(W[i, j] @ X[10 + i, 9 + j, :, :1] for i in range(5) for j in range(5)) + b
trace = network.trace(result.parameters, X[..., :1])
print("Z[1] at pixel (10, 9), summed by hand:", *(f"{value:.3f}" for value in z[:4, 0]))
print(
    "Z[1] at pixel (10, 9), in the network:",
    *(f"{value:.3f}" for value in trace["Z1"][10, 9, :4, 0]),
)
