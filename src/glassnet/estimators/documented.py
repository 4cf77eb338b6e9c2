"""Docstrings of estimators: what they share is written once, where it is declared."""

from __future__ import annotations

import inspect
import re
from typing import TypeVar

Class = TypeVar("Class", bound=type)
_SECTION = re.compile(r"^Parameters\n-+\n(.*?)(?=^\w[^\n]*\n-+$|\Z)", re.MULTILINE | re.DOTALL)


def documented(cls: Class) -> Class:
    """A class whose ``Parameters`` section goes on with those of its bases.

    Examples
    --------
    >>> class Base:
    ...     '''Parameters
    ...     ----------
    ...     rate : float
    ...         Of learning.
    ...     '''
    >>> @documented
    ... class Own(Base):
    ...     '''Parameters
    ...     ----------
    ...     width : int
    ...         Of a layer.
    ...     '''
    >>> [line for line in Own.__doc__.splitlines() if ":" in line]
    ['width : int', 'rate : float']
    """
    own, *bases = (inspect.cleandoc(vars(kind).get("__doc__") or "") for kind in cls.__mro__)
    sections = [found[1].strip() for doc in (own, *bases) if (found := _SECTION.search(doc))]
    together = "Parameters\n----------\n" + "\n".join(sections) + "\n\n"
    cls.__doc__ = _SECTION.sub(lambda _: together, own)
    return cls
