"""What the labs show is computed, and holds."""

import json
import re

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import glassnet as gn
from glassnet.errors import GlassnetWarning, HyperparameterError
from glassnet.glass import labs
from glassnet.glass.labs.circuits import gates, tree, zigzag
from glassnet.glass.labs.loops import explicit_loop

# --- Loops ----------------------------------------------------------------------------------------


def test_the_three_ways_are_equal_and_each_has_a_time():
    result = labs.loops(units=5, n=7, m=11)
    assert result.largest_difference < 1e-12
    assert list(result.seconds) == ["explicit loop", "Z = W X + b", "engine"]
    assert all(seconds > 0 for seconds in result.seconds.values())


def test_a_loop_that_forgets_b_would_be_seen():
    random = np.random.default_rng(1)
    W, b, X = random.normal(size=(3, 5)), random.normal(size=(3, 1)), random.normal(size=(5, 7))
    np.testing.assert_allclose(explicit_loop(W, b, X), W @ X + b, rtol=1e-13)
    assert not np.allclose(explicit_loop(W, 0 * b, X), W @ X + b)


def test_the_text_of_the_loops():
    result = labs.Loops(
        3, 5, 7, {"explicit loop": 0.3, "Z = W X + b": 0.001, "engine": 0.002}, 2e-16
    )
    assert str(result) == (
        "Loops against vectors: 105 products, 21 values of Z\n"
        "  way            milliseconds  times as fast as the loop\n"
        "  explicit loop  300.000       1\n"
        "  Z = W X + b    1.000         300\n"
        "  engine         2.000         150\n"
        "  largest difference: 2e-16 of the largest value"
    )


# --- Broadcasting ---------------------------------------------------------------------------------

SHAPES = st.lists(st.integers(1, 4), min_size=1, max_size=3).map(tuple)


@given(SHAPES, SHAPES)
def test_the_explainer_agrees_with_numpy(left, right):
    pair = labs.expansion(left, right)
    try:
        expected = np.broadcast_shapes(left, right)
    except ValueError:
        expected = None
    assert pair.result == expected
    assert len(pair.steps) == (max(len(left), len(right)) if expected else len(pair.steps))
    assert ("differ" in pair.steps[-1]) == (expected is None)


@given(st.integers(1, 4), st.integers(1, 4), st.booleans(), st.booleans())
def test_the_entries_that_meet_are_those_of_numpy(m, n, one_row, one_column):
    right = (1 if one_row else m, 1 if one_column else n)
    a = np.arange(m * n).reshape(m, n)
    b = 100 * np.arange(right[0] * right[1]).reshape(right)
    lines = str(labs.expansion((m, n), right)).splitlines()[-m:]
    named = {f"a[{i},{j}]": a[i, j] for i, j in np.ndindex(a.shape)}
    named |= {f"b[{i},{j}]": b[i, j] for i, j in np.ndindex(b.shape)}
    sums = [
        [sum(named[name] for name in cell.split("∘")) for cell in line.split()] for line in lines
    ]
    np.testing.assert_array_equal(sums, a + b)


def test_why_a_pair_fails_is_said():
    assert str(labs.expansion((4, 3), (3, 2))) == (
        "(4, 3) ∘ (3, 2) → does not fit\n"
        "  axis −1: 3 and 2 differ, and neither is 1: nothing says which meets which"
    )
    assert labs.expansion((4, 3), (4,)).steps == (
        "axis −1: 3 and 4 differ, and neither is 1: nothing says which meets which",
    )


def test_the_calories_of_the_course():
    result = labs.broadcasting()
    assert [pair.result for pair in result.pairs] == [(3, 4), (3, 4), (3, 4), None]
    totals = np.sum(list(result.percentages.values()), axis=0)
    np.testing.assert_allclose(totals, 100)
    # Apples: 56 of 59 calories.
    assert result.percentages["carbohydrates"][0] == pytest.approx(100 * 56 / 59)
    assert "  carbohydrates  94.9    0.0   2.8   88.4" in str(result)


# --- Symmetry -------------------------------------------------------------------------------------


