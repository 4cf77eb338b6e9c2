"""The kinds of columns, the matrix X of a table and back, and tables that do not fit the plan."""

import datetime as dt
import json

import numpy as np
import pandas as pd
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from glassnet.errors import DataError, GlassnetWarning, Malformed, ShapeError
from glassnet.tables import (
    Boolean,
    Category,
    Date,
    Number,
    PiecewiseLinear,
    TablePlan,
    plan_table,
    read_table,
    summarise,
)

TABLE = pl.DataFrame(
    {
        "rooms": [2, 3, 5, 7, 11, 13, 17],
        "size": [1.5, None, 3.25, 2.0, -1.0, 8.0, 5.5],
        "coast": ["near", None, "far", "far", "near", "bay", "bay"],
        "sold": [True, False, True, True, False, False, True],
        "day": [dt.date(2019 + i, 1 + i, 3 * i + 1) for i in range(7)],
    }
)


def test_a_table_comes_back_from_its_matrix():
    plan = plan_table(TABLE)
    X = plan.encode(TABLE)
    assert X.shape == (len(plan.names), 7)
    assert plan.decode(X).drop("size").equals(TABLE.drop("size"))
    assert plan.decode(X)["size"].to_list() == pytest.approx(TABLE["size"].to_list())


def test_every_example_is_contiguous_and_of_the_dtype_asked_for():
    plan = plan_table(TABLE)
    X = plan.encode(TABLE, dtype=np.float32)
    assert X.dtype == np.float32
    assert X.T.flags.c_contiguous
    np.testing.assert_allclose(X, plan.encode(TABLE), atol=1e-6)


def test_the_rows_of_x_are_named():
    assert plan_table(TABLE).names == (
        "rooms",
        *("size", "size is missing"),
        *("coast = bay", "coast = far", "coast = near", "coast is missing"),
        "sold",
        "day",
    )


def test_numbers_are_standardised_over_the_training_rows():
    X = plan_table(TABLE).encode(TABLE)
    assert X[0].mean() == pytest.approx(0, abs=1e-12)
    assert X[0].std() == pytest.approx(1)
    assert X[1, 1] == 0
    assert X[2].tolist() == [0, 1, 0, 0, 0, 0, 0]


@pytest.mark.row(30)
def test_columns_may_come_in_any_order_and_be_more():
    plan = plan_table(TABLE)
    other = TABLE.select(*reversed(TABLE.columns), pl.lit("x").alias("extra"))
    assert np.array_equal(plan.encode(other), plan.encode(TABLE))


@pytest.mark.row(30)
def test_a_missing_column_is_named_with_the_likely_typo():
    with pytest.raises(DataError, match=r"lacks 1 of the 5 columns .*: 'rooms'\.") as caught:
        plan_table(TABLE).encode(TABLE.rename({"rooms": "roms"}))
    assert "The feature names should match those that were passed during fit" in str(caught.value)
    assert caught.value.fix == "for 'rooms': did you mean 'roms'?"


@pytest.mark.row(9)
@pytest.mark.parametrize(
    ("column", "values", "text"),
    [
        ("rooms", ["2", "x"], "column 'rooms' holds 'x' in row 2; in training it held numbers."),
        ("rooms", [True, True], "column 'rooms' holds True in row 1; in training it held numbers."),
        ("sold", [None, "yes"], "holds 'yes' in row 2; in training it held values True and False."),
        ("coast", [1.5, 2.5], "holds 1.5 in row 1; in training it held categories."),
        ("day", [None, "May"], "holds 'May' in row 2; in training it held ISO dates."),
    ],
)
def test_a_column_that_changed_its_type_is_named_with_row_and_value(column, values, text):
    with pytest.raises(DataError) as caught:
        plan_table(TABLE).encode(TABLE[:2].with_columns(pl.Series(column, values)))
    assert text in caught.value.what
    assert "to fix" in str(caught.value)


@pytest.mark.row(2, 3)
@pytest.mark.parametrize("bad", [float("inf"), float("-inf")])
def test_infinity_is_refused_with_row_and_column_at_fit_and_predict(bad):
    infinite = TABLE.with_columns(size=pl.Series([1.0, 2.0, bad, 4.0, bad, 6.0, 7.0]))
    for attempt in (plan_table, plan_table(TABLE).encode):
        with pytest.raises(DataError, match=rf"'size' holds {bad} in row 3\.") as caught:
            attempt(infinite)
        assert "2 of 7 values that are inf or -inf" in str(caught.value)


