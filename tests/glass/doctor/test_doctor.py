"""The doctor's door: what it takes, what it cannot look for, and how it says it."""

import json

import numpy as np
import pandas as pd
import pytest
from tests.trace.test_written import Tags

import glassnet as gn
from glassnet.errors import DataError, HyperparameterError, ShapeError
from glassnet.sequences import SeriesPlan, plan_text
from glassnet.tables import plan_table, plan_target

M = 60
NETWORK = gn.Network([gn.Dense(3), gn.Tanh(), gn.Dense(1)], gn.SquaredError())
RANDOM = np.random.default_rng(0)
X, Y = RANDOM.normal(size=(2, M)), RANDOM.normal(size=(1, M))


TEXT = """\
symmetric units: layer 1, Dense(units=3)
  seen       3 of 3 units have the same weights as another.
  why        Equal units get equal gradients and stay equal: together they are one unit.
  to do      Initialise W with random numbers, e.g. Glorot or He; b may be zero.

predicts the constant: output
  seen       The outputs vary by 0 of what the labels vary by; they are about 0.
  why        The network has learned the mean of the labels and nothing of the inputs.
  to do      Look at the other findings first; then at the learning rate, and at the order of Y.

2 findings
  looked for: columns on wild scales, constant columns, duplicated columns, leaks, \
class imbalance, loss and output, dead units, saturated units, symmetric units, \
gradients by layer, constant predictions, under-fitting
  not looked for: rows shared with validation (needs validation=)
  not looked for: over-fitting (needs validation=)
  not looked for: learning rate too high (needs the history of 8 epochs or more: result=)
  not looked for: learning rate too low (needs the history of 8 epochs or more: result=)"""


def test_the_text_and_the_data():
    start = NETWORK.initialize((2,), scheme=gn.Zeros())
    diagnosis = gn.doctor(NETWORK, X, Y, parameters=start)
    assert str(diagnosis) == TEXT
    told = json.loads(json.dumps(diagnosis.to_data(), allow_nan=False))
    assert [finding["name"] for finding in told["findings"]] == list(diagnosis.names())
    page = Tags()
    page.feed(diagnosis._repr_html_())
    page.close()
    assert not page.open


def test_few_examples_say_little():
    diagnosis = gn.doctor(NETWORK, X[:, :5], Y[:, :5], parameters=NETWORK.initialize((2,)))
    assert diagnosis.skipped["dead units"] == "needs 20 examples or more"


def test_a_network_needs_parameters():
    with pytest.raises(HyperparameterError) as caught:
        gn.doctor(NETWORK, X, Y)
    assert str(caught.value) == (
        "The doctor needs the parameters of a network. Got None instead.\n"
        "  to fix     pass result=, what train returned, or parameters="
    )


def test_other_things_are_refused():
    with pytest.raises(HyperparameterError, match="looks at a Network, a Model or a fitted estim"):
        gn.doctor("network", X, Y)
    with pytest.raises(ShapeError):
        gn.doctor(NETWORK, X, Y[:, :5], parameters=NETWORK.initialize((2,)))


def boats():
    random = np.random.default_rng(1)
    length = random.normal(9, 2, M)
    wood = random.choice(["oak", "elm", "fir"], M)
    return pd.DataFrame(
        {
            "length": length,
            "feet": length * 3.2808,
            "wood": wood,
            "timber": [{"oak": "O", "elm": "E", "fir": "F"}[each] for each in wood],
            "number": [f"boat {n}" for n in range(M)],
            "age": [None if n % 7 == 0 else float(n % 13) for n in range(M)],
            "price": length * 10 + random.normal(0, 1, M),
            "in_cents": 0.0,
        }
    ).assign(in_cents=lambda table: table.price * 100)


def model_of(table, *columns):
    plan = plan_table(table[list(columns)])
    target = plan_target(table["price"], "regression")
    rows = len(plan.names)
    network = gn.Network([gn.Dense(1)], gn.SquaredError())
    return gn.Model(network, network.initialize((rows,)), (rows,), plan=plan, target=target)


def test_a_model_is_looked_at_with_its_table():
    table = boats()
    model = model_of(table, "length", "feet", "wood", "timber", "age", "in_cents")
    findings = gn.doctor(model, table).findings
    told = {(finding.name, finding.where) for finding in findings}
    assert ("leak", "in_cents") in told
    assert ("duplicated columns", "feet repeats length") in told
    again = gn.doctor(model, table.drop(columns="price"), table["price"])
    assert again.findings == findings


def test_a_healthy_table_has_no_finding_in_its_columns():
    table = boats()
    told = gn.doctor(model_of(table, "length", "wood", "age"), table).names()
    assert not {"leak", "duplicated columns", "constant columns", "columns on wild scales"} & {
        *told
    }


def test_a_model_needs_labels():
    table = boats()
    model = model_of(table, "length")
    with pytest.raises(DataError) as caught:
        gn.doctor(model, table.drop(columns="price"))
    assert str(caught.value) == (
        "The labels are missing. Got None instead.\n"
        "  expected   y, or a table with the column 'price'\n"
        "  to fix     pass the labels of the training rows"
    )


def model_of_tides():
    plan = SeriesPlan("tide", length=7, horizon=1, center=3.0, scale=2.0)
    network = gn.Network([gn.GRU(3, last=True), gn.Dense(1)], gn.SquaredError())
    return gn.Model(network, network.initialize((7, 1), 0), (7, 1), plan=plan)


