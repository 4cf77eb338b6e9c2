"""``glassnet train --series`` and the other commands on its model."""

import shutil
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from tests.cli.conftest import glassnet

import glassnet as gn
from glassnet.experiments import Options
from glassnet.experiments.series import of_series

FEW = ("--epochs", "6", "--hidden", "5", "--learning-rate", "0.02")
ASKED = ("--series", "level", "--window", "7")


def tide(count: int = 500) -> np.ndarray:
    random, t = np.random.default_rng(3), np.arange(count)
    return 50 + 20 * np.sin(t / 3) + random.normal(size=count)


@pytest.fixture(autouse=True)
def file(folder) -> Path:
    pl.DataFrame({"day": range(500), "level": tide(), "name": ["x"] * 500}).write_csv("tide.csv")
    return folder / "tide.csv"


@pytest.fixture(scope="module")
def trained(tmp_path_factory):
    folder = tmp_path_factory.mktemp("series")
    pl.DataFrame({"level": tide()}).write_csv(folder / "tide.csv")
    ended = glassnet("train", folder / "tide.csv", *ASKED, *FEW, "--out", folder / "tide")
    assert (ended.code, ended.err) == (0, "")
    return folder, ended.out


@pytest.fixture
def model(trained) -> str:
    shutil.copy(trained[0] / "tide.safetensors", "tide.safetensors")
    return "tide.safetensors"


def test_what_a_person_reads(trained):
    folder, out = trained
    lines = out.splitlines()
    assert lines[0].startswith("  series      tide.csv: 500 values of level, ")
    assert lines[1:4] == [
        "  task        the next value of level, from the 7 before",
        "  values      340 training, 60 validation, 100 test, in this order",
        "  network     LSTM 5 → Dense 1   146 parameters",
    ]
    assert lines[5].split() == ["held-out", "glassnet", "linear", "persistence"]
    page = (folder / "tide.html").read_text("utf-8")
    assert "Over time" in page
    assert "Predicted against true" in page


def test_nothing_is_learnt_from_what_is_held_out():
    values = tide()
    asked = {"name": "level", "source": "tide", "window": 7, "horizon": 3}
    before = of_series(values, Options(), **asked)
    later = values.copy()
    later[400:] = 1e6  # the last 20 %
    after = of_series(later, Options(), **asked)
    assert before.plan == after.plan
    for part in ("training", "validation"):
        for name in ("X", "Y", "labels"):
            one, other = (getattr(study.parts[part], name) for study in (before, after))
            np.testing.assert_array_equal(one, other)
    test = before.parts["test"]
    assert test.labels.shape == (3, 98)
    np.testing.assert_array_equal(test.labels[0], values[400:498])


def test_the_baselines_are_the_last_value_and_least_squares():
    values = tide()
    study = of_series(values, Options(), name="level", source="tide", window=7)
    last = np.sqrt(np.mean((values[400:] - values[399:-1]) ** 2))
    assert study.baselines["persistence"]["rmse"] == pytest.approx(last, rel=1e-5)
    rows = np.lib.stride_tricks.sliding_window_view(values, 8)
    A = np.column_stack([rows[:, :7], np.ones(len(rows))])
    w, *_ = np.linalg.lstsq(A[:393], rows[:393, 7], rcond=None)
    rmse = np.sqrt(np.mean((A[393:] @ w - rows[393:, 7]) ** 2))
    assert study.baselines["linear"]["rmse"] == pytest.approx(rmse, rel=1e-4)


def test_predict_goes_on_behind_the_last_value(model):
    lines = glassnet("predict", model, "tide.csv").out.splitlines()
    assert lines[0] == "step,level"
    (following,) = gn.load(model).predict(tide())
    assert float(lines[1].split(",")[1]) == pytest.approx(following)
    assert len(lines) == 2
    # Only the last window matters.
    pl.DataFrame({"level": tide()[-7:]}).write_csv("few.csv")
    assert glassnet("predict", model, "few.csv").out.splitlines() == lines


def test_several_steps(file):
    ended = glassnet("train", file, *ASKED, *FEW, "--horizon", 3, "--out", "m", "--json")
    assert ended.code == 0, ended.err
    assert set(ended.told["test"]) == {"rmse", "mae", "r2"}
    lines = glassnet("predict", "m.safetensors", file).out.splitlines()
    assert [line.split(",")[0] for line in lines] == ["step", "1", "2", "3"]
    assert "Predicted against true" in Path("m.html").read_text("utf-8")


