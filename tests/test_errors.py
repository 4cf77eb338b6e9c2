"""The one message form, the classes, and the helpers that write values."""

import pickle

import pytest

from glassnet import errors

CLASSES = [
    each
    for each in vars(errors).values()
    if isinstance(each, type) and issubclass(each, errors.GlassnetError)
]


def test_the_form_of_a_message():
    error = errors.ShapeError(
        "layer 2 of 3, Dense(units=1), cannot take A[1] of shape (4, 400).",
        equation="Z[2] = W[2] A[1] + b[2]",
        expected="A[1] (n, m) with n = 5 (W[2] is (1, 5))",
        received="n = 4, m = 400",
        fix="initialise W[2] as (1, 4), or give layer 1 five units",
    )
    assert str(error) == (
        "layer 2 of 3, Dense(units=1), cannot take A[1] of shape (4, 400).\n"
        "  equation   Z[2] = W[2] A[1] + b[2]\n"
        "  expected   A[1] (n, m) with n = 5 (W[2] is (1, 5))\n"
        "  received   n = 4, m = 400\n"
        "  to fix     initialise W[2] as (1, 4), or give layer 1 five units"
    )
    assert str(errors.DataError("Only this.")) == "Only this."
    assert str(errors.DataError("What.", fix="that")) == "What.\n  to fix     that"


@pytest.mark.parametrize("kind", CLASSES, ids=lambda kind: kind.__name__)
def test_every_class_keeps_its_parts(kind):
    error = kind("What.", expected="this", received="that", fix="so")
    assert (error.what, error.expected, error.received, error.fix) == (
        "What.",
        "this",
        "that",
        "so",
    )
    assert str(error).splitlines()[0] == "What."
    assert isinstance(error, errors.GlassnetError)
    assert kind.__doc__


@pytest.mark.parametrize(
    ("kind", "bases"),
    [
        (errors.DataError, (ValueError,)),
        (errors.DataTypeError, (errors.DataError, ValueError, TypeError)),
        (errors.ShapeError, (ValueError,)),
        (errors.HyperparameterError, (ValueError, TypeError)),
        (errors.DivergenceError, (ArithmeticError, ValueError)),
        (errors.ModelFileError, (ValueError,)),
        (errors.Malformed, (errors.ModelFileError,)),
        (errors.Checksum, (errors.ModelFileError,)),
        (errors.Version, (errors.ModelFileError,)),
        (errors.UnknownLayer, (errors.ModelFileError,)),
        (errors.TooLarge, (errors.ModelFileError,)),
        (errors.CheckpointError, (OSError,)),
        (errors.ResourceLimitError, (MemoryError,)),
        (errors.GlassnetWarning, (UserWarning,)),
    ],
)
def test_builtin_bases(kind, bases):
    assert all(issubclass(kind, base) for base in bases)


def test_errors_travel_between_processes():
    error = errors.ShapeError("What.", expected="this", fix="so")
    again = pickle.loads(pickle.dumps(error))
    assert (type(again), str(again), again.fix) == (errors.ShapeError, str(error), "so")


def test_values_are_shown_short():
    assert errors.shown("abc") == "'abc'"
    assert len(errors.shown("x" * 1000)) == 200
    assert errors.shown("x" * 1000).endswith("…")


def test_names_are_listed():
    assert errors.listed([]) == ""
    assert errors.listed("abc") == "a, b, c"
    assert errors.listed(range(10), most=3) == "0, 1, 2 and 7 more"
    assert len(errors.listed(["x" * 1000] * 100)) < 600


def test_near_names():
    known = ["relu", "tanh", "sigmoid"]
    assert errors.did_you_mean("reul", known) == "did you mean 'relu'?"
    assert errors.did_you_mean("quark", known) == "use one of relu, tanh, sigmoid"
