"""Training with L-BFGS: whole batches, pauses, and faults at the start."""

import signal
import subprocess
import sys
import threading
import time
from itertools import pairwise

import numpy as np
import pytest

import glassnet as gn
from glassnet.engines import Interrupted, Reference
from glassnet.errors import DivergenceError, GlassnetWarning, HyperparameterError
from glassnet.training.lbfgs import iterations
from glassnet.training.start import start

RANDOM = np.random.default_rng(0)
X, Y = RANDOM.standard_normal((3, 40)), RANDOM.standard_normal((1, 40))
NETWORK = gn.Network([gn.Dense(5), gn.Tanh(), gn.Dense(1)], gn.SquaredError(), [gn.L2(1.0)])
START = NETWORK.initialize((3,), 0)


def test_costs_never_rise_and_the_records_are_full():
    result = gn.train(NETWORK, X, Y, optimizer=gn.LBFGS(), epochs=30, validation=(X, Y))
    costs = result.history["cost"]
    assert all(after <= before for before, after in pairwise(costs))
    assert costs == pytest.approx(result.history["validation_cost"], rel=1e-12)
    assert result.state.t == len(costs)
    assert result.history[0].learning_rate is None


def test_it_converges_and_stops_where_a_callback_says_so():
    result = gn.train(NETWORK, X, Y, optimizer=gn.LBFGS(), epochs=5000)
    assert result.stopped == "converged"
    gradients = NETWORK.gradients(result.parameters, X, Y)
    assert max(abs(dW).max() for dW in gradients.values()) < 1e-4

    def stop(moment):
        moment.control.stop = moment.epoch.number == 3

    result = gn.train(NETWORK, X, Y, optimizer=gn.LBFGS(), epochs=50, callbacks=(stop,))
    assert (result.stopped, len(result.history)) == ("callback", 4)


def test_same_bits_twice():
    one, two = (gn.train(NETWORK, X, Y, optimizer=gn.LBFGS(), epochs=20) for _ in range(2))
    for name, W in one.parameters.items():
        np.testing.assert_array_equal(two.parameters[name], W)


def test_float32_stays_float32():
    result = gn.train(NETWORK, np.float32(X), np.float32(Y), optimizer=gn.LBFGS(), epochs=5)
    assert {W.dtype for W in result.parameters.values()} == {np.dtype(np.float32)}


@pytest.mark.row(37)
@pytest.mark.parametrize(
    "extra", [{"clip": gn.ClipNorm(1.0)}, {"average": gn.EMA()}, {"batch_size": 8}], ids=repr
)
def test_what_it_has_no_use_for_is_refused(extra):
    (name,) = extra
    with pytest.raises(HyperparameterError, match=f"'{name}' parameter of Training must be None"):
        gn.train(NETWORK, X, Y, optimizer=gn.LBFGS(), **extra)


@pytest.mark.row(37)
def test_dropout_is_refused():
    network = gn.Network([gn.Dropout(0.5), gn.Dense(1)], gn.SquaredError())
    with pytest.raises(HyperparameterError, match=r"must not be LBFGS .* Dropout\(rate=0.5\)"):
        gn.train(network, X, Y, optimizer=gn.LBFGS())


@pytest.mark.row(78, 80)
def test_a_start_without_numbers_is_a_divergence():
    with pytest.raises(DivergenceError, match="The cost J became inf at epoch 0") as caught:
        gn.train(NETWORK, X, 1e200 * Y, optimizer=gn.LBFGS())
    for W in caught.value.parameters.values():
        assert np.isfinite(W).all()
    assert "largest parameter W[" in str(caught.value)


@pytest.mark.row(78, 80)
@pytest.mark.parametrize("array", ["J", "dW2"])
def test_numbers_that_are_lost_on_the_way_are_a_divergence(array, monkeypatch):
    whole, calls = Reference.gradients, []

    def broken(*arguments):
        J, gradients = whole(*arguments)
        calls.append(J)
        if len(calls) < 8:
            return J, gradients
        return (np.nan, gradients) if array == "J" else (J, gradients | {"dW2": np.inf * Y[:, :5]})

    monkeypatch.setattr(Reference, "gradients", broken)
    with pytest.raises(DivergenceError, match=r"became (nan|inf|-inf) at epoch [1-9]") as caught:
        gn.train(NETWORK.on(Reference()), X, Y, optimizer=gn.LBFGS(), epochs=50)
    assert NETWORK.cost(caught.value.parameters, X, Y) < calls[0]


def test_a_gradient_that_leads_nowhere_is_told(monkeypatch):
    whole = Reference.gradients

    def uphill(*arguments):
        J, gradients = whole(*arguments)
        return J, {name: -dW for name, dW in gradients.items()}

    monkeypatch.setattr(Reference, "gradients", uphill)
    with pytest.warns(GlassnetWarning, match="L-BFGS ended before the minimum, SciPy says 'ABNORM"):
        result = gn.train(NETWORK.on(Reference()), X, Y, optimizer=gn.LBFGS())
    assert result.stopped == "line search failed"
    assert len(result.history) == 0


