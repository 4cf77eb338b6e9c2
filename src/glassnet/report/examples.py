"""The report of an experiment on examples that are no rows of a table."""

from __future__ import annotations

import json
import shlex
from collections.abc import Iterator
from dataclasses import replace
from typing import Final

import numpy as np

from glassnet import __version__
from glassnet.arrays import FloatArray
from glassnet.experiments import Examples, Experiment
from glassnet.images.plan import ImagePlan
from glassnet.report import facts, quantity_figures
from glassnet.report.chart import Axes, Figure, Key, chart, level, upright
from glassnet.report.equations import equations
from glassnet.report.mistakes import mistakes
from glassnet.report.picture import picture
from glassnet.report.predicted import Predicted, class_lines
from glassnet.report.svg import Drawing
from glassnet.report.templates import environment
from glassnet.report.training_figures import training
from glassnet.report.verdict import quantities, verdict
from glassnet.report.visible import visible
from glassnet.sequences.generate import generate
from glassnet.sequences.series import SeriesPlan
from glassnet.sequences.text import TextPlan

MOST_TIMES: Final = 150
_CALLS: Final = {
    "images": 'model.predict("new-images")     # the class of every image in a folder',
    "series": "model.predict(values)           # what comes next behind a series (T,)",
    "text": 'gn.sequences.generate(model, "Once", length=300)',
}


def render_examples(
    experiment: Experiment[Examples], *, model_file: str = "model.safetensors"
) -> str:
    """The report of an experiment as HTML; the same experiment gives the same text."""
    draw, study = Drawing(), experiment.study
    single = experiment.outputs.ndim == 2
    predicted = Predicted.of(experiment) if single else None
    return (
        environment()
        .get_template("examples.html.j2")
        .render(
            version=__version__,
            study=study,
            verdict=verdict(experiment),
            scores=facts.score_lines(experiment),
            facts=[*study.facts, *facts.trained(experiment)],
            classes=facts.class_counts(study) if single else [],
            picture=picture(draw, experiment.model),
            training=list(training(draw, experiment)),
            predicted=predicted,
            class_lines=class_lines(predicted) if predicted else [],
            quality=list(_quality(draw, experiment)),
            mistakes=mistakes(experiment, predicted) if predicted else [],
            written=_written(experiment),
            equations=equations(experiment),
            model_file=model_file,
            uses=list(_uses(study, shlex.quote(model_file))),
            in_python_call=_CALLS[study.plan.kind],
            in_python=json.dumps(model_file, ensure_ascii=False),
        )
    )


def _quality(draw: Drawing, experiment: Experiment[Examples]) -> Iterator[Figure]:
    """Where the network is right and where it is wrong."""
    plan = experiment.study.plan
    if isinstance(plan, SeriesPlan):
        name = visible(plan.name, 40)
        true, guessed = quantities(experiment)
        first = slice(MOST_TIMES)
        if plan.horizon == 1:
            yield _over_time(draw, name, true[first], guessed[first])
        yield quantity_figures.predicted_and_true(draw, name, true, guessed)
        yield quantity_figures.residual_histogram(draw, true, guessed)


def _over_time(draw: Drawing, name: str, true: FloatArray, guessed: FloatArray) -> Figure:
    """The held-out values and what was predicted of them from the values before."""
    times = np.arange(1.0, len(true) + 1)
    axes = Axes(
        replace(level([1.0, float(len(true))]), whole=True),
        upright([*map(float, true), *map(float, guessed)]),
        "held-out values, in order",
        name,
    )
    marks = (axes.line(times, true, "c2"), axes.line(times, guessed, "c1"))
    return Figure(
        "Over time",
        chart(draw, "True and predicted values over time", axes, *marks),
        f"The first {len(true):,} of the held-out values, each predicted from the true values"
        " before it, one step ahead.",
        (Key("c2", "true"), Key("c1", "predicted")),
    )


def _written(experiment: Experiment[Examples]) -> str:
    """What a model of text writes."""
    if not isinstance(experiment.study.plan, TextPlan):
        return ""
    return generate(experiment.model, length=300, temperature=0.8)


def _uses(study: Examples, model_file: str) -> Iterator[str]:
    """The commands that go on from here."""
    if isinstance(study.plan, ImagePlan):
        yield f"glassnet predict {model_file} new-images -o classes.csv"
        yield f"glassnet evaluate {model_file} labelled-images"
    if isinstance(study.plan, SeriesPlan):
        yield f"glassnet predict {model_file} until-today.csv"
        yield f"glassnet evaluate {model_file} later.csv"
    if isinstance(study.plan, TextPlan):
        yield f"glassnet generate {model_file} --prompt 'Once' --length 300"
        yield f"glassnet evaluate {model_file} another.txt"
    yield f"glassnet explain {model_file}"