def test_twins_stay_twins_and_random_units_part():
    zeros, equal, small, glorot = labs.symmetry(units=5, epochs=300).starts
    assert (zeros.different, equal.different) == (1, 1)
    assert (small.different, glorot.different) == (5, 5)
    assert zeros.costs[-1] == pytest.approx(np.log(2), abs=0.01)
    assert equal.right < 0.8 < glorot.right
    assert glorot.costs[-1] < equal.costs[-1] < zeros.costs[-1]


def test_the_text_of_symmetry():
    starts = (labs.Start("zeros", (0.7, 0.693), 0.5, 1), labs.Start("Glorot", (0.7, 0.1), 0.995, 8))
    assert str(labs.Symmetry(8, starts)) == (
        "Symmetry: XOR from four beginnings\n"
        "  W starts as  J at the end  right  hidden units that differ\n"
        "  zeros        0.693         50.0%  1 of 8\n"
        "  Glorot       0.100         99.5%  8 of 8\n"
        "  J of a network that always says ½: 0.693"
    )


# --- Linear collapse ------------------------------------------------------------------------------


def test_three_linear_layers_are_one():
    result = labs.linear_collapse(epochs=300)
    assert result.largest_difference < 1e-14
    one, three, bent = result.right.values()
    assert one == pytest.approx(three, abs=0.05)
    assert one < 0.7 < 0.9 < bent
    assert "W[3] W[2] W[1] is (1, 2)" in str(result)


# --- Saturation -----------------------------------------------------------------------------------


def test_slopes_are_those_of_the_formulas():
    result = labs.saturation()
    z = np.array(result.z)
    s = 1 / (1 + np.exp(-z))
    np.testing.assert_allclose(result.slopes["Sigmoid"], s * (1 - s), rtol=1e-6, atol=1e-15)
    np.testing.assert_allclose(result.slopes["Tanh"], 1 / np.cosh(z) ** 2, rtol=1e-6, atol=1e-15)
    np.testing.assert_array_equal(result.slopes["ReLU"], z > 0)


def test_a_saturated_unit_takes_longer():
    steps = labs.saturation().steps
    sigmoid, tanh = steps["Sigmoid"], steps["Tanh"]
    assert sigmoid[0] < sigmoid[1] < sigmoid[2] < sigmoid[3]
    assert sigmoid[-2] is tanh[-2] is None
    assert max(steps["ReLU"][1:-1]) < 20
    assert steps["ReLU"][0] is steps["ReLU"][-1] is None  # flat at and below 0


def test_steps_are_counted_as_the_table_says():
    result = labs.saturation()
    z, steps = 2.0, 0
    while abs(z - 0.5) > 0.1:
        a, y = np.tanh(z), np.tanh(0.5)
        z, steps = z - 0.5 * (a - y) * (1 - a**2), steps + 1
    assert result.steps["Tanh"][2] == steps
    assert "> 10,000" in str(result)


# --- Learning rate --------------------------------------------------------------------------------


def test_four_rates_have_four_ends():
    small, right, large, far = labs.learning_rate().runs
    result = labs.learning_rate()
    assert result.least < 1.01 * right.costs[-1] < 1.05 * result.least
    assert small.costs[-1] < small.costs[0]
    assert small.costs[-1] > 2 * result.least
    assert large.costs[-1] > 1e6 * large.costs[0]
    assert not large.error
    assert far.error.startswith("The cost J became inf at epoch ")
    assert len(far.costs) < 400
    assert "to fix     a smaller learning rate" in str(result)


def test_the_limit_is_where_descent_turns_round():
    result = labs.learning_rate(epochs=5)
    random = np.random.default_rng(0)
    X = random.standard_normal((1, 50)) * 2 + 1
    Y = 3 * X + 2 + random.standard_normal(X.shape)
    network = gn.Network([gn.Dense(1)], gn.SquaredError())

    def last(rate):
        optimizer = gn.GradientDescent(rate)
        history = gn.train(network, X, Y, optimizer=optimizer, epochs=300).history
        return history[-1].cost - result.least

    assert last(0.98 * result.limit) < 1
    with pytest.warns(GlassnetWarning):
        assert last(1.02 * result.limit) > 1e3


