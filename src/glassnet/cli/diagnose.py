"""``glassnet diagnose``: what the doctor finds in a model and its examples."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from glassnet.cli.labelled import labelled_rows
from glassnet.cli.limits import Allowed
from glassnet.cli.text import plain
from glassnet.glass.doctor import doctor
from glassnet.model.file import load
from glassnet.model.model import Model
from glassnet.tables.several import labels_in

if TYPE_CHECKING:
    import polars as pl

    Examples = tuple[pl.DataFrame, pl.Series | pl.DataFrame] | tuple[Any, Any]


def diagnose_model(
    model_file: Path,
    data: Path,
    validation: Path | None,
    *,
    header: bool,
    allow: Allowed,
    as_json: bool,
) -> None:
    """Print the findings; that there are some is no error."""
    model = load(model_file, limits=allow.model)
    held = _labelled(model, validation, header=header, allow=allow) if validation else None
    examples = _labelled(model, data, header=header, allow=allow)
    diagnosis = doctor(model, *examples, validation=held)
    print(json.dumps(plain(diagnosis.to_data())) if as_json else diagnosis)


def _labelled(model: Model, data: Path, *, header: bool, allow: Allowed) -> Examples:
    if model.plan is None or model.plan.kind != "table":
        from glassnet.cli.examples import labelled

        return labelled(model, data, header=header, allow=allow)
    file, known = labelled_rows(model, data, header=header, allow=allow)
    rows = file.frame.filter(known)
    return rows, labels_in(model.for_tables()[1], rows)
