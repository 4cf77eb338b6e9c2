"""PyTorch with its compiler."""

from __future__ import annotations

from collections.abc import Callable

import torch
from workloads import Workload

from contestants import torch_eager


def trainer(workload: Workload, threads: int) -> Callable[[int], float]:
    return torch_eager.trainer(workload, threads, lambda cost: torch.compile(cost, dynamic=False))
