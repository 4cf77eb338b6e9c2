"""``glassnet train``: what it reads, says, writes and refuses."""

import gzip
import json
import re
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sklearn import metrics
from tests.cli.conftest import FEW, Ended, glassnet

import glassnet as gn
from glassnet.cli.names import ACTIVATIONS, OPTIMIZERS
from glassnet.experiments import Options, Study
from glassnet.tables import read_table


def train(target, *options, data="boats.csv", out="m") -> Ended:
    return glassnet("train", data, "--target", target, *FEW, "--out", out, *options)


def test_what_a_person_reads():
    ended = train("sold", "--drop", "price")
    assert (ended.code, ended.err) == (0, "")
    lines = ended.out.splitlines()
    assert lines[0] == (
        "  table       boats.csv: 120 rows, 7 columns: 4 numbers, 2 categories "
        "(values: wood 3, flag 1), 1 boolean, 2 missing values in age"
    )
    assert lines[1:3] == [
        "  dropped     flag: constant: every row holds 'NO'",
        "  dropped     price: as asked",
    ]
    assert re.fullmatch(
        r"  task        binary classification of sold \((yes|no) \d\d%, (yes|no) \d\d%\)", lines[3]
    )
    shares = [int(share) for share in re.findall(r"(\d+)%", lines[3])]
    assert sum(shares) == 100
    assert shares == sorted(shares, reverse=True)
    parts = re.fullmatch(r"  rows        (\d+) training, (\d+) validation, (\d+) test", lines[4])
    assert sum(map(int, parts.groups())) == 120
    assert int(parts[3]) == 24
    assert re.fullmatch(r"  network     \d+ → 4 → 1, .*Sigmoid   \d+ parameters", lines[5])
    assert re.search(r"epoch 2/2  cost \d+\.\d{3}  validation \d+\.\d{3}, best at [12]", lines[6])
    assert lines[7].split() == ["held-out", "glassnet", "linear", "constant"]
    assert [line.split()[0] for line in lines[8:11]] == ["accuracy", "log_loss", "roc_auc"]
    assert all(re.fullmatch(r"  \w+( +\d\.\d{3}){3}", line) for line in lines[8:11])
    assert re.match(r"  time        \d+\.\d s, all 2 epochs", lines[12])
    assert lines[11].startswith("  verdict     Of 24 rows that the network had never seen, it gets")
    assert lines[13:] == ["  wrote       m.safetensors and m.html"]
    assert gn.load("m.safetensors").target.labels == ("no", "yes")
    assert "<html" in Path("m.html").read_text("utf-8")


TARGETS = {
    "sold": ("binary classification", ["no", "yes"]),
    "berth": ("classification", [1, 2, 3, 4]),
    "licence": ("binary classification", [False, True]),
    "price": ("regression", None),
}


@pytest.mark.parametrize("target", TARGETS)
@pytest.mark.row(20)
def test_figures_are_those_of_scikit_learn_on_the_held_out_rows(target, table):
    ended = train(target, "--seed", 3, "--json")
    assert (ended.code, ended.err) == (0, "")
    told = ended.told
    task, labels = TARGETS[target]
    assert (told["task"], told["target"], told["source"]) == (task, target, "boats.csv")
    study = Study.of(read_table("boats.csv"), target, Options(seed=3))
    rows = study.parts["test"].rows
    assert told["rows"]["test"] == len(rows)
    glassnet("predict", told["model"], "boats.csv", "-o", "p.parquet")
    predicted, true = pl.read_parquet("p.parquet")[rows], table[target][rows]
    if labels is None:
        expected = {
            "rmse": metrics.root_mean_squared_error(true, predicted[target]),
            "mae": metrics.mean_absolute_error(true, predicted[target]),
            "r2": metrics.r2_score(true, predicted[target]),
        }
    else:
        p = predicted.select(f"probability_{label}" for label in labels).to_numpy()
        score = p[:, 1] if len(labels) == 2 else p
        expected = {
            "accuracy": metrics.accuracy_score(true.to_list(), predicted[target].to_list()),
            "log_loss": metrics.log_loss(true.to_list(), p, labels=labels),
            "roc_auc": metrics.roc_auc_score(true.to_list(), score, multi_class="ovr"),
        }
    assert told["test"] == pytest.approx(expected, rel=1e-5)
    assert list(told["test"]) == list(expected)
    assert set(told["baselines"]) == {"linear", "constant"}
    assert all(list(scores) == list(expected) for scores in told["baselines"].values())


