"""The network's picture: every dimension is in it, whatever its size."""

import re

import numpy as np
import polars as pl
import pytest
from tests.report.small import experiment, table

from glassnet.report.picture import MOST_UNITS, columns_of, picture
from glassnet.report.svg import Drawing


def texts(svg):
    return re.findall(r"<text[^>]*>([^<]*)", svg)


def test_dimensions_and_names(three_classes):
    shown = texts(picture(Drawing(), three_classes.model))
    n_x = len(three_classes.study.table.names)
    for text in (f"W[1] (5, {n_x})", "b[1] (5, 1)", "W[3] (3, 3)", f"n[0] = {n_x}", "n[2] = 3"):
        assert text in shown
    for text in (f"A[0] ({n_x}, m)", "A[2] (3, m)", "Tanh", "Dropout(rate=0.1)", "Softmax"):
        assert text in shown
    assert "harbour ×3" in shown
    assert "ŷ: kind = kind 2" in shown


@pytest.mark.parametrize("columns", [1, 5, 8, 9, 500])
def test_any_number_of_inputs(columns):
    random = np.random.default_rng(3)
    frame = pl.DataFrame({f"c{i}": random.normal(size=100) for i in range(columns)})
    made = experiment(frame.with_columns(y=frame["c0"] * 2 + 1), "y", 2)
    entered = columns_of(made.model)[0]
    drawn = [slot for slot in entered.slots if slot is not None]
    assert len(entered.slots) <= MOST_UNITS
    assert (None in entered.slots) == (columns > MOST_UNITS)
    assert drawn[0] == 0
    assert drawn[-1] == columns - 1
    assert f"n[0] = {entered.units:,}" in texts(picture(Drawing(), made.model))


def test_twelve_layers_go_on_in_the_next_line():
    svg = picture(Drawing(), experiment(table(), "kind", *range(13, 2, -1)).model)
    shown = texts(svg)
    assert all(f"W[{n}]" in " ".join(shown) for n in range(1, 13))
    assert shown.count("layer 4") == 2
    width = float(re.search(r'width="([\d.]+)"', svg)[1])
    assert width < 1000


def test_everything_drawn_lies_inside(two_classes):
    svg = picture(Drawing(), two_classes.model)
    width, height = map(float, re.search(r'viewBox="0 0 ([\d.]+) ([\d.]+)"', svg).groups())
    left = float(re.search(r"translate\(([\d.]+)", svg)[1])
    for x, y in re.findall(r'cx="([\d.]+)" cy="([\d.]+)"', svg):
        assert 0 < float(x) + left < width
        assert 0 < float(y) < height
