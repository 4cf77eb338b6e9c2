"""Shape strings: read, matched with arrays, and turned into sizes."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from glassnet.shapes import Mismatch, match, parse, size, written

DENSE = "A: ... n m, W: units n, b: units 1 -> Z: ... units m"


def test_a_string_is_read():
    signature = parse(DENSE)
    assert dict(signature.reads) == {
        "A": ("...", "n", "m"),
        "W": ("units", "n"),
        "b": ("units", "1"),
    }
    assert dict(signature.makes) == {"Z": ("...", "units", "m")}


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("A: n m", "has no '->'"),
        ("A n m -> Z: n m", "no array of a shape string"),
        ("A: n m, A: n m -> Z: n m", "a name stands once"),
        ("A: n ... m -> Z: n m", "only in front"),
        ("A: n* m -> Z: n m", "no array of a shape string"),
        ("2A: n m -> Z: n m", "no array of a shape string"),
        ("A: n m -> ", "no array of a shape string"),
    ],
)
def test_what_is_no_shape_string(text, message):
    with pytest.raises(ValueError, match=message):
        parse(text)


def test_sizes_follow_from_shapes():
    reads = parse(DENSE).reads
    sizes = match(reads["A"], (2, 13, 3, 7), {"units": 5})
    assert sizes == {"units": 5, "...": (2, 13), "n": 3, "m": 7}
    assert match(reads["W"], (5, 3), sizes) == sizes
    assert size(("...", "units", "m"), sizes) == (2, 13, 5, 7)
    assert match(reads["A"], (3, 7), {})["..."] == ()


def test_sums_and_fixed_axes():
    axes = ("...", "n_a+n_b", "m")
    sizes = {"...": (2,), "n_a": 3, "n_b": 5, "m": 7}
    assert size(axes, sizes) == (2, 8, 7)
    assert match(axes, (2, 8, 7), sizes) == sizes
    assert size(("units", "1"), {"units": 4}) == (4, 1)


@pytest.mark.parametrize(
    ("axes", "shape", "sizes", "expected"),
    [
        (("n", "m"), (3,), {}, "2 axes (n, m)"),
        (("n", "m"), (2, 3, 7), {}, "2 axes (n, m)"),
        (("...", "n", "m"), (7,), {}, "2 axes (..., n, m)"),
        (("n", "m"), (3, 7), {"n": 5}, "(n, m) with n = 5"),
        (("units", "1"), (5, 2), {}, "(units, 1)"),
        (("units", "units"), (5, 3), {}, "(units, units) with units = 5"),
        (("a+b", "m"), (7, 2), {"a": 3, "b": 5}, "(a+b, m) with a+b = 8"),
        (("a+b", "m"), (5, 2), {"a": 5}, "(a+b, m) with a+b of at least 6"),
        (("...", "n", "m"), (2, 3, 7), {"...": (5,)}, "(..., n, m) with leading axes (5,)"),
    ],
)
def test_what_does_not_match_says_what_would(axes, shape, sizes, expected):
    with pytest.raises(Mismatch) as caught:
        match(axes, shape, sizes)
    assert caught.value.expected == expected


def test_what_is_missing_of_a_sum_follows_from_it():
    assert match(("units", "units+n"), (3, 8), {"units": 3}) == {"units": 3, "n": 5}
    assert match(("units", "units+n"), (3, 8), {}) == {"units": 3, "n": 5}
    with pytest.raises(KeyError):
        match(("a+b", "m"), (3, 8), {})


def test_known_sizes_are_left_as_they_are():
    known = {"n": 3}
    match(("n", "m"), (3, 7), known)
    assert known == {"n": 3}


@given(
    st.lists(st.integers(1, 9), max_size=3),
    st.integers(1, 9),
    st.integers(1, 9),
    st.integers(1, 9),
)
def test_a_shape_comes_back_from_its_sizes(leading, n, m, units):
    shape = (*leading, n, m)
    sizes = match(("...", "n", "m"), shape, {"units": units})
    assert size(("...", "n", "m"), sizes) == shape
    assert size(("...", "units", "m"), sizes) == (*leading, units, m)


def test_shapes_are_written_like_tuples():
    assert written(("n", "m")) == "(n, m)"
    assert written((3,)) == "(3,)"
    assert written(()) == "()"
