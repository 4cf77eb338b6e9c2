"""How well `glassnet train` learns with no option but the target: the figures of the README.

    python bench/defaults.py [SEEDS]

Needs the data folder named below; each table is trained with SEEDS seeds (3), each of which
holds out another fifth of the rows; a small table, whose fifth is a small sample, with eight
times as many. Beside the network stand the two baselines of the command itself: a linear model
and the constant.
"""

from __future__ import annotations

import json
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

DATA = Path(__file__).resolve().parents[2] / "shared" / "data"

TABLES = {
    "titanic": ["titanic.csv", "--target", "survived", "--drop", "alive"],
    "california-housing": ["california-housing.csv", "--target", "median_house_value"],
    "diamonds": ["diamonds.csv", "--target", "price"],
    "adult": ["adult-train.csv", "--target", "column_15", "--no-header"],
}
SMALL = {"titanic"}
SHOWN = ("accuracy", "log_loss", "rmse")


def train(arguments: list[str], seed: int, folder: str) -> dict:
    file, *options = arguments
    command = [sys.executable, "-m", "glassnet", "train", str(DATA / file), *options]
    command += ["--seed", str(seed), "--json", "--out", f"{folder}/model"]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    return json.loads(done.stdout)


def main() -> int:
    if not DATA.is_dir():
        print(f"nothing to measure: {DATA} does not exist")
        return 0
    seeds = int(sys.argv[1]) if len(sys.argv) > 1 else 3
    print("| table | score | glassnet | linear | constant | seeds | seconds |")
    print("|---|---|---|---|---|---|---|")
    for name, arguments in TABLES.items():
        with tempfile.TemporaryDirectory() as folder:
            wanted = 8 * seeds if name in SMALL else seeds
            runs = [train(arguments, seed, folder) for seed in range(wanted)]
        seconds = statistics.mean(run["seconds"] for run in runs)
        for score in SHOWN:
            if score in runs[0]["test"]:
                print(row(name, score, runs, seconds))
    return 0


def row(name: str, score: str, runs: list[dict], seconds: float) -> str:
    digits = 0 if score == "rmse" else 3
    figures = [[run["test"][score] for run in runs]]
    figures += [[run["baselines"][kind][score] for run in runs] for kind in ("linear", "constant")]
    ours, linear, constant = (f"{statistics.mean(values):,.{digits}f}" for values in figures)
    spread = f"{statistics.stdev(figures[0]):,.{digits}f}" if len(runs) > 1 else "?"
    shown = [name, score, f"{ours} ± {spread}", linear, constant, str(len(runs)), f"{seconds:.1f}"]
    return f"| {' | '.join(shown)} |"


if __name__ == "__main__":
    sys.exit(main())
