"""Memory: refused before it is asked for, with the number, instead of a killed process."""

from __future__ import annotations

import contextlib
import math
import os
from functools import cache
from pathlib import Path
from typing import Final

from glassnet.errors import ResourceLimitError

SHARE: Final = 0.8
OPTION: Final = "GLASSNET_MEMORY_GIB"
_GIB: Final = 2**30
_CGROUPS: Final = ("/sys/fs/cgroup/memory.max", "/sys/fs/cgroup/memory/memory.limit_in_bytes")


def check_memory(what: str, needed: int, fix: str) -> None:
    """Refuse what needs more memory than there is.

    The limit is 80 % of the machine's memory, of the container's, or of the process's own limit
    (``ulimit -v``), whichever is least; the environment variable ``GLASSNET_MEMORY_GIB`` sets
    another.

    Parameters
    ----------
    what : str
        What needs it, e.g. ``"Training"``.
    needed : int
        Bytes.
    fix : str
        How to need less.

    Raises
    ------
    ResourceLimitError
        Nothing was allocated.
    """
    limit = memory_limit()
    if needed > limit:
        raise ResourceLimitError(
            f"{what} needs {needed / _GIB:,.1f} GiB of memory.",
            expected=f"at most {limit / _GIB:,.1f} GiB ({SHARE:.0%} of what there is)",
            received=f"{needed / _GIB:,.1f} GiB",
            fix=f"{fix}; or raise the limit with {OPTION}",
        )


def memory_limit() -> float:
    """The most bytes that may be asked for."""
    asked = os.environ.get(OPTION)
    if asked is not None:
        with contextlib.suppress(ValueError):
            return float(asked) * _GIB
    return SHARE * min(_physical(), _container(), _process())


def _physical() -> float:
    try:
        return float(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES"))
    except (AttributeError, OSError, ValueError):
        return math.inf


@cache
def _container() -> float:
    # A container keeps its limit; reading the file takes longer than many a small pass.
    for file in _CGROUPS:
        with contextlib.suppress(OSError, ValueError):
            return float(Path(file).read_text())
    return math.inf


def _process() -> float:
    try:
        import resource
    except ImportError:
        return math.inf
    soft, _ = resource.getrlimit(resource.RLIMIT_AS)
    return math.inf if soft == resource.RLIM_INFINITY else float(soft)
