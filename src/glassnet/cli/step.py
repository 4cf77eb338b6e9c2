"""``glassnet step``: updates of a model, stage by stage, forwards and back in time."""

from __future__ import annotations

import json
import sys
import warnings
from dataclasses import replace
from pathlib import Path
from typing import Any

from glassnet.cli.labelled import labelled_rows
from glassnet.cli.limits import Allowed
from glassnet.cli.text import plain
from glassnet.errors import DataError, GlassnetWarning
from glassnet.glass.steps import Stage, Steps
from glassnet.model.file import load
from glassnet.model.labelled import labelled
from glassnet.model.model import Model
from glassnet.optimizers import LBFGS, GradientDescent
from glassnet.tables.several import labels_in
from glassnet.training.task import Task
from glassnet.training.training import Training

KEYS = "Enter: on   b: back   u: next update   a number: that update   q: end"


def step_through(
    model_file: Path,
    data: Path,
    updates: int | None,
    *,
    anew: bool,
    header: bool,
    allow: Allowed,
    as_json: bool,
) -> None:
    """Print the stages of some updates; without a number, as the keyboard asks for them.

    The training is the model's own; one by L-BFGS, which has no such updates, is shown those of
    gradient descent.
    """
    model = load(model_file, limits=allow.model)
    X, Y, weights = _learnt_from(model, data, header=header, allow=allow)
    training = _training(model.training, Y.shape[-1])
    task = Task.of(model.network, X, Y, sample_weight=weights)
    steps = Steps(training, task, None if anew else model.parameters)
    if updates is None and not as_json and sys.stdin.isatty():
        _ask(steps)
        return
    stages = []
    for stage in steps:
        if stage.update > (updates or 1):
            break
        stages.append(_as_data(stage))
        if not as_json:
            print(stage, end="\n\n")
    if as_json:
        print(json.dumps(plain({"stages": stages})))


def _learnt_from(model: Model, data: Path, *, header: bool, allow: Allowed) -> tuple[Any, Any, Any]:
    """X, Y and weights of a file, as the network takes them."""
    if model.plan is None or model.plan.kind != "table":
        from glassnet.cli.examples import labelled as labelled_raw

        return labelled(model, *labelled_raw(model, data, header=header, allow=allow))
    file, known = labelled_rows(model, data, header=header, allow=allow)
    table, target = model.for_tables()
    with file.located():
        X = table.encode(file.frame, dtype=model.dtype)[:, known]
    return X, target.encode(labels_in(target, file.frame.filter(known)), dtype=model.dtype), None


def _training(training: Training | None, m: int) -> Training:
    training = training or Training()
    if isinstance(training.optimizer, LBFGS):
        warnings.warn(
            "The model was trained by L-BFGS, whose steps a line search finds: these are those of "
            "gradient descent, from the model's parameters.",
            GlassnetWarning,
            stacklevel=2,
        )
        training = replace(training, optimizer=GradientDescent())
    return replace(training, batch_size=min(training.batch_size or m, m))


def _ask(steps: Steps) -> None:
    """Show the stage that each line of the keyboard asks for."""
    print(f"{KEYS}\n")
    stage = next(steps)
    while True:
        print(stage, end="\n\n")
        try:
            asked = input("> ").strip().lower()
            if asked == "q":
                return
            stage = _next(steps, stage, asked)
        except EOFError:
            return
        except StopIteration:
            print("The training ends here.")
        except DataError as error:
            print(error)


def _next(steps: Steps, stage: Stage, asked: str) -> Stage:
    if asked == "":
        return next(steps)
    if asked == "b":
        return steps.back()
    if asked == "u":
        return steps.go_to(stage.update + 1)
    if asked.isdecimal():
        return steps.go_to(int(asked))
    raise DataError(f"There is no key {asked!r}.", fix=KEYS)


def _as_data(stage: Stage) -> dict[str, Any]:
    told = stage.explanation.to_data()
    return {"update": stage.update, "epoch": stage.epoch, "name": stage.name, **told}
