"""``glassnet train`` on a text, and on whatever else is no table."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from glassnet.cli.experiment import experiment_with, model_and_report
from glassnet.errors import DataError, ResourceLimitError
from glassnet.experiments import Examples, Options
from glassnet.experiments.text import of_text
from glassnet.glass.describe import parameter_count
from glassnet.images.paths import opened

MOST_BYTES: Final = 2**28
EXPECTED: Final = "a text file in UTF-8"


def train_text(
    data: Path, options: Options, *, words: bool, out: Path | None, as_json: bool
) -> None:
    """Train a model of the characters, or words, of a text."""
    study = of_text(read_text(data), options, source=data.name, words=words)
    train_examples(study, data, out, as_json=as_json)


def train_examples(study: Examples, data: Path, out: Path | None, *, as_json: bool) -> None:
    """Train on examples that are understood; write the model and the report."""
    files = model_and_report(data, out)
    experiment_with(
        *(study, study.training, lambda: study.baselines, files),
        told=[*study.facts, ("network", _network(study))],
        more={"facts": dict(study.facts)},
        as_json=as_json,
    )


def _network(study: Examples) -> str:
    """``Embedding 24 → GRU 128 → Dense 61 → Softmax   73,245 parameters``."""
    placed = study.network.dimensions(study.plan.input_shape)
    told = [
        f"{type(at.node.layer).__name__} {at.output[-2] if at.parameters else ''}".strip()
        for at in placed
    ]
    return f"{' → '.join(told)}   {parameter_count(placed):,} parameters"


def read_text(path: Path) -> str:
    """The text of a file, its line ends as \\n.

    Raises
    ------
    UnreadableFile, DataError, ResourceLimitError
    """
    with opened(path, EXPECTED) as stream:
        content = stream.read(MOST_BYTES + 1)
    if len(content) > MOST_BYTES:
        raise ResourceLimitError(
            f"{path.name} is too long a text.",
            expected=f"at most {MOST_BYTES:,} bytes",
            received="more",
            fix="pass a part of it",
        )
    try:
        return content.decode("utf-8-sig").replace("\r\n", "\n").replace("\r", "\n")
    except UnicodeDecodeError as error:
        raise DataError(
            f"{path.name} is no text in UTF-8.",
            expected=EXPECTED,
            received=f"byte {content[error.start]:#04x} at place {error.start:,}",
            fix="save it as UTF-8",
        ) from None
