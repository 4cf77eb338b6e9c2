"""``glassnet evaluate``: the scores of a model on labelled rows."""

from __future__ import annotations

import json
from pathlib import Path

from glassnet.cli.text import console, figure, line, plain
from glassnet.errors import DataError, did_you_mean, listed
from glassnet.experiments.scores import score
from glassnet.model.file import load
from glassnet.tables import has_target, read_table


def evaluate_table(model_file: Path, data: Path, *, header: bool, as_json: bool) -> None:
    """Score the model on the rows of a file that have a target."""
    model = load(model_file)
    frame = read_table(data, header=header)
    _, target = model.for_tables()
    name = target.name
    if name not in frame.columns:
        raise DataError(
            f"{data.name} has no column {name!r} to compare the predictions with.",
            expected=f"the target {name!r}",
            received=f"the columns {listed(frame.columns)}",
            fix=did_you_mean(name, frame.columns),
        )
    known = has_target(frame[name])
    rows = int(known.sum())
    if not rows:
        raise DataError(
            f"{data.name} holds no row with the target {name!r}.",
            expected="one row or more whose target is known",
            received=f"{frame.height:,} rows without it",
            fix="glassnet predict needs no target",
        )
    # All rows are encoded, so that an error counts them as the file does.
    scores = score(target, frame[name].filter(known), model.outputs(frame)[:, known])
    if as_json:
        print(json.dumps(plain({"rows": rows, "target": name, "test": scores})))
        return
    screen = console()
    line(screen, "table", f"{data.name}: {rows:,} {'row' if rows == 1 else 'rows'} with {name}")
    for metric, value in scores.items():
        line(screen, metric, figure(value))
