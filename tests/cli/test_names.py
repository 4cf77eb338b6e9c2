"""The names and texts that the command line turns into parts of the library."""

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from glassnet.cli.limits import allowed
from glassnet.cli.names import ACTIVATIONS, OPTIMIZERS, column_names, hidden_sizes, named
from glassnet.cli.text import figures, plain
from glassnet.errors import HyperparameterError
from glassnet.model.limits import ModelLimits
from glassnet.tables import Limits


@given(st.lists(st.integers(1, 10_000)))
def test_hidden_sizes_are_read_as_they_are_written(sizes):
    assert hidden_sizes(",".join(map(str, sizes))) == tuple(sizes)


@given(st.text(max_size=8))
def test_hidden_sizes_are_positive_or_refused(text):
    with contextlib.suppress(HyperparameterError):
        assert all(size >= 1 for size in hidden_sizes(text))


@pytest.mark.row(45)
def test_a_misspelt_name_lists_all_and_proposes_one():
    with pytest.raises(HyperparameterError) as caught:
        named("--activation", "reul", ACTIVATIONS)
    assert str(caught.value) == (
        "The '--activation' option must be one of identity, sigmoid, tanh, relu, leaky_relu, elu, "
        "selu, gelu, silu, mish, softplus. Got 'reul' instead.\n"
        "  to fix     did you mean 'relu'?"
    )


def test_names_are_the_snake_case_of_what_they_stand_for():
    for known in (ACTIVATIONS, OPTIMIZERS):
        for name, part in known.items():
            kind = part if isinstance(part, type) else type(part)
            assert name.replace("_", "") == kind.__name__.lower()


def test_column_names():
    assert column_names(None) == ()
    assert column_names(["a, b", "c", ",d,"]) == ("a", "b", "c", "d")


@given(st.lists(st.floats(allow_nan=True, allow_infinity=False, width=32), min_size=1))
def test_figures_of_one_row_have_the_same_digits(values):
    texts = [text for text in figures(values) if text != "undefined"]
    assert len({len(text.partition(".")[2]) for text in texts}) <= 1
    assert not any(text.strip("-0.,") == "" and text.startswith("-") for text in texts)


def test_plain_data_are_strict_json():
    told = {"a": float("inf"), 1: (float("nan"), 2.5, {"x": None})}
    assert plain(told) == {"a": None, "1": [None, 2.5, {"x": None}]}


@pytest.mark.row(66, 104)
def test_limits_are_raised_by_their_names():
    raised = allowed(["rows=7", "tensors=9", "file_bytes=100"])
    assert (raised.table.rows, raised.model.tensors) == (7, 9)
    assert raised.table.file_bytes == raised.model.file_bytes == 100
    assert allowed(None) == (Limits(), ModelLimits())


@pytest.mark.parametrize(
    ("text", "fix"),
    [
        ("row=7", "did you mean 'rows'?"),
        ("rows=0", "--limit rows=1000000"),
        ("rows", "--limit rows=1000000"),
        ("rows=1e9", "--limit rows=1000000"),
    ],
)
def test_what_is_no_limit_is_refused(text, fix):
    with pytest.raises(HyperparameterError, match="The '--limit' option must") as caught:
        allowed([text])
    assert caught.value.fix == fix
