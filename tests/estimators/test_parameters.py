"""Parameters outside their domains, and what each of them does: the rows of section 2B."""

import copy
import pickle
import subprocess
import sys
import warnings

import numpy as np
import pytest
from sklearn.base import clone
from sklearn.exceptions import ConvergenceWarning
from sklearn.model_selection import cross_val_score
from sklearn.pipeline import make_pipeline
from sklearn.utils._param_validation import InvalidParameterError

import glassnet as gn
from glassnet.errors import GlassnetWarning, HyperparameterError


def refused(model, X, y, *said):
    with pytest.raises(InvalidParameterError) as caught:
        model.fit(X, y)
    assert isinstance(caught.value, HyperparameterError)
    for words in said:
        assert words in str(caught.value)
    assert len(str(caught.value).splitlines()) <= 5


@pytest.mark.row(37, 38, 39, 42, 48, 49)
@pytest.mark.parametrize(
    ("name", "value", "domain"),
    [
        ("learning_rate_init", 0, "(0.0, inf)"),
        ("learning_rate_init", -1.0, "(0.0, inf)"),
        ("learning_rate_init", np.nan, "(0.0, inf)"),
        ("learning_rate_init", np.inf, "(0.0, inf)"),
        ("momentum", -0.1, "[0.0, 1.0)"),
        ("momentum", 1.5, "[0.0, 1.0)"),
        ("beta_1", 1.0, "[0.0, 1.0)"),
        ("batch_size", 0, "[1, inf)"),
        ("batch_size", -1, "[1, inf)"),
        ("batch_size", 1.5, "[1, inf)"),
        ("max_iter", 0, "[1, inf)"),
        ("random_state", -1, "[0, 4294967295]"),
        ("random_state", 2**32, "[0, 4294967295]"),
        ("random_state", "seven", "[0, 4294967295]"),
        ("standardize", "yes", "a bool"),
        ("penalties", 3, "a sequence of which each item is a Penalty"),
    ],
)
def test_outside_of_its_domain(make, X, y, name, value, domain):
    model = make(**{name: value})
    refused(model, X, y, f"The '{name}' parameter of {type(model).__name__} must be", domain)
    refused(model, X, y, "Got", "instead.")


@pytest.mark.row(40)
@pytest.mark.parametrize("sizes", [0, -1, 2.5, True, "100", (3, 0), (3, 2.5), (3, True), [[3]]])
@pytest.mark.parametrize("kind", [gn.MLPClassifier, gn.MLPRegressor])
def test_sizes_that_are_none(kind, sizes, X, y):
    refused(kind(hidden_layer_sizes=sizes), X, y, "'hidden_layer_sizes' parameter")


@pytest.mark.row(40)
@pytest.mark.parametrize(
    ("sizes", "layers"),
    [((), 1), ([], 1), (7, 2), (np.int64(7), 2), (np.array([7, 3]), 3), ([7, 3], 3)],
)
def test_sizes_of_all_kinds(sizes, layers, X, y):
    model = gn.MLPRegressor(hidden_layer_sizes=sizes, max_iter=1).fit(X, y)
    assert len(model.coefs_) == layers


def test_no_hidden_layer_is_the_linear_model(X):
    y = X @ [1.0, -2.0, 3.0] + 4
    model = gn.MLPRegressor(hidden_layer_sizes=(), solver="lbfgs", alpha=0, tol=1e-10).fit(X, y)
    np.testing.assert_allclose(model.coefs_[0][:, 0], [1, -2, 3], rtol=1e-4)
    np.testing.assert_allclose(model.intercepts_[0], [4], rtol=1e-4)


@pytest.mark.row(41)
def test_a_batch_larger_than_the_data(make, X, y):
    with pytest.warns(GlassnetWarning, match="Got `batch_size` less than 1 or larger than sample"):
        large = make(batch_size=500).fit(X, y)
    np.testing.assert_array_equal(large.predict(X), make(batch_size=23).fit(X, y).predict(X))


