"""What a submission's process may say to the grader: JSON, never objects that act on arrival."""

from __future__ import annotations

import json
from typing import Any, Final

import numpy as np

from glassnet.glass.review.outcome import Outcome

LARGEST: Final = 100_000
"""Numbers in one array of an answer; those of the assignments have far fewer."""
LONGEST: Final = 500
"""Characters of a text in an answer."""


def as_line(outcome: Outcome) -> str:
    """An outcome on one line."""
    arrays: dict[str, Any] = {}
    for name, value in outcome.arrays.items():
        try:
            array = np.asarray(value, dtype=float)
        except (TypeError, ValueError):
            arrays[name] = type(value).__name__
            continue
        if array.size > LARGEST:
            large = f"{name} has the shape {array.shape}: too large for an answer"
            return as_line(Outcome(form=large))
        arrays[name] = {"shape": array.shape, "data": array.ravel().tolist()}
    told = {
        "arrays": arrays,
        "error": outcome.error[:LONGEST],
        "form": outcome.form[:LONGEST],
        "written": outcome.written,
        "replaced": outcome.replaced,
        "notes": outcome.notes,
    }
    return json.dumps(told)


def from_line(line: bytes) -> Outcome:
    """An outcome from what a submission's process has written, which may be anything.

    Raises
    ------
    ValueError
        It is no outcome.
    """
    try:
        told = json.loads(line)
        arrays = {str(name): _array(value) for name, value in told["arrays"].items()}
        written, replaced, notes = (
            tuple(str(text)[:LONGEST] for text in told[key])
            for key in ("written", "replaced", "notes")
        )
        error, form = str(told["error"])[:LONGEST], str(told["form"])[:LONGEST]
    except (KeyError, TypeError, AttributeError, RecursionError, OverflowError) as fault:
        raise ValueError(f"this is no answer: {fault}") from None
    return Outcome(arrays, error, form, written, replaced, notes)


def _array(value: Any) -> Any:
    if isinstance(value, str):
        return value
    return np.array(value["data"], dtype=float).reshape([int(n) for n in value["shape"]])
