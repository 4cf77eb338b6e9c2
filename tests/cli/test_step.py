"""``glassnet step``: updates of a model, on a terminal, in a pipe and as data."""

import numpy as np
import pytest
from tests.cli.conftest import glassnet

import glassnet as gn
from glassnet.cli import step
from glassnet.cli.limits import allowed


def test_in_a_pipe_one_update_is_printed(models):
    ended = glassnet("step", models["sold"], "boats.csv")
    assert (ended.code, ended.err) == (0, "")
    stages = [line for line in ended.out.splitlines() if line.startswith("update ")]
    assert stages[0] == "update 1, forward"
    assert stages[-1] == "update 1, update"
    assert "z[1][0] = W[1][0] · a[0] + b[1][0]" in ended.out


def test_as_data_the_arrays_are_those_of_the_model(models):
    told = glassnet("step", models["price"], "boats.csv", "--updates", 2, "--json").told
    stages = told["stages"]
    assert [stage["update"] for stage in stages] == sorted(stage["update"] for stage in stages)
    assert stages[-1]["update"] == 2
    model = gn.load(models["price"])
    np.testing.assert_allclose(stages[0]["arrays"]["W1"], model.parameters["W1"], rtol=1e-6)


def test_anew_it_begins_with_new_parameters(models):
    told = glassnet("step", models["price"], "boats.csv", "--anew", "--json").told
    model = gn.load(models["price"])
    W1 = told["stages"][0]["arrays"]["W1"]
    assert np.abs(np.array(W1) - model.parameters["W1"]).max() > 1e-3


def test_a_file_without_the_target(models, table):
    table.drop("sold").write_csv("new.csv")
    ended = glassnet("step", models["sold"], "new.csv")
    assert ended.code == 3
    assert ended.err.startswith("new.csv has no column 'sold', the target.")


def test_a_training_without_updates_is_shown_as_another(models):
    made = glassnet(
        *("train", "boats.csv", "--target", "price", "--optimizer", "lbfgs", "--epochs", 2),
        *("--hidden", "3", "--out", "m"),
    )
    assert made.code == 0
    ended = glassnet("step", "m.safetensors", "boats.csv")
    assert ended.code == 0
    assert "note        The model was trained by L-BFGS" in ended.err
    assert "GradientDescent(learning_rate=" in ended.out


@pytest.mark.parametrize("updates", [0, -1])
def test_a_number_of_updates_below_one(models, updates):
    assert glassnet("step", models["sold"], "boats.csv", "--updates", updates).code == 2


def test_the_keyboard_walks_forwards_and_back(models, monkeypatch, capsys):
    asked = iter(["", "b", "b", "u", "1", "x", "999999", "q"])
    monkeypatch.setattr("builtins.input", lambda prompt: next(asked))
    monkeypatch.setattr(step.sys, "stdin", type("Terminal", (), {"isatty": lambda self: True})())
    step.step_through(
        models["sold"],
        step.Path("boats.csv"),
        None,
        anew=False,
        header=True,
        allow=allowed(None),
        as_json=False,
    )
    shown = capsys.readouterr().out
    stages = [line for line in shown.splitlines() if line.startswith("update ")]
    assert stages[:5] == [
        *("update 1, forward", "update 1, forward", "update 1, forward", "update 1, forward"),
        "update 2, forward",
    ]
    assert stages[5] == "update 1, forward"
    assert shown.startswith("Enter: on   b: back")
    assert "There is nothing in front of the first stage." in shown
    assert "There is no key 'x'." in shown
    assert "The training has no update 999999." in shown
    assert next(asked, None) is None
