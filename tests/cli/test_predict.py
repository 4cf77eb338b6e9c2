"""``glassnet predict``: from new rows to predictions, in every form."""

import gzip
import io
import re
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from numpy.testing import assert_allclose
from tests.cli.conftest import Ended, glassnet

import glassnet as gn


def predicted(model: Path, table: pl.DataFrame, *options: object) -> pl.DataFrame:
    table.write_parquet("new.parquet")
    ended = glassnet("predict", model, "new.parquet", *options)
    assert ended.code == 0
    assert all(line.startswith("  note  ") for line in ended.err.splitlines())
    return pl.read_csv(io.StringIO(ended.out))


def refused(model: Path, table: pl.DataFrame) -> Ended:
    table.write_csv("new.csv")
    ended = glassnet("predict", model, "new.csv")
    assert (ended.code, ended.out) == (3, "")
    return ended


@pytest.mark.parametrize("target", ["sold", "berth", "licence", "price"])
def test_predictions_are_those_of_the_model(target, models, table):
    model = gn.load(models[target])
    found = predicted(models[target], table.drop(target))
    assert found.columns[0] == target
    if target == "price":
        assert found.columns == ["price"]
        assert_allclose(found["price"], model.predict(table), rtol=1e-6)
        return
    assert found[target].to_list() == model.predict(table).tolist()
    labels = model.target.labels
    assert found.columns[1:] == [f"probability_{label}" for label in labels]
    p = found.drop(target).to_numpy()
    assert_allclose(p.T, model.probabilities(table), atol=1e-6)
    assert_allclose(p.sum(axis=1), 1, rtol=1e-12)
    assert [labels[i] for i in p.argmax(axis=1)] == found[target].to_list()


def read(path: str) -> pl.DataFrame:
    if path.endswith(".parquet"):
        return pl.read_parquet(path)
    return pl.read_csv(path, separator="\t" if path.lower().endswith(".tsv") else ",")


@pytest.mark.parametrize("out", ["p.csv", "p.tsv", "p.parquet", "p.CSV", "p.v2.tsv"])
def test_predictions_are_written_by_the_suffix(out, models, table):
    expected = predicted(models["sold"], table)
    ended = glassnet("predict", models["sold"], "boats.csv", "-o", out)
    assert ended == (0, f"  wrote       {out}: 120 predictions of sold\n", "")
    written = read(out)
    assert written["sold"].to_list() == expected["sold"].to_list()
    assert_allclose(written.drop("sold").to_numpy(), expected.drop("sold").to_numpy(), rtol=1e-12)


def test_another_suffix_is_refused_before_anything_is_read():
    ended = glassnet("predict", "no.safetensors", "no.csv", "--out", "p.xlsx")
    assert ended == (
        2,
        "",
        "The '--out' option must end in .csv, .tsv, .parquet. Got 'p.xlsx' instead.\n"
        "  to fix     -o p.csv\n",
    )


@pytest.mark.row(127)
@pytest.mark.parametrize("out", ["missing/p.csv", "missing/p.parquet", "folder.csv"])
def test_a_place_that_cannot_be_written_to(out, models):
    Path("folder.csv").mkdir()
    ended = glassnet("predict", models["sold"], "boats.csv", "-o", out)
    assert (ended.code, ended.out) == (7, "")
    assert ended.err.startswith(f"{out} cannot be written: ")


def test_json_holds_the_rows_or_says_where_they_are(models, table):
    expected = predicted(models["berth"], table)
    ended = glassnet("predict", models["berth"], "boats.csv", "--json")
    assert (ended.code, ended.err) == (0, "")
    assert ended.told["rows"] == 120
    rows = pl.DataFrame(ended.told["predictions"])
    assert rows.columns == expected.columns
    assert rows["berth"].to_list() == expected["berth"].to_list()
    assert_allclose(rows.to_numpy(), expected.to_numpy(), atol=1e-12)
    written = glassnet("predict", models["berth"], "boats.csv", "--json", "-o", "p.csv")
    assert written.told == {"rows": 120, "out": "p.csv"}


@pytest.mark.row(30)
def test_columns_may_be_reordered_more_or_without_the_target(models, table):
    expected = predicted(models["sold"], table)
    other = table.drop("sold", "flag").select(reversed(table.drop("sold", "flag").columns))
    other = other.with_columns(news=pl.lit("?"), sodl=pl.lit(1.0))
    assert predicted(models["sold"], other).equals(expected)


