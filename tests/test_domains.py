"""Domains: what a description accepts, and the words with which it refuses."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Literal

import numpy as np
import pytest

import glassnet as gn
from glassnet.domains import Checked, Count, Interval, Natural, NonNegative, OpenShare, Share
from glassnet.errors import HyperparameterError


@dataclass(frozen=True)
class Sample(Checked):
    count: Count = 1
    natural: Natural = 0
    share: Share = 0.0
    open_share: OpenShare | tuple[OpenShare, ...] = 0.5
    strength: NonNegative | None = None
    word: Literal["one", "other"] = "one"
    any_number: float = 0.0
    pair: tuple[int, int] = (1, 2)
    several: Sequence[Count] = ()
    kind: type[Checked] = Checked
    kinds: type[ValueError | OSError] = OSError


@pytest.mark.parametrize(
    "fields",
    [
        {"count": 1},
        {"count": np.int8(5)},
        {"natural": 0},
        {"share": 0},
        {"share": np.float32(0.5)},
        {"share": Fraction(1, 4)},
        {"open_share": (0.1, 0.9)},
        {"open_share": [0.1, 0.9]},
        {"strength": None},
        {"strength": 1e300},
        {"word": "other"},
        {"any_number": -math.inf},
        {"pair": (3, 4)},
        {"several": [1, 2, 3]},
        {"kinds": FileNotFoundError},
    ],
    ids=repr,
)
def test_accepted(fields):
    (name, value), made = next(iter(fields.items())), Sample(**fields)
    kept = getattr(made, name)
    assert kept == (tuple(value) if isinstance(value, list) else value)
    assert not isinstance(kept, np.generic | Fraction | list)


@pytest.mark.row(37)
@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"count": 0}, "must be an int in the range [1, inf). Got 0 instead."),
        ({"count": 1.0}, "must be an int in the range [1, inf). Got 1.0 instead."),
        ({"count": True}, "must be an int in the range [1, inf). Got True instead."),
        ({"natural": -1}, "must be an int in the range [0, inf). Got -1 instead."),
        ({"share": 1.0}, "must be a float in the range [0.0, 1.0). Got 1.0 instead."),
        ({"share": math.nan}, "must be a float in the range [0.0, 1.0). Got nan instead."),
        ({"open_share": (0.1, 1.0)}, "Got (0.1, 1.0) instead."),
        ({"strength": "1"}, "must be a float in the range [0.0, inf) or None. Got '1' instead."),
        ({"strength": math.inf}, "Got inf instead."),
        ({"word": "any"}, "must be one of 'one', 'other'. Got 'any' instead."),
        ({"word": ["one"]}, "Got ['one'] instead."),
        ({"any_number": math.nan}, "must be a float. Got nan instead."),
        ({"pair": (1, 2, 3)}, "Got (1, 2, 3) instead."),
        ({"kind": str}, "must be a subclass of Checked. Got <class 'str'> instead."),
        ({"kind": 3}, "must be a subclass of Checked. Got 3 instead."),
        ({"kinds": KeyError}, "must be a subclass of ValueError or OSError."),
        ({"several": 3}, "must be a sequence of which each item is an int in the range [1, inf)."),
    ],
    ids=repr,
)
def test_refused(fields, message):
    (name,) = fields
    with pytest.raises(HyperparameterError) as caught:
        Sample(**fields)
    text = str(caught.value)
    assert text.startswith(f"The '{name}' parameter of Sample must be ")
    assert message.replace("['one']", "('one',)") in text
    assert f"to fix     pass {name}=" in text


def test_a_refused_value_is_shown_in_200_characters():
    with pytest.raises(HyperparameterError) as caught:
        Sample(word="x" * 10_000)
    assert len(str(caught.value)) < 500


def test_reprs_leave_out_none_and_can_be_read_back():
    assert "strength" not in repr(Sample())
    assert repr(Sample(strength=2.0)).startswith("Sample(count=1, natural=0, share=0.0, open_")
    told = repr(Sample(several=[1, 2])).replace("<class 'OSError'>", "OSError")
    told = told.replace(f"{Checked!r}", "Checked")
    assert eval(told) == Sample(several=(1, 2))


def test_a_repr_of_ones_own_stays():
    @dataclass(frozen=True)
    class Short(Checked):
        count: Count = 1

        def __repr__(self):
            return f"Short of {self.count}"

    @dataclass(frozen=True)
    class Shorter(Short):
        other: Count = 2

    assert (repr(Short(3)), repr(Shorter(4))) == ("Short of 3", "Short of 4")


def test_descriptions_are_frozen_equal_and_hashable():
    assert Sample(count=np.int64(2)) == Sample(count=2)
    assert hash(Sample(several=[1, 2])) == hash(Sample(several=(1, 2)))
    with pytest.raises(AttributeError):
        Sample().count = 3


@pytest.mark.parametrize(
    ("text", "inside", "outside"),
    [
        ("[0.0, 1.0)", [0, 0.5], [-1e-9, 1, 2]),
        ("(0.0, 1.0]", [1, 0.5], [0, 2]),
        ("[1, inf)", [1, 1e300], [0, math.inf]),
    ],
)
def test_intervals(text, inside, outside):
    assert all(value in Interval(text) for value in inside)
    assert not any(value in Interval(text) for value in outside)


def test_a_class_in_the_place_of_its_object_is_named_and_nothing_else_is_proposed():
    for given, kind in ((gn.Adam, "Adam"), ("adam", "Adam"), ("LBFGS", "LBFGS")):
        with pytest.raises(HyperparameterError) as caught:
            gn.Training(given)
        assert "must be an Optimizer or an LBFGS. Got" in str(caught.value)
        assert caught.value.fix == f"did you mean an object of the class {kind!r}?"
    with pytest.raises(HyperparameterError) as caught:
        gn.Training("fastest")
    assert caught.value.fix.startswith("pass optimizer= an Optimizer or an LBFGS; the classes are")
