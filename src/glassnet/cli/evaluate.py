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
    labelled = frame.filter(has_target(frame[name]))
    scores = score(target, labelled[name], model.outputs(labelled))
    if as_json:
        print(json.dumps(plain({"rows": labelled.height, "target": name, "test": scores})))
        return
    screen = console()
    line(screen, data.name, f"{labelled.height:,} rows with {name}")
    for metric, value in scores.items():
        line(screen, metric, figure(value))
