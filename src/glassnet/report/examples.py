"""The report of an experiment on examples that are no rows of a table."""

from __future__ import annotations

import json
import shlex
from collections.abc import Iterator

from glassnet import __version__
from glassnet.experiments import Examples, Experiment
from glassnet.report import facts
from glassnet.report.chart import Figure
from glassnet.report.equations import equations
from glassnet.report.picture import picture
from glassnet.report.predicted import Predicted, class_lines
from glassnet.report.svg import Drawing
from glassnet.report.templates import environment
from glassnet.report.training_figures import training
from glassnet.report.verdict import verdict
from glassnet.sequences.generate import generate
from glassnet.sequences.text import TextPlan


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
            written=_written(experiment),
            equations=equations(experiment),
            model_file=model_file,
            uses=list(_uses(study, shlex.quote(model_file))),
            in_python=json.dumps(model_file, ensure_ascii=False),
        )
    )


def _quality(draw: Drawing, experiment: Experiment[Examples]) -> Iterator[Figure]:
    """Where the network is right and where it is wrong."""
    yield from ()


def _written(experiment: Experiment[Examples]) -> str:
    """What a model of text writes."""
    if not isinstance(experiment.study.plan, TextPlan):
        return ""
    return generate(experiment.model, length=600, temperature=0.8)


def _uses(study: Examples, model_file: str) -> Iterator[str]:
    """The commands that go on from here."""
    if isinstance(study.plan, TextPlan):
        yield f"glassnet generate {model_file} --prompt 'Once' --length 300"
        yield f"glassnet evaluate {model_file} another.txt"
    yield f"glassnet explain {model_file}"
