"""The page for those who come from scikit-learn names every parameter; the measured one is full."""

import dataclasses
import inspect
import re
from pathlib import Path

import pytest
import sklearn.neural_network as theirs

import glassnet as gn

DOCS = Path(__file__).parents[2] / "docs"
PAGE = (DOCS / "from-scikit-learn.md").read_text(encoding="utf-8")
PAIRS = [
    (gn.MLPClassifier, theirs.MLPClassifier),
    (gn.MLPRegressor, theirs.MLPRegressor),
]


def named_in_the_table():
    rows = [line.split("|")[1] for line in PAGE.splitlines() if line.startswith("| `")]
    return set(re.findall(r"`(\w+)`", " ".join(rows)))


@pytest.mark.parametrize(("ours", "their"), PAIRS)
def test_every_parameter_of_theirs_stands_in_the_table(ours, their):
    usual = {name: each.default for name, each in inspect.signature(their).parameters.items()}
    assert set(usual) <= named_in_the_table()
    own = {each.name: each.default for each in dataclasses.fields(ours)}
    assert {name: own[name] for name in usual} == usual


@pytest.mark.parametrize(
    "kind", [gn.MLPClassifier, gn.MLPRegressor, gn.NetworkClassifier, gn.NetworkRegressor]
)
def test_every_parameter_of_ours_is_named(kind):
    named = set(re.findall(r"`(\w+)(?:=[^`]*)?`", PAGE))
    assert {each.name for each in dataclasses.fields(kind)} - named == set()


def test_every_cell_of_the_measured_table_is_filled():
    page = (DOCS / "quality.md").read_text(encoding="utf-8")
    block = page.partition("<!-- measured -->\n")[2].partition("<!-- end -->")[0]
    head, _, *rows = [
        [cell.strip() for cell in line.split("|")[1:-1]] for line in block.splitlines()
    ]
    assert len(head) == 8
    assert {row[0] for row in rows} >= {"titanic", "adult", "california-housing", "diamonds"}
    for table in {row[0] for row in rows}:
        scores = {row[3] for row in rows if row[0] == table}
        assert scores in ({"accuracy", "log loss", "seconds to fit"}, {"RMSE", "seconds to fit"})
    for row in rows:
        assert len(row) == 8
        pattern = r"[\d,.]+" if row[3] == "seconds to fit" else r"[\d,.]+ ± [\d,.]+"
        assert all(re.fullmatch(pattern, cell) for cell in row[4:])
