"""How many threads this process may use."""

from __future__ import annotations

import contextlib
import math
import os
from functools import cache
from pathlib import Path
from typing import Final

_QUOTAS: Final = (
    ("/sys/fs/cgroup/cpu.max", None),
    ("/sys/fs/cgroup/cpu/cpu.cfs_quota_us", "/sys/fs/cgroup/cpu/cpu.cfs_period_us"),
)


def cores() -> int:
    """The least of the process's cores, its container's share, and OMP_NUM_THREADS.

    joblib sets OMP_NUM_THREADS in its workers, so that all of them together fill the machine once.
    """
    return max(1, min(_affinity(), _container(), _asked()))


def _affinity() -> int:
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


@cache
def _container() -> int:
    # A container keeps its share; reading the files takes longer than many a small update.
    for file, second in _QUOTAS:
        with contextlib.suppress(OSError, ValueError):
            words = Path(file).read_text("ascii").split()
            period = words[1] if second is None else Path(second).read_text("ascii")
            if words[0] != "max" and float(words[0]) > 0:
                return math.ceil(float(words[0]) / float(period))
    return os.cpu_count() or 1


def _asked() -> int:
    # A list is a number for each level of nesting: the first is ours.
    asked = os.environ.get("OMP_NUM_THREADS", "").split(",")[0]
    with contextlib.suppress(ValueError):
        if (number := int(asked)) > 0:
            return number
    return os.cpu_count() or 1
