"""``glassnet evaluate``: the scores of a model on data whose labels are known."""

from __future__ import annotations

import json
from pathlib import Path

from glassnet.cli.labelled import labelled_rows
from glassnet.cli.limits import Allowed
from glassnet.cli.text import console, figure, line, plain
from glassnet.errors import counted, warn
from glassnet.experiments.scores import score_columns
from glassnet.model.file import load
from glassnet.model.model import Model


def evaluate_model(
    model_file: Path, data: Path, *, header: bool, allow: Allowed, as_json: bool
) -> None:
    """Score the model in a file on labelled data of its kind."""
    model = load(model_file, limits=allow.model)
    if data.name == model.record.get("source"):
        warn(
            f"{data.name} is called as the data that this model has learned from, on which its "
            "scores are better than on others; those on held-out data are in its report."
        )
    kind = model.plan.kind if model.plan else "arrays"
    if kind == "table":
        rows, scores = _of_table(model, data, header=header, allow=allow)
        _, target = model.for_tables()
        told = f"{counted(rows, 'row')} with {target.name}"
    else:
        from glassnet.cli.examples import scored

        rows, told, scores = scored(model, data, header=header, allow=allow)
    if as_json:
        name = model.target and model.target.name
        print(json.dumps(plain({"rows": rows, "target": name, "test": scores})))
        return
    screen = console()
    line(screen, kind, f"{data.name}: {told}")
    for metric, value in scores.items():
        line(screen, metric, figure(value))


def _of_table(
    model: Model, data: Path, *, header: bool, allow: Allowed
) -> tuple[int, dict[str, float]]:
    """How many rows of a file have a target, and the scores on them."""
    file, known = labelled_rows(model, data, header=header, allow=allow)
    # All rows are encoded, so that an error counts them as the file does.
    with file.located():
        columns = list(model.columns(model.outputs(file.frame)[:, known]))
    rows = file.frame.filter(known)
    labels = {column.target.name: rows[column.target.name] for column in columns}
    return rows.height, score_columns(columns, labels)
