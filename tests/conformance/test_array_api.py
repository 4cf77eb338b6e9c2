"""Layers and losses use nothing of NumPy that the array API standard lacks, `erf` excepted."""

import numpy as np
import pytest
import scipy.special
from tests.conformance import checks
from tests.conformance.conftest import PLACED
from tests.conformance.test_networks import LOSSES, M, labels_for, normal

import glassnet as gn
from glassnet.errors import DataError

strict = pytest.importorskip("array_api_strict")


class Namespace:
    """The standard's functions and nothing else, and `erf`."""

    def __getattr__(self, name):
        return getattr(strict, name)

    def erf(self, Z):
        return strict.asarray(scipy.special.erf(np.asarray(Z)))


@pytest.fixture
def xp(monkeypatch):
    monkeypatch.setattr(checks, "xp", Namespace())
    return checks.xp


def only_standard(arrays):
    return {name: strict.asarray(array) for name, array in arrays.items()}


OF_GLASSNET = [each for each in PLACED if type(each.values[0]).__module__.startswith("glassnet.")]


@pytest.mark.parametrize(("layer", "leading"), OF_GLASSNET)
def test_layers(layer, leading, monkeypatch):
    arrays = checks.arrays_for(layer, leading)
    values = checks.both_ways(layer, arrays)
    monkeypatch.setattr(checks, "xp", Namespace())
    given = only_standard(arrays)
    output = f"d{checks.output_of(layer)}"
    given[output] = strict.asarray(values[output])
    for method in checks.methods_of(layer):
        made = checks.call(layer, method, given)
        given |= made if method != "predict" else {}
        for name, array in made.items():
            assert array.__array_namespace__() is strict
            if method != "predict":
                np.testing.assert_allclose(np.asarray(array), values[name], rtol=1e-14)


@pytest.mark.parametrize("loss", LOSSES, ids=repr)
def test_losses(loss, xp):
    Y = labels_for(loss, (1 if isinstance(getattr(loss, "quantile", 0), tuple) else 3, M))
    A = scipy.special.softmax(normal(3, M), axis=0)
    given = only_standard({"A": A, "Y": Y, "Z": normal(3, M)})
    loss.check(xp, given["Y"])
    pairs = [(loss.each, "A"), (loss.dA, "A")]
    pairs += [(loss.each_from_Z, "Z"), (loss.dZ, "A")] if loss.canonical else []
    for function, name in pairs:
        made = function(xp, given[name], given["Y"])
        expected = function(np, np.asarray(given[name]), Y)
        np.testing.assert_allclose(np.asarray(made), expected, rtol=1e-14)


def test_labels_without_meaning(xp):
    with pytest.raises(DataError, match=r"2 other values, the first is 2\.0"):
        gn.BinaryCrossEntropy().check(xp, strict.asarray([[2.0, 1.0, 3.0]]))
