"""Bad and odd data: the rows of section 2A, as estimators meet them."""

import numpy as np
import pandas as pd
import pytest
from scipy import sparse
from sklearn.exceptions import DataConversionWarning, NotFittedError

import glassnet as gn
from glassnet.errors import DataError, DataTypeError, GlassnetWarning, ShapeError


def spoiled(X, value):
    X = X.copy()
    X[4, 1] = X[7, 2] = value
    return X


@pytest.mark.row(1, 2, 3)
@pytest.mark.parametrize(("value", "said"), [(np.nan, "NaN"), (np.inf, "inf"), (-np.inf, "inf")])
@pytest.mark.parametrize("kind", [np.asarray, sparse.csr_array, sparse.csc_matrix])
def test_what_is_not_finite_is_named_by_row_and_column(make, X, y, value, said, kind):
    bad = kind(spoiled(X, value))
    for ask in (lambda: make().fit(bad, y), lambda: make().fit(X, y).predict(bad)):
        with pytest.raises(ValueError, match=f"Input X contains .*{said}") as caught:
            ask()
        assert "2 values" in str(caught.value)
        assert "row 4, column 1" in str(caught.value) or "csc" in str(kind)


@pytest.mark.row(1)
def test_what_is_not_finite_is_named_by_the_columns_name(make, X, y):
    table = pd.DataFrame(spoiled(X, np.inf), columns=["age", "height", "weight"])
    with pytest.raises(ValueError, match="row 4, column 'height'"):
        make().fit(table, y)


@pytest.mark.row(4)
@pytest.mark.parametrize("gap", [np.nan, None, pd.NA, pd.NaT])
@pytest.mark.parametrize("form", [lambda y: y, pd.Series])
def test_targets_without_a_value(make, X, y, gap, form):
    bad = y.astype(object)
    bad[3] = bad[5] = gap
    with pytest.raises(DataError, match="Input y contains NaN") as caught:
        make().fit(X, form(bad))
    assert "the first in row 3; 2 such values" in str(caught.value)
    assert "keep = ~pandas.isna(y)" in str(caught.value)
    with pytest.raises(DataError, match=r"Input y contains infinity or a value too large"):
        make().fit(X, np.where(y > 0, np.inf, 1.0))


@pytest.mark.row(4)
@pytest.mark.parametrize("kind", [gn.MLPClassifier, gn.NetworkClassifier])
def test_labels_of_several_types(kind, X, y):
    labels = np.array(["no", "yes"], dtype=object)[y]
    labels[4] = 3
    with pytest.raises(DataTypeError, match="Unknown label type: y mixes number, str"):
        kind().fit(X, labels)


@pytest.mark.parametrize("kind", [gn.MLPRegressor, gn.NetworkRegressor])
def test_text_is_no_number_to_learn(kind, X, y):
    words = np.array(["no", "yes"])[y]
    for text in (words, words.astype(object), ["1.5"] * 22 + ["many"]):
        first = next(i for i, word in enumerate(text) if word != "1.5")
        with pytest.raises(DataTypeError, match="y holds what is no number: could not") as caught:
            kind().fit(X, text)
        assert f"in row {first}, the first of" in str(caught.value)


@pytest.mark.row(5)
def test_beyond_float32(make, X, y):
    with np.errstate(over="ignore"):
        bad = spoiled(X, 1e39).astype(np.float32)
    with pytest.raises(ValueError, match=r"value too large for dtype\('float32'\)"):
        make().fit(bad, y)
    make().fit(spoiled(X, 1e39), y)  # float64 holds it


@pytest.mark.row(6)
def test_complex(make, X, y):
    with pytest.raises(ValueError, match="Complex data not supported"):
        make().fit(X + 1j, y)


