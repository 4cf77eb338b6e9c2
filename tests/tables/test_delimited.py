"""CSV text: every form that is read, and every fault with the line it is on."""

import codecs
import time

import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from glassnet.errors import DataError, ResourceLimitError
from glassnet.tables import Limits, read_table
from glassnet.tables.delimited import read_delimited


@pytest.fixture
def written(tmp_path):
    """Writes text or bytes to a file and returns its path."""

    def write(content):
        path = tmp_path / "boats.csv"
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    return write


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_delimiters_and_line_ends_are_found(written, delimiter, end):
    lines = ["name,length", "Ida,7.5", "Ole,11.25", ""]
    path = written(end.join(lines).replace(",", delimiter))
    assert read_table(path).to_dict(as_series=False) == {
        "name": ["Ida", "Ole"],
        "length": [7.5, 11.25],
    }


def test_commas_in_the_text_do_not_hide_a_semicolon(written):
    path = written("name;words\nIda;one, two\nOle;three, four\n")
    assert read_table(path)["words"].to_list() == ["one, two", "three, four"]


@pytest.mark.row(104)
@pytest.mark.parametrize("mark", ["utf-8", "utf-8-sig", "utf-16"])
def test_unicode_with_and_without_mark(written, mark):
    path = written("naïve,größe\n1,ø\n".encode(mark))
    assert read_table(path).to_dict(as_series=False) == {"naïve": [1], "größe": ["ø"]}


@pytest.mark.row(104)
def test_big_endian_utf_16(written):
    path = written(codecs.BOM_UTF16_BE + "a,b\n1,ø\n".encode("utf-16-be"))
    assert read_table(path).rows() == [(1, "ø")]


def test_quoted_fields_spaces_and_blank_lines(written):
    path = written('a, b\n1, "x, ""y""\nz"\n\n2,  w \n')
    assert read_table(path).rows() == [(1, 'x, "y"\nz'), (2, "w")]


def test_without_header_columns_are_numbered(written):
    table = read_table(written("1,x\n2,y\n"), header=False)
    assert table.to_dict(as_series=False) == {"column_1": [1, 2], "column_2": ["x", "y"]}


def test_one_column_is_a_table(written):
    assert read_table(written('a\n1\n""\n3\n'))["a"].to_list() == [1, None, 3]


def test_a_blank_line_in_a_single_column_is_a_missing_value_but_not_at_the_end(written):
    assert read_table(written("\na\n\n1\n2\n\n\n5\n\n\n"))["a"].to_list() == [
        *(None, 1, 2),
        *(None, None, 5),
    ]
    without = read_table(written("\n1\n\n3\n\n"), header=False)
    assert without["column_1"].to_list() == [1, None, 3]


def test_the_lines_of_missing_values_in_a_single_column_are_counted(written):
    lines = read_delimited(written("a\n1\n\n3\n"), header=True, limits=Limits()).lines
    assert lines.tolist() == [2, 3, 4]


def test_names_left_empty_are_filled_in(written):
    assert read_table(written(",b,\n1,2,3\n")).columns == ["index", "b", "column_3"]


@pytest.mark.row(104)
@pytest.mark.parametrize(
    ("content", "text"),
    [
        ('a,b\n1,2\n3,"4\n5,6\n', 'line 3: a quote (") is opened and never closed.'),
        ('a,b\n1,2\n"3"4,5\n', "line 3: text after a closing quote."),
        ('a,b\n1,"2\n3" x,4\n', "the row that begins on line 2: text after a closing quote."),
        ("a,b\n1,2\n3,\0\n", "holds a NUL character on line 3."),
        ("a,b\n1,2\n3,4,5\n", "line 3: too many fields."),
        ("a,b\n1,2\n3\n", "line 3: too few fields."),
        ('a,b\n"1\n1",2\n3\n', "line 4: too few fields."),
        ("a,b\n1,2\n3;4\n", "line 3: too few fields."),
        ("a,b,a\n1,2,3\n", "line 1: several columns have the same name."),
        (b"a,b\n1,2\nna\xefve,3\n", "is not UTF-8 text: line 3."),
        ("a,b\n1,2\n".encode("utf-16-le"), "holds a NUL character on line 1."),
        (codecs.BOM_UTF16_LE + b"a\x00,\x00b\x00\n\x00\x00", "is not UTF-8 text: line 1."),
        ("a,b\n", "holds 0 sample(s) while a minimum of 1 is required."),
        ("\n \n", "holds 0 sample(s) while a minimum of 1 is required."),
    ],
)
def test_a_fault_is_reported_with_its_line(written, content, text):
    with pytest.raises(DataError) as caught:
        read_table(written(content))
    first, *labelled = str(caught.value).splitlines()
    assert first.startswith("boats.csv")
    assert first.endswith(text)
    assert [line.split()[0] for line in labelled] == ["expected", "received", "to"]


