"""The page as a whole: what stands in it, that it is well made, and that it repeats itself."""

import re
from dataclasses import replace
from itertools import pairwise

import polars as pl
import pytest
from tests.report.page import Page
from tests.report.small import experiment, table

from glassnet.errors import CheckpointError, GlassnetWarning
from glassnet.experiments import Learning, Options, Study, run
from glassnet.report import render, write_report
from glassnet.report.numerals import score
from glassnet.training.history import History

SECTIONS = ("data", "network", "training", "quality", "importance", "equations", "use")
EQUATIONS = (
    "dimensions",
    "forward",
    "cost",
    "backward",
    "parameters-learned",
    "hyper-parameters-chosen",
)


@pytest.fixture(params=["two_classes", "three_classes", "quantity"])
def any_experiment(request):
    return request.getfixturevalue(request.param)


def test_a_page_is_well_formed_and_has_every_section(any_experiment):
    page = Page(render(any_experiment))
    ids = [attributes["id"] for _, attributes in page.elements if "id" in attributes]
    assert len(set(ids)) == len(ids)
    assert set(SECTIONS + EQUATIONS) <= set(ids)
    assert page.all("html") == [{"lang": "en"}]
    assert [tag for tag, _ in page.elements].count("h1") == 1
    links = [attributes["href"] for attributes in page.all("a")]
    assert links == [f"#{name}" for name in SECTIONS]


@pytest.mark.parametrize("html", ["<p><b></p></b>", "<div>", "</p>", '<p id="a" id="b"></p>'])
def test_a_page_that_is_not_well_formed_is_caught(html):
    with pytest.raises(AssertionError):
        Page(html)


def test_headings_go_down_one_level_at_a_time(any_experiment):
    elements = Page(render(any_experiment)).elements
    levels = [int(tag[1]) for tag, _ in elements if re.fullmatch("h[1-6]", tag)]
    assert levels[0] == 1
    assert all(b <= a + 1 for a, b in pairwise(levels))


def test_every_figure_has_a_name_and_every_scrolling_box_can_be_reached(any_experiment):
    page = Page(render(any_experiment))
    ids = {attributes.get("id") for _, attributes in page.elements}
    for svg in page.all("svg"):
        assert svg["role"] == "img"
        assert svg["aria-labelledby"] in ids
    for box in page.all("div"):
        if box.get("class") == "scroll":
            assert box["tabindex"] == "0"
            assert box["aria-label"]


def test_a_page_needs_and_asks_nothing_from_outside(any_experiment):
    html = render(any_experiment)
    page = Page(html)
    (policy,) = [meta for meta in page.all("meta") if "http-equiv" in meta]
    assert policy["content"].startswith("default-src 'none';")
    assert "script" not in policy["content"]
    assert not page.all("script") + page.all("link") + page.all("img") + page.all("iframe")
    assert not re.search(r"https?:|url\(|@import", html)
    assert not any(name.startswith("on") for _, has in page.elements for name in has)
    assert len(html.encode()) < 400_000


def test_the_figures_are_those_of_the_experiment(any_experiment):
    text = Page(render(any_experiment)).text
    scored = [any_experiment.test, *any_experiment.baselines.values()]
    for name in any_experiment.test:
        assert name in text
        for scores in scored:
            assert score(scores[name]) in text
    study = any_experiment.study
    for name, part in study.parts.items():
        assert f"{len(part.rows)} {name}" in text
    assert "211: " in text
    assert "22, in noise" in text
    assert "constant: every row holds 'blue'" in text


def test_classes_have_their_figures(two_classes):
    html = render(two_classes)
    text = Page(html).text
    for title in ("Confusion matrix", "ROC", "Precision and recall", "Calibration"):
        assert title in text
    cells = re.findall(r'<td style="--share: [\d.]+">(\d+)', html)
    assert sum(map(int, cells)) == len(two_classes.outputs[0])
    right = int(cells[0]) + int(cells[3])
    assert right / sum(map(int, cells)) == two_classes.test["accuracy"]
    assert f"kind 1: area {score(two_classes.test['roc_auc'])}" in text


def test_many_classes_show_the_most_confused_pairs():
    frame = table(22).with_columns(length=0.0 * table()["length"] + table()["noise"].fill_null(0))
    text = Page(render(experiment(frame, "kind", 4))).text
    assert "The classes that are confused most often" in text
    assert "true class ↓" not in text


