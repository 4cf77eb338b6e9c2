"""A committee: members that learn from different rows, and predict as one."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import glassnet as gn
from glassnet.experiments import Options, committee, recipe
from glassnet.experiments.committee import folds
from glassnet.model.model import Model
from glassnet.tables import Classes, Quantity

RANDOM = np.random.default_rng(5)
X = RANDOM.normal(size=(3, 97))
LINE = Quantity("y", 0.0, 1.0, lowest=-3.0, highest=3.0, capped=0.0)
BOATS = Classes("boat", ("canoe", "ferry"))
NUMBERS = X[:1] - X[1:2]
LABELS = (NUMBERS > 0).astype(float)


def few(**choices):
    return Options(epochs=3, hidden=(5,), **choices)


@given(st.integers(2, 200), st.integers(2, 12), st.integers(0, 9), st.floats(0.1, 0.9))
def test_folds_are_equal_shares_of_all_rows_and_of_each_class(rows, count, seed, share):
    Y = (np.random.default_rng(seed).random((1, rows)) < share).astype(float)
    for labels in (Y, np.concatenate([1 - Y, Y]), np.linspace(-1, 1, rows)[np.newaxis]):
        sizes = np.bincount(folds(labels, count, seed), minlength=min(count, rows))
        assert len(sizes) == min(count, rows)
        assert np.ptp(sizes) <= 1
    of_one = np.bincount(folds(Y, count, seed)[Y[0] == 1], minlength=min(count, rows))
    assert np.ptp(of_one) <= 1


def test_folds_are_drawn_from_the_seed():
    first, again, other = (folds(NUMBERS, 10, seed) for seed in (1, 1, 2))
    assert np.array_equal(first, again)
    assert not np.array_equal(first, other)


@pytest.mark.parametrize(("target", "Y"), [(LINE, NUMBERS), (BOATS, LABELS)], ids=["y", "boat"])
def test_it_predicts_the_mean_of_its_members(target, Y):
    made = committee(target, X, Y, few(), members=3)
    alone = recipe.network(target, X.shape[1], few())
    apart = [alone.predict(result.parameters, X) for result in made.results]
    together = made.network.predict(made.parameters, X)
    np.testing.assert_allclose(together, sum(apart) / 3, rtol=1e-12)
    assert not np.allclose(apart[0], apart[1])


def test_each_member_chooses_its_epoch_by_a_fold_of_its_own():
    made = committee(LINE, X, NUMBERS, few(dropout=0.0), members=2)
    fold, network = folds(NUMBERS, 10, 0), recipe.network(LINE, 97, few(dropout=0.0))
    for number, result in enumerate(made.results):
        check = fold == number
        last = network.cost(result.state.predicting, X[:, check], NUMBERS[:, check])
        assert result.history[-1].validation_cost == pytest.approx(last, rel=1e-12)


def test_a_weight_of_two_is_the_same_row_twice_for_the_cost_that_is_monitored():
    weight = np.where(np.arange(97) % 3 == 0, 2.0, 1.0)
    made = committee(LINE, X, NUMBERS, few(), members=1, sample_weight=weight)
    network, check = recipe.network(LINE, 97, few()), folds(NUMBERS, 10, 0) == 0
    often = np.repeat(np.flatnonzero(check), weight[check].astype(int))
    last = network.cost(made.results[0].state.predicting, X[:, often], NUMBERS[:, often])
    assert made.results[0].history[-1].validation_cost == pytest.approx(last, rel=1e-12)


def test_it_is_saved_traced_and_explained_as_one_network(tmp_path):
    made = committee(BOATS, X, LABELS, few(), members=2)
    model = Model(made.network, made.parameters, (3,), target=BOATS)
    gn.save(model, tmp_path / "boats.safetensors")
    loaded = gn.load(tmp_path / "boats.safetensors")
    assert loaded.network == made.network
    np.testing.assert_array_equal(loaded.probabilities(X), model.probabilities(X))
    np.testing.assert_allclose(model.probabilities(X).sum(axis=0), 1.0, rtol=1e-12)
    trace = made.network.trace(made.parameters, X, LABELS)
    np.testing.assert_allclose(
        trace[made.network.graph.output], (trace["member1.A2"] + trace["member2.A2"]) / 2
    )


def test_the_same_seed_gives_the_same_bits():
    first, again, other = (
        committee(LINE, X, NUMBERS, few(seed=seed), members=2).parameters for seed in (1, 1, 2)
    )
    assert all(np.array_equal(first[name], W) for name, W in again.items())
    assert not np.array_equal(first["member1.W1"], other["member1.W1"])
    assert not np.array_equal(first["member1.W1"], first["member2.W1"])


def test_what_is_interrupted_is_the_committee_so_far():
    seen = []

    def stop_in_the_second(moment):
        seen.append(moment.epoch.number)
        if len(seen) == 5:
            raise KeyboardInterrupt

    with pytest.warns(UserWarning, match="interrupted"):
        made = committee(LINE, X, NUMBERS, few(), callbacks=(stop_in_the_second,))
    assert [result.stopped for result in made.results] == ["epochs", "interrupted"]
    assert made.network.predict(made.parameters, X).shape == (1, 97)


def test_left_out_there_is_a_member_for_each_fold_of_few_rows():
    assert len(committee(LINE, X[:, :7], NUMBERS[:, :7], few()).results) == 7
    assert len(committee(LINE, X, NUMBERS, few(validation=0.5)).results) == 2
    assert len(committee(LINE, X, NUMBERS, few()).results) == recipe.members(97) == 10
