"""The pages on images, series and texts: well made, complete, safe whatever a class is called."""

import base64
import io
import re

import numpy as np
import pytest
from tests.report.page import Page

import glassnet as gn
from glassnet.experiments import Options, run
from glassnet.experiments.images import of_images
from glassnet.experiments.series import of_series
from glassnet.experiments.text import of_text
from glassnet.report.examples import render_examples
from glassnet.report.mistakes import mistakes
from glassnet.report.predicted import Predicted

FEW = Options(hidden=(3,), epochs=2)
SECTIONS = {"data", "network", "training", "quality", "equations", "use"}
EVIL = "<script>alert(1)</script>"


@pytest.fixture(scope="module")
def images():
    random = np.random.default_rng(0)
    pixels = random.integers(0, 256, (60, 8, 9, 3), np.uint8)
    labels = random.choice(["cat", "dog", EVIL], 60)
    asked = {"name": "class", "source": "photos", "told": "of noise"}
    return run(of_images(pixels, labels, FEW, **asked)), pixels


@pytest.fixture(scope="module")
def series():
    values = np.sin(np.arange(300) / 3)
    return run(of_series(values, FEW, name=EVIL, source="tide.csv", window=5))


@pytest.fixture(scope="module")
def text():
    return run(of_text("a<b>&c\n" * 200, FEW, source="book.txt"))


@pytest.mark.parametrize("kind", ["images", "series", "text"])
def test_a_page_is_well_formed_safe_and_repeats_itself(kind, request):
    made = request.getfixturevalue(kind)
    experiment = made[0] if kind == "images" else made
    html = render_examples(experiment, model_file="m.safetensors")
    page = Page(html)
    ids = [attributes["id"] for _, attributes in page.elements if "id" in attributes]
    assert len(set(ids)) == len(ids)
    assert set(ids) >= SECTIONS
    assert "script" not in {tag for tag, _ in page.elements}
    assert all("alt" in attributes for attributes in page.all("img"))
    assert render_examples(experiment, model_file="m.safetensors") == html


@pytest.mark.parametrize("kind", ["images", "series", "text"])
def test_a_page_speaks_of_no_table(kind, request):
    made = request.getfixturevalue(kind)
    html = render_examples(made[0] if kind == "images" else made)
    told = re.sub(r"<style.*?</style>|<[^>]+>", " ", html, flags=re.DOTALL).replace("in a row", "")
    assert re.findall(r"(?i)\b(?:rows?|the table is|of the table)\b", told) == []


def test_the_mistakes_are_the_images_that_were_taken_for_something_else(images):
    image = pytest.importorskip("PIL.Image")
    experiment, pixels = images
    predicted = Predicted.of(experiment)
    found = mistakes(experiment, predicted)
    wrong = np.flatnonzero(predicted.codes != predicted.decided)
    assert len(found) == min(24, len(wrong)) > 0
    surest = wrong[predicted.probabilities.max(axis=0)[wrong].argmax()]
    content = base64.b64decode(found[0].source.removeprefix("data:image/png;base64,"))
    shown = np.asarray(image.open(io.BytesIO(content)))
    np.testing.assert_array_equal(shown, pixels[experiment.study.parts["test"].rows[surest]])
    assert found[0].true == predicted.labels[predicted.codes[surest]]


def test_a_model_that_is_always_right_has_no_mistakes_to_show(series):
    assert mistakes(series, None) == []
    assert isinstance(series.model, gn.Model)
