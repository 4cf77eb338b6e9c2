"""An experiment at the command line: trained before one's eyes, measured, written."""

from __future__ import annotations

import json
import math
import re
import tempfile
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import typer
from rich.console import Console
from rich.table import Table

from glassnet.cli.guard import INTERRUPTED, TERMINATED, Signals, Terminated
from glassnet.cli.text import console, figures, line, plain
from glassnet.errors import CheckpointError
from glassnet.experiments import Examples, Experiment, Learning, Study, run
from glassnet.model.file import save
from glassnet.report import write_report
from glassnet.report.verdict import verdict
from glassnet.training.progress import Progress
from glassnet.training.training import Result, Training

MODEL, REPORT = ".safetensors", ".html"
WIDEST_SCORES = 80

Files = tuple[Path, Path]
Scores = Mapping[str, Mapping[str, float]]


def experiment_with(
    study: Study | Examples,
    training: Training,
    beside: Callable[[], Scores],
    files: Files,
    *,
    told: Iterable[tuple[str, str]],
    more: Mapping[str, Any],
    as_json: bool,
) -> None:
    """Train, and write the model and the report beside each other.

    `told` is what was understood, a labelled line each; `more` goes into the JSON.
    """
    screen = console(quiet=as_json)
    for label, text in told:
        line(screen, label, text)
    # Before the training: what is interrupted later can be measured and saved at once.
    scores = beside()
    times = math.prod(study.parts["training"].Y.shape[:-2])
    with Signals() as signals, Progress(screen, training.epochs, times) as progress:
        made: Any = run(study, training=training, beside=scores, callbacks=(progress,))
    experiment: Experiment[Any] = made
    if experiment.interrupted and not experiment.result.updates:
        raise Terminated if signals.terminated else KeyboardInterrupt
    model_file, report_file = files
    save(experiment.model, model_file)
    write_report(experiment, report_file, model_file=model_file.name)
    if as_json:
        print(json.dumps(plain({**_as_data(experiment, files), **more})))
    else:
        _print_scores(screen, experiment)
        line(screen, "verdict", verdict(experiment))
        line(screen, "time", f"{experiment.seconds:.1f} s, {ended(experiment.learned)}")
        line(screen, "wrote", f"{model_file} and {report_file}")
    if experiment.interrupted:
        raise typer.Exit(TERMINATED if signals.terminated else INTERRUPTED)


def model_and_report(data: Path, out: Path | None) -> Files:
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


def ended(learned: Sequence[Learning]) -> str:
    """How the training of the network ended, or of each network."""
    told = [_ended(one) for one in learned]
    if len(told) == 1:
        return told[0]
    if len(set(told)) == 1:
        return f"each network: {told[0]}"
    if learned[1].result.stopped == "interrupted":
        return f"coarse network: {told[0]}; fine network: {_stopped(learned[1].result)}, left out"
    return f"coarse network: {told[0]}; fine network: {told[1]}"


def _ended(learning: Learning) -> str:
    told, best = _stopped(learning.result), learning.result.best_epoch
    if learning.anew is not None:
        return f"{told}; then {learning.anew} anew on the training and validation parts together"
    return told if best is None else f"{told}; the parameters of epoch {best + 1} are kept"


def _stopped(result: Result) -> str:
    epochs = len(result.history)
    return {
        "epochs": f"all {epochs} epochs" if epochs > 1 else "1 epoch",
        "early stopping": f"stopped early after epoch {epochs}",
        "interrupted": f"interrupted in epoch {epochs + 1}",
        "converged": f"converged after {epochs} iterations",
        "evaluations": f"the cost was evaluated as often as it may be, after {epochs} iterations",
        "line search failed": f"no better step was found after {epochs} iterations",
    }.get(result.stopped, result.stopped)


def _print_scores(screen: Console, experiment: Experiment[Any]) -> None:
    columns = {"glassnet": experiment.test, **experiment.baselines}
    table = Table(box=None, pad_edge=False, padding=(0, 4, 0, 0))
    table.add_column("  held-out", justify="left")
    for name in columns:
        table.add_column(name, justify="right")
    for metric in experiment.test:
        table.add_row(f"  {metric}", *figures([scores[metric] for scores in columns.values()]))
    width, screen.width = screen.width, max(screen.width, WIDEST_SCORES)
    screen.print(table)  # a narrow terminal wraps; no name is cut
    screen.width = width


def _as_data(experiment: Experiment[Any], files: Files) -> dict[str, Any]:
    study, result = experiment.study, experiment.result
    return {
        "source": study.source,
        "task": study.target.task,
        "target": study.target.name,
        "rows": {name: len(part.rows) for name, part in study.parts.items()},
        "seed": study.options.seed,
        "parameters": sum(int(W.size) for W in experiment.model.parameters.values()),
        "test": dict(experiment.test),
        "baselines": dict(experiment.baselines),
        "epochs": len(result.history),
        "best_epoch": experiment.model.record["best_epoch"],
        "stopped": result.stopped,
        "seconds": round(experiment.seconds, 3),
        "model": str(files[0]),
        "report": str(files[1]),
    }
