"""A checkup: what this installation has and uses, for people and for reports of bugs."""

from __future__ import annotations

import platform
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from typing import Any, Final

from threadpoolctl import threadpool_info

from glassnet import __version__
from glassnet.engines.compiled import flushes_small_numbers, instruction_sets, missing
from glassnet.engines.cores import cores

PACKAGES: Final = ("numpy", "scipy", "scikit-learn", "polars", "pillow", "matplotlib")


@dataclass(frozen=True)
class Checkup:
    """What a checkup found, by name; printed as a table.

    Attributes
    ----------
    facts : mapping of str to str
        In the order in which they are shown.
    """

    facts: Mapping[str, str]

    def __str__(self) -> str:
        width = max(map(len, self.facts))
        return "\n".join(f"{name:<{width}}  {fact}" for name, fact in self.facts.items())

    def to_data(self) -> dict[str, Any]:
        """The facts as plain data."""
        return dict(self.facts)


def checkup() -> Checkup:
    """Engine, instructions, threads, BLAS and versions of this installation.

    Examples
    --------
    >>> from glassnet.engines.checkup import checkup
    >>> found = checkup()
    >>> found.facts["engine"].split()[0] in ("native", "reference")
    True
    """
    known = instruction_sets()
    why = missing()
    facts = {
        "glassnet": __version__,
        "Python": f"{platform.python_version()} on {platform.system()}, {platform.machine()}",
        "engine": f"reference: {why}" if why else "native",
        "instructions": f"{known[0]} (kernels here: {', '.join(known)})" if known else "NumPy's",
        "threads": f"{cores()} at most",
        "BLAS": _blas(),
        "small numbers": "another library has them flushed to zero"
        if flushes_small_numbers()
        else "kept",
    }
    return Checkup(facts | {name: _version(name) for name in PACKAGES})


def _blas() -> str:
    found = [pool for pool in threadpool_info() if pool["user_api"] == "blas"]
    return ", ".join(
        dict.fromkeys(f"{pool['internal_api']} {pool['version'] or ''}".strip() for pool in found)
    )


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return "not installed"
