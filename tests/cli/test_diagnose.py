"""``glassnet diagnose``: the doctor on the command line."""

import polars as pl
from tests.cli.conftest import glassnet


def test_findings_are_printed_and_are_no_error(models, table):
    table[60:].write_csv("later.csv")
    ended = glassnet("diagnose", models["sold"], "boats.csv", "--validation", "later.csv")
    assert (ended.code, ended.err) == (0, "")
    assert "rows shared with validation: validation" in ended.out
    assert "100% of 60 validation rows are training rows too" in ended.out
    told = glassnet(
        "diagnose", models["sold"], "boats.csv", "--validation", "later.csv", "--json"
    ).told
    assert "rows shared with validation" in [finding["name"] for finding in told["findings"]]
    assert told["skipped"].keys() == {"learning rate too high", "learning rate too low"}


def test_a_leak_of_the_table_is_found(models, table):
    table.with_columns(pl.col("sold").alias("gone")).write_csv("leaky.csv")
    made = glassnet(
        *("train", "leaky.csv", "--target", "sold", "--epochs", 3, "--hidden", "4", "--out", "m")
    )
    assert made.code == 0
    ended = glassnet("diagnose", "m.safetensors", "leaky.csv")
    assert "leak: gone" in ended.out


def test_a_file_without_the_target(models, table):
    table.drop("sold").write_csv("new.csv")
    ended = glassnet("diagnose", models["sold"], "new.csv")
    assert (ended.code, ended.out) == (3, "")
    assert ended.err.startswith("new.csv has no column 'sold'")


def test_the_cost_curve_that_the_model_file_keeps_is_looked_at(models, table):
    made = glassnet(
        *("train", "boats.csv", "--target", "price", "--epochs", 9, "--hidden", "4", "--out", "m"),
    )
    assert made.code == 0, made
    told = glassnet("diagnose", "m.safetensors", "boats.csv", "--json").told
    assert {"learning rate too high", "learning rate too low", "over-fitting"} <= set(
        told["checked"]
    )
    assert glassnet("explain", "m.safetensors").out.count("history") == 1
