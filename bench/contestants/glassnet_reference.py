"""glassnet on its reference engine: NumPy."""

from __future__ import annotations

from collections.abc import Callable

from workloads import Workload

import glassnet as gn
from contestants import glassnet_native


def trainer(workload: Workload, threads: int) -> Callable[[int], float]:
    return glassnet_native.trainer(workload, threads, gn.Reference())
