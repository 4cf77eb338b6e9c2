"""``glassnet train --series``: a column of a table as a time series."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from glassnet.arrays import FloatArray
from glassnet.cli.limits import Allowed
from glassnet.cli.train_text import train_examples
from glassnet.errors import DataError, HyperparameterError, counted, did_you_mean, listed, shown
from glassnet.experiments import Options
from glassnet.experiments.series import of_series
from glassnet.tables import read_file


def train_series(
    data: Path,
    column: str,
    options: Options,
    *,
    window: int | None,
    horizon: int,
    header: bool,
    allow: Allowed,
    out: Path | None,
    as_json: bool,
) -> None:
    """Train a recurrent network on the windows of a column."""
    if window is None:
        raise HyperparameterError(
            "The '--window' option is missing: how many values does the network see?",
            fix=f"glassnet train {data} --series {column} --window 12",
        )
    values = read_series(data, column, header=header, allow=allow)
    names = {"name": column, "source": data.name}
    study = of_series(values, options, window=window, horizon=horizon, **names)
    train_examples(study, data, out, as_json=as_json)


def read_series(data: Path, column: str, *, header: bool, allow: Allowed) -> FloatArray:
    """The values of a column, in the order of the file.

    Raises
    ------
    DataError
        There is no such column, it holds no numbers, or it has gaps.
    """
    file = read_file(data, header=header, limits=allow.table)
    frame = file.frame
    if column not in frame.columns:
        raise DataError(
            f"{data.name} has no column {column!r}, the series.",
            expected=f"one of {listed(map(repr, frame.columns), most=30)}",
            received=f"{column!r}",
            fix=did_you_mean(column, frame.columns),
        )
    series = frame[column]
    if not series.dtype.is_numeric():
        first = shown(str(series.drop_nulls().first()))
        raise DataError(
            f"the column {column!r} holds no numbers, so it is no series.",
            expected="a number in every row",
            received=f"{first} in the first row that holds anything",
            fix="choose another column with --series, or correct the values",
        )
    values = series.cast(float).to_numpy()
    lacking = ~np.isfinite(values)
    gaps = np.sort([*file.places[lacking], *file.blank_lines()])
    if len(gaps):
        raise DataError(
            f"the series {column!r} has {counted(len(gaps), 'gap')}.",
            expected="a finite number in every row, at equal steps of time",
            received=f"none in {file.unit} {gaps[0]}, the first of them",
            fix="fill them in from the rows around, or train on a part without gaps",
        )
    return np.asarray(values, np.float64)
