"""``glassnet evaluate``: the scores of a model on labelled rows."""

from __future__ import annotations

import json
from pathlib import Path

from glassnet.cli.labelled import labelled_rows
from glassnet.cli.limits import Allowed
from glassnet.cli.text import console, figure, line, plain
from glassnet.experiments.scores import score
from glassnet.model.file import load
from glassnet.tables.several import split


def evaluate_table(
    model_file: Path, data: Path, *, header: bool, allow: Allowed, as_json: bool
) -> None:
    """Score the model on the rows of a file that have a target."""
    model = load(model_file, limits=allow.model)
    file, known = labelled_rows(model, data, header=header, allow=allow)
    _, target = model.for_tables()
    frame, name, rows = file.frame, target.name, int(known.sum())
    # All rows are encoded, so that an error counts them as the file does.
    with file.located():
        A = model.outputs(frame)
    scores = {
        f"{part.name} {metric}" if len(target.parts) > 1 else metric: value
        for part, own in split(target, A[:, known])
        for metric, value in score(part, frame[part.name].filter(known), own).items()
    }
    if as_json:
        print(json.dumps(plain({"rows": rows, "target": name, "test": scores})))
        return
    screen = console()
    line(screen, "table", f"{data.name}: {rows:,} {'row' if rows == 1 else 'rows'} with {name}")
    for metric, value in scores.items():
        line(screen, metric, figure(value))
