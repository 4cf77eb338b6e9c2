"""How fast dense networks train and predict: glassnet beside the libraries that its users know.

    python bench/speed.py [--workloads NAME ...] [--threads N] [--rounds N] [--docs]

Every contestant trains the same network from the same first parameters on the same float32 data,
in batches of the same size, with the same optimiser and number of threads, in a process of its
own; they take turns, so that all meet the same disturbances, and only one computes at a time.
Figures of another machine differ; the ratios are what to compare. Leave the machine alone while
it runs.

The other libraries live in an environment that the script makes beside itself (bench/.peers, a
few GB of disk); glassnet depends on none of them. With --docs the table docs/speed.md and
its picture are written anew.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import select
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from workloads import WORKLOADS, Workload

HERE = Path(__file__).resolve().parent
PEERS = HERE / ".peers"
REQUIREMENTS = ("torch==2.13.0", "jax", "scikit-learn", "numpy")
CONTESTANTS = (
    "scikit",
    "torch_eager",
    "torch_compile",
    "jax_step",
    "jax_scan",
    "glassnet_reference",
    "glassnet_native",
)
READY_SECONDS, ROUND_SECONDS = 120, 30
"""How long a contestant may take to compile and warm up, and for one round."""

OURS = "glassnet_native"
NOT_PEERS = ("glassnet_reference", OURS)
BEGAN = time.perf_counter()


@dataclass(frozen=True)
class Measured:
    """One contestant on one workload: µs per step of every round, last cost, peak memory."""

    microseconds: tuple[float, ...]
    cost: float
    mebibytes: float

    @property
    def median(self) -> float:
        return statistics.median(self.microseconds)


class TooSlow(Exception):
    """A contestant has used up its time."""


class Contestant:
    """A worker process that trains when told to."""

    def __init__(self, name: str, workload: Workload, threads: int) -> None:
        self.name = name
        worker = [str(HERE / "contestants" / "worker.py"), name, workload.name, str(threads)]
        self._process = subprocess.Popen(
            [str(python_of(name)), *worker],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env=environment(threads),
        )
        self.rounds: list[dict[str, float]] = []

    def wait_until_ready(self) -> None:
        self._read(READY_SECONDS)

    def run(self) -> None:
        assert self._process.stdin is not None
        self._process.stdin.write("\n")
        self._process.stdin.flush()
        self.rounds.append(self._read(ROUND_SECONDS))

    def close(self) -> None:
        self._process.kill()
        self._process.wait()

    def measured(self) -> Measured:
        last = self.rounds[-1]
        steps = tuple(each["microseconds"] for each in self.rounds)
        return Measured(steps, last["cost"], last["mebibytes"])

    def _read(self, seconds: float) -> dict[str, float]:
        assert self._process.stdout is not None
        # A worker says one line at a time, so that none waits in a buffer.
        if not select.select([self._process.stdout], [], [], seconds)[0]:
            raise TooSlow(f"{self.name} took longer than {seconds:.0f} s")
        line = self._process.stdout.readline()
        if not line:
            raise SystemExit(f"{self.name} has ended; its error stands above")
        told: dict[str, float] = json.loads(line)
        return told


def python_of(contestant: str) -> Path | str:
    return sys.executable if contestant.startswith("glassnet") else PEERS / "bin" / "python"


def environment(threads: int) -> dict[str, str]:
    names = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")
    flags = f"--xla_cpu_multi_thread_eigen={str(threads > 1).lower()}"
    # Installed packages are there as bytecode, which ours is allowed to be too.
    inherited = {k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"}
    return (
        inherited
        | dict.fromkeys(names, str(threads))
        | {"XLA_FLAGS": f"{flags} intra_op_parallelism_threads={threads}"}
    )


def make_peers() -> None:
    """The environment of the other libraries, unless it is there."""
    if not (PEERS / "ready").exists():
        print(f"installing {', '.join(REQUIREMENTS)} into {PEERS} ...", flush=True)
        subprocess.run([sys.executable, "-m", "venv", str(PEERS)], check=True)
        pip = [str(PEERS / "bin" / "python"), "-m", "pip", "install", "--quiet"]
        subprocess.run([*pip, *REQUIREMENTS], check=True)
        (PEERS / "ready").touch()


def say(progress: str) -> None:
    print(f"[{time.perf_counter() - BEGAN:4.0f} s] {progress}", file=sys.stderr, flush=True)


def train_all(workload: Workload, threads: int, rounds: int) -> dict[str, Measured | None]:
    """All contestants on one workload, in turns; None for those that were too slow."""
    contestants: dict[str, Contestant] = {}
    try:
        for name in CONTESTANTS:  # one after the other: they compile and warm up undisturbed
            say(f"{workload.name}: {name} gets ready")
            contestants[name] = Contestant(name, workload, threads)
            within_limits(contestants, name, contestants[name].wait_until_ready)
        for number in range(1, rounds + 1):
            say(f"{workload.name}: round {number} of {rounds}")
            for name, contestant in list(contestants.items()):
                within_limits(contestants, name, contestant.run)
        return {
            name: contestants[name].measured() if name in contestants else None
            for name in CONTESTANTS
        }
    finally:
        for each in contestants.values():
            each.close()


def within_limits(contestants: dict[str, Contestant], name: str, turn: Callable[[], None]) -> None:
    """One turn of a contestant, which leaves the contest where that takes too long."""
    try:
        turn()
    except TooSlow as fault:
        say(str(fault))
        contestants.pop(name).close()


def script(name: str, *arguments: str, python: Path | str, threads: int) -> dict[str, Any]:
    """What one of the small scripts beside this file prints, and `seconds` of its whole process."""
    say(" ".join([name, *arguments]))
    began = time.perf_counter()
    done = subprocess.run(
        [str(python), str(HERE / "contestants" / name), *arguments],
        check=True,
        capture_output=True,
        text=True,
        env=environment(threads),
    )
    return json.loads(done.stdout) | {"seconds": time.perf_counter() - began}


def first_results(threads: int, rounds: int) -> dict[str, float]:
    """Seconds from the start of a process to a fitted model of breast cancer, the median.

    All in one environment: scikit-learn imports pandas and others where they are installed.
    """
    taken: dict[str, list[float]] = {"glassnet": [], "glassnet_estimator": [], "scikit-learn": []}
    for _ in range(rounds):
        for door, times in taken.items():
            told = script("first_result.py", door, python=sys.executable, threads=threads)
            times.append(told["seconds"])
    return {door: statistics.median(times) for door, times in taken.items()}


def fastest_peer(measured: dict[str, Measured | None]) -> float:
    """Its median."""
    return min(each.median for name, each in measured.items() if each and name not in NOT_PEERS)


def rows_of(
    measured: dict[str, Measured | None], workload: Workload, peak: float
) -> Iterator[list[str]]:
    """The lines of a workload in the table, the fastest peer's ratio in the last column."""
    best = fastest_peer(measured)
    for name, each in measured.items():
        if each is None:
            yield [name.replace("_", " "), "took too long", *[""] * (len(COLUMNS) - 2)]
            continue
        speed = workload.flops / each.median / 1e3
        yield [
            name.replace("_", " "),
            f"{min(each.microseconds):,.1f}",
            f"{each.median:,.1f}",
            f"{speed:,.1f}",
            f"{speed / peak:.2f}",
            f"{best / each.median:.2f}",
            f"{each.cost:.4f}",
            f"{each.mebibytes:,.0f}",
        ]


