"""Small calls, timed in one process: prediction of one row, of many, and one gradient."""

from __future__ import annotations

import json
import time
import warnings
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
import sklearn.neural_network as scikit

import glassnet as gn
from glassnet.engines.compiled import programs_of

ROW, MANY = 30, 1_000_000

warnings.simplefilter("ignore")


def microseconds(call: Callable[[], object]) -> float:
    """The fastest of 20 rounds of many calls."""
    call()
    best = np.inf
    for _ in range(20):
        began = time.perf_counter()
        for _ in range(200):
            call()
        best = min(best, (time.perf_counter() - began) / 200)
    return 1e6 * best


def rows_per_second(call: Callable[[], object]) -> float:
    call()
    best = np.inf
    for _ in range(3):
        began = time.perf_counter()
        call()
        best = min(best, time.perf_counter() - began)
    return MANY / best


random = np.random.default_rng(0)
X = random.standard_normal((500, ROW)).astype(np.float32)
y = (X[:, 0] > 0).astype(int)
theirs = scikit.MLPClassifier((64, 64), max_iter=5).fit(X, y)
ours = gn.MLPClassifier((64, 64), max_iter=5).fit(X, y)
one, many = X[:1], random.standard_normal((MANY, ROW), dtype=np.float32)
network, parameters = ours.network_, ours.parameters_
column = np.ascontiguousarray(one).T

tanh = gn.Network([gn.Dense(8), gn.Tanh(), gn.Dense(2)], loss=gn.SquaredError()).on(gn.Native(1))
inputs, labels = random.standard_normal((200, 24)).T, random.standard_normal((200, 2)).T
start = tanh.initialize((24,))


def compiled(
    network: gn.Network, parameters: Mapping[str, np.ndarray]
) -> tuple[Any, list[np.ndarray]]:
    """The compiled part's own object for a network, and the parameters in its order."""
    kept = programs_of(network.graph)
    assert kept is not None
    arrays = [np.ascontiguousarray(parameters[name]) for name in kept.names]
    return kept.program(arrays[0].dtype, None), arrays


program, W = compiled(network, parameters)
row, out = np.ascontiguousarray(one), np.empty((1, 1), np.float32)
tanh_program, tanh_W = compiled(tanh, start)
rows, columns = np.ascontiguousarray(inputs.T), np.ascontiguousarray(labels.T)
slopes = [np.empty_like(each) for each in tanh_W]

print(
    json.dumps(
        {
            "network": microseconds(lambda: network.predict(parameters, column)),
            "call": microseconds(lambda: program.predict(W, [row], out, 1)),
            "estimator": microseconds(lambda: ours.predict_proba(one)),
            "scikit": microseconds(lambda: theirs.predict_proba(one)),
            "native_rows": rows_per_second(lambda: ours.predict_proba(many)),
            "scikit_rows": rows_per_second(lambda: theirs.predict_proba(many)),
            "gradients": microseconds(lambda: tanh.gradients(start, inputs, labels)),
            "gradients_call": microseconds(
                lambda: tanh_program.gradients(
                    *(tanh_W, [rows], columns, None, 200.0, None, 0, slopes, 1)
                )
            ),
        }
    )
)