# --- Circuits -------------------------------------------------------------------------------------


def inputs(n):
    X = np.array([[(number >> bit) & 1 for number in range(2**n)] for bit in range(n)], float)
    return X, X.sum(axis=0, keepdims=True) % 2


@pytest.mark.parametrize("n", [2, 4, 8, 16])
def test_each_construction_is_parity_on_every_input(n):
    X, Y = inputs(n)
    made = [(tree(n), 2 * (n - 1), np.log2(n)), (zigzag(n), n, 1)]
    if n < 16:
        made.append((gates(X, Y), 2 ** (n - 1), 1))
    for parameters, units, depth in made:
        A = X
        for l in range(1, len(parameters) // 2):
            A = np.maximum(0, parameters[f"W{l}"] @ A + parameters[f"b{l}"])
        L = len(parameters) // 2
        np.testing.assert_array_equal(parameters[f"W{L}"] @ A + parameters[f"b{L}"], Y)
        hidden = [len(parameters[f"W{l}"]) for l in range(1, L)]
        assert (sum(hidden), len(hidden)) == (units, depth)


def test_one_gate_less_is_wrong_somewhere():
    X, Y = inputs(4)
    parameters = gates(X, Y)
    A = np.maximum(0, parameters["W1"][1:] @ X + parameters["b1"][1:])
    assert np.sum(A.sum(axis=0) != Y[0]) == 1


def test_what_is_built_is_right_and_what_is_found_is_measured():
    result = labs.circuits(4, epochs=30, starts=2)
    assert [(each.name, sum(each.hidden), each.right) for each in result.built] == [
        ("XOR tree", 6, 16),
        ("AND gates under an OR", 8, 16),
        ("zigzag of the sum", 4, 16),
    ]
    assert [each.at_64 for each in result.built] == [126, 2**63, 64]
    assert [each.hidden for each in result.learned] == [(4, 2)] * 2 + [(8,)] * 2 + [(4,)] * 2
    assert all(0 <= each.seen <= 1 and 0 <= each.new <= 1 for each in result.learned)


def test_the_claims_are_said_as_carefully_as_they_hold():
    said = " ".join(str(labs.circuits(2, epochs=1, starts=1)).split())
    assert (
        "2ⁿ⁻¹ is a theorem about one layer of AND gates, of inputs and their negations, under an "
        "OR: each odd input needs a gate of its own. It is none about one hidden layer of neurons"
    ) in said
    assert "guessing is right half of the time" in said
    assert "1 epochs each" in said


def test_other_numbers_of_bits_are_refused():
    with pytest.raises(HyperparameterError) as caught:
        labs.circuits(6)
    assert str(caught.value) == (
        "The 'n' parameter of circuits must be 2, 4 or 8. Got 6 instead.\n"
        "  to fix     the tree joins pairs of pairs, and all 2ⁿ inputs are tried"
    )


# --- All of them ----------------------------------------------------------------------------------

QUICK = {
    "loops": lambda: labs.loops(3, 5, 7),
    "broadcasting": labs.broadcasting,
    "symmetry": lambda: labs.symmetry(units=3, epochs=3),
    "linear_collapse": lambda: labs.linear_collapse(epochs=3),
    "saturation": labs.saturation,
    "learning_rate": lambda: labs.learning_rate(epochs=150),
    "circuits": lambda: labs.circuits(4, epochs=3, starts=1),
}


@pytest.mark.parametrize("name", QUICK)
def test_every_lab_prints_a_table_has_data_and_draws_a_picture(name, tmp_path):
    result = QUICK[name]()
    assert len(str(result).splitlines()) > 3
    assert max(map(len, str(result).splitlines())) < 140
    assert json.loads(json.dumps(result.to_data()))
    result.figure().savefig(tmp_path / "lab.svg")
    drawn = (tmp_path / "lab.svg").read_text("utf-8")
    assert len(re.findall(r"<path", drawn)) > 10


def test_a_picture_opens_no_window_and_leaves_no_global_state():
    import sys

    before = "matplotlib.pyplot" in sys.modules
    labs.saturation().figure()
    assert ("matplotlib.pyplot" in sys.modules) == before
