"""A contestant in a process of its own, which trains whenever it is told to.

    python worker.py CONTESTANT WORKLOAD THREADS

It says how many epochs it will train for at a time once it is ready, and after every line that it
reads how long that took, as JSON. While it waits it uses no core.
"""

from __future__ import annotations

import importlib
import json
import os
import resource
import sys
import time
from pathlib import Path

LEAST_SECONDS = 0.5
"""Of one measurement."""


def say(**told: object) -> None:
    print(json.dumps(told), flush=True)


def main() -> None:
    contestant, name, threads = sys.argv[1], sys.argv[2], int(sys.argv[3])
    sys.path.insert(0, str(Path(__file__).parents[1]))
    os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[:threads])
    from workloads import WORKLOADS

    workload = WORKLOADS[name]
    train = importlib.import_module(f"contestants.{contestant}").trainer(workload, threads)
    epochs = 1
    train(epochs)  # compiles what is to be compiled
    while True:
        began = time.perf_counter()
        train(epochs)
        seconds = time.perf_counter() - began
        if seconds >= LEAST_SECONDS:
            break
        epochs = max(2 * epochs, int(1.2 * epochs * LEAST_SECONDS / seconds))
    say(epochs=epochs)
    for _ in sys.stdin:
        began = time.perf_counter()
        cost = train(epochs)
        seconds = time.perf_counter() - began
        memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        say(microseconds=1e6 * seconds / (epochs * workload.steps), cost=cost, mebibytes=memory)


if __name__ == "__main__":
    main()
