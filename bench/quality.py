"""How well the recipe for tables learns, beside three models of scikit-learn, in one run.

    python bench/quality.py [--seeds N] [--tables NAME ...] [--docs]

Every seed holds out another fifth of the rows by scikit-learn's train_test_split, stratified for
classes; all models learn from the same rows and are measured on the same others. Large tables
take N seeds (3); those of fewer than 5,000 rows, whose fifth is a small sample, four times as
many. The seconds are those of the processor, so that they hold on a busy machine too.

Four of the tables are looked for in the data folder named below, and left out where it is
absent; the others ship with scikit-learn. With --docs the page docs/quality.md and its picture
are written anew.
"""

from __future__ import annotations

import argparse
import math
import statistics
import sys
import time
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from sklearn import datasets
from sklearn.compose import TransformedTargetRegressor, make_column_transformer
from sklearn.ensemble import HistGradientBoostingClassifier, HistGradientBoostingRegressor
from sklearn.exceptions import ConvergenceWarning
from sklearn.impute import SimpleImputer
from sklearn.linear_model import LogisticRegression, Ridge
from sklearn.metrics import accuracy_score, log_loss, root_mean_squared_error
from sklearn.model_selection import train_test_split
from sklearn.neural_network import MLPClassifier, MLPRegressor
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder, StandardScaler

import glassnet as gn
from glassnet.report.svg import element

DATA = Path(__file__).resolve().parents[2] / "shared" / "data"
DOCS = Path(__file__).resolve().parents[1] / "docs"
SMALL = 5000


class Table(NamedTuple):
    """Rows to learn from: X with categories as pandas' own type, and y."""

    name: str
    X: pd.DataFrame
    y: pd.Series
    classes: bool


class Run(NamedTuple):
    """What a model came to with one seed."""

    scores: dict[str, float]
    seconds: float


def tabular(classes: bool, seed: int) -> Any:
    kind = gn.MLPClassifier if classes else gn.MLPRegressor
    return kind(recipe="tabular", random_state=seed)


def boosting(classes: bool, seed: int) -> Any:
    kind = HistGradientBoostingClassifier if classes else HistGradientBoostingRegressor
    return kind(categorical_features="from_dtype", random_state=seed)


def perceptron(classes: bool, seed: int) -> Any:
    kind = MLPClassifier if classes else MLPRegressor
    return prepared(kind(early_stopping=True, random_state=seed), scaled=not classes)


def linear(classes: bool, seed: int) -> Any:
    return prepared(LogisticRegression(max_iter=300) if classes else Ridge(), scaled=not classes)


def prepared(model: Any, *, scaled: bool) -> Any:
    """Numbers standardised, categories one-hot, missing values imputed with an indicator."""
    kinds = make_column_transformer(
        (
            make_pipeline(SimpleImputer(add_indicator=True), StandardScaler()),
            lambda X: X.select_dtypes("number").columns,
        ),
        (OneHotEncoder(handle_unknown="ignore"), lambda X: X.select_dtypes("category").columns),
    )
    whole = make_pipeline(kinds, model)
    return TransformedTargetRegressor(whole, transformer=StandardScaler()) if scaled else whole


MODELS: dict[str, Callable[[bool, int], Any]] = {
    "glassnet, recipe for tables": tabular,
    "HistGradientBoosting, defaults": boosting,
    "scikit-learn's MLP, early stopping": perceptron,
    "linear": linear,
}
YARDSTICK = "HistGradientBoosting, defaults"
COLORS = ("#d1495b", "#30638e", "#edae49", "#8d96a3")


def tables() -> list[Table]:
    """Those of the data folder, where there is one, and those that scikit-learn ships."""
    found = []
    if DATA.is_dir():
        titanic = pd.read_csv(DATA / "titanic.csv").drop(columns="alive")
        adult = pd.read_csv(
            DATA / "adult-train.csv", header=None, skipinitialspace=True, na_values="?"
        ).rename(columns=lambda place: f"column_{place + 1}")
        found = [
            _table("titanic", titanic, "survived", classes=True),
            _table("adult", adult, "column_15", classes=True),
            _table(
                "california-housing",
                pd.read_csv(DATA / "california-housing.csv"),
                "median_house_value",
                classes=False,
            ),
            _table("diamonds", pd.read_csv(DATA / "diamonds.csv"), "price", classes=False),
        ]
    shipped = {
        "breast-cancer": datasets.load_breast_cancer,
        "wine": datasets.load_wine,
        "digits": datasets.load_digits,
        "diabetes": datasets.load_diabetes,
    }
    for name, load in shipped.items():
        frame = load(as_frame=True).frame
        found.append(_table(name, frame, "target", classes=name != "diabetes"))
    return found


def _table(name: str, frame: pd.DataFrame, target: str, *, classes: bool) -> Table:
    X, y = frame.drop(columns=target), frame[target]
    text = [column for column in X if not pd.api.types.is_numeric_dtype(X[column])]
    flags = list(X.select_dtypes("bool"))
    return Table(name, X.astype(dict.fromkeys([*text, *flags], "category")), y, classes)


