"""Sparse inputs: the numbers of the dense ones, bit for bit, in the memory of a batch."""

import itertools
import tracemalloc

import numpy as np
import pytest
from scipy import sparse

import glassnet as gn
from glassnet.arrays import as_data, as_inputs
from glassnet.engines import SHARD
from glassnet.errors import (
    DataError,
    DataTypeError,
    DivergenceError,
    GlassnetWarning,
    ResourceLimitError,
    ShapeError,
)

FORMATS = ("bsr", "coo", "csc", "csr", "dia", "dok", "lil")
KINDS = [*itertools.product(FORMATS, ("array", "matrix"))]
NETWORK = gn.Network(
    [gn.Dense(7), gn.Tanh(), gn.Dropout(0.3), gn.Dense(3), gn.Softmax()],
    gn.CategoricalCrossEntropy(),
    penalties=[gn.L2(0.1)],
)
LINE = gn.Network([gn.Dense(1)], gn.SquaredError())
rng = np.random.default_rng(0)


def examples(m, n=11, dtype=np.float64):
    """X of which four in five values are zero, laid out as batches are, and labels."""
    X = np.where(rng.random((m, n)) < 0.2, rng.standard_normal((m, n)), 0).astype(dtype).T
    return X, np.eye(3, dtype=dtype)[:, rng.integers(0, 3, m)]


def made(X, form, kind="array"):
    return getattr(sparse, f"{form}_{kind}")(X)


def assert_same_bits(a, b):
    assert set(a) == set(b)
    for name in a:
        assert a[name].dtype == b[name].dtype
        np.testing.assert_array_equal(a[name], b[name], err_msg=name)


@pytest.mark.row(26)
@pytest.mark.parametrize(("form", "kind"), KINDS)
def test_every_format_gives_the_numbers_of_the_dense_one(form, kind):
    X, Y = examples(23)
    given = made(X, form, kind)
    parameters = NETWORK.initialize((11,))
    assert_same_bits(NETWORK.gradients(parameters, given, Y), NETWORK.gradients(parameters, X, Y))
    assert NETWORK.cost(parameters, given, Y) == NETWORK.cost(parameters, X, Y)
    np.testing.assert_array_equal(
        NETWORK.predict(parameters, given), NETWORK.predict(parameters, X)
    )
    trace = NETWORK.trace(parameters, given, Y)
    assert_same_bits(trace, NETWORK.trace(parameters, X, Y))
    assert type(trace["X"]) is np.ndarray
    np.testing.assert_array_equal(given.toarray(), X)


@pytest.mark.row(26)
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("batch_size", [None, 5, 1000])
@pytest.mark.filterwarnings("ignore:Got `batch_size`")
def test_a_training_has_the_bits_of_the_dense_one(batch_size, dtype):
    X, Y = examples(23, dtype=dtype)
    X_val, Y_val = examples(13, dtype=dtype)
    how = {"epochs": 4, "batch_size": batch_size, "stopping": gn.EarlyStopping(), "seed": 3}
    weights = np.arange(1.0, 24.0)
    expected, result = (
        gn.train(NETWORK, form(X), Y, validation=(form(X_val), Y_val), sample_weight=weights, **how)
        for form in (np.asarray, sparse.csr_array)
    )
    assert_same_bits(result.parameters, expected.parameters)
    assert all(W.dtype == dtype for W in result.parameters.values())
    assert result.history["validation_cost"] == expected.history["validation_cost"]
    assert result.fingerprint == expected.fingerprint


def test_a_sparse_training_goes_on_with_dense_data():
    X, Y = examples(23)
    first = gn.train(NETWORK, sparse.coo_array(X), Y, epochs=2, batch_size=5)
    result = gn.train(NETWORK, X, Y, epochs=4, batch_size=5, resume=first)
    whole = gn.train(NETWORK, X, Y, epochs=4, batch_size=5)
    assert_same_bits(result.parameters, whole.parameters)


