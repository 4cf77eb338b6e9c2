"""``glassnet train``: which kind of data this is, and what trains on it."""

from __future__ import annotations

from pathlib import Path

from glassnet.cli.limits import Allowed
from glassnet.cli.train_images import is_idx, train_images
from glassnet.errors import HyperparameterError, UnreadableFile
from glassnet.experiments import Options


def train_any(
    data: Path,
    target: str | None,
    options: Options,
    *,
    words: bool,
    series: str | None,
    window: int | None,
    horizon: int | None,
    header: bool,
    allow: Allowed,
    out: Path | None,
    as_json: bool,
) -> None:
    """Train on a table, images, a series or a text."""
    if data.is_dir() or is_idx(data):
        _without("images", series=series, window=window, horizon=horizon, words=words)
        _without("images", no_header=not header)
        if data.is_dir():
            _without("a folder of images, whose sub-folders are the classes", target=target)
        elif target is None:
            raise HyperparameterError(
                "The '--target' option is missing: which IDX file holds the labels?",
                fix=f"glassnet train {data} --target LABELS-idx1-ubyte.gz",
            )
        labels = None if target is None else Path(target)
        train_images(data, labels, options, out=out, as_json=as_json)
        return
    if words or data.suffix.lower() == ".txt":
        from glassnet.cli.train_text import train_text

        _without("a text", target=target, series=series, no_header=not header)
        _without("a text", window=window, horizon=horizon)
        train_text(data, options, words=words, out=out, as_json=as_json)
        return
    if series is not None:
        from glassnet.cli.train_series import train_series

        _without("a series", target=target)
        train_series(
            *(data, series, options),
            window=window,
            horizon=horizon or 1,
            header=header,
            allow=allow,
            out=out,
            as_json=as_json,
        )
        return
    _without("a table", window=window, horizon=horizon)
    if target is None:
        raise _unclear(data)
    from glassnet.cli.train import train_table

    train_table(data, target, options, header=header, allow=allow, out=out, as_json=as_json)


def _without(what: str, **given: object) -> None:
    """Refuse options that mean nothing for data of a kind."""
    for name, value in given.items():
        if value:
            option = f"--{name.replace('_', '-')}"
            raise HyperparameterError(
                f"The {option!r} option has no meaning for {what}.", fix=f"leave {option} out"
            )


def _unclear(data: Path) -> HyperparameterError | UnreadableFile:
    """The error where nothing says what is to be predicted."""
    if not data.exists():
        return UnreadableFile(
            f"{str(data)!r} cannot be read: there is no such file or folder.",
            expected="a table (CSV, TSV, Parquet), a folder of images or a text (.txt)",
            received=str(data),
            fix="check the spelling of the path",
        )
    return HyperparameterError(
        "The '--target' option is missing: which column of the table is to be predicted?",
        fix=f"glassnet train {data} --target COLUMN, or --series COLUMN for what comes next in it;"
        " a text is one whose name ends in .txt, or any file with --words",
    )
