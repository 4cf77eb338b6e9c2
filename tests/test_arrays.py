"""Arrays from outside: what is accepted, as a view where possible, and what is refused."""

import numpy as np
import pytest

import glassnet as gn
from glassnet.arrays import as_data, check_examples, in_type
from glassnet.errors import DataError, DataTypeError, GlassnetWarning, ShapeError

X = np.random.default_rng(0).standard_normal((3, 7))


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_floating_point_stays_what_it_is_without_a_copy(dtype):
    array = X.astype(dtype)
    assert as_data("X", array).dtype == dtype
    assert np.shares_memory(as_data("X", array), array)


@pytest.mark.row(8, 29)
@pytest.mark.parametrize("dtype", [np.float16, np.uint8, bool, np.int64, np.int8, object])
def test_other_numbers_become_float64(dtype):
    array = np.array([[0, 1], [1, 0]]).astype(dtype)
    made = as_data("X", array)
    assert made.dtype == np.float64
    np.testing.assert_array_equal(made, [[0, 1], [1, 0]])
    assert as_data("X", [[0, 1], [1, 0]]).dtype == np.float64


@pytest.mark.row(1, 2)
@pytest.mark.parametrize(("value", "word"), [(np.nan, "NaN"), (np.inf, "inf"), (-np.inf, "inf")])
def test_what_is_not_finite_is_found(value, word):
    wrong = X.copy()
    wrong[1, 4] = wrong[2, 0] = value
    with pytest.raises(DataError) as caught:
        as_data("X", wrong)
    assert f"Input X contains {word}" in str(caught.value)
    assert "2 values" in str(caught.value)
    assert "unit 1, example 4" in str(caught.value)


@pytest.mark.row(1)
def test_the_place_in_an_image():
    wrong = np.zeros((2, 5, 3, 7))
    wrong[1, 4, 2, 6] = np.nan
    with pytest.raises(DataError, match="unit 1, 4, 2, example 6"):
        as_data("X", wrong)


def test_large_numbers_whose_sum_overflows_are_finite():
    large = np.full((1, 5), 1e308)
    assert as_data("X", large) is large


@pytest.mark.row(6)
@pytest.mark.parametrize("dtype", [np.complex64, np.complex128])
def test_complex_numbers(dtype):
    with pytest.raises(DataTypeError, match="Complex data not supported: X"):
        as_data("X", X.astype(dtype))


@pytest.mark.row(7)
@pytest.mark.parametrize("value", [{}, "two", [], 1j, b"x"], ids=repr)
def test_what_is_no_number(value):
    with pytest.raises(DataTypeError, match="X holds values that are no numbers"):
        as_data("X", np.array([[1.0, value]], dtype=object))


@pytest.mark.row(7)
def test_a_dict_is_refused_in_the_words_of_numpy():
    with pytest.raises(TypeError, match=r"argument must be .* string.* number"):
        as_data("X", [[{}, {}]])


@pytest.mark.row(10)
@pytest.mark.parametrize("dtype", ["datetime64[D]", "timedelta64[s]"])
def test_dates(dtype):
    with pytest.raises(DataTypeError, match="X holds dates or times"):
        as_data("X", np.array([[0, 1]], dtype="int64").astype(dtype))


@pytest.mark.row(11, 12)
@pytest.mark.parametrize("shape", [(3, 0), (0, 7), (0, 0), (2, 0, 7)])
def test_nothing(shape):
    with pytest.raises(DataError, match=r"X is empty(.|\n)*a minimum of 1 is required"):
        as_data("X", np.zeros(shape))


@pytest.mark.row(57)
@pytest.mark.parametrize(("array", "rank"), [([1.0, 2.0], 1), (3.0, 0)])
def test_too_few_axes(array, rank):
    with pytest.raises(ShapeError, match=f"a rank-{rank} array") as caught:
        as_data("X", array)
    assert "X.reshape(1, -1)" in caught.value.fix


@pytest.mark.row(34)
@pytest.mark.parametrize("ragged", [[[1.0, 2.0], [3.0]], [[1.0], [2.0, 3.0], [4.0]]])
def test_ragged_rows(ragged):
    with pytest.raises(DataError, match="inhomogeneous shape"):
        as_data("X", ragged)


@pytest.mark.row(59)
def test_different_numbers_of_examples():
    with pytest.raises(ShapeError, match=r"X and Y have inconsistent numbers .*: \[10, 9\]"):
        check_examples(X=np.zeros((2, 10)), Y=np.zeros((1, 9)))
    check_examples(X=np.zeros((5, 2, 10)), Y=np.zeros((1, 10)))


