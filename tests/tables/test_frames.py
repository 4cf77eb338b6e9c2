"""Every kind of dataframe becomes the same table."""

import datetime as dt
from decimal import Decimal

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from glassnet.errors import DataError, DataTypeError
from glassnet.tables import frame_from, plan_table, series_from
from glassnet.tables.frames import codes_of

COLUMNS = {
    "size": [1.5, None, 3.0],
    "rooms": [2, 3, 5],
    "coast": ["near", None, "far"],
    "sold": [True, False, True],
    "day": [dt.datetime(2024, 1, 2), None, dt.datetime(2024, 3, 4)],
}


@pytest.mark.row(10)
@pytest.mark.parametrize(
    "make",
    [
        dict,
        pl.DataFrame,
        pd.DataFrame,
        pa.table,
        lambda columns: pd.DataFrame(columns).convert_dtypes(),
        lambda columns: pd.DataFrame(columns).astype({"coast": "category"}),
        lambda columns: pd.DataFrame(columns).astype(object),
        lambda columns: pl.DataFrame(columns).with_columns(pl.col("coast").cast(pl.Categorical)),
        lambda columns: {name: np.array(values, object) for name, values in columns.items()},
    ],
)
def test_every_dataframe_becomes_the_same_table(make):
    table = frame_from(make(COLUMNS))
    assert table.to_dict(as_series=False) == COLUMNS
    assert table["size"].dtype == pl.Float64
    assert table["rooms"].dtype == pl.Int64


@pytest.mark.row(10)
def test_decimals_and_offsets_become_floats_and_utc():
    zone = dt.timezone(dt.timedelta(hours=2))
    table = frame_from({"a": [Decimal("1.25")], "t": [dt.datetime(2024, 1, 1, 2, tzinfo=zone)]})
    assert table.rows() == [(1.25, dt.datetime(2024, 1, 1))]


@pytest.mark.row(8)
def test_object_columns_of_numbers_are_numbers():
    table = frame_from(pd.DataFrame({"a": pd.Series([1, 2.5, None], dtype=object)}))
    assert table["a"].to_list() == [1.0, 2.5, None]
    assert table["a"].dtype == pl.Float64


@pytest.mark.row(6)
@pytest.mark.parametrize("values", [np.array([1j]), [1.0, 2j], pd.Series([1j])])
def test_complex_numbers_are_refused(values):
    with pytest.raises(DataTypeError, match="Complex data not supported: column 'a' cannot"):
        frame_from({"a": values})


@pytest.mark.row(7)
def test_objects_that_are_no_values_are_refused_by_the_plan():
    table = pd.DataFrame({"a": [1, 2], "b": [{"x": 1}, {"x": 2}]})
    with pytest.raises(TypeError, match=r"argument must be a string or a number") as caught:
        plan_table(table)
    assert "'b' (Struct" in str(caught.value)
    assert "e.g. dict in 'b'" in str(caught.value)


def test_a_column_of_several_types_is_refused():
    with pytest.raises(DataTypeError, match="column 'a' mixes values of several types") as caught:
        frame_from({"a": ["x", 1, 2.5]})
    assert caught.value.received == "float, int, str: ['x', 1, 2.5]"


@pytest.mark.row(34)
def test_ragged_columns_are_refused():
    with pytest.raises(DataError, match=r"different lengths \(an inhomogeneous shape\)") as caught:
        frame_from({"a": [1, 2, 3], "b": [1, 2, 3], "c": [1, 2]})
    assert "2 values in 'c'" in str(caught.value)


@pytest.mark.row(31)
@pytest.mark.parametrize("names", [["a", "a"], ["1", 1]])
def test_doubled_names_are_refused(names):
    with pytest.raises(DataError, match="several columns of the table have the same name") as e:
        frame_from(pd.DataFrame([[1, 2], [3, 4]], columns=names))
    assert e.value.received == f"more than once: '{names[0]}'"


@pytest.mark.row(31)
def test_names_that_are_no_text_become_text():
    assert frame_from(pd.DataFrame(np.eye(2))).columns == ["0", "1"]


@pytest.mark.row(34)
@pytest.mark.parametrize("data", [3, "boats.csv", [[1, 2], [3]], np.eye(2), None])
def test_anything_else_is_refused_with_its_type(data):
    with pytest.raises(DataTypeError, match="a table cannot be made from a value of type") as e:
        frame_from(data)
    assert type(data).__name__ in e.value.what


@pytest.mark.row(27, 28, 29)
@pytest.mark.parametrize(
    "column",
    [
        np.array([1, 2, 3], ">f8"),
        np.array([1, 0, 2, 0, 3, 0], np.float32)[::2],
        np.array([3.0, 2.0, 1.0])[::-1],
        np.array([1, 2, 3], np.float16),
        np.array([1, 2, 3], np.uint8),
        np.frombuffer(b"\0" + np.array([1.0, 2.0, 3.0]).tobytes(), np.uint8)[1:].view(np.float64),
    ],
)
def test_every_memory_layout_gives_the_same_matrix(column):
    column.flags.writeable = False
    X = plan_table({"a": column}).encode({"a": column})
    assert np.array_equal(X, plan_table({"a": [1.0, 2.0, 3.0]}).encode({"a": [1.0, 2.0, 3.0]}))


def test_text_is_not_a_column():
    with pytest.raises(DataTypeError, match="column 'a' cannot be made from a value of type str"):
        series_from("abc", "a")


@given(st.lists(st.none() | st.text(max_size=2), max_size=29))
def test_codes_say_which_rows_are_equal(values):
    codes = codes_of(pl.Series(values, dtype=pl.String)).tolist()
    order = list(dict.fromkeys(values))
    assert codes == [order.index(value) for value in values]


def test_a_matrix_is_not_a_column_and_its_message_stays_on_one_line():
    with pytest.raises(DataTypeError) as caught:
        series_from(np.ones((3, 1)), "y")
    assert caught.value.received == "array([[1.], [1.], [1.]])"
    assert caught.value.fix == "give one value per row: y.ravel() for an array (m, 1)"
