"""Sparse examples that the compiled part takes as they are, against the same ones written out."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import sparse

import glassnet as gn
from glassnet.engines.call import FEWEST, RARE, leaves_zeros_out
from glassnet.engines.compiled import instruction_sets, missing
from glassnet.engines.native import FEW
from glassnet.errors import DataError

pytestmark = pytest.mark.skipif(missing() is not None, reason=str(missing()))

RANDOM = np.random.default_rng(5)
# With the usual ε a gradient that is nothing but rounding moves a parameter as far as any other.
OPTIMIZERS = [
    gn.GradientDescent(0.1),
    gn.Momentum(0.1),
    gn.RMSprop(0.01, epsilon=1e-3),
    gn.Adam(0.01, epsilon=1e-3),
    gn.AdamW(0.01, epsilon=1e-3),
]


def words(m, n=FEWEST + 75, density=0.03, dtype=np.float64):
    X = sparse.random_array((n, m), density=density, format="csc", rng=RANDOM, dtype=dtype)
    kinds = RANDOM.integers(0, 3, m)
    return X, np.eye(3, dtype=dtype)[kinds].T


def network(units, penalties=()):
    layers = [gn.Dense(units), gn.Tanh(), gn.Dense(3), gn.Softmax()]
    return gn.Network(layers, gn.CategoricalCrossEntropy(), list(penalties))


@pytest.mark.parametrize("instructions", instruction_sets())
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("units", [1, 5, 16, 37, 83])
def test_cost_gradients_and_prediction(units, dtype, instructions):
    X, Y = words(FEW + 47, dtype=dtype)
    net = network(units, [gn.L2(0.5)]).on(gn.Native(instructions=instructions))
    parameters, whole = net.initialize((X.shape[0],), dtype=dtype), X.toarray()
    assert leaves_zeros_out(net.graph, net.graph.sources[0], X)
    near = 30 * float(np.finfo(dtype).eps)
    np.testing.assert_allclose(
        net.predict(parameters, X), net.predict(parameters, whole), rtol=near
    )
    assert net.cost(parameters, X, Y) == pytest.approx(net.cost(parameters, whole, Y), rel=near)
    expected = net.gradients(parameters, whole, Y)
    for name, dW in net.gradients(parameters, X, Y).items():
        np.testing.assert_allclose(dW, expected[name], rtol=near, atol=near * abs(dW).max())


@given(
    st.sampled_from(OPTIMIZERS),
    st.sampled_from([None, 7, 32, 600]),
    st.sampled_from([1, 3, 43]),
    st.booleans(),
    st.sampled_from([None, gn.ClipNorm(0.01), gn.ClipValue(0.001)]),
)
def test_a_training_is_the_dense_one(optimizer, batch_size, units, weighted, clip):
    X, Y = words(701)
    weights = RANDOM.uniform(0.5, 2, 701) if weighted else None
    how = {"optimizer": optimizer, "batch_size": batch_size, "epochs": 2, "clip": clip}
    result, expected = (
        gn.train(network(units, [gn.L1(0.01)]), form, Y, sample_weight=weights, **how)
        for form in (X, X.toarray())
    )
    for name, W in result.parameters.items():
        np.testing.assert_allclose(W, expected.parameters[name], rtol=1e-9, atol=1e-11)
    assert result.history["cost"] == pytest.approx(expected.history["cost"], rel=1e-9)


@pytest.mark.parametrize("m", [701, 8192 + 301])
def test_the_number_of_threads_changes_no_bit(m):
    X, Y = words(m, density=0.004)
    made = [
        gn.train(network(37).on(gn.Native(threads)), X, Y, batch_size=None, epochs=2).parameters
        for threads in (1, 2, 3)
    ]
    for parameters in made[1:]:
        for name, W in parameters.items():
            np.testing.assert_array_equal(W, made[0][name])


def test_an_infinite_parameter_of_an_input_without_numbers_is_found():
    X, _ = words(FEW + 47)
    keep = np.ones(X.shape[0])
    keep[5] = 0
    X = sparse.csc_array(sparse.diags_array(keep) @ X)
    net = network(37)
    parameters = net.initialize((X.shape[0],))
    parameters["W1"][7, 5] = np.inf
    with pytest.raises(DataError, match="W1"), np.errstate(all="ignore"):
        net.predict(parameters, X)


def test_an_input_without_numbers():
    X, Y = words(101, density=0)
    result, expected = (
        gn.train(network(19), form, Y, batch_size=20, epochs=2) for form in (X, X.toarray())
    )
    for name, W in result.parameters.items():
        np.testing.assert_allclose(W, expected.parameters[name], rtol=1e-12)


def test_one_branch_of_two_is_sparse():
    X, Y = words(101)
    numbers = RANDOM.standard_normal((2, 101))
    net = gn.Network(
        [
            gn.Parallel(words=gn.Dense(17), numbers=gn.Dense(2), join="concatenate"),
            gn.Dense(3),
            gn.Softmax(),
        ],
        gn.CategoricalCrossEntropy(),
    )
    result, expected = (
        gn.train(net, {"words": form, "numbers": numbers}, Y, epochs=3, batch_size=11)
        for form in (X, X.toarray())
    )
    for name, W in result.parameters.items():
        np.testing.assert_allclose(W, expected.parameters[name], rtol=1e-10, atol=1e-13)


def test_where_zeros_are_written_out():
    few, _ = words(50, n=FEWEST - 1)
    many, _ = words(50, density=2 / RARE)
    graph = network(3).graph
    assert not leaves_zeros_out(graph, graph.sources[0], few)
    assert not leaves_zeros_out(graph, graph.sources[0], many)
    dropped = gn.Network([gn.Dropout(0.5), gn.Dense(1)], gn.SquaredError()).graph
    assert not leaves_zeros_out(dropped, dropped.sources[0], words(50)[0])


@pytest.mark.parametrize(
    ("fault", "why"),
    [
        ("places", "these places"),
        ("starts", "rows of a sparse input"),
        ("length", "this sparse input"),
    ],
)
def test_the_compiled_part_looks_at_every_place(fault, why):
    from glassnet.engines.call import Call, sparse_rows

    X, _ = words(101)
    net = network(3)
    call = Call.of(gn.Native(), net.graph, net.initialize((X.shape[0],)), {net.graph.sources[0]: X})
    numbers, places, starts, n = sparse_rows(X)
    places, starts = places.copy(), starts.copy()
    if fault == "places":
        places[7] = n
    elif fault == "starts":
        starts[-1] -= 1
    else:
        numbers = numbers[:-1]
    with pytest.raises(ValueError, match=why):
        call.program.predict(call.parameters, [(numbers, places, starts, n)], np.empty((101, 3)), 1)
