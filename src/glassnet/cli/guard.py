"""What a person sees when something goes wrong, and what a script can rely on."""

from __future__ import annotations

import os
import signal
import sys
import warnings
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any, Final, NoReturn, TextIO

import typer

from glassnet.errors import (
    CheckpointError,
    DataError,
    DivergenceError,
    GlassnetError,
    GlassnetWarning,
    HyperparameterError,
    ModelFileError,
    ResourceLimitError,
    ShapeError,
    UnreadableFile,
)

EXIT_CODES: dict[type[Exception], int] = {
    HyperparameterError: 2,
    DataError: 3,
    ShapeError: 3,
    ResourceLimitError: 3,
    UnreadableFile: 4,
    ModelFileError: 5,
    DivergenceError: 6,
    CheckpointError: 7,
}
INTERRUPTED, TERMINATED, BUG = 130, 143, 70
UNWRITTEN: Final = EXIT_CODES[CheckpointError]

EXTRAS: Final[Mapping[str, tuple[str, str, str]]] = {
    "PIL": ("A folder of images", "Pillow", "images"),
}
"""Of an optional module: what needs it, the name of its package, and our extra that brings it."""

EXIT_HELP = (
    "Exit codes: 0 done, 2 wrong option, 3 faulty data, 4 file cannot be read, 5 faulty model "
    "file, 6 training diverged, 7 file cannot be written, 70 a bug, 130 interrupted, "
    "143 terminated."
)


@contextmanager
def guarded(*, as_json: bool, debug: bool) -> Iterator[None]:
    """Turn every error into a message and an exit code; with `debug`, let it pass."""
    if debug:
        yield
        return
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("always", GlassnetWarning)
            warnings.showwarning = _Notes()
            yield
        sys.stdout.flush()
    except typer.Exit:
        raise
    except GlassnetError as error:
        code = next((code for kind, code in EXIT_CODES.items() if isinstance(error, kind)), 1)
        message = str(error)
        if isinstance(error, ResourceLimitError | ModelFileError):
            from glassnet.cli.limits import as_option

            message = as_option(message)
        end(code, type(error).__name__, message, as_json)
    except Terminated:
        end(TERMINATED, "Terminated", "Terminated: nothing was written.", as_json)
    except KeyboardInterrupt:
        end(INTERRUPTED, "Interrupted", "Interrupted: nothing was written.", as_json)
    except BrokenPipeError:
        # The reader of our output is gone (`| head`): nobody is left to tell.
        _drop_output()
        raise typer.Exit(0) from None
    except OSError as error:
        if error.filename is not None:
            _bug(error, as_json)
        _drop_output()
        message = (
            f"Standard output cannot be written: {error.strerror}.\n"
            "  to fix     make room where it goes to, or send it elsewhere"
        )
        end(UNWRITTEN, "OSError", message, as_json)
    except ModuleNotFoundError as error:
        if error.name is None or error.name.startswith("glassnet"):
            raise
        what, package, extra = EXTRAS.get(error.name, ("The command line", error.name, "app"))
        message = (
            f"{what} needs {package}, which is not installed.\n"
            f'  to fix     pip install "glassnet[{extra}]"'
        )
        end(1, "ImportError", message, as_json)
    except Exception as error:
        _bug(error, as_json)


def _bug(error: Exception, as_json: bool) -> NoReturn:
    message = (
        f"This is a bug in glassnet: {type(error).__name__}: {error}\n"
        "  to fix     run it again with --debug and report what it prints"
    )
    end(BUG, type(error).__name__, message, as_json)


def _drop_output() -> None:
    """Nothing more is written, not even what Python still holds when it ends."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


class Terminated(KeyboardInterrupt):
    """SIGTERM came: what holds for Ctrl-C holds, but for the exit code."""


class Signals:
    """SIGTERM ends a training as Ctrl-C does, with the best model so far."""

    terminated = False

    def __enter__(self) -> Signals:
        self._before = signal.signal(signal.SIGTERM, self._interrupt)
        return self

    def __exit__(self, *error: object) -> None:
        signal.signal(signal.SIGTERM, self._before)

    def _interrupt(self, number: int, frame: Any) -> NoReturn:
        self.terminated = True
        raise Terminated


class _Notes:
    """Shows the warnings that are meant for people, each once."""

    def __init__(self) -> None:
        self._shown: set[str] = set()

    def __call__(
        self,
        message: Warning | str,
        category: type[Warning],
        filename: str,
        lineno: int,
        file: TextIO | None = None,
        line: str | None = None,
    ) -> None:
        if issubclass(category, GlassnetWarning) and str(message) not in self._shown:
            self._shown.add(str(message))
            typer.echo(f"  note        {message}", err=True)


def end(code: int, kind: str, message: str, as_json: bool) -> NoReturn:
    """Say what went wrong, for people and on request for machines, and end with that code."""
    if as_json:
        import json

        typer.echo(json.dumps({"error": {"type": kind, "message": message, "exit_code": code}}))
    typer.echo(message, err=True)
    sys.exit(code)