@pytest.mark.row(7, 8)
def test_objects(make, X, y):
    same = make().fit(X, y).predict(X)
    np.testing.assert_array_equal(make().fit(X.astype(object), y).predict(X), same)
    bad = X.astype(object)
    bad[0, 0] = {"foo": "bar"}
    with pytest.raises(TypeError, match=r"argument must be .* string.* number"):
        make().fit(bad, y)
    bad[0, 0], bad[4, 2] = 1.0, "many"
    for given in (bad, bad.tolist()):
        with pytest.raises(DataTypeError, match="could not convert string to float: 'many'") as e:
            make().fit(given, y)
        assert "'many' in row 4, column 2, the first of 1" in str(e.value)
        assert "pass a DataFrame" in str(e.value)


@pytest.mark.row(11, 12)
def test_nothing_to_learn_from(make, X, y):
    with pytest.raises(ValueError, match=r"0 sample\(s\) \(shape=\(0, 3\)\) while a minimum of 1"):
        make().fit(X[:0], y[:0])
    with pytest.raises(ValueError, match=r"0 feature\(s\) \(shape=\(23, 0\)\) while a minimum of"):
        make().fit(X[:, :0], y)


@pytest.mark.row(13, 14)
def test_one_row_and_one_column(make, X, y):
    assert make().fit(X[:1], y[:1]).predict(X).shape == (23,)
    assert make().fit(X[:, :1], y).predict(X[:, :1]).shape == (23,)


@pytest.mark.row(15, 65)
@pytest.mark.parametrize("solver", ["adam", "sgd", "lbfgs"])
@pytest.mark.parametrize("kind", [gn.MLPClassifier, gn.NetworkClassifier])
def test_one_class(kind, solver, X):
    model = kind(max_iter=2, solver=solver).fit(X, ["only"] * 23)
    assert set(model.predict(X)) == {"only"}
    np.testing.assert_array_equal(model.predict_proba(X), np.ones((23, 1)))


@pytest.mark.row(16)
@pytest.mark.parametrize("kind", [gn.MLPClassifier, gn.NetworkClassifier])
def test_one_class_left_by_the_weights(kind, X, y):
    model = kind(max_iter=200, random_state=0).fit(X, y, sample_weight=y)
    np.testing.assert_array_equal(model.classes_, [0, 1])
    assert set(model.predict(X)) == {1}
    assert np.isfinite(model.loss_)


@pytest.mark.row(17)
@pytest.mark.parametrize("kind", [gn.MLPClassifier, gn.NetworkClassifier])
def test_numbers_are_no_classes(kind, X):
    with pytest.raises(ValueError, match="Unknown label type: continuous"):
        kind().fit(X, X[:, 0])


@pytest.mark.row(18)
def test_without_targets(make, X):
    with pytest.raises(ValueError, match="requires y to be passed, but the target y is None"):
        make().fit(X, None)


@pytest.mark.row(19)
def test_a_column_of_targets(make, X, y):
    with pytest.warns(DataConversionWarning, match="A column-vector y was passed when a 1d array"):
        column = make().fit(X, y[:, None])
    np.testing.assert_array_equal(column.predict(X), make().fit(X, y).predict(X))


@pytest.mark.row(20)
@pytest.mark.parametrize(
    "labels",
    [
        ["no", "yes"],
        [-7, 40],
        [False, True],
        [b"no", b"yes"],
        [1.0, 3.0],
        [np.int8(-1), np.int8(1)],
        ["c", "a", "b"],
    ],
    ids=str,
)
@pytest.mark.parametrize("kind", [gn.MLPClassifier, gn.NetworkClassifier])
def test_labels_of_all_kinds(kind, X, y, labels):
    if len(labels) == 3:
        y = y + (X[:, 2] > 1)
    named = np.array(labels)[y]
    model = kind(max_iter=300, learning_rate_init=0.01, random_state=0).fit(X, named)
    np.testing.assert_array_equal(model.classes_, np.sort(np.array(labels)))
    told = model.predict(X)
    assert told.dtype == named.dtype
    assert model.score(X, named) == np.mean(told == named) > 0.9


