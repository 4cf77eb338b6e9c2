"""``--limit NAME=NUMBER``: how a person raises what a file may ask for."""

from __future__ import annotations

import re
from dataclasses import fields
from typing import NamedTuple

from glassnet.errors import HyperparameterError, did_you_mean
from glassnet.model.limits import ModelLimits
from glassnet.tables import Limits


class Allowed(NamedTuple):
    """What a table and a model file may ask for."""

    table: Limits
    model: ModelLimits


def allowed(asked: list[str] | None) -> Allowed:
    """The limits, those named in ``["rows=200000000", ...]`` changed; one name may be in both.

    >>> allowed(["rows=7"]).table.rows
    7

    Raises
    ------
    HyperparameterError
        There is no such limit, or it is no whole number from 1.
    """
    names = [{field.name for field in fields(kind)} for kind in (Limits, ModelLimits)]
    known = sorted(names[0] | names[1])
    numbers = {}
    for text in asked or ():
        name, _, number = text.partition("=")
        if name not in known:
            raise HyperparameterError(
                f"The '--limit' option must name a limit: {', '.join(known)}. Got {text!r} "
                "instead.",
                fix=did_you_mean(name, known),
            )
        if not re.fullmatch("0*[1-9][0-9]{0,17}", number):
            raise HyperparameterError(
                f"The '--limit' option must give a whole number from 1. Got {text!r} instead.",
                fix=f"--limit {name}=1000000",
            )
        numbers[name] = int(number)
    table, model = ({n: numbers[n] for n in numbers if n in own} for own in names)
    return Allowed(Limits(**table), ModelLimits(**model))


def as_option(message: str) -> str:
    """The message of a limit, with the option of the command line in the place of Python's.

    >>> as_option("read a part of it, or pass limits=Limits(rows=8)")
    'read a part of it, or pass --limit rows=8'
    """
    return re.sub(r"limits=\w+\((\w+=\d+)\)", r"--limit \1", message)
