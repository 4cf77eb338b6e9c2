"""A hybrid network: an image and a row of a table, each through layers of its own, then together.

    A = [A_image; A_table]    and    Z = W A + b

An image shows a digit, and the table says how often it counts: once, twice or three times. Is it
worth more than 7? A 3 is if it counts three times, and no 2 is; neither half knows that alone.
"""

import numpy as np
from sklearn.datasets import load_digits

import glassnet as gn

random = np.random.default_rng(0)
pixels, digit = load_digits(return_X_y=True)
times = random.integers(1, 4, len(digit))
nothing = random.normal(size=len(digit))  # a column that says nothing

X = {
    "image": np.moveaxis(pixels.reshape(-1, 8, 8, 1) / 16, 0, -1),  # (H, W, n_C, m)
    "table": np.vstack([times == 1, times == 2, times == 3, nothing]).astype(float),  # (n, m)
}
Y = (digit * times > 7).astype(float)[None]
learn, held = np.split(random.permutation(len(digit)), [len(digit) * 4 // 5])

branches = {
    "image": gn.Chain([gn.Conv2D(8, (3, 3)), gn.ReLU(), gn.MaxPool2D(2), gn.Flatten()]),
    "table": gn.Chain([gn.Dense(4), gn.ReLU()]),
}


def right(**branches):
    """The share of held-out examples that a network of these branches gets right."""
    ends = [gn.Dense(32), gn.ReLU(), gn.Dense(1), gn.Sigmoid()]
    network = gn.Network(
        [gn.Parallel(**branches, join="concatenate"), *ends], loss=gn.BinaryCrossEntropy()
    )
    inputs = {name: X[name][..., learn] for name in branches}
    rate = gn.OneCycle(0.01)
    result = gn.train(
        network, inputs, Y[:, learn], optimizer=gn.Adam(rate), epochs=20, batch_size=64
    )
    A = network.predict(result.parameters, {name: X[name][..., held] for name in branches})
    return np.mean((A > 0.5) == Y[:, held])


print(
    f"{len(held)} held-out examples, {np.mean(Y[:, held]):.1%} of them worth more than 7; right on"
)
print(f"image alone: {right(image=branches['image']):.1%}")
print(f"table alone: {right(table=branches['table']):.1%}")
print(f"both:        {right(**branches):.1%}")
