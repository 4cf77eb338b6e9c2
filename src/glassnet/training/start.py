"""Where a training starts: new parameters, parameters given, or an earlier training's end."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from numpy.typing import ArrayLike

from glassnet.engines import SHARD, State
from glassnet.errors import (
    CheckpointError,
    HyperparameterError,
    shortened,
    shown,
    warn,
)
from glassnet.memory import check_memory, memory_limit
from glassnet.optimizers import LBFGS
from glassnet.training.result import Result, fingerprint
from glassnet.training.task import Task

if TYPE_CHECKING:
    from glassnet.training.training import Training


def start(
    training: Training, task: Task, parameters: Mapping[str, ArrayLike] | None = None
) -> State:
    """The state before the first update: the parameters given, or new ones.

    Raises
    ------
    ResourceLimitError
        The batches need more memory than there is.
    HyperparameterError
        A layer takes statistics of the examples of a batch, and there is only one.
    """
    m, batch_size, optimizer = task.data.m, training.batch_size, training.optimizer
    if batch_size is not None and batch_size > m:
        warn(
            "Got `batch_size` less than 1 or larger than sample size. It is going to be "
            f"clipped: {batch_size} to {m}."
        )
    each, at_once = task.bytes_per_example(), min(m, batch_size or m, SHARD)
    fits = int(min(memory_limit() / each, at_once))
    fix = f"use a batch_size of at most {fits}" if fits else "give the layers fewer units"
    check_memory("Training", each * at_once, fix)
    _check_statistics(task, at_once)
    remembers = () if isinstance(optimizer, LBFGS) else optimizer.remembers
    first = task.parameters(parameters, training.seed)
    statistics, averaged = task.network.graph.statistics, training.average is not None
    return State.before(first, remembers, averaged, statistics)


def _check_statistics(task: Task, batch_size: int) -> None:
    taking = [node.layer for node in task.network.graph.nodes if node.statistics]
    if taking and batch_size == 1:
        raise HyperparameterError(
            f"The 'batch_size' parameter must be at least 2 for a network with {taking[0]}. "
            "Got batches of 1 example instead.",
            expected="two examples or more: one alone has no variance",
            received=f"{task.data.m} examples, {batch_size} at a time",
            fix="pass a larger batch_size, or normalise with LayerNorm",
        )


def resumed(training: Training, task: Task, earlier: Result) -> State:
    """The state in which an earlier training ended, once it fits this one.

    Raises
    ------
    CheckpointError
        Network, hyper-parameters or data are others.
    """
    now, then = fingerprint(training, task.network, task.data), earlier.fingerprint
    if other := [name for name in now if then.get(name) != now[name]]:
        raise CheckpointError(
            "The 'resume' parameter must come from a training with the same data and "
            f"hyper-parameters. Got one with another {', '.join(other)} instead.",
            expected=shortened(", ".join(f"{name} = {now[name]}" for name in other)),
            received=shortened(", ".join(f"{name} = {then.get(name, 'none')}" for name in other)),
            fix="keep them as they were, or start anew from parameters=result.parameters",
        )
    start(training, task, earlier.state.parameters)
    return earlier.state


def check_origin(parameters: object, resume: object) -> None:
    """Refuse a `resume` that is no result, and two places to start from."""
    if resume is None:
        return
    if not isinstance(resume, Result):
        raise HyperparameterError(
            "The 'resume' parameter must be the Result of an earlier training or None. "
            f"Got {shown(resume)} instead.",
            fix="pass what train returned",
        )
    if parameters is not None:
        raise HyperparameterError(
            "The 'parameters' parameter must be None with 'resume'. Got both instead.",
            expected="one place to start from",
            fix="leave parameters out, or start anew from them without resume",
        )
