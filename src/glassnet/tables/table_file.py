"""A table that was read from a file, with what the file knows and the table does not."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from glassnet.errors import CellError

if TYPE_CHECKING:
    import numpy as np
    import polars as pl
    from numpy.typing import NDArray


@dataclass(frozen=True, eq=False)
class TableFile:
    """A table, how its file writes numbers and dates, and on which line each row begins.

    Attributes
    ----------
    frame : polars.DataFrame, m rows
    name : str
        What the table is called in messages.
    notations : mapping of str to str
        How a column is written where that is not 1234.5 or 2025-12-31: `EXAMPLES` in
        `glassnet.tables.notation` has all ways.
    lines : array of int, (m,), or None
        From 1; None where the table is from no text.

    Examples
    --------
    >>> import pathlib, tempfile
    >>> from glassnet.tables import read_file
    >>> path = pathlib.Path(tempfile.mkdtemp()) / "boats.csv"
    >>> _ = path.write_text("boat;length;built\\nIda;7,5;31.12.1999\\n\\nOle;11,25;1.2.2003\\n")
    >>> file = read_file(path)
    >>> file.frame["length"].to_list(), file.lines.tolist()
    ([7.5, 11.25], [2, 4])
    >>> file.notations
    {'length': 'decimal comma', 'built': 'day.month.year'}
    """

    frame: pl.DataFrame
    name: str = "table"
    notations: Mapping[str, str] = field(default_factory=dict)
    lines: NDArray[np.int64] | None = None

    @property
    def unit(self) -> str:
        """What `places` counts: ``"line"``, or ``"row"`` where there are no lines."""
        return "row" if self.lines is None else "line"

    @property
    def places(self) -> NDArray[np.int64]:
        """Where each row begins, (m,), from 1."""
        import numpy as np

        return np.arange(1, self.frame.height + 1) if self.lines is None else self.lines

    def blank_lines(self) -> list[int]:
        """The lines between two rows that hold nothing, which reading leaves out."""
        import polars as pl

        if self.lines is None:
            return []
        breaks = pl.col(pl.String).str.count_matches("\n").fill_null(0)
        inside = (
            self.frame.select(pl.sum_horizontal(pl.repeat(0, pl.len()), breaks))
            .to_series()
            .to_list()
        )
        ends = [int(line) + more for line, more in zip(self.lines, inside, strict=True)]
        between = zip(ends, self.lines[1:], strict=False)
        return [line for end, begin in between for line in range(end + 1, int(begin))]

    @contextmanager
    def located(self) -> Iterator[None]:
        """Within it, the error of a cell names the line of the file."""
        try:
            yield
        except CellError as error:
            if self.lines is None:
                raise
            raise CellError(
                f"{self.name}, line {self.lines[error.row]}: {error.what}",
                row=error.row,
                expected=error.expected,
                received=error.received,
                fix=error.fix,
            ) from error