def test_the_json_object_describes_the_training(table):
    told = train("sold", "--json", "--drop", "price,age", "--drop", "wood").told
    kinds = {column["column"]: column["kind"] for column in told["columns"]}
    assert list(kinds) == table.drop("sold").columns
    assert {name for name, kind in kinds.items() if kind == "dropped"} == {
        *("price", "age", "wood", "flag")
    }
    model = gn.load(told["model"])
    assert told["parameters"] == sum(W.size for W in model.parameters.values())
    assert told["epochs"] == 2
    assert told["best_epoch"] in (1, 2)
    assert told["stopped"] == "epochs"
    assert (told["model"], told["report"]) == ("m.safetensors", "m.html")
    assert sum(told["rows"].values()) == len(table)


def test_an_undefined_figure_is_null_in_json_and_undefined_for_people():
    # The one row of class c goes to training: no ROC of c among the held-out rows.
    labels = ["a"] * 30 + ["b"] * 30 + ["c"]
    pl.DataFrame({"x": np.arange(61.0) % 7, "y": labels}).write_csv("single.csv")
    ended = train("y", "--json", data="single.csv")
    assert ended.told["test"]["roc_auc"] is None
    assert "NaN" not in ended.out
    assert ended.err.startswith(
        "  note        classes with a single row: 'c'; they are in training"
    )
    assert re.search(
        r"  roc_auc  +undefined +undefined +undefined", train("y", data="single.csv").out
    )


def as_parquet(table):
    table.write_parquet("t.parquet")
    return "t.parquet"


def as_text(name, separator=",", encoding="utf-8", packed=False):
    def write(table):
        content = table.write_csv(separator=separator).encode(encoding)
        Path(name).write_bytes(gzip.compress(content) if packed else content)
        return name

    return write


FORMS = {
    "parquet": as_parquet,
    "tsv": as_text("t.tsv", "\t"),
    "gzip": as_text("t.csv.gz", packed=True),
    "utf-16": as_text("t.csv", encoding="utf-16"),
    "semicolons": as_text("t.csv", ";"),
    "bar, wrong suffix": as_text("t.dat", "|"),
}


@pytest.mark.parametrize("form", FORMS)
def test_the_form_of_the_file_makes_no_difference(form, table):
    assert train("sold").code == 0
    data = FORMS[form](table)
    ended = train("sold", data=data, out="same")
    assert ended.code == 0
    assert f"  table       {data}: 120 rows, 7 columns: " in ended.out
    one, other = gn.load("m.safetensors"), gn.load("same.safetensors")
    assert one.predict(table).tolist() == other.predict(table).tolist()
    assert all(np.array_equal(W, other.parameters[name]) for name, W in one.parameters.items())


def test_without_a_header_columns_are_numbered(table):
    Path("bare.csv").write_text(table.write_csv(include_header=False), "utf-8")
    ended = train("column_8", "--no-header", "--drop", "column_7", data="bare.csv")
    assert ended.code == 0
    assert "binary classification of column_8" in ended.out
    assert "  dropped     column_7: as asked" in ended.out
    predicted = glassnet("predict", "m.safetensors", "bare.csv", "--no-header")
    assert predicted.out.startswith("column_8,probability_no,probability_yes\n")
    refused = train("sold", "--no-header", data="bare.csv")
    assert refused.code == 3
    assert "bare.csv has no column 'sold', the target." in refused.err


@pytest.mark.parametrize(
    "drop", [["--drop", "wood,age"], ["--drop", "wood", "--drop", "age"], ["--drop", " wood , age"]]
)
def test_columns_are_dropped(drop):
    ended = train("sold", *drop)
    assert "dropped     wood: as asked" in ended.out
    assert "dropped     age: as asked" in ended.out
    assert {column.name for column in gn.load("m.safetensors").table.used} == {
        *("length", "licence", "berth", "price")
    }


@pytest.mark.parametrize(
    ("hidden", "units"), [("none", [1]), ("3", [3, 1]), ("5, 3", [5, 3, 1]), ("NONE", [1])]
)
@pytest.mark.row(40)
def test_hidden_layers(hidden, units):
    assert train("sold", "--hidden", hidden).code == 0
    parameters = gn.load("m.safetensors").parameters
    assert [len(W) for name, W in parameters.items() if name.startswith("W")] == units


