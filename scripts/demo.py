"""The demonstration of `make demo`: a table becomes a trained, explained and saved network.

The table is one that scikit-learn ships: 30 measurements of the cell nuclei in 569 biopsies of
breast tumours, and whether the tumour was malignant (Street, Wolberg, Mangasarian, "Nuclear
feature extraction for breast tumor diagnosis", 1993). The last rows are set aside without their
diagnosis, to play the part of new patients.
"""

from __future__ import annotations

import csv
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path

from sklearn.datasets import load_breast_cancer

FOLDER = Path("demo")
TABLE, NEW = FOLDER / "breast_cancer.csv", FOLDER / "new_patients.csv"
NEW_ROWS = 20


def write(path: Path, header: list[str], rows: Iterable[list[object]]) -> None:
    with path.open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows([header, *rows])


def export() -> None:
    """Write the two tables."""
    data = load_breast_cancer()
    columns = [name.replace(" ", "_") for name in data.feature_names.tolist()]
    measured = data.data.tolist()
    diagnoses = data.target_names[data.target].tolist()
    rows = [[*row, diagnosis] for row, diagnosis in zip(measured, diagnoses, strict=True)]
    FOLDER.mkdir(exist_ok=True)
    write(TABLE, [*columns, "diagnosis"], rows[:-NEW_ROWS])
    write(NEW, columns, measured[-NEW_ROWS:])


def main() -> int:
    export()
    glassnet = Path(sys.executable).parent / "glassnet"
    shown = glassnet.relative_to(Path.cwd()) if glassnet.is_relative_to(Path.cwd()) else glassnet
    model, report = TABLE.with_suffix(".safetensors"), TABLE.with_suffix(".html")
    train = ["train", str(TABLE), "--target", "diagnosis", "--out", str(TABLE.with_suffix(""))]
    print(f"$ {shown} {' '.join(train)}", flush=True)
    status = subprocess.run([glassnet, *train], check=False).returncode
    if status:
        return status
    opener = "open" if sys.platform == "darwin" else "xdg-open"
    print(
        "",
        "Three commands to try next:",
        f"  {shown} predict {model} {NEW}",
        f"  {shown} explain {model} {NEW} --row 3",
        f"  {opener} {report}",
        sep="\n",
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
