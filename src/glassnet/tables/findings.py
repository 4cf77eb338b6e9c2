"""What a person should know about a table before a network learns from it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np
import polars as pl

from glassnet.errors import counted, listed
from glassnet.tables.categories import Category
from glassnet.tables.dates import with_dates
from glassnet.tables.frames import codes_of, frame_from, named, series_from

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from glassnet.tables.plan import TablePlan

ROWS_PER_VALUE: Final = 5
"""A column must repeat its values this often, on average, before a pattern in them counts."""

ERRORS_LEFT: Final = 0.01
"""A leak leaves at most this share of the errors that the most frequent class makes."""

CORRELATION: Final = 0.9999


class Finding(NamedTuple):
    """A column, and a sentence about it."""

    column: str
    sentence: str


def likely_leaks(data: object, target: object, *, name: str = "target") -> tuple[Finding, ...]:
    """The columns from which the target can be read: they will not be known at predict.

    Parameters
    ----------
    data : pandas, polars or Arrow table, or dict of columns; m rows
        Without the target.
    target : series, array or list, (m,)
        The target of every row.
    name : str
        What the sentences call a target without a name.

    Returns
    -------
    tuple of Finding
        One for each column that repeats the target's values one to one, whose values give the
        target away in nearly all rows, or that correlates with it at 0.9999 or more.

    Examples
    --------
    >>> survived = [0, 1, 0, 1, 0, 1, 0, 1, 0, 1]
    >>> alive = ["no", "yes"] * 5
    >>> likely_leaks({"alive": alive}, survived, name="survived")[0].sentence
    "'alive' repeats 'survived' one to one"
    """
    y = series_from(target, named(target, name))
    findings = []
    for column in frame_from(data):
        sentence = _leak(column, y)
        if sentence is not None:
            findings.append(Finding(column.name, f"{column.name!r} {sentence}"))
    return tuple(findings)


def surprises(plan: TablePlan, data: object) -> tuple[Finding, ...]:
    """What a later table holds that the training rows did not: its encoding is a guess.

    Parameters
    ----------
    plan : TablePlan
    data : pandas, polars or Arrow table, or dict of columns

    Returns
    -------
    tuple of Finding
        One for each column with categories that training never saw, or with values missing
        where none were.

    Examples
    --------
    >>> from glassnet.tables import plan_table
    >>> plan = plan_table({"coast": ["near", "far", "far", "near"]})
    >>> surprises(plan, {"coast": ["near", "inland", None]})[0].sentence
    "'coast': 1 value that training never saw, 1 missing where none was"
    """
    frame = frame_from(data)
    findings = []
    for column in plan.used:
        cells = frame[column.name]
        told = []
        if isinstance(column, Category) and not column.other:
            unseen = int((~cells.cast(pl.String).is_in(column.values)).sum())
            told += [f"{counted(unseen, 'value')} that training never saw"] if unseen else []
        marked = f"{column.name} is missing" in column.names
        absent = 0 if marked else cells.null_count()
        told += [f"{absent:,} missing where none was"] if absent else []
        if told:
            findings.append(Finding(column.name, f"{column.name!r}: {', '.join(told)}"))
    return tuple(findings)


def summarise(data: object) -> str:
    """The columns of a table by kind, and what is missing, in one line.

    Text of which every value is a date, such as 2025-12-31, counts as a date.

    Parameters
    ----------
    data : pandas, polars or Arrow table, or dict of columns

    Returns
    -------
    str

    Examples
    --------
    >>> summarise({"rooms": [2, 4, None], "coast": ["near", "far", "near"]})
    '1 number, 1 category (coast, 2 values), 1 missing value in rooms'
    """
    frame = with_dates(frame_from(data))
    text = [column for column in frame if column.dtype == pl.String]
    values = {c.name: c.drop_nulls().n_unique() for c in text}
    missing = {c.name: c.null_count() for c in frame if c.null_count()}
    parts = [
        counted(sum(c.dtype.is_numeric() for c in frame), "number"),
        counted(len(text), "category", "categories") + _values_per_category(values),
        counted(sum(c.dtype == pl.Boolean for c in frame), "boolean"),
        counted(sum(c.dtype in (pl.Date, pl.Datetime) for c in frame), "date"),
        counted(sum(missing.values()), "missing value") + _missing_per_column(missing),
    ]
    return ", ".join(part for part in parts if not part.startswith("0 "))


def class_counts(target: object) -> dict[object, int]:
    """How many rows each class has, the most frequent first.

    Examples
    --------
    >>> class_counts(["no", "yes", "no"])
    {'no': 2, 'yes': 1}
    """
    counts = series_from(target, "y").value_counts(sort=True, name="rows")
    return dict(counts.sort(["rows", "y"], descending=[True, False]).iter_rows())


def _values_per_category(values: dict[str, int]) -> str:
    if len(values) == 1:
        return "".join(f" ({name}, {counted(n, 'value')})" for name, n in values.items())
    return f" (values: {listed(f'{name} {n}' for name, n in values.items())})"


def _missing_per_column(missing: dict[str, int]) -> str:
    if len(missing) == 1:
        return f" in {next(iter(missing))}"
    return f" ({listed(f'{name} {n:,}' for name, n in missing.items())})"


def _leak(column: pl.Series, target: pl.Series) -> str | None:
    """What `column` gives away about the target, over the rows that have both."""
    both = column.is_not_null() & target.is_not_null()
    x, y = column.filter(both), target.filter(both)
    if len(x) < ROWS_PER_VALUE or y.n_unique() < 2:
        return None
    if x.dtype.is_numeric() and y.dtype.is_numeric() and x.n_unique() > 1:
        r = _correlation(x.cast(pl.Float64).to_numpy(), y.cast(pl.Float64).to_numpy())
        if abs(r) >= CORRELATION:
            same = "repeats" if x.n_unique() == y.n_unique() else "nearly repeats"
            return f"{same} {y.name!r}: their correlation is {r:.6f}"
    if max(x.n_unique(), y.n_unique()) * ROWS_PER_VALUE > len(x):
        return None
    return _gives_away(codes_of(x), codes_of(y), y.name)


def _gives_away(x: NDArray[np.int64], y: NDArray[np.int64], target: str) -> str | None:
    """Whether the most frequent class under each value of x is nearly always the right one."""
    rows = len(x)
    together = np.zeros((x.max() + 1, y.max() + 1), dtype=np.int64)
    np.add.at(together, (x, y), 1)
    errors = rows - together.max(axis=1).sum()
    if errors > ERRORS_LEFT * (rows - together.sum(axis=0).max()):
        return None
    if errors == 0 and len(together) == together.shape[1]:
        return f"repeats {target!r} one to one"
    return f"gives {target!r} away in {rows - errors:,} of {rows:,} rows"


def _correlation(x: NDArray[np.float64], y: NDArray[np.float64]) -> float:
    """Pearson's r of two columns that vary; 0 where rounding leaves nothing to compare."""
    x, y = x - x.mean(), y - y.mean()
    norms = float(np.linalg.norm(x) * np.linalg.norm(y))
    return float(x @ y) / norms if np.isfinite(norms) and norms > 0 else 0.0
