"""Exercises: seeded, wrong in one line, and solved by whoever finds it."""

import inspect

import numpy as np
import pytest

import glassnet as gn
from glassnet.errors import HyperparameterError
from glassnet.glass.exercise import FUNCTIONS
from glassnet.glass.review import programs

SEEDS = range(6)
EVERY = [(topic, seed) for topic in FUNCTIONS for seed in SEEDS]


@pytest.mark.parametrize(("topic", "seed"), EVERY)
def test_one_line_is_wrong_and_the_name_of_its_array_solves_it(topic, seed):
    exercise = gn.exercise(topic, seed)
    right = inspect.getsource(getattr(programs, FUNCTIONS[topic])).splitlines()
    wrong = exercise.code.splitlines()
    (line,) = [number for number, text in enumerate(right) if text not in wrong]
    array = right[line].strip().partition(" = ")[0]
    assert exercise.check(array)
    names = {text.strip().partition(" = ")[0] for text in right if " = " in text} - {array}
    assert not any(exercise.check(name) for name in names)
    assert not exercise.check("nonsense")


@pytest.mark.parametrize(("topic", "seed"), EVERY)
def test_the_code_is_that_of_the_function(topic, seed):
    exercise = gn.exercise(topic, seed)
    namespace = {"np": np, "sigmoid": programs.sigmoid, "relu": programs.relu, "EPSILON": 2**-52}
    exec(exercise.code, namespace)
    arguments = exercise.arguments.values()
    own = namespace[FUNCTIONS[topic]](*arguments)
    np.testing.assert_equal(own, exercise.wrong(*arguments))


@pytest.mark.parametrize(("topic", "seed"), EVERY)
def test_a_mended_function_solves_it_and_the_wrong_one_does_not(topic, seed):
    exercise = gn.exercise(topic, seed)
    assert exercise.check(getattr(gn.course, FUNCTIONS[topic]))
    answer = exercise.check(exercise.wrong)
    assert not answer
    assert "Most likely" in str(answer)


def test_a_gradient_check_finds_what_is_wrong_in_a_backward_pass():
    for seed in SEEDS:
        exercise = gn.exercise("backward", seed)
        gradients = exercise.wrong(**exercise.arguments)
        check = gn.gradient_check(
            exercise.network, exercise.parameters, exercise.X, exercise.Y, gradients=gradients
        )
        assert not check.passed


def test_the_same_seed_is_the_same_exercise_and_another_seed_another():
    assert str(gn.exercise("forward", 3)) == str(gn.exercise("forward", 3))
    assert len({str(gn.exercise("backward", seed)) for seed in SEEDS}) >= 4


def test_the_texts():
    exercise = gn.exercise("backward", 7)
    assert str(exercise.check("dW1")) == "Not dW1. The line that makes it is right."
    assert str(exercise.check("dW7")) == "Not dW7. No line of the function makes it."
    assert str(exercise.check("dZ1")) == (
        "Right. `dZ1 = np.dot(W2.T, dZ2) * (1 - Z1**2)`: Z[1] in the place of A[1]: 1 − A[1]². "
        "It has to be `dZ1 = np.dot(W2.T, dZ2) * (1 - A1**2)`."
    )


def test_an_unknown_topic_is_refused():
    with pytest.raises(HyperparameterError, match=r"must be one of 'forward', 'cost'") as caught:
        gn.exercise("backwards")
    assert "to fix     did you mean 'backward'?" in str(caught.value)
