"""Networks that read several arrays, and sequences of different lengths."""

import numpy as np
import pytest
from sklearn.base import clone
from sklearn.model_selection import GridSearchCV, cross_val_score, train_test_split

import glassnet as gn
from glassnet.errors import DataError, DataTypeError, ShapeError

QUICK = {"max_iter": 3, "random_state": 0}
HYBRID = [
    gn.Parallel(
        image=gn.Chain([gn.Conv2D(2, (3, 3)), gn.ReLU(), gn.Flatten()]),
        table=gn.Chain([gn.Dense(3), gn.Tanh()]),
        join="concatenate",
    )
]
MASKED = [gn.GRU(4, last=True, masked=True)]


@pytest.fixture
def hybrid():
    random = np.random.default_rng(0)
    return {"image": random.normal(5, 3, size=(23, 5, 7, 1)), "table": random.normal(size=(23, 3))}


@pytest.fixture
def ragged():
    random = np.random.default_rng(1)
    return [random.normal(3, 2, size=(length, 2)) for length in random.integers(1, 8, size=23)]


def structured(hybrid):
    fields = [(name, float, A.shape[1:]) for name, A in hybrid.items()]
    X = np.empty(23, dtype=fields)
    for name, A in hybrid.items():
        X[name] = A
    return X


@pytest.mark.parametrize("kind", [gn.NetworkClassifier, gn.NetworkRegressor])
def test_a_dict_with_an_array_for_each_branch(kind, hybrid, y):
    model = kind(HYBRID, **QUICK).fit(hybrid, y)
    assert model.input_shape_ == {"image": (5, 7, 1), "table": (3,)}
    assert model.predict(hybrid).shape == (23,)
    assert 0 <= abs(model.score(hybrid, y)) < 100
    scaled = {
        name: np.moveaxis((A - A.mean(axes := tuple(range(A.ndim - 1)))) / A.std(axes), 0, -1)
        for name, A in hybrid.items()
    }
    told = model.network_.predict(model.parameters_, scaled)
    np.testing.assert_allclose(model._outputs(hybrid), told, rtol=1e-12)
    trace = model.trace(hybrid, y)
    assert trace["image.W1"].shape == (3, 3, 2, 1)
    again = clone(model).fit(hybrid, y)
    np.testing.assert_array_equal(again.predict(hybrid), model.predict(hybrid))


def test_decisions_agree_with_probabilities(hybrid, y):
    model = gn.NetworkClassifier(HYBRID, **QUICK).fit(hybrid, y)
    Z = model.decision_function(hybrid)
    np.testing.assert_allclose(1 / (1 + np.exp(-Z)), model.predict_proba(hybrid)[:, 1])


def test_scikit_learn_carries_structured_arrays(hybrid, y):
    X = structured(hybrid)
    model = gn.NetworkClassifier(HYBRID, **QUICK)
    same = model.fit(hybrid, y).predict_proba(hybrid)
    np.testing.assert_array_equal(clone(model).fit(X, y).predict_proba(X), same)
    assert len(cross_val_score(model, X, y, cv=3)) == 3
    search = GridSearchCV(model, {"alpha": [0.1, 1.0]}, cv=2).fit(X, y)
    assert search.best_estimator_.predict(X[:2]).shape == (2,)
    learn, held, y_learn, y_held = train_test_split(X, y, random_state=0)
    early = clone(model).set_params(early_stopping=True, metrics=["roc_auc"])
    assert 0 <= early.fit(learn, y_learn).score(held, y_held) <= 1
    held_out = clone(model).fit(hybrid, y, X_val=hybrid, y_val=y, sample_weight=np.ones(23))
    assert held_out.history_["validation_cost"][0] is not None


def test_weights_mean_repetition(hybrid, y):
    weights = np.random.default_rng(0).integers(0, 4, size=23)
    how = {"solver": "lbfgs", "max_iter": 5, "random_state": 0}
    weighted = gn.NetworkClassifier(HYBRID, **how).fit(hybrid, y, sample_weight=weights)
    repeated = {name: np.repeat(A, weights, axis=0) for name, A in hybrid.items()}
    same = gn.NetworkClassifier(HYBRID, **how).fit(repeated, np.repeat(y, weights))
    np.testing.assert_allclose(
        weighted.predict_proba(hybrid), same.predict_proba(hybrid), rtol=1e-6
    )


