"""``glassnet predict``: a prediction for every row of a table, or for what is no table."""

from __future__ import annotations

import json
import re
import sys
import warnings
from pathlib import Path

import polars as pl

from glassnet.cli.limits import Allowed
from glassnet.cli.predicted import as_table
from glassnet.cli.text import console, line, plain
from glassnet.errors import CheckpointError, GlassnetWarning, HyperparameterError
from glassnet.model.file import load
from glassnet.model.model import Model
from glassnet.tables import read_file, surprises

FORMULA = r"^[=+\-@\t\r]"
WRITERS = {
    ".csv": lambda table, path: table.write_csv(path),
    ".tsv": lambda table, path: table.write_csv(path, separator="\t"),
    ".parquet": lambda table, path: table.write_parquet(path),
}


def predict_file(
    model_file: Path,
    data: Path,
    out: Path | None,
    *,
    quote: bool,
    header: bool,
    allow: Allowed,
    as_json: bool,
) -> None:
    """Predict the rows of a file; write them to `out`, or to standard output as CSV.

    With `quote`, no text of the model's can be a formula of whoever opens the file.
    """
    if out is not None and out.suffix.lower() not in WRITERS:
        raise HyperparameterError(
            f"The '--out' option must end in {', '.join(WRITERS)}. Got {str(out)!r} instead.",
            fix=f"-o {out.with_suffix('.csv')}",
        )
    model = load(model_file, limits=allow.model)
    if model.plan is not None and model.plan.kind == "table":
        table = _of_table(model, data, header=header, allow=allow)
    else:
        from glassnet.cli.examples import predicted

        table = predicted(model, data, header=header, allow=allow)
    table = quoted(table) if quote else table
    if out is not None:
        _write(table, out)
    if as_json:
        told = {"rows": table.height} | (
            {"out": str(out)} if out else {"predictions": table.rows(named=True)}
        )
        print(json.dumps(plain(told)))
    elif out is not None:
        line(console(), "wrote", f"{out}: {table.height:,} predictions of {table.columns[0]}")
    else:
        sys.stdout.write(table.write_csv())
        sys.stdout.flush()


def _of_table(model: Model, data: Path, *, header: bool, allow: Allowed) -> pl.DataFrame:
    plan, _ = model.for_tables()
    file = read_file(data, header=header, limits=allow.table, notations=dict(plan.notations))
    with file.located():
        table = as_table(model, model.outputs(file.frame))
    for finding in surprises(plan, file.frame):
        warnings.warn(finding.sentence, GlassnetWarning, stacklevel=1)
    return table


def quoted(table: pl.DataFrame) -> pl.DataFrame:
    """The table with ' before every text, and every name, that a spreadsheet takes for a formula.

    >>> quoted(pl.DataFrame({"=a": ["@x", "y"], "b": [-1, 2]})).to_dict(as_series=False)
    {"'=a": ["'@x", 'y'], 'b': [-1, 2]}
    """
    text = pl.col(pl.String).str.replace(FORMULA, "'${0}")
    return table.with_columns(text).rename(lambda name: re.sub(FORMULA, r"'\g<0>", name))


def _write(table: pl.DataFrame, out: Path) -> None:
    try:
        WRITERS[out.suffix.lower()](table, out)
    except OSError as error:
        raise CheckpointError(
            f"{out} cannot be written: {error.strerror or error}.",
            received=str(out),
            fix="choose a folder that exists and may be written to",
        ) from None
