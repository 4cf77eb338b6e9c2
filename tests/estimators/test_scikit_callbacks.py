"""scikit-learn 1.9's callbacks around an estimator, and none of them before."""

import importlib.util
import sys

import numpy as np
import pytest
from sklearn.model_selection import GridSearchCV

import glassnet as gn

callback = pytest.importorskip("sklearn.callback")


class Recorder:
    """Follows scikit-learn's protocol."""

    def __init__(self, stop_at=None):
        self.calls, self.stop_at = [], stop_at

    def setup(self, estimator, context):
        self.calls.append("setup")

    def teardown(self, estimator, context):
        self.calls.append("teardown")

    def on_fit_task_begin(self, estimator, context):
        self.calls.append(("begin", context.task_name, context.task_id))

    def on_fit_task_end(self, estimator, context, *, X=None, y=None, fitted_estimator=None):
        told = None if fitted_estimator is None else fitted_estimator.predict(X)
        self.calls.append(("end", context.task_name, context.task_id, told))
        return context.task_name == "epoch" and context.task_id == self.stop_at


@pytest.mark.parametrize("solver", ["adam", "lbfgs"])
def test_every_epoch_is_a_task(make, X, y, solver):
    recorder = Recorder()
    assert isinstance(recorder, callback.FitCallback)
    model = make(max_iter=3, solver=solver).set_callbacks(recorder).fit(X, y)
    names = [call if isinstance(call, str) else call[:3] for call in recorder.calls]
    assert names == [
        "setup",
        ("begin", "fit", 0),
        *[(what, "epoch", number) for number in range(3) for what in ("begin", "end")],
        ("end", "fit", 0),
        "teardown",
    ]
    told = [call[3] for call in recorder.calls if call[0] == "end"]
    assert not np.array_equal(told[0], told[2]) or hasattr(model, "classes_")
    np.testing.assert_array_equal(told[-1], model.predict(X))


def test_a_callback_stops(make, X, y):
    model = make(max_iter=50).set_callbacks(Recorder(stop_at=4)).fit(X, y)
    assert model.n_iter_ == 5


def test_it_is_torn_down_after_an_error(make, X, y):
    recorder = Recorder()
    model = make(loss=gn.Huber()).set_callbacks(recorder)
    with pytest.raises(ValueError, match="NaN"):
        model.fit(X * np.nan, y)
    assert recorder.calls.count("setup") == recorder.calls.count("teardown")


def test_scoring_monitor(make, X, y):
    scoring = "accuracy" if hasattr(make(), "predict_proba") else "r2"
    monitor = callback.ScoringMonitor(scoring=scoring)
    model = make(max_iter=4).set_callbacks(monitor).fit(X, y)
    log = monitor.get_logs()
    (log,) = log if isinstance(log, list) else [log]
    scores = [row[scoring] for row in log.data if row["task_name"] == "epoch"]
    assert len(scores) == 4
    assert scores[-1] == pytest.approx(model.score(X, y))


def test_progress_bars(X, y, capsys):
    gn.MLPClassifier(max_iter=3).set_callbacks(callback.ProgressBar()).fit(X, y)
    assert "MLPClassifier" in capsys.readouterr().out
    gn.MLPClassifier(max_iter=3, progress=True).fit(X, y)
    assert "epoch 3/3" in capsys.readouterr().err


def test_inside_of_a_search(X, y):
    recorder = Recorder()
    model = gn.MLPClassifier(max_iter=2).set_callbacks(recorder)
    GridSearchCV(model, {"alpha": [0.0, 1.0]}, cv=2).fit(X, y)


def test_without_scikit_learns_callbacks(monkeypatch):
    """Before 1.9 there are none: nothing is mixed in, and `fit` is what it is."""
    monkeypatch.setitem(sys.modules, "sklearn.callback", None)
    spec = importlib.util.find_spec("glassnet.estimators.telling")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    assert not hasattr(module.CallbackSupportMixin, "set_callbacks")
    assert module.with_callbacks(len) is len
