"""A submission's process, seen from the grader: started, heard, and ended in time."""

from __future__ import annotations

import os
import pickle
import selectors
import signal
import subprocess
import sys
import tempfile
import time
from contextlib import suppress
from pathlib import Path
from typing import Final

from glassnet.glass.grading.answers import from_line
from glassnet.glass.grading.child import Call, Request
from glassnet.glass.review.outcome import Outcome

START: Final = 120.0
"""Seconds in which a process has to start: no submission has run by then."""
MOST_BYTES: Final = 8 * 2**20
"""Of all that a submission's process may answer."""

_BOOT: Final = (
    "import sys; _, asked, said, *sys.path = sys.argv; "
    "from glassnet.glass.grading.child import main; main(asked, int(said))"
)
_THREADS: Final = ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS")


def outcomes(
    path: str, code: str, calls: list[Call], *, seconds: float, megabytes: int
) -> list[Outcome]:
    """What a submission does with each call.

    Where its process ends or hangs, a new one goes on with the next function.
    """
    found: list[Outcome] = []
    while len(found) < len(calls):
        rest = calls[len(found) :]
        request = Request(path, code, tuple(rest), seconds, megabytes)
        answers, why = _ask(request)
        found += answers
        if len(answers) < len(rest):
            failed = rest[len(answers)].function
            while len(found) < len(calls) and calls[len(found)].function == failed:
                found.append(Outcome(error=why))
    return found


def _ask(request: Request) -> tuple[list[Outcome], str]:
    """The answers of one process, and why there are no more."""
    with tempfile.TemporaryDirectory() as folder:
        asked = Path(folder, "request")
        asked.write_bytes(pickle.dumps(request))
        heard, said = os.pipe()
        process = subprocess.Popen(
            [sys.executable, "-I", "-B", "-c", _BOOT, str(asked), str(said), *_path()],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            pass_fds=[said],
            cwd=folder,
            env=dict.fromkeys(_THREADS, "1"),
            start_new_session=True,
        )
        os.close(said)
        try:
            lines, why = _listen(heard, request.seconds, len(request.calls))
            if not why:
                with suppress(subprocess.TimeoutExpired):
                    process.wait(timeout=request.seconds)
            ended = process.poll()
        finally:
            os.close(heard)
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()
    answers: list[Outcome] = []
    for line in lines:
        try:
            answers.append(from_line(line))
        except ValueError as fault:
            return answers, f"ValueError: {fault}"
    return answers, why or _ending(ended)


def _path() -> list[str]:
    """Where the grader finds its modules, so that the submission finds NumPy there."""
    return [os.path.abspath(folder) for folder in sys.path]


def _ending(code: int | None) -> str:
    if code is not None and code < 0:
        return f"SystemExit: its process was ended by {signal.Signals(-code).name}"
    return f"SystemExit: it ended the process, with exit code {code}"


def _listen(heard: int, seconds: float, expected: int) -> tuple[list[bytes], str]:
    """What the process writes, until it has answered, is silent for good, or says too much.

    Python itself may take long to start on a busy machine: the submission's time begins behind
    the first line.
    """
    text, lines = bytearray(), 0
    with selectors.DefaultSelector() as selector:
        selector.register(heard, selectors.EVENT_READ)
        if not selector.select(START) or os.read(heard, 1) != b"\n":
            return [], "ChildProcessError: its process did not start"
        deadline = time.monotonic() + seconds
        while lines < expected:
            left = deadline - time.monotonic()
            if left <= 0 or not selector.select(left):
                return _whole(text), f"TimeoutError: it took longer than {seconds:g} s"
            part = os.read(heard, 2**16)
            if not part:
                return _whole(text), ""
            text += part
            lines += part.count(b"\n")
            if len(text) > MOST_BYTES:
                return [], "MemoryError: its answers are too long"
    return _whole(text)[:expected], ""


def _whole(text: bytearray) -> list[bytes]:
    """The lines that are complete."""
    return bytes(text).split(b"\n")[:-1]
