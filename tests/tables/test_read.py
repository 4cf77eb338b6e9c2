"""Parquet, and the types that columns of text get."""

import datetime as dt
from decimal import Decimal

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from glassnet.errors import DataError, DataTypeError, ResourceLimitError
from glassnet.tables import Limits, plan_table, read_table
from glassnet.tables.cells import MISSING, typed


@pytest.mark.row(106)
@pytest.mark.parametrize(
    ("cells", "dtype", "values"),
    [
        (["1", "-2", "+3"], pl.Int64, [1, -2, 3]),
        (["1", "2.5", ".5", "1e3", "-7."], pl.Float64, [1.0, 2.5, 0.5, 1000.0, -7.0]),
        (["1e400", "2"], pl.Float64, [float("inf"), 2.0]),
        (["0", "0.5", "nan"], pl.Float64, [0.0, 0.5, None]),
        (["01234", "99999"], pl.String, ["01234", "99999"]),
        (["-01", "3"], pl.String, ["-01", "3"]),
        (["1,5", "2,5"], pl.String, ["1,5", "2,5"]),
        (["0x1F", "3"], pl.String, ["0x1F", "3"]),
        (["9" * 19, "1"], pl.String, ["9" * 19, "1"]),
        (["True", "FALSE", ""], pl.Boolean, [True, False, None]),
        (["yes", "no"], pl.String, ["yes", "no"]),
        (["2024-02-29", "NA"], pl.Date, [dt.date(2024, 2, 29), None]),
        (["2023-02-29"], pl.String, ["2023-02-29"]),
        (["1749-01", "1749-12"], pl.Date, [dt.date(1749, 1, 1), dt.date(1749, 12, 1)]),
        (
            ["2024-05-06 07:08", "2024-05-06T07:08:09.5"],
            pl.Datetime,
            [dt.datetime(2024, 5, 6, 7, 8), dt.datetime(2024, 5, 6, 7, 8, 9, 500_000)],
        ),
        (
            ["2024-05-06T07:08Z", "2024-05-06T07:08:09+02:00"],
            pl.Datetime,
            [dt.datetime(2024, 5, 6, 7, 8), dt.datetime(2024, 5, 6, 5, 8, 9)],
        ),
        ([" ", "?"], pl.String, [None, None]),
    ],
)
def test_a_column_gets_the_narrowest_type_of_all_its_values(cells, dtype, values):
    column = typed(pl.Series("c", cells))
    assert column.dtype == dtype
    assert column.to_list() == values


@pytest.mark.parametrize("word", MISSING)
def test_every_word_for_missing(word):
    assert typed(pl.Series(["1", f" {word} "])).to_list() == [1, None]


@given(st.lists(st.none() | st.integers(-(2**63), 2**63 - 1), min_size=1))
def test_whole_numbers_come_back_from_text(values):
    text = pl.Series(["" if v is None else str(v) for v in values])
    assert typed(text).to_list() == values


@given(st.lists(st.floats(allow_nan=False, allow_infinity=False), min_size=1))
def test_floats_come_back_from_text(values):
    assert typed(pl.Series([repr(v) for v in values])).to_list() == values


def test_parquet_is_found_by_content(tmp_path):
    path = tmp_path / "boats"
    table = pl.DataFrame({"a": [1.5, float("nan")], "b": ["x", None], "d": [Decimal("1.25")] * 2})
    table.write_parquet(path)
    assert read_table(path).rows() == [(1.5, "x", 1.25), (None, None, 1.25)]


@pytest.mark.row(107)
@pytest.mark.parametrize("damage", [slice(0, -1), slice(0, 5), slice(0, 300)])
def test_truncated_parquet_is_refused(tmp_path, damage):
    path = tmp_path / "boats.parquet"
    pl.DataFrame({"a": list(range(997))}).write_parquet(path)
    path.write_bytes(path.read_bytes()[damage])
    with pytest.raises(DataError, match=r"boats\.parquet is a damaged Parquet file"):
        read_table(path)


@pytest.mark.row(107)
def test_a_damaged_byte_never_raises_anything_raw(tmp_path):
    path = tmp_path / "boats.parquet"
    pl.DataFrame({"a": list(range(97)), "b": ["x", "y"] * 48 + ["z"]}).write_parquet(path)
    good = path.read_bytes()
    for at in range(4, len(good), 31):
        path.write_bytes(good[:at] + bytes([good[at] ^ 0xFF]) + good[at + 1 :])
        try:
            read_table(path)
        except (DataError, ResourceLimitError) as error:
            assert "boats.parquet" in str(error)  # noqa: PT017


@pytest.mark.row(107)
@pytest.mark.parametrize("limit", ["rows", "columns", "file_bytes"])
def test_a_parquet_table_larger_than_a_limit_is_not_unpacked(tmp_path, limit):
    path = tmp_path / "bomb.parquet"
    pl.DataFrame({"a": [0] * 100_003, "b": [0] * 100_003}).write_parquet(path)
    tight = {"rows": Limits(rows=100_002), "columns": Limits(columns=1)}
    limits = tight.get(limit, Limits(file_bytes=1_000_003))
    assert path.stat().st_size < 100_003
    with pytest.raises(ResourceLimitError, match=rf"\(limit {limit}\)") as caught:
        read_table(path, limits=limits)
    assert f"Limits({limit}=" in caught.value.fix


@pytest.mark.row(11)
def test_parquet_without_rows_is_refused(tmp_path):
    path = tmp_path / "boats.parquet"
    pl.DataFrame({"a": [1]}).clear().write_parquet(path)
    with pytest.raises(DataError, match=r"holds 0 sample\(s\) \(shape=\(0, 1\)\) while a minimum"):
        read_table(path)


def test_nested_parquet_columns_are_read_and_refused_by_the_plan(tmp_path):
    path = tmp_path / "boats.parquet"
    pl.DataFrame({"a": [1, 2], "b": [[1], [2, 3]]}).write_parquet(path)
    with pytest.raises(DataTypeError, match=r"cannot become numbers: 'b' \(List\(Int64\)\)"):
        plan_table(read_table(path))
    assert plan_table(read_table(path), drop=["b"]).names == ("a",)