@pytest.mark.row(1, 3)
def test_missing_values_at_predict_are_the_centre_zero_or_their_own_value():
    empty = pl.DataFrame({name: [None] for name in TABLE.columns})
    X = plan_table(TABLE).encode(empty)
    assert X[:, 0].tolist() == [0, 0, 1, 0, 0, 0, 1, 0.5, 0]


@pytest.mark.row(5)
def test_a_number_too_large_for_float32_is_refused_with_row_and_column():
    plan = plan_table({"a": [0.0, 2.0]})
    with np.errstate(all="raise"), pytest.raises(DataError) as caught:
        plan.encode({"a": [1.0, 1e39]}, dtype=np.float32)
    assert caught.value.what == "column 'a' in row 2: value too large for dtype('float32')."


@pytest.mark.row(5)
def test_numbers_of_any_size_are_standardised():
    values = [1e200, -1e200, 3e200]
    X = plan_table({"a": values}).encode({"a": values})
    assert X.std() == pytest.approx(1)


@pytest.mark.row(29)
def test_whole_numbers_beyond_float64_are_warned_of():
    with pytest.warns(GlassnetWarning, match=r"'a' holds whole numbers of 2\^53 or more"):
        plan_table({"a": [2**53 + 1, 1, 5]})


@pytest.mark.row(11)
def test_a_table_without_rows_is_refused_at_predict():
    with pytest.raises(DataError, match=r"0 sample\(s\) \(shape=\(0, 5\)\) while a minimum of 1"):
        plan_table(TABLE).encode(TABLE[:0])


def test_unseen_and_rare_values_share_a_row_and_decode_to_other():
    deck = Category("deck", ("A", "B"), rarest=3, other=True, missing=True)
    rows = deck.encode(pl.Series("deck", ["B", "Z", None, "A"]))
    assert rows.tolist() == [[0, 1, 0, 0], [0, 0, 1, 0], [0, 0, 0, 1], [1, 0, 0, 0]]
    assert deck.decode(rows).to_list() == ["B", "other", None, "A"]


def test_without_a_row_for_rare_values_an_unseen_value_is_zero_everywhere():
    deck = Category("deck", ("A", "B"), rarest=1, other=False, missing=False)
    rows = deck.encode(pl.Series("deck", ["Z", None, "A"]))
    assert rows.tolist() == [[0, 0], [0, 0], [1, 0]]
    assert deck.decode(rows).to_list() == [None, None, "A"]


def test_a_category_takes_the_whole_numbers_that_its_digits_were_read_as():
    house = Category("house", ("12", "12b"), rarest=1, other=False, missing=False)
    assert house.encode(pl.Series("house", [12])).tolist() == [[1, 0]]


def test_booleans_come_back():
    alone = Boolean("alone", missing=True)
    column = pl.Series("alone", [True, None, False])
    assert alone.encode(column).tolist() == [[1, 0], [0.5, 1], [0, 0]]
    assert alone.decode(alone.encode(column)).to_list() == [True, None, False]


def test_dates_have_the_cycles_that_their_rows_hold():
    days = pl.date_range(dt.date(2020, 1, 1), dt.date(2022, 12, 31), eager=True)
    hours = pl.datetime_range(dt.datetime(2020, 1, 1), dt.datetime(2020, 1, 19), "1h", eager=True)
    months = pl.date_range(dt.date(2000, 1, 1), dt.date(2005, 1, 1), "1mo", eager=True)
    cycles = [plan_table({"t": t}).columns[0].cycles for t in (days, hours, months)]
    assert cycles == [("year", "week"), ("week", "day"), ("year",)]


def test_new_year_lies_next_to_the_old_one():
    days = pl.date_range(dt.date(2020, 1, 1), dt.date(2022, 12, 31), eager=True)
    X = plan_table({"t": days}).encode({"t": [dt.date(2021, 12, 31), dt.date(2022, 1, 1)]})
    assert np.abs(X[1:3, 0] - X[1:3, 1]).max() < 0.02


@given(st.lists(st.none() | st.datetimes(dt.datetime(1800, 1, 1)), min_size=1))
def test_times_come_back_to_a_thousandth_of_a_second(moments):
    column = Date("t", 19_000.0, 700.0, time=True, missing=True, cycles=("day",))
    back = column.decode(column.encode(pl.Series("t", moments, pl.Datetime("us"))))
    for moment, other in zip(moments, back, strict=True):
        assert (moment is None) == (other is None)
        assert moment is None or abs(moment - other) < dt.timedelta(milliseconds=1)


