"""Architectures: standard, convolutional, recurrent and hybrid networks, on the same real digits.

    standard        Z = W A + b                                  every unit reads everything
    convolutional   Z = Σᵢⱼ W[i, j] A[i:, j:] + b                 a window, the same at every place
    recurrent       a⟨t⟩ from a⟨t−1⟩ and x⟨t⟩                      the present, and what was before
    hybrid          A = [A_image; A_rows]                        branches, joined

Each network takes the same images of 8 × 8 pixels in its own way. Then all pixels are shuffled, in
the same way for every image. To the standard network nothing has happened, for it never knew an
order; the convolutional one has lost what it looked for, pixels that are neighbours.
"""

import numpy as np
from sklearn.datasets import load_digits

import glassnet as gn

pixels, digit = load_digits(return_X_y=True)
learn, held = np.split(np.random.default_rng(0).permutation(len(digit)), [len(digit) * 4 // 5])
Y = np.eye(10)[:, digit]

see = [gn.Conv2D(16, (3, 3)), gn.ReLU(), gn.MaxPool2D(2), gn.Flatten()]
read = [gn.GRU(32, last=True)]
both = gn.Parallel(image=gn.Chain(see), rows=gn.Chain(read), join="concatenate")
networks = {
    "standard": [gn.Dense(32), gn.ReLU()],
    "convolutional": see,
    "recurrent": read,
    "hybrid": [both],
}


def taken(name, table):
    """The pixels (64, m) as a network takes them: as they are, as images, as rows, as both."""
    image = table.reshape(8, 8, 1, -1)  # (H, W, n_C, m)
    rows = table.reshape(8, 8, -1)  # (T, n_x, m)
    hybrid = {"image": image, "rows": rows}
    return {"standard": table, "convolutional": image, "recurrent": rows, "hybrid": hybrid}[name]


def right(name, table):
    """The share of held-out digits that a network gets right."""
    network = gn.Network(
        [*networks[name], gn.Dense(10), gn.Softmax()], loss=gn.CategoricalCrossEntropy()
    )
    X = taken(name, table[:, learn])
    rate = gn.OneCycle(0.01)
    result = gn.train(network, X, Y[:, learn], optimizer=gn.Adam(rate), epochs=15, batch_size=32)
    A = network.predict(result.parameters, taken(name, table[:, held]))
    return np.mean(A.argmax(axis=0) == digit[held])


table = pixels.T / 16
shuffled = table[np.random.default_rng(1).permutation(64)]
print(f"right on {len(held)} digits held out:   as they are   pixels shuffled")
for name in networks:
    print(f"{name:30} {right(name, table):11.1%} {right(name, shuffled):17.1%}")
