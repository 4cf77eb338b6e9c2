"""``glassnet train``: understand, train, measure, write."""

from __future__ import annotations

import json
import re
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import typer
from rich.console import Console
from rich.table import Table

from glassnet.cli.guard import INTERRUPTED, TERMINATED, Signals, Terminated
from glassnet.cli.limits import Allowed
from glassnet.cli.text import console, figures, line, plain
from glassnet.errors import CheckpointError, listed
from glassnet.experiments import Experiment, Options, Study, baselines, recipe, run
from glassnet.glass.describe import parameter_count
from glassnet.model.file import save
from glassnet.network import Network
from glassnet.report import write_report
from glassnet.report.verdict import verdict
from glassnet.tables import Classes, class_counts, read_file, summarise
from glassnet.tables.notation import DAY_FIRST, DECIMAL_COMMA
from glassnet.training.progress import Progress

EXAMPLES = {
    DECIMAL_COMMA: "1.234,5 is one thousand two hundred thirty-four and a half",
    DAY_FIRST: "1.2.2025 is the first of February",
}
MODEL, REPORT = ".safetensors", ".html"
WIDEST_SCORES = 80


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
    screen = console(quiet=as_json)
    study = Study.of(
        read_file(data, header=header, limits=allow.table), target, options, source=data.name
    )
    model_file, report_file = _files(data, out)
    asked = study.target, study.training_rows, options
    network, training = recipe.network(*asked), recipe.training(*asked)
    for label, text in _understood(study):
        line(screen, label, text)
    # Before the training: what is interrupted later can be measured and saved at once.
    beside = baselines(study)
    line(screen, "network", _network(study, network))
    with Signals() as signals, Progress(screen, training.epochs) as progress:
        experiment = run(study, network, training, beside=beside, callbacks=(progress,))
    if experiment.interrupted and not experiment.result.updates:
        raise Terminated if signals.terminated else KeyboardInterrupt
    save(experiment.model, model_file)
    write_report(experiment, report_file, model_file=model_file.name)
    if as_json:
        print(json.dumps(plain(_as_data(experiment, model_file, report_file))))
    else:
        _print_scores(screen, experiment)
        line(screen, "verdict", verdict(experiment))
        line(screen, "time", f"{experiment.seconds:.1f} s, {_ended(experiment)}")
        line(screen, "wrote", f"{model_file} and {report_file}")
    if experiment.interrupted:
        raise typer.Exit(TERMINATED if signals.terminated else INTERRUPTED)


def _files(data: Path, out: Path | None) -> tuple[Path, Path]:
    """Where model and report go, once it is known that they can be written there.

    Raises
    ------
    CheckpointError
        Nothing can be written in the folder; better known before a training than after it.
    """
    own = Path(re.sub(r"(?<=.)(\.[A-Za-z]+)(\.gz|\.zip)?$", "", data.name))
    name = own if out is None else out / own if out.is_dir() else out
    if name.suffix in (MODEL, REPORT):
        name = name.with_suffix("")
    try:
        with tempfile.TemporaryFile(dir=name.parent):
            pass
    except OSError as error:
        raise CheckpointError(
            f"Nothing can be written in {str(name.parent)!r}: {error.strerror}.",
            expected="a folder that exists and may be written to",
            received=f"the model file {str(name) + MODEL!r}",
            fix="make the folder first, or choose another with --out",
        ) from None
    return name.with_name(name.name + MODEL), name.with_name(name.name + REPORT)


def _understood(study: Study) -> Iterator[tuple[str, str]]:
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


def _network(study: Study, network: Network) -> str:
    """``13 → 256 → 1, SiLU, Identity   3,841 parameters``."""
    sizes = network.dimensions((len(study.table.names),))
    units = [at.output[0] for at in sizes if at.parameters]
    kinds = dict.fromkeys(type(at.node.layer).__name__ for at in sizes if not at.parameters)
    widths = " → ".join(map(str, [len(study.table.names), *units]))
    return f"{widths}, {', '.join(kinds)}   {parameter_count(sizes):,} parameters"


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


def _ended(experiment: Experiment) -> str:
    result, epochs = experiment.result, len(experiment.result.history)
    ended = {
        "epochs": f"all {epochs} epochs" if epochs > 1 else "1 epoch",
        "early stopping": f"stopped early after epoch {epochs}",
        "interrupted": f"interrupted in epoch {epochs + 1}",
        "converged": f"converged after {epochs} iterations",
        "evaluations": f"the cost was evaluated as often as it may be, after {epochs} iterations",
        "line search failed": f"no better step was found after {epochs} iterations",
    }.get(result.stopped, result.stopped)
    if experiment.anew is not None:
        return f"{ended}; then {experiment.anew} anew on training and validation rows together"
    best = experiment.model.record["best_epoch"]
    return ended if best is None else f"{ended}; the parameters of epoch {best} are kept"


def _print_scores(screen: Console, experiment: Experiment) -> None:
    columns = {"glassnet": experiment.test, **experiment.baselines}
    table = Table(box=None, pad_edge=False, padding=(0, 4, 0, 0))
    table.add_column("  held-out", justify="left")
    for name in columns:
        table.add_column(name, justify="right")
    for metric in experiment.test:
        table.add_row(f"  {metric}", *figures([scores[metric] for scores in columns.values()]))
    screen.width = max(screen.width, WIDEST_SCORES)  # a narrow terminal wraps; no name is cut
    screen.print(table)


def _as_data(experiment: Experiment, model_file: Path, report_file: Path) -> dict[str, Any]:
    study, result = experiment.study, experiment.result
    return {
        "source": study.source,
        "task": study.target.task,
        "target": study.target.name,
        "columns": [item._asdict() for item in study.table.describe()],
        "notations": dict(study.notations),
        "leaks": [leak._asdict() for leak in study.leaks],
        "rows": {name: len(part.rows) for name, part in study.parts.items()},
        "unlabelled": study.unlabelled,
        "seed": study.options.seed,
        "parameters": sum(int(W.size) for W in result.parameters.values()),
        "test": dict(experiment.test),
        "baselines": dict(experiment.baselines),
        "epochs": len(result.history),
        "best_epoch": experiment.model.record["best_epoch"],
        "stopped": result.stopped,
        "seconds": round(experiment.seconds, 3),
        "model": str(model_file),
        "report": str(report_file),
    }
