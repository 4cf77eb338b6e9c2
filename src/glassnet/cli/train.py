"""``glassnet train`` on a table: understand it, then train, measure, write."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from glassnet.cli.experiment import experiment_with, model_and_report
from glassnet.cli.limits import Allowed
from glassnet.errors import listed
from glassnet.experiments import Options, Study, baselines, recipe
from glassnet.glass.describe import parameter_count
from glassnet.network import Network
from glassnet.tables import Classes, class_counts, read_file, summarise
from glassnet.tables.notation import EXAMPLES


def train_table(
    data: Path,
    target: str,
    options: Options,
    *,
    header: bool,
    allow: Allowed,
    out: Path | None,
    as_json: bool,
) -> None:
    """Train on the table in a file; write the model and the report beside each other."""
    study = Study.of(
        read_file(data, header=header, limits=allow.table), target, options, source=data.name
    )
    files = model_and_report(data, out)
    asked = study.target, study.training_rows, options
    experiment_with(
        *(study, recipe.training(*asked)),
        *(lambda: baselines(study), files),
        told=_understood(study, _networks(study, recipe.network(*asked))),
        more={
            "columns": [item._asdict() for item in study.table.describe()],
            "notations": dict(study.notations),
            "leaks": [leak._asdict() for leak in study.leaks],
            "unlabelled": study.unlabelled,
        },
        as_json=as_json,
    )


def _understood(study: Study, networks: str) -> Iterator[tuple[str, str]]:
    """What was understood, a labelled line each."""
    frame = study.frame
    size = f"{frame.height:,} rows, {frame.width} columns"
    yield "table", f"{study.source}: {size}: {summarise(frame)}"
    for how in dict.fromkeys(study.notations.values()):
        columns = [name for name, written in study.notations.items() if written == how]
        yield "read as", f"{how} ({EXAMPLES[how]}): {listed(columns, most=20)}"
    for dropped in study.table.dropped:
        yield "dropped", f"{dropped.name}: {dropped.reason}"
    if study.unlabelled:
        yield "left out", f"{study.unlabelled:,} rows without {study.target.name}"
    yield "task", f"{study.target.task} of {study.target.name} ({_target_range(study)})"
    for leak in study.leaks:
        yield "likely leak", f"{leak.sentence}; leave it out with --drop {leak.column}"
    parts = ", ".join(f"{len(part.rows):,} {name}" for name, part in study.parts.items())
    yield "rows", parts
    yield "network", networks


def _networks(study: Study, network: Network) -> str:
    """``13 → 256 → 1, SiLU, Identity   3,841 parameters``; in front of it, that there are two."""
    paired = recipe.pairs(study.target, study.training_rows, study.options)
    several = "the mean of two that read numbers coarsely and finely, each " if paired else ""
    sizes = network.dimensions((len(study.table.names),))
    units = [at.output[0] for at in sizes if at.parameters]
    kinds = dict.fromkeys(type(at.node.layer).__name__ for at in sizes if not at.parameters)
    widths = " → ".join(map(str, [len(study.table.names), *units]))
    return f"{several}{widths}, {', '.join(kinds)}   {parameter_count(sizes):,} parameters"


def _target_range(study: Study) -> str:
    target = study.target
    if isinstance(target, Classes):
        labels = [label for part in study.parts.values() for label in part.labels]
        counts = class_counts(labels)
        return ", ".join(f"{label} {count / len(labels):.0%}" for label, count in counts.items())
    capped = round(target.capped * len(study.parts["training"].rows))
    likely = target.capped > 0.01 and target.lowest < target.highest
    note = f"; {capped:,} training rows at the maximum: capped?" if likely else ""
    return f"{target.lowest:,g} … {target.highest:,g}{note}"