numbers = st.none() | st.floats(-1e6, 1e6)


@given(st.lists(numbers, min_size=1), st.floats(-9, 9), st.floats(0.1, 1e3))
def test_numbers_come_back_up_to_rounding(values, center, scale):
    column = Number("x", center, scale, whole=False, missing=True)
    back = column.decode(column.encode(pl.Series("x", values, pl.Float64))).to_list()
    assert back == [None if v is None else pytest.approx(v, abs=1e-8) for v in values]


@given(st.lists(st.none() | st.sampled_from("abcdefg"), min_size=1))
def test_categories_come_back_exactly(values):
    column = Category("x", tuple("abcdefg"), rarest=1, other=False, missing=True)
    assert column.decode(column.encode(pl.Series("x", values, pl.String))).to_list() == values


@given(
    st.lists(st.floats(-9, 9), min_size=2, max_size=7, unique=True).map(sorted),
    st.lists(st.floats(-20, 20), min_size=1),
)
def test_bins_are_the_equation(edges, values):
    number = Number("x", 0.0, 1.0, whole=False, missing=False)
    if min(np.diff(edges)) < 1e-6:
        return
    centers = tuple(0.1 * j for j in range(len(edges) - 1))
    rows = PiecewiseLinear("x", number, tuple(edges), centers).encode(pl.Series("x", values))
    for row, x in zip(rows, values, strict=True):
        for j, center in enumerate(centers):
            part = (x - edges[j]) / (edges[j + 1] - edges[j])
            part = min(max(part, 0.0), 1.0) - center
            assert row[1 + j] == pytest.approx(part, rel=1e-9, abs=1e-9)


def test_decoding_refuses_another_number_of_rows():
    plan = plan_table(TABLE)
    with pytest.raises(ShapeError, match=r"the plan of 5 columns cannot decode X of shape \(7, 3"):
        plan.decode(np.zeros((7, 3)))


def test_describe_has_a_line_for_every_column():
    plan = plan_table(TABLE.with_columns(year=2024), bins=3)
    assert [(line.column, line.kind, line.rows) for line in plan.describe()] == [
        ("rooms", "number", 1),
        ("size", "number", 2),
        ("coast", "category", 4),
        ("sold", "boolean", 1),
        ("day", "date", 1),
        ("year", "dropped", 0),
    ]
    assert plan.describe()[1].details == "(x − 3.20833) / 2.89546; missing is 0, and marked"
    assert plan.describe()[-1].details == "constant: every row holds 2024"


def test_a_plan_comes_back_from_plain_json():
    wide = pl.DataFrame({"n": list(range(101)), "id": range(101), "c": ["a", "b"] * 50 + ["d"]})
    for plan in (plan_table(TABLE), plan_table(wide, bins=5)):
        assert TablePlan.from_data(json.loads(json.dumps(plan.to_data(), allow_nan=False))) == plan


@pytest.mark.row(95)
@pytest.mark.parametrize(
    ("damage", "text"),
    [
        (lambda d: d.update(more=1), "unknown: more"),
        (lambda d: d.clear(), "missing: columns"),
        (lambda d: d.update(columns={}), "table.columns is malformed"),
        (lambda d: d["columns"].append(d["columns"][0]), "different names"),
        (lambda d: d["columns"].clear(), "one column or more in use"),
        (lambda d: d["columns"][0].pop("kind"), "an object with a kind"),
        (lambda d: d["columns"][0].update(kind="os.system"), "table.columns[0].kind is malformed"),
        (lambda d: d["columns"][0].pop("scale"), "missing: scale"),
        (lambda d: d["columns"][0].update(more=1), "unknown: more"),
        (lambda d: d["columns"][0].update(scale="1"), "table.columns[0].scale is malformed"),
        (lambda d: d["columns"][0].update(scale=True), "table.columns[0].scale is malformed"),
        (lambda d: d["columns"][0].update(scale=float("nan")), "a finite float"),
        (lambda d: d["columns"][0].update(scale=0.0), "column 'rooms' has no scale"),
        (lambda d: d["columns"][0].update(whole=1), "table.columns[0].whole is malformed"),
        (lambda d: d["columns"][2].update(values="abc"), "table.columns[2].values is malformed"),
        (lambda d: d["columns"][2].update(values=[1]), "table.columns[2].values[0] is malformed"),
        (lambda d: d["columns"][2].update(values=["a", "a"]), "lists a value twice"),
        (lambda d: d["columns"][4].update(cycles=["moon"]), "cannot have the cycle 'moon'"),
    ],
)
def test_data_that_are_no_plan_are_malformed(damage, text):
    data = plan_table(TABLE).to_data()
    damage(data)
    with pytest.raises(Malformed) as caught:
        TablePlan.from_data(data)
    assert text in str(caught.value)