@pytest.mark.parametrize("kind", [np.float32, np.float64])
@pytest.mark.parametrize("seed", range(5))
def test_an_ordinary_fit_converges_without_a_warning(kind, seed):
    data = kind(X), kind(Y)
    result = gn.train(NETWORK, *data, optimizer=gn.LBFGS(tolerance=0), epochs=3000, seed=seed)
    assert result.stopped == "converged"
    again = gn.Training(gn.LBFGS(tolerance=0), 9000, seed=seed)
    resumed = again.run(gn.Task.of(NETWORK, *data), resume=result)
    assert resumed.stopped == "converged"


def threads():
    return [thread for thread in threading.enumerate() if thread.name == "glassnet-lbfgs"]


def stop(moment):
    moment.control.stop = True


def fail(moment):
    raise RuntimeError("no more")


@pytest.mark.parametrize(
    "how",
    [
        {"epochs": 5},
        {"epochs": 50, "callbacks": (stop,)},
        {"epochs": 500, "stopping": gn.EarlyStopping(patience=1, monitor="mean")},
    ],
    ids=["epochs", "callback", "early stopping"],
)
def test_no_thread_is_left(how):
    def mean(A, Y):
        return float(len(threads()))

    before = threading.active_count()
    result = gn.train(NETWORK, X, Y, optimizer=gn.LBFGS(), metrics=(mean,), **how)
    assert result.history[0].metrics == {"mean": 1.0}
    assert threading.active_count() == before


def test_no_thread_is_left_by_an_error_nor_by_a_generator():
    before = threading.active_count()
    with pytest.raises(RuntimeError, match="no more") as caught:
        gn.train(NETWORK, X, Y, optimizer=gn.LBFGS(), callbacks=(fail,))
    assert threading.active_count() == before, caught
    moments = gn.Training(gn.LBFGS()).moments(gn.Task.of(NETWORK, X, Y))
    next(moments)
    assert threading.active_count() == before + 1
    moments.close()
    assert threading.active_count() == before


INTERRUPTED = """
import threading, numpy as np, glassnet as gn
random = np.random.default_rng(0)
network = gn.Network([gn.Dense(20), gn.Tanh(), gn.Dense(1)], gn.SquaredError())
X, Y = random.standard_normal((5, 4000)), random.standard_normal((1, 4000))
tell = lambda moment: print("epoch", flush=True) if moment.epoch.number == 3 else None
result = gn.train(network, X, Y, optimizer=gn.LBFGS(), epochs=10**6, callbacks=(tell,))
print(result.stopped, threading.active_count())
"""


@pytest.mark.row(123)
@pytest.mark.skipif(sys.platform == "win32", reason="there is no SIGINT to send")
@pytest.mark.parametrize("wait", [0.0, 0.013])
def test_ctrl_c_ends_it(wait):
    with subprocess.Popen(
        [sys.executable, "-c", INTERRUPTED],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout.readline() == "epoch\n"
        time.sleep(wait)
        process.send_signal(signal.SIGINT)
        try:
            out, errors = process.communicate(timeout=120)
        finally:
            process.kill()
    assert out == "interrupted 1\n"
    assert "Training interrupted by user." in errors


@pytest.mark.row(123)
@pytest.mark.parametrize(
    ("scales", "best"),
    [
        ((), None),
        ((1.0,), None),
        ((1.0, 30.0), None),
        ((1.0, 0.5, 0.3, 0.4), 0.3),
        ((1.0, 0.1), 0.1),
    ],
)
def test_ctrl_c_in_the_first_line_search_keeps_the_lowest_cost_so_far(scales, best):
    """The start is far out: the cost falls on the way to 0.3 of it, and rises again."""
    random = np.random.default_rng(1)
    far = {name: 9 * random.standard_normal(W.shape) for name, W in START.items()}
    training, task = gn.Training(gn.LBFGS()), gn.Task.of(NETWORK, X, Y)
    state = start(training, task, far)
    method = training._method(task, state)
    costs = {}

    def searching():
        for scale in scales:
            point = np.concatenate([scale * W.ravel() for W in far.values()])
            costs[scale] = method._cost_and_gradient(point)[0]
        raise KeyboardInterrupt
        yield

    method.close()
    method._iterations = searching()
    with pytest.raises(Interrupted) as caught:
        method.advance(0, state, None)
    lowest = min(costs, key=costs.get, default=None)
    assert lowest == best or (best is None and lowest in (None, 1.0))
    left = caught.value.state
    assert left.t == (best is not None)
    for name, W in far.items():
        np.testing.assert_array_equal(left.parameters[name], W if best is None else best * W)


def test_leaving_while_an_iteration_is_on_its_way_does_not_hang():
    """Ctrl-C comes while the caller waits for the next iteration, and the worker makes it."""

    calls = []

    def slow(x):
        calls.append(x)
        time.sleep(0.05)
        return float(np.sum(x**4)), 4 * x**3

    points = iterations(gn.LBFGS(), slow, np.ones(2), most=100)
    next(points)
    main = threading.main_thread().ident
    timer = threading.Timer(0.02, signal.pthread_kill, (main, signal.SIGINT))
    timer.start()
    with pytest.raises(KeyboardInterrupt):
        list(points)
    assert len(calls) < 50
    assert not threads()
