"""Every mistake of the catalogue: planted, found, and named."""

import numpy as np
import pytest

from glassnet import course
from glassnet.glass.review import programs
from glassnet.glass.review.catalogue import CATALOGUE
from glassnet.glass.review.course_assignments import FORMS, course_assignment
from glassnet.glass.review.judge import judge
from glassnet.glass.review.mistake import Mistake, indexed, program_name

NAMES = list(FORMS)
PLANTED = [
    (name, mistake)
    for mistake in CATALOGUE
    for name in NAMES
    if mistake.stands_in(program_name(name)) and not name.startswith("initialize_parameters")
]


def planted(name, mistake):
    assignment = course_assignment(name)
    return judge(assignment, assignment.outcomes(mistake.functions()[program_name(name)]))


@pytest.mark.parametrize("name", NAMES)
def test_each_program_as_it_stands_is_the_course(name):
    assignment = course_assignment(name)
    review = judge(assignment, assignment.outcomes(getattr(programs, program_name(name))))
    assert review.passed, review
    assert not review.cautions
    assert not review.faults


@pytest.mark.parametrize(("name", "mistake"), PLANTED, ids=lambda value: str(value)[-60:])
def test_a_planted_mistake_is_found_and_named(name, mistake):
    review = planted(name, mistake)
    if review.passed:  # it shows at the edges only, such as at z = 0
        caution = mistake.cause[0].upper() + mistake.cause[1:]
        assert any(told.endswith(f"{caution}.") for told in review.cautions), review
        return
    assert [cause.text for cause in review.causes] == [mistake.cause]
    assert set(review.causes[0].explains) == set(review.wrong)
    assert review.faults
    assert not review.hints


def test_every_mistake_stands_in_a_function_of_the_course():
    assert {mistake for _, mistake in PLANTED} == set(CATALOGUE)
    assert len(set(CATALOGUE)) == len(CATALOGUE) > 200


def test_a_mistake_reaches_the_functions_that_call_the_wrong_one():
    forgotten = next(each for each in CATALOGUE if each.wrong == "dW = np.dot(dZ, A_prev.T)")
    assert set(forgotten.where()) == {
        "linear_backward",
        "linear_activation_backward",
        "L_model_backward",
    }
    review = planted("L_model_backward", forgotten)
    assert review.wrong == ("dW1", "dW2", "dW3")
    assert review.causes[0].text == "the 1/m is missing"


def test_a_line_that_stands_nowhere_is_refused():
    with pytest.raises(ValueError, match=r"no program has the line 'x = 1'"):
        Mistake("x = 1", "x = 2", "").functions()


def test_the_programs_themselves_stay_right():
    for mistake in CATALOGUE[:20]:
        mistake.functions()
    assert programs.sigmoid(0.0) == 0.5


def test_lines_of_one_layer_have_its_number():
    assert indexed("db = np.sum(dZ, axis=1, keepdims=True) / m", 3) == (
        "db3 = np.sum(dZ3, axis=1, keepdims=True) / m"
    )


@pytest.mark.parametrize("l", [1, 2, 3])
def test_a_numbered_line_computes_what_it_says(l):
    random = np.random.default_rng(l)
    dZ, A, m = random.normal(size=(3, 5)), random.normal(size=(7, 5)), 5
    names = {"np": np, f"dZ{l}": dZ, f"A{l - 1}": A, "m": m}
    _, dW, db = course.linear_backward(dZ, (A, np.zeros((3, 7)), np.zeros((3, 1))))
    for line, name, expected in (
        ("dW = np.dot(dZ, A_prev.T) / m", f"dW{l}", dW),
        ("db = np.sum(dZ, axis=1, keepdims=True) / m", f"db{l}", db),
    ):
        exec(indexed(line, l), names)
        np.testing.assert_allclose(names[name], expected, rtol=1e-12)
