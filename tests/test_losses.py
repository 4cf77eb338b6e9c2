"""Losses against scikit-learn, SciPy and numbers worked by hand."""

import math

import numpy as np
import pytest
import scipy.special as sp
from sklearn import metrics

import glassnet as gn
from glassnet.errors import DataError, HyperparameterError, ShapeError

RANDOM = np.random.default_rng(6)
M = 31
Y = RANDOM.standard_normal((1, M))
A = RANDOM.standard_normal((1, M))
P = sp.expit(2 * A)
LABELS = (RANDOM.random((1, M)) < 0.4).astype(float)
CLASSES = RANDOM.integers(0, 3, M)
ONE_HOT = np.eye(3)[CLASSES].T
P3 = sp.softmax(RANDOM.standard_normal((3, M)), axis=0)
COUNTS = RANDOM.poisson(3, (1, M)).astype(float)


def mean_loss(loss, A, Y) -> float:
    return float(loss.each(np, A, Y).sum(axis=0).mean())


def test_squared_error():
    expected = metrics.mean_squared_error(Y[0], A[0]) / 2
    assert mean_loss(gn.SquaredError(), A, Y) == pytest.approx(expected, rel=1e-13)


def test_absolute_error():
    expected = metrics.mean_absolute_error(Y[0], A[0])
    assert mean_loss(gn.AbsoluteError(), A, Y) == pytest.approx(expected, rel=1e-13)


@pytest.mark.parametrize("delta", [0.5, 1.0, 2.5])
def test_huber(delta):
    np.testing.assert_allclose(gn.Huber(delta).each(np, A, Y), sp.huber(delta, A - Y), rtol=1e-13)


@pytest.mark.parametrize("q", [0.1, 0.5, 0.9])
def test_quantile(q):
    expected = metrics.mean_pinball_loss(Y[0], A[0], alpha=q)
    assert mean_loss(gn.Quantile(q), A, Y) == pytest.approx(expected, rel=1e-13)


def test_several_quantiles_are_the_sum_of_each():
    several = gn.Quantile((0.1, 0.9))
    outputs = np.vstack([A, A + 1])
    expected = mean_loss(gn.Quantile(0.1), A, Y) + mean_loss(gn.Quantile(0.9), A + 1, Y)
    assert mean_loss(several, outputs, Y) == pytest.approx(expected, rel=1e-13)
    assert several.units(Y) == 2
    assert several.dA(np, np.array([[0.0], [0.0]]), np.ones((1, 1))).tolist() == [[-0.1], [-0.9]]


def test_binary_cross_entropy():
    expected = metrics.log_loss(LABELS[0], P[0], labels=[0, 1])
    assert mean_loss(gn.BinaryCrossEntropy(), P, LABELS) == pytest.approx(expected, rel=1e-12)
    from_Z = gn.BinaryCrossEntropy().each_from_Z(np, sp.logit(P), LABELS).mean()
    assert from_Z == pytest.approx(expected, rel=1e-12)


def test_categorical_cross_entropy():
    expected = metrics.log_loss(CLASSES, P3.T, labels=[0, 1, 2])
    loss = gn.CategoricalCrossEntropy()
    assert mean_loss(loss, P3, ONE_HOT) == pytest.approx(expected, rel=1e-12)
    from_Z = loss.each_from_Z(np, np.log(P3) + 50, ONE_HOT).sum(axis=0).mean()
    assert from_Z == pytest.approx(expected, rel=1e-12)


def test_poisson():
    rates = np.exp(A)
    deviance = metrics.mean_poisson_deviance(COUNTS[0], rates[0])
    saturated = (sp.xlogy(COUNTS, COUNTS) - COUNTS).mean()
    expected = deviance / 2 - saturated
    assert mean_loss(gn.Poisson(), rates, COUNTS) == pytest.approx(expected, rel=1e-12)
    from_Z = gn.Poisson().each_from_Z(np, A, COUNTS).mean()
    assert from_Z == pytest.approx(expected, rel=1e-12)


def test_label_smoothing():
    smooth = gn.BinaryCrossEntropy(label_smoothing=0.2)
    assert smooth.targets(np, np.array([[0.0, 1.0]])).round(12).tolist() == [[0.1, 0.9]]
    expected = -(0.9 * math.log(0.7) + 0.1 * math.log(0.3))
    assert mean_loss(smooth, np.array([[0.7]]), np.ones((1, 1))) == pytest.approx(expected)
    several = gn.CategoricalCrossEntropy(label_smoothing=0.3)
    targets = several.targets(np, np.eye(3)[:, :1]).round(12).tolist()
    assert targets == [[0.8], [0.1], [0.1]]


def test_slopes_by_hand():
    a, y = np.array([[0.25, 0.5]]), np.array([[1.0, 0.0]])
    assert gn.BinaryCrossEntropy().dA(np, a, y).tolist() == [[-4.0, 2.0]]
    assert gn.CategoricalCrossEntropy().dA(np, a, y).tolist() == [[-4.0, 0.0]]
    assert gn.Poisson().dA(np, a, y).tolist() == [[-3.0, 1.0]]
    assert gn.AbsoluteError().dA(np, a, y).tolist() == [[-1.0, 1.0]]
    assert gn.AbsoluteError().dA(np, y, y).tolist() == [[0.0, 0.0]]
    assert gn.Quantile(0.25).dA(np, a, y).tolist() == [[-0.25, 0.75]]
    assert gn.Quantile(0.25).dA(np, y, y).tolist() == [[0.0, 0.0]]
    assert gn.Huber(0.6).dA(np, a, y).tolist() == [[-0.6, 0.5]]


