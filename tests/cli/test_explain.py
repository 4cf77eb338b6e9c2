"""``glassnet explain``: what a model is, and the numbers of one row, computed again here."""

import math
import re

import numpy as np
import polars as pl
import pytest
from numpy.testing import assert_allclose
from safetensors.numpy import load_file
from tests.cli.conftest import FEW, glassnet

import glassnet as gn

ACTIVATIONS = {
    "relu": lambda Z: np.maximum(Z, 0),
    "tanh": np.tanh,
    "silu": lambda Z: Z / (1 + np.exp(-Z)),
}


def softmax(Z):
    return np.exp(Z) / np.exp(Z).sum(axis=0)


def sigmoid(Z):
    return 1 / (1 + np.exp(-Z))


def unchanged(Z):
    return Z


OUTPUTS = {"sold": sigmoid, "berth": softmax, "price": unchanged}


@pytest.mark.parametrize("target", OUTPUTS)
@pytest.mark.parametrize("activation", ACTIVATIONS)
def test_the_numbers_of_a_row_are_those_of_the_equations(target, activation):
    hidden = ("--hidden", "5,3", "--activation", activation, "--dropout", 0)
    made = glassnet(
        *("train", "boats.csv", "--target", target, *FEW, *hidden, "--out", "m", "--l2", 0.1)
    )
    assert made.code == 0
    ended = glassnet("explain", "m.safetensors", "boats.csv", "--row", 8, "--json")
    assert (ended.code, ended.err) == (0, "")
    arrays = {name: np.array(array) for name, array in ended.told["arrays"].items()}
    P = load_file("m.safetensors")
    g = ACTIVATIONS[activation]
    A0 = arrays["A0"]
    Z1 = P["W1"] @ A0 + P["b1"]
    A1 = g(Z1)
    Z2 = P["W2"] @ A1 + P["b2"]
    A2 = g(Z2)
    Z3 = P["W3"] @ A2 + P["b3"]
    expected = {"X": A0, "A0": A0, "Z1": Z1, "A1": A1, "Z2": Z2, "A2": A2, "Z3": Z3}
    expected["A3"] = OUTPUTS[target](Z3)
    assert set(arrays) == set(expected)
    for name, array in expected.items():
        assert_allclose(arrays[name], array, rtol=1e-6, atol=1e-6, err_msg=name)


def numbers(text):
    return [float(number.replace("−", "-")) for number in re.findall(r"−?\d+(?:\.\d+)?", text)]


def test_the_text_of_a_row(models, table):
    ended = glassnet("explain", models["sold"], "boats.csv", "--row", 4)
    assert (ended.code, ended.err) == (0, "")
    sections = ended.out.split("\n\n")
    titles = [section.splitlines()[0] for section in sections]
    assert titles == [*("Prediction ŷ", "Row 4", "Through the layers", "The output, term by term")]
    cells = {line.split()[0]: line for line in sections[1].splitlines()[2:]}
    assert list(cells) == table.columns
    assert str(table["length"][3]) in cells["length"]
    assert "not used (constant: every row holds 'NO')" in cells["flag"]
    assert "not used (not a column of the model)" in cells["sold"]
    wood = cells["wood"].split("  ")[-3:]
    kinds = ["oak", "pine", "teak"]
    assert wood == [str(int(kind == table["wood"][3])) for kind in kinds]
    # The terms of the sum make the z that is printed, and z the probabilities.
    equation, sum_, *_ = sections[3].splitlines()[1:]
    assert equation.startswith("  z[2][0] = W[2][0] · ")
    terms, z = sum_.split("= ")[1:]
    added = sum(math.prod(numbers(term)) for term in terms.split(" + "))
    assert added == pytest.approx(numbers(z)[0], abs=2e-3)
    p = numbers(sections[0].splitlines()[2])[-1]
    assert p == pytest.approx(sigmoid(numbers(z)[0]), abs=1e-3)
    model = gn.load(models["sold"])
    assert sections[0].splitlines()[1:] == [
        f"  P(sold = no) = {1 - p:.4f}",
        f"  P(sold = yes) = {p:.4f}",
        f"  sold = {model.predict(table[3:4])[0]}",
    ]


