"""JAX: one compiled function for each update."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from workloads import Workload


def cost(workload: Workload, parameters: Any, X: Any, Y: Any) -> Any:
    A = X
    for W, b in parameters:
        Z = A @ W.T + b
        A = jnp.tanh(Z) if workload.hidden == "tanh" else jax.nn.relu(Z)
    if workload.units[-1] == 1:
        z = Z[:, 0]
        return jnp.mean(jnp.maximum(z, 0) - z * Y + jnp.log1p(jnp.exp(-jnp.abs(z))))
    return -jnp.mean(jnp.take_along_axis(jax.nn.log_softmax(Z), Y[:, None], axis=1))


def update(workload: Workload, state: Any, X: Any, Y: Any) -> tuple[Any, Any]:
    """The state after one step, and the cost before it."""
    parameters, v, s, t = state
    J, gradients = jax.value_and_grad(partial(cost, workload))(parameters, X, Y)
    each = jax.tree_util.tree_map
    if workload.optimizer == "gd":
        parameters = each(lambda W, dW: W - workload.rate * dW, parameters, gradients)
        return (parameters, v, s, t), J
    t = t + 1
    v = each(lambda v, dW: 0.9 * v + 0.1 * dW, v, gradients)
    s = each(lambda s, dW: 0.999 * s + 0.001 * dW * dW, s, gradients)
    rate = workload.rate / (1 - 0.9**t)
    root = jnp.sqrt(1 - 0.999**t)
    parameters = each(lambda W, v, s: W - rate * v / (jnp.sqrt(s) / root + 1e-8), parameters, v, s)
    return (parameters, v, s, t), J


def first(workload: Workload) -> Any:
    """The state before the first step."""
    parameters = [(jnp.asarray(W), jnp.asarray(b)) for W, b in workload.parameters()]
    zero = jax.tree_util.tree_map(jnp.zeros_like, parameters)
    return parameters, zero, jax.tree_util.tree_map(jnp.zeros_like, zero), jnp.float32(0)


def arrays(workload: Workload) -> tuple[Any, Any]:
    X, y = workload.data()
    return jnp.asarray(X), jnp.asarray(
        y.astype(np.float32 if workload.units[-1] == 1 else np.int32)
    )


def trainer(workload: Workload, threads: int) -> Callable[[int], float]:
    X, Y = arrays(workload)

    @partial(jax.jit, donate_argnums=0)
    def whole(state: Any) -> tuple[Any, Any]:
        return update(workload, state, X, Y)

    @partial(jax.jit, donate_argnums=0)
    def part(state: Any, batch: Any) -> tuple[Any, Any]:
        return update(workload, state, X[batch], Y[batch])

    def train(epochs: int) -> float:
        random, state, total = np.random.default_rng(0), first(workload), 0.0
        for _ in range(epochs):
            if workload.full:
                state, J = whole(state)
                costs = [(J, workload.m)]
            else:
                order, costs = random.permutation(workload.m), []
                for start in range(0, workload.m, workload.batch):
                    batch = order[start : start + workload.batch]
                    state, J = part(state, batch)
                    costs.append((J, len(batch)))
            total = sum(float(J) * m for J, m in costs) / workload.m
        jax.block_until_ready(state)
        return total

    return train
