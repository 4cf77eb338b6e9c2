"""Targets for every time of a sequence, of one length and of several, and for every pixel."""

import numpy as np
import pytest
from sklearn.base import clone
from sklearn.metrics import accuracy_score, r2_score
from sklearn.model_selection import cross_val_score

import glassnet as gn
from glassnet.errors import DataError, ShapeError
from glassnet.estimators.places import as_examples, padded_targets, weights_of_places
from glassnet.estimators.rows import Rows

TAGGER = [gn.GRU(5, masked=True)]
QUICK = {"max_iter": 3, "random_state": 0}


@pytest.fixture
def ragged():
    random = np.random.default_rng(1)
    return [random.normal(3, 2, size=(length, 2)) for length in random.integers(1, 8, size=61)]


def tags(ragged):
    return [np.where(each.cumsum(axis=0)[:, 0] > 7, "up", "down") for each in ragged]


def paths(ragged):
    return [100 + 50 * each.cumsum(axis=0)[:, 1] for each in ragged]


def every(values):
    return np.concatenate(list(values))


def test_a_tagger_of_sequences_of_different_lengths(ragged):
    y = tags(ragged)
    model = gn.NetworkClassifier(TAGGER, max_iter=60, learning_rate_init=0.02, random_state=0)
    told = model.fit(ragged, y).predict(ragged)
    assert isinstance(told, list)
    assert [each.shape for each in told] == [each.shape for each in y]
    assert model.score(ragged, y) == accuracy_score(every(y), every(told)) > 0.9
    weights = np.random.default_rng(0).integers(0, 3, size=61)
    each = np.repeat(weights, [len(own) for own in y])
    weighted = accuracy_score(every(y), every(told), sample_weight=each)
    assert model.score(ragged, y, weights) == pytest.approx(weighted)
    shares = model.predict_proba(ragged)
    assert [own.shape for own in shares] == [(len(own), 2) for own in y]
    np.testing.assert_allclose(every(shares).sum(axis=1), 1)
    np.testing.assert_array_equal(model.classes_[every(shares).argmax(axis=1)], every(told))
    np.testing.assert_allclose(np.exp(every(model.predict_log_proba(ragged))), every(shares))
    odds = every(model.decision_function(ragged))
    np.testing.assert_allclose(1 / (1 + np.exp(-odds)), every(shares)[:, 1])
    alone = [model.predict([own])[0] for own in ragged]
    np.testing.assert_array_equal(every(alone), every(told))


def test_the_numbers_of_sequences_of_different_lengths(ragged):
    y = paths(ragged)
    how = {"max_iter": 200, "learning_rate_init": 0.02, "random_state": 0}
    model = gn.NetworkRegressor(TAGGER, **how).fit(ragged, y)
    told = model.predict(ragged)
    assert [each.shape for each in told] == [each.shape for each in y]
    assert model.score(ragged, y) == pytest.approx(r2_score(every(y), every(told)))
    assert model.score(ragged, y) > 0.9
    target = model._target
    np.testing.assert_allclose(target.scaling.center, every(y).mean())
    np.testing.assert_allclose(target.scaling.scale, every(y).std())
    assert (target.lowest, target.highest) == (every(y).min(), every(y).max())
    columns = gn.NetworkRegressor(TAGGER, **QUICK).fit(ragged, [own[:, None] for own in y])
    assert columns.predict(ragged)[3].shape == (len(ragged[3]), 1)
    both = [np.stack([own, -own], axis=1) for own in y]
    two = gn.NetworkRegressor(TAGGER, **QUICK).fit(ragged, both)
    assert two.predict(ragged)[3].shape == (len(ragged[3]), 2)
    assert two.score(ragged, both) == pytest.approx(
        r2_score(every(both), every(two.predict(ragged)))
    )


def test_padding_is_worth_nothing(ragged):
    """The same parameters as `glassnet.train` finds with the mask as weights."""
    y = paths(ragged)
    model = gn.NetworkRegressor(TAGGER, alpha=0, solver="lbfgs", max_iter=5, random_state=0)
    model.fit(ragged, y)
    X, Y = np.zeros((7, 2, 61)), np.full((7, 1, 61), 1e6)
    mask = np.arange(7)[:, None, None] < [len(own) for own in ragged]
    scaled = model._entrance(model._checked(ragged))
    for i, own in enumerate(y):
        X[: len(own), :, i] = scaled["A0"][: len(own), :, i]
        Y[: len(own), 0, i] = (own - every(y).mean()) / every(y).std()
    network = gn.Network([*TAGGER, gn.Dense(1)], loss=gn.SquaredError())
    result = gn.train(
        network,
        {"A0": X, "mask": mask},
        Y,
        sample_weight=mask.astype(float),
        optimizer=gn.LBFGS(),
        epochs=5,
        parameters=network.initialize({"A0": (7, 2), "mask": (7, 1)}, 0),
    )
    for name, W in result.parameters.items():
        np.testing.assert_allclose(model.parameters_[name], W, rtol=1e-4, atol=1e-6)


