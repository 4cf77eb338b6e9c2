"""The report: everything about an experiment on one page that needs nothing else to be read."""

from __future__ import annotations

import json
import shlex
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from glassnet import __version__
from glassnet.experiments import Experiment
from glassnet.model.safe_write import write_file
from glassnet.report import curves, facts, numerals, quantity_figures, training_figures
from glassnet.report.calibration import calibration
from glassnet.report.chart import Figure
from glassnet.report.equations import course, equations
from glassnet.report.importance_figure import importance, importances
from glassnet.report.picture import MOST_LINKS, picture
from glassnet.report.predicted import ClassLine, Predicted, class_lines, confused
from glassnet.report.svg import Drawing
from glassnet.report.verdict import quantities, verdict
from glassnet.report.visible import visible

MOST_CLASSES: Final = 20
"""With more classes than these, the most confused pairs take the place of the matrix."""


def write_report(
    experiment: Experiment, path: str | Path, *, model_file: str | None = None
) -> None:
    """Write the report of an experiment as one HTML file.

    Parameters
    ----------
    experiment : Experiment
    path : str or Path
    model_file : str, optional
        The file that the report says how to load; left out, the model of the same name.

    Raises
    ------
    CheckpointError
        The file cannot be written; what stood there before is untouched.
    """
    model_file = model_file or Path(path).with_suffix(".safetensors").name
    content = render(experiment, model_file=model_file).encode()
    write_file(path, [content], len(content))


def render(experiment: Experiment, *, model_file: str = "model.safetensors") -> str:
    """The report of an experiment as HTML; the same experiment gives the same text."""
    draw, study = Drawing(), experiment.study
    predicted = Predicted.of(experiment)
    lines = class_lines(predicted) if predicted else []
    return (
        _environment()
        .get_template("page.html.j2")
        .render(
            version=__version__,
            study=study,
            verdict=verdict(experiment),
            anew=experiment.anew,
            warnings=list(facts.warnings(study)),
            scores=facts.score_lines(experiment),
            facts=list(facts.told(experiment)),
            columns=facts.column_lines(study),
            classes=facts.class_counts(study),
            picture=picture(draw, experiment.model),
            deep=experiment.model.network.graph.depth > MOST_LINKS,
            training=list(_training(draw, experiment)),
            predicted=predicted,
            matrix=len(lines) <= MOST_CLASSES,
            class_lines=lines,
            confused=confused(predicted) if predicted else [],
            quality=list(_quality(draw, experiment, predicted, lines)),
            importance=importance(draw, importances(experiment)),
            equations=equations(experiment),
            model_file=model_file,
            in_shell=shlex.quote(model_file),
            in_python=json.dumps(model_file, ensure_ascii=False),
        )
    )


def _training(draw: Drawing, experiment: Experiment) -> Iterator[Figure]:
    """How the training went; nothing where it ended before its first epoch."""
    history = experiment.result.history
    noisy = any(node.noise for node in experiment.model.network.graph.nodes)
    anew = experiment.anew
    if history:
        best = experiment.result.best_epoch
        yield training_figures.costs(draw, history, best, noisy=noisy, anew=anew)
        rates = training_figures.learning_rates(draw, history)
        if rates is not None:
            yield rates


def _quality(
    draw: Drawing, experiment: Experiment, predicted: Predicted | None, lines: list[ClassLine]
) -> Iterator[Figure]:
    """Where the network is right and where it is wrong."""
    if predicted is not None:
        for curve in (curves.roc, curves.precision_recall):
            figure = curve(draw, predicted, lines)
            if figure is not None:
                yield figure
        yield calibration(draw, predicted)
        return
    name = visible(experiment.study.target.name, 40)
    true, guessed = quantities(experiment)
    yield quantity_figures.predicted_and_true(draw, name, true, guessed)
    yield quantity_figures.mean_by_tenth(draw, name, true, guessed)
    yield quantity_figures.residual_histogram(draw, true, guessed)
    yield quantity_figures.residuals_and_predicted(draw, name, true, guessed)


def _environment() -> Environment:
    """Templates in which nothing is HTML unless it was made as such."""
    environment = Environment(
        loader=FileSystemLoader(Path(__file__).parent),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        finalize=lambda value: value if isinstance(value, Markup) else visible(str(value)),
    )
    environment.filters |= {
        "course": course,
        "percent": numerals.percent,
        "score": numerals.score,
        "visible": visible,
    }
    return environment