COLUMNS = (
    "contestant",
    "µs/step, min",
    "median",
    "GFLOP/s",
    "of the peak",
    "best peer / it",
    "last cost",
    "MiB",
)


def table(lines: list[list[str]]) -> str:
    rule = ["---"] + ["---:"] * (len(COLUMNS) - 1)
    return "\n".join(f"| {' | '.join(line)} |" for line in [list(COLUMNS), rule, *lines])


def page(threads: int, told: dict[str, Any], results: dict[str, dict[str, Measured | None]]) -> str:
    """docs/speed.md."""
    peak = told["peak"]
    parts = [
        "# Speed",
        "Made by `python bench/speed.py --docs`: every contestant trains the same network from the "
        "same first parameters on the same float32 data, with the same batches, optimiser and "
        "number of threads, in a process of its own, in turns. Ratios are what counts: other "
        "machines have other figures.",
        f"{told['machine']}; {threads} threads; the largest product of float32 matrices that NumPy "
        f"computes here runs at {peak:.0f} GFLOP/s, the peak below. {told['versions']}.",
        "GFLOP/s are the operations of the matrix products W X, dZ Xᵀ and Wᵀ dZ in the time of a "
        "step, all of them, which is more than the native engine computes: it learns cat in its "
        "dual form, without a product with X, and skips the zeros of ReLU in skl, mnist and big "
        "([The native engine](engine.md)).",
        "![µs per step of every contestant, relative to the fastest peer](_static/speed.svg)",
    ]
    for name, measured in results.items():
        workload = WORKLOADS[name]
        parts += [f"## {name}: {workload}", table([*rows_of(measured, workload, peak)])]
    parts += [
        "## Small things",
        *told["small"],
        "## Cost against size",
        "One step of a network n-n-n-1 on m examples (ReLU, Adam, native engine), by its "
        "multiply-adds, m (5 n² + 3 n):",
        "![Time of a step against its multiply-adds](_static/speed-curve.svg)",
        told["curve"],
    ]
    return "\n\n".join(parts) + "\n"


