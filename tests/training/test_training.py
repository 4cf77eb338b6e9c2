"""Training: the same bits twice, going on, stopping, diverging, and what callbacks may do."""

from contextlib import nullcontext
from dataclasses import replace

import numpy as np
import pytest

import glassnet as gn
from glassnet.engines import Noise
from glassnet.errors import (
    CheckpointError,
    DataError,
    DivergenceError,
    GlassnetWarning,
    HyperparameterError,
    ShapeError,
)
from glassnet.training.descent import Descent

RANDOM = np.random.default_rng(0)
M = 23
X, Y = RANDOM.standard_normal((3, M)), RANDOM.standard_normal((2, M))
NETWORK = gn.Network(
    [gn.Dense(7), gn.ReLU(), gn.Dropout(0.2), gn.Dense(2)], gn.SquaredError(), [gn.L2(0.1)]
)
LINE = gn.Network([gn.Dense(1)], gn.SquaredError())


def same(one, other) -> bool:
    return one.keys() == other.keys() and all(np.array_equal(one[n], other[n]) for n in one)


def train(network=NETWORK, **how):
    how = {"epochs": 6, "batch_size": 5, "optimizer": gn.Adam(0.05)} | how
    return gn.train(network, X, Y, **how)


OPTIMIZERS = [
    gn.GradientDescent(0.05),
    gn.Momentum(0.05),
    gn.Nesterov(0.05),
    gn.RMSprop(0.01),
    gn.Adam(gn.Cosine(0.05, warm_up=0.3)),
    gn.AdamW(gn.ReduceOnPlateau(0.05, patience=1)),
]


@pytest.mark.parametrize("batch_size", [None, 1, 5, M - 1], ids=str)
@pytest.mark.parametrize("optimizer", OPTIMIZERS, ids=repr)
def test_same_seed_same_bits(optimizer, batch_size):
    one, two = (
        train(optimizer=optimizer, batch_size=batch_size, average=gn.EMA(), seed=3)
        for _ in range(2)
    )
    assert same(one.parameters, two.parameters)
    assert one.history["cost"] == two.history["cost"]
    other = train(optimizer=optimizer, batch_size=batch_size, average=gn.EMA(), seed=4)
    assert not same(one.parameters, other.parameters)


@pytest.mark.parametrize("optimizer", OPTIMIZERS, ids=repr)
@pytest.mark.parametrize("average", [None, gn.EMA(0.9)], ids=repr)
def test_going_on_equals_a_training_without_a_pause(optimizer, average):
    how = {"optimizer": optimizer, "average": average, "validation": (X, Y)}

    def stop(moment):
        moment.control.stop = moment.epoch.number == 2

    whole = train(**how)
    begun = train(**how, callbacks=(stop,))
    resumed = train(**how, resume=begun)
    assert len(begun.history) == 3
    assert same(resumed.parameters, whole.parameters)
    assert resumed.state.t == whole.state.t
    for name in ("cost", "validation_cost", "learning_rate", "number"):
        assert resumed.history[name] == whole.history[name]


def test_going_on_remembers_the_best_epoch():
    """A training that is already past its best keeps the parameters that it had."""
    how = {
        "network": gn.Network([gn.Dense(30), gn.Tanh(), gn.Dense(2)], gn.SquaredError()),
        "validation": (X[:, ::-1], Y),
        "stopping": gn.EarlyStopping(patience=30),
        "epochs": 200,
    }
    whole = train(**how)
    assert whole.stopped == "early stopping"

    def stop(moment):
        moment.control.stop = moment.epoch.number == whole.best_epoch + 10

    resumed = train(**how, resume=train(**how, callbacks=(stop,)))
    assert resumed.best_epoch == whole.best_epoch
    assert resumed.stopped == "early stopping"
    assert resumed.history["cost"] == whole.history["cost"]
    assert same(resumed.parameters, whole.parameters)


def test_nothing_is_left_to_go_on_with():
    done = train()
    again = train(resume=done)
    assert same(again.parameters, done.parameters)
    assert len(again.history) == 6