@pytest.mark.parametrize("kind", [gn.NetworkClassifier, gn.NetworkRegressor])
def test_sequences_of_different_lengths(kind, ragged, y):
    model = kind(MASKED, **QUICK).fit(ragged, y)
    every = np.concatenate(ragged)
    np.testing.assert_allclose(model.scaling_.parts["A0"].center, every.mean(axis=0))
    np.testing.assert_allclose(model.scaling_.parts["A0"].scale, every.std(axis=0))
    told = model._outputs(ragged)
    alone = np.concatenate([model._outputs([each]) for each in ragged], axis=-1)
    np.testing.assert_allclose(told, alone, rtol=1e-12)
    longer = [*ragged[:2], np.ones((31, 2))]
    np.testing.assert_allclose(model._outputs(longer)[:, :2], told[:, :2], rtol=1e-12)
    assert len(cross_val_score(model, ragged, y, cv=3)) == 3


def test_sequences_of_one_length_are_an_array(y):
    X = np.random.default_rng(0).normal(size=(23, 5, 2))
    masked = gn.NetworkClassifier(MASKED, **QUICK).fit(X, y)
    plain = gn.NetworkClassifier([gn.GRU(4, last=True)], **QUICK).fit(X, y)
    np.testing.assert_allclose(masked.predict_proba(list(X)), plain.predict_proba(X), rtol=1e-9)


def test_a_branch_of_sequences_beside_a_table(ragged, hybrid, y):
    layers = [gn.Parallel(series=MASKED[0], table=gn.Dense(3), join="concatenate")]
    X = {"table": hybrid["table"], "series": ragged}
    model = gn.NetworkClassifier(layers, **QUICK).fit(X, y)
    assert set(model.input_shape_) == {"series", "series.mask", "table"}
    few = {name: values[:4] for name, values in X.items()}
    np.testing.assert_allclose(model.predict_proba(few), model.predict_proba(X)[:4], rtol=1e-12)


def test_symbols_are_not_scaled(y):
    text = [np.random.default_rng(i).integers(0, 9, size=(3 + i % 4, 1)) for i in range(23)]
    layers = [gn.Embedding(9, 3), gn.GRU(4, last=True, masked=True)]
    model = gn.NetworkClassifier(layers, **QUICK).fit(text, y)
    assert model.predict(text).shape == (23,)
    whole = gn.NetworkClassifier([gn.Embedding(9, 3), gn.GRU(4, last=True)], **QUICK)
    assert whole.fit(np.stack([each[:3] for each in text]), y).n_iter_ == 3
    with pytest.raises(DataTypeError, match="must hold whole numbers"):
        whole.fit(np.full((23, 3, 1), 0.5), y)


@pytest.mark.parametrize("standardize", [True, False])
@pytest.mark.parametrize("n_ensemble", [1, 2])
def test_they_are_saved(hybrid, ragged, y, tmp_path, standardize, n_ensemble):
    X = {"series": ragged, "table": hybrid["table"]}
    layers = [gn.Parallel(series=MASKED[0], table=gn.Dense(3), join="concatenate")]
    how = {"standardize": standardize, "n_ensemble": n_ensemble}
    model = gn.NetworkClassifier(layers, **QUICK, **how).fit(X, y)
    model.save(tmp_path / "m.safetensors")
    again = gn.NetworkClassifier.load(tmp_path / "m.safetensors")
    np.testing.assert_array_equal(again.predict_proba(X), model.predict_proba(X))
    mask = np.arange(7)[:, None, None] < [len(each) for each in ragged]
    padded = np.zeros((7, 2, 23))
    for i, each in enumerate(ragged):
        padded[: len(each), :, i] = each
    inputs = {"series": padded, "series.mask": mask, "table": hybrid["table"].T}
    told = gn.load(tmp_path / "m.safetensors").probabilities(inputs)
    np.testing.assert_allclose(told.T, model.predict_proba(X), rtol=1e-9)


def spoiled(array, value):
    array = array.copy()
    array.reshape(-1)[-1] = value
    return array


