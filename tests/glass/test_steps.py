"""A training stage by stage: the numbers of the training itself, forwards and back in time."""

import numpy as np
import pytest
from tests.silent_layer import Convolution

import glassnet as gn
from glassnet.errors import DataError, HyperparameterError


def task(layers=None, shape=(2,), loss=None, m=23, weights=None):
    network = gn.Network(
        layers or [gn.Dense(3), gn.Tanh(), gn.Dropout(0.4), gn.Dense(1), gn.Sigmoid()],
        loss or gn.BinaryCrossEntropy(),
    )
    random = np.random.default_rng(2)
    X = random.normal(size=(*shape, m))
    A = network.predict(network.initialize(shape), X)
    return gn.Task.of(network, X, (random.normal(size=A.shape) > 0) * 1.0, sample_weight=weights)


TRAINING = gn.Training(gn.GradientDescent(0.5), epochs=3, batch_size=7)
STAGES = ["forward", "forward", "cost", "backward", "backward", "update"]


def signature(stage):
    return stage.update, stage.name, str(stage), {k: v.tobytes() for k, v in stage.trace.items()}


def test_the_stages_come_in_order_to_the_end():
    names = [(stage.update, stage.name) for stage in gn.Steps(TRAINING, task())]
    assert names == [(update, name) for update in range(1, 13) for name in STAGES]


@pytest.mark.parametrize("optimizer", [gn.GradientDescent(0.5), gn.Adam(0.1), gn.RMSprop()])
def test_the_numbers_are_those_of_the_training(optimizer):
    training = gn.Training(optimizer, epochs=2, batch_size=7)
    updates = list(training.updates(task()))
    seen = 0
    for stage in gn.Steps(training, task()):
        update = updates[stage.update - 1]
        assert stage.trace.cost == update.cost
        assert stage.epoch == update.epoch
        for name, W in update.before.parameters.items():
            np.testing.assert_array_equal(stage.trace[name], W)
        seen += 1
    assert seen == 8 * len(STAGES)


def test_an_update_by_gradient_descent_is_w_minus_alpha_dw_bit_for_bit():
    """The masks of the trace are those that the update has drawn, or dW would be another."""
    for update in TRAINING.updates(task()):
        stage = gn.Steps(TRAINING, task()).go_to(update.number)
        for name, W in update.before.parameters.items():
            made = W - 0.5 * stage.trace[f"d{name}"]
            np.testing.assert_array_equal(made, update.state.parameters[name])


def test_back_in_time_everything_is_found_again():
    steps = gn.Steps(TRAINING, task())
    there = [signature(stage) for stage in steps]
    steps = gn.Steps(TRAINING, task())
    walked = [signature(next(steps)) for _ in range(20)]
    back = [signature(steps.back()) for _ in range(19)]
    assert walked == there[:20]
    assert back == walked[-2::-1]
    with pytest.raises(DataError, match="nothing in front of the first stage"):
        steps.back()
    assert signature(next(steps)) == there[1]


def test_an_update_that_is_no_longer_kept_is_computed_again():
    training = gn.Training(gn.Adam(0.1), epochs=20, batch_size=7)
    steps = gn.Steps(training, task())
    first = signature(steps.go_to(2))
    steps.go_to(60)
    assert signature(steps.go_to(2)) == first
    assert steps.go_to(80).update == 80
    with pytest.raises(DataError) as caught:
        steps.go_to(81)
    assert str(caught.value) == (
        "The training has no update 81.\n"
        "  expected   a number from 1 to that of its last update\n"
        "  received   81\n"
        "  to fix     train for more epochs"
    )
    with pytest.raises(DataError, match="no update 0"):
        steps.go_to(0)


def test_the_text_of_an_update():
    network = gn.Network([gn.Dense(1)], gn.SquaredError(), [gn.L2(1.0)])
    training = gn.Training(gn.GradientDescent(0.1), epochs=1)
    whole = gn.Task.of(network, [[1.0, 3.0]], [[0.0, 0.0]])
    steps = gn.Steps(training, whole, {"W1": [[2.0]], "b1": [[0.5]]})
    told = [str(stage) for stage in steps]
    # Z = 2.5, 6.5; L = ½z²: 3.125, 21.125; J = 12.125 + ½·2²/2; dW = (2.5 + 3·6.5)/2 + 1 = 12
    assert told[1] == (
        "update 1, cost\n\nCost\n"
        "  L = (Z[1] − Y)² / 2\n"
        "    L = 3.125  21.12\n"
        "    J = (1/2) Σᵢ L + the penalties = 13.12"
    )
    assert told[3] == (
        "update 1, update\n\nUpdate\n"
        "  W := W − α ∗ dW\n  GradientDescent(learning_rate=0.1)\n"
        "  α = 0.1\n"
        "    w[1][0, 0] := 2 − 0.1·12 = 0.8\n"
        "    b[1][0] := 0.5 − 0.1·4.5 = 0.05"
    )


def test_other_optimisers_show_their_equation_and_both_numbers():
    training = gn.Training(gn.Adam(0.1), epochs=1, clip=gn.ClipNorm(1.0))
    *_, last = gn.Steps(training, task(m=5))
    told = str(last)
    assert "Adam(learning_rate=0.1" in told
    assert "v := 0.9 ∗ v + (1 − 0.9) ∗ dW" in told
    assert "The gradients are clipped first: ClipNorm(" in told
    assert " → " in told


@pytest.mark.parametrize(
    ("layers", "shape"),
    [
        ([Convolution(3), gn.ReLU()], (4, 5, 2)),
        ([gn.SimpleRNN(3), gn.Dense(2)], (5, 2)),
        ([gn.Residual([gn.Dense(2), gn.Tanh()]), gn.Dense(2)], (2,)),
    ],
)
def test_networks_of_every_kind_can_be_walked_through(layers, shape):
    whole = task(layers, shape, gn.SquaredError(), m=7, weights=np.arange(1, 8))
    training = gn.Training(gn.GradientDescent(0.01), epochs=2)
    stages = list(gn.Steps(training, whole))
    assert {stage.name for stage in stages} == set(STAGES)
    assert stages[-1].update == 2


def test_lbfgs_is_refused():
    with pytest.raises(HyperparameterError, match="must not be LBFGS"):
        next(gn.Steps(gn.Training(gn.LBFGS()), task([gn.Dense(1)], loss=gn.SquaredError())))


def test_a_notebook_shows_a_stage_with_its_equations():
    network = gn.Network([gn.Dense(1)], gn.SquaredError())
    task = gn.Task.of(network, [[1.0, 2.0]], [[2.0, 4.0]])
    page = next(gn.Steps(gn.Training(gn.GradientDescent(0.1), epochs=1), task))._repr_html_()
    assert page.startswith("<div><h3>update 1, forward</h3><div><h4>Forward: layer 1")
    assert "Z<sup>[1]</sup> = W<sup>[1]</sup> A<sup>[0]</sup>" in page
