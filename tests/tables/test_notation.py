"""Ways to write numbers and dates: read where a column can mean nothing else, kept for later."""

import datetime as dt
import gzip

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from glassnet.errors import CellError, DataError, Malformed
from glassnet.tables import TableFile, TablePlan, check_cells, plan_table, read_file, read_table
from glassnet.tables.notation import (
    grouping_of,
    has_decimal_commas,
    with_points,
    without_groups,
)


@pytest.fixture
def written(tmp_path):
    def write(text, name="boats.csv"):
        path = tmp_path / name
        path.write_text(text, "utf-8")
        return path

    return write


def columned(cells, delimiter=";"):
    return f"name{delimiter}x\n" + "".join(f'a{delimiter}"{cell}"\n' for cell in cells)


def commas(*columns):
    return dict.fromkeys(columns, "decimal comma")


READ = [
    (["1,5", "2,25"], [1.5, 2.25]),
    (["1.234,56", "-7"], [1234.56, -7.0]),
    (["1.234,567", "8.000"], [1234.567, 8000.0]),
    (["0,500", "1,250"], [0.5, 1.25]),
    (["1234,500", "+2,000", ""], [1234.5, 2.0, None]),
    (["1.234.567", "2.000"], [1234567, 2000]),
    (["1 234,5", "12"], [1234.5, 12.0]),
    (["1\u00a0234,5", "1\u202f000\u202f000,25", "NA"], [1234.5, 1000000.25, None]),
    (["1'234,5", "1\u2019000,25"], [1234.5, 1000.25]),
    (["1,5e3", "-2,0E-2"], [1500.0, -0.02]),
    ([",5", "1"], [0.5, 1.0]),
]
LEFT = [
    ["1,500", "2,250"],  # thousands, or three decimals
    ["1,234,567", "1,5"],
    ["1,5", "2.5"],
    ["1.23,5"],
    ["1234.567,8"],
    ["01,5", "2,5"],  # an identifier
    ["030.123.456"],
    ["1,5", "about 2"],
    ["12 345", "1 000"],
    ["1,5,5"],
]


@pytest.mark.row(106)
@pytest.mark.parametrize(("cells", "values"), READ)
@pytest.mark.parametrize("delimiter", [";", "\t", "|"])
def test_a_column_that_can_mean_nothing_else(written, cells, values, delimiter):
    file = read_file(written(columned(cells, delimiter)))
    assert file.frame["x"].to_list() == values
    assert file.notations == {"x": "decimal comma"}


@pytest.mark.row(106)
@pytest.mark.parametrize("cells", LEFT)
def test_what_may_mean_something_else_stays_text(written, cells):
    file = read_file(written(columned(cells)))
    assert file.frame["x"].to_list() == cells
    assert file.notations == {}


@pytest.mark.row(106)
def test_where_commas_delimit_a_comma_in_quotes_is_no_decimal_comma(written):
    path = written(columned(["1.234,5", "2,5"], ","))
    assert read_table(path)["x"].to_list() == ["1.234,5", "2,5"]
    assert read_file(path, notations=commas("x")).frame["x"].to_list() == [1234.5, 2.5]


@pytest.mark.row(106)
def test_an_ambiguous_column_of_many_values_is_refused_with_the_fix(written):
    table = read_table(written(columned([f"{i},125" for i in range(1, 41)])))
    with pytest.raises(CellError, match=r"holds '1,125' in row 1, which is not a number") as caught:
        check_cells(table)
    assert caught.value.fix == "write 1125 or 1.125, as it is meant"


@pytest.mark.row(106)
def test_points_of_either_kind_are_refused_beside_decimal_commas(written):
    text = "price;weight\n1,5;12\n2,5;1.250\n"
    with pytest.raises(DataError) as caught:
        read_file(written(text))
    assert str(caught.value).splitlines() == [
        "boats.csv: the points in column 'weight' may stand before decimals or between thousands.",
        "  expected   a column that can be read in one way only, beside those with decimal commas: "
        "price",
        "  received   '1.250' in row 2, and no comma in the column",
        "  to fix     write 1250 or 1,2500, as it is meant",
    ]
    # Known from the training: price has decimal commas, and weight has none.
    told = read_file(written(text), notations=commas("price"))
    assert told.frame.rows() == [(1.5, 12.0), (2.5, 1.25)]
    # One value that is no thousand tells.
    both = read_file(written(text + "3,5;0.125\n"))
    assert both.frame["weight"].to_list() == [12.0, 1.25, 0.125]
    assert read_file(written("price;weight\n1.5;1.250\n")).frame.rows() == [(1.5, 1.25)]


