"""The same weights give scikit-learn's predictions; the same data as low a cost."""

import inspect

import numpy as np
import pytest
from sklearn import neural_network as scikit
from sklearn.datasets import load_diabetes, load_iris, make_multilabel_classification

import glassnet as gn

TIGHT = {"rtol": 1e-12, "atol": 1e-12}
ACTIVATIONS = ("identity", "logistic", "tanh", "relu")
PAIRS = [(gn.MLPClassifier, scikit.MLPClassifier), (gn.MLPRegressor, scikit.MLPRegressor)]
few = pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")


def problem(kind):
    rng = np.random.default_rng(5)
    X = rng.normal(loc=[3.0, -50.0, 0.0, 0.1, 7.0], scale=[1.0, 11.0, 0.02, 5.0, 2.0], size=(61, 5))
    two = (X[:, 1] + 10 * X[:, 0] > -20).astype(int)
    return X, {
        "binary": two,
        "multi-class": two + (X[:, 3] > 2),
        "multilabel": np.column_stack([two, X[:, 3] > 0, X[:, 4] > 6]).astype(int),
        "one number": 1000 + 70 * X[:, 0],
        "several numbers": np.column_stack([1000 + 70 * X[:, 0], -X[:, 1], 0.01 * X[:, 3]]),
    }[kind]


def theirs(kind, activation, **how):
    X, y = problem(kind)
    cls = scikit.MLPRegressor if "number" in kind else scikit.MLPClassifier
    return (
        X,
        y,
        cls(hidden_layer_sizes=(7, 3), activation=activation, random_state=0, max_iter=5, **how),
    )


@few
@pytest.mark.parametrize("standardize", [True, False])
@pytest.mark.parametrize("activation", ACTIVATIONS)
@pytest.mark.parametrize(
    "kind", ["binary", "multi-class", "multilabel", "one number", "several numbers"]
)
def test_their_weights_give_their_predictions(kind, activation, standardize):
    X, y, their = theirs(kind, activation)
    their.fit(X / 10, y)
    cls = gn.MLPRegressor if "number" in kind else gn.MLPClassifier
    ours = cls(
        hidden_layer_sizes=(7, 3), activation=activation, max_iter=1, standardize=standardize
    ).fit(X / 10, y)
    ours.coefs_, ours.intercepts_ = their.coefs_, their.intercepts_
    if "number" in kind:
        np.testing.assert_allclose(ours.predict(X / 10), their.predict(X / 10), **TIGHT)
        return
    np.testing.assert_allclose(ours.predict_proba(X / 10), their.predict_proba(X / 10), **TIGHT)
    np.testing.assert_array_equal(ours.predict(X / 10), their.predict(X / 10))
    assert ours.out_activation_ == their.out_activation_
    assert (ours.n_layers_, ours.n_outputs_) == (their.n_layers_, their.n_outputs_)


@few
@pytest.mark.parametrize("standardize", [True, False])
@pytest.mark.parametrize("kind", ["binary", "multi-class", "multilabel", "several numbers"])
def test_our_weights_in_their_forward_pass(kind, standardize):
    X, y, their = theirs(kind, "tanh")
    cls = gn.MLPRegressor if "number" in kind else gn.MLPClassifier
    ours = cls(
        hidden_layer_sizes=(7, 3), activation="tanh", max_iter=50, standardize=standardize
    ).fit(X, y)
    their.fit(X, y)
    their.coefs_, their.intercepts_ = ours.coefs_, ours.intercepts_
    ask = "predict" if "number" in kind else "predict_proba"
    np.testing.assert_allclose(getattr(their, ask)(X), getattr(ours, ask)(X), rtol=1e-9)


@pytest.mark.parametrize(("ours", "their"), PAIRS)
def test_every_parameter_is_there_with_its_default(ours, their):
    mine, known = inspect.signature(ours).parameters, inspect.signature(their).parameters
    assert set(known) <= set(mine)
    assert {name: mine[name].default for name in known} == {
        name: known[name].default for name in known
    }
    positional = [n for n, p in known.items() if p.kind is p.POSITIONAL_OR_KEYWORD]
    assert [n for n, p in mine.items() if p.kind is p.POSITIONAL_OR_KEYWORD] == positional


@few
@pytest.mark.parametrize(("ours", "their"), PAIRS)
@pytest.mark.parametrize("solver", ["adam", "sgd", "lbfgs"])
@pytest.mark.parametrize("stops", [False, True])
def test_every_fitted_attribute_is_there(ours, their, solver, stops):
    X, y = problem("binary")
    how = {"solver": solver, "max_iter": 3, "early_stopping": stops, "random_state": 0}
    mine, known = ours(**how).fit(X, y), their(**how).fit(X, y)
    public = [name for name in vars(known) if name.endswith("_") and not name.startswith("_")]
    for name in public:
        value, expected = getattr(mine, name), getattr(known, name)
        assert (value is None) == (expected is None), name
        if name in ("n_iter_", "t_", "n_layers_", "n_outputs_", "n_features_in_"):
            assert value == expected, name
        if isinstance(expected, list):
            assert [np.shape(a) for a in value] == [np.shape(a) for a in expected], name