@pytest.mark.row(23, 24)
@pytest.mark.parametrize(
    ("weights", "said"),
    [
        (np.zeros(23), "all weights are zero"),
        (-np.ones(23), "negative"),
        (np.full(23, np.nan), "sample_weight contains NaN"),
        (np.ones(22), r"sample_weight.shape == \(22,\), expected \(23,\)"),
        (np.ones((23, 2)), r"sample_weight.shape == \(23, 2\), expected \(23,\)"),
    ],
    ids=["zero", "negative", "NaN", "short", "2-D"],
)
def test_weights_that_cannot_be_used(make, X, y, weights, said):
    with pytest.raises(ValueError, match=said):
        make().fit(X, y, sample_weight=weights)
    with pytest.raises(ValueError, match=said.replace("sample_weight", "sample_weight_val")):
        make().fit(X, y, X_val=X, y_val=y, sample_weight_val=weights)


@pytest.mark.row(25, 26)
@pytest.mark.parametrize("form", ["csr", "csc", "coo", "dia", "bsr", "lil", "dok"])
@pytest.mark.parametrize("array", [True, False])
def test_every_sparse_form_gives_the_same(make, X, y, form, array):
    X = np.where(X > 0.3, X, 0.0)
    same = make().fit(sparse.csr_array(X), y).predict(X)
    given = (sparse.coo_array if array else sparse.coo_matrix)(X).asformat(form)
    model = make().fit(given, y)
    np.testing.assert_array_equal(model.predict(given), same)
    np.testing.assert_array_equal(model.predict(X), same)


@pytest.mark.row(26)
def test_sparse_with_long_indices(make, X, y):
    X = sparse.csr_array(np.where(X > 0.3, X, 0.0))
    same = make().fit(X, y).predict(X)
    X.indices, X.indptr = X.indices.astype(np.int64), X.indptr.astype(np.int64)
    np.testing.assert_array_equal(make().fit(X, y).predict(X), same)


def test_sparse_unscaled_gives_the_bits_of_dense(make, X, y):
    X = np.where(X > 0.3, X, 0.0)
    how = {"standardize": False}
    dense, thin = make(**how).fit(X, y), make(**how).fit(sparse.csr_array(X), y)
    np.testing.assert_allclose(dense.predict(X), thin.predict(X), rtol=1e-12)


@pytest.mark.row(25)
@pytest.mark.parametrize("kind", [gn.NetworkClassifier, gn.NetworkRegressor])
def test_sparse_of_three_axes_is_refused(kind, y):
    thick = sparse.coo_array((np.ones(1), ([0], [0], [0])), shape=(23, 2, 2))
    with pytest.raises((TypeError, ValueError)):
        kind().fit(thick, y)


@pytest.mark.row(27)
def test_memory_maps_are_read_only(make, X, y, tmp_path):
    np.save(tmp_path / "X.npy", X)
    mapped = np.load(tmp_path / "X.npy", mmap_mode="r")
    same = make().fit(X, y).predict(X)
    np.testing.assert_array_equal(make().fit(mapped, y).predict(mapped), same)


@pytest.mark.row(28)
@pytest.mark.parametrize(
    "view",
    [
        np.asfortranarray,
        lambda X: X[::-1][::-1],
        lambda X: np.repeat(X, 2, axis=1)[:, ::2],
        lambda X: X.astype(">f8"),
        lambda X: np.frombuffer(b"\0" + X.tobytes(), np.float64, offset=1).reshape(X.shape),
    ],
    ids=["fortran", "reversed", "slice", "byte-swapped", "unaligned"],
)
def test_the_layout_in_memory_does_not_matter(make, X, y, view):
    same = make().fit(X, y)
    other = make().fit(view(X.copy()), y)
    for name, W in same.parameters_.items():
        np.testing.assert_array_equal(W, other.parameters_[name])
    np.testing.assert_array_equal(same.predict(X), other.predict(view(X.copy())))


