"""``glassnet train`` on a text, ``generate`` and the other commands on the model."""

import shutil
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from tests.cli.conftest import glassnet

import glassnet as gn

RULE = {"a": "bcd", "b": "a", "c": "a", "d": "a"}
FEW = ("--epochs", "3", "--hidden", "8", "--learning-rate", "0.05")


def letters(count: int, seed: int = 0) -> str:
    """After an a comes anything else, after that an a again; a line's end now and then."""
    random, text = np.random.default_rng(seed), "a"
    while len(text) < count:
        text += random.choice(list(RULE[text[-1]]))
    return text


@pytest.fixture
def book() -> Path:
    Path("book.txt").write_text(letters(6000), encoding="utf-8")
    return Path("book.txt")


@pytest.fixture(scope="module")
def trained(tmp_path_factory):
    """The folder of a model of letters, trained once."""
    folder = tmp_path_factory.mktemp("text")
    (folder / "book.txt").write_text(letters(6000), encoding="utf-8")
    ended = glassnet("train", folder / "book.txt", *FEW, "--out", folder / "book")
    assert (ended.code, ended.err) == (0, "")
    return folder, ended.out


@pytest.fixture
def model(trained) -> str:
    shutil.copy(trained[0] / "book.safetensors", "book.safetensors")
    return "book.safetensors"


def test_what_a_person_reads(trained):
    folder, out = trained
    lines = out.splitlines()
    assert lines[:4] == [
        "  text        book.txt: 6,000 characters",
        "  vocabulary  4 characters",
        "  task        the next character, after every character of 64 in a row",
        "  characters  4,320 training, 480 validation, 1,200 test",
    ]
    assert lines[4].startswith("  network     Embedding 24 → GRU 8 → Dense 5 → Softmax ")
    assert lines[6].split() == ["held-out", "glassnet", "pairs", "constant"]
    assert "characters that the network had never seen" in out
    assert lines[-1] == f"  wrote       {folder / 'book.safetensors'} and {folder / 'book.html'}"
    page = (folder / "book.html").read_text("utf-8")
    assert "What the network writes" in page
    assert "glassnet generate book.safetensors" in page


def test_it_learns_the_rule(book):
    told = glassnet("train", book, *FEW, "--json").told
    # An a is always foreseen, what follows it by chance once in three.
    assert told["test"]["accuracy"] > 0.6
    assert abs(told["baselines"]["pairs"]["log_loss"] - np.log(3) / 2) < 0.02
    assert told["test"]["log_loss"] < told["baselines"]["constant"]["log_loss"]
    text = glassnet("generate", "book.safetensors", "--prompt", "ab", "--length", 200).out.strip()
    assert len(text) == 202
    assert np.mean([b in RULE[a] for a, b in pairwise(text)]) > 0.9


def test_the_same_seed_writes_the_same(model):
    first = glassnet("generate", model, "--seed", 1, "--length", 50, "--json")
    assert first.told["prompt"] == ""
    assert first.out == glassnet("generate", model, "--seed", 1, "--length", 50, "--json").out
    assert first.out != glassnet("generate", model, "--seed", 2, "--length", 50, "--json").out


def test_a_character_that_was_not_learnt_is_said_and_read_as_unknown(model):
    ended = glassnet("generate", model, "--prompt", "aé", "--length", 5)
    assert ended.code == 0
    assert ended.err == "  note        The model has not learnt 'é': read as unknown.\n"
    assert ended.out.startswith("aé")


def test_words(book):
    book.write_text("one two three four. " * 200, encoding="utf-8")
    ended = glassnet("train", book, "--words", *FEW)
    assert ended.code == 0, ended.err
    assert "  text        book.txt: 1,001 words\n" in ended.out
    text = glassnet("generate", "book.safetensors", "--prompt", "one", "--length", 2).out
    assert text.startswith("one ")


def test_predict_and_evaluate(model):
    Path("new.txt").write_text(letters(1000, seed=5), encoding="utf-8")
    told = glassnet("evaluate", model, "new.txt", "--json").told
    assert told["rows"] == 960
    assert told["test"]["accuracy"] > 0.6
    Path("new.txt").write_text("abaca", encoding="utf-8")
    lines = glassnet("predict", model, "new.txt").out.splitlines()
    assert lines[0] == "next_character,probability"
    assert len(lines) == 6
    assert {line[0] for line in lines[1:4]} == {"b", "c", "d"}
    assert glassnet("evaluate", model, "new.txt").code == 0


def test_python_has_the_same(model):
    assert gn.load(model).predict("ab").shape == (2, 1)
    assert gn.sequences.generate(gn.load(model), "ab", 10)[0] in "abcd"


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"short", "The text is too short to learn from: 5 characters."),
        (b"", "The text is too short to learn from: 0 characters."),
        (b"a" * 2000, "The text holds too few different characters to learn from."),
        (b"\xff\xfe" * 2000, "book.txt is no text in UTF-8."),
    ],
)
def test_texts_that_cannot_be_learnt_from(content, message):
    Path("book.txt").write_bytes(content)
    ended = glassnet("train", "book.txt")
    assert (ended.code, ended.out) == (3, "")
    assert ended.err.splitlines()[0] == message
    assert "  to fix  " in ended.err
    assert not Path("book.safetensors").exists()


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--target", "x"], "The '--target' option has no meaning for a text."),
        (["--activation", "relu"], "The 'activation' parameter has no meaning for a text."),
        (["--optimizer", "lbfgs"], "L-BFGS takes all examples at once"),
    ],
)
def test_options_without_meaning(book, options, message):
    ended = glassnet("train", book, *options)
    assert ended.code == 2
    assert message in ended.err


def test_models_of_another_kind(model, models):
    ended = glassnet("generate", models["sold"])
    assert ended.code == 3
    assert "this model was not trained on a text." in ended.err
    assert "  received   a model of a table\n" in ended.err


def test_one_update_of_a_text_and_what_the_doctor_finds(model):
    Path("new.txt").write_text(letters(600, seed=1), encoding="utf-8")
    stages = glassnet("step", model, "new.txt", "--json").told["stages"]
    assert [stage["name"] for stage in stages[-2:]] == ["backward", "update"]
    plan = gn.load(model).plan
    codes = plan.codes(letters(600, seed=1))
    X = np.array(stages[0]["arrays"]["A0"])[:, 0]  # rows of 64 symbols
    rows = [codes[at : at + 64].tolist() for at in range(0, 576, 64)]
    assert all(row in rows for row in X.T.tolist())
    told = glassnet("diagnose", model, "new.txt", "--validation", "new.txt", "--json").told
    assert "rows shared with validation" in [finding["name"] for finding in told["findings"]]
    assert "leaks" in told["skipped"]


def test_no_such_file():
    ended = glassnet("train", "bok.txt")
    assert ended.code == 4
    assert ended.err.startswith("'bok.txt' cannot be read: No such file or directory.")
    ended = glassnet("train", "bok")
    assert ended.code == 4
    assert "there is no such file or folder" in ended.err


def test_explain(model):
    Path("new.txt").write_text("abaca", encoding="utf-8")
    told = glassnet("explain", model, "new.txt", "--row", 3).out
    assert "characters up to character 3: 'aba'" in told
    assert "Gates of layer 2" in told
    assert "symbols  " in glassnet("explain", model).out