def test_what_was_told_holds_where_the_values_alone_say_nothing(written):
    path = written("price;weight\n1.250;3,500\n12;7\n")
    assert read_file(path).frame["price"].to_list() == [1.25, 12.0]
    told = read_file(path, notations=commas("price", "weight", "elsewhere"))
    assert told.frame.rows() == [(1250, 3.5), (12, 7.0)]
    assert dict(told.notations) == commas("price", "weight")
    # Values that cannot be read so are read as they stand.
    assert (
        read_file(written("price;x\n1.5;1\n"), notations=commas("price")).frame["price"][0] == 1.5
    )


@pytest.mark.parametrize("line", ["1,5;2,5;3,25", "1,5;2;3,25", "10;2,5;3"])
def test_decimal_commas_do_not_delimit(written, line):
    table = read_table(written(f"{line}\n" * 3), header=False)
    assert table.columns == ["column_1", "column_2", "column_3"]
    assert read_table(written("1,2,3\n4,5,6\n"), header=False).rows() == [(1, 2, 3), (4, 5, 6)]
    words = written("1, a;b\n2, c;d\n")
    assert read_table(words, header=False).rows() == [(1, "a;b"), (2, "c;d")]


@given(
    st.lists(
        st.decimals(-(10**9), 10**9, places=2, allow_nan=False, allow_infinity=False), min_size=1
    )
)
def test_german_numbers_come_back(values):
    english = [f"{value:,}" for value in values]
    german = pl.Series([v.translate(str.maketrans(",.", ".,")) for v in english])
    assert has_decimal_commas(german, told=False)
    assert with_points(german).to_list() == [float(value) for value in values]


@pytest.mark.parametrize(
    ("cells", "values"),
    [
        (["31.12.2025", "1.2.2003"], [dt.date(2025, 12, 31), dt.date(2003, 2, 1)]),
        (
            ["31.12.2025 14:30", "01.02.2003 04:05:06"],
            [dt.datetime(2025, 12, 31, 14, 30), dt.datetime(2003, 2, 1, 4, 5, 6)],
        ),
        (["12.31.2025"], ["12.31.2025"]),
        (["31.02.2025", "1.1.2025"], ["31.02.2025", "1.1.2025"]),
        (["31.12.25"], ["31.12.25"]),
    ],
)
@pytest.mark.parametrize("delimiter", [",", ";"])
def test_dotted_dates(written, cells, values, delimiter):
    file = read_file(written(columned(cells, delimiter)))
    assert file.frame["x"].to_list() == values
    dated = isinstance(values[0], dt.date)
    assert file.notations == ({"x": "day.month.year"} if dated else {})


def test_iso_dates_need_no_notation(written):
    assert read_file(written(columned(["2025-12-31"]))).notations == {}


@pytest.mark.row(106)
def test_lines_are_those_of_the_file(written, tmp_path):
    text = 'a,b\n\n1,"x\ny"\n\n2,z\n'
    assert read_file(written(text)).lines.tolist() == [3, 6]
    assert read_file(written(text), header=False).lines.tolist() == [1, 3, 6]
    packed = tmp_path / "boats.csv.gz"
    packed.write_bytes(gzip.compress(text.encode()))
    assert read_file(packed).lines.tolist() == [3, 6]
    long = read_file(written("a\n" + "1\n" * 50_007 + "2\n"))
    assert long.lines[-1] == len(long.frame) + 1 == 50_009


@pytest.mark.row(106)
def test_the_error_of_a_cell_names_the_line_where_there_is_one(written):
    plan = plan_table({"a": [1, 2, 5]})
    file = read_file(written("a;b\n\n1;x\nlong;y\n"))
    with pytest.raises(CellError, match=r"^boats\.csv, line 4: column 'a' holds 'long' in row 2"):  # noqa: SIM117
        with file.located():
            plan.encode(file.frame)
    with pytest.raises(CellError, match=r"^column 'a' holds 'long' in row 2"):  # noqa: SIM117
        with TableFile(file.frame).located():
            plan.encode(file.frame)


def test_parquet_has_neither_lines_nor_notations(tmp_path):
    path = tmp_path / "boats.parquet"
    pl.DataFrame({"a": ["1,5"]}).write_parquet(path)
    file = read_file(path, notations=commas("a"))
    assert (file.lines, dict(file.notations), file.frame["a"][0]) == (None, {}, "1,5")


def test_a_plan_keeps_what_it_was_told():
    plain = plan_table({"a": [1.5, 2.5]})
    assert set(plain.to_data()) == {"columns"}
    plan = TablePlan(plain.columns, (("a", "decimal comma"), ("day", "month/day/year")))
    assert TablePlan.from_data(plan.to_data()) == plan
    assert TablePlan.from_data(plain.to_data()) == plain
    for wrong in ("a", {"a": 1}, {"a": "Roman"}, {"a": ["decimal comma"]}, None):
        with pytest.raises(Malformed, match=r"table\.notations"):
            TablePlan.from_data(plain.to_data() | {"notations": wrong})


