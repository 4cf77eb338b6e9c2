"""Which columns carry nothing that a network could learn from, and the sentence that says so."""

from __future__ import annotations

import hashlib
import re
from typing import Final

import numpy as np
import polars as pl

from glassnet.errors import shown
from glassnet.tables.frames import codes_of

FEW: Final = 20
"""Rows or values below which a column is too short to be judged by how many values differ."""

DISTINCT: Final = 0.95
"""The share of different values from which text is an identifier, or free text."""

_IDENTIFIER: Final = re.compile(
    r"(?i:^|[\s_.-])(?i:id|index|key|uuid|guid|row|row_?names?|no|nr|number)$|[a-z](Id|ID)$"
    r"|^Unnamed: 0$"
)


def reason_to_drop(column: pl.Series) -> str | None:
    """Why a column cannot teach anything: empty, constant, an identifier; else None.

    Parameters
    ----------
    column : polars.Series, (m,)
        The training rows.

    Returns
    -------
    str or None

    Examples
    --------
    >>> import polars as pl
    >>> reason_to_drop(pl.Series("year", [2024, 2024]))
    'constant: every row holds 2024'
    """
    rows = len(column)
    if column.null_count() == rows:
        return "empty: every value is missing"
    distinct = column.n_unique()
    if distinct == 1:
        return f"constant: every row holds {shown(column[0])}"
    if column.dtype.is_integer() and distinct == rows and _IDENTIFIER.search(column.name):
        return f"identifier: a different whole number in each of the {rows:,} rows"
    values = column.drop_nulls()
    distinct = values.n_unique()
    if column.dtype == pl.String and len(values) > FEW and distinct >= DISTINCT * len(values):
        return f"identifier or free text: {distinct:,} of {len(values):,} values differ"
    return None


def content_key(column: pl.Series) -> bytes:
    """Equal for two columns that say the same in every row.

    Numbers and dates say the same where they are equal; text and booleans also where one is the
    other in different words (S, C, Q and Southampton, Cherbourg, Queenstown).
    """
    if column.dtype in (pl.String, pl.Boolean):
        return b"words" + hashlib.blake2b(codes_of(column).tobytes()).digest()
    numbers = column.to_physical().cast(pl.Float64).fill_null(np.nan).to_numpy()
    kind = b"numbers" if column.dtype.is_numeric() else b"dates"
    return kind + hashlib.blake2b(numbers.tobytes()).digest()