@pytest.mark.parametrize("optimizer", [*OPTIMIZERS, "LBFGS"])
def test_every_optimizer_trains(optimizer):
    rate = () if optimizer.lower() == "lbfgs" else ("--learning-rate", "0.01")
    assert train("price", "--optimizer", optimizer, *rate).code == 0
    used = type(gn.load("m.safetensors").training.optimizer).__name__
    assert used.lower() == optimizer.lower().replace("_", "")


@pytest.mark.parametrize("activation", [*ACTIVATIONS, "ReLU"])
def test_every_activation_trains(activation):
    assert train("sold", "--activation", activation, "--epochs", "1").code == 0
    used = type(gn.load("m.safetensors").network.layers[1]).__name__
    assert used.lower() == activation.lower().replace("_", "")


def test_numbers_reach_the_training():
    options = ("--l2", 0.5, "--dropout", 0.25, "--batch-size", 16, "--learning-rate", 0.003)
    assert train("sold", *options, "--validation", 0.3, "--test", 0.1, "--seed", 5).code == 0
    model = gn.load("m.safetensors")
    assert model.network.penalties == (gn.L2(0.5),)
    assert gn.Dropout(0.25) in model.network.layers
    assert (model.training.batch_size, model.training.seed) == (16, 5)
    assert model.training.optimizer.schedule.rate(0.5, 2, None) <= 0.003
    assert model.record["rows"]["test"] == 12
    assert model.record["rows"]["validation"] == pytest.approx(0.3 * 108, abs=1)


def test_the_same_seed_gives_the_same_bytes_and_another_does_not():
    for out, seed in (("one", 1), ("two", 1), ("three", 2)):
        assert train("sold", "--seed", seed, out=out).code == 0
    one, two, three = (Path(f"{out}.safetensors").read_bytes() for out in ("one", "two", "three"))
    assert one == two
    assert one != three


WRONG = {
    # What is asked for: what the error says, and its exit code.
    "--activation reul": (
        "'--activation' option must be one of identity, sigmoid, tanh, relu",
        "did you mean 'relu'?",
    ),
    "--optimizer adm": ("'--optimizer' option must be one of adamw", "did you mean 'adam'?"),
    "--task regresion": ("'--task' option must be one of", "did you mean 'regression'?"),
    "--hidden 64,x": ("'--hidden' option must be whole numbers from 1", "--hidden none"),
    "--hidden 0": ("Got '0' instead", "--hidden 64,64"),
    "--hidden 2.5": ("Got '2.5' instead", "--hidden 64,64"),
    "--hidden -1": ("Got '-1' instead", "--hidden 64,64"),
    "--hidden 4,": ("Got '4,' instead", "--hidden 64,64"),
    "--dropout 1.0": ("'--dropout' option must be a float in the range [0.0, 1.0). Got 1.0", ""),
    "--dropout -0.1": ("[0.0, 1.0). Got -0.1", "give --dropout a float in the range [0.0, 1.0)"),
    "--dropout nan": ("[0.0, 1.0). Got nan", ""),
    "--test 1": ("'--test' option must be a float in the range (0.0, 1.0). Got 1.0", ""),
    "--test 0": ("(0.0, 1.0). Got 0.0", "give --test a float"),
    "--validation 1.5": ("'--validation' option must be a float in the range (0.0, 1.0)", ""),
    "--epochs 0": ("'--epochs' option must be an int in the range [1, inf). Got 0", ""),
    "--batch-size -1": ("'--batch-size' option must be an int in the range [1, inf)", ""),
    "--learning-rate 0": ("'--learning-rate' option must be a float in the range (0.0, inf)", ""),
    "--learning-rate inf": ("(0.0, inf). Got inf", ""),
    "--l2 -1": ("'--l2' option must be a float in the range [0.0, inf). Got -1.0", ""),
    "--seed -1": ("'--seed' option must be an int in the range [0, inf). Got -1", ""),
    "--drop sold": ("The column 'sold' cannot be both dropped and predicted.", "out of drop"),
}


@pytest.mark.parametrize("option", WRONG)
@pytest.mark.row(37, 38, 40, 42, 44, 49)
def test_a_wrong_option_is_named_with_what_is_right(option):
    name, value = option.split()
    ended = train("sold", f"{name}={value}")
    what, fix = WRONG[option]
    assert (ended.code, ended.out) == (2, "")
    assert what in ended.err
    assert "or None" not in ended.err
    assert fix in ended.err.partition("  to fix     ")[2]
    assert not Path("m.safetensors").exists()


