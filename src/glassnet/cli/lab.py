"""``glassnet lab``: one of the course's experiments."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Final

from glassnet.cli.text import console, line, plain
from glassnet.errors import CheckpointError, HyperparameterError, did_you_mean, listed, shown
from glassnet.glass import labs

LABS: Final[Mapping[str, Callable[[], Any]]] = {
    "loops": labs.loops,
    "broadcasting": labs.broadcasting,
    "symmetry": labs.symmetry,
    "linear-collapse": labs.linear_collapse,
    "saturation": labs.saturation,
    "learning-rate": labs.learning_rate,
    "circuits": labs.circuits,
}
PICTURES: Final = (".svg", ".png", ".pdf")


def list_labs(*, as_json: bool) -> None:
    """Print the name of every lab, and what it shows."""
    shows = {name: (lab.__doc__ or "").partition("\n")[0] for name, lab in LABS.items()}
    if as_json:
        print(json.dumps({"labs": shows}))
        return
    screen, width = console(), max(map(len, shows)) + 2
    for name, sentence in shows.items():
        line(screen, name, sentence, width)


def run_lab(name: str, picture: Path | None, *, as_json: bool) -> None:
    """Print what a lab shows; with `picture`, draw it into that file, too."""
    lab = LABS.get(name.replace("_", "-"))
    if lab is None:
        raise HyperparameterError(
            f"There is no lab called {shown(name)}.",
            expected=listed(LABS),
            received=shown(name),
            fix=did_you_mean(name, LABS),
        )
    if picture is not None and picture.suffix.lower() not in PICTURES:
        raise HyperparameterError(
            f"The --picture option must name a file that ends in {listed(PICTURES)}. "
            f"Got {shown(str(picture))} instead.",
            fix=f"--picture {picture.stem}.svg",
        )
    if picture is not None and find_spec("matplotlib") is None:
        raise HyperparameterError(
            "A picture needs matplotlib, which is not installed.",
            fix='pip install "glassnet[plots]", or leave out --picture',
        )
    result = lab()
    print(json.dumps(plain(result.to_data())) if as_json else result)
    if picture is not None:
        try:
            result.figure().savefig(picture)
        except OSError as error:
            raise CheckpointError(
                f"The picture cannot be written to {shown(str(picture))}.",
                received=error.strerror or str(error),
                fix="name a file in a folder that exists and can be written to",
            ) from None