def test_l_bfgs():
    X, Y = examples(23)
    plain = gn.Network([gn.Dense(3), gn.Softmax()], gn.CategoricalCrossEntropy(), [gn.L2(1.0)])
    expected, result = (
        gn.train(plain, form(X), Y, optimizer=gn.LBFGS(), epochs=30)
        for form in (np.asarray, sparse.csc_array)
    )
    assert_same_bits(result.parameters, expected.parameters)


def test_more_examples_than_a_shard():
    X, Y = examples(SHARD + 101)
    parameters, given = NETWORK.initialize((11,)), sparse.csr_array(X)
    plain = NETWORK.on(gn.Reference())
    assert_same_bits(plain.gradients(parameters, given, Y), plain.gradients(parameters, X, Y))
    assert plain.cost(parameters, given, Y) == plain.cost(parameters, X, Y)
    np.testing.assert_array_equal(
        NETWORK.predict(parameters, given), NETWORK.predict(parameters, X)
    )
    # The native engine leaves so many sparse examples at once to the reference engine.
    gradients = NETWORK.gradients(parameters, X, Y)
    for name, made in NETWORK.gradients(parameters, given, Y).items():
        np.testing.assert_allclose(made, gradients[name], rtol=1e-11)
    batch = SHARD + 7
    expected, result = (
        gn.train(NETWORK, form, Y, epochs=2, batch_size=batch).parameters for form in (X, given)
    )
    for name, W in result.items():
        np.testing.assert_allclose(W, expected[name], rtol=1e-9)


def test_one_branch_may_be_sparse():
    X, Y = examples(13, n=5)
    Z = rng.standard_normal((2, 13))
    network = gn.Network(
        [
            gn.Parallel(words=gn.Dense(3), numbers=gn.Dense(2), join="concatenate"),
            gn.Dense(3),
            gn.Softmax(),
        ],
        gn.CategoricalCrossEntropy(),
    )
    expected, result = (
        gn.train(network, {"words": words, "numbers": Z}, Y, epochs=3, batch_size=5)
        for words in (X, sparse.dok_array(X))
    )
    assert_same_bits(result.parameters, expected.parameters)


def test_only_a_batch_is_dense_at_a_time():
    n, m = 20_000, SHARD + 5
    X = sparse.random_array((n, m), density=1e-4, format="csc", rng=rng, dtype=np.float32)
    Y = np.ones((1, m), dtype=np.float32)
    whole = n * m * 4
    tracemalloc.start()
    try:
        gn.train(LINE, X[:, :2000], Y[:, :2000], epochs=1, batch_size=20)
        assert tracemalloc.get_traced_memory()[1] < whole / 50
        tracemalloc.reset_peak()
        LINE.predict(LINE.initialize((n,), dtype=np.float32), X[:, :100])
        assert tracemalloc.get_traced_memory()[1] < whole / 50
    finally:
        tracemalloc.stop()


@pytest.mark.row(26)
def test_indices_of_64_bits_explicit_zeros_and_duplicates():
    rows, at = np.array([2, 0, 2, 1], dtype=np.int64), np.array([1, 0, 1, 2], dtype=np.int64)
    for form in ("coo", "csr", "csc"):
        given = sparse.coo_array(([1.0, 2.0, 4.0, 0.0], (rows, at)), shape=(3, 5)).asformat(form)
        if form != "coo":
            given.indices, given.indptr = (
                given.indices.astype(np.int64),
                given.indptr.astype(np.int64),
            )
        stored = given.nnz
        dense = np.zeros((3, 5))
        dense[2, 1], dense[0, 0] = 5.0, 2.0
        np.testing.assert_array_equal(as_inputs("X", given).toarray(), dense)
        assert given.nnz == stored


def test_duplicates_in_compressed_columns_are_added_and_the_callers_matrix_is_left():
    given = sparse.csc_array(([1.0, 4.0], [2, 2], [0, 2]), shape=(3, 1))
    assert as_inputs("X", given).toarray().ravel().tolist() == [0.0, 0.0, 5.0]
    assert given.data.tolist() == [1.0, 4.0]