@few
@pytest.mark.parametrize("activation", ["tanh", "relu"])
@pytest.mark.parametrize("standardize", [True, False])
def test_lbfgs_reaches_as_low_a_cost_for_classes(activation, standardize):
    X, y = load_iris(return_X_y=True)
    X = (X - X.mean(axis=0)) / X.std(axis=0)
    how = {"solver": "lbfgs", "activation": activation, "hidden_layer_sizes": (11,), "alpha": 1.0}
    for seed in range(3):
        their = scikit.MLPClassifier(max_iter=500, random_state=seed, **how).fit(X, y)
        ours = gn.MLPClassifier(
            max_iter=500, random_state=seed, standardize=standardize, **how
        ).fit(X, y)
        assert ours.loss_ <= their.loss_ * 1.02


@few
def test_lbfgs_reaches_as_low_a_cost_for_numbers():
    X, y = load_diabetes(return_X_y=True)
    X, y = X / X.std(axis=0), (y - y.mean()) / y.std()
    how = {"solver": "lbfgs", "hidden_layer_sizes": (11,), "alpha": 10.0, "max_iter": 800}
    their = min(scikit.MLPRegressor(random_state=seed, **how).fit(X, y).loss_ for seed in range(3))
    ours = min(gn.MLPRegressor(random_state=seed, **how).fit(X, y).loss_ for seed in range(3))
    assert ours <= their * 1.02


@few
def test_the_cost_is_theirs():
    """The same weights, the same rows: J is the same number, penalty included."""
    X, y = problem("multi-class")
    ours = gn.MLPClassifier((7,), alpha=0.3, standardize=False, solver="lbfgs", max_iter=20)
    ours.fit(X / 10, y)
    p = ours.predict_proba(X / 10)[np.arange(len(y)), y]
    penalty = 0.3 / 2 * sum((W**2).sum() for W in ours.coefs_) / len(y)
    assert ours.loss_ == pytest.approx(-np.log(p).mean() + penalty, rel=1e-12)


@few
@pytest.mark.parametrize("nesterov", [True, False])
@pytest.mark.parametrize("momentum", [0.0, 0.5, 0.9])
def test_sgd_takes_their_steps(momentum, nesterov):
    """From the same weights, full batches: the parameters agree after every epoch."""
    X, y = problem("one number")
    X, y = (X - X.mean(axis=0)) / X.std(axis=0), (y - y.mean()) / y.std()
    how = {
        "hidden_layer_sizes": (7,),
        "activation": "tanh",
        "solver": "sgd",
        "momentum": momentum,
        "nesterovs_momentum": nesterov,
        "learning_rate_init": 0.05,
        "alpha": 0.1,
        "random_state": 0,
    }
    assert_same_steps(X, y, how)


@few
def test_adam_takes_their_steps():
    X, y = problem("one number")
    X, y = (X - X.mean(axis=0)) / X.std(axis=0), (y - y.mean()) / y.std()
    how = {"hidden_layer_sizes": (7,), "activation": "tanh", "random_state": 0, "beta_1": 0.8}
    assert_same_steps(X, y, how, tolerance=1e-5)  # ε stands elsewhere


def assert_same_steps(X, y, how, tolerance=1e-9):
    their = scikit.MLPRegressor(max_iter=1, warm_start=False, **how).fit(X, y)
    ours = gn.MLPRegressor(max_iter=1, standardize=False, **how).fit(X, y)
    start = [W.copy() for W in their.coefs_], [b.copy() for b in their.intercepts_]
    ours.coefs_, ours.intercepts_ = start
    del their._optimizer  # both begin without memory
    for _ in range(7):
        their.partial_fit(X, y)
        ours.partial_fit(X, y)
    for mine, known in zip(
        [*ours.coefs_, *ours.intercepts_], their.coefs_ + their.intercepts_, strict=True
    ):
        np.testing.assert_allclose(mine, known, rtol=tolerance, atol=tolerance)


@few
def test_multilabel_and_single_output_follow_their_shapes():
    X, y = make_multilabel_classification(n_samples=40, n_classes=3, random_state=0)
    for make in (gn.MLPClassifier, scikit.MLPClassifier):
        model = make((5,), max_iter=5, random_state=0).fit(X, y)
        assert model.predict(X).shape == (40, 3)
        assert model.predict_proba(X).shape == (40, 3)
        np.testing.assert_array_equal(model.classes_, [0, 1, 2])