@pytest.mark.row(29)
@pytest.mark.parametrize("dtype", [np.float16, np.uint8, np.int64, bool])
def test_other_numbers_are_converted(make, X, y, dtype):
    small = (X > 0 if dtype is bool else abs(X * 10)).astype(dtype)
    model = make().fit(small, y)
    assert model.parameters_["W1"].dtype == np.float64
    same = make().fit(small.astype(np.float64), y).predict(small)
    np.testing.assert_array_equal(model.predict(small), same)


@pytest.mark.row(29)
def test_whole_numbers_that_float64_rounds(make, X, y):
    large = (X * 10).astype(np.int64) + 2**53
    with pytest.warns(GlassnetWarning, match=r"beyond 2\*\*53"):
        make().fit(large, y)


def test_float32_stays_float32(make, X, y):
    model = make().fit(X.astype(np.float32), y)
    assert {W.dtype for W in model.parameters_.values()} == {np.dtype(np.float32)}
    assert np.isfinite(model.predict(X)).all()
    for ask in ("predict_proba", "decision_function", "predict"):
        if hasattr(model, ask) and not (ask == "predict" and hasattr(model, "classes_")):
            assert getattr(model, ask)(X.astype(np.float32)).dtype == np.float32


@pytest.mark.row(30)
def test_columns_by_other_names(make, X, y):
    table = pd.DataFrame(X, columns=["a", "b", "c"])
    model = make().fit(table, y)
    for other in (table[["b", "a", "c"]], table.rename(columns={"a": "z"})):
        with pytest.raises(ValueError, match="feature names should match those that were passed"):
            model.predict(other)


@pytest.mark.row(31)
def test_names_that_are_no_text(make, X, y):
    with pytest.raises(TypeError, match="Feature names are only supported if all"):
        make().fit(pd.DataFrame(X, columns=["a", 1, "c"]), y)
    assert not hasattr(make().fit(pd.DataFrame(X), y), "feature_names_in_")


@pytest.mark.row(31)
@pytest.mark.parametrize("values", [range(23), "red"])
def test_names_that_stand_twice(make, X, y, values):
    table = pd.DataFrame(X, columns=["a", "b", "c"]).assign(c=values)
    doubled = table.set_axis(["a", "b", "a"], axis=1)
    for ask in (lambda: make().fit(doubled, y), lambda: make().fit(table, y).predict(doubled)):
        with pytest.raises(DataError, match="columns of the table have the same name") as caught:
            ask()
        assert caught.value.received == "more than once: 'a'"


@pytest.mark.row(31)
@pytest.mark.parametrize("kind", [gn.MLPRegressor, gn.NetworkRegressor, gn.MLPClassifier])
def test_targets_whose_names_stand_twice(kind, X, y):
    with pytest.raises(DataError, match="columns of the table have the same name") as caught:
        kind().fit(X, pd.DataFrame({"a": y, "b": y}).set_axis(["z", "z"], axis=1))
    assert caught.value.received == "more than once: 'z'"


@pytest.mark.row(32)
@pytest.mark.parametrize("kind", [np.asarray, sparse.csr_array])
def test_a_constant_column(make, X, y, kind):
    X[:, 1] = 1e30
    with pytest.warns(GlassnetWarning, match="1 of 3 columns of X are constant .*scale 1: 1"):
        model = make().fit(kind(X), y)
    assert model.scaling_.scale[1] == 1
    assert np.isfinite(model.predict(X)).all()
    table = pd.DataFrame(X, columns=["age", "height", "weight"])
    with pytest.warns(GlassnetWarning, match="'height'"):
        make().fit(table, y)


@pytest.mark.row(34)
def test_rows_of_different_lengths(make):
    with pytest.raises(ValueError, match="inhomogeneous shape") as caught:
        make().fit([[1, 2], [3, 4], [5]], [0, 1, 0])
    assert "1 in row 2" in str(caught.value)


@pytest.mark.row(34)
def test_rows_that_come_one_by_one(make):
    with pytest.raises(DataTypeError, match="X is no array") as caught:
        make().fit((row for row in [[1, 2], [3, 4]]), [0, 1])
    assert caught.value.received == "a value of type generator"
    assert "list(X)" in caught.value.fix


