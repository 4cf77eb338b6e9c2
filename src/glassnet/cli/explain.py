"""``glassnet explain``: what the model is, or what it did with one row."""

from __future__ import annotations

import json
from pathlib import Path

from glassnet.cli.limits import Allowed
from glassnet.errors import HyperparameterError
from glassnet.glass.explain import explain
from glassnet.model.file import load
from glassnet.tables import read_file


def explain_model(
    model_file: Path,
    data: Path | None,
    row: int | None,
    *,
    header: bool,
    allow: Allowed,
    as_json: bool,
) -> None:
    """Print an explanation of the model in a file, or of one example."""
    model = load(model_file, limits=allow.model)
    table = model.plan is None or model.plan.kind == "table"
    if (data is None and row is not None) or (table and data is not None and row is None):
        raise HyperparameterError(
            "The row to explain needs both DATA and --row. Got one of them.",
            fix=f"glassnet explain {model_file} data.csv --row 1",
        )
    if data is None:
        explanation = explain(model)
    elif table:
        known = dict(model.for_tables()[0].notations)
        file = read_file(data, header=header, limits=allow.table, notations=known)
        explanation = explain(model, file.frame, row=row)
    else:
        from glassnet.cli.examples import raw

        explanation = explain(model, raw(model, data, header=header, allow=allow), row=row)
    print(json.dumps(explanation.to_data()) if as_json else explanation)
