"""`grade`: every submission of a folder, reviewed."""

from __future__ import annotations

import ast
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from glassnet.errors import HyperparameterError, UnreadableFile, shown
from glassnet.glass.grading.child import Call
from glassnet.glass.grading.grades import Grades, Submission
from glassnet.glass.grading.sandbox import outcomes
from glassnet.glass.review.assignment import Assignment
from glassnet.glass.review.course_assignments import FORMS
from glassnet.glass.review.judge import judge
from glassnet.glass.review.review import named_assignment

Arguments = Mapping[str, tuple[str, ...]]


def grade(
    folder: str | Path,
    assignments: Sequence[str | Assignment] | None = None,
    *,
    seconds: float = 10.0,
    megabytes: int = 1024,
) -> Grades:
    """Review every ``.py`` file of a folder, each in a process of its own.

    The process has limits of time and memory; it cannot write files, start processes or open the
    network in the usual ways, and what it prints goes nowhere. That keeps accidents and pranks
    from the grader. It is no wall against somebody who knows how to get round it: see "Grade a
    folder" in the documentation.

    Parameters
    ----------
    folder : path
        Its ``.py`` files are the submissions, in the order of their names.
    assignments : sequence of str or Assignment, optional
        What is asked of each: functions of the course by name, or assignments of your own. Left
        out: those functions of the course that the submission defines.
    seconds : float
        For all functions of a submission together, from the moment when its file begins; after
        a function that takes too long, the others get this time anew.
    megabytes : int
        Of memory for a submission.

    Returns
    -------
    Grades
        ``print`` it, or take ``to_html()``, ``to_markdown()`` or ``to_data()``.

    Raises
    ------
    UnreadableFile
        There is no such folder, or it has no submission.
    HyperparameterError
        The course has no such function, or the system is Windows.

    Examples
    --------
    >>> import tempfile
    >>> from pathlib import Path
    >>> import glassnet as gn
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     text = "import numpy as np\\n\\ndef relu(Z):\\n    return np.minimum(0, Z)\\n"
    ...     _ = Path(folder, "ada.py").write_text(text)
    ...     print(gn.grade(folder, ["relu"]))
    Grades: 1 submission
      submission  right   wrong
      ada.py      0 of 1  relu: the minimum in the place of the maximum
    """
    if sys.platform == "win32":
        raise HyperparameterError(
            "grade needs a system that can limit a process: Linux or macOS.",
            received="Windows",
            fix="run it in a Linux machine or container",
        )
    named = [_named(each) for each in assignments] if assignments is not None else None
    paths = _submissions(Path(folder))
    return Grades(tuple(_graded(path, named, seconds, megabytes) for path in paths))


def _named(assignment: str | Assignment) -> str | Assignment:
    if not isinstance(assignment, Assignment):
        named_assignment(assignment)  # refuses a name that the course does not have
    return assignment


def _submissions(folder: Path) -> list[Path]:
    paths = sorted(path for path in folder.glob("*.py") if path.is_file())
    if not paths:
        raise UnreadableFile(
            f"{shown(str(folder))} holds no submission.",
            expected="a folder with .py files",
            received="a folder without one" if folder.is_dir() else "no folder",
            fix="put one file for each learner into it",
        )
    return paths


def _graded(
    path: Path, asked: Sequence[str | Assignment] | None, seconds: float, megabytes: int
) -> Submission:
    try:
        code = path.read_text("utf-8")
        defined = _functions(code)
    except (OSError, UnicodeDecodeError, SyntaxError, ValueError, RecursionError) as error:
        what = f"line {error.lineno}: {error.msg}" if isinstance(error, SyntaxError) else str(error)
        count = len(asked) if asked is not None else 0
        return Submission(path.name, (), count, f"{type(error).__name__}: {what}")
    wanted = asked if asked is not None else [name for name in defined if name in FORMS]
    assignments = [
        each if isinstance(each, Assignment) else named_assignment(each, defined.get(each, ()))
        for each in wanted
    ]
    calls = [
        Call(each.name.partition(" ")[0], dict(case.arguments), dict(case.others), each.form)
        for each in assignments
        for case in each.calls
    ]
    given = outcomes(str(path), code, calls, seconds=seconds, megabytes=megabytes)
    reviews = []
    for each in assignments:
        own, given = given[: len(each.calls)], given[len(each.calls) :]
        reviews.append(judge(each, own))
    return Submission(path.name, tuple(reviews), len(reviews))


def _functions(code: str) -> Arguments:
    """The functions that a file defines, with the names of their arguments; nothing is run."""
    return {
        node.name: tuple(argument.arg for argument in node.args.args)
        for node in ast.parse(code).body
        if isinstance(node, ast.FunctionDef)
    }
