"""JAX: whole epochs in one compiled function, under `lax.scan`."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from workloads import Workload

from contestants.jax_step import arrays, first, update

TOGETHER = 100
"""Full-batch steps in one call."""


def trainer(workload: Workload, threads: int) -> Callable[[int], float]:
    X, Y = arrays(workload)

    @partial(jax.jit, donate_argnums=0, static_argnums=1)
    def wholes(state: Any, steps: int) -> tuple[Any, Any]:
        return jax.lax.scan(lambda state, _: update(workload, state, X, Y), state, length=steps)

    @partial(jax.jit, donate_argnums=0)
    def batches(state: Any, order: Any) -> tuple[Any, Any]:
        return jax.lax.scan(
            lambda state, batch: update(workload, state, X[batch], Y[batch]), state, order
        )

    def train(epochs: int) -> float:
        random, state, total = np.random.default_rng(0), first(workload), 0.0
        if workload.full:
            for start in range(0, epochs, TOGETHER):
                state, costs = wholes(state, min(TOGETHER, epochs - start))
                total = float(costs[-1])
            return total
        even = workload.m // workload.batch * workload.batch
        for _ in range(epochs):
            order = random.permutation(workload.m)
            state, costs = batches(state, order[:even].reshape(-1, workload.batch))
            total = float(jnp.sum(costs)) * workload.batch
            if even < workload.m:
                state, costs = batches(state, order[None, even:])
                total += float(costs[0]) * (workload.m - even)
            total /= workload.m
        return total

    return train
