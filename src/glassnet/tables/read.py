"""Reads the file of a table, whatever its form, or says what is wrong with it and on which line."""

from __future__ import annotations

from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

import polars as pl

from glassnet.errors import DataError, ResourceLimitError, listed
from glassnet.tables.cells import typed
from glassnet.tables.delimited import Delimited, read_delimited
from glassnet.tables.frames import frame_from
from glassnet.tables.limits import Limits
from glassnet.tables.notation import (
    DECIMAL_COMMA,
    DOTTED,
    check_thousands,
    grouping_of,
    has_decimal_commas,
    is_dotted,
    with_points,
    without_groups,
)
from glassnet.tables.packing import PARQUET
from glassnet.tables.sources import opened
from glassnet.tables.table_file import TableFile
from glassnet.tables.written_dates import dates_of, order_of_dates

if TYPE_CHECKING:
    import os
    from collections.abc import Mapping

DEFAULT_LIMITS = Limits()
CELL_BYTES = 8  # a number in memory
NONE: Final[Mapping[str, str]] = MappingProxyType({})


def read_table(
    path: str | os.PathLike[str], *, header: bool = True, limits: Limits = DEFAULT_LIMITS
) -> pl.DataFrame:
    """Reads a table from a CSV, TSV or Parquet file.

    The form is found from the content, not from the name. Text files may be gzip'd, or be the
    only file in a zip archive; in UTF-8 with or without a byte-order mark or in UTF-16 with one;
    delimited by comma, semicolon, tab or bar. Values may be quoted with ``"``; blank lines are
    left out, but inside of a single column they are missing values. `glassnet.tables.cells` says
    which types columns get (`typed`) and what counts as missing (`MISSING`). `read_file` says how
    numbers with decimal commas are read.

    Parameters
    ----------
    path : str or path
        The file.
    header : bool, default True
        Whether the first line of a text file names the columns. Without it they are column_1,
        column_2, …
    limits : Limits
        The most that the file may ask for.

    Returns
    -------
    polars.DataFrame, m rows
        Missing values are null.

    Raises
    ------
    UnreadableFile
        (An OSError.) The path is missing, a directory, a device, or may not be read.
    DataError
        The content is faulty; the message names the file and the line.
    ResourceLimitError
        The content asks for more than `limits`.

    Examples
    --------
    >>> import pathlib, tempfile
    >>> path = pathlib.Path(tempfile.mkdtemp()) / "boats.csv"
    >>> _ = path.write_text("boat;length;licence\\nIda;7.5;True\\nOle;?;False\\n")
    >>> read_table(path).rows()
    [('Ida', 7.5, True), ('Ole', None, False)]
    """
    return read_file(path, header=header, limits=limits).frame


def read_file(
    path: str | os.PathLike[str],
    *,
    header: bool = True,
    limits: Limits = DEFAULT_LIMITS,
    notations: Mapping[str, str] = NONE,
) -> TableFile:
    """Reads a table as `read_table` does, and keeps what the file knows besides.

    A column is read in one of these ways where all its values can be read so and one of them in
    no other way: 1.234,56 (decimal commas, in a file that is not delimited by commas), 1,234.56,
    1'234.56, 31/12/1999 and 12/31/1999. 1,500 alone could be fifteen hundred, 1/2/1999 alone be
    in January: such a column stays text.

    Parameters
    ----------
    path : str or path
        The file.
    header : bool, default True
        Whether the first line of a text file names the columns.
    limits : Limits
        The most that the file may ask for.
    notations : mapping of str to str
        How columns are known to be written, as the plan of a trained model knows it
        (`TablePlan.notations`): they are read so wherever they can be.

    Returns
    -------
    TableFile

    Raises
    ------
    UnreadableFile, DataError, ResourceLimitError
        As `read_table`; also for a column of numbers such as 1.500, which beside columns with
        decimal commas may be one and a half or fifteen hundred.

    Examples
    --------
    >>> import pathlib, tempfile
    >>> path = pathlib.Path(tempfile.mkdtemp()) / "boats.csv"
    >>> _ = path.write_text("boat;price\\nIda;1.250\\n")
    >>> known = {"price": "decimal comma"}
    >>> read_table(path)["price"].item(), read_file(path, notations=known).frame.item(0, 1)
    (1.25, 1250)
    """
    path = Path(path)
    with opened(path, limits) as stream:
        parquet = stream.peek()[: len(PARQUET)] == PARQUET
    if parquet:
        return TableFile(frame_from(_read_parquet(path, limits)), path.name)
    read = read_delimited(path, header=header, limits=limits)
    if header:
        _check_header(read.text, path.name)
    return _understood(read, path.name, notations)


