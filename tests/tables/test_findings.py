"""What is said about a table before training."""

import numpy as np
import pytest

from glassnet.tables import class_counts, likely_leaks, summarise

random = np.random.default_rng(11)
SURVIVED = random.integers(0, 2, 401)
PRICE = random.normal(50.0, 7.0, 401)


def sentences(columns, target, name):
    return [finding.sentence for finding in likely_leaks(columns, target, name=name)]


def test_a_column_that_repeats_the_classes_is_a_leak():
    alive = np.where(SURVIVED == 1, "yes", "no")
    honest = random.permutation(alive)
    leaks = likely_leaks({"honest": honest, "alive": alive}, SURVIVED, name="survived")
    assert leaks == (("alive", "'alive' repeats 'survived' one to one"),)


def test_missing_values_do_not_hide_a_leak():
    alive = ["yes" if s else "no" for s in SURVIVED]
    alive[:97] = [None] * 97
    assert sentences({"alive": alive}, SURVIVED, "s") == ["'alive' repeats 's' one to one"]


def test_a_column_that_gives_nearly_every_class_away_is_a_leak():
    fate = np.where(SURVIVED == 1, random.choice(["boat 1", "boat 2"], 401), "none")
    fate[7] = "none" if SURVIVED[7] else "boat 1"
    assert sentences({"fate": fate}, SURVIVED, "s") == ["'fate' gives 's' away in 400 of 401 rows"]


def test_a_rare_class_is_not_given_away_by_a_column_that_ignores_it():
    fraud = np.zeros(4001, int)
    fraud[:3] = 1
    assert sentences({"n": random.integers(0, 5, 4001).astype(str)}, fraud, "fraud") == []


@pytest.mark.parametrize(
    ("column", "sentence"),
    [
        (PRICE * -1.2 + 3, "'c' repeats 'price': their correlation is -1.000000"),
        (np.round(PRICE, 1), "'c' nearly repeats 'price': their correlation is 0.99999"),
        (PRICE + random.normal(size=401), None),
        (np.full(401, 3.0), None),
        (np.array([f"id{i}" for i in range(401)]), None),
    ],
)
def test_a_number_that_follows_the_target_is_a_leak(column, sentence):
    found = sentences({"c": column}, PRICE, "price")
    assert len(found) == (sentence is not None)
    assert not found or found[0].startswith(sentence)


@pytest.mark.parametrize(
    ("columns", "sentence"),
    [
        ({"a": [1.5], "b": [2]}, "2 numbers"),
        ({"a": ["x", None]}, "1 category (a, 1 value), 1 missing value in a"),
        (
            {"a": ["x", "y"], "b": ["x", None], "c": [None, 2.5], "d": [True, False]},
            "1 number, 2 categories (values: a 2, b 1), 1 boolean, 2 missing values (b 1, c 1)",
        ),
        ({"t": np.array(["2024-01-02"], "M8[D]")}, "1 date"),
    ],
)
def test_the_summary_counts_columns_and_gaps(columns, sentence):
    assert summarise(columns) == sentence


def test_classes_are_counted_most_frequent_first():
    assert class_counts(["a", "b", "c", "c", "b", "b"]) == {"b": 3, "c": 2, "a": 1}