def test_evaluate_is_the_error_of_what_comes_next(model):
    told = glassnet("evaluate", model, "tide.csv", "--json").told
    assert told["rows"] == 493
    loaded, values = gn.load(model), tide()
    some = range(7, 500, 50)
    errors = [loaded.predict(values[:t])[0] - values[t] for t in some]
    assert np.sqrt(np.mean(np.square(errors))) < 4 * told["test"]["rmse"]
    one = pl.DataFrame({"level": values[:8]})
    one.write_csv("one.csv")
    told = glassnet("evaluate", model, "one.csv", "--json").told
    assert told["test"]["mae"] == pytest.approx(abs(errors[0]), rel=1e-4)


@pytest.mark.parametrize(
    ("options", "code", "message"),
    [
        (["--series", "levl", "--window", "7"], 3, "tide.csv has no column 'levl', the series."),
        (["--series", "name", "--window", "7"], 3, "the column 'name' holds no numbers"),
        (["--series", "level"], 2, "The '--window' option is missing"),
        (["--series", "level", "--window", "400"], 3, "The series is too short for windows of 400"),
        (["--series", "level", "--window", "0"], 2, "Invalid value for '--window'"),
        ([*ASKED, "--target", "day"], 2, "The '--target' option has no meaning for a series."),
        (["--target", "day", "--window", "3"], 2, "'--window' option has no meaning for a table."),
        ([*ASKED, "--drop", "day"], 2, "The 'drop' parameter has no meaning for a series."),
    ],
)
def test_what_is_refused(options, code, message):
    ended = glassnet("train", "tide.csv", *options)
    assert (ended.code, ended.out) == (code, "")
    assert message in " ".join(ended.err.split())


def test_a_blank_line_of_a_single_column_is_a_gap(folder):
    Path("gap.csv").write_text("level\n1.5\n2.5\n\n4.5\n")
    ended = glassnet("train", "gap.csv", "--series", "level", "--window", "2")
    assert ended.code == 3
    assert "the series 'level' has 1 gap.\n" in ended.err
    assert "none in line 4, the first of them" in ended.err


def test_a_blank_line_between_rows_is_a_gap_too(folder):
    Path("gap.csv").write_text('note,level\n\nx,1.5\n"a\nb",2.5\n\n\nx,4.5\nx,\n\n')
    ended = glassnet("train", "gap.csv", "--series", "level", "--window", "2")
    assert ended.code == 3
    assert "the series 'level' has 3 gaps.\n" in ended.err
    assert "none in line 6, the first of them" in ended.err
    pl.DataFrame({"level": [1.0, None, 3.0]}).write_parquet("gap.parquet")
    ended = glassnet("train", "gap.parquet", "--series", "level", "--window", "2")
    assert "none in row 2, the first of them" in ended.err


@pytest.mark.row(1)
def test_gaps_are_refused(model):
    pl.DataFrame({"day": range(300), "level": [1.0, None, 3.0] * 100}).write_csv("gaps.csv")
    for command in (["train", "gaps.csv", *ASKED], ["predict", model, "gaps.csv"]):
        ended = glassnet(*command)
        assert ended.code == 3
        assert ended.err == (
            "the series 'level' has 100 gaps.\n"
            "  expected   a finite number in every row, at equal steps of time\n"
            "  received   none in line 3, the first of them\n"
            "  to fix     fill them in from the rows around, or train on a part without gaps\n"
        )


def test_a_series_shorter_than_the_window(model):
    pl.DataFrame({"level": [1.0, 2.0]}).write_csv("short.csv")
    ended = glassnet("predict", model, "short.csv")
    assert ended.code == 3
    assert ended.err.startswith("The series is shorter than the window of 7.\n")


def test_one_update_of_a_series_and_what_the_doctor_finds(model):
    stages = glassnet("step", model, "tide.csv", "--json").told["stages"]
    assert [stage["name"] for stage in stages] == [
        *("forward", "forward", "cost", "backward", "backward", "update")
    ]
    plan = gn.load(model).plan
    X = np.array(stages[0]["arrays"]["A0"])
    scaled = (tide().round(15) - plan.center) / plan.scale
    windows = np.lib.stride_tricks.sliding_window_view(scaled, 7).round(4)
    assert {tuple(x) for x in X[:, 0].T.round(4).tolist()} <= {tuple(x) for x in windows.tolist()}
    told = glassnet("diagnose", model, "tide.csv", "--validation", "tide.csv", "--json").told
    assert "rows shared with validation" in [finding["name"] for finding in told["findings"]]


def test_explain(model):
    told = glassnet("explain", model, "tide.csv", "--row", 100).out
    assert "values up to value 100" in told
    assert "Gates of layer 1" in told
    ended = glassnet("explain", model, "tide.csv", "--row", 501)
    assert ended.code == 3
    assert ended.err.startswith("There is no value 501.\n")
