"""A recurrent network: next month's sunspots from the last 36 months, one month after the other.

    a⟨t⟩, c⟨t⟩ = LSTM(a⟨t−1⟩, c⟨t−1⟩, x⟨t⟩)    and    ŷ = x⟨36⟩ + W a⟨36⟩ + b

What is predicted is the change, so that a network that has learnt nothing says "as this month".
The last 20 % of the months are predicted. Learning goes on as they come: every ten years a new
network learns from all the months until then. It, the one of ten years before and a linear one,
which errs elsewhere, are averaged. A month is learnt from only when it has been predicted.
The numbers are those of ../shared/data where it is there, else a noisy cycle that is made here.
The network sees their square roots s, whose noise hardly grows with them. The mean of a count is
then s² + the variance of s, of which there is as much as the network cannot say.
"""

import csv
from pathlib import Path

import numpy as np

import glassnet as gn
from glassnet.sequences import past_and_future, windows

TEN_YEARS, LENGTH = 120, 36  # months
SUNSPOTS = Path(__file__).parents[2] / "shared" / "data" / "monthly-sunspots.csv"


def monthly():
    """A number for every month, the earliest first."""
    if SUNSPOTS.exists():
        with SUNSPOTS.open(encoding="utf-8") as file:
            return np.array([float(row["Sunspots"]) for row in csv.DictReader(file)])
    random, months = np.random.default_rng(0), np.arange(1500)
    level = 50 * (1 + np.sin(2 * np.pi * months / 132)) * (1 + np.sin(months / 400) / 3)
    return np.maximum(0, level + 2 * np.sqrt(level) * random.normal(size=len(months)))


months = monthly()
past, _ = past_and_future(np.sqrt(months), LENGTH, share=0.2)
center, scale = past.mean(), past.std()  # of the past alone
X, Y = (np.moveaxis(A, 0, -1) for A in windows((np.sqrt(months) - center) / scale, LENGTH))
change = Y - X[-1]  # column i, from the months i to i + 35: how the next one differs
spread = change[:, : len(past) - LENGTH].std()
recurrent = gn.Network([gn.LSTM(24, last=True), gn.Dense(1)], loss=gn.SquaredError())
linear = gn.Network([gn.Flatten(), gn.Dense(1)], loss=gn.SquaredError())
slowly = {"optimizer": gn.Adam(gn.OneCycle(0.01)), "epochs": 20, "batch_size": 64}


def trained(network, known, **how):
    """The network, and what it has learnt from the first `known` columns."""
    A0, dY = X[..., :known].astype(np.float32), change[:, :known].astype(np.float32)
    return network, gn.train(network, A0, dY / spread, **how).parameters


def predicted(members, known):
    """The ten years of months behind column `known`, by the mean of several networks."""
    end = known + TEN_YEARS
    said = np.mean([network.predict(p, X[..., :end]) for network, p in members], axis=0) * spread
    variance = np.var(change[:, :known] - said[:, :known]) * scale**2
    roots = (X[-1, 0, known:end] + said[0, known:]) * scale + center
    return np.maximum(0, roots) ** 2 + variance


networks, alone, together = [], [], []
for known in range(len(past) - LENGTH, X.shape[-1], TEN_YEARS):
    networks.append(trained(recurrent, known, **slowly, average=gn.EMA(0.99), seed=known))
    line = trained(linear, known, optimizer=gn.LBFGS())
    alone.extend(predicted([line], known))
    together.extend(predicted([*networks[-2:], line], known))

held = months[len(past) :]
same = np.sqrt(np.mean((held - months[len(past) - 1 : -1]) ** 2))
print(f"the last {len(held)} months, each before it was learnt; {len(past):,} before them")
print(f"rmse, next month as this one:  {same:.2f}")
for name, months_said in (("linear network:   ", alone), ("recurrent network:", together)):
    rmse = np.sqrt(np.mean((held - months_said) ** 2))
    print(f"rmse, {name}       {rmse:.2f}, which is {1 - rmse / same:.1%} below")
