"""``glassnet evaluate``: the scores of a model on labelled rows."""

from __future__ import annotations

import json
from pathlib import Path

from glassnet.cli.limits import Allowed
from glassnet.cli.text import console, figure, line, plain
from glassnet.errors import DataError
from glassnet.experiments.scores import score
from glassnet.model.file import load
from glassnet.tables import check_target, has_target, read_file


def evaluate_table(
    model_file: Path, data: Path, *, header: bool, allow: Allowed, as_json: bool
) -> None:
    """Score the model on the rows of a file that have a target."""
    model = load(model_file, limits=allow.model)
    plan, target = model.for_tables()
    file = read_file(data, header=header, limits=allow.table, decimal_commas=plan.decimal_commas)
    frame = file.frame
    name = target.name
    check_target(name, frame.columns, data.name)
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
    with file.located():
        A = model.outputs(frame)
    scores = score(target, frame[name].filter(known), A[:, known])
    if as_json:
        print(json.dumps(plain({"rows": rows, "target": name, "test": scores})))
        return
    screen = console()
    line(screen, "table", f"{data.name}: {rows:,} {'row' if rows == 1 else 'rows'} with {name}")
    for metric, value in scores.items():
        line(screen, metric, figure(value))