def test_the_prediction_of_a_quantity_is_in_its_unit(models, table):
    ended = glassnet("explain", models["price"], "boats.csv", "--row", 120)
    line = ended.out.splitlines()[1]
    center, scale, a, price = numbers(line.removeprefix("  price = "))
    assert price == pytest.approx(center + scale * a, rel=1e-3)
    assert price == pytest.approx(gn.load(models["price"]).predict(table[-1:])[0], rel=1e-3)


def test_what_a_model_is(models):
    ended = glassnet("explain", models["berth"])
    assert (ended.code, ended.err) == (0, "")
    told = glassnet("explain", models["berth"], "--json").told
    titles = [section.splitlines()[0] for section in ended.out.split("\n\n")]
    assert titles == list(told)
    assert titles == [
        *("Model", "Columns", "Dimensions", "Forward", "Cost", "Backward", "Update"),
        *("Parameters (learned)", "Hyper-parameters (chosen)"),
    ]
    P = load_file(models["berth"])
    shapes = {row["name"]: row["shape"] for row in told["Parameters (learned)"]}
    assert shapes == {f"{name[0]}[{name[1]}]": f"{W.shape}" for name, W in P.items()}
    total = sum(W.size for W in P.values())
    assert sum(int(row["numbers"]) for row in told["Parameters (learned)"]) == total
    assert f"  {total} parameters; m is the number of examples\n" in ended.out
    assert told["Forward"][0] == "Z[1] = W[1] A[0] + b[1]"
    assert "Z[2] = W[2] " in " ".join(told["Forward"])
    assert told["Backward"][0].startswith("dZ[2] = A[2] − Y     (Softmax()")
    assert "db[1] = (1/m) Σᵢ dZ[1]" in told["Backward"]
    columns = {row["column"]: row for row in told["Columns"]}
    assert columns["wood"]["how"] == "oak, pine, teak; unseen is 0"
    assert sum(int(row["rows of A[0]"]) for row in columns.values()) == P["W1"].shape[1]
    chosen = {row["name"]: row["value"] for row in told["Hyper-parameters (chosen)"]}
    assert chosen["epochs"] == "2"
    assert chosen["L"] == "2"
    record = {row["name"]: row["value"] for row in told["Model"]}
    assert record["source"] == "boats.csv"
    assert {"test accuracy", "baselines linear log loss"} <= set(record)


@pytest.mark.parametrize("row", [0, -1, 121])
def test_a_row_that_is_not_there(row, models):
    ended = glassnet("explain", models["sold"], "boats.csv", "--row", row)
    assert ended == (
        3,
        "",
        f"The table has no row {row}.\n"
        "  expected   a row from 1 to 120\n"
        f"  received   row {row}\n"
        "  to fix     rows are counted from 1, the header not included\n",
    )


def test_a_row_needs_data_and_data_a_row(models):
    for arguments in (("--row", 1), ("boats.csv",)):
        ended = glassnet("explain", models["sold"], *arguments)
        assert (ended.code, ended.out) == (2, "")
        assert ended.err.startswith("The row to explain needs both DATA and --row.")


def test_a_row_is_explained_without_its_target(models, table):
    table[:3].drop("sold").write_csv("new.csv")
    with_target = glassnet("explain", models["sold"], "boats.csv", "--row", 2, "--json").told
    ended = glassnet("explain", models["sold"], "new.csv", "--row", 2, "--json")
    assert ended.told["arrays"] == with_target["arrays"]
    assert pl.DataFrame(ended.told["Row 2"])["column"].to_list() == table.drop("sold").columns
