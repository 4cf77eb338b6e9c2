"""A trace as a table, as JSON, LaTeX and HTML."""

import json
import re
from html.parser import HTMLParser

import numpy as np
import pandas as pd
import pytest
from tests.silent_layer import Convolution

import glassnet as gn

M = 7


@pytest.fixture
def trace():
    network = gn.Network([gn.Dense(2), gn.Sigmoid()], gn.BinaryCrossEntropy())
    X = np.arange(3.0 * M).reshape(3, M) / 10 - 1
    return network.trace(network.initialize((3,)), X, np.eye(2, M))


def test_the_table_holds_every_number_once(trace):
    frame = trace.to_frame()
    assert frame.height == sum(array.size for array in trace.values())
    again = {name: np.full(array.shape, np.nan) for name, array in trace.items()}
    for name, position, unit, column, example, value in frame.iter_rows():
        assert position is None
        assert (column is None) != (example is None)
        assert (column is not None) == (name in ("W1", "b1", "dW1", "db1"))
        again[name][unit, example if column is None else column] = value
    for name, array in trace.items():
        np.testing.assert_array_equal(again[name], array)


def test_the_table_of_images_has_positions():
    network = gn.Network([Convolution(3)], gn.SquaredError())
    trace = network.trace(network.initialize((4, 5, 2)), np.ones((4, 5, 2, M)))
    frame = trace.to_frame()
    rows = frame.filter(array="Z1", position="2, 3", unit=1, example=6)
    assert rows["value"].to_list() == [trace["Z1"][2, 3, 1, 6]]
    assert frame.filter(array="W1", position="1, 0", unit=2, input=1).height == 1


def test_other_dataframe_libraries_take_the_table(trace):
    frame = trace.example(0).to_frame().to_pandas()
    assert isinstance(frame, pd.DataFrame)
    assert frame.query("array == 'Z1' and unit == 1")["value"].item() == trace["Z1"][1, 0]


def test_json_is_strict_and_complete(trace):
    told = json.loads(trace.to_json(), parse_constant=pytest.fail)
    assert told["cost"] == trace.cost
    assert list(told["arrays"]) == list(trace)
    for name, array in trace.items():
        np.testing.assert_array_equal(told["arrays"][name]["values"], array)
        assert told["arrays"][name]["shape"] == list(array.shape)
    assert told["arrays"]["dW1"]["called"] == "dW[1]"


def test_json_has_null_for_what_is_not_finite(trace):
    broken = gn.Trace.of(trace.network, {"A0": np.array([[np.nan, np.inf, 1.0]])}, None)
    assert json.loads(broken.to_json())["arrays"]["A0"]["values"] == [[None, None, 1.0]]


def test_latex_shows_small_matrices_whole_and_long_ones_at_their_ends(trace):
    text = trace.to_latex()
    begun, ended = (re.findall(rf"\\{word}{{(\w+)}}", text) for word in ("begin", "end"))
    assert sorted(begun) == sorted(ended)
    assert text.count("{") == text.count("}")
    assert r"{b^{[1]}} &= \begin{pmatrix} 0 \\ 0 \end{pmatrix} && (2, 1)" in text
    x = next(line for line in text.splitlines() if line.startswith("X"))
    assert r"-1 & -0.9 & -0.8 & -0.7 & \cdots & -0.4 \\" in x
    assert text.splitlines()[-2] == f"J &= {trace.cost:.4g}"


class Tags(HTMLParser):
    """Checks that what is opened is closed, in order."""

    def __init__(self):
        super().__init__()
        self.open, self.text = [], []

    def handle_starttag(self, tag, attrs):
        self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        self.text.append(data)


def test_html_is_well_formed_and_says_every_name(trace):
    page = Tags()
    page.feed(trace._repr_html_())
    page.close()
    assert not page.open
    text = "".join(page.text)
    assert "dW[1](2, 3)" in text
    assert "Z<sup>[1]</sup>" in trace.to_html()


def test_of_a_part_only_the_part_is_written(trace):
    assert "dW" not in trace.layer(1).to_latex().split("db")[1]
    assert set(trace.unit(1, 1).to_data()["arrays"]) == set(trace.layer(1))
