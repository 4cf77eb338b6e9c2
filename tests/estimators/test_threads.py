"""Several threads: rows 131 to 133, as estimators meet them."""

import os
import pickle
import subprocess
import sys
import threading
import warnings
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import joblib
import numpy as np
import pytest
from sklearn.base import clone
from sklearn.exceptions import ConvergenceWarning
from sklearn.model_selection import GridSearchCV

import glassnet as gn
from glassnet.errors import DivergenceError

ON_LINUX = pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="threads are elsewhere")


@pytest.mark.row(132)
def test_eight_fits_in_eight_threads(make, X, y):
    models = [make(random_state=seed, max_iter=4) for seed in range(8)]
    alone = [clone(model).fit(X, y).predict(X) for model in models]
    with ThreadPoolExecutor(8) as pool:
        fitted = list(pool.map(lambda model: model.fit(X, y), models))
    for model, told in zip(fitted, alone, strict=True):
        np.testing.assert_array_equal(model.predict(X), told)


@pytest.mark.row(132)
def test_eight_threads_ask_one_estimator(make, X, y):
    model = make().fit(X, y)
    before, told = vars(model).copy(), model.predict(X)
    with ThreadPoolExecutor(8) as pool:
        for answer in pool.map(lambda _: model.predict(X), range(32)):
            np.testing.assert_array_equal(answer, told)
    assert vars(model).keys() == before.keys()
    assert all(vars(model)[name] is value for name, value in before.items())


@pytest.mark.row(132)
@pytest.mark.parametrize("again", ["fit", "partial_fit"])
def test_one_fit_at_a_time(make, X, y, again):
    inside, leave = threading.Event(), threading.Event()

    def wait(moment):
        inside.set()
        leave.wait(10)

    model = make(callbacks=[wait])
    with ThreadPoolExecutor(1) as pool:
        first = pool.submit(model.fit, X, y)
        assert inside.wait(10)
        try:
            with pytest.raises(RuntimeError, match="already fitting"):
                getattr(model, again)(X, y)
        finally:
            leave.set()
        first.result(10)
    assert model.set_params(callbacks=()).fit(X, y).predict(X).shape == (23,)


def threads_of_the_engine():
    """How many threads the native engine has in this process, beside those that call it."""
    names = [Path(task, "comm").read_text() for task in Path("/proc/self/task").iterdir()]
    return names.count("glassnet\n")


def threads_at_work(model, X, y):
    """A scorer that says how many threads the fit before it could have had."""
    return 1 + threads_of_the_engine()


LONG = {"batch_size": 401, "max_iter": 5, "random_state": 0}
"""A fit whose updates are long enough to be shared among threads."""


@ON_LINUX
@pytest.mark.row(133)
def test_the_processes_of_a_search_fill_the_machine_once():
    jobs, X = 2, np.random.default_rng(0).normal(size=(802, 31))
    search = GridSearchCV(
        gn.MLPClassifier((64,), **LONG),
        {"alpha": [0.1, 0.2]},
        scoring=threads_at_work,
        cv=2,
        refit=False,
        n_jobs=jobs,
    )
    with joblib.parallel_config(backend="loky"), warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)
        search.fit(X, X[:, 0] > 0)
    each = [search.cv_results_[f"split{k}_test_score"] for k in range(2)]
    assert np.min(each) >= 1
    assert jobs * np.max(each) <= max(jobs, joblib.cpu_count())


@ON_LINUX
@pytest.mark.row(133)
@pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")
def test_the_threads_of_a_search_share_one_pool():
    X = np.random.default_rng(0).normal(size=(802, 31))
    model = gn.MLPClassifier((64,), n_threads=3, **LONG).fit(X, X[:, 0] > 0)
    assert model.network_.engine.name != "native" or threads_of_the_engine() >= 2
    before = threads_of_the_engine()
    search = GridSearchCV(
        model, {"alpha": [0.1, 0.2, 0.3]}, scoring=threads_at_work, cv=2, n_jobs=4
    )
    with joblib.parallel_config(backend="threading"):
        search.fit(X, X[:, 0] > 0)
    most = max(search.cv_results_[f"split{k}_test_score"].max() for k in range(2))
    assert most <= 1 + before
    assert threads_of_the_engine() == before


def test_a_failed_fit_leaves_the_door_open(make, X, y):
    model = make()
    with pytest.raises(ValueError, match="NaN"):
        model.fit(X * np.nan, y)
    assert model.fit(X, y).predict(X).shape == (23,)


@pytest.mark.row(78)
def test_after_a_divergence_the_last_finite_parameters_stand(X):
    y = X[:, 0]
    model = gn.MLPRegressor(
        hidden_layer_sizes=(5,), solver="sgd", learning_rate_init=1e300, random_state=0
    )
    with pytest.raises(DivergenceError):
        model.fit(X, y)
    assert all(np.isfinite(W).all() for W in model.parameters_.values())


def test_lbfgs_has_the_same_bits_on_any_number_of_threads():
    # SciPy's own sums, of as many numbers as there are parameters, are long enough to be shared.
    code = (
        "import hashlib, warnings, numpy as np, glassnet as gn;"
        "warnings.simplefilter('ignore');"
        "rng = np.random.default_rng(0); X = rng.normal(size=(600, 157));"
        "y = (X[:, 0] > 0).astype(int);"
        "model = gn.MLPClassifier((211,), solver='lbfgs', max_iter=4, random_state=0).fit(X, y);"
        "print(hashlib.sha256(model.parameters_['W1'].tobytes()).hexdigest())"
    )
    hashes = {
        subprocess.run(
            [sys.executable, "-c", code],
            env=os.environ | {"OPENBLAS_NUM_THREADS": str(threads)},
            check=True,
            capture_output=True,
            text=True,
        ).stdout
        for threads in (1, 2)
    }
    assert len(hashes) == 1


@pytest.mark.parametrize("n_ensemble", [1, 2])
def test_the_number_of_threads_changes_no_bit(make, X, y, n_ensemble, tmp_path):
    X, y = np.tile(X, (40, 1)), np.tile(y, 40)
    how = {"batch_size": 500, "n_ensemble": n_ensemble}
    same = make(**how).fit(X, y)
    for threads in (1, 3):
        model = make(n_threads=threads, **how).fit(X, y)
        np.testing.assert_array_equal(model.predict(X), same.predict(X))
        model.save(tmp_path / "m.safetensors")
        again = type(model).load(tmp_path / "m.safetensors")
        for each in (model, again, pickle.loads(pickle.dumps(model))):
            engine = each.network_.engine
            assert getattr(engine, "threads", threads) == threads
    with pytest.raises(ValueError, match=r"n_threads.*\[1, inf\)"):
        make(n_threads=0).fit(X, y)
