"""What `plan_table` makes of columns, and which tables it refuses."""

import numpy as np
import polars as pl
import pytest

from glassnet.errors import DataError, HyperparameterError
from glassnet.tables import Category, Number, PiecewiseLinear, check_cells, plan_table

GOOD = list(range(100, 223, 3))  # 41 numbers
WORDS = [f"w{i}" for i in range(41)]


def reasons(table, **options):
    return {column.name: column.reason for column in plan_table(table, **options).dropped}


@pytest.mark.row(32)
def test_columns_that_teach_nothing_are_dropped_with_the_reason():
    names = ["C", "Q", "S"] * 13 + ["C", "Q"]
    table = {
        "n": GOOD,
        "empty": [None] * 41,
        "constant": [3.5] * 41,
        "PassengerId": list(range(41)),
        "Name": WORDS,
        "port": names,
        "town": [{"C": "Cherbourg", "Q": "Queenstown", "S": "Southampton"}[n] for n in names],
        "again": [float(n) for n in GOOD],
        "unwanted": GOOD[::-1],
    }
    assert reasons(table, drop=["unwanted"]) == {
        "empty": "empty: every value is missing",
        "constant": "constant: every row holds 3.5",
        "PassengerId": "identifier: a different whole number in each of the 41 rows",
        "Name": "identifier or free text: 41 of 41 values differ",
        "town": "says the same as 'port' in every row",
        "again": "says the same as 'n' in every row",
        "unwanted": "as asked",
    }


@pytest.mark.parametrize("name", ["id", "ID", "user_id", "userId", "index", "Unnamed: 0", "row"])
def test_names_of_identifiers(name):
    assert name in reasons({name: GOOD, "n": GOOD[::-1]})


@pytest.mark.parametrize("name", ["paid", "year", "grid", "david", "piano", "width", "throw"])
def test_names_of_no_identifiers(name):
    assert reasons({name: GOOD}) == {}


def test_an_identifier_repeats_no_value_and_is_whole():
    assert reasons({"id": [*GOOD[:-1], GOOD[0]], "key": [n + 0.5 for n in GOOD]}) == {}


def test_text_with_too_many_values_is_refused_by_name_with_what_to_do():
    ticket = [f"t{i // 2}" for i in range(1009)]
    with pytest.raises(DataError) as caught:
        plan_table(
            {"n": list(range(1009)), "ticket": ticket, "cabin": ticket[::-1]}, drop=["cabin"]
        )
    assert caught.value.what == "text with too many values to be a category: 'ticket'."
    assert caught.value.received == "different values in 'ticket': 505 in 1,009 rows"
    assert "--drop 'ticket'" in caught.value.fix
    with pytest.raises(DataError, match="'many'"):
        plan_table({"many": [f"t{i % 211}" for i in range(211 * 7)]})


def test_rare_values_are_pooled():
    table = {"c": ["a"] * 599 + ["b"] * 5 + ["d"] * 4 + ["e"]}
    category = plan_table(table).columns[0]
    assert category == Category("c", ("a", "b"), rarest=5, other=True, missing=False)
    assert plan_table(table).encode(table)[2].sum() == 5


def test_small_tables_pool_nothing():
    category = plan_table({"c": ["a", "b", "b"]}).columns[0]
    assert category == Category("c", ("a", "b"), rarest=1, other=False, missing=False)


def test_robust_is_median_and_interquartile_range():
    values = [1.0, 2.0, 3.0, 4.0, 1000.0]
    number = plan_table({"a": values}, robust=True).columns[0]
    assert number == Number("a", center=3.0, scale=2.0, whole=False, missing=False)
    flat = plan_table({"a": [0.0] * 9 + [1.0]}, robust=True).columns[0]
    assert flat.center == 0
    assert flat.scale == pytest.approx(0.3)


def test_bins_lie_between_quantiles():
    plan = plan_table({"a": [float(i) for i in range(101)], "b": [0.0, 1.0] * 50 + [2.0]}, bins=4)
    assert isinstance(plan.columns[0], PiecewiseLinear)
    assert plan.columns[0].edges == (0.0, 25.0, 50.0, 76.0, 100.0)
    assert isinstance(plan.columns[1], Number)
    assert plan.names[1] == "a in 0 … 25"
    assert plan.decode(plan.encode({"a": [2.5], "b": [1.0]})).rows() == [(2.5, 1.0)]


