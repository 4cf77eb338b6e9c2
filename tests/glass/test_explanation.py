"""Sections as text and as data."""

import json

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from glassnet.glass.explanation import Explanation, Section, number, numbers

TABLE = Section("Title", ("a", "bb"), (("1", ""), ("22", "3")), lines=("below",))
LINES = Section("Other", lines=("one", "two"))


def test_text_is_aligned_and_ends_without_blanks():
    assert str(Explanation((TABLE, LINES))) == (
        "Title\n  a   bb\n  1\n  22  3\n  below\n\nOther\n  one\n  two"
    )


def test_data_are_strict_json():
    told = Explanation((TABLE, LINES), {"W": np.array([[1.0, 2.0]], np.float32)}).to_data()
    assert told == {
        "Title": [{"a": "1", "bb": ""}, {"a": "22", "bb": "3"}],
        "Other": ["one", "two"],
        "arrays": {"W": [[1.0, 2.0]]},
    }
    assert json.loads(json.dumps(told, allow_nan=False)) == told
    assert "arrays" not in Explanation((LINES,)).to_data()


def test_explanations_follow_each_other():
    both = Explanation((TABLE,), {"W": np.ones(1)}) + Explanation((LINES,), {"b": np.ones(1)})
    assert both.sections == (TABLE, LINES)
    assert set(both.arrays) == {"W", "b"}


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0.0, "0"),
        (-0.000012345, "−1.234e−05"),
        (999.96, "1000"),
        (1000.0, "1,000"),
        (-1234567.6, "−1,234,568"),
        (1e12, "1e+12"),
        (2.0, "2"),
    ],
)
def test_numbers_have_four_digits_and_a_true_minus(value, text):
    assert number(value) == text


@given(st.floats(-1e11, 1e11))
def test_a_number_reads_back_to_four_digits(value):
    read = float(number(value).replace("−", "-").replace(",", ""))
    assert read == pytest.approx(value, rel=5.1e-4, abs=1e-300)


def test_many_numbers_are_cut_and_counted():
    assert numbers(np.arange(8.0)) == "0  1  2  3  4  5  6  7"
    assert numbers(np.zeros((3, 400))).endswith("  … 1,192 more")
