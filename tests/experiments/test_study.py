"""A table, understood, split and encoded: nothing is learned from rows that are held out."""

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_allclose

from glassnet.errors import DataError, HyperparameterError
from glassnet.experiments import Options, Study


def table(rows=100, seed=0):
    random = np.random.default_rng(seed)
    return pl.DataFrame(
        {
            "x": random.normal(size=rows),
            "c": random.choice(["a", "b", "d"], rows),
            "y": random.normal(size=rows),
            "k": random.choice(["no", "perhaps", "yes"], rows, p=[0.6, 0.1, 0.3]),
        }
    )


@pytest.mark.filterwarnings("ignore:classes with a single row")
@settings(max_examples=25, deadline=None)
@given(
    rows=st.integers(80, 200),
    seed=st.integers(0, 2**32),
    test=st.floats(0.1, 0.4),
    validation=st.none() | st.floats(0.1, 0.4),
    target=st.sampled_from(["y", "k"]),
)
def test_parts_are_disjoint_and_cover_all_labelled_rows(rows, seed, test, validation, target):
    data = table(rows)
    # One row in ten has no target.
    unknown = pl.arange(0, rows, eager=True) % 10 == 3
    data = data.with_columns(pl.when(~unknown).then(pl.col(target)).alias(target))
    study = Study.of(data, target, Options(seed=seed, test=test, validation=validation))
    labelled = data.filter(~unknown)
    assert study.unlabelled == unknown.sum()
    assert set(study.parts) == {"training", "validation", "test"}
    taken = np.concatenate([part.rows for part in study.parts.values()])
    assert sorted(taken.tolist()) == list(range(labelled.height))
    assert len(study.parts["test"].rows) == round(test * labelled.height)
    for part in study.parts.values():
        assert part.frame.equals(labelled.drop(target)[part.rows])
        assert part.labels.to_list() == labelled[target][part.rows].to_list()
        assert part.X.shape == (len(study.table.names), len(part.rows))
        assert_allclose(part.X, study.table.encode(part.frame), rtol=1e-6)
        assert part.X.dtype == part.Y.dtype == np.float32
        assert_allclose(part.Y, study.target.encode(part.labels), rtol=1e-6)


@pytest.mark.parametrize("seed", range(5))
def test_every_class_keeps_its_share_in_every_part(seed):
    data = table(500)
    study = Study.of(data, "k", Options(seed=seed))
    for label, count in data["k"].value_counts().iter_rows():
        for part in study.parts.values():
            assert abs((part.labels == label).sum() - count * len(part.rows) / 500) <= 2


def test_the_split_is_drawn_from_the_seed():
    rows = [Study.of(table(), "y", Options(seed=seed)).parts["test"].rows for seed in (1, 1, 2)]
    assert np.array_equal(rows[0], rows[1])
    assert not np.array_equal(rows[0], rows[2])


@pytest.mark.parametrize("target", ["y", "k"])
def test_nothing_is_learned_from_rows_that_are_held_out(target):
    data = table(300)
    study = Study.of(data, target, Options())
    held = np.concatenate([study.parts["validation"].rows, study.parts["test"].rows])
    changed = data.with_columns(
        x=data["x"].scatter(held, data["x"][held] * 1000 + 7),
        c=data["c"].scatter(held, "never seen in training"),
    )
    if target == "y":
        changed = changed.with_columns(y=data["y"].scatter(held, data["y"][held] * 1000 + 7))
    other = Study.of(changed, target, Options())
    assert np.array_equal(other.parts["test"].rows, study.parts["test"].rows)
    assert other.table == study.table
    assert other.target == study.target
    assert np.array_equal(other.parts["training"].X, study.parts["training"].X)
    assert np.array_equal(other.parts["training"].Y, study.parts["training"].Y)


def test_training_rows_are_standardised():
    study = Study.of(table(300), "y", Options())
    x, Y = study.parts["training"].X[0], study.parts["training"].Y[0]
    assert_allclose([x.mean(), Y.mean()], 0, atol=1e-5)
    assert_allclose([x.std(), Y.std()], 1, rtol=1e-4)


@pytest.mark.row(36)
def test_a_class_of_one_row_is_learned_from():
    data = table().with_columns(
        k=pl.when(pl.arange(0, 100) == 5).then(pl.lit("once")).otherwise("k")
    )
    with pytest.warns(UserWarning, match=r"classes with a single row: 'once'"):
        study = Study.of(data, "k", Options())
    assert 5 in study.parts["training"].rows


def test_leaks_are_found_in_all_rows_but_not_among_dropped_columns():
    data = table().with_columns(again=pl.col("y") * 2 + 1)
    leaks = Study.of(data, "y", Options()).leaks
    assert [leak.column for leak in leaks] == ["again"]
    assert "'again' repeats 'y'" in leaks[0].sentence
    assert Study.of(data, "y", Options(drop=("again",))).leaks == ()


def test_options_are_heard():
    study = Study.of(table(), "k", Options(drop=("x",), test=0.5, validation=0.2))
    assert [len(part.rows) for part in study.parts.values()] == [40, 10, 50]
    assert study.training_rows == 40
    assert [column.name for column in study.table.used] == ["c", "y"]
    assert study.target.task == "classification"
    few = pl.DataFrame({"x": np.arange(50.0), "n": np.arange(50) % 3})
    assert Study.of(few, "n", Options(drop=())).target.task == "classification"
    assert Study.of(few, "n", Options(task="regression")).target.task == "regression"


@pytest.mark.parametrize(
    ("options", "kind", "message"),
    [
        (Options(drop=("y",)), HyperparameterError, "'y' cannot be both dropped and predicted"),
        (Options(drop=("z",)), DataError, "drop names 'z', which is not a column of the table"),
        (Options(drop=("x", "c", "k")), DataError, "0 feature"),
        (Options(test=0.001), DataError, "set is too small: 0 of 100 rows"),
        (Options(validation=0.001), DataError, "set is too small: 0 of 80 rows"),
        (Options(test=0.999), DataError, "all 100 rows would be held out"),
    ],
)
@pytest.mark.row(12, 46)
def test_what_cannot_be_studied(options, kind, message):
    with pytest.raises(kind, match=message):
        Study.of(table(), "y", options)


@pytest.mark.row(1, 2)
def test_a_fault_is_counted_from_the_first_row_of_the_table():
    data = table()
    data[0, "y"] = None
    data[72, "x"] = float("inf")
    with pytest.raises(DataError, match=r"'x'.*row 73"):
        Study.of(data, "y", Options())


@pytest.mark.parametrize("kind", ["pandas", "arrow", "dict"])
def test_any_table_makes_the_same_study(kind):
    data = table()
    other = {"pandas": data.to_pandas, "arrow": data.to_arrow, "dict": data.to_dict}[kind]()
    one, two = Study.of(data, "k", Options()), Study.of(other, "k", Options())
    assert one.table == two.table
    assert one.target == two.target
    assert np.array_equal(one.parts["test"].X, two.parts["test"].X)
