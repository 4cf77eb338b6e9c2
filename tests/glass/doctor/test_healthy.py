"""False alarms: healthy fits of real data have no finding at all.

Eight are of data that scikit-learn ships; those of the other tables are skipped where these are
not at hand. Columns are standardised by the training rows, as a careful person would; pixels that
are the same in every picture are left out.
"""

import csv
from pathlib import Path

import numpy as np
import pytest
from sklearn import datasets

import glassnet as gn

SHARED = Path(__file__).parents[4] / "shared" / "data"
BCE, CCE, SE = gn.BinaryCrossEntropy(), gn.CategoricalCrossEntropy(), gn.SquaredError()


def one_hot(y):
    return np.eye(int(y.max()) + 1)[y].T


def standardised(y):
    return ((y - y.mean()) / y.std())[np.newaxis]


def breast():
    data = datasets.load_breast_cancer()
    return data.data.T, data.target[np.newaxis].astype(float)


def wine():
    data = datasets.load_wine()
    return data.data.T, one_hot(data.target)


def iris():
    data = datasets.load_iris()
    return data.data.T, one_hot(data.target)


def digits():
    data = datasets.load_digits()
    return data.data.T[data.data.std(axis=0) > 0], one_hot(data.target)


def diabetes():
    data = datasets.load_diabetes()
    return data.data.T, standardised(data.target)


def california():
    rows = np.genfromtxt(SHARED / "california-housing.csv", delimiter=",", skip_header=1)[:, :9]
    rows = rows[np.isfinite(rows).all(axis=1)][::3]
    return rows[:, :8].T, standardised(rows[:, 8])


def diamonds():
    with (SHARED / "diamonds.csv").open() as file:
        rows = list(csv.DictReader(file))[::9]
    numbers = [[float(row[name]) for row in rows] for name in ("carat", "depth", "table", "x", "z")]
    colours = sorted({row["color"] for row in rows})
    kinds = [[float(row["color"] == colour) for row in rows] for colour in colours]
    price = np.array([float(row["price"]) for row in rows])
    return np.array(numbers + kinds), standardised(np.log(price))


def halves(units, *activations):
    return [layer for g in activations for layer in (gn.Dense(units), g)]


TWO, THREE, TEN = (
    [gn.Dense(1), gn.Sigmoid()],
    [gn.Dense(3), gn.Softmax()],
    [gn.Dense(10), gn.Softmax()],
)
FITS = {
    "logistic regression by gradient descent": (
        *(breast, TWO, BCE, (), gn.Training(gn.GradientDescent(0.5), epochs=150)),
    ),
    "relu and adam": (
        *(breast, [*halves(16, gn.ReLU()), *TWO], BCE, ()),
        gn.Training(gn.Adam(0.003), epochs=40, batch_size=32),
    ),
    "tanh and momentum": (
        *(wine, [*halves(8, gn.Tanh()), *THREE], CCE, ()),
        gn.Training(gn.Momentum(0.1), epochs=60, batch_size=16),
    ),
    "tanh and l-bfgs": (
        *(iris, [*halves(5, gn.Tanh()), *THREE], CCE, (gn.L2(0.3),)),
        gn.Training(gn.LBFGS(), epochs=30),
    ),
    "elu and nesterov": (
        *(iris, [*halves(6, gn.ELU()), *THREE], CCE, ()),
        gn.Training(gn.Nesterov(0.1), epochs=80, batch_size=20),
    ),
    "two relu layers": (
        *(digits, [*halves(64, gn.ReLU(), gn.ReLU()), *TEN], CCE, ()),
        gn.Training(gn.Adam(0.001), epochs=20, batch_size=32),
    ),
    "sigmoid and rmsprop": (
        *(digits, [*halves(32, gn.Sigmoid()), *TEN], CCE, ()),
        gn.Training(gn.RMSprop(0.003), epochs=25, batch_size=32),
    ),
    "deep silu with dropout": (
        *(digits, [*halves(32, gn.SiLU(), gn.SiLU(), gn.SiLU()), gn.Dropout(0.1), *TEN], CCE, ()),
        gn.Training(gn.AdamW(gn.Cosine(0.003)), epochs=25, batch_size=64),
    ),
    "softplus and few units": (
        *(diabetes, [*halves(4, gn.Softplus()), gn.Dense(1)], SE, ()),
        gn.Training(gn.Adam(0.01), epochs=60, batch_size=32),
    ),
    "least squares by gradient descent": (
        *(diabetes, [gn.Dense(1)], SE, ()),
        gn.Training(gn.GradientDescent(0.1), epochs=100),
    ),
    "houses by relu": (
        *(california, [*halves(32, gn.ReLU(), gn.ReLU()), gn.Dense(1)], SE, ()),
        gn.Training(gn.Adam(0.003), epochs=15, batch_size=128),
    ),
    "houses by tanh and huber": (
        *(california, [*halves(32, gn.Tanh()), gn.Dense(1)], gn.Huber(1.0), ()),
        gn.Training(gn.Adam(0.003), epochs=15, batch_size=128),
    ),
    "diamonds by mish": (
        *(diamonds, [*halves(48, gn.Mish()), gn.Dense(1)], SE, ()),
        gn.Training(gn.Adam(gn.OneCycle(0.01)), epochs=15, batch_size=128),
    ),
}


@pytest.mark.parametrize("name", FITS)
def test_a_healthy_fit_has_no_finding(name):
    data, layers, loss, penalties, training = FITS[name]
    if data in (california, diamonds) and not SHARED.exists():
        pytest.skip("the data are not at hand")
    X, Y = data()
    order = np.random.default_rng(0).permutation(X.shape[1])
    held, seen = order[: len(order) // 4], order[len(order) // 4 :]
    X = (X - X[:, seen].mean(axis=1, keepdims=True)) / X[:, seen].std(axis=1, keepdims=True)
    network = gn.Network(layers, loss, penalties)
    validation = (X[:, held], Y[:, held])
    result = training.run(gn.Task.of(network, X[:, seen], Y[:, seen], validation))
    diagnosis = gn.doctor(
        network, X[:, seen], Y[:, seen], result=result, validation=validation, training=training
    )
    assert not diagnosis.findings, str(diagnosis)
    assert len(diagnosis.checked) == 16