GROUPED = [
    (["1'234.5", "700", ""], [1234.5, 700.0, None], "thousands apostrophe"),
    (["1\u2019234", "-2\u2019000\u2019000"], [1234, -2_000_000], "thousands apostrophe"),
    (["1,234.50", "1,500"], [1234.5, 1500.0], "thousands comma"),
    (["+1,234,567", "12"], [1_234_567, 12], "thousands comma"),
]


@pytest.mark.row(106)
@pytest.mark.parametrize(("cells", "values", "notation"), GROUPED)
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_separators_of_thousands(written, cells, values, notation, delimiter):
    file = read_file(written(columned(cells, delimiter)))
    assert file.frame["x"].to_list() == values
    assert file.notations == {"x": notation}


@pytest.mark.row(106)
@pytest.mark.parametrize(
    "cells", [["1,500"], ["12,34.5"], ["1'23"], ["0,123,456"], ["1,234.5", "1'234"], ["1,234.5.6"]]
)
def test_what_is_no_number_with_thousands_stays_text(written, cells):
    file = read_file(written(columned(cells)))
    assert (file.frame["x"].to_list(), file.notations) == (cells, {})


@given(st.lists(st.decimals(-(10**9), 10**9, places=2), min_size=1))
def test_swiss_and_english_numbers_come_back(values):
    for mark in ",'\u2019":
        cells = pl.Series([f"{value:,}".replace(",", mark) for value in values])
        kind = grouping_of(cells, "thousands comma" if mark == "," else None)
        if any(abs(value) >= 1000 for value in values):
            assert kind == ("thousands comma" if mark == "," else "thousands apostrophe")
            assert without_groups(cells).to_list() == [float(value) for value in values]
        else:
            assert kind is None


SLASHED = [
    (["31/12/1999", "1/2/2000", ""], [dt.date(1999, 12, 31), dt.date(2000, 2, 1), None], "day"),
    (["12/31/1999", "1/2/2000"], [dt.date(1999, 12, 31), dt.date(2000, 1, 2)], "month"),
    (["31-12-1999"], [dt.date(1999, 12, 31)], "day"),
    (["31/1/1999 9:30"], ["31/1/1999 9:30"], None),
    (["31/1/1999 09:30"], [dt.datetime(1999, 1, 31, 9, 30)], "day"),
    (["31/12/1999", "12/31/1999"], ["31/12/1999", "12/31/1999"], None),
    (["1/2/2000", "3/4/2000"], ["1/2/2000", "3/4/2000"], None),
    (["30/2/2000"], ["30/2/2000"], None),
]


@pytest.mark.row(106)
@pytest.mark.parametrize(("cells", "values", "first"), SLASHED)
def test_dates_with_slashes(written, cells, values, first):
    file = read_file(written(columned(cells)))
    assert file.frame["x"].to_list() == values
    order = {"day": "day/month/year", "month": "month/day/year"}
    assert file.notations == ({"x": order[first]} if first else {})


def test_dates_as_good_in_either_order_are_read_as_the_plan_knows(written):
    path = written(columned(["1/2/2000", "3/4/2000"]))
    for order, first in (("day", dt.date(2000, 2, 1)), ("month", dt.date(2000, 1, 2))):
        known = {"x": "day/month/year" if order == "day" else "month/day/year"}
        assert read_file(path, notations=known).frame["x"][0] == first
    # A column that can only be the other one is that.
    other = written(columned(["12/31/1999"]))
    told = read_file(other, notations={"x": "day/month/year"})
    assert told.notations == {"x": "month/day/year"}


@pytest.mark.row(106)
def test_dates_that_would_be_a_guess_are_refused_with_both_readings():
    with pytest.raises(CellError) as caught:
        check_cells(pl.DataFrame({"built": ["5/5/2000", None, "3/4/2000"]}))
    assert str(caught.value).splitlines() == [
        "column 'built' holds the date '3/4/2000' in row 3, and none that tells whether the day or "
        "the month comes first.",
        "  expected   dates such as 2025-12-31, or one after the twelfth of a month",
        "  received   '3/4/2000': 2000-04-03 or 2000-03-04",
        "  to fix     write 2000-04-03 or 2000-03-04, as it is meant; in a data frame, make it a "
        "date",
    ]
    for date in ("31.12.99", "12/31/99", "1-2-03"):
        with pytest.raises(CellError, match=f"holds the date '{date}' in row 2, whose year has t"):
            check_cells(pl.DataFrame({"built": [None, date]}))
    check_cells(pl.DataFrame({"version": ["1.2.33", "10.40.50"], "word": ["1/2", "a"]}))


def test_dates_that_begin_with_the_year_need_no_notation(written):
    file = read_file(written(columned(["2025/12/31", "2025/1/2"])))
    assert file.frame["x"].to_list() == [dt.date(2025, 12, 31), dt.date(2025, 1, 2)]
    assert file.notations == {}