@pytest.mark.row(30)
@pytest.mark.parametrize(
    ("rename", "fix"), [({"wood": "Wood"}, "for 'wood': did you mean 'Wood'?"), ({}, "")]
)
def test_a_missing_column_is_named(rename, fix, models, table):
    table = table.rename(rename) if rename else table.drop("wood")
    ended = refused(models["sold"], table)
    assert ended.err.startswith(
        "the table lacks 1 of the 6 columns that the model was trained with: 'wood'."
        " The feature names should match those that were passed during fit.\n"
    )
    assert fix in ended.err


def test_rows_do_not_depend_on_each_other(models, table):
    whole = predicted(models["sold"], table)
    one = predicted(models["sold"], table[17:18])
    assert one["sold"].to_list() == [whole["sold"][17]]
    assert_allclose(one.drop("sold").to_numpy(), whole[17:18].drop("sold").to_numpy(), rtol=1e-5)


def test_unseen_categories_and_missing_values_are_predicted(models, table):
    new = table[:4].with_columns(
        wood=pl.Series(["balsa", None, "oak", "OAK"]),
        length=pl.Series([None, 9.0, 8.5, None]),
        licence=pl.Series([None, True, None, False]),
        age=pl.Series([None] * 4, dtype=pl.Int64),
    )
    new.write_parquet("new.parquet")
    assert glassnet("predict", models["sold"], "new.parquet").err.splitlines() == [
        "  note        'length': 2 missing where none was",
        "  note        'wood': 2 values that training never saw, 1 missing where none was",
        "  note        'licence': 2 missing where none was",
    ]
    found = predicted(models["sold"], new)
    assert np.isfinite(found.drop("sold").to_numpy()).all()
    # A value that training did not have counts as none of those that it had.
    other = new.with_columns(wood=pl.Series(["ebony", None, "oak", "elm"]))
    assert predicted(models["sold"], other).equals(found)


BAD_CELLS = {
    "length": (["9", "8", "long", "7"], "'long' in row 3; in training it held numbers.", 4),
    "berth": (["1", "2", "3", "x"], "'x' in row 4; in training it held numbers.", 5),
    "licence": (
        ["yes", "True", "no", ""],
        "'yes' in row 1; in training it held values True and",
        2,
    ),
}


@pytest.mark.row(106)
@pytest.mark.parametrize("column", BAD_CELLS)
def test_a_cell_of_the_wrong_kind_is_named_by_row_and_column(column, models, table):
    cells, message, line = BAD_CELLS[column]
    ended = refused(models["sold"], table[:4].with_columns(pl.Series(column, cells)))
    assert ended.err.startswith(f"new.csv, line {line}: column {column!r} holds {message}")
    assert "correct the values" in ended.err


@pytest.mark.row(3, 5)
def test_a_number_that_is_too_large_is_named(models, table):
    table[2, "length"] = 1e300
    assert refused(models["sold"], table[:4]).err.startswith(
        "new.csv, line 4: column 'length' in row 3: value too large for dtype('float32')."
    )


@pytest.mark.row(11)
def test_no_rows_at_all(models, table):
    ended = refused(models["sold"], table[:0])
    assert ended.err.startswith("new.csv holds 0 sample(s) while a minimum of 1 is required.")


MODELS = {
    "nothing.safetensors": (4, "'nothing.safetensors' cannot be read: No such file or directory."),
    ".": (4, "'.' cannot be read: Is a directory."),
    "boats.csv": (5, "'boats.csv': looks like a text, perhaps a table; MODEL comes before DATA."),
    "empty": (5, "'empty': "),
    "cut.safetensors": (5, "'cut.safetensors': "),
    "flipped.safetensors": (5, "'flipped.safetensors': "),
    "pickle": (5, "looks like a pickle; glassnet never unpickles"),
}


