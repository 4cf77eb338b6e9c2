"""A sequence: an image read row by row, by a cell that decides what to keep.

    c⟨t⟩ = f⟨t⟩ ∗ c⟨t−1⟩ + i⟨t⟩ ∗ g⟨t⟩

Each row of an image is one time t. The gates f and i forget and fill the cell of an LSTM, and what
it holds after the last row tells the digit.
The digits are MNIST's where its files lie in ../shared/data, else those of scikit-learn.
"""

from pathlib import Path

import numpy as np

import glassnet as gn
from glassnet.images import read_idx

DATA = Path(__file__).parents[2] / "shared" / "data"


def digits():
    """Images (m, H, W) with values from 0 to 1, and the digit that each of them shows."""
    if (DATA / "mnist-t10k-images-idx3-ubyte.gz").exists():
        images = read_idx(DATA / "mnist-t10k-images-idx3-ubyte.gz") / 255
        return images, read_idx(DATA / "mnist-t10k-labels-idx1-ubyte.gz")
    from sklearn.datasets import load_digits

    small, labels = load_digits(return_X_y=True)
    return small.reshape(-1, 8, 8) / 16, labels


images, labels = digits()
order = np.random.default_rng(0).permutation(len(labels))
learn, held = np.split(order, [len(order) * 4 // 5])

X = np.moveaxis(images, 0, -1).astype(np.float32)  # (T, n_x, m): rows, pixels of a row, examples
Y = np.eye(10, dtype=np.float32)[:, labels]
network = gn.Network(
    [gn.LSTM(32, last=True), gn.Dense(10), gn.Softmax()], loss=gn.CategoricalCrossEntropy()
)
epochs = 60_000 // len(learn)  # as many updates where there are fewer images
rate = gn.OneCycle(0.02)
result = gn.train(
    network, X[..., learn], Y[:, learn], optimizer=gn.Adam(rate), epochs=epochs, batch_size=50
)
A = network.predict(result.parameters, X[..., held])
right = np.mean(A.argmax(axis=0) == labels[held])
print(f"right on the {len(held):,} of {len(labels):,} digits held out: {right:.2%}")

# Nothing but the states is carried on: four pieces of an image end in the numbers of the whole.
print("\nthe first of them, piece by piece:")
first, states, read = X[..., held[:1]], None, 0
for piece in np.array_split(first, 4):
    ahead, states = network.predict_piece(result.parameters, piece, states)
    read += len(piece)
    print(f"after {read:2} rows: {ahead[:, 0].argmax()}, sure to {ahead.max():.0%}")
print("the same as at once:", np.allclose(ahead, A[:, :1], atol=1e-6))
