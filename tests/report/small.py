"""Small experiments to report on, trained in a moment."""

import numpy as np
import polars as pl

import glassnet as gn
from glassnet.experiments import Experiment, Options, Study, run

ROWS = 211


def experiment(frame: pl.DataFrame, target: str, *hidden: int, **options: object) -> Experiment:
    """A quick training that does not depend on the recipe."""
    study = Study.of(frame, target, Options(**options), source="boats.csv")
    two, units = len(study.target.names) == 1, len(study.target.names)
    if study.target.task == "regression":
        head, loss = gn.Dense(1), gn.SquaredError()
    elif two:
        head, loss = gn.Chain([gn.Dense(1), gn.Sigmoid()]), gn.BinaryCrossEntropy()
    else:
        head, loss = gn.Chain([gn.Dense(units), gn.Softmax()]), gn.CategoricalCrossEntropy()
    body = [layer for n in hidden for layer in (gn.Dense(n), gn.Tanh(), gn.Dropout(0.1))]
    network = gn.Network([*body, *(head.layers if isinstance(head, gn.Chain) else [head])], loss)
    training = gn.Training(
        gn.Adam(gn.Cosine(0.05)), epochs=7, batch_size=32, stopping=gn.EarlyStopping(5)
    )
    return run(study, network, training)


def table(k: int = 2) -> pl.DataFrame:
    """Boats of k kinds: one column that matters, one that does not, holes, a constant."""
    random = np.random.default_rng(7)
    length = random.normal(size=ROWS)
    kinds = np.digitize(length, np.quantile(length, np.arange(1, k) / k))
    return pl.DataFrame(
        {
            "length": length,
            "noise": [None if i % 10 == 0 else x for i, x in enumerate(random.normal(size=ROWS))],
            "harbour": random.choice(["Kiel", "Riga", "Turku"], ROWS),
            "flag": ["blue"] * ROWS,
            "kind": [f"kind {kind}" for kind in kinds],
        }
    )
