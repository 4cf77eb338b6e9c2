"""Reads the file of a table, whatever its form, or says what is wrong with it and on which line."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import polars as pl

from glassnet.errors import DataError, ResourceLimitError, listed
from glassnet.tables.cells import typed
from glassnet.tables.delimited import Delimited, read_delimited
from glassnet.tables.frames import frame_from
from glassnet.tables.limits import Limits
from glassnet.tables.notation import (
    DAY_FIRST,
    DECIMAL_COMMA,
    check_thousands,
    has_decimal_commas,
    is_day_first,
    with_points,
)
from glassnet.tables.packing import PARQUET
from glassnet.tables.sources import opened
from glassnet.tables.table_file import TableFile

if TYPE_CHECKING:
    import os
    from collections.abc import Collection

DEFAULT_LIMITS = Limits()
CELL_BYTES = 8  # a number in memory


def read_table(
    path: str | os.PathLike[str], *, header: bool = True, limits: Limits = DEFAULT_LIMITS
) -> pl.DataFrame:
    """Reads a table from a CSV, TSV or Parquet file.

    The form is found from the content, not from the name. Text files may be gzip'd, or be the
    only file in a zip archive; in UTF-8 with or without a byte-order mark or in UTF-16 with one;
    delimited by comma, semicolon, tab or bar. Values may be quoted with ``"``; blank lines are
    left out. `glassnet.tables.cells` says which types columns get (`typed`) and what counts as
    missing (`MISSING`). `read_file` says how numbers with decimal commas are read.

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
    decimal_commas: Collection[str] = (),
) -> TableFile:
    """Reads a table as `read_table` does, and keeps what the file knows besides.

    In a file that is not delimited by commas, a column is read with decimal commas (1.234,56)
    where all its values can be read so and one of them in no other way. 1,500 alone could be
    fifteen hundred: such a column stays text.

    Parameters
    ----------
    path : str or path
        The file.
    header : bool, default True
        Whether the first line of a text file names the columns.
    limits : Limits
        The most that the file may ask for.
    decimal_commas : collection of str
        Columns that are known to be written so, as the plan of a trained model knows them
        (`TablePlan.decimal_commas`): they are read so wherever they can be.

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
    >>> read_table(path)["price"].item(), read_file(path, decimal_commas=["price"]).frame.item(0, 1)
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
    return _understood(read, path.name, decimal_commas)


def _understood(read: Delimited, file: str, told: Collection[str]) -> TableFile:
    """The columns of text as the types that they hold."""
    european = read.delimiter != ","
    commas = [
        column.name
        for column in read.text
        if (european or column.name in told)
        and has_decimal_commas(column, told=column.name in told)
    ]
    if not set(commas) <= set(told):
        check_thousands([c for c in read.text if c.name not in commas], commas, file)
    notations, columns = dict.fromkeys(commas, DECIMAL_COMMA), []
    for column in read.text:
        values = with_points(column) if column.name in notations else typed(column)
        columns.append(values)
        if is_day_first(column, values):
            notations[column.name] = DAY_FIRST
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
