"""Text as symbols and back, and what a model of it writes."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import glassnet as gn
from glassnet.errors import DataError, DataTypeError, HyperparameterError, Malformed
from glassnet.sequences import TextPlan, generate, plan_text
from glassnet.sequences.text import UNKNOWN, symbols_of, text_windows
from glassnet.tables import Classes, Quantity, plan_table

PLAN = TextPlan((UNKNOWN, "a", "b", "c"), length=3, words=False)
AFTER = {"a": "b", "b": "c", "c": "a"}


def cyclic(certainty=20.0):
    """A model of the text abcabc…, its weights set by hand: W has the likely pairs."""
    network = gn.Network(
        [gn.Embedding(4, 4), gn.Dense(4), gn.Softmax()], loss=gn.CategoricalCrossEntropy()
    )
    W = np.zeros((4, 4))
    for symbol, after in AFTER.items():
        W[PLAN.symbols.index(after), PLAN.symbols.index(symbol)] = certainty
    W[0] += certainty / 2  # the unknown symbol, likelier than all but one
    parameters = {"W1": np.eye(4), "W2": W, "b2": np.zeros((4, 1))}
    names = list(network.initialize((3, 1)))
    given = dict(zip(names, parameters.values(), strict=True))
    target = Classes("next character", PLAN.symbols)
    return gn.Model(network, given, (3, 1), plan=PLAN, target=target)


@given(st.text(), st.booleans())
def test_symbols_put_together_are_the_text(text, words):
    assert "".join(symbols_of(text, words)) == text


def test_a_text_becomes_symbols_and_symbols_a_text():
    assert PLAN.encode("abxc").shape == (4, 1, 1)
    assert PLAN.codes("abxc").tolist() == [1, 2, 0, 3]
    assert PLAN.decode([3, 1, 2]) == "cab"
    assert PLAN.unknown("zebra z") == ("z", "e", "r", " ")


def test_a_vocabulary_has_the_frequent_first_and_leaves_out_what_stands_once():
    assert plan_text("abracadabra!").symbols == (UNKNOWN, "a", "b", "r")
    assert plan_text("abracadabra!", most=3).symbols == (UNKNOWN, "a", "b")
    plan = plan_text("one two, one two. two, three", words=True)
    assert plan.symbols == (UNKNOWN, " two", ",")
    assert plan.unit == "word"


def test_rows_of_a_text_worked_by_hand():
    X, Y = text_windows(np.arange(8), 3)
    assert X.T.tolist() == [[0, 1, 2], [3, 4, 5]]
    assert Y.T.tolist() == [[1, 2, 3], [4, 5, 6]]


@pytest.mark.parametrize("length", [3, 7, 100])
def test_every_label_is_the_symbol_behind(length):
    codes = np.random.default_rng(length).integers(0, 9, 1001)
    X, Y = text_windows(codes, length)
    np.testing.assert_array_equal(X.T.ravel()[1:], Y.T.ravel()[:-1])
    np.testing.assert_array_equal(X.T.ravel(), codes[: X.size])


def test_a_plan_is_plain_data_and_back():
    assert TextPlan.from_data(PLAN.to_data()) == PLAN
    wrong = [{}, {"symbols": "abc"}, {**PLAN.to_data(), "code": 1}, {**PLAN.to_data(), "length": 0}]
    for data in [*wrong, {**PLAN.to_data(), "symbols": [1, 2, 3]}]:
        with pytest.raises(Malformed):
            TextPlan.from_data(data)


def test_what_is_refused():
    with pytest.raises(DataTypeError, match="This is no text"):
        PLAN.encode(7)
    with pytest.raises(DataError, match="The text is empty"):
        PLAN.encode("")
    with pytest.raises(DataError) as refused:
        plan_text("aaaaaaab")
    assert str(refused.value) == (
        "The text holds too few different characters to learn from.\n"
        "  expected   at least 2 different characters, each 2 times or more\n"
        "  received   8 characters, 2 different\n"
        "  to fix     pass a longer text"
    )
    with pytest.raises(DataError, match="too short for a single row of 5"):
        text_windows(np.arange(5), 5)
    for symbols in [(), ("a", "b", "c"), (UNKNOWN, "a"), (UNKNOWN, "a", "a"), (UNKNOWN, "", "a")]:
        with pytest.raises(HyperparameterError, match="symbols that can be told apart"):
            TextPlan(symbols, 3, words=False)


def test_what_is_drawn_is_the_next_input():
    for prompt, text in (("a", "bcabca"), ("bc", "abcabc"), ("xxb", "cabcab")):
        assert generate(cyclic(), prompt, 6, temperature=0) == text
        assert generate(cyclic(50.0), prompt, 6, seed=3) == text


def test_the_unknown_symbol_is_never_written():
    text = generate(cyclic(0.5), "a", 300, temperature=5.0)
    assert set(text) == set("abc")


def test_symbols_are_drawn_by_their_probabilities():
    certainty, temperature = 1.0, 0.5
    text = generate(cyclic(certainty), "a", 1000, temperature=temperature, seed=1)
    share = np.mean([AFTER[a] == b for a, b in pairwise(text)])
    likely = np.exp(certainty / temperature)
    assert abs(share - likely / (likely + 2)) < 0.05


def test_the_same_seed_writes_the_same():
    model = cyclic(0.5)
    assert generate(model, "a", 50, seed=3) == generate(model, "a", 50, seed=3)
    assert generate(model, "a", 50, seed=3) != generate(model, "a", 50, seed=4)
    assert generate(model, length=0) == ""


def test_a_model_predicts_the_next_symbol_behind_each():
    model = cyclic()
    assert model.predict("abc").tolist() == [["b"], ["c"], ["a"]]
    shares = model.probabilities("abc")
    assert shares.shape == (3, 4, 1)
    np.testing.assert_allclose(shares.sum(axis=1), 1)


def test_a_model_of_text_is_saved_with_its_vocabulary(tmp_path):
    gn.save(cyclic(), tmp_path / "m.safetensors")
    again = gn.load(tmp_path / "m.safetensors")
    assert again.plan == PLAN
    assert generate(again, "a", 6, temperature=0) == "bcabca"


@pytest.mark.parametrize(
    "options", [{"length": -1}, {"length": 2.5}, {"temperature": -0.1}, {"temperature": np.nan}]
)
def test_options_outside_their_domain(options):
    with pytest.raises(HyperparameterError, match=f"The '{next(iter(options))}' parameter"):
        generate(cyclic(), **options)


def test_a_model_of_something_else_writes_nothing():
    network = gn.Network([gn.Dense(1)], loss=gn.SquaredError())
    price = Quantity("y", 0.0, 1.0, lowest=0.0, highest=1.0, capped=0.0)
    with pytest.raises(DataError, match="this model was not trained on a text") as caught:
        generate(gn.Model(network, network.initialize((1,)), (1,), target=price))
    assert caught.value.received == "a model of arrays (1, m)"
    table = plan_table({"boats": [1.0, 2.0]})
    with pytest.raises(DataError) as caught:
        generate(gn.Model(network, network.initialize((1,)), (1,), plan=table, target=price))
    assert caught.value.received == "a model of a table"