def picture(results: dict[str, dict[str, Measured | None]], path: Path) -> None:
    """Each contestant's time relative to the fastest peer's, one row for each workload."""
    import matplotlib.pyplot as plt
    from matplotlib.ticker import LogLocator, NullLocator, StrMethodFormatter

    plt.rcParams["svg.hashsalt"] = "glassnet"
    figure, axes = plt.subplots(figsize=(7, 0.9 + 0.62 * len(results)))
    marks = dict(zip(CONTESTANTS, "os^Dv+*", strict=True))
    for name in CONTESTANTS:
        places, ratios = [], []
        for row, measured in enumerate(results.values()):
            if each := measured[name]:
                places.append(len(results) - row)
                ratios.append(each.median / fastest_peer(measured))
        own = name == OURS
        axes.plot(
            ratios,
            places,
            marks[name],
            label=name.replace("_", " "),
            color="#c2410c" if own else "#5b6472",
            markersize=12 if own else 6,
            fillstyle="full" if own else "none",
        )
    axes.set_xscale("log")
    axes.xaxis.set(
        major_locator=LogLocator(subs=(1, 2, 5)),
        major_formatter=StrMethodFormatter("{x:g}"),
        minor_locator=NullLocator(),
    )
    axes.axvline(1, color="#9aa3ad", linewidth=0.8)
    axes.set_yticks(range(len(results), 0, -1), list(results))
    axes.set_xlabel("time of a step, the fastest peer's = 1 (further left is faster)")
    axes.legend(loc="upper center", bbox_to_anchor=(0.5, 1.28), ncols=4, frameon=False, fontsize=8)
    for side in ("top", "right", "left"):
        axes.spines[side].set_visible(False)
    figure.savefig(path, bbox_inches="tight", metadata={"Date": None})


