"""What the words of the layers' equations mean, written without any help of the layers."""

from dataclasses import fields

import numpy as np

from glassnet.shapes import match, parse

# Klambauer and others (2017), equation 14.
CONSTANTS = {"SELU": {"scale": 1.0507009873554804934, "alpha": 1.6732632423543772848}}


def names_for(layer, values):
    """What the equations of a layer may speak of: its arrays, its fields, sizes, functions."""
    sizes = {}
    for name, axes in parse(layer.shapes).reads.items():
        sizes = match(axes, values[name].shape, sizes | own_sizes(layer))
    own = {field.name: getattr(layer, field.name) for field in fields(layer)}
    names = CONSTANTS.get(type(layer).__name__, {}) | sizes | own | values
    if "T" in sizes:
        T, n = sizes["T"], sizes["n"]
        names |= {"times": range(T), "t": np.arange(T)[:, None, None], "k": np.arange(n)[:, None]}
    if "units" in own:
        units = own["units"]
        names |= {"first": lambda x: x[:units], "rest": lambda x: x[units:]}
    if "symbols" in own:
        names["one_hot"] = lambda A: (np.arange(own["symbols"])[:, None] == A).astype(float)
    if "heads" in own:
        names["split"] = lambda X: np.stack(np.split(X, own["heads"], axis=1))
        names["merge"] = lambda parts: np.concatenate(list(parts), axis=1)
    return names


def own_sizes(layer):
    values = {field.name: getattr(layer, field.name) for field in fields(layer)}
    return {name: value for name, value in values.items() if type(value) is int}
