"""The scaling that a model file holds: back as it was, and refused where it does not fit."""

import json

import pytest

from glassnet.errors import Malformed
from glassnet.model.standardization import (
    Standardization,
    scaling_from_data,
    scaling_to_data,
)

PART = Standardization(center=(1.0, -2.5), scale=(3.0, 0.5))


@pytest.mark.parametrize("scaling", [None, PART, {"image": PART, "table": PART}])
def test_what_a_file_holds_comes_back(scaling):
    assert scaling_from_data(json.loads(json.dumps(scaling_to_data(scaling)))) == scaling


@pytest.mark.parametrize(
    ("data", "where"),
    [
        ([], "scaling"),
        ({"center": [1.0]}, "scaling"),
        ({"center": [1.0], "scale": ["3"]}, r"scaling\.scale"),
        ({"center": [1.0], "scale": [0.0]}, "scaling"),
        ({"branches": None}, r"scaling\.branches"),
        ({"branches": [PART.to_data()]}, r"scaling\.branches"),
        ({"branches": {"image": None}}, r"scaling\.image"),
        ({"branches": {"image": {"center": [1.0], "scale": [1.0], "more": 1}}}, r"scaling\.image"),
    ],
)
def test_what_does_not_fit_is_refused_by_its_place(data, where):
    with pytest.raises(Malformed, match=where):
        scaling_from_data(data)