@pytest.mark.row(71)
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("p", [0.0, 1.0])
def test_certain_and_wrong_is_finite(dtype, p):
    a, y = np.full((2, 1), p, dtype=dtype), np.array([[1.0], [0.0]], dtype=dtype)
    for loss in (gn.BinaryCrossEntropy(), gn.CategoricalCrossEntropy(), gn.Poisson()):
        L, dA = loss.each(np, a, y), loss.dA(np, a, y)
        assert np.isfinite(L).all()
        assert np.isfinite(dA).all()
        assert L.dtype == dA.dtype == dtype
    right = gn.BinaryCrossEntropy().each(np, a[:1], np.full((1, 1), p, dtype=dtype))
    assert abs(right).item() <= 2 * np.finfo(dtype).eps


@pytest.mark.row(71, 72)
def test_costs_from_z_are_exact_where_probabilities_would_be_0():
    Z = np.array([[1e4, -1e4, 800.0]])
    L = gn.BinaryCrossEntropy().each_from_Z(np, Z, np.array([[0.0, 1.0, 1.0]]))
    assert L.tolist() == [[1e4, 1e4, 0.0]]
    Z, Y = np.array([[1e4], [-1e4], [0.0]]), np.array([[0.0], [1.0], [0.0]])
    assert gn.CategoricalCrossEntropy().each_from_Z(np, Z, Y).sum() == 2e4


@pytest.mark.row(71)
def test_a_dead_relu_rate_has_no_gradient():
    network = gn.Network([gn.Dense(1), gn.ReLU()], gn.Poisson())
    for dtype in (np.float32, np.float64):
        X, Y = np.ones((1, 1), dtype), np.full((1, 1), 1e6, dtype)
        gradients = network.gradients({"W1": [[-1.0]], "b1": [[0.0]]}, X, Y)
        assert gradients["dW1"].item() == 0


def test_the_best_constants():
    y = np.array([[0.0, 1.0, 2.0, 10.0, 50.0]])
    grid = np.linspace(0.01, 60, 6000)
    best = {
        gn.SquaredError(): 12.6,
        gn.AbsoluteError(): 2.0,
        gn.Quantile(0.7): 10.0,
        gn.Poisson(): 12.6,
    }
    for loss, expected in best.items():
        costs = [mean_loss(loss, np.full((1, 5), a), y) for a in grid]
        assert grid[int(np.argmin(costs))] == pytest.approx(expected, abs=0.02)


@pytest.mark.row(69)
@pytest.mark.parametrize(
    ("loss", "labels", "first"),
    [
        (gn.BinaryCrossEntropy(), [[0.0, 1.0, 2.0]], "2.0"),
        (gn.BinaryCrossEntropy(), [[0.0, -1.0, 1.0]], "-1.0"),
        (gn.CategoricalCrossEntropy(), [[1.0, 1.0], [0.0, 1.0]], "1.0"),
        (gn.CategoricalCrossEntropy(), [[1.5, 1.0], [-0.5, 0.0]], "1.5|-0.5"),
        (gn.CategoricalCrossEntropy(), [[0.0], [0.0]], "0.0"),
        (gn.Poisson(), [[3.0, -1.0]], "-1.0"),
    ],
)
def test_labels_without_meaning(loss, labels, first):
    name = type(loss).__name__
    with pytest.raises(DataError, match=rf"{name} cannot take(.|\n)*the first is ({first})"):
        loss.check(np, np.array(labels))


@pytest.mark.row(69)
@pytest.mark.parametrize("rows", [2, 3])
def test_several_quantiles_of_several_numbers(rows):
    network = gn.Network([gn.Dense(3)], gn.Quantile((0.1, 0.5, 0.9)))
    parameters, X = network.initialize((2,)), np.ones((2, 5))
    with pytest.raises(ShapeError) as caught:
        network.cost(parameters, X, np.ones((rows, 5)))
    assert str(caught.value) == (
        f"Quantile(quantile=(0.1, 0.5, 0.9)) cannot take labels Y of shape ({rows}, 5).\n"
        "  expected   Y (..., 1, m): every quantile is one of the same number\n"
        f"  received   {rows} rows\n"
        "  to fix     pass one row of labels, or a single quantile for all rows"
    )
    gn.Quantile(0.1).check(np, np.ones((rows, 5)))


@pytest.mark.row(37)
def test_no_quantile_at_all():
    with pytest.raises(HyperparameterError) as caught:
        gn.Quantile(())
    assert str(caught.value) == (
        "The 'quantile' parameter of Quantile must hold at least one quantile. "
        "Got () instead.\n  to fix     pass e.g. quantile=(0.1, 0.5, 0.9)"
    )


def test_labels_with_meaning():
    gn.BinaryCrossEntropy().check(np, np.array([[0.0, 0.3, 1.0]]))
    gn.CategoricalCrossEntropy().check(np, P3)
    gn.Poisson().check(np, COUNTS)


@pytest.mark.row(37)
@pytest.mark.parametrize(
    ("make", "value"),
    [
        (gn.Huber, 0.0),
        (gn.Huber, math.inf),
        (gn.Quantile, 0.0),
        (gn.Quantile, 1.0),
        (gn.Quantile, (0.5, 1.5)),
        (gn.Quantile, "0.5"),
        (gn.BinaryCrossEntropy, 1.0),
        (gn.CategoricalCrossEntropy, -0.1),
    ],
)
def test_parameters_outside_their_domain(make, value):
    with pytest.raises(HyperparameterError, match=r"must be .* in the range"):
        make(value)


def test_a_loss_without_a_canonical_pair_says_so():
    with pytest.raises(HyperparameterError, match="AbsoluteError has no canonical activation"):
        gn.AbsoluteError().each_from_Z(np, A, Y)
