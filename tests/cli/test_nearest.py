"""Signs for terminals without them."""

import codecs
import inspect

import pytest

from glassnet import equations
from glassnet.cli.nearest import NEAREST, nearest
from glassnet.glass import describe, explain, explanation, row


def test_every_sign_has_an_ascii_one():
    assert all(text.isascii() and text for text in NEAREST.values())


def test_signs_that_are_printed_by_the_glass_are_known():
    text = "".join(map(inspect.getsource, (describe, explain, explanation, row, equations)))
    signs = {sign for sign in text if not sign.isascii()}
    assert {"√", "Σ", "−"} <= signs
    assert signs <= set(map(chr, NEAREST))


def test_what_fits_is_left_alone_and_the_rest_is_a_question_mark():
    codecs.register_error("nearest", nearest)
    assert "Köln −1 ☃".encode("latin-1", "nearest").decode("latin-1") == "Köln -1 ?"
    assert "Σᵢ (½)".encode("ascii", "nearest") == b"sum_i (1/2)"
    assert "v̂ / √ŝ".encode("ascii", "nearest") == b"v^ / sqrt s^"


def test_it_decodes_nothing():
    codecs.register_error("nearest", nearest)
    with pytest.raises(UnicodeDecodeError):
        b"\xff".decode("ascii", "nearest")
