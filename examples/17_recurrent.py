"""A recurrent network: next month's sunspots from the last 36 months, one month after the other.

    a⟨t⟩ = GRU(a⟨t−1⟩, x⟨t⟩)    and    ŷ = x⟨36⟩ + W a⟨36⟩ + b

What is predicted is the change, so that a network that has learnt nothing says "as this month".
The numbers are those of ../shared/data where it is there, else a noisy cycle that is made here.
The network sees their square roots: the noise of counts grows with them, that of the roots less.
"""

import csv
from pathlib import Path

import numpy as np

import glassnet as gn
from glassnet.sequences import past_and_future, windows

SUNSPOTS = Path(__file__).parents[2] / "shared" / "data" / "monthly-sunspots.csv"
LENGTH = 36


def monthly():
    """A number for every month, the earliest first."""
    if SUNSPOTS.exists():
        with SUNSPOTS.open(encoding="utf-8") as file:
            return np.array([float(row["Sunspots"]) for row in csv.DictReader(file)])
    random, months = np.random.default_rng(0), np.arange(1500)
    level = 50 * (1 + np.sin(2 * np.pi * months / 132)) * (1 + np.sin(months / 400) / 3)
    return np.maximum(0, level + 2 * np.sqrt(level) * random.normal(size=len(months)))


past, future = past_and_future(np.sqrt(monthly()), LENGTH, share=0.2)
center, scale = past.mean(), past.std()  # of the past alone


def columns(series):
    """X (T, 1, m) as networks take it, and the change to the month that follows, (1, m)."""
    X, Y = (np.moveaxis(array, 0, -1) for array in windows((series - center) / scale, LENGTH))
    return X.astype(np.float32), (Y - X[-1]).astype(np.float32)


X, Y = columns(past)
member = gn.Chain([gn.GRU(64, last=True), gn.Dense(1)])
spread = Y.std()
learnt = [
    gn.train(
        gn.Network([member], loss=gn.SquaredError()),
        X,
        Y / spread,
        optimizer=gn.Adam(gn.OneCycle(0.005)),
        epochs=10,
        batch_size=64,
        seed=seed,
    ).parameters
    for seed in range(4)
]
ensemble = gn.Ensemble([member] * len(learnt))  # one network, whose outputs are averaged
network = gn.Network([ensemble], loss=gn.SquaredError())
parameters = ensemble.parameters(learnt)

X, _ = columns(future)
change = network.predict(parameters, X) * spread
predicted = ((X[-1] + change) * scale + center)[0] ** 2
months = future**2
same = np.sqrt(np.mean((months[LENGTH:] - months[LENGTH - 1 : -1]) ** 2))
rmse = np.sqrt(np.mean((months[LENGTH:] - predicted) ** 2))
print(f"the last {len(predicted)} months, learnt from {len(past):,} before them")
print(f"rmse, next month as this one:  {same:.2f}")
print(f"rmse, recurrent network:       {rmse:.2f}, which is {1 - rmse / same:.1%} below")
