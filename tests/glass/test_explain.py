"""One door to every explanation."""

import numpy as np
import pytest

import glassnet as gn
from glassnet.errors import HyperparameterError, ShapeError
from glassnet.glass.describe import describe
from glassnet.tables import plan_table, plan_target

NETWORK = gn.Network([gn.Dense(1)], gn.SquaredError())


def test_a_network_needs_the_shape_of_an_example():
    with pytest.raises(HyperparameterError) as caught:
        gn.explain(NETWORK)
    assert str(caught.value) == (
        "The 'input_shape' parameter of explain must be given for a network. Got None instead.\n"
        "  to fix     pass the shape of one example, e.g. input_shape=(2,)"
    )
    assert str(gn.explain(NETWORK, input_shape=(2,))) == str(describe(NETWORK, (2,)))


def test_layers_that_do_not_fit_are_refused():
    odd = gn.Network([gn.Residual([gn.Dense(2)])], gn.SquaredError())
    with pytest.raises(ShapeError, match=r"Add"):
        gn.explain(odd, input_shape=(3,))


def test_a_bare_model_is_its_network():
    model = gn.Model(NETWORK, NETWORK.initialize((2,)), (2,))
    assert str(gn.explain(model)) == str(describe(NETWORK, (2,)))


def model_of_boats():
    table = {"length": [1.0, 3.0], "flag": ["NO", "NO"], "wood": ["oak", "elm"]}
    plan, target = plan_table(table), plan_target([1.0, 9.5], "regression", name="price")
    network = gn.Network([gn.Dense(1)], gn.SquaredError())
    return gn.Model(
        network,
        network.initialize((3,)),
        (3,),
        plan=plan,
        target=target,
        training=gn.Training(epochs=3),
        record={"source": "boats.csv", "best_epoch": None, "test": {"rmse": 1234.56}, "rows": 2},
    )


def test_a_model_says_where_it_is_from_and_how_it_reads_a_table():
    model = model_of_boats()
    sections = gn.explain(model).sections
    assert [str(section) for section in sections[:2]] == [
        "Model\n  name       value\n  source     boats.csv\n  test rmse  1,235\n  rows       2",
        "Columns\n"
        "  column  kind      rows of A[0]  how\n"
        "  length  number    1             (x − 2) / 1\n"
        "  flag    dropped   0             constant: every row holds 'NO'\n"
        "  wood    category  2             elm, oak; unseen is 0",
    ]
    assert sections[2:] == describe(model.network, (3,), model.training).sections


@pytest.mark.parametrize(("data", "row"), [(None, 1), ({"length": [1.0], "wood": ["oak"]}, None)])
def test_a_row_and_a_table_belong_together(data, row):
    with pytest.raises(HyperparameterError, match=r"explain needs both a table and a row of it"):
        gn.explain(model_of_boats(), data, row=row)


def test_any_kind_of_table_is_explained():
    import pandas as pd
    import polars as pl

    data = {"length": [1.0, 2.5], "wood": ["oak", "elm"]}
    texts = {
        str(gn.explain(model_of_boats(), kind(data), row=2))
        for kind in (dict, pd.DataFrame, pl.DataFrame)
    }
    assert len(texts) == 1
    assert "  length  2.5    0              0.5\n" in texts.pop()


def test_explaining_changes_nothing():
    model = model_of_boats()
    before = {name: np.array(W) for name, W in model.parameters.items()}
    gn.explain(model, {"length": [1.0], "wood": [None]}, row=1)
    assert all(np.array_equal(W, before[name]) for name, W in model.parameters.items())


def test_a_unit_of_a_trace_needs_its_layer():
    network = gn.Network([gn.Dense(1)], loss=gn.SquaredError())
    trace = network.trace({"W1": [[2.0]], "b1": [[0.0]]}, [[1.0, 3.0]], [[1.0, 6.0]])
    assert gn.explain(trace).sections[0].title == "Arrays"
    with pytest.raises(HyperparameterError) as caught:
        gn.explain(trace, example=1)
    assert "Got None instead" in str(caught.value)
    assert "explain(trace) shows all arrays" in str(caught.value)


def test_an_estimator_is_refused_with_what_can_be_explained_of_it():
    estimator = gn.MLPClassifier((3,), max_iter=1)
    with pytest.raises(HyperparameterError) as caught:
        gn.explain(estimator)
    assert str(caught.value) == (
        f"explain takes a Network, a Model or a Trace. Got {estimator!r} instead.\n"
        "  to fix     of a fitted estimator pass its to_model(), or its trace(X, y)"
    )
    X = np.random.default_rng(3).normal(size=(23, 2))
    model = gn.MLPClassifier((3,), solver="lbfgs").fit(X, X[:, 0] > 0).to_model()
    assert "Columns" in [section.title for section in gn.explain(model).sections]
