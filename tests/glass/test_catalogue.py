"""Every layer of the catalogue can be explained, walked through and drawn."""

import numpy as np
import pytest
from tests.conformance import checks
from tests.conformance.conftest import CATALOGUE

import glassnet as gn
from glassnet.graph import INPUT
from glassnet.layers.activation import Activation

M = 7


def network_of(layer):
    """The layer alone, with data that fit it; None where it is not one that a network can train."""
    arrays = checks.arrays_for(layer, ())
    net = gn.Network([layer], gn.SquaredError())
    inputs = {}
    for node in net.graph.nodes:
        for local, name in node.inputs.items():
            inputs[name] = arrays[local]
    parameters = {node.name(k): arrays[k] for node in net.graph.nodes for k in node.parameters}
    X = inputs[INPUT] if set(inputs) == {INPUT} else inputs
    return net, parameters, X


LAYERS = [layer for layer in CATALOGUE if not isinstance(layer, Activation)]


@pytest.mark.parametrize("layer", LAYERS, ids=repr)
def test_explained(layer):
    net, parameters, X = network_of(layer)
    A = net.predict(parameters, X)
    trace = net.trace(parameters, X, np.random.default_rng(0).normal(size=A.shape))
    (number,) = {node.number for node in net.graph.nodes}
    told = str(gn.explain(trace, layer=number, unit=0, example=3))
    assert "the engine adds" not in told
    assert told.startswith(f"Forward: layer {number}, unit 0, example 3")
    alone = gn.explain(net.trace(parameters, X), layer=number)
    titles = {section.title for section in alone.sections}
    assert titles.isdisjoint({"Backward", "Gradients: over all examples", "Update"})
    assert trace.unit(number, 0).example(0)
    assert str(gn.explain(trace))
