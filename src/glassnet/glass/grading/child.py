"""The process of a submission: it limits itself, runs the submission, and answers line by line.

The limits keep accidents and pranks away from the grader. They are no wall against somebody who
knows Python's inside: see docs/check.md for what they do not hold.
"""

from __future__ import annotations

import os
import pickle
import sys
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any, Final

from glassnet.glass.grading.answers import as_line
from glassnet.glass.review.outcome import Form, Outcome, described, run

FORBIDDEN: Final = (
    *("socket.", "subprocess.", "ctypes.", "pty.", "shutil.", "os.fork", "os.exec", "os.spawn"),
    *("os.posix_spawn", "os.system", "os.kill", "os.remove", "os.rename", "os.rmdir", "os.mkdir"),
    *("os.link", "os.symlink", "os.truncate", "os.chmod", "os.chown", "signal.", "mmap."),
)


@dataclass(frozen=True)
class Call:
    """One call of one function."""

    function: str
    arguments: Any
    others: Any
    form: Form


@dataclass(frozen=True)
class Request:
    """What the grader asks of a submission; it comes from the grader, so it can be unpickled."""

    path: str
    code: str
    calls: tuple[Call, ...]
    seconds: float
    megabytes: int


def main(asked: str, answers: int) -> None:
    """Read the request, run the submission, and write a line for each call to `answers`.

    A first, empty line says that everything is there and the submission begins: from then on its
    time counts.
    """
    request: Request = pickle.loads(Path(asked).read_bytes())
    with os.fdopen(answers, "w") as out:
        _limit(request.seconds, request.megabytes)
        _forbid()
        out.write("\n")
        out.flush()
        try:
            submission: ModuleType | str = _load(request)
        except BaseException as error:
            submission = f"the file cannot be run: {described(error)}"
        for call in request.calls:
            out.write(as_line(_answer(submission, call)) + "\n")
            out.flush()


def _answer(submission: ModuleType | str, call: Call) -> Outcome:
    if isinstance(submission, str):
        return Outcome(form=submission)
    function = getattr(submission, call.function, None)
    if not callable(function):
        return Outcome(form=f"there is no function called {call.function}")
    try:
        return run(function, call.arguments, call.others, call.form)
    except BaseException as error:  # sys.exit and the like
        return Outcome(error=described(error))


def _load(request: Request) -> ModuleType:
    module = ModuleType("submission")
    module.__file__ = request.path
    exec(compile(request.code, request.path, "exec"), module.__dict__)
    return module


def _limit(seconds: float, megabytes: int) -> None:
    import resource

    used = resource.getrusage(resource.RUSAGE_SELF)
    limits = {
        resource.RLIMIT_CPU: int(used.ru_utime + used.ru_stime + seconds) + 2,
        resource.RLIMIT_AS: megabytes * 2**20,
        resource.RLIMIT_FSIZE: 0,
        resource.RLIMIT_CORE: 0,
        resource.RLIMIT_NPROC: 0,
    }
    for kind, most in limits.items():
        with suppress(ValueError):  # macOS has no limit of memory
            resource.setrlimit(kind, (most, most))


def _forbid() -> None:
    """No network, no other process, files only to read, and none of glassnet's own functions."""
    for name in [name for name in sys.modules if name.partition(".")[0] == "glassnet"]:
        del sys.modules[name]
    sys.modules["glassnet"] = None  # type: ignore[assignment]

    def hook(event: str, arguments: tuple[Any, ...]) -> None:
        if event.startswith(FORBIDDEN) or (event == "open" and _writes(*arguments)):
            raise PermissionError(f"{event} is not allowed in a submission")

    sys.addaudithook(hook)


def _writes(path: Any, mode: Any, flags: Any) -> bool:
    if isinstance(mode, str) and set(mode) & set("wax+"):
        return True
    return isinstance(flags, int) and bool(flags & (os.O_WRONLY | os.O_RDWR | os.O_CREAT))