def test_weights_mean_repetition(ragged):
    y, weights = tags(ragged), np.random.default_rng(0).integers(0, 3, size=61)
    how = {"solver": "lbfgs", "max_iter": 4, "random_state": 0, "class_weight": "balanced"}
    weighted = gn.NetworkClassifier(TAGGER, **how).fit(ragged, y, sample_weight=weights)
    repeated = [
        [each for each, n in zip(own, weights, strict=True) for _ in range(n)]
        for own in (ragged, y)
    ]
    same = gn.NetworkClassifier(TAGGER, **how).fit(*repeated)
    np.testing.assert_allclose(
        every(weighted.predict_proba(ragged)), every(same.predict_proba(ragged)), rtol=1e-6
    )


def test_balanced_classes_are_those_of_all_times(ragged):
    y = tags(ragged)
    model = gn.NetworkClassifier(TAGGER, class_weight="balanced", **QUICK).fit(ragged, y)
    labels, counts = np.unique(every(y), return_counts=True)
    np.testing.assert_allclose(model._factors, counts.sum() / (2 * counts))
    assert labels.tolist() == model.classes_.tolist()


@pytest.mark.parametrize("kind", [gn.NetworkClassifier, gn.NetworkRegressor])
def test_held_out_scored_streamed_and_gone_on(ragged, kind):
    y = tags(ragged) if kind is gn.NetworkClassifier else paths(ragged)
    scorer = "accuracy" if kind is gn.NetworkClassifier else "neg_mean_absolute_error"
    early = kind(TAGGER, early_stopping=True, metrics=[scorer], **QUICK).fit(ragged, y)
    assert len(early.history_["score"]) == len(early.history_[scorer]) == 3
    held = kind(TAGGER, **QUICK).fit(ragged[:50], y[:50], X_val=ragged[50:], y_val=y[50:])
    assert held.history_["validation_cost"][0] > 0
    stream = kind(TAGGER, **QUICK)
    first = {"classes": ["down", "up"]} if kind is gn.NetworkClassifier else {}
    stream.partial_fit(ragged[:3], y[:3], **first).partial_fit(ragged[3:], y[3:])
    assert stream.t_ == 61
    assert clone(held).set_params(warm_start=True).fit(ragged, y).fit(ragged, y).n_iter_ == 3
    assert len(cross_val_score(kind(TAGGER, **QUICK), ragged, y, cv=3)) == 3


def test_the_score_of_an_epoch_is_that_of_the_estimator(ragged):
    y = tags(ragged)
    model = gn.NetworkClassifier(TAGGER, metrics=["score", "accuracy"], **QUICK).fit(ragged, y)
    assert model.history_["score"][-1] == model.history_["accuracy"][-1] == model.score(ragged, y)


@pytest.mark.parametrize("kind", [gn.NetworkClassifier, gn.NetworkRegressor])
def test_they_are_saved(ragged, kind, tmp_path):
    y = tags(ragged) if kind is gn.NetworkClassifier else paths(ragged)
    model = kind(TAGGER, **QUICK).fit(ragged, y)
    model.save(tmp_path / "m.safetensors")
    again = kind.load(tmp_path / "m.safetensors")
    np.testing.assert_array_equal(every(again.predict(ragged)), every(model.predict(ragged)))
    assert again.score(ragged, y) == model.score(ragged, y)


def test_arrays_give_arrays():
    X = np.random.default_rng(0).normal(size=(23, 7, 2))
    y = (X.cumsum(axis=1)[..., 0] > 0).astype(int)
    for layers in ([gn.GRU(5)], TAGGER):
        model = gn.NetworkClassifier(layers, max_iter=3, random_state=0).fit(X, y)
        assert model.predict(X).shape == (23, 7)
        assert model.predict_proba(X).shape == (23, 7, 2)
        assert model.score(X, y) == np.mean(model.predict(X) == y)
    numbers = gn.NetworkRegressor([gn.GRU(5)], **QUICK).fit(X, X[..., 0])
    assert numbers.predict(X).shape == (23, 7)
    three = gn.NetworkClassifier([gn.GRU(5)], **QUICK).fit(X, y + y[:, ::-1])
    assert three.predict_proba(X).shape == (23, 7, 3)
    many = gn.NetworkClassifier([gn.GRU(5)], **QUICK).fit(X, np.stack([y, 1 - y, y], axis=-1))
    assert many.predict(X).shape == (23, 7, 3)
    assert many.classes_.tolist() == [0, 1, 2]