def _understood(read: Delimited, file: str, told: Mapping[str, str]) -> TableFile:
    """The columns of text as the types that they hold."""
    commas = [
        column.name
        for column in read.text
        if (known := told.get(column.name) == DECIMAL_COMMA) or read.delimiter != ","
        if has_decimal_commas(column, told=known)
    ]
    if any(told.get(name) != DECIMAL_COMMA for name in commas):
        check_thousands([c for c in read.text if c.name not in commas], commas, file)
    notations, columns = dict.fromkeys(commas, DECIMAL_COMMA), []
    for column in read.text:
        before, values = told.get(column.name), typed(column)
        if column.name in commas:
            values = with_points(column)
        elif is_dotted(column, values):
            notations[column.name] = DOTTED
        elif values.dtype == pl.String and (how := grouping_of(column, before)):
            notations[column.name], values = how, without_groups(column)
        elif values.dtype == pl.String and (how := order_of_dates(column, before)):
            notations[column.name], values = how, dates_of(column, how)
        columns.append(values)
    return TableFile(pl.DataFrame(columns), file, notations, read.lines)


def _check_header(text: pl.DataFrame, file: str) -> None:
    """A header whose names are mostly found again as values below them is a line of data."""
    again = [column.name for column in text if column.str.strip_chars().eq(column.name).any()]
    if len(again) > text.width / 2:
        raise DataError(
            f"{file}: line 1 looks like data, not like the names of the columns.",
            expected="a first line that names the columns, once",
            received=f"names that are values further down as well: {listed(map(repr, again))}",
            fix="if line 1 is data, pass header=False (--no-header); if the header is repeated,"
            " delete the copies",
        )


def _read_parquet(path: Path, limits: Limits) -> pl.DataFrame:
    try:
        width = len(pl.read_parquet_schema(path))
        rows = int(pl.scan_parquet(path, glob=False).select(pl.len()).collect().item())
        _check_size(path.name, rows, width, limits)
        table = pl.read_parquet(path, glob=False)
    except (pl.exceptions.PolarsError, pl.exceptions.PanicException, OSError) as error:
        raise DataError(
            f"{path.name} is a damaged Parquet file, or of a kind that polars cannot read.",
            expected="a Parquet file with a whole footer and whole columns",
            received=str(error).splitlines()[0][:200],
            fix="write or copy the file again",
        ) from error
    if table.is_empty():
        raise DataError(
            f"{path.name} holds {rows} sample(s) (shape=({rows}, {width})) while a minimum of 1"
            " is required.",
            expected="a table with at least one row and one column",
            received=f"{rows} rows, {width} columns",
            fix="check how the file was written",
        )
    return table


def _check_size(file: str, rows: int, columns: int, limits: Limits) -> None:
    """A few bytes of Parquet can stand for any number of equal cells: count before unpacking."""
    asked = {"rows": rows, "columns": columns, "file_bytes": rows * columns * CELL_BYTES}
    for name, amount in asked.items():
        most: int = getattr(limits, name)
        if amount > most:
            raise ResourceLimitError(
                f"{file} is too large a table.",
                expected=f"at most {most:,} (limit {name})",
                received=f"{amount:,} {name.replace('file_', '')} in memory"
                f" for {rows:,} rows x {columns:,} columns",
                fix=f"read a part of it, or pass limits=Limits({name}={amount})",
            )
