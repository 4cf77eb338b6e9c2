"""One BLAS thread while equations run: the same sums in the same order on every machine.

How a matrix product is divided among threads decides how its sums are rounded. With one thread
the same seed gives the same bits whatever the number of cores, and a product that is small, as
those of a batch are, does not wait for a core that somebody else is using.
"""

from __future__ import annotations

import sys
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from functools import cache

from threadpoolctl import ThreadpoolController

_lock = threading.Lock()
_inside = 0
_limit = ExitStack()


@contextmanager
def one_blas_thread() -> Iterator[None]:
    """Hold NumPy's and SciPy's BLAS at one thread; the last to leave gives back what was there."""
    global _inside
    with _lock:
        if _inside == 0:
            _limit.enter_context(
                _controller("scipy.linalg" in sys.modules).limit(limits=1, user_api="blas")
            )
        _inside += 1
    try:
        yield
    finally:
        with _lock:
            _inside -= 1
            if _inside == 0:
                _limit.close()


@cache
def _controller(with_scipy: bool) -> ThreadpoolController:
    """What holds every BLAS that is loaded; SciPy brings one of its own, perhaps later."""
    return ThreadpoolController()
