"""The report: everything about an experiment on one page that needs nothing else to be read."""

from __future__ import annotations

import json
import shlex
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

from glassnet import __version__
from glassnet.experiments import Examples, Experiment, Study
from glassnet.model.safe_write import write_file
from glassnet.report import curves, facts, quantity_figures
from glassnet.report.calibration import calibration
from glassnet.report.chart import Figure
from glassnet.report.equations import equations
from glassnet.report.examples import render_examples
from glassnet.report.importance_figure import importance, importances
from glassnet.report.picture import MOST_LINKS, drawn, picture
from glassnet.report.predicted import ClassLine, Predicted, class_lines, confused
from glassnet.report.svg import Drawing
from glassnet.report.templates import environment
from glassnet.report.training_figures import training
from glassnet.report.verdict import quantities, verdict
from glassnet.report.visible import visible

MOST_CLASSES: Final = 20
"""With more classes than these, the most confused pairs take the place of the matrix."""


def write_report(
    experiment: Experiment[Any], path: str | Path, *, model_file: str | None = None
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
    page = render_examples if isinstance(experiment.study, Examples) else render
    content = page(experiment, model_file=model_file).encode()
    write_file(path, [content], len(content))


def render(experiment: Experiment[Study], *, model_file: str = "model.safetensors") -> str:
    """The report of an experiment as HTML; the same experiment gives the same text."""
    draw, study = Drawing(), experiment.study
    predicted = Predicted.of(experiment)
    lines = class_lines(predicted) if predicted else []
    return (
        environment()
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
            deep=drawn(experiment.model.network).graph.depth > MOST_LINKS,
            paired=drawn(experiment.model.network) is not experiment.model.network,
            training=list(training(draw, experiment)),
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


def _quality(
    draw: Drawing,
    experiment: Experiment[Study],
    predicted: Predicted | None,
    lines: list[ClassLine],
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
