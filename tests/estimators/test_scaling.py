"""Scaling against NumPy and scikit-learn, of dense and sparse features."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from scipy import sparse
from sklearn.preprocessing import StandardScaler

from glassnet.estimators.scaling import Scaling

numbers = st.floats(-1e6, 1e6).map(lambda x: round(x, 3))
matrices = hnp.arrays(np.float64, hnp.array_shapes(min_dims=2, max_dims=2), elements=numbers)


@given(matrices, st.integers(0, 2**32 - 1))
def test_moments_are_scikit_learns(X, seed):
    weights = np.random.default_rng(seed).integers(1, 4, size=len(X)).astype(float)
    scaling, their = Scaling.of(X, weights), StandardScaler().fit(X, sample_weight=weights)
    np.testing.assert_allclose(scaling.center, their.mean_, rtol=1e-9, atol=1e-9)
    varies = np.ptp(X, axis=0) > 1e-3 * abs(X).max(axis=0)
    np.testing.assert_allclose(scaling.scale[varies], their.scale_[varies], rtol=1e-6)
    assert (scaling.scale[np.ptp(X, axis=0) == 0] == 1).all()


@given(matrices, st.integers(0, 2**32 - 1))
def test_sparse_is_divided_by_the_size_of_what_is_stored(X, seed):
    X = np.where(np.random.default_rng(seed).random(X.shape) < 0.5, X, 0.0)
    weights = np.random.default_rng(seed).integers(1, 4, size=len(X))
    thin = Scaling.of(sparse.csr_array(X), weights.astype(float))
    again = Scaling.of(sparse.csr_array(np.repeat(X, weights, axis=0)))
    np.testing.assert_allclose(thin.scale, again.scale, rtol=1e-12)
    np.testing.assert_array_equal(thin.center, 0)
    for column, scale in zip(np.repeat(X, weights, axis=0).T, thin.scale, strict=True):
        stored = column[column != 0]
        size = max(1.0, np.sqrt(np.mean(stored**2))) if np.ptp(column) else 1.0
        np.testing.assert_allclose(scale, size, rtol=1e-9)
    scaled = thin.apply(sparse.csr_array(X))
    np.testing.assert_allclose(scaled.toarray(), X / thin.scale)


def test_a_rare_word_does_not_outweigh_a_text():
    one_hot = sparse.eye_array(1000, format="csr")
    np.testing.assert_array_equal(Scaling.of(one_hot).scale, 1)
    counts = sparse.csr_array(np.diag(np.full(1000, 3.0)))
    np.testing.assert_allclose(Scaling.of(counts).apply(counts).data, 1)


@given(matrices)
def test_it_is_undone(X):
    scaling = Scaling.of(X)
    largest = abs(X).max(initial=1.0)
    np.testing.assert_allclose(scaling.undo(scaling.apply(X)), X, atol=1e-9 * largest)


@pytest.mark.parametrize("size", [1e-300, 1e-30, 1e200, 1e300])
def test_numbers_of_any_size(size):
    X = np.array([[1.0], [2.0], [4.0]]) * size
    scaled = Scaling.of(X).apply(X)
    np.testing.assert_allclose([scaled.mean(), scaled.std()], [0, 1], atol=1e-12)


def test_features_stand_in_the_last_axis():
    X = np.random.default_rng(0).normal(3, 2, size=(11, 5, 7, 2))
    scaled = Scaling.of(X).apply(X)
    np.testing.assert_allclose(scaled.mean(axis=(0, 1, 2)), 0, atol=1e-12)
    np.testing.assert_allclose(scaled.std(axis=(0, 1, 2)), 1)
    assert Scaling.of(X.astype(np.float32)).apply(X.astype(np.float32)).dtype == np.float32
