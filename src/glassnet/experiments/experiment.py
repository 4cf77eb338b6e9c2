"""An experiment: train on a study, measure on rows that no choice has seen."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Generic, TypeVar

from glassnet.arrays import FloatArray
from glassnet.experiments import recipe
from glassnet.experiments.baselines import baselines
from glassnet.experiments.examples import Examples
from glassnet.experiments.refit import refit
from glassnet.experiments.study import Study
from glassnet.model.model import Model
from glassnet.model.plan import labels_from
from glassnet.network import Network
from glassnet.training.task import Task
from glassnet.training.training import Callback, Result, Training

S = TypeVar("S", Study, Examples)


@dataclass(frozen=True, eq=False)
class Experiment(Generic[S]):
    """A trained model with its figures.

    Attributes
    ----------
    study : Study or Examples
    training : Training
        The hyper-parameters.
    result : Result
        The training with a validation part: its history, and why it ended.
    refitted : Result or None
        The training on both parts that followed, in a small table; the model has its parameters
        unless it was interrupted.
    model : Model
        What predicts from raw rows, ready to be saved.
    outputs : array, (n_y, m)
        A[L] of the test rows.
    test : mapping of str to float
        The scores of the test rows.
    baselines : mapping
        The same scores of the linear model and of the constant.
    seconds : float
        Of training.
    """

    study: S
    training: Training
    result: Result
    refitted: Result | None
    model: Model
    outputs: FloatArray
    test: Mapping[str, float]
    baselines: Mapping[str, Mapping[str, float]]
    seconds: float

    @property
    def interrupted(self) -> bool:
        """Whether Ctrl-C ended one of the trainings."""
        return "interrupted" in (self.result.stopped, self.refitted and self.refitted.stopped)

    @property
    def anew(self) -> int | None:
        """For how many epochs the model was trained again on all rows; None where it was not."""
        epochs: int | None = self.model.record["refitted_epochs"]
        return epochs


def run(
    study: S,
    network: Network | None = None,
    training: Training | None = None,
    *,
    beside: Mapping[str, Mapping[str, float]] | None = None,
    callbacks: tuple[Callback, ...] = (),
) -> Experiment[S]:
    """Train, by the recipe where nothing else is given, then measure.

    `beside` are the scores of `baselines`, where they are known already.

    Ctrl-C ends the training early with the best parameters so far.

    Raises
    ------
    DivergenceError
    """
    learn, check, test = (study.parts[name] for name in ("training", "validation", "test"))
    rows, options = study.training_rows, study.options
    if isinstance(study, Study):
        simple = baselines(study) if beside is None else beside
        network = network or recipe.network(study.target, rows, options)
        training = training or recipe.training(study.target, rows, options)
    else:
        simple = study.baselines if beside is None else beside
        network, training = network or study.network, training or study.training
    began = time.perf_counter()
    task = Task.of(network, learn.X, learn.Y, validation=(check.X, check.Y))
    result = training.run(task, callbacks=callbacks)
    finished = result.stopped != "interrupted" and recipe.refits(rows, options)
    both = (learn.X, learn.Y), (check.X, check.Y)
    again = refit(network, training, result, *both) if finished else None
    seconds = time.perf_counter() - began
    anew = again is not None and again.stopped != "interrupted"
    parameters = again.parameters if again and anew else result.parameters
    outputs = labels_from(study.plan, network.predict(parameters, test.X), test.X)
    scores = study.score(outputs)
    best = result.history[result.best_epoch] if result.best_epoch is not None else None
    model = Model(
        network=network,
        parameters=parameters,
        input_shape=study.plan.input_shape,
        plan=study.plan,
        target=study.target,
        training=training,
        record={
            "source": study.source,
            "rows": {name: len(part.rows) for name, part in study.parts.items()},
            "epochs": len(result.history),
            "best_epoch": best and best.number + 1,
            "stopped": result.stopped,
            "refitted_epochs": len(again.history) if again and anew else None,
            "cost": best and best.cost,
            "validation_cost": best and best.validation_cost,
            "test": scores,
            "baselines": simple,
            "history": result.history.to_data(),
        },
    )
    return Experiment(study, training, result, again, model, outputs, scores, simple, seconds)