def curve_picture(points: list[dict[str, float]], path: Path) -> None:
    import matplotlib.pyplot as plt
    from matplotlib.ticker import StrMethodFormatter

    plt.rcParams["svg.hashsalt"] = "glassnet"
    figure, axes = plt.subplots(figsize=(6, 4))
    axes.loglog(
        [each["multiply_adds"] for each in points],
        [each["microseconds"] for each in points],
        "o-",
        color="#c2410c",
        markersize=4,
    )
    axes.set_xlabel("multiply-adds of a step")
    axes.set_ylabel("µs per step")
    axes.yaxis.set_major_formatter(StrMethodFormatter("{x:,g}"))
    for side in ("top", "right"):
        axes.spines[side].set_visible(False)
    figure.savefig(path, bbox_inches="tight", metadata={"Date": None})


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0] if __doc__ else None)
    parser.add_argument("--workloads", nargs="*", choices=list(WORKLOADS), default=[*WORKLOADS])
    parser.add_argument("--threads", type=int, default=len(os.sched_getaffinity(0)))
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--docs", action="store_true", help="write docs/speed.md and its pictures")
    asked = parser.parse_args()
    make_peers()
    threads = asked.threads
    ours = {"python": sys.executable, "threads": threads}
    peak = script("peak.py", str(threads), **ours)["gigaflops"]
    print(f"{threads} threads, the peak of sgemm is {peak:.0f} GFLOP/s\n", flush=True)
    results = {}
    for name in asked.workloads:
        results[name] = train_all(WORKLOADS[name], threads, asked.rounds)
        print(
            f"{name}: {WORKLOADS[name]}\n{table([*rows_of(results[name], WORKLOADS[name], peak)])}"
        )
        print(flush=True)
    small = [*small_things(threads, asked.rounds)]
    print("\n".join(small), flush=True)
    points = script("curve.py", str(threads), **ours)["points"]
    lines = [
        "| network | m | multiply-adds | µs/step | GFLOP/s |",
        "| --- | ---: | ---: | ---: | ---: |",
    ]
    lines += [
        f"| {each['network']} | {each['m']} | {each['multiply_adds']:,.0f} "
        f"| {each['microseconds']:,.1f} | {each['gigaflops']:,.1f} |"
        for each in points
    ]
    print("\n" + "\n".join(lines))
    if asked.docs:
        docs = HERE.parent / "docs"
        told = {
            "peak": peak,
            "machine": machine(),
            "versions": versions(),
            "small": small,
            "curve": "\n".join(lines),
        }
        (docs / "speed.md").write_text(page(threads, told, results), "utf-8")
        picture(results, docs / "_static" / "speed.svg")
        curve_picture(points, docs / "_static" / "speed-curve.svg")


def small_things(threads: int, rounds: int) -> Iterator[str]:
    """Latency, throughput, the first result, and a published fastest gradient."""
    first = first_results(threads, rounds)
    yield (
        "- From the start of a process to a fitted model of breast cancer (64-64, 50 epochs, "
        f"batches of 32), imports included: `gn.train` {first['glassnet']:.2f} s, scikit-learn "
        f"{first['scikit-learn']:.2f} s, ratio {first['scikit-learn'] / first['glassnet']:.1f}; "
        f"glassnet's estimator, which imports scikit-learn, {first['glassnet_estimator']:.2f} s."
    )
    told = script("latency.py", python=sys.executable, threads=threads)
    yield (
        "- Predicting one row of 30 numbers (64-64-1): network on the native engine "
        f"{told['network']:.1f} µs, the compiled part alone {told['call']:.1f} µs; estimator "
        f"{told['estimator']:.1f} µs, scikit-learn {told['scikit']:.1f} µs."
    )
    yield (
        f"- Predicting a million rows: native {told['native_rows'] / 1e6:.1f} million rows per "
        f"second, scikit-learn {told['scikit_rows'] / 1e6:.1f}."
    )
    yield (
        "- The full gradient of 24-8-2 (tanh, 200 examples, float64, one thread), for which "
        f"SimpleChains.jl states 5.7 µs on an AVX-512 core: `network.gradients` "
        f"{told['gradients']:.1f} µs, the compiled part "
        f"alone {told['gradients_call']:.1f} µs."
    )


def machine() -> str:
    model = next(
        (
            line.split(":")[1].strip()
            for line in Path("/proc/cpuinfo").read_text().splitlines()
            if line.startswith("model name")
        ),
        platform.processor(),
    )
    from glassnet.engines.compiled import instruction_sets

    vectors = instruction_sets()[0].upper()
    return f"{model}, {len(os.sched_getaffinity(0))} cores, {vectors}"


def versions() -> str:
    import glassnet

    code = (
        "import torch, jax, sklearn; print(torch.__version__, jax.__version__, sklearn.__version__)"
    )
    done = subprocess.run(
        [str(PEERS / "bin" / "python"), "-c", code], check=True, capture_output=True, text=True
    )
    torch, jax, scikit = done.stdout.split()
    return f"glassnet {glassnet.__version__}, PyTorch {torch}, JAX {jax}, scikit-learn {scikit}"


if __name__ == "__main__":
    main()
