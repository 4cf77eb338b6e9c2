"""``glassnet train`` on a folder of images, or on two IDX files."""

from __future__ import annotations

import re
from pathlib import Path

from glassnet.cli.train_text import train_examples
from glassnet.experiments import Options
from glassnet.experiments.images import of_arrays, of_folder
from glassnet.images.idx import read_idx

IDX = re.compile(r"idx\d?(-u?byte)?(\.gz)?$|\.idx(\.gz)?$", re.IGNORECASE)


def is_idx(path: Path) -> bool:
    """Whether a file is called as IDX files are: ``train-images-idx3-ubyte.gz``.

    >>> is_idx(Path("t10k-images-idx3-ubyte.gz")), is_idx(Path("houses.csv"))
    (True, False)
    """
    return bool(IDX.search(path.name))


def train_images(
    data: Path, labels: Path | None, options: Options, *, out: Path | None, as_json: bool
) -> None:
    """Train a convolutional network on images and their classes."""
    if labels is None:
        study = of_folder(data, options)
    else:
        study = of_arrays(read_idx(data), read_idx(labels), options, source=data.name)
    train_examples(study, data, out, as_json=as_json)
