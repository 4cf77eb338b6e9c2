"""Chains, branches and short cuts, and the two layers that join them."""

import numpy as np
import pytest

import glassnet as gn
from glassnet.combine import Add, Concatenate
from glassnet.errors import HyperparameterError, ShapeError

X = np.random.default_rng(0).standard_normal((3, 7))


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


def test_a_list_of_layers_is_no_branch_but_the_error_says_how_to_make_one():
    with pytest.raises(HyperparameterError) as caught:
        gn.Parallel(one=gn.Dense(2), other=[gn.Dense(2), gn.ReLU()], join="add")
    assert str(caught.value) == (
        "The branch 'other' of Parallel is a list.\n"
        "  expected   a Layer, or a Combinator such as Chain\n"
        "  received   [Dense(units=2), ReLU()]\n"
        "  to fix     put the layers in a row: other=Chain([...])"
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