def test_a_number_in_bins_is_checked_as_well():
    data = plan_table({"n": list(range(101))}, bins=5).to_data()
    data["columns"][0]["edges"][2] = -1.0
    with pytest.raises(Malformed, match="column 'n' has no bins"):
        TablePlan.from_data(data)
    data["columns"][0]["number"].pop("center")
    with pytest.raises(Malformed, match=r"table\.columns\[0\]\.number is malformed"):
        TablePlan.from_data(data)


@pytest.mark.row(30)
def test_a_header_read_as_data_or_data_as_a_header_is_named():
    named, numbered = plan_table({"a": [1, 2]}), plan_table({"column_1": [1, 2]})
    with pytest.raises(DataError) as caught:
        named.encode({"column_1": [1], "column_2": [2]})
    assert caught.value.fix.startswith("read the file with its header (without --no-header)")
    with pytest.raises(DataError) as caught:
        numbered.encode({"1": [1]})
    assert caught.value.fix == "read the file as training did, pass header=False (--no-header)"
    with pytest.raises(DataError) as caught:
        named.encode({"A": [1], "column_2": [2]})
    assert caught.value.fix == "for 'a': did you mean 'A'?"
    with pytest.raises(DataError) as caught:
        named.encode({"carat": [1], "cut": [2]})
    assert caught.value.fix == "pass the table that the model is for"


DAYS = ["2020-01-01", "2020-02-03", None, "2022-05-06", "2021-07-08"]


@pytest.mark.parametrize("library", [pl, pd])
def test_dates_as_text_in_a_frame_are_dates_as_in_a_file(tmp_path, library):
    rooms = [2, 3, 5, 7, 11]
    path = tmp_path / "houses.csv"
    path.write_text(
        "built,rooms\n" + "".join(f"{d or ''},{r}\n" for d, r in zip(DAYS, rooms, strict=True))
    )
    frame, file = library.DataFrame({"built": DAYS, "rooms": rooms}), read_table(path)
    plan = plan_table(frame)
    assert plan == plan_table(file)
    assert [column.kind for column in plan.columns] == ["date", "number"]
    assert np.array_equal(plan.encode(frame), plan.encode(file))
    assert summarise(frame) == summarise(file) == "1 number, 1 date, 1 missing value in built"
    assert plan.decode(plan.encode(frame))["built"].equals(file["built"])


def test_dates_as_text_that_are_all_different_are_no_identifier():
    days = pl.date_range(dt.date(2020, 1, 1), dt.date(2022, 12, 31), eager=True)
    assert plan_table({"t": days.cast(pl.String)}) == plan_table({"t": days})


def test_later_dates_as_text_may_be_written_in_other_ways():
    plan = plan_table({"t": [dt.date(2020, 1, 1), dt.date(2020, 1, 3)]})
    cells = ["2020-01-02", " 2020/1/2", "2.1.2020", "2020-01-02 12:00", "2020-01-02T14:00+02:00"]
    assert plan.encode({"t": cells})[0] == pytest.approx([0, 0, 0, 0.5, 0.5])


def test_a_cell_that_is_no_date_is_named_among_dates():
    plan = plan_table({"t": ["2020-01-01", "2020-01-03"]})
    with pytest.raises(DataError) as error:
        plan.encode({"t": ["2020-01-02", "NA", "2020-02-30"]})
    assert "column 't' holds '2020-02-30' in row 3; in training it held ISO dates." in str(error)
    assert "1 of 3 values" in str(error)


@pytest.mark.parametrize(
    "cells", [["2020-01-01", "soon"], ["2020-13-01", "2020-01-01"], ["1", "2"]]
)
def test_text_that_is_not_dates_alone_stays_a_category(cells):
    assert plan_table({"t": cells * 3}).used[0].kind == "category"