@pytest.mark.parametrize("bins", [3, 20])
def test_few_values_are_all_edges(bins):
    """Up to four for each bin."""
    plan = plan_table({"a": [float(i % 13) for i in range(100)]}, bins=bins)
    assert plan.columns[0].edges == tuple(float(i) for i in range(13))


def test_more_values_than_four_for_each_bin_are_cut_between_quantiles():
    plan = plan_table({"a": [float(i % 14) for i in range(100)]}, bins=3)
    assert len(plan.columns[0].edges) == 4


def test_a_frequent_value_does_not_eat_the_bins():
    """Nine hundred zeros and a hundred others: √900 weighs as much as 30 of the others."""
    column = plan_table({"a": [0.0] * 900 + [float(i) for i in range(1, 101)]}, bins=10).columns[0]
    weights = np.array([30.0] + [1.0] * 100)
    middle = (np.cumsum(weights) - weights / 2) / weights.sum()
    expected = {min(value for value in range(101) if middle[value] >= q / 10) for q in range(1, 10)}
    assert column.edges == tuple(sorted({0.0, *map(float, expected), 100.0}))
    assert len(column.edges) == 10


def test_bins_are_centred_on_the_training_rows():
    plan = plan_table({"a": [float(i**2) for i in range(53)]}, bins=7)
    X = plan.encode({"a": [float(i**2) for i in range(53)]})
    assert np.abs(X.mean(axis=1)).max() < 1e-12


@pytest.mark.parametrize("bins", [1, 0, -3])
def test_bins_must_cut(bins):
    with pytest.raises(HyperparameterError, match=f"bins = {bins} cannot cut a column"):
        plan_table({"a": GOOD}, bins=bins)


@pytest.mark.row(106)
@pytest.mark.parametrize(
    ("bad", "fix"),
    [
        ("1O3", "correct it"),
        ("-", "correct it"),
        ("0x1F", "correct it"),
        ("1,5", "write decimal points"),
    ],
)
def test_a_faulty_cell_among_numbers_is_named(bad, fix):
    cells = [str(n) for n in GOOD]
    cells[16] = bad
    for attempt in (plan_table, lambda t: check_cells(pl.DataFrame(t))):
        with pytest.raises(DataError, match=rf"column 'a' holds '{bad}' in row 17, which is") as e:
            attempt({"a": cells})
        assert e.value.fix.startswith(fix)


@pytest.mark.row(106)
def test_decimal_commas_are_named():
    with pytest.raises(DataError, match=r"column 'a' holds '100,5' in row 1, which is") as caught:
        plan_table({"a": [f"{n},5" for n in GOOD]})
    assert caught.value.fix == "write decimal points, not commas"


def test_postcodes_are_no_faulty_numbers():
    codes = ["01234", "99999", "10115", "04109"] * 100
    assert plan_table({"zip": codes}).columns[0].values == ("01234", "04109", "10115", "99999")


@pytest.mark.row(11, 12, 13)
@pytest.mark.parametrize(
    ("table", "text"),
    [
        ({"a": []}, "0 sample(s) (shape=(0, 1)) while a minimum of 1 is required."),
        ({}, "0 feature(s) (shape=(0, 0)) while a minimum of 1 is required."),
        ({"a": [1.0]}, "1 sample (shape=(1, 1)) while a minimum of 2 is required."),
        ({"a": [1, 1]}, "0 feature(s) while a minimum of 1 is required."),
    ],
)
def test_tables_too_small_to_plan(table, text):
    with pytest.raises(DataError) as caught:
        plan_table(table)
    assert caught.value.what.endswith(text)


@pytest.mark.row(14)
def test_one_column_is_a_table():
    assert plan_table({"a": [1.0, 2.0]}).encode({"a": [1.0, 2.0]}).tolist() == [[-1.0, 1.0]]


def test_nothing_left_says_why_each_column_went():
    with pytest.raises(DataError) as caught:
        plan_table({"a": [1, 1], "b": [1, 2]}, drop=["b"])
    assert (
        caught.value.received == "'a' dropped (constant: every row holds 1), 'b' dropped (as asked)"
    )


def test_a_column_to_drop_must_exist():
    with pytest.raises(DataError, match="drop names 'pric', which is not a column") as caught:
        plan_table({"price": [1, 2], "n": [1, 3]}, drop=["pric"])
    assert caught.value.fix == "did you mean 'price'?"
