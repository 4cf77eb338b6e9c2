"""Chains, branches and short cuts, and the two layers that join them."""

import numpy as np
import pytest

import glassnet as gn
from glassnet.combine import Add, Average, Concatenate
from glassnet.errors import HyperparameterError, ShapeError

X = np.random.default_rng(0).standard_normal((3, 7))
CROSS_ENTROPY = gn.BinaryCrossEntropy()


def predict(layers, X=X, **extra):
    network = gn.Network(layers, gn.SquaredError())
    shape = {name: x.shape[:-1] for name, x in X.items()} if isinstance(X, dict) else X.shape[:-1]
    parameters = network.initialize(shape)
    return parameters, network.predict(parameters, X)


def test_a_chain_is_its_layers():
    flat, chained = [gn.Dense(5), gn.Tanh(), gn.Dense(1)], [gn.Chain([gn.Dense(5), gn.Tanh()])]
    np.testing.assert_array_equal(predict(flat)[1], predict([*chained, gn.Dense(1)])[1])


def test_an_empty_residual_doubles_its_input():
    np.testing.assert_array_equal(predict([gn.Residual([])])[1], 2 * X)
    np.testing.assert_array_equal(predict([gn.Residual([gn.Chain([])])])[1], 2 * X)


def test_a_residual_by_hand():
    parameters, A = predict([gn.Residual([gn.Dense(3), gn.Tanh()])])
    np.testing.assert_allclose(A, X + np.tanh(parameters["W1"] @ X + parameters["b1"]), rtol=1e-13)


@pytest.mark.parametrize("join", ["concatenate", "add"])
def test_branches_by_hand(join):
    data = {"image": X, "table": X[:2] ** 2}
    parameters, A = predict([gn.Parallel(image=gn.Dense(5), table=gn.Dense(5), join=join)], data)
    image = parameters["image.W1"] @ data["image"]
    table = parameters["table.W1"] @ data["table"]
    expected = np.vstack([image, table]) if join == "concatenate" else image + table
    np.testing.assert_allclose(A, expected, rtol=1e-13)


def test_branches_further_inside_read_the_same():
    joined = gn.Parallel(one=gn.Identity(), other=gn.Identity(), join="concatenate")
    parameters, A = predict([gn.Dense(2), joined])
    Z = parameters["W1"] @ X
    np.testing.assert_allclose(A, np.vstack([Z, Z]), rtol=1e-13)


def test_concatenate_and_add_take_apart_what_they_join():
    left, right = np.ones((2, 3, 7)), np.zeros((2, 5, 7))
    layer = Concatenate(2)
    assert layer.shapes == "A_1: ... n_1 m, A_2: ... n_2 m -> A: ... n_1+n_2 m"
    A = layer.forward(np, A_1=left, A_2=right)["A"]
    assert A.shape == (2, 8, 7)
    back = layer.backward(np, dA=A, A_1=left, A_2=right)
    np.testing.assert_array_equal(back["dA_1"], left)
    np.testing.assert_array_equal(back["dA_2"], right)
    assert Add(2).shapes == "A_1: ... n m, A_2: ... n m -> A_sum: ... n m"
    assert Add(2).backward(np, dA_sum=left) == {"dA_1": left, "dA_2": left}


@pytest.mark.row(60)
def test_branches_that_cannot_be_added():
    with pytest.raises(ShapeError, match=r"Add\(.*\) cannot take b.Z\[1\] of shape \(5, m\)"):
        predict([gn.Parallel(a=gn.Dense(3), b=gn.Dense(5), join="add")], {"a": X, "b": X})


@pytest.mark.row(60)
def test_a_residual_that_changes_the_shape():
    with pytest.raises(ShapeError, match=r"cannot take Z\[1\] of shape \(5, m\)"):
        predict([gn.Residual([gn.Dense(5)])])


@pytest.mark.parametrize("name", ["A0", "no name", "a.b", ""])
def test_branch_names_that_are_refused(name):
    with pytest.raises(HyperparameterError) as caught:
        gn.Parallel(join="add", **{name: gn.Dense(2)})
    assert str(caught.value) == (
        f"A branch of Parallel cannot be called {name!r}.\n"
        "  expected   Python names other than A0, the input without branches\n"
        "  to fix     name the branches, e.g. Parallel(image=..., table=..., "
        "join='concatenate')"
    )


@pytest.mark.row(37)
def test_branches_that_are_none():
    with pytest.raises(HyperparameterError, match=r"at least one branch. Got none"):
        gn.Parallel(join="add")
    with pytest.raises(HyperparameterError, match="must be one of 'concatenate', 'add'"):
        gn.Parallel(a=gn.Dense(3), join="divide")
    with pytest.raises(HyperparameterError, match="'branches' parameter of Parallel"):
        gn.Parallel(a=3, join="add")
    with pytest.raises(HyperparameterError, match="'layers' parameter of Residual"):
        gn.Residual(gn.Dense(3))


def test_branches_are_equal_by_their_layers():
    one = gn.Parallel(a=gn.Dense(3), join="add")
    assert one == gn.Parallel(a=gn.Dense(3), join="add")
    assert one != gn.Parallel(b=gn.Dense(3), join="add")
    assert hash(one) == hash(gn.Parallel(a=gn.Dense(3), join="add"))


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
    parameters, A = predict([gn.Dense(2), gn.Ensemble([gn.Tanh(), gn.Dense(2)])])
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
        predict([gn.Ensemble([gn.Dense(3), gn.Dense(5)])])
