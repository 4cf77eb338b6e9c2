"""``glassnet evaluate``: the scores of a model on data whose labels are known."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

from glassnet.cli.labelled import labelled_rows
from glassnet.cli.limits import Allowed
from glassnet.cli.text import console, figure, line, plain
from glassnet.errors import counted, warn
from glassnet.experiments.scores import score, score_quantile
from glassnet.model.file import load
from glassnet.model.model import Model, PredictedColumn
from glassnet.tables import Quantity

if TYPE_CHECKING:
    import polars as pl


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
    if model.plan is None or model.plan.kind == "table":
        kind, (rows, scores) = "table", _of_table(model, data, header=header, allow=allow)
        _, target = model.for_tables()
        told = f"{counted(rows, 'row')} with {target.name}"
    else:
        from glassnet.cli.examples import scored

        kind, (rows, told, scores) = (
            model.plan.kind,
            scored(model, data, header=header, allow=allow),
        )
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
    return int(known.sum()), {
        f"{column.name} {metric}" if len(columns) > 1 else metric: value
        for column in columns
        for metric, value in _scores(column, file.frame[column.target.name].filter(known)).items()
    }


def _scores(column: PredictedColumn, labels: pl.Series) -> dict[str, float]:
    if isinstance(column.target, Quantity) and column.quantile is not None:
        return score_quantile(column.target, labels, column.A, column.quantile)
    return score(column.target, labels, column.A)
