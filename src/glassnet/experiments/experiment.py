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
from glassnet.experiments.learning import Learning, learn
from glassnet.experiments.pair import coarsely, learn_pair
from glassnet.experiments.study import Study
from glassnet.model.model import Model
from glassnet.model.plan import labels_from
from glassnet.network import Network
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
    learned : tuple of Learning
        The trainings of the network, or of each of a pair (`glassnet.experiments.pair`), the
        coarse one first. The second of a pair is in the model unless it was interrupted.
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
    learned: tuple[Learning, ...]
    model: Model
    outputs: FloatArray
    test: Mapping[str, float]
    baselines: Mapping[str, Mapping[str, float]]
    seconds: float

    @property
    def interrupted(self) -> bool:
        """Whether Ctrl-C ended one of the trainings."""
        return any(one.interrupted for one in self.learned)

    @property
    def result(self) -> Result:
        """The training with a validation part; of a pair, that of the coarse network."""
        return self.learned[0].result

    @property
    def anew(self) -> int | None:
        """For how many epochs the network learnt anew from all rows; None where it did not."""
        return self.learned[0].anew


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
    seen, check, test = (study.parts[name] for name in ("training", "validation", "test"))
    rows, options = study.training_rows, study.options
    learned: tuple[Learning, ...]
    R: FloatArray | None = None
    if isinstance(study, Study):
        simple = baselines(study) if beside is None else beside
        if network is None and recipe.pairs(study.target, rows, options):
            R = coarsely(study.table)
        network = network or recipe.network(study.target, rows, options)
        training = training or recipe.training(study.target, rows, options)
    else:
        simple = study.baselines if beside is None else beside
        network, training = network or study.network, training or study.training
    began = time.perf_counter()
    parts = (seen.X, seen.Y), (check.X, check.Y)
    if R is None:
        again = recipe.refits(rows, options)
        learned = (learn(network, training, *parts, anew=again, callbacks=callbacks),)
        parameters = learned[0].parameters
    else:
        learned, network, parameters = learn_pair(network, training, R, *parts, callbacks)
    seconds = time.perf_counter() - began
    outputs = labels_from(study.plan, network.predict(parameters, test.X), test.X)
    scores = study.score(outputs)
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
            **learned[0].to_data(),
            "test": scores,
            "baselines": simple,
            **({"fine": learned[1].to_data()} if len(learned) > 1 else {}),
        },
    )
    return Experiment(study, training, learned, model, outputs, scores, simple, seconds)
