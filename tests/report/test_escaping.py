"""Names from data stay names: none becomes part of the page, none reorders it."""

import re

import numpy as np
import polars as pl
import pytest
from tests.report.page import Page
from tests.report.small import experiment

from glassnet.report import render
from glassnet.report.visible import visible

NAMES = (
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "exe.\u202egpj",
    "</title></svg><b>",
    "{{ 7 * 7 }}",
    "javascript:alert(1)",
    "line\nbreak",
    "very long " * 100_000,
)


@pytest.fixture(scope="module")
def html():
    random = np.random.default_rng(5)
    frame = pl.DataFrame({name: random.normal(size=150) for name in NAMES})
    labels = np.where(frame[NAMES[0]] > 0, "<i>yes", "no\u202e'\"&")
    target = "</style><script>t</script>"
    return render(experiment(frame.with_columns(pl.Series(target, labels)), target, 3))


@pytest.mark.row(118)
def test_names_are_text_and_nothing_else(html):
    page = Page(html)
    assert not page.all("script") + page.all("img") + page.all("b") + page.all("iframe")
    assert not any(name.startswith("on") for _, has in page.elements for name in has)
    assert "<script>alert(1)</script>" in page.text
    assert '"><img src=x onerror=alert(1)>' in page.text
    assert "{{ 7 * 7 }}" in page.text
    assert "<i>yes" in page.text


@pytest.mark.row(118)
def test_nothing_changes_the_direction_of_reading(html):
    assert not re.search("[\u202a-\u202e\u2066-\u2069]", html)
    assert "exe.\\u202egpj" in html


@pytest.mark.row(118)
def test_a_name_of_a_megabyte_is_cut(html):
    assert len(html.encode()) < 400_000


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("plain", "plain"),
        ("Größe 温度 ערב", "Größe 温度 ערב"),
        ("a\x00b", "a\\x00b"),
        ("half \ud83d", "half \\ud83d"),
        ("\u2066x\u2069", "\\u2066x\\u2069"),
    ],
)
def test_visible(name, shown):
    assert visible(name) == shown
