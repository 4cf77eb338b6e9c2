"""Schedules at points worked by hand."""

import math

import pytest

from glassnet.errors import HyperparameterError
from glassnet.schedules import (
    Constant,
    Cosine,
    CosineLog,
    ExponentialDecay,
    InverseTime,
    OneCycle,
    ReduceOnPlateau,
    StepDecay,
)

EPOCHS = 40


@pytest.mark.parametrize(
    ("schedule", "points"),
    [
        (Constant(0.3), {0: 0.3, 39.9: 0.3}),
        (StepDecay(0.8, every=10, factor=0.5), {0: 0.8, 9.99: 0.8, 10: 0.4, 20: 0.2, 39: 0.1}),
        (InverseTime(0.2, decay=1), {0: 0.2, 1: 0.1, 3: 0.05, 9: 0.02}),
        (ExponentialDecay(2.0, factor=0.5), {0: 2, 1: 1, 3: 0.25, 0.5: math.sqrt(2)}),
        (Cosine(1.0), {0: 1, 10: 0.5 + math.sqrt(0.125), 20: 0.5, 40: 0}),
        (Cosine(1.0, warm_up=0.2), {0: 0, 2: 0.25, 8: 1, 24: 0.5, 40: 0}),
        (OneCycle(1.0, rise=0.25, start=10), {0: 0.1, 5: 0.55, 10: 1, 25: 0.5, 40: 0}),
        (CosineLog(1.0), {0: 0, 40 * (2**0.5 - 1) / 15: 1, 40 / 15: 0, 40 * 3 / 15: 0, 40: 0}),
        (CosineLog(1.0, cycles=1), {40 * (2**0.5 - 1): 1, 40: 0}),
    ],
    ids=repr,
)
def test_worked_points(schedule, points):
    for epoch, rate in points.items():
        assert schedule.rate(epoch, EPOCHS) == pytest.approx(rate, abs=1e-12)


@pytest.mark.parametrize(
    "schedule",
    [Cosine(0.7), Cosine(0.7, 0.3), OneCycle(0.7), CosineLog(0.7), InverseTime(0.7, 0.2)],
    ids=repr,
)
def test_rates_stay_between_zero_and_the_largest(schedule):
    rates = [schedule.rate(step / 7, EPOCHS) for step in range(7 * EPOCHS)]
    assert min(rates) >= 0
    assert max(rates) == pytest.approx(0.7, rel=1e-3)


@pytest.mark.parametrize("schedule", [Cosine(0.7, 0.3), OneCycle(0.7), CosineLog(0.7)], ids=repr)
@pytest.mark.parametrize("epochs", [1, 15, 30])
def test_no_full_batch_update_has_the_rate_zero(schedule, epochs):
    rates = [schedule.rate(epoch + schedule.sampled, epochs) for epoch in range(epochs)]
    assert min(rates) > 1e-4


def test_what_decays_is_taken_at_the_start_of_an_update():
    kinds = (Constant, StepDecay, InverseTime, ExponentialDecay, ReduceOnPlateau)
    assert {kind.sampled for kind in kinds} == {0.0}


def test_cosine_log_has_its_cycles():
    rates = [CosineLog(1.0).rate(step / 50, EPOCHS) for step in range(50 * EPOCHS + 1)]
    around = zip(rates, rates[1:], rates[2:], strict=False)
    assert sum(left < middle > right for left, middle, right in around) == 4


def test_reduce_on_plateau():
    schedule, memory, rates = ReduceOnPlateau(1.0, factor=0.5, patience=2), None, []
    for epoch, cost in enumerate([5, 4, 4, 4, 3, 3, 3, 3, 3, 2]):
        rates.append(schedule.rate(epoch, EPOCHS, memory))
        memory = schedule.observe(memory, cost)
    assert rates == [1, 1, 1, 1, 0.5, 0.5, 0.5, 0.25, 0.25, 0.125]


def test_other_schedules_remember_nothing():
    assert Constant(0.1).observe(None, 3.0) is None
    assert Cosine(0.1).rate(0, 10, memory="anything") == 0.1


@pytest.mark.row(37, 38)
@pytest.mark.parametrize(
    "make",
    [
        lambda: Constant(0.0),
        lambda: Cosine(-0.1),
        lambda: Cosine(0.1, warm_up=1.0),
        lambda: OneCycle(0.1, rise=0.0),
        lambda: OneCycle(0.1, start=0),
        lambda: StepDecay(0.1, every=0),
        lambda: StepDecay(0.1, every=5, factor=1.0),
        lambda: InverseTime(0.1, decay=-1),
        lambda: ExponentialDecay(0.1, factor=0.0),
        lambda: CosineLog(0.1, cycles=0),
        lambda: ReduceOnPlateau(0.1, patience=0),
    ],
)
def test_parameters_outside_their_domain(make):
    with pytest.raises(HyperparameterError, match=r"must be an? (int|float) in the range"):
        make()
