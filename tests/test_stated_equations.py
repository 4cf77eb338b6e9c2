"""The docstrings of losses, penalties and optimisers state the equations that the code computes."""

import inspect
from dataclasses import dataclass, fields

import numpy as np
import pytest
from scipy.special import expit, softmax
from tests.executed import executed

import glassnet as gn
from glassnet.equations import equations
from glassnet.losses.loss import Loss
from glassnet.optimizers import Optimizer
from glassnet.penalties import Penalty

rng = np.random.default_rng(4)
M = 13
NUMBERS = rng.standard_normal((3, M))
ONE_HOT = np.eye(3)[:, rng.integers(0, 3, M)]

# What goes with each loss: the Z of the last layer, its A, the labels.
LOSSES = [
    (gn.SquaredError(), NUMBERS, NUMBERS, NUMBERS[::-1]),
    (gn.AbsoluteError(), NUMBERS, NUMBERS, NUMBERS[::-1]),
    (gn.Huber(0.7), NUMBERS, NUMBERS, NUMBERS[::-1]),
    (gn.Quantile(0.3), NUMBERS, NUMBERS, NUMBERS[::-1]),
    (gn.Quantile((0.1, 0.5, 0.8)), NUMBERS, NUMBERS, NUMBERS[1:2]),
    (gn.Poisson(), NUMBERS, np.exp(NUMBERS), rng.poisson(2, (3, M)).astype(float)),
    (gn.BinaryCrossEntropy(), NUMBERS, expit(NUMBERS), ONE_HOT),
    (gn.BinaryCrossEntropy(0.2), NUMBERS, expit(NUMBERS), ONE_HOT),
    (gn.CategoricalCrossEntropy(), NUMBERS, softmax(NUMBERS, axis=0), ONE_HOT),
    (gn.CategoricalCrossEntropy(0.2), NUMBERS, softmax(NUMBERS, axis=0), ONE_HOT),
]
PENALTIES = [gn.L1(0.3), gn.L2(0.7)]
RULES = [
    *(gn.GradientDescent(), gn.Momentum(beta=0.8), gn.Nesterov(beta=0.7), gn.RMSprop(beta=0.6)),
    *(gn.Adam(beta_1=0.8, beta_2=0.9), gn.AdamW(beta_1=0.7, beta_2=0.8, weight_decay=0.3)),
]


def chosen(value):
    """The hyper-parameters by name; several of one kind as a column."""
    own = {field.name: getattr(value, field.name) for field in fields(value)}
    return {k: np.array(v)[:, None] if isinstance(v, tuple) else v for k, v in own.items()}


def check(what, stated, computed):
    for name, array in computed.items():
        np.testing.assert_allclose(stated[name], array, rtol=1e-11, atol=1e-13, err_msg=what + name)


def check_loss(loss, Z, A, Y):
    stated = equations(type(loss))
    expected = {"each", "dA"} | ({"dZ"} if loss.canonical else set())
    assert set(stated) - {"targets"} == expected
    names = chosen(loss) | {"A": A, "Y": Y, "n": len(Y)}
    if "targets" in stated:
        names = executed(stated["targets"], names)
        check("targets: ", names, {"T": loss.targets(np, Y)})
    check("each: ", executed(stated["each"], names), {"L": loss.each(np, A, Y)})
    check("dA: ", executed(stated["dA"], names), {"dA": loss.dA(np, A, Y)})
    if loss.canonical:
        check("dZ: ", executed(stated["dZ"], names), {"dZ": loss.dZ(np, A, Y)})
        each = executed(stated["each"], names)["L"].sum(axis=0)
        np.testing.assert_allclose(loss.each_from_Z(np, Z, Y).sum(axis=0), each, rtol=1e-11)


def check_penalty(penalty, W):
    stated = equations(type(penalty))
    assert set(stated) == {"cost", "dW"}
    names = chosen(penalty) | {"W": W}
    check("cost: ", executed(stated["cost"], names), {"R": penalty.cost(np, W)})
    check("dW: ", executed(stated["dW"], names), {"dW": penalty.dW(np, W)})


def check_rule(rule, W, dW):
    stated = equations(type(rule))
    memory = {name: rng.random(W.shape) for name in rule.remembers}
    names = chosen(rule) | memory | {"W": W, "dW": dW, "alpha": 0.05, "t": 3}
    made = rule.update(np, W, dW, 0.05, 3, **memory)
    assert set(made) == {"W", *rule.remembers}
    check("update: ", executed(stated["update"], names), made)
    shrunk = executed(stated.get("shrink", ()), names)["W"]
    check("shrink: ", {"W": shrunk}, {"W": rule.shrink(0.05) * W})


def all_below(kind):
    below = {kind} if not inspect.isabstract(kind) else set()
    return below.union(*map(all_below, kind.__subclasses__()))


def test_none_is_forgotten():
    for kind, tried in ((Loss, [row[0] for row in LOSSES]), (Penalty, PENALTIES)):
        own = {each for each in all_below(kind) if each.__module__.startswith("glassnet.")}
        assert own == {type(each) for each in tried}
    own = {each for each in all_below(Optimizer) if each.__module__.startswith("glassnet.")}
    assert own == {type(rule) for rule in RULES}


@pytest.mark.parametrize(("loss", "Z", "A", "Y"), LOSSES, ids=[repr(row[0]) for row in LOSSES])
def test_losses(loss, Z, A, Y):
    check_loss(loss, Z, A, Y)


@pytest.mark.parametrize("penalty", PENALTIES, ids=repr)
def test_penalties(penalty):
    check_penalty(penalty, NUMBERS)


@pytest.mark.parametrize("rule", RULES, ids=repr)
def test_rules(rule):
    check_rule(rule, NUMBERS, NUMBERS[::-1])


@dataclass(frozen=True)
class WrongLoss(gn.SquaredError):
    """The ½ is lost.

    each::

        L = (A - Y) ** 2

    dA::

        dA = A - Y

    dZ::

        dZ = A - Y
    """


@dataclass(frozen=True)
class WrongSlope(gn.AbsoluteError):
    """The sign is turned.

    each::

        L = abs(A - Y)

    dA::

        dA = sign(Y - A)
    """


@dataclass(frozen=True)
class WrongPenalty(gn.L2):
    """The ½ is lost.

    cost::

        R = strength * sum(W ** 2)

    dW::

        dW = strength * W
    """


@dataclass(frozen=True)
class WrongRule(gn.Momentum):
    """What was remembered is used, not what is.

    update::

        W = W - alpha * v
        v = beta * v + (1 - beta) * dW
    """


@dataclass(frozen=True)
class SilentShrink(gn.AdamW):
    """Shrinks, and does not say so.

    update::

        v = beta_1 * v + (1 - beta_1) * dW
        s = beta_2 * s + (1 - beta_2) * dW ** 2
        W = W - alpha * v / (1 - beta_1 ** t) / (sqrt(s / (1 - beta_2 ** t)) + epsilon)
    """


def test_what_is_stated_wrongly_is_caught():
    for loss, method in ((WrongLoss(), "each"), (WrongSlope(), "dA")):
        with pytest.raises(AssertionError, match=f"{method}: "):
            check_loss(loss, NUMBERS, NUMBERS, NUMBERS[::-1])
    with pytest.raises(AssertionError, match="cost: R"):
        check_penalty(WrongPenalty(0.3), NUMBERS)
    for rule, method in ((WrongRule(), "update: W"), (SilentShrink(), "shrink: W")):
        with pytest.raises(AssertionError, match=method):
            check_rule(rule, NUMBERS, NUMBERS[::-1])