_FIRST, *_REST = NETWORK.layers
OTHERS = [
    ("layers", gn.Network([gn.Dense(2)], gn.SquaredError())),
    ("layers", gn.Network([gn.Dense(5), gn.ReLU(), gn.Dense(2)], gn.SquaredError())),
    # Parameters of the same shapes.
    ("layers", gn.Network([_FIRST, gn.SELU(), *_REST[1:]], NETWORK.loss)),
    ("loss", gn.Network(NETWORK.layers, gn.Huber())),
    ("penalties", gn.Network(NETWORK.layers, NETWORK.loss, [gn.L2(0.3)])),
]


@pytest.mark.row(53, 130)
@pytest.mark.parametrize(
    ("differs", "how"),
    [
        ("optimizer", {"optimizer": gn.Momentum()}),
        ("average", {"average": gn.EMA()}),
        ("seed", {"seed": 1}),
        ("batch_size", {"batch_size": 4}),
        ("optimizer", {"optimizer": gn.Adam(0.06)}),
        ("clip", {"clip": gn.ClipNorm(1.0)}),
        *((differs, {"network": network}) for differs, network in OTHERS),
    ],
)
def test_going_on_with_something_else(differs, how):
    with pytest.raises(CheckpointError, match=f"with another {differs}.* instead"):
        train(resume=train(epochs=2), **how)


@pytest.mark.row(130)
def test_going_on_with_other_data_or_hyper_parameters_is_told():
    begun = train(epochs=2)
    with pytest.raises(CheckpointError) as caught:
        train(resume=begun, seed=1, batch_size=4)
    assert str(caught.value).splitlines() == [
        "The 'resume' parameter must come from a training with the same data and "
        "hyper-parameters. Got one with another batch_size, seed instead.",
        "  expected   batch_size = 4, seed = 1",
        "  received   batch_size = 5, seed = 0",
        "  to fix     keep them as they were, or start anew from parameters=result.parameters",
    ]
    how = {"optimizer": gn.Adam(0.05), "epochs": 6, "batch_size": 5, "resume": begun}
    for data, other in [
        ((X[:, ::-1], Y), "X, Y"),
        ((X, Y + 1), "X, Y"),
        ((X[:, :-1], Y[:, :-1]), "m, X, Y"),
        ((np.float32(X), np.float32(Y)), "dtype, X, Y"),
    ]:
        with pytest.raises(CheckpointError, match=f"with another {other} instead"):
            gn.train(NETWORK, *data, **how)
    with pytest.raises(CheckpointError, match="with another X, Y instead"):
        gn.train(NETWORK, X, Y, sample_weight=np.arange(M), **how)
    older = replace(begun, fingerprint={**begun.fingerprint, "version of glassnet": "0.0.1"})
    with pytest.raises(CheckpointError, match=r"(?s)another version of glassnet.*= 0\.0\.1"):
        train(resume=older)


def test_going_on_may_have_more_epochs_and_another_stopping_rule():
    rule = gn.EarlyStopping(monitor="cost")
    assert len(train(resume=train(epochs=2), epochs=4, stopping=rule).history) == 4


@pytest.mark.row(130)
@pytest.mark.parametrize(
    ("how", "message"),
    [
        ({"resume": {}}, r"'resume' parameter must be the Result .* Got {} instead"),
        ({"resume": 5}, r"'resume' parameter must be the Result .* Got 5 instead"),
        ({"callbacks": (5,)}, r"'callbacks' parameter must be a sequence .* Got \(5,\)"),
        ({"callbacks": print}, r"'callbacks' parameter must be a sequence"),
    ],
)
def test_what_is_no_result_or_callback_is_refused_before_training(how, message, monkeypatch):
    monkeypatch.setattr(gn.Training, "_epochs", None)
    with pytest.raises(HyperparameterError, match=message):
        train(**how)


@pytest.mark.row(130)
def test_one_place_to_start_from():
    begun = train(epochs=2)
    with pytest.raises(HyperparameterError, match="'parameters' parameter must be None with 'res"):
        train(resume=begun, parameters=begun.parameters)