@pytest.mark.row(44)
@pytest.mark.parametrize("rate", [1.0, -0.1, np.nan])
def test_dropout_of_all(rate, X, y):
    refused(gn.MLPClassifier(dropout=rate), X, y, "'dropout'", "[0.0, 1.0)")


@pytest.mark.row(45)
@pytest.mark.parametrize(
    ("how", "meant"),
    [
        ({"activation": "reul"}, "did you mean 'relu'?"),
        ({"activation": "Tanh"}, "did you mean 'tanh'?"),
        ({"solver": "adm"}, "did you mean 'adam'?"),
        ({"learning_rate": "adaptiv"}, "did you mean 'adaptive'?"),
        ({"initializer": "he"}, "did you mean an object of the class 'He'?"),
        ({"solver": "rmsprop"}, "did you mean an object of the class 'RMSprop'?"),
        ({"learning_rate": "cosine"}, "did you mean an object of the class 'Cosine'?"),
        ({"loss": "log_loss"}, "BinaryCrossEntropy() for two classes"),
        ({"loss": "entropy"}, "the classes are BinaryCrossEntropy, CategoricalCrossEntropy"),
    ],
    ids=str,
)
def test_misspelt(how, meant, X, y):
    refused(gn.MLPClassifier(**how), X, y, meant, "Got")


@pytest.mark.row(46, 47)
def test_streams_hold_nothing_out(make, X, y):
    with pytest.raises(ValueError, match="partial_fit does not support early_stopping=True"):
        make(early_stopping=True).partial_fit(X, y)


@pytest.mark.row(48)
@pytest.mark.parametrize("solver", ["adam", "sgd", "lbfgs"])
def test_not_converged(make, X, y, solver):
    who = "L-BFGS" if solver == "lbfgs" else "Stochastic Optimizer"
    said = rf"{who}: .*\(2\) reached .* loss = \d\.\d+, tol = 0.0001"
    with pytest.warns(ConvergenceWarning, match=said):
        make(solver=solver).fit(X, y)


def test_warnings_point_at_the_line_of_the_caller(make, X, y):
    X[:, 1] = 3.0
    calls = [
        lambda: make(batch_size=500).fit(X, y),
        lambda: make(solver="lbfgs").fit(X, y),
        lambda: make_pipeline(make()).fit(X, y),
        lambda: cross_val_score(make(), X, y, cv=2),
    ]
    for call in calls:
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            call()
        assert caught
        assert {warning.filename for warning in caught} == {__file__}


def test_the_regressors_losses_that_are_objects(X, y):
    for word, kind in (("quantile", "Quantile"), ("huber", "Huber")):
        refused(gn.MLPRegressor(word), X, y, f"did you mean an object of the class '{kind}'?")


@pytest.mark.row(49)
def test_where_randomness_comes_from(make, X, y):
    def fitted(random_state):
        return make(random_state=random_state).fit(X, y).parameters_["W1"]

    for source in (np.random.RandomState, np.random.default_rng):
        np.testing.assert_array_equal(fitted(source(4)), fitted(source(4)))
        one = source(4)
        assert not np.array_equal(fitted(one), fitted(one))  # it goes on
    np.testing.assert_array_equal(fitted(7), fitted(7))
    assert not np.array_equal(fitted(7), fitted(8))
    assert not np.array_equal(fitted(None), fitted(None))


@pytest.mark.row(50)
def test_limits_that_are_none(X, y):
    for wrong in (lambda: gn.ClipNorm(0), lambda: gn.ClipNorm(np.nan), lambda: gn.L2(-1)):
        with pytest.raises(HyperparameterError):
            wrong()
    refused(gn.MLPClassifier(clip=1.0), X, y, "'clip' parameter", "Clip or None")


@pytest.mark.row(53)
@pytest.mark.parametrize("kind", [gn.MLPClassifier, gn.NetworkClassifier])
def test_warm_start_with_other_data(kind, X, y):
    model = kind(max_iter=1, warm_start=True).fit(X, y)
    with pytest.raises(
        ValueError,
        match="warm_start can only be used where `y` has the same classes as in the previous "
        r"call to fit. Previously got \[0 1\], `y` has \[0 1 2\]",
    ):
        model.fit(X, y + (X[:, 2] > 1))
    with pytest.raises(ValueError, match=r"X has 2 features, but .* is expecting 3 features"):
        model.fit(X[:, :2], y)