DATA = {
    "typo": (
        "sodl",
        [],
        "boats.csv has no column 'sodl', the target.\n"
        "  expected   one of 'length', 'age', 'wood', 'licence', 'flag', 'berth', 'price', 'sold'\n"
        "  received   target 'sodl'\n"
        "  to fix     did you mean 'sold'?\n",
    ),
    "unknown drop": (
        "sold",
        ["--drop", "lenght"],
        "drop names 'lenght', which is not a column of the table.\n"
        "  expected   some of the columns length, age, wood, licence, flag, berth, price\n"
        "  received   drop = 'lenght'\n"
        "  to fix     did you mean 'length'?\n",
    ),
    "text as quantity": (
        "sold",
        ["--task", "regression"],
        "the target 'sold' is neither classes nor a quantity.",
    ),
    "fractions as classes": (
        "price",
        ["--task", "classification"],
        "Unknown label type: continuous. The target 'price' holds fractions.",
    ),
    "not binary": (
        "berth",
        ["--task", "binary classification"],
        "the target 'berth' is not binary.",
    ),
    "one class": ("flag", [], "the target 'flag' has one class only."),
    "tiny test": ("sold", ["--test", "0.001"], "set is too small: 0 of 120 rows."),
}


@pytest.mark.parametrize("case", DATA)
@pytest.mark.row(15, 17, 46)
def test_faulty_data_are_exit_code_3(case):
    target, options, message = DATA[case]
    ended = train(target, *options)
    assert (ended.code, ended.out) == (3, "")
    assert ended.err.startswith(message) or message in ended.err.splitlines()[0]
    assert "  to fix     " in ended.err


FILES = {
    "empty": (b"", 3, "bad.csv is empty."),
    "header only": (b"x,y\n", 3, "bad.csv holds 0 sample(s) while a minimum of 1 is required."),
    "one row": (b"x,y\n1,2\n", 3, "validation set is too small: 0 of 1 rows."),
    "three rows": (b"x,y\n1,2\n2,3.5\n3,4\n", 3, "validation set is too small: 1 of 3 rows."),
    "ragged": (b"x,y\n1,2\n1,2,3\n", 3, "line 3"),
    "latin-1": ("größe,y\n1,2\n".encode("latin-1"), 3, "bad.csv is not UTF-8 text: line 1."),
    "zip": (b"PK\x03\x04aaaa", 3, "bad.csv is a damaged zip archive."),
    "Parquet": (b"PAR1 and no more", 3, "bad.csv is a damaged Parquet file"),
    "gzip": (b"\x1f\x8b\x08 and no more", 3, "bad.csv is a damaged gzip file."),
}


@pytest.mark.parametrize("case", FILES)
@pytest.mark.row(11, 13, 104, 107)
def test_a_faulty_file(case):
    content, code, message = FILES[case]
    Path("bad.csv").write_bytes(content)
    ended = train("y", data="bad.csv")
    assert (ended.code, ended.out) == (code, "")
    assert message in ended.err
    assert "  to fix     " in ended.err


@pytest.mark.row(100)
@pytest.mark.parametrize(
    ("data", "message"),
    [
        ("nothing.csv", "'nothing.csv' cannot be read: No such file or directory."),
        ("/dev/null", "'/dev/null' is a pipe, socket or device, not a file."),
        ("boats.csv/x", "'boats.csv/x' cannot be read: Not a directory."),
    ],
)
def test_a_path_that_is_no_file_is_exit_code_4(data, message):
    ended = train("y", data=data)
    assert (ended.code, ended.out) == (4, "")
    assert ended.err.startswith(f"{message}\n  expected   the path of a CSV, TSV or Parquet file\n")


@pytest.mark.row(2)
def test_a_faulty_cell_is_named_by_its_row_in_the_file(table):
    table = table.with_columns(length=pl.col("length").cast(pl.String))
    table[100, "length"] = "9,5"
    table[0, "sold"] = None  # rows without a target count too
    table.write_csv("cell.csv")
    ended = train("sold", data="cell.csv")
    assert ended.code == 3
    assert ended.err.startswith(
        "cell.csv, line 102: column 'length' holds '9,5' in row 101, which is not a number"
    )