def test_a_warm_start():
    start = train(epochs=3).parameters
    result = train(parameters=start, epochs=1, batch_size=None, optimizer=gn.GradientDescent(0.1))
    task = gn.Task.of(NETWORK, X, Y)
    _, gradients = NETWORK.engine.gradients(NETWORK.graph, start, task.data, Noise.of(0))
    for name, W in start.items():
        np.testing.assert_allclose(result.parameters[name], W - 0.1 * gradients[f"d{name}"])
    with pytest.raises(ShapeError, match=r"cannot take A\[0\]"):
        gn.train(NETWORK, X[:2], Y, parameters=start)


@pytest.mark.row(41)
@pytest.mark.parametrize("batch_size", [M, M + 1, 10 * M])
def test_a_batch_of_all_examples_is_the_full_batch(batch_size):
    full = train(batch_size=None)
    with pytest.warns(GlassnetWarning, match="clipped") if batch_size > M else nullcontext():
        large = train(batch_size=batch_size)
    assert same(full.parameters, large.parameters)
    assert full.history["cost"] == large.history["cost"]


@pytest.mark.parametrize("batch_size", [1, 2, 7, 22])
def test_batches_of_odd_sizes(batch_size):
    result = train(batch_size=batch_size, epochs=3)
    assert result.state.t == 3 * -(-M // batch_size)
    assert np.isfinite(result.history["cost"]).all()


@pytest.mark.parametrize("optimizer", OPTIMIZERS, ids=repr)
def test_float32_stays_float32(optimizer):
    result = gn.train(
        NETWORK,
        np.float32(X),
        np.float32(Y),
        optimizer=optimizer,
        epochs=3,
        batch_size=5,
        sample_weight=np.arange(M),
        clip=gn.ClipNorm(0.1),
        average=gn.EMA(0.9),
    )
    arrays = [*result.parameters.values(), *result.state.parameters.values()]
    arrays += [array for each in result.state.memory.values() for array in each.values()]
    assert {array.dtype for array in arrays} == {np.dtype(np.float32)}


def test_weights_are_repetitions():
    times = RANDOM.integers(0, 4, M)
    repeated = np.repeat(np.arange(M), times)
    plain = gn.Network([gn.Dense(5), gn.Tanh(), gn.Dense(2)], gn.SquaredError())
    how = {"optimizer": gn.GradientDescent(0.1), "epochs": 20}
    weighted = gn.train(plain, X, Y, sample_weight=times, **how)
    twice = gn.train(plain, X[:, repeated], Y[:, repeated], **how)
    for name, W in twice.parameters.items():
        np.testing.assert_allclose(weighted.parameters[name], W, rtol=1e-10)
    assert weighted.history["cost"] == pytest.approx(twice.history["cost"], rel=1e-12)


def test_validation_data_have_weights_too():
    weights = np.arange(M) + 1.0
    result = train(validation=(X, Y, weights), sample_weight=weights, epochs=2)
    J = NETWORK.cost(result.parameters, X, Y, sample_weight=weights)
    assert result.history[-1].validation_cost == J


def test_validation_data_are_not_learned_from():
    assert same(train(validation=(X[:, ::-1], Y)).parameters, train().parameters)


def test_the_cost_of_an_epoch_is_that_before_its_update():
    costs = []
    start = LINE.initialize((3,))

    def remember(moment):
        costs.append(LINE.cost(moment.parameters, X, Y[:1]))

    result = gn.train(LINE, X, Y[:1], parameters=start, epochs=3, callbacks=(remember,))
    assert result.history["cost"][0] == pytest.approx(LINE.cost(start, X, Y[:1]), rel=1e-13)
    assert result.history["cost"][1:] == pytest.approx(costs[:-1], rel=1e-13)


def test_schedules_change_within_the_epoch():
    result = train(optimizer=gn.GradientDescent(gn.InverseTime(0.2, decay=1)), epochs=3)
    last = 4 / 5
    expected = [0.2 / (1 + epoch + last) for epoch in range(3)]
    assert result.history["learning_rate"] == pytest.approx(expected, rel=1e-13)


def test_schedules_that_begin_or_end_at_zero_are_taken_in_the_middle_of_an_update():
    schedule = gn.Cosine(0.2, warm_up=0.5)
    result = train(optimizer=gn.GradientDescent(schedule), epochs=4, batch_size=None)
    expected = [schedule.rate(epoch + 0.5, 4) for epoch in range(4)]
    assert result.history["learning_rate"] == pytest.approx(expected, rel=1e-13)
    assert min(expected) > 0
    log = train(optimizer=gn.GradientDescent(gn.CosineLog(0.2)), epochs=15, batch_size=None)
    assert min(log.history["learning_rate"]) > 1e-4


def test_the_course_decays_by_whole_epochs():
    rule = gn.GradientDescent(gn.InverseTime(0.2, decay=1))
    rates = train(optimizer=rule, epochs=3, batch_size=None).history["learning_rate"]
    assert rates == [0.2, 0.1, 0.2 / 3]


def test_reduce_on_plateau_in_training():
    """The prediction is right from the start, so the cost never falls after the first epoch."""
    schedule = gn.ReduceOnPlateau(0.1, factor=0.5, patience=2)
    start = {"W1": [[2.0]], "b1": [[0.0]]}
    result = gn.train(
        LINE,
        [[1.0]],
        [[2.0]],
        parameters=start,
        optimizer=gn.GradientDescent(schedule),
        epochs=6,
    )
    rates = result.history["learning_rate"]
    assert rates == pytest.approx([0.1, 0.1, 0.1, 0.05, 0.05, 0.025])


def test_callbacks_stop_and_change_the_learning_rate():
    def control(moment):
        if moment.epoch.number == 1:
            moment.control.learning_rate = 0.5
        moment.control.stop = moment.epoch.number == 3

    result = train(optimizer=gn.GradientDescent(0.01), callbacks=(control,))
    assert result.history["learning_rate"] == [0.01, 0.01, 0.5, 0.5]
    assert result.stopped == "callback"
    assert same(result.parameters, result.state.parameters)


@pytest.mark.row(37)
@pytest.mark.parametrize("rate", [-0.1, 0.0, "0.1", np.nan, np.inf, True], ids=repr)
def test_a_learning_rate_that_is_none_is_refused_where_it_is_set(rate):
    def control(moment):
        moment.control.learning_rate = rate

    with pytest.raises(HyperparameterError, match="'learning_rate' of Control must be a float in"):
        train(callbacks=(control,))


def test_a_learning_rate_may_be_given_back_to_the_schedule():
    def control(moment):
        moment.control.learning_rate = np.float32(0.5) if moment.epoch.number == 0 else None

    rates = train(epochs=3, callbacks=(control,)).history["learning_rate"]
    assert rates == [0.05, 0.5, 0.05]


def test_callbacks_see_the_parameters_after_the_epoch():
    seen = []
    result = train(callbacks=(lambda moment: seen.append(moment.parameters),), epochs=3)
    assert same(seen[-1], result.parameters)
    assert not same(seen[0], seen[1])


@pytest.mark.row(123)
def test_an_interruption_leaves_what_there_is():
    def interrupt(moment):
        if moment.epoch.number == 2:
            raise KeyboardInterrupt

    with pytest.warns(GlassnetWarning, match=r"Training interrupted by user\."):
        result = train(callbacks=(interrupt,))
    assert result.stopped == "interrupted"
    assert len(result.history) == 3
    assert same(result.parameters, train(epochs=3).parameters)
    assert same(train(resume=result).parameters, train().parameters)


def interrupting(monkeypatch, updates):
    """Ctrl-C comes after so many updates, each in a call of the engine of its own."""
    engine, done = type(NETWORK.engine), []
    whole = engine.learn

    def learn(self, *arguments):
        if len(done) == updates:
            raise KeyboardInterrupt
        done.append(whole(self, *arguments))
        return done[-1]

    monkeypatch.setattr(engine, "learn", learn)
    monkeypatch.setattr(engine, "hears", False)
    monkeypatch.setattr(Descent, "_adapt", lambda *arguments: None)


@pytest.mark.row(123)
@pytest.mark.parametrize("stopping", [None, gn.EarlyStopping()])
@pytest.mark.parametrize("updates", [0, 1, 3, 7])
def test_an_interruption_inside_an_epoch_keeps_its_last_update(updates, stopping, monkeypatch):
    how = {"stopping": stopping, "validation": (X, Y)} if stopping else {}
    task = gn.Task.of(NETWORK, X, Y)
    training = gn.Training(gn.Adam(0.05), 6, 5)
    followed = [update.parameters for update in training.updates(task)]
    per_epoch = -(-X.shape[1] // 5)
    whole = train(**how)
    with monkeypatch.context() as patched:
        interrupting(patched, updates)
        with pytest.warns(GlassnetWarning, match="interrupted"):
            result = train(**how)
    assert (result.stopped, result.updates) == ("interrupted", updates)
    assert len(result.history) == updates // per_epoch
    if stopping and len(result.history):
        assert result.best_epoch == len(result.history) - 1
        kept = followed[per_epoch * len(result.history) - 1]
    else:
        kept = followed[updates - 1] if updates else gn.Task.of(NETWORK, X, Y).parameters(None, 0)
    assert same(result.parameters, kept)
    again = train(resume=result, **how)
    assert same(again.parameters, whole.parameters)
    assert again.updates == whole.updates == 6 * per_epoch


@pytest.mark.row(123)
def test_an_interruption_while_an_epoch_is_measured_keeps_the_epoch():
    def measured(A, Y):
        raise KeyboardInterrupt

    with pytest.warns(GlassnetWarning, match="interrupted"):
        result = train(metrics=(measured,))
    assert len(result.history) == 0
    assert same(result.parameters, train(epochs=1).parameters)


class Following:
    """A callback that also hears of parts of epochs."""

    def __init__(self):
        self.heard = []

    def __call__(self, moment):
        self.heard.append(f"epoch {moment.epoch.number + 1}")

    def underway(self, epochs):
        self.heard.append(epochs)


def test_a_follower_hears_how_far_an_epoch_is(monkeypatch):
    monkeypatch.setattr(Descent, "_adapt", lambda *arguments: None)
    follower = Following()
    followed = train(epochs=2, callbacks=(follower,))
    of_one = [0.2, 0.4, 0.6, 0.8, 1.0]
    assert follower.heard == pytest.approx(
        [*of_one, "epoch 1", *(1 + part for part in of_one), "epoch 2"]
    )
    assert same(followed.parameters, train(epochs=2).parameters)


@pytest.mark.row(123)
def test_an_interruption_of_a_follower_keeps_the_last_update(monkeypatch):
    def interrupt(epochs):
        raise KeyboardInterrupt

    monkeypatch.setattr(Descent, "_adapt", lambda *arguments: None)
    follower = Following()
    follower.underway = interrupt
    with pytest.warns(GlassnetWarning, match="interrupted"):
        assert train(callbacks=(follower,)).updates == 1


def test_an_error_in_a_callback_is_not_hidden():
    def fail(moment):
        raise RuntimeError("no more")

    with pytest.raises(RuntimeError, match="no more"):
        train(callbacks=(fail,))


@pytest.mark.row(78, 80)
def test_a_divergence_is_told_where_and_with_the_last_finite_parameters():
    with pytest.raises(DivergenceError) as caught:
        gn.train(LINE, 1e4 * X, Y[:1], optimizer=gn.GradientDescent(1.0), batch_size=5)
    lines = str(caught.value).splitlines()
    assert "became" in lines[0]
    assert "at epoch " in lines[0]
    assert lines[1] == "  expected   finite costs, gradients and parameters"
    assert "largest input" in lines[2]
    assert "error.parameters" in lines[2]
    largest = int(abs(X).max(axis=1).argmax())
    assert f"scale the inputs (unit {largest} of X is the largest)" in lines[3]
    assert set(caught.value.parameters) == {"W1", "b1"}
    for W in caught.value.parameters.values():
        assert np.isfinite(W).all()


@pytest.mark.row(79)
def test_a_divergence_names_the_layer_and_the_gradient():
    start = {"W1": [[0.0]], "b1": [[0.0]]}
    with pytest.raises(DivergenceError) as caught:
        gn.train(LINE, [[1e200]], [[1e150]], parameters=start, epochs=1)
    assert str(caught.value).splitlines()[0] == (
        "The gradient dW[1] of layer 1 of 1, Dense(units=1), became -inf "
        "at epoch 0 (counted from 0), step 1."
    )
    assert same(caught.value.parameters, {"W1": np.zeros((1, 1)), "b1": np.zeros((1, 1))})


@pytest.mark.row(78, 79)
def test_a_cost_without_a_number_is_traced_to_the_layer():
    deep = gn.Network([gn.Dense(1), gn.ReLU(), gn.Dense(1)], gn.SquaredError())
    start = {"W1": [[1e200]], "b1": [[0.0]], "W2": [[1e200]], "b2": [[0.0]]}
    with pytest.raises(DivergenceError) as caught:
        gn.train(deep, [[1.0]], [[1.0]], parameters=start)
    lines = str(caught.value).splitlines()
    assert lines[0] == "The cost J became inf at epoch 0 (counted from 0), step 1."
    assert "Z[2] of layer 2 of 2, Dense(units=1), is not finite; largest input 1;" in lines[2]
    with pytest.raises(DivergenceError, match=r"largest parameter W\[1\], 1e\+200; largest input"):
        gn.train(LINE, [[1.0]], [[1.0]], parameters={"W1": [[1e200]], "b1": [[0.0]]})


@pytest.mark.row(78)
def test_a_divergence_names_the_parameter():
    start = {"W1": [[0.0]], "b1": [[0.0]]}
    rule = gn.GradientDescent(1e300)
    with pytest.raises(DivergenceError) as caught:
        gn.train(LINE, [[1.0]], [[1e10]], parameters=start, optimizer=rule, epochs=1)
    assert str(caught.value).splitlines()[0] == (
        "The parameter W[1] of layer 1 of 1, Dense(units=1), became inf "
        "at epoch 0 (counted from 0), step 1."
    )


@pytest.mark.row(48)
def test_the_end_of_the_epochs_is_told():
    result = train(epochs=2)
    assert (result.stopped, result.best_epoch, len(result.history)) == ("epochs", None, 2)


@pytest.mark.row(37, 42, 48, 49)
@pytest.mark.parametrize(
    ("how", "message"),
    [
        ({"epochs": 0}, r"'epochs' parameter of Training must be an int in the range \[1, inf\)"),
        ({"epochs": 2.5}, "'epochs' parameter"),
        ({"batch_size": 0}, r"'batch_size' parameter .* Got 0"),
        ({"batch_size": -1}, r"'batch_size' parameter .* Got -1"),
        ({"batch_size": 1.5}, r"'batch_size' parameter .* Got 1.5"),
        ({"seed": -1}, "'seed' parameter"),
        ({"seed": "one"}, "'seed' parameter"),
        ({"seed": np.random.default_rng(0)}, "'seed' parameter"),
        ({"optimizer": "adam"}, "'optimizer' parameter"),
        ({"optimizer": gn.Adam}, "'optimizer' parameter"),
        ({"stopping": 5}, "'stopping' parameter"),
        ({"clip": 1.0}, "'clip' parameter"),
        ({"average": 0.9}, "'average' parameter"),
        ({"metrics": (3,)}, "'metrics' parameter"),
        ({"metrics": (lambda A, Y: 1.0, lambda A, Y: 2.0)}, "'metrics' parameter"),
    ],
    ids=lambda value: repr(value)[:30] if isinstance(value, dict) else "",
)
def test_parameters_outside_their_domain(how, message):
    with pytest.raises(HyperparameterError, match=message):
        train(**how)


@pytest.mark.row(56, 59)
@pytest.mark.parametrize(
    ("validation", "error", "message"),
    [
        ((X,), DataError, "validation data are no pair"),
        (X, DataError, "validation data are no pair"),
        ((X, Y[:, :-1]), ShapeError, "inconsistent numbers of samples"),
        ((X, Y[:1]), ShapeError, "labels Y_val of shape"),
        ((X[:2], Y), ShapeError, r"layer 1 of 2, Dense\(units=7\) cannot take A\[0\]"),
        ((X * np.nan, Y), DataError, "Input X_val contains NaN"),
    ],
    ids=["no labels", "an array", "examples", "units", "inputs", "NaN"],
)
def test_validation_data_that_do_not_fit(validation, error, message):
    with pytest.raises(error, match=message):
        train(validation=validation)


def test_moments_are_a_training_to_look_into():
    training = gn.Training(optimizer=gn.Adam(0.05), epochs=6, batch_size=5)
    task = gn.Task.of(NETWORK, X, Y)
    moments = list(training.moments(task))
    assert same(moments[-1].parameters, train().parameters)
    assert [moment.epoch.number for moment in moments] == list(range(6))
    assert training.run(task).history["cost"] == [moment.epoch.cost for moment in moments]


def test_updates_one_by_one_are_the_training():
    layers = [gn.Dense(5), gn.Tanh(), gn.Dropout(0.3), gn.Dense(1)]
    network = gn.Network(layers, gn.SquaredError())
    random = np.random.default_rng(3)
    X, Y = random.normal(size=(3, 23)), random.normal(size=(1, 23))
    training = gn.Training(gn.Adam(gn.Cosine(0.01)), epochs=3, batch_size=7, clip=gn.ClipNorm(1.0))
    task = gn.Task.of(network, X, Y)
    updates = list(training.updates(task))
    assert [update.number for update in updates] == list(range(1, 13))
    assert [update.epoch for update in updates] == [0] * 4 + [1] * 4 + [2] * 4
    whole = training.run(task)
    assert same(updates[-1].parameters, whole.parameters)
    sizes = np.array([7, 7, 7, 2])
    means = [sizes @ [update.cost for update in updates[i : i + 4]] / 23 for i in (0, 4, 8)]
    np.testing.assert_allclose(means, whole.history["cost"], rtol=1e-12)


def test_updates_of_lbfgs_are_refused():
    task = gn.Task.of(gn.Network([gn.Dense(1)], gn.SquaredError()), [[1.0]], [[1.0]])
    with pytest.raises(HyperparameterError, match=r"must not be LBFGS where updates .*\n.*moments"):
        next(gn.Training(gn.LBFGS()).updates(task))


def heard(moment):
    """A callback that does nothing: every epoch is a call of the engine."""


@pytest.mark.parametrize("batch_size", [None, 5, 11])
@pytest.mark.parametrize(
    "rate", [0.05, gn.OneCycle(0.1), gn.ReduceOnPlateau(0.1, patience=2)], ids=str
)
def test_epochs_that_nobody_hears_of_are_the_same(rate, batch_size):
    how = {"optimizer": gn.Adam(rate), "batch_size": batch_size, "epochs": 211}
    alone, listened = train(**how), train(**how, callbacks=(heard,))
    for name in ("number", "cost", "validation_cost", "metrics", "learning_rate"):
        assert alone.history[name] == listened.history[name]
    assert same(alone.parameters, listened.parameters)
    assert alone.updates == listened.updates


def test_epochs_are_learnt_together_only_where_nobody_hears_of_them(monkeypatch):
    calls, engine = [], type(NETWORK.engine)
    whole = engine.learn

    def learn(self, graph, rule, state, data, batches, *rest):
        calls.append(len(batches))
        return whole(self, graph, rule, state, data, batches, *rest)

    monkeypatch.setattr(engine, "learn", learn)
    monkeypatch.setattr(engine, "hears", False)
    monkeypatch.setattr(Descent, "_adapt", lambda self, *arguments: setattr(self, "_at_once", 23))
    train(epochs=31, batch_size=None)
    assert calls == [1, 23, 7]
    calls.clear()
    for listening in (
        {"callbacks": (heard,)},
        {"validation": (X, Y)},
        {"stopping": gn.EarlyStopping(monitor="cost", patience=31)},
        {"metrics": (lambda A, Y: 0.0,)},
        {"optimizer": gn.Adam(gn.ReduceOnPlateau(0.1))},
    ):
        train(epochs=31, batch_size=None, **listening)
    assert set(calls) == {1}


def test_a_divergence_among_epochs_that_nobody_hears_of_is_told_where():
    how = {"optimizer": gn.GradientDescent(1.5), "batch_size": 5, "epochs": 2000}
    with pytest.raises(DivergenceError) as alone:
        gn.train(LINE, X, Y[:1], **how)
    with pytest.raises(DivergenceError) as listened:
        gn.train(LINE, X, Y[:1], **how, callbacks=(heard,))
    assert str(alone.value) == str(listened.value)
    assert "at epoch 0 " not in str(alone.value)
    assert same(alone.value.parameters, listened.value.parameters)