def test_a_series_is_its_windows_and_a_text_its_rows():
    tides = np.sin(np.arange(60) / 3)
    model = model_of_tides()
    found = gn.doctor(model, tides, validation=(tides[20:], None))
    windows = np.lib.stride_tricks.sliding_window_view((tides - 3) / 2, 8)
    X, Y = windows[:, :7].T[:, None], (windows[:, 7] - windows[:, 6])[None]
    own = {"parameters": model.parameters, "validation": (X[..., 20:], Y[:, 20:])}
    assert found.findings == gn.doctor(model.network, X, Y, **own).findings
    assert "rows shared with validation" in found.names()
    plan = plan_text("the cat sat on the mat. " * 99, length=5)
    k = len(plan.symbols)
    network = gn.Network(
        [gn.Embedding(k, 3), gn.Dense(k), gn.Softmax()], gn.CategoricalCrossEntropy()
    )
    zeros = network.initialize((5, 1), scheme=gn.Zeros())
    text = gn.Model(network, zeros, (5, 1), plan=plan)
    assert "predicts the constant" in gn.doctor(text, "the mat sat on the cat. " * 20).names()
    with pytest.raises(DataError, match="no character stands behind another"):
        gn.doctor(text, "t")


def test_leaks_are_not_looked_for_where_there_are_no_columns():
    found = gn.doctor(model_of_tides(), np.sin(np.arange(60) / 3))
    assert "leaks" not in found.checked
    assert found.skipped["leaks"] == "needs a table, and one label for each row"
    images = np.random.default_rng(0).normal(size=(5, 7, 1, 23))
    network = gn.Network([gn.Flatten(), gn.Dense(1)], gn.SquaredError())
    parameters = network.initialize((5, 7, 1))
    found = gn.doctor(network, images, images[0, 0], parameters=parameters)
    assert "leaks" in found.skipped
    assert "leaks" in gn.doctor(NETWORK, X, Y, parameters=NETWORK.initialize((2,))).checked


class Estimator:
    """What an estimator of glassnet shows: examples first, scaled by itself."""

    network_ = NETWORK
    feature_names_in_ = np.array(["a", "b", "c"])

    def __init__(self):
        self.network_ = gn.Network([gn.Dense(2), gn.Tanh(), gn.Dense(1)], gn.SquaredError())
        rows = np.vstack([X, X[:1]])
        self._result = gn.train(self.network_, rows, Y, epochs=9)
        self.history_ = self._result.history

    def trace(self, X, y=None):
        return self.network_.trace(self._result.parameters, X.T, y.reshape(1, -1))


def test_an_estimator_is_looked_at_by_its_trace():
    rows = np.vstack([X, X[:1]]).T
    later = (RANDOM.normal(size=(M, 3)), RANDOM.normal(size=M))
    diagnosis = gn.doctor(Estimator(), rows, Y[0], validation=later)
    finding = next(f for f in diagnosis.findings if f.name == "duplicated columns")
    assert finding.where == "c repeats a"
    assert diagnosis.skipped == {}


def test_many_examples_are_sampled_and_the_same_ones_each_time():
    many = np.random.default_rng(2).normal(size=(2, 9000))
    start = NETWORK.initialize((2,), scheme=gn.Zeros())
    first, second = (gn.doctor(NETWORK, many, many[:1], parameters=start) for _ in range(2))
    assert first == second


def test_sparse_inputs_are_looked_at_too():
    from scipy.sparse import csc_array

    dense = np.where(np.abs(X) > 1, X, 0.0)
    dense[1] = 0
    start = NETWORK.initialize((2,))
    later = (csc_array(dense[:, :40]), Y[:, :40])
    found = gn.doctor(NETWORK, csc_array(dense), Y, parameters=start, validation=later)
    assert {"constant columns"} <= {*found.names()}
    whole = (dense[:, :40], Y[:, :40])
    assert found == gn.doctor(NETWORK, dense, Y, parameters=start, validation=whole)


def test_branches_are_named():
    branches = gn.Parallel(left=gn.Dense(2), right=gn.Dense(2), join="add")
    network = gn.Network([branches], gn.SquaredError())
    both = {"left": X, "right": np.vstack([X, X[:1]])}
    parameters = network.initialize({"left": (2,), "right": (3,)})
    diagnosis = gn.doctor(network, both, np.vstack([Y, Y]), parameters=parameters)
    where = next(f.where for f in diagnosis.findings if f.name == "duplicated columns")
    assert where.startswith("right.unit 0 repeats left.unit 0")


def test_a_model_that_keeps_its_history_is_looked_at_as_its_result_is():
    """The cost rises over and over: the learning rate was too high."""
    training = gn.Training(gn.GradientDescent(0.1), epochs=12)
    result = training.run(gn.Task.of(NETWORK, X, Y))
    bad = [
        {**epoch, "cost": 9.0 if epoch["number"] % 2 else 1.0} for epoch in result.history.to_data()
    ]
    own = {"training": training, "input_shape": (2,), "network": NETWORK}
    found = {
        name: gn.doctor(gn.Model(parameters=result.parameters, record=record, **own), X, Y)
        for name, record in {
            "none": {},
            "own": {"history": result.history.to_data()},
            "jumps": {"history": bad},
        }.items()
    }
    assert "learning rate too high" in found["none"].skipped
    assert "learning rate too high" not in found["own"].names()
    assert "learning rate too high" in found["own"].checked
    assert "learning rate too high" in found["jumps"].names()