@pytest.mark.row(5, 106)
def test_a_number_that_is_too_large_is_named_by_its_row_and_line(table):
    table[100, "length"] = 1e300
    table[0, "sold"] = None
    first, rest = table.write_csv().split("\n", 1)
    Path("large.csv").write_text(f"{first}\n\n\n{rest}")
    ended = train("sold", data="large.csv")
    assert ended.code == 3
    assert ended.err.startswith(
        "large.csv, line 104: column 'length' in row 101: value too large for dtype('float32')"
    )


@pytest.mark.row(4)
def test_rows_without_a_target_are_left_out_and_counted(table):
    table[[3, 4, 60, 119], "sold"] = None
    table.write_csv("holes.csv")
    ended = train("sold", data="holes.csv")
    assert ended.code == 0
    assert "  left out    4 rows without sold\n" in ended.out
    parts = re.search(r"rows        (\d+) training, (\d+) validation, (\d+) test", ended.out)
    assert sum(map(int, parts.groups())) == 116


def test_a_constant_target_is_learned_with_one_note(table):
    table.with_columns(price=pl.lit(5.5)).write_csv("constant.csv")
    ended = train("price", data="constant.csv")
    assert ended.code == 0
    assert ended.err == "  note        the target 'price' is constant: every row holds 5.5\n"
    assert "regression of price (5.5 … 5.5)\n" in ended.out
    assert "-0.000" not in ended.out


def test_a_capped_target_is_noticed(table):
    table.with_columns(price=pl.col("price").clip(0, 100)).write_csv("capped.csv")
    at_most = (table["price"] >= 100).sum()
    ended = train("price", data="capped.csv")
    found = re.search(r"… 100; (\d+) training rows at the maximum: capped\?", ended.out)
    assert 0 < int(found[1]) < at_most


def test_a_leak_is_named(table):
    leak = {"yes": "left", "no": "still there"}
    table = table.with_columns(fate=pl.col("sold").replace(leak))
    table.write_csv("leak.csv")
    ended = train("sold", data="leak.csv")
    line = "'fate' repeats 'sold' one to one"
    assert f"  likely leak {line}; leave it out with --drop fate\n" in ended.out
    assert train("sold", "--json", data="leak.csv").told["leaks"] == [
        {"column": "fate", "sentence": line}
    ]
    assert "likely leak" not in train("sold", "--drop", "fate", data="leak.csv").out


@pytest.mark.row(78)
def test_a_training_that_diverges_is_exit_code_6(table):
    ended = train("price", "--learning-rate", "1e30", "--optimizer", "gradient_descent")
    assert ended.code == 6
    assert re.search(r"became (nan|inf) at epoch 0 \(counted from 0\), step \d+\.", ended.err)
    assert "a smaller learning rate" in ended.err
    assert not Path("m.safetensors").exists()


@pytest.mark.row(127)
@pytest.mark.parametrize("out", ["missing/m", "boats.csv/m", "/proc/m"])
def test_a_place_that_cannot_be_written_to_is_known_before_the_training(out):
    ended = train("sold", out=out)
    assert (ended.code, ended.out) == (7, "")
    assert ended.err.startswith(f"Nothing can be written in {str(Path(out).parent)!r}: ")
    assert f"received   the model file '{out}.safetensors'" in ended.err
    assert "make the folder first" in ended.err


@pytest.mark.parametrize(
    ("out", "made"),
    [
        ("m.safetensors", "m.safetensors"),
        ("m.html", "m.safetensors"),
        ("v1.2", "v1.2.safetensors"),
        (".", "boats.safetensors"),
        ("models", "models/boats.safetensors"),
        ("models/x", "models/x.safetensors"),
    ],
)
def test_the_names_of_the_files(out, made):
    Path("models").mkdir()
    ended = train("sold", out=out)
    report = made.replace(".safetensors", ".html")
    assert ended.out.endswith(f"  wrote       {made} and {report}\n")
    assert Path(made).exists()
    assert Path(report).exists()


@pytest.mark.parametrize(
    ("data", "made"),
    [
        ("2023.boats.csv", "2023.boats"),
        ("boats.csv.gz", "boats"),
        ("boats.csv.zip", "boats"),
        ("boats", "boats"),
        (".c", ".c"),
    ],
)
def test_without_a_name_the_files_are_called_as_the_data(data, made, table):
    content = table.write_csv().encode()
    Path(data).write_bytes(gzip.compress(content) if data.endswith(".gz") else content)
    assert glassnet("train", data, "--target", "sold", *FEW).code == 0
    assert Path(f"{made}.safetensors").exists()


