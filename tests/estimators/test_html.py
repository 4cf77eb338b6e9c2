"""What a notebook shows: scikit-learn's box, and the network with its dimensions."""

from html.parser import HTMLParser

import pandas as pd
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

import glassnet as gn


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


def test_the_fitted_network_is_drawn(make, X, y):
    assert "glassnet-network" not in make()._repr_html_()
    table = pd.DataFrame(X, columns=["age", "<b>", "weight"])
    shown = make().fit(table, pd.Series(y, name="sold"))._repr_html_()
    for text in ("W[1] (5, 3)", "b[2] (1, 1)", "n[0] = 3", "A[1] (5, m)", "age", "&lt;b&gt;"):
        assert text in shown
    picture = shown[shown.index('<div class="glassnet-network">') :]
    assert "<b>" not in picture
    Balanced().feed(picture)


def test_ensembles_several_targets_and_branches(X, y):
    shown = gn.MLPClassifier((4,), n_ensemble=3, max_iter=1).fit(X, y)._repr_html_()
    assert "one of 3 networks" in shown
    shown = gn.MLPRegressor(hidden_layer_sizes=(4,), max_iter=1).fit(X, X)._repr_html_()
    assert "ŷ: y2" in shown
    branched = gn.NetworkRegressor([gn.Residual([gn.Dense(3)])], max_iter=1).fit(X, y)
    assert "MLP" not in branched._repr_html_()


def test_inside_of_a_pipeline(X, y):
    pipeline = make_pipeline(StandardScaler(), gn.MLPClassifier((4,), max_iter=1)).fit(X, y)
    assert "MLPClassifier" in pipeline._repr_html_()


def test_what_cannot_be_drawn_is_left_out(X):
    shown = gn.MLPClassifier((4,), max_iter=1).fit(X, [7] * len(X))._repr_html_()
    assert "glassnet-network" not in shown
