"""JSON from outside: one meaning or none, quickly."""

import json
import time

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from glassnet.errors import HyperparameterError, Malformed
from glassnet.model.strict_json import dumps, json_data, loads

DATA = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(10**40), 10**40)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters(exclude_categories=["Cs"])),
    lambda inner: st.lists(inner) | st.dictionaries(st.text('ab\\"[{é😀\n'), inner),
    max_leaves=12,
)


@given(DATA)
def test_data_come_back_from_their_text(data):
    back = loads(dumps(data), "the text")
    assert back == data
    assert dumps(back) == dumps(data)


@pytest.mark.row(88)
@pytest.mark.parametrize(
    ("text", "received"),
    [
        ("", "Expecting value at character 0"),
        ("{", "Expecting property name enclosed in double quotes at character 1"),
        ("{} x", "Extra data at character 3"),
        ('{"a": 1, "a": 2}', "the key 'a' twice"),
        ('[{"b": {"a": 1, "a": 1}}]', "the key 'a' twice"),
        ("NaN", "NaN"),
        ("[-Infinity]", "-Infinity"),
        ("[Infinity]", "Infinity"),
        ("1e400", "1e400"),
        ("[-1e999]", "-1e999"),
        ("9" * 101, "9" * 20),
        ("0." + "1" * 10**6, "0." + "1" * 18),
        ("1" * 10**6, "1" * 20),
        (r'"\ud800"', "half of a surrogate pair"),
        (r'{"\udc00": 1}', "half of a surrogate pair"),
        ("[" * 65 + "]" * 65, "65"),
        ("[" * 10**5 + "]" * 10**5, "100000"),
        ('{"a":' * 10**5 + "1" + "}" * 10**5, "100000"),
        ("[" * 10**6, "1000000"),
        ('"' + '\\"' * 10**6, "Unterminated string starting at at character 0"),
        ('"a' * 10**6, "Extra data at character 3"),
    ],
    ids=lambda text: text[:20],
)
def test_text_that_is_not_strict_is_refused_at_once(text, received):
    began = time.process_time()
    with pytest.raises(Malformed) as refused:
        loads(text, "the description")
    assert time.process_time() - began < 5  # of this process's work: not of waiting
    assert refused.value.what.startswith("the description is ")
    assert refused.value.received == received
    assert refused.value.expected
    assert refused.value.fix


def test_brackets_in_strings_are_no_nesting():
    names = ["[" * 100, '"{' * 100, "\\" * 3 + "[" * 99]
    assert loads(dumps(names), "the text") == names


def test_pairs_of_surrogates_are_letters():
    assert loads(r'"\ud83d\ude00"', "the text") == "😀"


def test_numbers_keep_their_type():
    assert [type(n) for n in loads("[1, 1.0, -0, 1e2, -7]", "the text")] == [
        int,
        float,
        int,
        float,
        int,
    ]


@pytest.mark.parametrize("value", [float("nan"), float("inf"), {"a": [-float("inf")]}, "\ud800"])
def test_what_json_cannot_hold_is_not_written(value):
    with pytest.raises(HyperparameterError, match="cannot be written as JSON"):
        dumps(value)


def test_figures_become_plain_data():
    record = {
        "rows": (np.int64(3), np.uint8(4)),
        "r2": np.float32(0.5),
        "undefined": [np.nan, float("inf")],
        "fitted": np.bool_(True),
        "best_epoch": None,
        "source": "caf\udce9.csv",
    }
    assert json_data(record, "record") == {
        "rows": [3, 4],
        "r2": 0.5,
        "undefined": [None, None],
        "fitted": True,
        "best_epoch": None,
        "source": "caf\\udce9.csv",
    }
    assert json.loads(dumps(json_data(record, "record")))


@pytest.mark.parametrize("value", [object(), {1: 2}, {"a": {"b": [np.zeros(2)]}}, b"x", 1j])
def test_what_is_no_plain_data_is_refused(value):
    with pytest.raises(
        HyperparameterError, match=r"^record.* cannot be kept in a model"
    ) as refused:
        json_data(value, "record")
    assert refused.value.fix == "pass it as text, e.g. str(value)"
