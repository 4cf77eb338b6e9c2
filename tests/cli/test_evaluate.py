"""``glassnet evaluate``: the scores of labelled rows."""

import re
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from sklearn import metrics
from tests.cli.conftest import glassnet

import glassnet as gn
from glassnet.cli.text import figure


def expected_scores(model, table):
    true, predicted = table[model.target.name].to_list(), model.predict(table).tolist()
    if model.target.kind == "quantity":
        return {
            "rmse": metrics.root_mean_squared_error(true, predicted),
            "mae": metrics.mean_absolute_error(true, predicted),
            "r2": metrics.r2_score(true, predicted),
        }
    p = model.probabilities(table).T.astype(float)
    p /= p.sum(axis=1, keepdims=True)
    score = p[:, 1] if p.shape[1] == 2 else p
    return {
        "accuracy": metrics.accuracy_score(true, predicted),
        "log_loss": metrics.log_loss(true, p, labels=list(model.target.labels)),
        "roc_auc": metrics.roc_auc_score(true, score, multi_class="ovr"),
    }


@pytest.mark.parametrize("target", ["sold", "berth", "licence", "price"])
def test_scores_are_those_of_scikit_learn(target, models, table):
    expected = expected_scores(gn.load(models[target]), table)
    Path("boats.csv").rename("later.csv")
    ended = glassnet("evaluate", models[target], "later.csv", "--json")
    assert (ended.code, ended.err) == (0, "")
    told = ended.told
    assert told.pop("test") == pytest.approx(expected, rel=1e-5)
    assert told == {"rows": 120, "target": target}
    ended = glassnet("evaluate", models[target], "later.csv")
    lines = [f"  {name:<12}{figure(value)}" for name, value in expected.items()]
    assert ended.out.splitlines() == [f"  table       later.csv: 120 rows with {target}", *lines]


def test_scores_on_what_was_learned_from_are_called_so(models):
    ended = glassnet("evaluate", models["sold"], "boats.csv")
    assert ended.code == 0
    assert ended.err == (
        "  note        boats.csv is called as the data that this model has learned from, on which "
        "its scores are better than on others; those on held-out data are in its report.\n"
    )


def test_rows_without_a_target_are_not_counted(models, table):
    table[[0, 5], "sold"] = None
    table.write_csv("later.csv")
    told = glassnet("evaluate", models["sold"], "later.csv", "--json").told
    assert told["rows"] == 118
    expected = expected_scores(gn.load(models["sold"]), table.drop_nulls("sold"))
    assert told["test"] == pytest.approx(expected, rel=1e-5)
    table[1:2].write_csv("later.csv")
    assert glassnet("evaluate", models["sold"], "later.csv").out.startswith(
        "  table       later.csv: 1 row with sold\n"
    )


def test_without_any_target_it_says_so(models, table):
    table.with_columns(sold=pl.lit(None, pl.String)).write_csv("later.csv")
    ended = glassnet("evaluate", models["sold"], "later.csv")
    assert ended == (
        3,
        "",
        "later.csv holds no row with the target 'sold'.\n"
        "  expected   one row or more whose target is known\n"
        "  received   120 rows without it\n"
        "  to fix     glassnet predict needs no target\n",
    )


@pytest.mark.row(85)
def test_an_undefined_score_is_null(models, table):
    table.filter(pl.col("sold") == "yes").write_csv("yes.csv")
    told = glassnet("evaluate", models["sold"], "yes.csv", "--json").told
    assert told["test"]["roc_auc"] is None
    assert told["test"]["log_loss"] > 0
    assert "  roc_auc     undefined\n" in glassnet("evaluate", models["sold"], "yes.csv").out
    table[:1].write_csv("one.csv")
    assert glassnet("evaluate", models["price"], "one.csv", "--json").told["test"]["r2"] is None


@pytest.mark.parametrize(
    ("change", "fix"),
    [
        (lambda table: table.rename({"sold": "Sold"}), "did you mean 'Sold'?"),
        (lambda table: table.drop("sold"), "use one of length, age"),
    ],
)
def test_a_missing_target_is_named(change, fix, models, table):
    change(table).write_csv("later.csv")
    ended = glassnet("evaluate", models["sold"], "later.csv")
    assert (ended.code, ended.out) == (3, "")
    assert ended.err.startswith("later.csv has no column 'sold', the target.\n")
    assert fix in ended.err


@pytest.mark.row(69)
def test_unseen_labels_are_named(models, table):
    table[7, "sold"] = "perhaps"
    table[9, "sold"] = "Yes"
    table.write_csv("later.csv")
    ended = glassnet("evaluate", models["sold"], "later.csv")
    assert (ended.code, ended.out) == (3, "")
    assert ended.err.startswith(
        "the target 'sold' holds labels that training did not have: 'perhaps', 'Yes', "
        "first in row 8.\n"
    )
    assert "the labels 'no', 'yes'" in ended.err


def test_a_fault_is_counted_as_the_file_counts(models, table):
    table[0, "sold"] = None
    table = table.with_columns(pl.col("length").cast(pl.String))
    table[6, "length"] = "long"
    table.write_csv("later.csv")
    ended = glassnet("evaluate", models["sold"], "later.csv")
    assert re.match(
        "later.csv, line 8: column 'length' holds 'long' in row 7; in training it held numbers",
        ended.err,
    )


def regressor(loss):
    return gn.MLPRegressor(loss, (5,), max_iter=9, tol=1e9, n_iter_no_change=1, random_state=0)


@pytest.mark.parametrize("quantile", [0.8, (0.1, 0.5, 0.9)])
def test_quantiles_are_scored_by_their_own_loss_and_coverage(quantile, table):
    X, y = table.select("length", "wood"), table["price"]
    model = regressor(gn.Quantile(quantile)).fit(X, y)
    model.save("boats.safetensors")
    table[[2, 3], "price"] = None
    table.write_csv("later.csv")
    rows = table.drop_nulls("price")
    true = rows["price"].to_numpy()
    told = model.predict(rows.select("length", "wood")).reshape(len(true), -1)
    expected = {}
    for q, column in zip(np.atleast_1d(quantile), told.T, strict=True):
        before = f"price_quantile_{q} " if told.shape[1] > 1 else ""
        expected[f"{before}mean_pinball_loss"] = metrics.mean_pinball_loss(true, column, alpha=q)
        expected[f"{before}coverage"] = np.mean(true <= column)
    ended = glassnet("evaluate", "boats.safetensors", "later.csv", "--json")
    assert (ended.code, ended.err) == (0, "")
    assert ended.told["test"] == pytest.approx(expected, rel=1e-5)
    assert (ended.told["rows"], ended.told["target"]) == (118, "price")


def test_a_model_of_quantiles_is_walked_through_by_the_other_commands(table):
    X, y = table.select("length", "wood"), table["price"]
    model = regressor(gn.Quantile((0.25, 0.75))).fit(X, y)
    model.save("boats.safetensors")
    file = "boats.safetensors"
    first = glassnet("predict", file, "boats.csv").out.splitlines()[:2]
    assert first[0] == "price_quantile_0.25,price_quantile_0.75"
    explained = glassnet("explain", file, "boats.csv", "--row", "1").out
    for name, value in zip(first[0].split(","), first[1].split(","), strict=True):
        (line,) = [line for line in explained.splitlines() if line.strip().startswith(f"{name} =")]
        assert float(line.split("=")[-1]) == pytest.approx(float(value), rel=1e-3)
    for command in ("diagnose", "step"):
        assert glassnet(command, file, "boats.csv").code == 0