@pytest.mark.row(53)
def test_warm_start_with_other_layers(X, y):
    model = gn.MLPRegressor(hidden_layer_sizes=(5,), max_iter=1, warm_start=True).fit(X, y)
    with pytest.raises(ValueError, match="warm_start can only be used with the same layers"):
        model.set_params(hidden_layer_sizes=(6,)).fit(X, y)


def test_warm_start_goes_on(make, X, y):
    once = make(max_iter=1, warm_start=True, batch_size=23)
    twice = clone(once).fit(X, y)
    first = twice.loss_
    assert twice.fit(X, y).loss_ < first
    assert len(twice.loss_curve_) == 2
    assert twice.history_["cost"] == twice.loss_curve_
    assert [epoch.number for epoch in twice.history_] == [0, 1]
    assert twice.n_iter_ == 1
    assert twice.t_ == 46


@pytest.mark.row(54)
def test_unknown_parameters(make):
    with pytest.raises(ValueError, match="Invalid parameter 'hiden' for estimator"):
        make().set_params(hiden=3)


def test_width_and_depth(X, y):
    model = gn.MLPClassifier(width=7, depth=3, max_iter=1).fit(X, y)
    assert [W.shape for W in model.coefs_] == [(3, 7), (7, 7), (7, 7), (7, 1)]
    assert len(gn.MLPClassifier(width=7, max_iter=1).fit(X, y).coefs_) == 2
    assert len(gn.MLPClassifier(depth=0, max_iter=1).fit(X, y).coefs_) == 1
    for sizes in ((5,), (100,), [100]):
        refused(gn.MLPClassifier(sizes, width=7), X, y, "'hidden_layer_sizes'", "width=7")
    for copied in (copy.deepcopy, clone, lambda m: pickle.loads(pickle.dumps(m))):
        again = copied(gn.MLPClassifier(width=7, max_iter=1))
        assert again.get_params()["hidden_layer_sizes"] == (100,)
        assert again.fit(X, y).coefs_[0].shape == (3, 7)


def test_an_activation_for_each_layer(X, y):
    model = gn.MLPClassifier((4, 3), activation=("relu", gn.GELU()), max_iter=1).fit(X, y)
    assert model.network_.layers[:4] == (gn.Dense(4), gn.ReLU(), gn.Dense(3), gn.GELU())
    refused(gn.MLPClassifier((4, 3), activation=["relu"]), X, y, "2 of them", "Got 1 instead")
    named = gn.MLPClassifier((4,), activation="leaky_relu", max_iter=1).fit(X, y)
    assert named.network_.layers[1] == gn.LeakyReLU()


def test_dropout_behind_every_hidden_layer(X, y):
    model = gn.MLPClassifier((4, 3), dropout=0.25, max_iter=1).fit(X, y)
    assert model.network_.layers.count(gn.Dropout(0.25)) == 2
    refused(gn.MLPClassifier((4,), dropout=0.5, solver="lbfgs"), X, y, "LBFGS", "Dropout")


def test_losses_by_name_and_as_objects(X):
    y = np.exp(X[:, 0]).round()
    for loss, network_loss in [
        ("poisson", gn.Poisson()),
        ("absolute_error", gn.AbsoluteError()),
        (gn.Huber(0.5), gn.Huber(0.5)),
    ]:
        model = gn.MLPRegressor(loss, (5,), max_iter=2).fit(X, y)
        assert model.network_.loss == network_loss
        assert np.isfinite(model.predict(X)).all()
    assert gn.MLPRegressor("poisson", max_iter=1).fit(X, y).out_activation_ == "exp"
    assert (gn.MLPRegressor("poisson", max_iter=1).fit(X, y).predict(X) > 0).all()
    with pytest.raises(ValueError, match="Poisson cannot take these labels"):
        gn.MLPRegressor("poisson").fit(X, -y)


