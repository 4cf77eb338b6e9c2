"""``glassnet explain``: what the model is, or what it did with one row."""

from __future__ import annotations

import json
from pathlib import Path

from glassnet.errors import HyperparameterError
from glassnet.glass.explain import explain
from glassnet.model.file import load
from glassnet.tables import read_table


def explain_model(
    model_file: Path, data: Path | None, row: int | None, *, header: bool, as_json: bool
) -> None:
    """Print an explanation of the model in a file, or of one row of a table."""
    if (data is None) != (row is None):
        raise HyperparameterError(
            "The row to explain needs both DATA and --row. Got one of them.",
            fix=f"glassnet explain {model_file} data.csv --row 1",
        )
    frame = None if data is None else read_table(data, header=header)
    explanation = explain(load(model_file), frame, row=row)
    print(json.dumps(explanation.to_data()) if as_json else explanation)
