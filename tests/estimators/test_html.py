"""What a notebook shows: scikit-learn's box, and the network with its dimensions."""

from html.parser import HTMLParser

import numpy as np
import pandas as pd
from sklearn.model_selection import GridSearchCV
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

import glassnet as gn
from glassnet.equations import course_name
from glassnet.shapes import written


class Balanced(HTMLParser):
    """Refuses HTML whose elements do not close."""

    def __init__(self):
        super().__init__()
        self.open = []

    def handle_starttag(self, tag, attrs):
        if tag not in ("input", "br", "meta", "img", "path", "circle", "line", "rect"):
            self.open.append(tag)

    def handle_endtag(self, tag):
        if tag not in ("path", "circle", "line", "rect"):
            assert self.open.pop() == tag


def picture_in(shown):
    begin = shown.index('<div class="glassnet-network">')
    return shown[begin : shown.index("</svg>", begin)] + "</svg></div>"


def test_the_fitted_network_is_drawn(make, X, y):
    assert "glassnet-network" not in make()._repr_html_()
    table = pd.DataFrame(X, columns=["age", "<b>", "weight"])
    shown = make().fit(table, pd.Series(y, name="sold"))._repr_html_()
    for text in ("W[1] (5, 3)", "b[2] (1, 1)", "n[0] = 3", "A[1] (5, m)", "age", "&lt;b&gt;"):
        assert text in shown
    assert "<b>" not in picture_in(shown)
    Balanced().feed(picture_in(shown))


def test_ensembles_several_targets_and_branches(X, y):
    shown = gn.MLPClassifier((4,), n_ensemble=3, max_iter=1).fit(X, y)._repr_html_()
    assert "one of 3 networks" in shown
    shown = gn.MLPRegressor(hidden_layer_sizes=(4,), max_iter=1).fit(X, X)._repr_html_()
    assert "ŷ: y2" in shown
    residual = gn.NetworkRegressor([gn.Residual([gn.Dense(3)])], max_iter=1).fit(X, y)
    assert "A_sum[1] (3, m)" in residual._repr_html_()


def test_branches_are_a_table_with_the_dimensions_of_everything():
    rng = np.random.default_rng(0)
    branches = gn.Parallel(
        image=gn.Chain([gn.Conv2D(4, (3, 2)), gn.ReLU(), gn.GlobalAveragePool2D()]),
        table=gn.Dense(3),
        join="concatenate",
    )
    X = {"image": rng.normal(size=(20, 8, 7, 1)), "table": rng.normal(size=(20, 2))}
    model = gn.NetworkClassifier([branches], n_ensemble=2, max_iter=1).fit(X, np.arange(20) % 2)
    shown = model._repr_html_()
    for text in (
        "image.A[0] (8, 7, 1, m)",
        "image.W[1] (3, 2, 4, 1), image.b[1] (4, 1)",
        "image.A[1] (6, 6, 4, m)",
        "table.W[1] (3, 2)",
        "A[0] (7, m)",
        "W[1] (1, 7), b[1] (1, 1)",
        "one of 2 networks",
    ):
        assert text in shown
    begin = shown.index('<div class="glassnet-network">')
    Balanced().feed(shown[begin : shown.index("</table>", begin)] + "</table></div>")


def test_inside_of_a_pipeline_and_a_search(X, y):
    pipeline = make_pipeline(StandardScaler(), gn.MLPClassifier((4,), max_iter=1))
    assert "glassnet-network" not in pipeline._repr_html_()
    search = GridSearchCV(pipeline, {"mlpclassifier__alpha": [0.1]}, cv=2).fit(X, y)
    for shown in (pipeline.fit(X, y)._repr_html_(), search._repr_html_()):
        assert shown.count('<div class="glassnet-network">') == 1
        assert "W[1] (4, 3)" in shown
        Balanced().feed(picture_in(shown))


def test_every_layer_of_a_convolutional_network_has_its_dimensions():
    images = np.random.default_rng(0).normal(size=(20, 8, 7, 1))
    layers = [
        gn.Conv2D(4, (3, 3)),
        gn.ReLU(),
        gn.MaxPool2D(2),
        gn.Flatten(),
        gn.Dense(5),
        gn.Tanh(),
    ]
    model = gn.NetworkClassifier(layers, max_iter=1).fit(images, np.arange(20) % 2)
    shown = model._repr_html_()
    dimensions = {at.node.output: at.output for at in model.network_.dimensions((8, 7, 1))}
    for name in ("A1", "A_pool1", "A_flat1", "A2", "A3"):
        assert f"{course_name(name)} {written(dimensions[name])}" in shown
    for text in ("MaxPool2D(kernel_size=2)", "Flatten", "W[1] (3, 3, 4, 1)", "A[0] (8, 7, 1, m)"):
        assert text in shown


def test_one_class_is_drawn_too(X):
    shown = gn.MLPClassifier((4,), max_iter=1).fit(X, [7] * len(X))._repr_html_()
    assert "W[2] (1, 4)" in shown
