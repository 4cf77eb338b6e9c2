"""How much a model file may ask for; every limit can be raised by name."""

from __future__ import annotations

from dataclasses import dataclass

from glassnet.domains import Checked, Count
from glassnet.errors import TooLarge


@dataclass(frozen=True)
class ModelLimits(Checked):
    """The most that `load` takes from a file, and that `save` puts into one.

    Parameters
    ----------
    file_bytes : int
        Size of the file: 8 GiB.
    header_bytes : int
        Length of the header, which names and measures every tensor: 4 MiB.
    description_bytes : int
        Length of the description in it, as JSON: 1 MiB.
    depth : int
        How deeply JSON may be nested: 64.
    tensors : int
        How many there may be: 10,000.
    name_bytes : int
        Length of a tensor's name: 256.
    axes : int
        Of one tensor: 8.

    Examples
    --------
    >>> ModelLimits(file_bytes=2**40).tensors
    10000
    """

    file_bytes: Count = 8 * 2**30
    header_bytes: Count = 4 * 2**20
    description_bytes: Count = 2**20
    depth: Count = 64
    tensors: Count = 10_000
    name_bytes: Count = 256
    axes: Count = 8

    def check(self, limit: str, asked: int, what: str) -> None:
        """Refuse a request beyond a limit.

        Parameters
        ----------
        limit : str
            The name of the limit, e.g. ``"file_bytes"``.
        asked : int
            How much was asked for.
        what : str
            What asked for it, e.g. ``"the header"``.

        Raises
        ------
        TooLarge
        """
        most: int = getattr(self, limit)
        if asked > most:
            raise TooLarge(
                f"{what} is beyond the limit {limit}.",
                expected=f"at most {most:,}",
                received=f"{asked:,}",
                fix=f"if you trust the file, pass limits=ModelLimits({limit}={asked})",
            )