def test_a_mask_of_ones_own():
    X = np.random.default_rng(0).normal(size=(23, 7, 2))
    y = (X[..., 0] > 0).astype(int)
    mask = np.arange(7)[:, None] < np.random.default_rng(1).integers(2, 8, size=23)[:, None, None]
    model = gn.NetworkClassifier(TAGGER, **QUICK).fit({"A0": X, "mask": mask}, y)
    there, told = mask[..., 0], model.predict({"A0": X, "mask": mask})
    assert told.shape == (23, 7)
    assert model.score({"A0": X, "mask": mask}, y) == np.mean((told == y)[there])
    other = np.where(there, y, 1 - y)  # what stands where nothing is there is worth nothing
    again = clone(model).fit({"A0": X, "mask": mask}, other)
    for name, W in again.parameters_.items():
        np.testing.assert_allclose(W, model.parameters_[name], rtol=1e-6)


def test_a_label_for_every_pixel():
    images = np.random.default_rng(0).normal(size=(11, 5, 7, 1))
    y = np.where(images[..., 0] > 0, "land", "sea")
    layers = [gn.Conv2D(3, (3, 3), padding="same"), gn.Tanh()]
    model = gn.NetworkClassifier(layers, max_iter=200, learning_rate_init=0.02, random_state=0)
    assert model.fit(images, y).predict(images).shape == (11, 5, 7)
    assert model.score(images, y) > 0.95
    weights = np.arange(11)
    balanced = clone(model).set_params(class_weight="balanced", max_iter=2)
    balanced.fit(images, y, sample_weight=weights)
    sums = [(weights[:, None, None] * (y == label)).sum() for label in ("land", "sea")]
    np.testing.assert_allclose(balanced._factors, np.sum(sums) / (2 * np.array(sums)))


@pytest.mark.row(64)
@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        (lambda y: [*y[:3], y[3][:-1], *y[4:]], r"sequence 3 of X has \d times, but other targets"),
        (lambda y: [*y[:3], y[3][0], *y[4:]], "sequence 3 of X has"),
        (lambda y: y[:-1], "inconsistent numbers of samples"),
        (lambda y: [*y[:3], np.full(len(y[3]), np.nan), *y[4:]], "Input y contains NaN"),
    ],
)
def test_targets_that_do_not_fit(ragged, spoil, said):
    ragged[3] = np.ones((6, 2))
    with pytest.raises(DataError, match=said) as caught:
        gn.NetworkRegressor(TAGGER).fit(ragged, spoil(paths(ragged)))
    assert len(str(caught.value).splitlines()) <= 5


def test_targets_for_other_places_than_in_the_fit(ragged):
    X = np.random.default_rng(0).normal(size=(23, 7, 2))
    model = gn.NetworkRegressor([gn.GRU(5)], **QUICK).fit(X, X[..., 0])
    with pytest.raises(DataError, match=r"each example as a whole, but .* fitted with 7 places"):
        model.score(X, X[:, 0, 0])
    with pytest.raises(DataError, match="has 2 columns, but this estimator was fitted with 1"):
        model.partial_fit(X, X)
    tagger = gn.NetworkClassifier(TAGGER, **QUICK).fit(ragged, tags(ragged))
    with pytest.raises(DataError, match="each example as a whole"):
        tagger.score(ragged, ["up"] * 61)


def test_one_answer_where_every_time_has_a_target(ragged):
    with pytest.raises(DataError, match="The items of y differ in length") as caught:
        gn.NetworkClassifier([gn.GRU(3, last=True, masked=True)]).fit(ragged, tags(ragged))
    assert "leave last=True out" in caught.value.fix
    with pytest.raises(ShapeError, match="the layers end in 7 × 1 units"):
        gn.NetworkRegressor([gn.GRU(3, masked=True)]).fit(ragged, np.ones(61))


def test_targets_are_put_where_the_mask_says():
    there = np.array([[True, False, True], [True, True, True]])
    padded = padded_targets([[1.0, 2.0], [3.0, 4.0, 5.0]], there)
    assert padded.tolist() == [[1, 1, 2], [3, 4, 5]]
    A = np.arange(6.0).reshape(3, 1, 2)
    weights = weights_of_places(np.array([2.0, 3.0]), (3,), there)
    _, rows = as_examples(A, Rows(None, padded, weights))
    assert (rows.y.tolist(), rows.weights.tolist()) == ([1, 2, 3, 4, 5], [2, 2, 3, 3, 3])
