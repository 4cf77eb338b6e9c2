"""Sections as text and as data."""

import json

import numpy as np

from glassnet.glass.explanation import Explanation, Section, numbers

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


def test_many_numbers_are_cut_and_counted():
    assert numbers(np.arange(8.0)) == "0  1  2  3  4  5  6  7"
    assert numbers(np.zeros((3, 400))).endswith("  … 1,192 more")