def test_several_quantiles_are_several_columns(X):
    rng = np.random.default_rng(0)
    X = rng.normal(size=(400, 1))
    y = 100 + 10 * rng.normal(size=400)
    model = gn.MLPRegressor(
        gn.Quantile((0.1, 0.9)), (), solver="adam", learning_rate_init=0.05, random_state=0
    ).fit(X, y)
    told = model.predict(X)
    assert told.shape == (400, 2)
    below = (y[:, None] < told).mean(axis=0)
    np.testing.assert_allclose(below, [0.1, 0.9], atol=0.04)


def test_a_loss_that_does_not_suit(X, y):
    three = y + (X[:, 2] > 1)
    refused(gn.MLPClassifier(loss=gn.BinaryCrossEntropy()), X, three, "'loss'", "3 classes")
    refused(gn.MLPClassifier(loss=gn.SquaredError()), X, y, "'loss'", "2 classes")
    softmax = gn.MLPClassifier(loss=gn.CategoricalCrossEntropy(), max_iter=9).fit(X, y)
    assert softmax.network_.layers[-1] == gn.Softmax()
    np.testing.assert_array_equal(softmax.predict(X), softmax.decision_function(X) > 0)


def test_optimizers_schedules_and_the_rest(make, X, y):
    model = make(
        solver=gn.RMSprop(gn.Cosine(0.01)),
        average=gn.EMA(0.9),
        clip=gn.ClipNorm(1.0),
        penalties=[gn.L1(0.1)],
        initializer=gn.Constant(0.25),
        alpha=0.0,
        max_iter=3,
    ).fit(X, y)
    assert model.network_.penalties == (gn.L1(0.1),)
    rates = model.history_["learning_rate"]
    assert rates[0] > rates[1] > rates[2]
    start = make(initializer=gn.Constant(0.25), max_iter=1, learning_rate_init=1e-12).fit(X, y)
    np.testing.assert_allclose(start.parameters_["W1"], 0.25)


def test_shuffle(make, X, y):
    def fitted(shuffle):
        return make(shuffle=shuffle, batch_size=4).fit(X, y).parameters_["W1"]

    assert not np.array_equal(fitted(True), fitted(False))


def test_adaptive_and_inverse_scaling_rates(X):
    y = X[:, 0] * 0
    y[0] = 1.0
    how = {"solver": "sgd", "hidden_layer_sizes": (3,), "random_state": 0, "momentum": 0.0}
    model = gn.MLPRegressor(
        learning_rate="adaptive", n_iter_no_change=1, tol=10.0, max_iter=20, **how
    ).fit(X, y)
    rates = np.array(model.history_["learning_rate"])
    steps = rates[1:] / rates[:-1]
    assert set(steps.round(9)) <= {1.0, 0.2}
    assert rates[-1] < rates[0]
    model = gn.MLPRegressor(learning_rate="invscaling", power_t=0.5, max_iter=3, **how).fit(X, y)
    expected = [0.001, 0.001 / 24**0.5, 0.001 / 47**0.5]
    np.testing.assert_allclose(model.history_["learning_rate"], expected)


def test_numpys_own_numbers(make, X, y):
    model = make(
        alpha=np.float32(0.1),
        max_iter=np.int8(2),
        batch_size=np.int64(5),
        shuffle=np.True_,
        random_state=np.int32(3),
    ).fit(X, y)
    assert model.n_iter_ == 2


def test_it_says_how_far_it_is(X, y, capsys):
    gn.MLPClassifier(max_iter=2, verbose=True, early_stopping=True, random_state=0).fit(X, y)
    told = capsys.readouterr().out
    assert "Iteration 1, loss = 0." in told
    assert "Validation score: 0." in told or "Validation score: 1." in told


@pytest.mark.parametrize("missing", ["sklearn", "polars", "narwhals"])
def test_what_is_not_installed_is_named(missing):
    code = f"import sys; sys.modules[{missing!r}] = None; from glassnet import MLPClassifier"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert f"{missing} is not installed: pip install 'glassnet[app]'" in run.stderr
