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


def side_by_side(**branches):
    layers = {"tides": gn.GRU(3, masked=True), "winds": gn.GRU(2, masked=True)} | branches
    return [gn.Parallel(**layers, join="concatenate")]


@pytest.fixture
def weather(ragged):
    random = np.random.default_rng(2)
    return {"tides": ragged, "winds": [random.normal(size=(len(own), 3)) for own in ragged]}


def test_several_branches_learn_as_from_examples_one_by_one(ragged, weather):
    """Each example is an update of its own, without any padding."""
    y = tags(ragged)
    how = {"solver": "sgd", "momentum": 0, "learning_rate_init": 0.1, "alpha": 0, "batch_size": 1}
    how |= {"max_iter": 1, "shuffle": False, "standardize": False, "random_state": 3}
    model = gn.NetworkClassifier(side_by_side(), **how).fit(weather, y)
    layers = [*side_by_side(), gn.Dense(1), gn.Sigmoid()]
    network = gn.Network(layers, loss=gn.BinaryCrossEntropy())
    shapes = {"tides": (7, 2), "tides.mask": (7, 1), "winds": (7, 3), "winds.mask": (7, 1)}
    parameters = network.initialize(shapes, 3)
    for i, own in enumerate(y):
        X = {name: values[i][..., None] for name, values in weather.items()}
        there = np.ones((len(own), 1, 1), int)
        Y = (own == "up")[:, None, None].astype(float)
        masks = {"tides.mask": there, "winds.mask": there}
        step = {"optimizer": gn.GradientDescent(0.1), "epochs": 1, "parameters": parameters}
        parameters = gn.train(network, X | masks, Y, **step).parameters
    for name, W in parameters.items():
        np.testing.assert_allclose(model.parameters_[name], W, rtol=1e-9, atol=1e-12)
    told = model.predict(weather)
    assert [len(own) for own in told] == [len(own) for own in ragged]
    alone = [model.predict({n: X[i : i + 1] for n, X in weather.items()})[0] for i in range(61)]
    np.testing.assert_array_equal(every(alone), every(told))
    assert model.score(weather, y) == np.mean(every(told) == every(y))


def test_several_branches_learn_as_if_padded_by_hand(ragged, weather):
    y = paths(ragged)
    how = {"alpha": 0, "solver": "lbfgs", "max_iter": 5, "random_state": 0}
    model = gn.NetworkRegressor(side_by_side(), **how).fit(weather, y)
    mask = np.arange(7)[:, None] < np.array([len(own) for own in ragged])[:, None, None]
    Y = np.full((61, 7), 1e6)
    X = {"tides": np.full((61, 7, 2), 9.0), "winds": np.full((61, 7, 3), -9.0)}
    for i, own in enumerate(y):
        Y[i, : len(own)] = own
        for name, values in weather.items():
            X[name][i, : len(own)] = values[i]
    masked = X | {"tides.mask": mask, "winds.mask": mask}
    by_hand = gn.NetworkRegressor(side_by_side(), **how).fit(masked, np.where(mask[..., 0], Y, 100))
    for name, W in by_hand.parameters_.items():
        np.testing.assert_allclose(model.parameters_[name], W, rtol=1e-4, atol=1e-6)
    assert by_hand.predict(masked).shape == (61, 7)
    np.testing.assert_allclose(by_hand.predict(masked)[mask[..., 0]], every(model.predict(weather)))
    assert by_hand.score(masked, Y) == pytest.approx(
        r2_score(Y[mask[..., 0]], every(model.predict(weather)))
    )


def test_a_branch_that_ends_in_its_last_state_has_lengths_of_its_own(ragged, weather):
    """Its mask says nothing of the outputs, even where it is as long as theirs."""
    y, random = tags(ragged), np.random.default_rng(3)
    boats = [random.normal(size=(length, 2)) for length in random.integers(1, 8, size=61)]
    last = gn.Chain([gn.GRU(2, last=True, masked=True), gn.Dense(7 * 2), gn.Reshape((7, 2))])
    data = weather | {"boats": boats}
    model = gn.NetworkClassifier(side_by_side(boats=last), **QUICK).fit(data, y)
    assert [len(own) for own in model.predict(data)] == [len(own) for own in ragged]
    assert model.score(data, y) == np.mean(every(model.predict(data)) == every(y))


def test_masks_of_ones_own_may_differ():
    """A time of the outputs is there where one of the branches has it."""
    random = np.random.default_rng(0)
    X = {"tides": random.normal(size=(23, 7, 2)), "winds": random.normal(size=(23, 7, 3))}
    masks = {f"{name}.mask": random.integers(0, 2, size=(23, 7, 1)) for name in X}
    y = (X["tides"][..., 0] > 0).astype(int)
    model = gn.NetworkClassifier(side_by_side(), **QUICK).fit(X | masks, y)
    there = (masks["tides.mask"] + masks["winds.mask"])[..., 0] > 0
    told = model.predict(X | masks)
    assert model.score(X | masks, y) == np.mean((told == y)[there])
    again = clone(model).fit(X | masks, np.where(there, y, 1 - y))
    for name, W in again.parameters_.items():
        np.testing.assert_allclose(W, model.parameters_[name], rtol=1e-6)


@pytest.mark.parametrize("cut", [lambda X: X[:-1], lambda X: X[:4]])
def test_branches_joined_time_by_time_are_as_long_as_each_other(ragged, weather, cut):
    ragged[0] = np.ones((7, 2))
    weather["winds"] = [np.ones((len(own), 3)) for own in ragged]
    y = tags(ragged)
    model = gn.NetworkClassifier(side_by_side(), **QUICK).fit(weather, y)
    other = weather | {"winds": [cut(own) if len(own) == 7 else own for own in weather["winds"]]}
    for refused in (
        lambda: model.predict(other),
        lambda: model.score(other, y),
        lambda: clone(model).fit(other, y),
    ):
        with pytest.raises(DataError, match="sequence 0 is not as long in tides as in w") as caught:
            refused()
        assert caught.value.received == f"7 times in tides, {len(cut(range(7)))} in winds"
        assert len(str(caught.value).splitlines()) <= 5
    each = gn.NetworkClassifier(side_by_side(), **QUICK)
    with pytest.raises(DataError, match="sequence 0 of X has 7 times, but other targets"):
        each.fit(weather, [own[:-1] if len(own) == 7 else own for own in y])


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
