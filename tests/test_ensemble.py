"""An ensemble: members that read the same, and predict as one."""

import numpy as np
import pytest

import glassnet as gn
from glassnet.ensemble import Average
from glassnet.errors import HyperparameterError, ShapeError

X = np.random.default_rng(0).standard_normal((3, 7))
CROSS_ENTROPY = gn.BinaryCrossEntropy()


def classifier(units):
    return gn.Network([gn.Dense(units), gn.Tanh(), gn.Dense(1), gn.Sigmoid()], CROSS_ENTROPY)


def test_an_ensemble_predicts_the_mean_of_its_members():
    members = [classifier(5), classifier(2), classifier(3)]
    learnt = [member.initialize((3,), seed) for seed, member in enumerate(members)]
    ensemble = gn.Ensemble([gn.Chain(member.layers) for member in members])
    network = gn.Network([ensemble], CROSS_ENTROPY)
    parameters = ensemble.parameters(learnt)
    assert list(parameters) == list(network.initialize((3,)))
    assert list(parameters)[:5] == [
        "member1.W1", "member1.b1", "member1.W2", "member1.b2", "member2.W1",
    ]  # fmt: skip
    apart = [m.predict(own, X) for m, own in zip(members, learnt, strict=True)]
    np.testing.assert_allclose(network.predict(parameters, X), sum(apart) / 3, rtol=1e-14)


def test_an_ensemble_further_inside_averages_what_its_members_pass_on():
    network = gn.Network([gn.Dense(2), gn.Ensemble([gn.Tanh(), gn.Dense(2)])], gn.SquaredError())
    parameters = network.initialize((3,))
    A = network.predict(parameters, X)
    Z = parameters["W1"] @ X + parameters["b1"]
    other = parameters["member2.W1"] @ Z
    np.testing.assert_allclose(A, (np.tanh(Z) + other) / 2, rtol=1e-13)


def test_average_hands_each_its_share_of_the_gradient():
    dA = np.arange(6.0).reshape(2, 3)
    back = Average(3).backward(np, dA_mean=dA)
    assert list(back) == ["dA_1", "dA_2", "dA_3"]
    np.testing.assert_array_equal(sum(back.values()), dA)
    assert Average(2).shapes == "A_1: ... n m, A_2: ... n m -> A_mean: ... n m"


def test_members_read_the_same_data():
    hybrid = gn.Parallel(image=gn.Dense(2), table=gn.Dense(2), join="add")
    ensemble = gn.Ensemble([gn.Ensemble([hybrid]), hybrid])
    network = gn.Network([ensemble], gn.SquaredError())
    assert network.graph.sources == ("image.A0", "table.A0")
    data = {"image": X, "table": X[:2]}
    alone = gn.Network([hybrid], gn.SquaredError())
    one, other = (alone.initialize({"image": (3,), "table": (2,)}, seed) for seed in (1, 2))
    first = gn.Ensemble([hybrid]).parameters([one])
    A = network.predict(ensemble.parameters([first, other]), data)
    expected = (alone.predict(one, data) + alone.predict(other, data)) / 2
    np.testing.assert_allclose(A, expected, rtol=1e-13)


@pytest.mark.parametrize(
    ("members", "bounds"),
    [
        ([gn.Sigmoid(), gn.Softmax()], (0, 1)),
        ([gn.Sigmoid(), gn.Tanh()], (-1, 1)),
        ([gn.Sigmoid(), gn.Ensemble([gn.Sigmoid()])], (0, 1)),
        ([gn.Sigmoid(), gn.Dense(3)], (-np.inf, np.inf)),
        ([gn.Sigmoid(), gn.Chain([])], (-np.inf, np.inf)),
    ],
    ids=repr,
)
def test_the_bounds_of_an_ensemble_are_those_of_its_members(members, bounds):
    network = gn.Network([gn.Ensemble(members)], gn.SquaredError())
    assert network.bounds == bounds


def test_an_ensemble_of_numbers_is_no_probability():
    with pytest.raises(HyperparameterError, match=r"BinaryCrossEntropy does not belong behind Av"):
        gn.Network([gn.Ensemble([gn.Sigmoid(), gn.Dense(3)])], CROSS_ENTROPY)


@pytest.mark.row(37)
def test_ensembles_that_are_none():
    with pytest.raises(HyperparameterError, match=r"at least one member. Got none"):
        gn.Ensemble([])
    with pytest.raises(HyperparameterError, match="'members' parameter of Ensemble"):
        gn.Ensemble([3])
    with pytest.raises(HyperparameterError) as caught:
        gn.Ensemble([gn.Dense(1)] * 3).parameters([{}, {}])
    assert str(caught.value) == (
        "Parameters of 2 networks do not fit an ensemble of 3.\n"
        "  expected   parameters of each member, in their order\n"
        "  received   2 of them\n"
        "  to fix     build the ensemble of as many members as were trained"
    )


@pytest.mark.row(60)
def test_members_of_different_outputs():
    with pytest.raises(ShapeError, match=r"Average\(.*\) cannot take member2.Z\[1\]"):
        gn.Network([gn.Ensemble([gn.Dense(3), gn.Dense(5)])], gn.SquaredError()).initialize((3,))


def test_the_mean_is_explained_with_its_members_names():
    network = gn.Network([gn.Ensemble([gn.Dense(1)] * 2)], gn.SquaredError())
    told = str(gn.explain(network, input_shape=(3,)))
    assert "  A_mean[0] = (member1.Z[1] + member2.Z[1]) / 2" in told
    assert "  member2.dZ[1] = dA_mean[0] / 2" in told
