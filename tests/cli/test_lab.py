"""glassnet lab: what it prints, what it draws, what it refuses."""

import json

import pytest
from tests.cli.conftest import glassnet

from glassnet.cli.lab import LABS
from glassnet.glass import labs


def test_a_lab_is_printed():
    ended = glassnet("lab", "broadcasting")
    assert ended.code == 0
    assert ended.out == f"{labs.broadcasting()}\n"


def test_a_lab_as_json():
    told = glassnet("lab", "saturation", "--json").told
    assert told["slopes"]["Sigmoid"][0] == 0.25
    assert told["steps"]["ReLU"][-1] is None


def test_a_name_with_underscores_is_the_same():
    assert glassnet("lab", "learning_rate").out == glassnet("lab", "learning-rate").out


@pytest.mark.parametrize("ending", ["svg", "png"])
def test_a_picture_is_drawn(folder, ending):
    assert glassnet("lab", "saturation", "--picture", f"g.{ending}").code == 0
    begins = {"svg": b"<?xml", "png": b"\x89PNG"}[ending]
    assert (folder / f"g.{ending}").read_bytes().startswith(begins)


def test_a_picture_of_another_kind_is_refused(folder):
    ended = glassnet("lab", "saturation", "--picture", "g.txt")
    assert ended.code == 2
    assert ended.err == (
        "The --picture option must name a file that ends in .svg, .png, .pdf. Got 'g.txt' "
        "instead.\n  to fix     --picture g.svg\n"
    )
    assert not (folder / "g.txt").exists()


def test_a_picture_without_matplotlib_is_refused_before_the_lab_runs(monkeypatch):
    monkeypatch.setattr("glassnet.cli.lab.find_spec", lambda name: None)
    ended = glassnet("lab", "circuits", "--picture", "g.svg")
    assert (ended.code, ended.out) == (2, "")
    assert ended.err == (
        "A picture needs matplotlib, which is not installed.\n"
        '  to fix     pip install "glassnet[plots]", or leave out --picture\n'
    )


def test_a_picture_that_cannot_be_written():
    ended = glassnet("lab", "saturation", "--picture", "nowhere/g.svg")
    assert ended.code == 7
    assert "The picture cannot be written to 'nowhere/g.svg'." in ended.err


def test_an_unknown_lab_is_refused():
    ended = glassnet("lab", "symetry")
    assert ended.code == 2
    assert ended.err == (
        "There is no lab called 'symetry'.\n"
        "  expected   loops, broadcasting, symmetry, linear-collapse, saturation, learning-rate, "
        "circuits\n"
        "  received   'symetry'\n"
        "  to fix     did you mean 'symmetry'?\n"
    )
    told = glassnet("lab", "symetry", "--json").told
    assert told["error"]["exit_code"] == 2


def test_without_a_name_it_says_what_each_lab_shows():
    ended = glassnet("lab")
    assert ended.code == 0
    lines = ended.out.splitlines()
    assert [line.split()[0] for line in lines] == list(LABS)
    assert lines[5] == f"  learning-rate    {labs.learning_rate.__doc__.splitlines()[0]}"
    assert list(glassnet("lab", "--json").told["labs"]) == list(LABS)


def test_every_lab_is_a_command():
    functions = {name for name in labs.__all__ if name.islower()} - {"expansion"}
    assert {name.replace("-", "_") for name in LABS} == functions
    help_text = glassnet("lab", "--help").out
    assert all(name in " ".join(help_text.split()) for name in ("loops", "symmetry", "circuits"))


def test_json_of_every_quick_lab_is_strict():
    for name in ("broadcasting", "saturation", "learning-rate"):
        text = glassnet("lab", name, "--json").out
        json.loads(text, parse_constant=lambda constant: pytest.fail(constant))
