"""scikit-learn's MLPClassifier."""

from __future__ import annotations

import warnings
from collections.abc import Callable

from sklearn.exceptions import ConvergenceWarning
from sklearn.neural_network import MLPClassifier
from workloads import Workload

warnings.simplefilter("ignore", ConvergenceWarning)


def trainer(workload: Workload, threads: int) -> Callable[[int], float]:
    X, y = workload.data()

    def train(epochs: int) -> float:
        model = MLPClassifier(
            workload.units[1:-1],
            activation=workload.hidden,
            solver="adam" if workload.optimizer == "adam" else "sgd",
            alpha=0.0,
            batch_size=workload.batch,
            learning_rate_init=workload.rate,
            momentum=0.0,
            nesterovs_momentum=False,
            max_iter=epochs,
            n_iter_no_change=epochs + 1,
            tol=0.0,
            shuffle=not workload.full,
            random_state=0,
        )
        return float(model.fit(X, y).loss_)

    return train