def test_a_quantity_has_its_figures_and_its_cap(quantity):
    text = Page(render(quantity)).text
    for title in ("Predicted against true", "Residuals", "Calibration in the mean"):
        assert title in text
    assert "hold exactly 43" in text
    assert "Confusion" not in text


def test_a_leak_is_a_warning_with_the_option_that_helps():
    frame = table().with_columns(answer=table()["kind"].str.to_uppercase())
    page = Page(render(experiment(frame, "kind")))
    assert "Likely leak: 'answer' repeats 'kind' one to one" in page.text
    assert "--drop answer" in page.text
    assert {"class": "warning", "role": "note"} in page.all("div")


def test_one_column_no_hidden_layer():
    made = experiment(table().select("length", "kind"), "kind")
    numbers = len(made.study.table.names) + 1  # a weight for each row of X, and b
    assert f"1 layer, {numbers} parameters" in Page(render(made)).text


def test_a_pair_shows_one_of_its_networks_and_how_both_were_trained():
    study = Study.of(pl.concat([table(), table()]), "kind", Options(epochs=2))
    made = run(study)
    page = Page(render(made))
    units = len(study.table.names)
    assert f"W[1] (256, {units})" in page.text
    assert "A deep network goes on" not in page.text
    for told in ("Two networks of this form", "Cost of member1, which", "Cost of member2, which"):
        assert told in page.text
    assert "two networks of 3 layers" in page.text
    assert "coarse training" in page.text
    assert "fine training" in page.text
    assert "that is member2, which reads finely" in page.text


def test_a_network_that_was_interrupted_and_left_out_is_no_member():
    study = Study.of(pl.concat([table(), table()]), "kind", Options(epochs=2))
    seen = []

    def stop(moment):
        seen.append(moment.epoch)
        if len(seen) == 4:
            raise KeyboardInterrupt

    with pytest.warns(GlassnetWarning, match="interrupted"):
        page = Page(render(run(study, callbacks=(stop,))))
    assert "2 epochs, until it was interrupted, and left out" in page.text
    assert "that is the model" in page.text
    assert "member2" not in page.text


def test_training_that_ended_before_its_first_epoch(two_classes):
    result = replace(two_classes.result, history=History(), best_epoch=-1, stopped="interrupted")
    text = Page(render(replace(two_classes, learned=(Learning(result, None),)))).text
    assert "Training ended before its first epoch was over." in text


def test_one_class_among_the_test_rows_leaves_its_curves_out(two_classes):
    study, part = two_classes.study, two_classes.study.parts["test"]
    at = (part.Y[0] == 1).nonzero()[0]
    one = replace(
        part,
        rows=part.rows[at],
        frame=part.frame[at],
        labels=part.labels[at],
        X=part.X[:, at],
        Y=part.Y[:, at],
    )
    changed = replace(
        two_classes,
        study=replace(study, parts={**study.parts, "test": one}),
        outputs=two_classes.outputs[:, at],
        test={**two_classes.test, "roc_auc": float("nan")},
    )
    text = Page(render(changed)).text
    assert "undefined" in text
    assert "false positives" not in text


def test_the_same_experiment_gives_the_same_bytes(two_classes, tmp_path):
    again = experiment(table(), "kind", 5)
    assert again.seconds != two_classes.seconds
    for name, each in (("a", two_classes), ("b", again)):
        write_report(each, tmp_path / f"{name}.html", model_file="boats.safetensors")
    assert (tmp_path / "a.html").read_bytes() == (tmp_path / "b.html").read_bytes()


def test_the_page_says_how_to_load_the_model(two_classes, tmp_path):
    write_report(two_classes, tmp_path / "my boats.html")
    text = Page((tmp_path / "my boats.html").read_text("utf-8")).text
    assert "glassnet predict 'my boats.safetensors' new.csv" in text
    assert 'gn.load("my boats.safetensors")' in text


def test_a_folder_that_is_not_there_is_named(two_classes, tmp_path):
    with pytest.raises(CheckpointError, match="nowhere"):
        write_report(two_classes, tmp_path / "nowhere" / "boats.html")


def test_a_study_that_drops_columns_says_so():
    frame = table()
    options = Options(drop=("noise",))
    assert Study.of(frame, "kind", options).table.dropped
    text = Page(render(experiment(frame, "kind", drop=("noise",)))).text
    assert "2 used, 2 dropped" in text
