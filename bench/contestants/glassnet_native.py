"""glassnet on its native engine."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from workloads import Workload

import glassnet as gn
from glassnet.engines import Engine


def network_of(workload: Workload) -> gn.Network:
    layers: list[gn.Layer] = []
    for units in workload.units[1:-1]:
        layers += [gn.Dense(units), gn.Tanh() if workload.hidden == "tanh" else gn.ReLU()]
    last = workload.units[-1]
    if last == 1:
        return gn.Network([*layers, gn.Dense(1), gn.Sigmoid()], loss=gn.BinaryCrossEntropy())
    return gn.Network([*layers, gn.Dense(last), gn.Softmax()], loss=gn.CategoricalCrossEntropy())


def parameters_of(workload: Workload) -> dict[str, np.ndarray]:
    named: dict[str, np.ndarray] = {}
    for l, (W, b) in enumerate(workload.parameters(), start=1):
        named |= {f"W{l}": W, f"b{l}": b[:, None]}
    return named


def trainer(
    workload: Workload, threads: int, engine: Engine | None = None
) -> Callable[[int], float]:
    network = network_of(workload).on(engine or gn.Native(threads))
    rows, classes = workload.data()
    X = rows.T
    last = workload.units[-1]
    Y = classes[None, :] if last == 1 else np.eye(last)[classes].T
    Y = Y.astype(np.float32)
    kind = gn.Adam if workload.optimizer == "adam" else gn.GradientDescent

    def train(epochs: int) -> float:
        result = gn.train(
            network,
            X,
            Y,
            parameters=parameters_of(workload),
            optimizer=kind(workload.rate),
            batch_size=None if workload.full else workload.batch,
            epochs=epochs,
        )
        return float(result.history[-1].cost)

    return train
