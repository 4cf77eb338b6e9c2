"""A small table with one column of every kind, the command line, and models trained once."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import polars as pl
import pytest
from typer.testing import CliRunner

from glassnet.cli.app import app

ROWS = 120
FEW = ("--epochs", "2", "--hidden", "4")


class Ended(NamedTuple):
    code: int
    out: str
    err: str

    @property
    def told(self) -> Any:
        """The one JSON object on standard output: anything else there is an error."""
        return json.loads(self.out)


def glassnet(*arguments: object) -> Ended:
    """Run a command in this process; no traceback ever reaches a user."""
    result = CliRunner().invoke(app, [str(argument) for argument in arguments])
    assert result.exception is None or isinstance(result.exception, SystemExit)
    assert "Traceback" not in result.output
    assert "bug in glassnet" not in result.output, result.output
    return Ended(result.exit_code, result.stdout, result.stderr)


def process(*arguments: object, **options: Any) -> "subprocess.CompletedProcess[str]":
    """Run a command in a process of its own, where signals, pipes and encodings are real."""
    env = {**os.environ, **options.pop("env", {})}
    command = [sys.executable, "-m", "glassnet", *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, timeout=300, env=env, **options)


def boats() -> pl.DataFrame:
    """Boats, of which the long ones are sold; nothing else says anything."""
    random = np.random.default_rng(7)
    length = random.normal(9, 2, ROWS).round(2)
    price = (length * 10 + random.normal(0, 4, ROWS)).round(2)
    age: list[int | None] = random.integers(0, 90, ROWS).tolist()
    age[3] = age[50] = None
    return pl.DataFrame(
        {
            "length": length,
            "age": age,
            "wood": random.choice(["oak", "pine", "teak"], ROWS),
            "licence": random.choice([True, False], ROWS),
            "flag": ["NO"] * ROWS,
            "berth": random.integers(1, 5, ROWS),
            "price": price,
            "sold": np.where(length + random.normal(0, 1, ROWS) > 9, "yes", "no"),
        }
    )


@pytest.fixture
def table() -> pl.DataFrame:
    return boats()


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Every test works in an empty folder, with the table as boats.csv."""
    monkeypatch.chdir(tmp_path)
    boats().write_csv("boats.csv")
    return tmp_path


@pytest.fixture(scope="session")
def models(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """A trained model for each kind of target."""
    folder = tmp_path_factory.mktemp("models")
    boats().write_csv(folder / "boats.csv")
    trained = {}
    for target in ("sold", "berth", "licence", "price"):
        ended = glassnet(
            "train", folder / "boats.csv", "--target", target, *FEW, "--out", folder / target
        )
        assert ended.code == 0, ended
        trained[target] = folder / f"{target}.safetensors"
    return trained