@pytest.mark.row(26, 29)
@pytest.mark.parametrize("dtype", [bool, np.int8, np.uint16, np.int64])
def test_other_numbers_become_float64(dtype):
    admitted = as_inputs("X", sparse.csr_array(np.array([[0, 1], [1, 0]], dtype)))
    assert admitted.dtype == np.float64
    assert admitted.toarray().tolist() == [[0.0, 1.0], [1.0, 0.0]]
    with pytest.warns(GlassnetWarning, match=r"whole numbers beyond 2\*\*53"):
        as_inputs("X", sparse.csr_array(np.array([[2**53 + 1]])))


@pytest.mark.row(1, 2, 6, 26)
@pytest.mark.parametrize("form", FORMATS)
@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf, 1j])
def test_the_words_are_those_of_dense_data(form, value):
    X = np.zeros((3, 5), dtype=type(value))
    X[2, 1] = X[1, 4] = value
    with pytest.raises(DataError) as dense:
        as_data("X", X)
    with pytest.raises(type(dense.value)) as caught:
        as_inputs("X", made(X, form))
    assert str(caught.value) == str(dense.value)


@pytest.mark.row(11, 12)
@pytest.mark.parametrize("shape", [(0, 3), (3, 0)])
def test_nothing(shape):
    with pytest.raises(DataError, match="a minimum of 1 is required"):
        as_inputs("X", sparse.csr_array(shape))


@pytest.mark.row(25)
def test_where_a_sparse_matrix_is_not_taken():
    given = sparse.csr_array(np.ones((1, 3)))
    with pytest.raises(DataTypeError, match="Y is a sparse matrix") as caught:
        gn.train(LINE, np.ones((2, 3)), given)
    assert caught.value.fix == "pass Y.toarray()"
    with pytest.raises(DataTypeError, match="sample_weight is a sparse matrix"):
        gn.train(LINE, np.ones((2, 3)), np.ones((1, 3)), sample_weight=given)
    with pytest.raises(DataTypeError, match="W1 is a sparse matrix"):
        LINE.predict({"W1": given, "b1": [[0.0]]}, np.ones((3, 2)))
    with pytest.raises(ShapeError, match="X is a sparse array of shape"):
        as_inputs("X", sparse.coo_array(np.ones((2, 3, 5))))
    with pytest.raises(ShapeError, match="a rank-1 array"):
        as_inputs("X", sparse.coo_array(np.ones(3)))


@pytest.mark.row(26)
@pytest.mark.parametrize("form", ["csc", "csr"])
@pytest.mark.parametrize("index", [-1, 3])
def test_indices_that_point_outside(form, index):
    given = made(np.eye(3), form)
    given.indices[1] = index
    with pytest.raises(DataError, match="X is a damaged sparse matrix"):
        as_inputs("X", given)


def test_wrong_sizes_are_told_as_for_dense_data():
    X = np.ones((5, 3))
    parameters = LINE.initialize((2,))
    with pytest.raises(ShapeError) as dense:
        LINE.predict(parameters, X)
    with pytest.raises(ShapeError) as caught:
        LINE.predict(parameters, sparse.csr_array(X))
    assert str(caught.value) == str(dense.value)


def test_a_divergence_is_told_as_for_dense_data():
    X = np.zeros((3, 5))
    X[2] = 1e200
    told = []
    for form in (np.asarray, sparse.csr_array):
        with pytest.raises(DivergenceError) as caught:
            gn.train(LINE, form(X), np.ones((1, 5)), parameters={"W1": X[:, 2:3].T, "b1": [[0.0]]})
        told.append(str(caught.value))
    assert told[0] == told[1]
    assert "unit 2 of X is the largest" in told[0]


def test_a_sparse_training_is_refused_where_its_batches_need_too_much(monkeypatch):
    monkeypatch.setenv("GLASSNET_MEMORY_GIB", "0.1")
    X = sparse.csr_array((10**6, 100))
    with pytest.raises(ResourceLimitError, match="Training needs"):
        gn.train(LINE, X, np.ones((1, 100)), parameters={"W1": np.ones((1, 10**6)), "b1": [[0.0]]})
