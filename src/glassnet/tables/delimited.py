"""CSV and TSV: one strict pass over the text, which finds every fault and the line it is on.

The same pass makes the values: a second parser could disagree with the first about where a field
ends.
"""

from __future__ import annotations

import csv
import re
from collections import Counter
from contextlib import contextmanager
from itertools import chain, islice
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import polars as pl

from glassnet.errors import DataError, ResourceLimitError, listed, shown
from glassnet.tables.lines import checked_lines
from glassnet.tables.sources import opened_text

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from numpy.typing import NDArray

    from glassnet.tables.limits import Limits

DELIMITERS = ",;\t|"
SAMPLE = 100  # lines that decide the delimiter
CHUNK = 50_000  # rows held as Python strings at a time

_COMMA_BESIDE_OTHERS = re.compile(r"(?:^|\D),|,(?:\D|$)")


class Row(NamedTuple):
    """The fields of one row, and the line of the file on which it begins (from 1)."""

    line: int
    fields: list[str]


class Delimited(NamedTuple):
    """Columns of text, the line on which each row begins (from 1), and what delimits fields."""

    text: pl.DataFrame
    lines: NDArray[np.int64]
    delimiter: str


def read_delimited(path: Path, *, header: bool, limits: Limits) -> Delimited:
    """The table of a CSV or TSV file, every column still text as it stands in the file.

    Parameters
    ----------
    path : Path
        The file; plain, gzip'd, or alone in a zip archive.
    header : bool
        Whether the first line names the columns; if not, they are column_1, column_2, …
    limits : Limits
        What the file may ask for.

    Raises
    ------
    DataError
        With the line: unclosed quote, text after a quote, NUL character, bytes that are no text,
        row with too many or too few fields; doubled or no column names; no rows.
    ResourceLimitError
        For a line, a field, a number of columns or of rows beyond `limits`.
    """
    with opened_text(path, limits) as text, _field_limit(limits.field_characters):
        lines = checked_lines(text, path.name, limits)
        sample = list(islice(lines, SAMPLE))
        delimiter = _delimiter(sample)
        rows = _rows(chain(sample, lines), delimiter, path.name, limits)
        first = next(rows, None)
        if first is None:
            raise _no_rows(path.name, "only blank lines")
        names = _names(first, path.name) if header else _numbered(len(first.fields))
        if not header:
            rows = chain([first], rows)
        return Delimited(*_columns(rows, names, path.name, limits), delimiter)


@contextmanager
def _field_limit(characters: int) -> Iterator[None]:
    """Sets the csv module's limit, which is the process's, and puts the former one back."""
    before = csv.field_size_limit(characters)
    try:
        yield
    finally:
        csv.field_size_limit(before)


def _delimiter(sample: list[str]) -> str:
    """The delimiter by which most lines have as many fields as the first; then the most fields.

    Where another does as well, commas that all stand between digits are decimal commas.
    """
    best, best_score = DELIMITERS[0], (0.0, False, 1)
    decimal = not any(_COMMA_BESIDE_OTHERS.search(line) for line in sample)
    for delimiter in DELIMITERS:
        try:
            reader = csv.reader(sample, delimiter=delimiter, skipinitialspace=True)
            widths = [len(row) for row in reader if row]
        except csv.Error:  # the strict pass meets the same fault, and knows its line
            continue
        if widths and widths[0] > 1:
            best_score, best = max(
                (best_score, best),
                (
                    (
                        Counter(widths)[widths[0]] / len(widths),
                        not (delimiter == "," and decimal),
                        widths[0],
                    ),
                    delimiter,
                ),
                key=lambda candidate: candidate[0],
            )
    return best


def _rows(lines: Iterable[str], delimiter: str, file: str, limits: Limits) -> Iterator[Row]:
    """The rows of a file, each as wide as the first; blank lines are left out.

    In a single column a blank line is how a missing value is written, unless it ends the file.
    """
    reader = csv.reader(lines, delimiter=delimiter, skipinitialspace=True, strict=True)
    width, line, after = 0, 1, 1
    try:
        for fields in reader:
            begin, line = line, reader.line_num + 1
            if not fields or (fields == [""] and width != 1):
                continue
            if not width:
                width = len(fields)
                if width > limits.columns:
                    raise _too_many(file, "columns", limits.columns, width)
            if len(fields) != width:
                raise _ragged(Row(begin, fields), file, width, delimiter)
            if width == 1 and after > 1:
                yield from (Row(blank, [""]) for blank in range(after, begin))
            after = line
            yield Row(begin, fields)
    except csv.Error as error:
        raise _malformed(str(error), file, line, reader.line_num, limits) from error


