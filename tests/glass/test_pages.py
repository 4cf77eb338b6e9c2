"""Explanations as HTML and LaTeX."""

import re

import numpy as np
from tests.trace.test_written import Tags

import glassnet as gn
from glassnet.glass.explanation import Explanation, Section


def explained():
    network = gn.Network(
        [gn.Dense(3), gn.Tanh(), gn.Dense(1), gn.Sigmoid()], gn.BinaryCrossEntropy()
    )
    trace = network.trace(network.initialize((2,)), np.ones((2, 5)), np.ones((1, 5)))
    whole = gn.explain(network, input_shape=(2,)) + gn.explain(trace, layer=1, unit=2)
    return whole + gn.explain(trace, "dZ", layer=2) + gn.explain(trace)


def test_html_is_well_formed_and_complete():
    page = Tags()
    page.feed(explained()._repr_html_())
    page.close()
    assert not page.open
    text = "".join("".join(page.text).split())
    for section in explained().sections:
        assert "".join(section.title.split()) in text
        for cell in (*section.lines, *(cell for row in section.rows for cell in row)):
            assert "".join(cell.split()) in text


def test_shapes_stand_apart_from_the_equation():
    page = explained().to_html()
    assert (
        'Z<sup>[1]</sup> = W<sup>[1]</sup> A<sup>[0]</sup> + b<sup>[1]</sup><span style="opacity'
        in page
    )
    assert "Z<sup>[1]</sup> (3, 5) &ensp;W<sup>[1]</sup> (3, 2)" in page


def test_nothing_of_the_data_becomes_html():
    page = Explanation((Section("<b>", ("<i>",), (("&",),), ("<script>",)),)).to_html()
    assert not re.search("<(b|i|script)>", page)
    assert "&lt;script&gt;" in page


def test_latex_is_balanced_and_plain():
    text = explained().to_latex()
    assert text.count(r"\(") == text.count(r"\)")
    bare = text.replace(r"\{", "").replace(r"\}", "")
    assert bare.count("{") == bare.count("}")
    assert text.count(r"\begin{tabular}") == text.count(r"\end{tabular}") > 0
    assert r"\({Z^{[1]}} = {W^{[1]}} {A^{[0]}} + {b^{[1]}}" in text
    assert text.isascii(), {sign for sign in text if not sign.isascii()}
