"""What becomes of tables as they lie about; skipped where the data are not at hand."""

from pathlib import Path

import numpy as np
import pytest

from glassnet.tables import (
    likely_leaks,
    plan_table,
    plan_target,
    read_table,
    split_rows,
    summarise,
)

DATA = Path(__file__).parents[3] / "shared" / "data"

pytestmark = pytest.mark.skipif(not DATA.is_dir(), reason="shared/data is not at hand")


@pytest.mark.parametrize(
    ("file", "target", "task", "shape"),
    [
        ("titanic.csv", "survived", "binary classification", (30, 891)),
        ("california-housing.csv", "median_house_value", "regression", (14, 20_640)),
        ("diamonds.csv", "price", "regression", (26, 53_940)),
        ("adult-train.csv", "column_15", "binary classification", (108, 32_561)),
        ("monthly-sunspots.csv", "Sunspots", "regression", (3, 2820)),
        ("daily-min-temperatures.csv", "Temp", "regression", (5, 3650)),
    ],
)
def test_a_file_becomes_x_and_y_and_back(file, target, task, shape):
    table = read_table(DATA / file, header="adult" not in file)
    y, table = table[target], table.drop(target)
    assert plan_target(y).task == task
    plan = plan_table(table)
    X = plan.encode(table, dtype=np.float32)
    assert X.shape == shape
    back = plan.decode(X)
    for column in back:
        assert column.is_null().equals(table[column.name].is_null())
        if not column.dtype.is_numeric() and column.name not in ("deck", "column_14"):
            assert column.equals(table[column.name])


def test_titanic_leaks_and_repeats():
    table = read_table(DATA / "titanic.csv")
    survived, table = table["survived"], table.drop("survived")
    assert [leak.column for leak in likely_leaks(table, survived)] == ["alive"]
    assert [column.name for column in plan_table(table).dropped] == ["embark_town"]


def test_california_summary_and_cap():
    table = read_table(DATA / "california-housing.csv")
    price, table = table["median_house_value"], table.drop("median_house_value")
    assert summarise(table) == (
        "8 numbers, 1 category (ocean_proximity, 5 values), 207 missing values in total_bedrooms"
    )
    target = plan_target(price)
    assert round(target.capped * len(price)) == 965
    assert likely_leaks(table, price) == ()


def test_adult_fits_the_plan_of_its_training_file():
    train, test = (
        read_table(DATA / f"adult-{part}.csv", header=False) for part in ("train", "test")
    )
    plan = plan_table(train, drop=["column_15"])
    assert plan.encode(test).shape == (108, 16_281)


def test_diamonds_split_keeps_the_share():
    training, held_out = split_rows(read_table(DATA / "diamonds.csv")["cut"], 0.2, 0, stratify=True)
    assert (len(training), len(held_out)) == (43_152, 10_788)