@pytest.mark.row(60)
@pytest.mark.parametrize(
    ("change", "said", "fix"),
    [
        (lambda X: {"image": X["image"]}, "X lacks the branch 'table'", "for each branch"),
        (lambda X: {**X, "text": X["table"]}, "X has a branch 'text'", "nothing else"),
        (
            lambda X: {"image": X["image"], "tabel": X["table"]},
            "X lacks the branch 'table'",
            "rename 'tabel'; did you mean 'table'?",
        ),
        (lambda X: X["image"], "X is a single array, but", "X={'image': ..., 'table': ...}"),
        (lambda X: {**X, "table": X["table"][:9]}, "inconsistent numbers of samples", "same rows"),
        (lambda X: {**X, "table": spoiled(X["table"], np.nan)}, "Input table contains NaN", "row"),
        (lambda X: {**X, "image": spoiled(X["image"], np.inf)}, "Input image contains inf", "fill"),
        (lambda X: {**X, "table": X["table"][:, :2]}, r"X\['table'\] has examples", "the fit"),
        (lambda X: {**X, "table": X["table"][:, 0]}, r"table has shape \(23,\)", "reshape(-1, 1)"),
        (lambda X: {**X, "image": X["image"][:, :0]}, "image has shape .* without a value", "time"),
        (lambda X: {**X, "table": [["a", "b", "c"]] * 23}, "table holds what is no", "OneHot"),
    ],
)
def test_branches_that_do_not_fit(hybrid, y, change, said, fix):
    model = gn.NetworkClassifier(HYBRID, max_iter=1).fit(hybrid, y)
    asks = [lambda X: model.predict(X)]
    if "has examples" not in said:
        asks.append(lambda X: clone(model).fit(X, y))
    for ask in asks:
        with pytest.raises((DataError, ShapeError), match=said) as caught:
            ask(change(hybrid))
        assert fix in caught.value.fix
        assert len(str(caught.value).splitlines()) <= 5


@pytest.mark.row(64)
@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        (lambda one: one[:0], "sequence 3 of X is empty"),
        (lambda one: one[:, :1], "The sequences of X differ in their features"),
        (lambda one: one[:, 0], "sequence 3 of X has 1 axes"),
        (lambda one: spoiled(one, np.nan), "Input sequence 3 of X contains NaN"),
        (lambda one: one.astype(str).astype(object) + "x", "sequence 3 of X holds what is no num"),
    ],
)
def test_sequences_that_cannot_be_read(ragged, y, spoil, said):
    ragged[3] = spoil(ragged[3])
    with pytest.raises((DataError, ShapeError), match=said) as caught:
        gn.NetworkClassifier(MASKED).fit(ragged, y)
    assert caught.value.fix


@pytest.mark.row(57, 70)
@pytest.mark.parametrize("codes", [np.arange(23) % 5, None])
def test_codes_without_an_axis(codes, y):
    layers = [gn.Parallel(city=gn.Embedding(5, 2), join="add"), gn.Dense(3)]
    model = gn.NetworkClassifier(layers, max_iter=1).fit({"city": np.arange(23)[:, None] % 5}, y)
    for ask in (model.predict, lambda X: clone(model).fit(X, y)):
        with pytest.raises(ShapeError, match=r"city has shape .* Reshape your data"):
            ask({"city": codes})


@pytest.mark.row(64)
def test_padding_of_ones_own(y):
    X = np.random.default_rng(0).normal(size=(23, 5, 2))
    X[4, 3:] = np.nan
    for layers in (MASKED, [gn.GRU(4, last=True)]):
        with pytest.raises(DataError, match="contains NaN") as caught:
            gn.NetworkClassifier(layers).fit(X, y)
        if layers is not MASKED:
            assert "pass a list of arrays (T, n) to layers with masked=True" in caught.value.fix


def test_different_lengths_need_a_mask(ragged, y):
    with pytest.raises(DataError, match="differ in length, and no layer reads a mask") as caught:
        gn.NetworkClassifier([gn.GRU(4, last=True)]).fit(ragged, y)
    assert "masked=True" in caught.value.fix
    with pytest.raises(DataError, match="X is a dict, but this estimator reads a single array"):
        gn.MLPClassifier().fit({"table": np.ones((23, 2))}, y)