def measured(table: Table, make: Callable[[bool, int], Any], seed: int) -> Run:
    """Fit with one seed; the scores of the held-out fifth."""
    X, y, classes = table.X, table.y, table.classes
    parts = train_test_split(
        X, y, test_size=0.2, random_state=seed, stratify=y if classes else None
    )
    learn, test, labels, true = parts
    began = time.process_time()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)
        model = make(classes, seed).fit(learn, labels)
    seconds = time.process_time() - began
    if not classes:
        return Run({"RMSE": root_mean_squared_error(true, model.predict(test))}, seconds)
    values, p = np.unique(y), model.predict_proba(test)
    accuracy = accuracy_score(true, values[p.argmax(axis=1)])
    loss = log_loss(true, p / p.sum(axis=1, keepdims=True), labels=values)
    return Run({"accuracy": accuracy, "log loss": loss}, seconds)


def cell(values: list[float]) -> str:
    mean = statistics.mean(values)
    digits = 0 if mean > 1000 else 2 if mean > 10 else 4
    spread = statistics.stdev(values) if len(values) > 1 else float("nan")
    return f"{mean:,.{digits}f} ± {spread:,.{digits}f}"


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--tables", nargs="*")
    parser.add_argument("--docs", action="store_true")
    asked = parser.parse_args()
    chosen = [table for table in tables() if table.name in (asked.tables or [table.name])]
    lines = [
        f"| table | rows | seeds | score | {' | '.join(MODELS)} |",
        f"|---|---|---|---|{'---|' * len(MODELS)}",
    ]
    print("\n".join(lines), flush=True)
    results = {}
    for table in chosen:
        seeds = asked.seeds if len(table.X) >= SMALL else 4 * asked.seeds
        runs = {
            name: [measured(table, make, seed) for seed in range(seeds)]
            for name, make in MODELS.items()
        }
        results[table.name] = runs
        for line in rows(table, seeds, runs):
            lines.append(line)
            print(line, flush=True)
    if asked.docs:
        write(lines, DOCS / "quality.md")
        draw(results, DOCS / "_static" / "quality.svg")
    return 0


def write(lines: list[str], page: Path) -> None:
    """Put the table into the page, between its two marks."""
    before, begin, rest = page.read_text(encoding="utf-8").partition("<!-- measured -->\n")
    _, end, after = rest.partition("<!-- end -->\n")
    page.write_text(before + begin + "\n".join(lines) + "\n" + end + after, encoding="utf-8")


def rows(table: Table, seeds: int, runs: dict[str, list[Run]]) -> list[str]:
    head = f"| {table.name} | {len(table.X):,} | {seeds}"
    first = next(iter(runs.values()))[0]
    lines = []
    for score in first.scores:
        cells = [cell([run.scores[score] for run in of_model]) for of_model in runs.values()]
        lines.append(f"{head} | {score} | {' | '.join(cells)} |")
    times = [statistics.mean(run.seconds for run in of_model) for of_model in runs.values()]
    lines.append(f"{head} | seconds to fit | {' | '.join(f'{t:.1f}' for t in times)} |")
    return lines


def draw(results: dict[str, dict[str, list[Run]]], file: Path) -> None:
    """The mean log loss or RMSE of every model, as a multiple of gradient boosting's."""
    ratios = {}
    for table, runs in results.items():
        name = "RMSE" if "RMSE" in runs[YARDSTICK][0].scores else "log loss"
        means = {
            model: statistics.mean(run.scores[name] for run in of_model)
            for model, of_model in runs.items()
        }
        ratios[f"{table}, {name}"] = {m: mean / means[YARDSTICK] for m, mean in means.items()}
    every = [ratio for of_table in ratios.values() for ratio in of_table.values()]
    low, high = math.log(min(every) / 1.1), math.log(max(every) * 1.1)

    def x(ratio: float) -> float:
        return 210.0 + 480.0 * (math.log(ratio) - low) / (high - low)

    bottom = 60.0 + 30.0 * len(ratios)
    marks = [ratio for ratio in (0.25, 0.5, 1.0, 2.0, 4.0, 8.0) if low < math.log(ratio) < high]
    parts = [
        element("path", d=f"M{x(mark):.1f} 50V{bottom}", stroke="#8888", stroke_dasharray="2 3")
        for mark in marks
    ]
    parts += [_text(f"{mark:g}", x(mark), bottom + 18, "middle") for mark in marks]
    for place, (model, color) in enumerate(zip(MODELS, COLORS, strict=True)):
        parts.append(element("circle", cx=20 + 175 * place, cy=20, r=5, fill=color))
        parts.append(_text(model.partition(",")[0], 30 + 175 * place, 24, "start"))
    for place, (label, of_table) in enumerate(ratios.items()):
        y = 70.0 + 30.0 * place
        parts.append(_text(label, 200, y + 4, "end"))
        for (model, ratio), color in zip(of_table.items(), COLORS, strict=True):
            told = element("title", f"{model}: {ratio:.3f}")
            parts.append(element("circle", told, cx=x(ratio), cy=y, r=6, fill=color))
    parts.append(_text("error / error of HistGradientBoosting; left is better", 450, bottom + 36))
    size = {"xmlns": "http://www.w3.org/2000/svg", "viewBox": f"0 0 720 {bottom + 46:g}"}
    file.write_text(str(element("svg", *parts, **size)) + "\n", encoding="utf-8")


def _text(text: str, x: float, y: float, anchor: str = "middle") -> str:
    font = {"font_family": "sans-serif", "font_size": 13, "fill": "#777"}
    return element("text", text, x=x, y=y, text_anchor=anchor, **font)


if __name__ == "__main__":
    sys.exit(main())