@pytest.mark.row(87, 92, 93, 99, 100)
@pytest.mark.parametrize("command", ["predict", "evaluate", "explain"])
@pytest.mark.parametrize("file", MODELS)
def test_a_faulty_model_file(file, command, models):
    good = models["sold"].read_bytes()
    Path("empty").write_bytes(b"")
    Path("cut.safetensors").write_bytes(good[:-5])
    Path("flipped.safetensors").write_bytes(good[:-5] + bytes([good[-5] ^ 1]) + good[-4:])
    Path("pickle").write_bytes(b"\x80\x04\x95" + bytes(50))
    ended = glassnet(command, file, *(() if command == "explain" else ("boats.csv",)))
    code, message = MODELS[file]
    assert (ended.code, ended.out) == (code, "")
    assert message in ended.err
    assert "  to fix     " in ended.err


def test_a_model_of_arrays_takes_no_table():
    network = gn.Network([gn.Dense(1)], gn.SquaredError())
    gn.save(gn.Model(network, network.initialize((2,)), (2,)), "arrays.safetensors")
    ended = glassnet("predict", "arrays.safetensors", "boats.csv")
    assert (ended.code, ended.out) == (3, "")
    assert ended.err.startswith("boats.csv holds no arrays, which is what this model takes.\n")
    assert "X (m, 2)" in ended.err
    assert "numpy.save(path, X), examples first" in ended.err
    ended = glassnet("explain", "arrays.safetensors", "boats.csv", "--row", 1)
    assert ended.err.startswith("this model was not trained on a table.\n")
    assert "  received   a model of arrays (2, m)\n" in ended.err
    assert "predict, evaluate, step and diagnose read files of numpy.save" in ended.err
    assert glassnet("explain", "arrays.safetensors").code == 0


@pytest.mark.row(105)
@pytest.mark.parametrize("out", [None, "p.csv", "p.tsv", "p.parquet"])
def test_a_spreadsheet_finds_no_formula_where_asked(out, table):
    labels = {"yes": "=1+1", "no": "-1|cmd"}
    table = table.with_columns(pl.col("sold").replace_strict(labels)).rename({"sold": "@sold"})
    table.write_csv("run.csv")
    glassnet(
        "train", "run.csv", "--target", "@sold", "--epochs", "2", "--hidden", "4", "--out", "m"
    )
    to = () if out is None else ("-o", out)
    plain = glassnet("predict", "m.safetensors", "run.csv", *to)
    plain_table = pl.read_csv(io.StringIO(plain.out)) if out is None else read(out)
    safe = glassnet("predict", "m.safetensors", "run.csv", *to, "--quote-formulas")
    found = pl.read_csv(io.StringIO(safe.out)) if out is None else read(out)
    assert plain_table.columns == ["@sold", "probability_-1|cmd", "probability_=1+1"]
    assert found.columns == ["'@sold", *plain_table.columns[1:]]
    assert set(plain_table["@sold"]) <= set(labels.values())
    assert found["'@sold"].to_list() == [f"'{label}" for label in plain_table["@sold"]]
    assert_allclose(found[found.columns[1:]], plain_table[plain_table.columns[1:]])


@pytest.mark.row(105)
def test_numbers_are_no_formulas(models, table):
    expected = glassnet("predict", models["price"], "boats.csv").out
    assert glassnet("predict", models["price"], "boats.csv", "--quote-formulas").out == expected


@pytest.mark.row(66, 104, 108)
def test_the_option_that_an_error_names_raises_the_limit(models, table):
    table.write_csv("new.csv")
    tight = glassnet("predict", models["sold"], "new.csv", "--limit", "rows=100")
    assert tight.code == 3
    (option,) = re.findall(r"to fix     .*or pass --limit (rows=\d+)$", tight.err, re.MULTILINE)
    assert glassnet("predict", models["sold"], "new.csv", "--limit", option).code == 0
    tight = glassnet("explain", models["sold"], "--limit", "tensors=1")
    assert tight.code == 5
    (option,) = re.findall(r"pass --limit (tensors=\d+)$", tight.err, re.MULTILINE)
    assert glassnet("explain", models["sold"], "--limit", option).code == 0
    bomb = gzip.compress(table.write_csv().encode() * 1000)
    Path("bomb.csv.gz").write_bytes(bomb)
    for command in (
        ("train", "bomb.csv.gz", "--target", "sold"),
        ("evaluate", models["sold"], "bomb.csv.gz"),
    ):
        ended = glassnet(*command)
        assert ended.code == 3
        assert "or pass --limit unpacked_ratio=2000" in ended.err
