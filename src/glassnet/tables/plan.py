"""The plan of a table: which column makes which rows of X; plain data, fixed once inferred."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar, Final, NamedTuple

import numpy as np
import polars as pl

from glassnet.errors import CellError, DataError, ShapeError, did_you_mean, listed
from glassnet.plain import checked_dict, from_plain, malformed, to_plain
from glassnet.tables.categories import Boolean, Category
from glassnet.tables.columns import Column, Dropped
from glassnet.tables.dates import Date
from glassnet.tables.frames import frame_from
from glassnet.tables.notation import EXAMPLES
from glassnet.tables.numbers import Number
from glassnet.tables.piecewise import PiecewiseLinear

if TYPE_CHECKING:
    from numpy.typing import DTypeLike, NDArray

KINDS: Final[tuple[type[Column | Dropped], ...]] = (
    Number,
    PiecewiseLinear,
    Category,
    Boolean,
    Date,
    Dropped,
)


class Described(NamedTuple):
    """One line of `TablePlan.describe`: a column and the rows of X that it makes."""

    column: str
    kind: str
    rows: int
    details: str


@dataclass(frozen=True)
class TablePlan:
    """How a table becomes X (n_x, m), and X the table.

    Made from the training rows by `plan_table`, and saved with the model: every later table is
    encoded with the same centres, scales and values.

    Parameters
    ----------
    columns : tuple of Column or Dropped
        In the order of the training table.
    notations : tuple of pairs of str
        Columns of the training file, the target perhaps among them, and how it wrote them, such
        as ``("price", "decimal comma")``: later files are read as it was.

    Examples
    --------
    >>> from glassnet.tables import plan_table
    >>> houses = {"rooms": [2, 4], "coast": ["near", "far"]}
    >>> plan = plan_table(houses)
    >>> plan.names
    ('rooms', 'coast = far', 'coast = near')
    >>> plan.encode(houses)
    array([[-1.,  1.],
           [ 0.,  1.],
           [ 1.,  0.]])
    >>> plan.decode(plan.encode(houses)).to_dict(as_series=False)
    {'rooms': [2, 4], 'coast': ['near', 'far']}
    """

    kind: ClassVar[str] = "table"
    reads: ClassVar[str] = "a table"
    columns: tuple[Column | Dropped, ...]
    notations: tuple[tuple[str, str], ...] = ()

    @property
    def input_shape(self) -> tuple[int]:
        """(n_x,), the shape of one row as the network takes it."""
        return (len(self.names),)

    @property
    def used(self) -> tuple[Column, ...]:
        """The columns that make rows of X."""
        return tuple(column for column in self.columns if isinstance(column, Column))

    @property
    def dropped(self) -> tuple[Dropped, ...]:
        """The columns that do not, each with its reason."""
        return tuple(column for column in self.columns if isinstance(column, Dropped))

    @property
    def names(self) -> tuple[str, ...]:
        """The names of the n_x rows of X."""
        return tuple(name for column in self.used for name in column.names)

    def encode(self, data: object, *, dtype: DTypeLike = np.float64) -> NDArray[np.floating]:
        """The matrix X of a table.

        Parameters
        ----------
        data : pandas, polars or Arrow table, or dict of columns; m rows
            Its columns may stand in any order, and there may be more of them.
        dtype : float64 or float32

        Returns
        -------
        array, (n_x, m)
            Each example is contiguous in memory.

        Raises
        ------
        DataError
            For a missing column, no rows, a value that its column cannot hold, or one too large
            for `dtype`.
        """
        frame = frame_from(data)
        self._check_columns(frame)
        examples = np.empty((frame.height, len(self.names)), dtype)
        start = 0
        for column in self.used:
            rows = column.encode(frame[column.name])
            stop = start + rows.shape[1]
            with np.errstate(over="ignore"):  # the next line says it better
                examples[:, start:stop] = rows
            _check_finite(column, examples[:, start:stop])
            start = stop
        return examples.T

    def decode(self, X: NDArray[np.floating]) -> pl.DataFrame:
        """The table of a matrix X (n_x, m): every used column, numbers up to rounding."""
        if X.ndim != 2 or len(X) != len(self.names):
            raise ShapeError(
                f"the plan of {len(self.used)} columns cannot decode X of shape {X.shape}.",
                expected=f"X (n_x, m) with n_x = {len(self.names)}",
                received=f"shape {X.shape}",
                fix="pass the X that encode returned, one row for each of the plan's names",
            )
        ends = np.cumsum([len(column.names) for column in self.used])
        parts = np.split(X.T, ends[:-1], axis=1)
        return pl.DataFrame([c.decode(part) for c, part in zip(self.used, parts, strict=True)])

    def describe(self) -> tuple[Described, ...]:
        """One line per column of the training table: its kind, its rows of X, how it is encoded."""
        return tuple(
            Described(column.name, column.kind, len(column.names), column.details)
            if isinstance(column, Column)
            else Described(column.name, column.kind, 0, column.reason)
            for column in self.columns
        )

    def to_data(self) -> dict[str, Any]:
        """The plan as plain JSON data: dicts, lists, numbers and strings."""
        columns = [{"kind": column.kind, **to_plain(column)} for column in self.columns]
        # Left out where it is empty, as every plan has been written before there were any.
        notations = {"notations": dict(self.notations)} if self.notations else {}
        return {"columns": columns} | notations

    @classmethod
    def from_data(cls, data: object) -> TablePlan:
        """The plan that `to_data` turned into `data`.

        Raises
        ------
        Malformed
            For unknown or missing keys, values of another type, an unknown kind of column, or a
            column named twice.
        """
        written = {"notations": {}} | data if isinstance(data, dict) else data
        values = checked_dict(written, {"columns", "notations"}, "table")
        entries, notations = values["columns"], values["notations"]
        if not isinstance(entries, list):
            raise malformed("table.columns", "a list", entries)
        where = "table.columns[{}]"
        if not isinstance(notations, dict) or not all(
            isinstance(how, str) and how in EXAMPLES for how in notations.values()
        ):
            raise malformed("table.notations", f"one of {listed(EXAMPLES)} by name", notations)
        columns = tuple(_column(entry, where.format(i)) for i, entry in enumerate(entries))
        plan = cls(columns, tuple(notations.items()))
        names = [column.name for column in plan.columns]
        if len(set(names)) < len(names) or not plan.used:
            raise malformed("table.columns", "different names, one column or more in use", names)
        return plan

    def _check_columns(self, frame: pl.DataFrame) -> None:
        missing = [column.name for column in self.used if column.name not in frame.columns]
        if missing:
            known = [column.name for column in self.columns]
            raise DataError(
                f"the table lacks {len(missing)} of the {len(self.used)} columns that the model"
                f" was trained with: {listed(map(repr, missing))}. The feature names should match"
                " those that were passed during fit.",
                expected=f"the columns {listed(column.name for column in self.used)}, in any order",
                received=f"the columns {listed(frame.columns)}",
                fix=_to_find(missing[0], frame.columns, known),
            )
        if frame.is_empty():
            raise DataError(
                f"the table holds 0 sample(s) (shape=(0, {frame.width})) while a minimum of 1 is"
                " required.",
                expected="one row or more",
                received="0 rows",
                fix="check the file or the filter that made the table",
            )


def _to_find(missing: str, present: list[str], known: list[str]) -> str:
    """What to do about a column that is not there, beside those that are."""
    extra = [name for name in present if name not in known]
    if extra and _are_numbered(extra) and not _are_numbered(known):
        return "read the file with its header (without --no-header), or add the line of names"
    if extra and _are_numbered(known) and not _are_numbered(extra):
        return "read the file as training did, pass header=False (--no-header)"
    if extra:
        hint = did_you_mean(missing, extra)
        alike = len(extra) < len(present) or hint.startswith("did you mean")
        return f"for {missing!r}: {hint}" if alike else "pass the table that the model is for"
    return "add the columns, empty where the values are unknown"


def _are_numbered(names: list[str]) -> bool:
    """Whether these are the names that a file without a header gets."""
    return all(re.fullmatch(r"column_\d+", name) for name in names)


def _column(entry: object, where: str) -> Column | Dropped:
    if not isinstance(entry, dict) or "kind" not in entry:
        raise malformed(where, "an object with a kind", entry)
    for kind in KINDS:
        if kind.kind == entry["kind"]:
            fields = {key: value for key, value in entry.items() if key != "kind"}
            return from_plain(kind, fields, where)
    raise malformed(f"{where}.kind", listed(kind.kind for kind in KINDS), entry["kind"])


def _check_finite(column: Column, rows: NDArray[np.floating]) -> None:
    finite = np.isfinite(rows).all(axis=1)
    if not finite.all():
        row = int(finite.argmin())
        raise CellError(
            f"column {column.name!r} in row {row + 1}: value too large for dtype('{rows.dtype}').",
            expected=f"numbers that {rows.dtype} can hold: {column.details}",
            received=f"{column.name!r} encoded as {rows[row]}",
            fix="correct the value, or use dtype float64",
            row=row,
        )
