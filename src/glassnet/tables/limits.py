"""How much a table file may ask for; every limit can be raised by name."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Limits:
    """The most that `read_table` takes from one file.

    A file beyond a limit raises `glassnet.errors.ResourceLimitError`, which names the field here
    that raises the limit.

    Parameters
    ----------
    file_bytes : int
        Size of the file, and of a Parquet table in memory: 8 GiB.
    unpacked_ratio : int
        How many times its packed size a packed file may grow (beyond the first MiB): 100.
    unpacked_bytes : int
        Size of a packed file's content: 4 GiB.
    archive_members : int
        How many files a zip archive may name: 10,000.
    line_characters : int
        Length of one line of text: 64 Mi characters.
    field_characters : int
        Length of one field of text: 128 Ki characters, as Python's csv module has it.
    columns, rows : int
        Size of the table: 100,000 columns, 10⁸ rows.

    Examples
    --------
    >>> Limits(columns=200_000).rows
    100000000
    """

    file_bytes: int = 8 * 2**30
    unpacked_ratio: int = 100
    unpacked_bytes: int = 4 * 2**30
    archive_members: int = 10_000
    line_characters: int = 2**26
    field_characters: int = 2**17
    columns: int = 100_000
    rows: int = 10**8