def _ragged(row: Row, file: str, width: int, delimiter: str) -> DataError:
    got = len(row.fields)
    received = f"{got} field{'s' if got > 1 else ''}: {shown(delimiter.join(row.fields))}"
    return DataError(
        f"{file}, line {row.line}: {'too many' if got > width else 'too few'} fields.",
        expected=f"{width} fields, as on the first line, delimited by {delimiter!r}",
        received=received,
        fix="quote a value that holds the delimiter; use one delimiter in the whole file",
    )


def _malformed(fault: str, file: str, line: int, last: int, limits: Limits) -> Exception:
    place = f"line {line}" if last <= line else f"the row that begins on line {line}"
    if "field limit" in fault:
        return ResourceLimitError(
            f"{file}, {place}: a field is too long, or its quote is never closed.",
            expected=f"at most {limits.field_characters:,} characters (limit field_characters)",
            received="a longer field",
            fix="close the quote, or pass"
            f" limits=Limits(field_characters={2 * limits.field_characters})",
        )
    if "unexpected end of data" in fault:
        return DataError(
            f'{file}, line {line}: a quote (") is opened and never closed.',
            expected="a closing quote",
            received=f"the end of the file, after line {last}",
            fix='close the quote; write a quote inside a quoted value as ""',
        )
    return DataError(
        f"{file}, {place}: text after a closing quote.",
        expected="the delimiter or the end of the line after a closing quote",
        received=f"on line {last}: {fault}",
        fix='close the quote at the end of the value; write a quote inside it as ""',
    )


def _too_many(file: str, what: str, most: int, received: int) -> ResourceLimitError:
    return ResourceLimitError(
        f"{file} has too many {what}.",
        expected=f"at most {most:,} {what} (limit {what})",
        received=f"{received:,} {what} or more",
        fix=f"read a part of it, or pass limits=Limits({what}={2 * received})",
    )


def _names(first: Row, file: str) -> list[str]:
    """The column names of a header line; an empty one gets the number of its column."""
    numbered = _numbered(len(first.fields))
    # pandas writes its row numbers as a first column without a name
    numbered[0] = "index"
    names = [name.strip() or number for name, number in zip(first.fields, numbered, strict=True)]
    doubled = [name for name, count in Counter(names).items() if count > 1]
    if doubled:
        raise DataError(
            f"{file}, line {first.line}: several columns have the same name.",
            expected="a header line that names every column once",
            received=f"more than once: {listed(map(repr, doubled))}",
            fix="rename them; if the first line is data, pass header=False (--no-header)",
        )
    return names


def _numbered(width: int) -> list[str]:
    return [f"column_{i + 1}" for i in range(width)]


def _columns(
    rows: Iterator[Row], names: list[str], file: str, limits: Limits
) -> tuple[pl.DataFrame, NDArray[np.int64]]:
    """The rows as columns of text, chunk by chunk, so that few Python strings live at a time."""
    chunks: list[pl.DataFrame] = []
    lines: list[NDArray[np.int64]] = []
    total = 0
    while some := list(islice(rows, CHUNK)):
        chunk = [row.fields for row in some]
        lines.append(np.array([row.line for row in some]))
        total += len(chunk)
        if total > limits.rows:
            raise _too_many(file, "rows", limits.rows, total)
        columns = zip(names, zip(*chunk, strict=True), strict=True)
        chunks.append(pl.DataFrame([pl.Series(n, values, pl.String) for n, values in columns]))
    if not chunks:
        raise _no_rows(file, "a header line and nothing below it")
    return pl.concat(chunks), np.concatenate(lines)


def _no_rows(file: str, received: str) -> DataError:
    return DataError(
        f"{file} holds 0 sample(s) while a minimum of 1 is required.",
        expected="a header line and at least one row",
        received=received,
        fix="add rows; if the first line is data, pass header=False (--no-header)",
    )