@pytest.mark.row(36)
@pytest.mark.parametrize("kind", [gn.MLPClassifier, gn.NetworkClassifier])
def test_a_class_with_one_member_cannot_be_held_out(kind, X, y):
    y[0] = 9
    with pytest.raises(DataError, match=r"The least populated classes in y have .*\[9\]"):
        kind(early_stopping=True).fit(X, y)


@pytest.mark.row(46)
def test_too_few_rows_to_hold_out(make, X, y):
    with pytest.raises(ValueError, match="validation set is too small"):
        make(early_stopping=True, validation_fraction=0.01).fit(X, y)


@pytest.mark.row(58)
@pytest.mark.parametrize("kind", [gn.MLPClassifier, gn.MLPRegressor])
def test_three_axes_for_dense_layers(kind, X, y):
    with pytest.raises(ValueError, match="Found array with dim 3"):
        kind().fit(X[:, :, None], y)


@pytest.mark.row(57)
def test_one_axis_is_named_by_its_shape_and_not_shown(make, X, y):
    model = make().fit(X, y)
    for ask, x in ((model.predict, np.arange(1000.0)), (lambda x: make().fit(x, y), [0.0] * 23)):
        with pytest.raises(ShapeError, match="Reshape your data") as caught:
            ask(x)
        assert caught.value.received == f"X ({len(x)},)"
        assert len(str(caught.value)) < 400


@pytest.mark.row(64)
@pytest.mark.parametrize("shape", [(23, 0, 2), (23, 5, 0, 2)])
def test_examples_without_a_value(shape, y):
    with pytest.raises(ShapeError, match="examples without a value") as caught:
        gn.NetworkRegressor([gn.Flatten()]).fit(np.zeros(shape), np.arange(23.0))
    assert caught.value.received == f"X {shape}"


@pytest.mark.row(59)
def test_other_numbers_of_rows(make, X, y):
    with pytest.raises(ValueError, match=r"inconsistent numbers of samples: \[23, 22\]"):
        make().fit(X, y[:-1])


def test_before_it_is_fitted(make, X):
    for name in ("predict", "predict_proba", "decision_function", "trace"):
        if hasattr(make(), name):
            with pytest.raises(NotFittedError):
                getattr(make(), name)(X)


def test_validation_needs_both(make, X, y):
    with pytest.raises(DataError, match="both X_val and y_val"):
        make().fit(X, y, X_val=X)


@pytest.mark.row(9)
def test_text_is_refused_by_name_where_nothing_is_encoded(make, X, y):
    table = pd.DataFrame(X, columns=["a", "b", "c"]).assign(town="far", rooms=[None] * 23)
    with pytest.raises(DataTypeError, match=r"no numbers or lack values: 'town', 'rooms'"):
        make(categorical_features=None).fit(table, y)


def test_rows_that_need_no_checks_of_scikit_learn_give_the_same(make, X, y):
    model = make().fit(X, y)
    for rows in (X[:1], X[:5], X):
        expected = model.predict(rows.tolist())
        np.testing.assert_array_equal(model.predict(rows), expected)
        np.testing.assert_array_equal(model.predict(np.asfortranarray(rows)), expected)
    one = X[:1].copy()
    for change in (0.0, 1.0, -2.5):  # nothing of the last row, or of the parameters, is kept
        one[0, 0] = change
        for W in model.parameters_.values():
            W += 0.01
        np.testing.assert_array_equal(model.predict(one), model.predict(one.tolist()))
    for wrong, said in (
        (X[:1, :2], "X has 2 features"),
        (X[0], "Expected 2D array, got 1D array"),
        (X[:0], "minimum of 1 is required"),
        (X[:1].astype(complex), "Complex data"),
    ):
        with pytest.raises(ValueError, match=said):
            model.predict(wrong)
    named = make().fit(pd.DataFrame(X, columns=["age", "height", "weight"]), y)
    with pytest.warns(UserWarning, match="X does not have valid feature names"):
        named.predict(X[:1])
