"""Limits of memory: what is too large is refused before it is allocated."""

import re
import resource

import numpy as np
import pytest

import glassnet as gn
from glassnet import memory
from glassnet.errors import ResourceLimitError

LINE = gn.Network([gn.Dense(1)], loss=gn.SquaredError())


@pytest.mark.row(66)
@pytest.mark.parametrize("units", [10**9, 10**12, 2**62])
def test_parameters_that_no_machine_holds_are_refused(units):
    network = gn.Network([gn.Dense(units), gn.ReLU(), gn.Dense(1)], loss=gn.SquaredError())
    with pytest.raises(ResourceLimitError, match=r"Drawing the parameters needs .* GiB") as caught:
        network.initialize((1000,))
    assert "GLASSNET_MEMORY_GIB" in caught.value.fix


@pytest.mark.row(129)
def test_a_training_beyond_the_limit_names_the_number_and_the_way_out(monkeypatch):
    monkeypatch.setenv("GLASSNET_MEMORY_GIB", "0.00001")
    X = np.ones((7, 50_000))
    with pytest.raises(ResourceLimitError, match=r"Training needs 0\.0 GiB") as caught:
        gn.train(LINE, X, X[:1], epochs=1)
    (fits,) = re.findall(r"use a batch_size of at most (\d+)", caught.value.fix)
    assert len(gn.train(LINE, X, X[:1], epochs=1, batch_size=int(fits)).history) == 1
    with pytest.raises(ResourceLimitError):
        gn.train(LINE, X, X[:1], epochs=1, batch_size=int(fits) + 1)
    wide = gn.Network([gn.Dense(10_000)], loss=gn.SquaredError())
    start = {"W1": np.ones((10_000, 7)), "b1": np.ones((10_000, 1))}
    with pytest.raises(ResourceLimitError, match="give the layers fewer units"):
        gn.train(wide, X, np.ones((10_000, 50_000), np.float32), epochs=1, parameters=start)
    small = gn.train(LINE, X, X[:1], epochs=1, batch_size=500)
    assert len(small.history) == 1


def test_the_least_of_the_limits_counts(monkeypatch):
    monkeypatch.delenv("GLASSNET_MEMORY_GIB", raising=False)
    monkeypatch.setattr(memory, "_physical", lambda: 100.0)
    monkeypatch.setattr(memory, "_container", lambda: 50.0)
    monkeypatch.setattr(memory, "_process", lambda: 70.0)
    assert memory.memory_limit() == 40.0


def test_a_limit_of_the_process_is_seen(monkeypatch):
    monkeypatch.setattr(resource, "getrlimit", lambda kind: (2**30, 2**31))
    assert memory._process() == 2**30


def test_a_limit_that_is_no_number_is_no_limit(monkeypatch):
    monkeypatch.setenv("GLASSNET_MEMORY_GIB", "much")
    assert memory.memory_limit() > 2**20