def test_a_ragged_line_is_shown_with_the_width_of_the_first(written):
    with pytest.raises(DataError) as caught:
        read_table(written("a;b;c\n1;2;3\n4;5;6;7\n"))
    assert caught.value.expected == "3 fields, as on the first line, delimited by ';'"
    assert caught.value.received == "4 fields: '4;5;6;7'"


def test_a_byte_that_is_no_text_is_shown(written):
    with pytest.raises(DataError) as caught:
        read_table(written(b"a,b\nna\xefve,3\n"))
    assert caught.value.received == "the byte 0xef after 'na'"


@pytest.mark.row(31)
def test_doubled_names_are_listed(written):
    with pytest.raises(DataError) as caught:
        read_table(written("a,b,a,b,c\n1,2,3,4,5\n"))
    assert caught.value.received == "more than once: 'a', 'b'"


def test_a_first_line_of_data_is_not_taken_for_names(written):
    with pytest.raises(DataError, match="line 1 looks like data") as caught:
        read_table(written("39, Private, Male\n50, Private, Male\n39, State, Male\n"))
    assert "header=False (--no-header)" in caught.value.fix


@pytest.mark.row(104)
@pytest.mark.parametrize(
    ("content", "limits", "text"),
    [
        ("a,b\n1," + "x" * 2**17 + "y\n", Limits(), "131,072 characters (limit field_characters)"),
        ('a,b\n1,"' + "x\n" * 2**17, Limits(), "131,072 characters (limit field_characters)"),
        ("," * 100_000 + "\n", Limits(), "at most 100,000 columns (limit columns)"),
        ("a,b\n1,2\n3,4\n", Limits(rows=1), "at most 1 rows (limit rows)"),
        ("a,b\n1,22222222\n", Limits(line_characters=7), "7 characters (limit line_characters)"),
    ],
)
def test_a_limit_is_named_with_the_option_that_raises_it(written, content, limits, text):
    with pytest.raises(ResourceLimitError) as caught:
        read_table(written(content), limits=limits)
    assert text in caught.value.expected
    assert "limits=Limits(" in caught.value.fix
    assert len(str(caught.value)) < 1000


def test_a_raised_field_limit_holds_for_one_file_only(written):
    path = written("a,b\n1," + "x" * 200_003 + "\n")
    assert len(read_table(path, limits=Limits(field_characters=2**18))["b"][0]) == 200_003
    with pytest.raises(ResourceLimitError):
        read_table(path)


@pytest.mark.row(105)
def test_formulas_are_text(written):
    assert read_table(written("a,b\n=1+1,@x\n")).rows() == [("=1+1", "@x")]


words = st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=7)


@given(rows=st.lists(st.tuples(words, words), min_size=1, max_size=13), by=st.sampled_from(",;\t|"))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
def test_quoted_text_comes_back(written, rows, by):
    """Whatever is quoted arrives, but for the spaces around it and the words for missing."""
    from glassnet.tables.cells import typed

    quoted = ['"' + by.join(cell.replace('"', '""') for cell in row) + '"' for row in rows]
    path = written(by.join(['"first"', '"second"']) + "\n" + "".join(f"{q}{by}\n" for q in quoted))
    expected = typed(pl.Series("first", [by.join(row) for row in rows], pl.String))
    assert read_table(path)["first"].to_list() == expected.to_list()


def test_fifty_thousand_rows_are_read_in_well_under_a_second(written):
    line = ",".join(["3.25", "17", "north"] * 5)
    path = written(",".join(f"c{i}" for i in range(15)) + "\n" + f"{line}\n" * 50_000)
    start = time.process_time()
    assert read_table(path).shape == (50_000, 15)
    assert time.process_time() - start < 3  # a tenth of it, on a machine that does nothing else