@pytest.mark.row(5)
def test_values_too_large_for_float32():
    large = np.array([[1.0, 1e39]])
    with pytest.raises(DataError, match=r"Y holds a value too large for dtype\('float32'\)"):
        in_type("Y", large, np.float32)
    assert in_type("Y", large, np.float64) is large
    network = gn.Network([gn.Dense(1)], gn.SquaredError())
    X32 = np.ones((1, 2), dtype=np.float32)
    start = network.initialize((1,))
    for call in (
        lambda: network.cost(start, X32, large),
        lambda: network.predict({**start, "W1": [[1e39]]}, X32),
        lambda: gn.train(network, X32, large),
    ):
        with pytest.raises(DataError, match="too large"):
            call()


def _read_only(array):
    array = array.copy()
    array.flags.writeable = False
    return array


def _memmap(array, path):
    mapped = np.memmap(path, dtype=array.dtype, mode="w+", shape=array.shape)
    mapped[:] = array
    mapped.flush()
    return np.memmap(path, dtype=array.dtype, mode="r", shape=array.shape)


def _unaligned(array):
    raw = np.zeros(array.nbytes + 1, dtype=np.uint8)
    view = raw[1:].view(array.dtype).reshape(array.shape)
    view[:] = array
    assert not view.flags.aligned
    return view


LAYOUTS = {
    "read-only": lambda array, path: _read_only(array),
    "memmap": _memmap,
    "Fortran": lambda array, path: np.asfortranarray(array),
    "negative stride": lambda array, path: np.ascontiguousarray(array[:, ::-1])[:, ::-1],
    "slice": lambda array, path: np.repeat(array, 2, axis=1)[:, ::2],
    "byte-swapped": lambda array, path: array.astype(array.dtype.newbyteorder(">")),
    "unaligned": lambda array, path: _unaligned(array),
    "transposed": lambda array, path: np.ascontiguousarray(array.T).T,
}


@pytest.mark.row(27, 28)
@pytest.mark.parametrize("batch_size", [None, 5])
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("layout", LAYOUTS)
def test_the_layout_in_memory_changes_no_bit_of_a_training(layout, dtype, batch_size, tmp_path):
    random = np.random.default_rng(0)
    A, B = random.standard_normal((3, 23)).astype(dtype), random.standard_normal((2, 23))
    B = B.astype(dtype)
    network = gn.Network([gn.Dense(5), gn.Tanh(), gn.Dense(2)], gn.SquaredError())
    lay = LAYOUTS[layout]
    X, Y = lay(A, tmp_path / "X"), lay(B, tmp_path / "Y")
    expected = gn.train(network, A, B, epochs=4, batch_size=batch_size)
    result = gn.train(network, X, Y, epochs=4, batch_size=batch_size)
    for name, W in expected.parameters.items():
        assert W.dtype == dtype
        np.testing.assert_array_equal(result.parameters[name], W)
    np.testing.assert_array_equal(X, A)
    np.testing.assert_array_equal(Y, B)


@pytest.mark.row(27, 28)
@pytest.mark.parametrize("layout", LAYOUTS)
def test_the_layout_in_memory_changes_no_prediction(layout, tmp_path):
    network = gn.Network([gn.Dense(5), gn.Tanh(), gn.Dense(2)], gn.SquaredError())
    parameters = network.initialize((3,))
    laid = LAYOUTS[layout](X, tmp_path / "X")
    expected = network.predict(parameters, X)
    np.testing.assert_allclose(network.predict(parameters, laid), expected, rtol=1e-14)
    moved = {name: LAYOUTS["Fortran"](W, None) for name, W in parameters.items()}
    np.testing.assert_allclose(network.predict(moved, X), expected, rtol=1e-14)


@pytest.mark.row(29)
@pytest.mark.parametrize("number", [2**53 + 1, -(2**53) - 1, -(2**63), 2**64 - 1, 2**70 + 1])
def test_whole_numbers_that_float64_rounds_are_said(number):
    with pytest.warns(GlassnetWarning, match=r"X holds whole numbers beyond 2\*\*53"):
        assert as_data("X", np.array([[number]])).item() == float(number)


@pytest.mark.row(29)
@pytest.mark.parametrize("number", [2**53, -(2**53), 0])
@pytest.mark.parametrize("dtype", [np.int64, object])
def test_whole_numbers_that_it_holds_are_not(number, dtype):
    assert as_data("X", np.array([[number]], dtype=dtype)).item() == float(number)


def test_a_mask_is_not_lost():
    masked = np.ma.masked_greater([[1.0, 5.0]], 2)
    with pytest.raises(DataError, match="X is a masked array with masked values"):
        as_data("X", masked)
    assert as_data("X", np.ma.masked_greater([[1.0]], 2)).tolist() == [[1.0]]