def test_an_error_in_json_is_one_object_too():
    ended = train("sodl", "--json")
    assert ended.code == 3
    error = ended.told["error"]
    assert (error["type"], error["exit_code"]) == ("DataError", 3)
    assert error["message"] == ended.err.rstrip("\n")
    assert "did you mean 'sold'?" in error["message"]


@pytest.mark.row(30, 31, 105)
def test_names_of_columns_are_shown_as_they_are(table):
    names = {"length": "[bold]λ[/bold]", "age": "=cmd()", "wood": "a b\tc", "sold": "[red]y"}
    table.rename(names).write_csv("odd.csv")
    ended = train("[red]y", data="odd.csv")
    assert ended.code == 0
    assert "classification of [red]y (" in ended.out
    assert "missing values in =cmd()" in ended.out
    assert gn.load("m.safetensors").table.columns[0].name == "[bold]λ[/bold]"


cells = st.none() | st.floats(-1e6, 1e6) | st.integers(-5, 5)


@settings(
    max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(rows=st.lists(st.tuples(cells, st.sampled_from("ab"), cells), min_size=1, max_size=40))
def test_any_small_table_is_learned_or_refused_in_words(rows, folder):
    table = pl.DataFrame(
        {"x": [r[0] for r in rows], "c": [r[1] for r in rows], "y": [r[2] for r in rows]},
        schema={"x": pl.Float64, "c": pl.String, "y": pl.Float64},
    )
    table.write_parquet("any.parquet")
    ended = train("y", "--json", "--epochs", 1, data="any.parquet")
    assert ended.code in (0, 3)
    told = json.loads(ended.out)
    if ended.code == 0:
        assert set(told["test"]) in ({"rmse", "mae", "r2"}, {"accuracy", "log_loss", "roc_auc"})
    else:
        assert told["error"]["message"].count("\n") in range(1, 5)


def german(table):
    """The table as a German Excel writes it."""
    floats = [name for name, dtype in table.schema.items() if dtype.is_float()]
    comma = [pl.col(name).cast(pl.String).str.replace(".", ",", literal=True) for name in floats]
    return table.with_columns(comma)


@pytest.mark.row(106)
def test_a_german_file_gives_the_model_of_the_international_one(table):
    table = table.with_columns(pl.col("price") * 100, length=pl.col("length") / 8)
    table = table.with_columns(built=pl.date(2001, 1, 1) + pl.duration(days=pl.int_range(120) * 9))
    table.write_csv("plain.csv")
    day_first = pl.col("built").dt.strftime("%d.%m.%Y")
    german(table).with_columns(day_first).write_csv("german.csv", separator=";")
    expected = glassnet("train", "plain.csv", "--target", "price", *FEW, "--json").told
    ended = glassnet("train", "german.csv", "--target", "price", *FEW)
    assert "read as     decimal comma (1.234,5 is one thousand two hundred" in ended.out
    assert "four and a half): length, price\n" in ended.out
    assert "read as     day.month.year (1.2.2025 is the first of February): built\n" in ended.out
    told = glassnet("train", "german.csv", "--target", "price", *FEW, "--json").told
    assert told["test"] == expected["test"]
    assert told["columns"] == expected["columns"]
    assert told["notations"] == {
        "length": "decimal comma",
        "price": "decimal comma",
        "built": "day.month.year",
    }


def with_thousands(numbers):
    """1234567 as 1.234.567."""
    return pl.Series([f"{number:,}".replace(",", ".") for number in numbers])


@pytest.mark.row(106)
def test_a_later_german_file_is_read_as_the_first_one(table):
    """One row of 9.250 alone could be nine and a quarter; the model knows better."""
    table = table.with_columns(length=(pl.col("length") * 1000).cast(pl.Int64)).drop("price")
    table[5, "length"] = 1_250_000
    european = table.with_columns(length=with_thousands(table["length"]))
    for name, whole, by in (("german", european, ";"), ("plain", table, ",")):
        whole.write_csv("first.csv", separator=by)
        whole[:3].write_csv("later.csv", separator=by)
        ended = glassnet("train", "first.csv", "--target", "sold", *FEW, "--out", name)
        assert ended.code == 0, ended
        model = f"{name}.safetensors"
        told = [glassnet(command, model, "later.csv").out for command in ("predict", "evaluate")]
        told.append(glassnet("explain", model, "later.csv", "--row", "2").out)
        if name == "german":
            expected = told
    assert told == expected
    assert str(table["length"][1]) in told[2].replace(",", "")
